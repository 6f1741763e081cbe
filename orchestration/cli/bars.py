"""Progress of a refresh for who watches it: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

DOING = {
    "ingest": "Receiving files",
    "extract": "Reading letters",
    "transform": "Building tables (dbt)",
    "audit": "Auditing",
    "publish": "Publishing",
}
"""What a step does, in the words of its line."""
_MANY = 100  # of so many things on it is worth saying how many a second
_SECONDS_BETWEEN_LINES = 30.0


class TerminalProgress:
    """Bars on a terminal; elsewhere a line a step, and one more every half minute that a step takes."""

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self._console, self._now = console, now
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None
        self._began = self._told = 0.0

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._finish()
        self._bars.stop()

    def step(self, name: str, total: int | None = None) -> None:
        self._finish()
        doing = DOING.get(name, name)
        self._task = self._bars.add_task(doing, total=total)
        self._began = self._told = self._now()
        if self._bars.disable:
            self._console.print(f"{doing} ...")

    def advance(self, count: int = 1) -> None:
        if self._task is None:
            return
        self._bars.advance(self._task, count)
        now = self._now()
        if self._bars.disable and now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            self._console.print(how_far(self._bars.tasks[self._task], now - self._began))

    def _finish(self) -> None:
        """The step that was running is done, however many units it had been said to have."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done or 1, completed=done or 1)
            self._bars.stop_task(self._task)


def how_far(task: Task, seconds: float) -> str:
    """A line such as '  Reading letters: 12,000 of 100,000, 1,400/s, 1 min left'."""
    done = int(task.completed)
    rate = done / seconds if seconds else 0
    words = f"  {task.description}: {done:,}"
    if task.total:
        words += f" of {int(task.total):,}"
    if done >= _MANY:
        words += f", {rate:,.0f}/s"
    if task.total and rate:
        left = (task.total - done) / rate
        words += f", {left / 60:.0f} min left" if left >= 60 else f", {left:.0f} s left"
    return words


class _Rate(ProgressColumn):
    """How many a second, of things that are many."""

    def render(self, task: Task) -> Text:
        if task.completed < _MANY or not task.elapsed:
            return Text("")
        return Text(f"{task.completed / task.elapsed:,.0f}/s", style="progress.data.speed")
