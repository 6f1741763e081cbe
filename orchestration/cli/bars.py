"""Progress of a refresh for who watches it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

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

from orchestration.progress import DOING, MANY, Lines, Progress


def progress_on(console: Console) -> AbstractContextManager[Progress]:
    """Bars on a terminal, lines elsewhere."""
    return TerminalProgress(console) if console.is_terminal else nullcontext(Lines(console.print))


class TerminalProgress:
    """A bar a step, with rate and time left."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._finish()
        self._bars.stop()

    def step(self, name: str, total: int | None = None) -> None:
        self._finish()
        self._task = self._bars.add_task(DOING.get(name, name), total=total)

    def advance(self, count: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, count)

    def _finish(self) -> None:
        """The step that was running is done, however many units it had been said to have."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done or 1, completed=done or 1)
            self._bars.stop_task(self._task)


class _Rate(ProgressColumn):
    """How many a second, of things that are many."""

    def render(self, task: Task) -> Text:
        if task.completed < MANY or not task.elapsed:
            return Text("")
        return Text(f"{task.completed / task.elapsed:,.0f}/s", style="progress.data.speed")
