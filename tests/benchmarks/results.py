"""RESULTS.md: what whole refreshes took on a machine, beside what is to be reached."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

if TYPE_CHECKING:
    from tests.benchmarks.refreshes import Load

PATH = Path(__file__).with_name("RESULTS.md")
_STEPS = ("ingest", "extract", "transform", "audit", "publish")


class Goal(NamedTuple):
    """A figure, what is to be reached and what is aimed at. `is_rate`: more is better."""

    what: str
    figure: float
    reach: float
    aim: float
    unit: str
    is_rate: bool = False

    @property
    def is_reached(self) -> bool:
        return self.figure >= self.reach if self.is_rate else self.figure <= self.reach


def goals(loads: Sequence[Load]) -> Iterator[Goal]:
    """The goals that the sizes measured allow to judge."""
    largest, smallest = loads[-1], loads[0]
    rate = largest.letters / largest.first.seconds
    yield Goal(f"first load of {largest.letters:,}, letters/s", rate, 1_500, 3_500, "", is_rate=True)
    share = largest.first.seconds / largest.only_read_seconds
    yield Goal("first load over only reading, hashing and decoding the same files", share, 25, 10, "x")
    if len(loads) > 1:
        ratio = largest.more.seconds / smallest.more.seconds
        what = f"+1,000 letters on {largest.letters:,}, over +1,000 on {smallest.letters:,}"
        yield Goal(what, ratio, 2, 1.3, "x")
    yield Goal(f"nothing new on {largest.letters:,}, whole process", largest.idle.seconds, 12, 6, " s")
    for load in loads:
        if load.letters >= 100_000:
            reach, aim = (2, 1) if load.letters < 1_000_000 else (4, 2)
            yield Goal(f"peak memory at {load.letters:,}", load.first.peak_bytes / 2**30, reach, aim, " GiB")
    answered = largest.answered
    what = f"slowest of {len(answered.milliseconds)} questions on {largest.letters:,}, 95th percentile, warm"
    yield Goal(what, answered.slowest, 100, 100, " ms")
    yield Goal("report page, made anew", answered.page_seconds, 10, 10, " s")
    yield Goal("report page, size", answered.page_bytes / 1e6, 3, 3, " MB")


def report(loads: Sequence[Load]) -> int:
    """Prints the results and writes them to RESULTS.md. Returns 1 where a goal is not reached, else 0."""
    found = list(goals(loads))
    text = "\n".join(_lines(loads, found)) + "\n"
    print(text)
    PATH.write_text(text, encoding="utf-8")
    return 0 if all(goal.is_reached for goal in found) else 1


def _lines(loads: Sequence[Load], found: Sequence[Goal]) -> Iterator[str]:
    yield "# Whole refreshes of made letters"
    yield ""
    yield (
        f"Measured {dt.datetime.now(dt.UTC):%Y-%m-%d} by `python -m tests.benchmarks.refreshes "
        f"{' '.join(str(load.letters) for load in loads)}` on {psutil.cpu_count()} cores of {_processor()},"
        f" {psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}. The letters are made"
        " (`tests/benchmarks/archive.py`), all different, as long and as mixed as real ones. +1,000 letters and nothing new:"
        f" the middle one of {len(loads[0].mores)} runs; the sizes took turns, so that a machine whose speed changes was as fast for each."
    )
    yield ""
    yield "| | measured | reach | aim |"
    yield "|---|---|---|---|"
    for goal in found:
        mark = "" if goal.is_reached else " (missed)"
        yield f"| {goal.what} | {goal.figure:,.1f}{goal.unit}{mark} | {goal.reach:,g}{goal.unit} | {goal.aim:,g}{goal.unit} |"
    yield ""
    yield f"| letters | {' | '.join(f'{load.letters:,}' for load in loads)} |"
    yield f"|---|{'---|' * len(loads)}"
    rows = {
        "only read, hash and decode, s": [f"{load.only_read_seconds:.1f}" for load in loads],
        "first load, s": [f"{load.first.seconds:.0f}" for load in loads],
        **{f"- {step}, letters/s": [f"{load.letters / load.steps[step]:,.0f}" for load in loads] for step in _STEPS},
        "peak memory, GiB": [f"{load.first.peak_bytes / 2**30:.2f}" for load in loads],
        "+1,000 letters, s": [f"{load.more.seconds:.1f}" for load in loads],
        "- fastest to slowest, s": [
            " to ".join(f"{seconds:.1f}" for seconds in (min(taken), max(taken)))
            for taken in ([run.seconds for run, _ in load.mores] for load in loads)
        ],
        **{f"- {step}, s ": [f"{load.more_steps[step]:.1f}" for load in loads] for step in _STEPS},
        "- peak memory, GiB": [f"{load.more.peak_bytes / 2**30:.2f}" for load in loads],
        "nothing new, s": [f"{load.idle.seconds:.1f}" for load in loads],
        **{
            f"{place}, bytes a letter": [f"{load.bytes_of[place] / load.letters:,.0f}" for load in loads]
            for place in ("letters", "lake", "build", "published")
        },
    }
    for what, figures in rows.items():
        yield f"| {what} | {' | '.join(figures)} |"
    yield ""
    yield "Questions are the files of `dbt_project/queries`; 95th percentile, warm, in milliseconds:"
    yield ""
    yield f"| letters | {' | '.join(f'{load.letters:,}' for load in loads)} |"
    yield f"|---|{'---|' * len(loads)}"
    for name in loads[0].answered.milliseconds:
        yield f"| {name} | {' | '.join(f'{load.answered.milliseconds[name]:.1f}' for load in loads)} |"
    for load in loads:
        if load.kill_seconds:
            yield ""
            yield (
                f"Killed with signal 9 in the middle of each of its {len(load.kill_seconds) - 1} steps, the load of"
                f" {load.letters:,} letters took {sum(load.kill_seconds):,.0f} s in {len(load.kill_seconds)} runs, "
                f"{sum(load.kill_seconds) / load.first.seconds:.2f} times the undisturbed one, and its publication "
                "holds the same rows."
            )


def _processor() -> str:
    try:
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    except OSError:
        names = []
    return names[0].split(":", 1)[1].strip() if names else platform.machine()
