"""`make torture`: both nights, killed at random instants and at every file that a refresh names. Takes half an hour and
more; ends at once, with the kills that did it, where one leaves what it must not."""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from rich.console import Console
from rich.progress import Progress

from tests.torture.kills import random_kills
from tests.torture.nights import Broken, Night, first_night, later_night
from tests.warm import Kill

KILLED = -9


def main() -> int:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--instants", type=int, default=200, help="random instants of both nights together (200)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to kill again as in an earlier run")
    parser.add_argument("--no-names", action="store_true", help="leave out the files that are named")
    asked = parser.parse_args()
    console = Console()
    console.print(f"seed {asked.seed}")
    status = 0
    for name, make in (("first night", first_night), ("later night", later_night)):
        with tempfile.TemporaryDirectory() as folder:
            night = make(Path(folder))
            console.print(f"{name}: {night.seconds:.0f} s undisturbed")
            random = Random(f"{asked.seed}-{name}")
            status |= _torture(night, list(random_kills(random, asked.instants // 2, night.seconds)), console)
            if not asked.no_names:
                status |= _torture_names(night, console)
    return status


def _torture(night: Night, cases: Sequence[Sequence[Kill]], console: Console) -> int:
    hit = 0
    with Progress(console=console) as bars:
        for case in bars.track(cases, description="random instants"):
            try:
                hit += night.tormented(case).count(KILLED)
            except Broken as error:
                console.print(f"[red]broken[/] by {case}:\n{error}", soft_wrap=True)
                return 1
    console.print(f"[green]unbroken[/] by {hit} kills at random instants")
    return 0


def _torture_names(night: Night, console: Console) -> int:
    for number in itertools.count(1):
        before, after = (Kill(at_name=number, is_done=is_done) for is_done in (False, True))
        # The second refresh finds what the first one left, and is killed at the same count of names.
        try:
            ended = night.tormented([before, after])
        except Broken as error:
            console.print(f"[red]broken[/] at name {number}:\n{error}", soft_wrap=True)
            return 1
        if ended[0] != KILLED:  # it gave fewer names
            console.print(f"[green]unbroken[/] at each of {number - 1} files that are named or removed")
            return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
