"""The copy of the marts that publication needs, begun while the audit still works and the disk has nothing to do."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path

from orchestration.home import UNFINISHED


class Copy:
    """A copy of a file, made by a thread. Nobody may change the file from `begin` on. What nobody took by the end of a
    `with` block goes."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._made: Path | None = None
        self._is_whole = False

    def __enter__(self) -> Copy:
        return self

    def __exit__(self, *_: object) -> None:
        self.forget()

    def begin(self, source: Path, place: Path) -> None:
        """Begins to copy the file, to a name of its own beside `place`."""
        self.forget()
        self._made = place.with_name(f".{place.name}.{os.getpid()}.copied{UNFINISHED}")
        self._thread = threading.Thread(target=self._copy, args=(source, self._made), daemon=True)
        self._thread.start()

    def take(self, source: Path, place: Path) -> None:
        """Puts the copy in place. Makes it now where none was begun, or it could not be made: why not is told by the
        OSError of the second attempt."""
        self._wait()
        if self._made is not None and self._is_whole:
            self._made.replace(place)
            self._made = None
        else:
            self.forget()
            shutil.copyfile(source, place)

    def forget(self) -> None:
        """Takes away what was copied and not taken."""
        self._wait()
        if self._made is not None:
            self._made.unlink(missing_ok=True)
        self._made, self._is_whole = None, False

    def _wait(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _copy(self, source: Path, made: Path) -> None:
        with contextlib.suppress(OSError):
            shutil.copyfile(source, made)
            with made.open("rb") as handle:
                os.fsync(handle.fileno())
            self._is_whole = True
