"""The command: measure, print, hold against the floors and the recorded run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from tests.conftest import LETTERS
from tests.fidelity import report
from tests.fidelity.figures import broken_floors, figures
from tests.fidelity.labelled import LabelsError, labelled_letters
from tests.fidelity.measure import MeasureError, measure
from tests.fidelity.record import by_letter, changes, recorded_letters, write_record

_PLAIN_WIDTH = 140  # where the output is no terminal


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 measured, 1 a figure is below its floor, 2 nothing could be measured."""
    options = _options(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=_PLAIN_WIDTH)
    try:
        letters = labelled_letters(options.letters or LETTERS)
        console.print(f"Refreshing a warehouse of {len(letters)} labelled letters ...")
        measured = measure(letters, with_lists=options.letters is None)
    except (LabelsError, MeasureError) as error:
        print(error, file=sys.stderr)
        return 2
    by_field, now = figures(measured.comparisons), by_letter(measured.letters, measured.comparisons)
    report.print_figures(console, by_field)
    report.print_confusion(console, measured.comparisons)
    report.print_rejected(console, measured)
    if options.verbose:
        report.print_wrong(console, measured)
    if options.letters:
        return 0  # floors and record are those of the project's own letters
    recorded = recorded_letters()
    report.print_changes(console, recorded, now, changes(recorded or {}, now), whole=options.verbose)
    if options.record:
        write_record(now, measured.comparisons)
        console.print("Recorded.")
    broken = broken_floors(by_field)
    for sentence in broken:
        console.print(f"[bold red]Below the floor:[/] {sentence}", highlight=False)
    return 1 if broken else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity", description="How faithful the warehouse is.")
    parser.add_argument(
        "--letters", type=Path, metavar="FOLDER", help="measure these labelled letters instead (no lists, no floors)"
    )
    parser.add_argument("--record", action="store_true", help="record this run: the next ones are held against it")
    parser.add_argument("--verbose", action="store_true", help="show every value that is not as labelled")
    options = parser.parse_args(arguments)
    if options.record and options.letters:
        parser.error("--record records the project's own letters; leave --letters out")
    return options


if __name__ == "__main__":
    sys.exit(main())
