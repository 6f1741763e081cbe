"""How a refresh tells what it is doing. Steps speak to a `Progress`; who listens is decided outside."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

DOING = {
    "ingest": "Receiving files",
    "extract": "Reading letters",
    "transform": "Building tables (dbt)",
    "audit": "Auditing",
    "publish": "Publishing",
}
"""What a step does, in the words of its line."""
MANY = 100
"""Of so many things on it is worth saying how many a second."""
SECONDS_BETWEEN_LINES = 30.0
"""How often a step that takes long tells how far it is, where there is no bar."""


class Progress(Protocol):
    """Where a step says how far it is."""

    def step(self, name: str, total: int | None = None) -> None:
        """A step begins; `total` is the number of units it will do, where it is known."""

    def advance(self, count: int = 1) -> None:
        """So many units of the step are done."""


class Silent:
    """Nobody listens."""

    def step(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


class Lines:
    """A line a step, and one more every half minute that a step takes."""

    def __init__(self, tell: Callable[[str], object], now: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._now = tell, now
        self._doing, self._done = "", 0
        self._total: int | None = None
        self._began = self._told = 0.0

    def step(self, name: str, total: int | None = None) -> None:
        self._doing, self._total, self._done = DOING.get(name, name), total, 0
        self._began = self._told = self._now()
        self._tell(f"{self._doing} ...")

    def advance(self, count: int = 1) -> None:
        self._done += count
        now = self._now()
        if self._doing and now - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now
            self._tell(f"  {self._doing}: {how_far(self._done, self._total, now - self._began)}")


def how_far(done: int, total: int | None, seconds: float) -> str:
    """Words such as '12,000 of 100,000, 1,400/s, 1 min left'."""
    rate = done / seconds if seconds else 0
    words = f"{done:,}"
    if total:
        words += f" of {total:,}"
    if done >= MANY:
        words += f", {rate:,.0f}/s"
    if total and rate:
        left = (total - done) / rate
        words += f", {left / 60:.0f} min left" if left >= 60 else f", {left:.0f} s left"
    return words
