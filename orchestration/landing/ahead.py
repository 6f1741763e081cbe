"""A listing that begins before it is asked for: while a refresh imports what it needs on one core, another one lists.

With a million files in the landing places that is seconds of a night's refresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from typing import Any

from orchestration import lake
from orchestration.home import Home
from orchestration.landing.listing import Listing, list_files
from orchestration.workers import Workers

_WORTH_A_PROCESS = 50_000
"""Files that are known; fewer are listed before a process has started."""


class Ahead:
    """The listing of these places, made by a process of its own from now on. For use in a `with` block."""

    def __init__(self, places: Sequence[str], home: Home, workers: int) -> None:
        self._places = tuple(places)
        self._executor: Any = None
        self._listing: Any = None
        known = lake.row_count(home.files, lake.part_numbers(home.files)) if workers > 1 else 0
        if known >= _WORTH_A_PROCESS:
            from loky import ProcessPoolExecutor  # late: few files do without

            self._executor = ProcessPoolExecutor(1)
            self._listing = self._executor.submit(_list, self._places)

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def take(self, places: Sequence[str]) -> Listing | None:
        """The listing, waited for; raises what `list_files` raises. None where it was not begun or has been taken, is
        of other places, or its process died: then it is to be made."""
        listing, self._listing = self._listing, None
        try:
            return listing.result() if listing is not None and tuple(places) == self._places else None
        except BrokenExecutor:
            return None
        finally:
            self._end()

    def _end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)
            self._executor = None


def _list(places: Sequence[str]) -> Listing:
    """In a process of its own."""
    with Workers(1) as alone:
        return list_files(places, alone)
