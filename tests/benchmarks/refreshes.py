"""Whole refreshes of made letters, from files to publication: a first load, 1,000 new letters, nothing new.

Run by `make benchmark` with 10,000 and 100,000 letters, by `make benchmark-full` with 1,000,000 as well, which also
kills a first load once in each of its five steps. Writes RESULTS.md. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import processes, questions, results
from tests.benchmarks.archive import write_archive
from tests.benchmarks.kills import equal, killed_load

IMR = str(Path(sys.executable).with_name("imr"))
NEW = 1_000
RUNS = 5
"""Of 1,000 new letters and of nothing new: the one in the middle counts."""


@dataclass(slots=True)
class Load:
    """What the refreshes of one archive took."""

    letters: int
    folder: Path
    """Where its letters and its home are."""
    only_read_seconds: float
    first: processes.Watched
    steps: dict[str, float]
    bytes_of: dict[str, int]
    answered: questions.Answered
    kill_seconds: list[float] = field(default_factory=list)
    """Of each killed refresh, and last of the one that ended."""
    mores: list[tuple[processes.Watched, dict[str, float]]] = field(default_factory=list)
    """Each refresh with 1,000 new letters, and the seconds of its steps."""
    idles: list[processes.Watched] = field(default_factory=list)
    """Each refresh with nothing new."""

    @property
    def more(self) -> processes.Watched:
        return self._more_in_the_middle[0]

    @property
    def more_steps(self) -> dict[str, float]:
        return self._more_in_the_middle[1]

    @property
    def _more_in_the_middle(self) -> tuple[processes.Watched, dict[str, float]]:
        return sorted(self.mores, key=lambda run: run[0].seconds)[len(self.mores) // 2]

    @property
    def idle(self) -> processes.Watched:
        return sorted(self.idles, key=lambda run: run.seconds)[len(self.idles) // 2]


def loaded(letters: int, folder: Path, is_killed: bool) -> Load:
    """Makes an archive of so many letters in the folder, and loads it."""
    landing, home = places(folder)
    say(f"making {letters:,} letters")
    write_archive(landing, 0, letters)
    only_read = only_read_seconds(landing)
    say(f"reading, hashing and decoding them alone: {only_read:.1f} s; first load")
    first = refresh(landing, home)
    steps = last_steps(home)
    bytes_of = {
        "letters": size(landing),
        "lake": size(home / "lake"),
        "build": size(home / "build"),
        "published": size(home / "published" / "imr.duckdb"),
    }
    say(f"first load: {first.seconds:.0f} s, {first.peak_bytes / 2**30:.2f} GiB, {steps}; questions")
    answered = questions.ask(home / "published" / "imr.duckdb")
    say(f"slowest of them {answered.slowest:.0f} ms, page {answered.page_seconds:.1f} s")
    load = Load(letters, folder, only_read, first, steps, bytes_of, answered)
    if is_killed:
        load.kill_seconds = killed_load(command(), environment(landing, folder / "killed"), steps)
        say(f"killed in each of {len(steps)} steps: {load.kill_seconds}; comparing")
        equal(home / "published" / "imr.duckdb", folder / "killed" / "published" / "imr.duckdb")
        shutil.rmtree(folder / "killed")
    return load


def refresh_in_turn(loads: Sequence[Load]) -> None:
    """1,000 new letters, then nothing new, on one archive after the other, and the same again: a machine's speed differs from
    hour to hour, so that only what was measured within minutes may be held against each other."""
    for run in range(RUNS):
        for load in loads:
            landing, home = places(load.folder)
            start = load.letters + run * NEW
            write_archive(landing, start, start + NEW)
            load.mores.append((refresh(landing, home), last_steps(home)))
            load.idles.append(refresh(landing, home))
            say(
                f"{NEW:,} more on {load.letters:,}: {load.mores[-1][0].seconds:.1f} s, {load.mores[-1][1]};"
                f" nothing new: {load.idles[-1].seconds:.1f} s"
            )


def places(folder: Path) -> tuple[Path, Path]:
    """The letters and the home of an archive."""
    return folder / "letters", folder / "home"


def only_read_seconds(landing: Path) -> float:
    """Seconds to open every file, hash its bytes and decode them, in one process: what no refresh can do without."""
    started = time.perf_counter()
    for path in sorted(landing.rglob("*.txt")):
        content = path.read_bytes()
        hashlib.sha256(content).hexdigest()
        content.decode()
    return time.perf_counter() - started


def command() -> list[str]:
    return [IMR, "refresh"]


def environment(landing: Path, home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IMR_")}
    return {**kept, "IMR_LETTERS": str(landing), "IMR_HOME": str(home)}


def refresh(landing: Path, home: Path) -> processes.Watched:
    """One refresh. Raises RuntimeError with its words where it does not end well."""
    os.sync()  # what was written to make the letters is not its work
    done = processes.run(command(), environment(landing, home))
    if done.status:
        raise RuntimeError(done.out)
    return done


def last_steps(home: Path) -> dict[str, float]:
    """Seconds by step of the last refresh."""
    record = json.loads(max((home / "refreshes").glob("*.json")).read_text())
    steps: dict[str, float] = record["seconds"]
    return steps


def size(place: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(path.stat().st_size for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file())


def say(words: str) -> None:
    print(words, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("letters", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--killed", action="store_true", help="kill the largest load once in each of its steps, too")
    parser.add_argument("--folder", type=Path, help="where letters and homes are made; else a temporary folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        loads = [
            loaded(letters, Path(folder) / str(letters), asked.killed and letters == max(asked.letters))
            for letters in sorted(asked.letters)
        ]
        refresh_in_turn(loads)
    return results.report(loads)


if __name__ == "__main__":
    sys.exit(main())
