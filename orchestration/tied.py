"""Processes that end when the one that started them has ended, in whatever way that was.

What is killed has no time to end what it started.

`python -m orchestration.tied PID MODULE ...`, where PID is that process, runs a module as `python -m` does.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable

_SECONDS_BETWEEN_LOOKS = 0.2
_GRACE_SECONDS = 30.0


def tie(parent: int, end: Callable[[], None]) -> None:
    """Calls `end` in a thread once `parent`, which started this process, has ended."""

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        end()

    threading.Thread(target=wait, daemon=True).start()


def end_at_once() -> None:
    """As a kill would."""
    os._exit(1)


def _end_in_order() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    end_at_once()


if __name__ == "__main__":
    _, pid, module, *arguments = sys.argv
    tie(int(pid), _end_in_order)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
