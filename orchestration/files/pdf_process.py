"""PDF files read in a process of its own, because what reads them is native code and what they hold came from outside.

A file that makes it crash, hang or ask for all memory costs that process, not the refresh: the file is rejected and a
new process reads the next one.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection
from types import TracebackType

from orchestration.letters.model import Rejection

MAX_SECONDS = 30.0
"""Computing time for one file. A letter takes some hundredths of a second."""
MAX_MEMORY = 2 << 30
"""Bytes of address space for the process. A letter takes some ten million."""
_READY = b"ready"
_MODULE = "orchestration.files.pdf_process"


class PdfReader:
    """Reads PDF files, one after the other, in a process that starts with the first of them."""

    def __init__(self, max_seconds: float = MAX_SECONDS) -> None:
        self._max_seconds = max_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._read_count = 0  # files that the present process has read

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        self._stop()

    def extract_text(self, data: bytes) -> str | Rejection:
        """The text of a PDF's pages, or why there is none, as `pdf.extract_text` gives them.

        `damaged_file` too for a file that the process did not survive. Raises RuntimeError where no process starts.
        """
        while True:
            is_fresh = self._read_count == 0
            answer = self._ask(data)
            if answer is not None:
                self._read_count += 1
                return answer
            status = self._stop()
            if status == -signal.SIGPROF:
                seconds = f"{self._max_seconds:g} seconds"
                return Rejection("damaged_file", f"The PDF is damaged: it was not read within {seconds}.")
            if is_fresh:
                return Rejection("damaged_file", "The PDF is damaged: reading it failed.")
            # Others were read by this process before: perhaps the fault was theirs. Once more, by a new one.

    def _ask(self, data: bytes) -> str | Rejection | None:
        """The answer of the process; None where it ended without one."""
        pipe = self._pipe or self._start()
        try:
            pipe.send_bytes(data)
            answer = json.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return None
        return answer["text"] if "text" in answer else Rejection(**answer)

    def _start(self) -> Connection:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            number = theirs.fileno()
            command = [sys.executable, "-P", "-m", _MODULE, str(number), str(self._max_seconds)]
            self._process = subprocess.Popen(command, pass_fds=[number], stdin=subprocess.DEVNULL)
        try:
            is_ready = ours.recv_bytes() == _READY
        except (EOFError, OSError):
            is_ready = False
        self._pipe, self._read_count = ours, 0
        if not is_ready:
            raise RuntimeError(f"The process that reads PDF files did not start (status {self._stop()}).")
        return ours

    def _stop(self) -> int | None:
        """Ends the process and gives its exit status; None where there was none."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        self._read_count = 0
        if pipe is not None:
            pipe.close()  # it ends when nobody is there to ask
        if process is None:
            return None
        try:
            return process.wait(timeout=self._max_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def serve(pipe: Connection, max_seconds: float) -> None:
    """Answers every file that comes through the pipe, until the other end is closed."""
    from orchestration.files.pdf import extract_text

    pipe.send_bytes(_READY)
    while True:
        try:
            data = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        # The signal ends the process, native code or not: nothing in here catches it.
        signal.setitimer(signal.ITIMER_PROF, max_seconds)
        try:
            found = extract_text(data)
        except Exception as error:  # whatever a file can make the library do, the next file is not to blame
            found = Rejection("damaged_file", f"The PDF is damaged: reading it failed ({type(error).__name__}).")
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = {"text": found} if isinstance(found, str) else asdict(found)
        pipe.send_bytes(json.dumps(answer).encode())


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the refresh decides when this ends
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    serve(Connection(int(sys.argv[1])), float(sys.argv[2]))


if __name__ == "__main__":
    _main()
    os._exit(0)  # nothing is left to be tidied up
