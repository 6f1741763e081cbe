"""Processes that work for a refresh end with it, also where it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_SECONDS = 20
_AT_WORK = """
import os, time
from orchestration.workers import Workers

with Workers(2) as workers:
    for _, worker in workers.spread(lambda _: (time.sleep(0.2), os.getpid())[1], range(4)):
        print(worker, flush=True)
    time.sleep(600)
"""


def is_there(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_workers_of_a_process_that_is_killed_end() -> None:
    with subprocess.Popen([sys.executable, "-c", _AT_WORK], stdout=subprocess.PIPE, text=True) as refresh:
        assert refresh.stdout is not None
        workers = {int(refresh.stdout.readline()) for _ in range(4)}
        assert workers
        assert refresh.pid not in workers
        assert all(map(is_there, workers))
        os.kill(refresh.pid, signal.SIGKILL)
    deadline = time.monotonic() + _SECONDS
    while any(map(is_there, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_there, workers))
