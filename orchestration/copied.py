"""The copy of the marts that publication needs, begun while the audit still works and the disk has nothing to do."""

from __future__ import annotations

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
        self._error: OSError | None = None

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
        """Puts the copy in place, or makes it now where none was begun. Raises OSError where it cannot be made."""
        made, self._made = self._wait(), None
        error, self._error = self._error, None
        if error is not None:
            raise error
        if made is None:
            shutil.copyfile(source, place)
        else:
            made.replace(place)

    def forget(self) -> None:
        """Takes away what was copied and not taken."""
        made, self._made, self._error = self._wait(), None, None
        if made is not None:
            made.unlink(missing_ok=True)

    def _wait(self) -> Path | None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        return self._made

    def _copy(self, source: Path, made: Path) -> None:
        try:
            shutil.copyfile(source, made)
            with made.open("rb") as handle:
                os.fsync(handle.fileno())
        except OSError as error:
            self._error = error
            made.unlink(missing_ok=True)
