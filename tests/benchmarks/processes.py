"""A command and all that it starts, watched while it runs: seconds, and the most memory they held together."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import psutil

_SECONDS_BETWEEN = 0.5


class Watched(NamedTuple):
    """How a command went."""

    status: int
    seconds: float
    peak_bytes: int
    """Proportional set size of the whole tree: a page that several processes share counts once."""
    out: str


def run(command: Sequence[str], environment: Mapping[str, str]) -> Watched:
    """Runs a command to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    peak = 0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(_SECONDS_BETWEEN):
            peak = max(peak, _held(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        out, _ = process.communicate()
    finally:
        seconds = time.perf_counter() - started
        is_over.set()
        watcher.join()
    return Watched(process.returncode, seconds, peak, out)


def _held(pid: int) -> int:
    held = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.Error, OSError):
                held += process.memory_full_info().pss
    return held
