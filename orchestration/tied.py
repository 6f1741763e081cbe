"""Runs a module as `python -m` does, and ends when the process that started it has ended, in whatever way that was.

`python -m orchestration.tied PID MODULE ...`, where PID is that process. What was killed could not end what it started.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

_SECONDS_BETWEEN_LOOKS = 1.0
_GRACE_SECONDS = 30.0


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    _, pid, module, *arguments = sys.argv
    threading.Thread(target=_end_after, args=(int(pid),), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
