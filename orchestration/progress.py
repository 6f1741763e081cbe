"""How a refresh tells what it is doing. Steps speak to a `Progress`; who listens is decided outside."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Where a step says how far it is."""

    def step(self, name: str, total: int | None = None) -> None:
        """A step begins; `total` is the number of units it will do, where it is known."""

    def advance(self, count: int = 1) -> None:
        """So many units of the step are done."""


class Silent:
    """Nobody listens: Dagster's own events tell the same."""

    def step(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass
