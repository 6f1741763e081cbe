"""What a run prints. Tables only; no figure is made in here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.fidelity.compare import FIELDS, SIDES, Comparison
from tests.fidelity.figures import Figures
from tests.fidelity.measure import Measured
from tests.fidelity.record import Change, Letters

_SHOWN_PLACES = 6
_NARROW = 18  # characters of a category in the head of a column


def print_figures(console: Console, by_field: dict[str, Figures]) -> None:
    """One row for each field: precision, recall and the counts they are made of."""
    table = Table(title="Fidelity to the labelled letters", title_justify="left", title_style="bold")
    table.add_column("field")
    for name in ("precision", "recall", "expected", "found", "right"):
        table.add_column(name, justify="right")
    for group, fields in FIELDS.items():
        shown = [(field, by_field[field]) for field in fields if by_field[field].expected or by_field[field].found]
        if not shown:
            continue
        table.add_section()
        table.add_row(f"[bold]{group}[/]")
        for field, counts in shown:
            table.add_row(
                f"  {field.removeprefix(group + '.').removeprefix(group.removesuffix('.csv') + '.')}",
                _share(counts.precision),
                _share(counts.recall),
                *(f"{count:,}" for count in (counts.expected, counts.found, counts.right)),
            )
    console.print(table)


def print_confusion(console: Console, comparisons: Iterable[Comparison]) -> None:
    """Categories of the list of services: a row for each labelled one, a column for each found."""
    pairs = Counter(
        (str(comparison.expected), str(comparison.found or "nothing"))
        for comparison in comparisons
        if comparison.field == "services.category"
    )
    if not pairs:
        return
    labelled = sorted({expected for expected, _ in pairs})
    columns = labelled + sorted({found for _, found in pairs} - set(labelled))
    table = Table(title="services.csv by category: labelled (rows), found (columns)", title_justify="left")
    table.add_column("labelled as")
    for number, column in enumerate(columns, start=1):
        table.add_column(str(number) if column in labelled else column[:_NARROW], justify="right")
    for number, row in enumerate(labelled, start=1):
        counts = [pairs[row, column] for column in columns]
        cells = [
            f"[green]{count}[/]" if row == column else f"[bold red]{count}[/]" if count else "·"
            for column, count in zip(columns, counts, strict=True)
        ]
        table.add_row(f"{number:2} {row}", *cells)
    console.print(table)


def print_rejected(console: Console, measured: Measured) -> None:
    """Letters that were not read at all, and what the audit said."""
    if measured.was_refused:
        console.print("[yellow]The audit refused this refresh:[/] the tables of the build were measured.")
    if measured.rejected:
        console.print(
            f"[yellow]Rejected letters: {len(measured.rejected)}.[/] All that is labelled of them counts as missed."
        )
        for name, reason in measured.rejected.items():
            console.print(f"  {escape(name)}  {reason}", highlight=False)


def print_wrong(console: Console, measured: Measured) -> None:
    """Every value that is not as labelled: where, what was labelled, what was found. Of an item or a citation that was
    missed or made up one line, not one for each of its parts; of rejected letters none."""
    wrong = [one for one in measured.comparisons if not one.is_right and one.letter not in measured.rejected]
    whole = {(one.letter, one.place, one.field) for one in wrong if None in (one.expected, one.found)}
    shown = [one for one in wrong if not _is_part_of_missed(one, whole)]
    if not shown:
        console.print("In the letters that were read, every value is as labelled.")
        return
    table = Table(title=f"Not as labelled: {len(shown)}", title_justify="left")
    for name in ("letter", "place", "field", "labelled", "found"):
        table.add_column(name, overflow="fold")
    for before, one in zip([None, *shown], shown, strict=False):
        if before and before.letter != one.letter:
            table.add_section()
        cells = (one.letter, one.place, one.field, _shown(one.expected), _shown(one.found))
        table.add_row(*(escape(cell) for cell in cells))
    console.print(table)


def _is_part_of_missed(one: Comparison, whole: set[tuple[str, str, str]]) -> bool:
    """Whether a wrong value goes without saying, because another line says it. `whole` holds what one side lacks."""
    item = one.place.split(",")[0]
    if (one.letter, item, "items") in whole:
        has_text = (one.letter, item, "service_text") in whole
        return one.field != ("service_text" if has_text else "items")
    side, _, part = one.field.partition(".")
    if side not in SIDES or part == "basis":
        return False
    is_missed = (one.letter, one.place, f"{side}.citations") in whole
    # A citation that is there in part is told by its parts, one that is not is told whole.
    return is_missed != (part == "citations")


def print_changes(console: Console, recorded: Letters | None, now: Letters, found: list[Change], whole: bool) -> None:
    """Gains and losses by letter; the first few places of each, or all of them."""
    if recorded is None:
        console.print("No run was recorded yet: --record records this one.")
        return
    for words, names in (("new", now.keys() - recorded.keys()), ("gone", recorded.keys() - now.keys())):
        if names:
            console.print(f"Letters {words} since the recorded run: {escape(', '.join(sorted(names)))}")
    if not found:
        console.print("Against the recorded run: no gains, no losses.")
        return
    gains, losses = sum(len(one.gains) for one in found), sum(len(one.losses) for one in found)
    console.print(f"Against the recorded run: [green]{gains} gains[/], [red]{losses} losses[/]")
    for change in found:
        console.print(f"  {escape(change.letter)}", highlight=False)
        for sign, style, places in (("+", "green", change.gains), ("-", "red", change.losses)):
            shown = places if whole else places[:_SHOWN_PLACES]
            for place in shown:
                console.print(f"    [{style}]{sign}[/] {escape(place)}", highlight=False)
            if len(places) > len(shown):
                console.print(f"    [{style}]{sign}[/] and {len(places) - len(shown)} more (--verbose)")


def _share(share: float | None) -> str:
    if share is None:
        return "-"
    # 99.96 % is not 100 %: a figure is only whole when nothing is wrong.
    shown = f"{share * 100:.1f} %" if share == 1 or share < 0.9995 else "> 99.9 %"
    return shown if share == 1 else f"[yellow]{shown}[/]"


def _shown(value: Any) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
