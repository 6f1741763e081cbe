"""`make drill`: makes each kind of trouble, shows what arrives, and ends with a table. Exit status 1 where anything that
was expected did not arrive."""

from __future__ import annotations

import sys
import tempfile
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.conftest import Warehouse
from tests.drill.drills import letters_night, machinery_night
from tests.drill.night import Night, Row
from tests.drill.receivers import CHANNELS, listening

numbers = count(1)
console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)


def main() -> int:
    rows: list[Row] = []
    for drills in (letters_night, machinery_night):
        with tempfile.TemporaryDirectory() as folder, listening() as receivers:
            (Path(folder) / "landing").mkdir()
            night = Night(Warehouse(Path(folder)), receivers, rows, announce, show)
            try:
                drills(night)
            except AssertionError as error:
                rows.append(Row(f"{drills.__name__} went wrong", "-", {}, (str(error)[:500],), ""))
    console.rule("[bold]What arrived[/]")
    console.print(table(rows))
    failed = sum(not row.is_ok for row in rows)
    console.print(f"{len(rows) - failed} passed, {failed} failed")
    return 1 if failed else 0


def announce(name: str) -> None:
    console.rule(f"[bold]{next(numbers)}. {escape(name)}[/]", align="left")


def show(row: Row) -> None:
    console.print(row.text or "(nothing arrived)", markup=False)


def table(rows: list[Row]) -> Table:
    shown = Table(header_style="bold", pad_edge=False)
    for column in ("drill", "expected", *CHANNELS, "ok"):
        shown.add_column(column, justify="right" if column in CHANNELS else "left", overflow="fold")
    for row in rows:
        counts = (str(row.received.get(channel, "-")) for channel in CHANNELS)
        verdict = "[green]yes[/]" if row.is_ok else f"[red]no[/]: {escape('; '.join(row.faults))}"
        shown.add_row(escape(row.name), row.expected, *counts, verdict)
    return shown


if __name__ == "__main__":
    sys.exit(main())
