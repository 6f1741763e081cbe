"""`make torture`: both nights, side by side, killed at random instants and at every file that a refresh names. A night
ends with the kills that did it, where they leave what they must not; the other one goes on."""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TypeVar

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from orchestration.progress import how_far
from tests.torture.kills import random_kills
from tests.torture.nights import Broken, Night, first_night, later_night
from tests.warm import Kill

KILLED = -9
NIGHTS = {"first night": first_night, "later night": later_night}
_CASES_BETWEEN_LINES = 10
_T = TypeVar("_T")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--instants", type=int, default=200, help="random instants of both nights together (200)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to kill again as in an earlier run")
    parser.add_argument("--no-names", action="store_true", help="leave out the files that are named")
    parser.add_argument("--first-name", type=int, default=1, help="which of them to begin with, to go on (1)")
    asked = parser.parse_args()
    console = Console()
    console.print(f"seed {asked.seed}")

    def torture(name: str, make: Callable[[Path], Night]) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            night = make(Path(folder))
            console.print(f"{name}: {night.seconds:.0f} s undisturbed")
            random = Random(f"{asked.seed}-{name}")
            instants = list(random_kills(random, asked.instants // 2, night.seconds))
            tortured = _Tortured(name, night, bars)
            return tortured.at_instants(instants) and (asked.no_names or tortured.at_names(asked.first_name))

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars, ThreadPoolExecutor() as both:
        unbroken = list(both.map(torture, NIGHTS, NIGHTS.values()))
    return 0 if all(unbroken) else 1


class _Tortured:
    """A night, and who is told what becomes of it: bars on a terminal, elsewhere a line now and then."""

    def __init__(self, name: str, night: Night, bars: Progress) -> None:
        self._name, self._night, self._bars = name, night, bars

    def at_instants(self, cases: Sequence[Sequence[Kill]]) -> bool:
        """Whether it ends as if undisturbed after the kills of each case."""
        hit = 0
        for case in self._tracked(cases, "random instants", len(cases)):
            try:
                hit += self._night.tormented(case).count(KILLED)
            except Broken as error:
                self._say(f"[red]broken[/] by {case}:\n{error}")
                return False
        self._say(f"[green]unbroken[/] by {hit} kills at {sum(map(len, cases))} random instants")
        return True

    def at_names(self, first: int) -> bool:
        """Whether it ends as if undisturbed after kills before and behind each file that it names or removes."""
        for number in self._tracked(itertools.count(first), "files named"):
            before, after = (Kill(at_name=number, is_done=is_done) for is_done in (False, True))
            # The second refresh finds what the first one left, and is killed at the same count of names.
            try:
                ended = self._night.tormented([before, after])
            except Broken as error:
                self._say(f"[red]broken[/] at name {number}:\n{error}")
                return False
            if ended[0] != KILLED:  # it gave fewer names
                self._say(f"[green]unbroken[/] at each of files {first} to {number - 1} that are named or removed")
                break
        return True

    def _tracked(self, cases: Iterable[_T], of_what: str, total: int | None = None) -> Iterator[_T]:
        began = time.monotonic()
        task = self._bars.add_task(f"{self._name}, {of_what}", total=total)
        for number, case in enumerate(cases, 1):
            yield case
            self._bars.advance(task)
            if self._bars.disable and number % _CASES_BETWEEN_LINES == 0:
                self._say(f"{of_what}: {how_far(number, total, time.monotonic() - began)}")

    def _say(self, text: str) -> None:
        self._bars.console.print(f"{self._name}: {text}", soft_wrap=True)


if __name__ == "__main__":
    raise SystemExit(main())
