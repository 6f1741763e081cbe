"""What who watches a refresh is told, on a terminal and elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from orchestration.cli.bars import progress_on
from orchestration.progress import Lines


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_elsewhere_a_long_step_says_every_half_minute_how_far_it_is() -> None:
    told: list[str] = []
    clock = Clock()
    progress = Lines(told.append, clock)
    progress.step("ingest", 5)
    progress.advance(5)
    progress.step("extract", 100_000)
    for _ in range(6):
        clock.seconds += 10
        progress.advance(5_000)
    assert told == [
        "Receiving files ...",
        "Reading letters ...",
        "  Reading letters: 15,000 of 100,000, 500/s, 3 min left",
        "  Reading letters: 30,000 of 100,000, 500/s, 2 min left",
    ]


def test_a_console_that_is_no_terminal_gets_lines() -> None:
    console = Console(file=io.StringIO(), width=100)
    with progress_on(console) as progress:
        progress.step("publish", 3)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "Publishing ...\n"


def test_a_terminal_shows_the_rate_of_what_is_many() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with progress_on(console) as progress:
        progress.step("extract", 1_000)
        progress.advance(900)
        progress.step("publish", 3)
        progress.advance(3)
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    assert "/s" in said
    assert "Publishing" in said
