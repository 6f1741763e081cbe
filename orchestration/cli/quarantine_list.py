"""`imr quarantine list`: what waits, since when, in its letter's words; and what was released by hand."""

from __future__ import annotations

import csv
import datetime as dt
import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from orchestration import lookup, overrides
from orchestration.cli.passages import passage, places_of_others
from orchestration.cli.quarantine import BUSY_NOTE, OPTIONS, all_waiting, published_states
from orchestration.cli.terminal import err, home_of, out, printable, published
from orchestration.home import Home
from orchestration.lookup import Receipt
from orchestration.overrides import Override, Place
from orchestration.quarantine import Waiting, left_open

SHOWN = 20
Row = dict[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""
_PASSAGES = {"item": "service", "outcome": "outcome", "again": "restated_outcome", "rationale": "rationale"}
"""What is shown of the letter, and the staged columns that tell where it stands."""


def run_list(reason: str | None, limit: int | None, csv_file: str | None, home_path: str | None) -> int:
    """Prints what waits, the oldest first, with its passages and the command that would release it."""
    home = home_of(home_path)
    held = all_waiting(home)
    waiting = [item for item in held.waiting if reason in (None, item.reason_code)]
    said = overrides.read_overrides(home)
    received = lookup.receipts(home, {item.letter_id for item in waiting})
    since = {item.place: _since(item.place, received.get(item.letter_id), said) for item in waiting}
    waiting.sort(key=lambda item: (since[item.place][0] or dt.datetime.min, item.source_uri, item.item_number))
    shown = waiting[: limit or (len(waiting) if csv_file else SHOWN)]
    rows = _rows(home, shown, received, since, overrides.in_force(said), home_path)
    if held.is_partial:
        err.print(BUSY_NOTE)
    if csv_file:
        _write_csv(csv_file, rows, _COLUMNS)
        return 0
    if not waiting:
        out.print("Nothing waits in quarantine." if reason is None else f"Nothing waits in quarantine for {reason}.")
        return 0
    for row in rows:
        _print(row)
    count = f"{len(waiting):,} items wait in quarantine" if len(waiting) > 1 else "1 item waits in quarantine"
    more = "" if len(rows) == len(waiting) else f"; here are {len(rows)}, --limit shows more and --csv - all"
    out.print(f"{count}{more}.")
    return 0


def run_list_released(reason: str | None, limit: int | None, csv_file: str | None, home_path: str | None) -> int:
    """Prints everything that was decided by hand and taken back, the latest first, and what became of it."""
    home = home_of(home_path)
    states: dict[int, str] = {}
    if home.published.exists():
        with published(home) as connection:
            states = published_states(connection)
    everything = overrides.read_overrides(home)
    said = [one for one in reversed(everything) if reason in (None, one.reason_code)]
    if not said:
        all_waiting(home)  # says so where there is no warehouse at all
    if not said and not csv_file:
        out.print("Nothing was decided by hand." if reason is None else f"Nothing was decided by hand for {reason}.")
        return 0
    shown = said[: limit or (len(said) if csv_file else SHOWN)]
    received = lookup.receipts(home, {one.letter_id for one in shown}) if shown else {}
    last = {one.place: one.override_number for one in everything}
    rows = []
    for one in shown:
        state = states.get(one.override_number) or ("pending" if one.override_number == last[one.place] else "replaced")
        rows.append(_said(one, received.get(one.letter_id), state))
    if csv_file:
        _write_csv(csv_file, rows, _SAID_COLUMNS)
        return 0
    table = Table(header_style="bold", pad_edge=False, show_lines=True)
    for column in ("letter", "item", "decided", "by", "when (UTC)", "why", "state"):
        table.add_column(column, overflow="fold")
    for row in rows:
        decided = ", ".join(str(row[name]) for name in ("outcome", "reviewer_basis", "given_service_text") if row[name])
        cells = (
            f"{Path(row['source_uri']).name} {row['letter_id'][:12]}",
            f"{row['item_number']} {row['service_text'] or ''}",
            "taken back" if row["action"] == "undo" else f"{decided} ({row['reason_code']})",
            row["decided_by"],
            f"{row['decided_at']:%Y-%m-%d %H:%M}",
            row["reason"],
            "waits for the next refresh" if row["state"] == "pending" else row["state"].replace("_", " "),
        )
        table.add_row(*(Text(printable(cell)) for cell in cells))
    out.print(table)
    if len(rows) < len(said):
        out.print(f"{len(rows)} of {len(said):,}; --limit shows more and --csv - all.")
    return 0


_SAID_COLUMNS = (
    *("override_number", "action", "letter_id", "source_uri", "item_number", "service_text", "reason_code", "outcome"),
    *("reviewer_basis", "given_service_text", "decided_by", "decided_at", "reason", "state"),
)
_COLUMNS = (
    *("reason_code", "letter_id", "source_uri", "case_number", "item_number", "service_text", "detail", "waits_in"),
    *("since", "refresh_id", "released_by", *_PASSAGES, "release_command"),
)


def _rows(
    home: Home,
    shown: Sequence[Waiting],
    received: dict[str, Receipt],
    since: dict[Place, tuple[dt.datetime | None, str]],
    released: dict[Place, Override],
    home_path: str | None,
) -> list[Row]:
    letters = list({item.letter_id: received[item.letter_id] for item in shown if item.letter_id in received}.values())
    cases = {row["letter_id"]: row["case_number"] for row in lookup.staged(home, "letters", letters)}
    read = {(row["letter_id"], row["item_number"]): row for row in lookup.staged(home, "items", letters)}
    texts = lookup.texts(home, letters)
    rows = []
    for item in shown:
        staged, text = read.get(item.place), texts.get(item.letter_id, "")
        places = {
            shown_as: (staged[f"{name}_start"], staged[f"{name}_end"]) if staged else (None, None)
            for shown_as, name in _PASSAGES.items()
        }
        others = places_of_others(
            (row for row in read.values() if row["letter_id"] == item.letter_id), item.item_number
        )
        release = released.get(item.place)
        rows.append(
            {
                "reason_code": item.reason_code,
                "letter_id": item.letter_id,
                "source_uri": item.source_uri,
                "case_number": cases.get(item.letter_id),
                "item_number": item.item_number,
                "service_text": item.service_text,
                "detail": item.detail,
                "waits_in": "publication" if item.is_published else "refused refresh",
                "since": since[item.place][0],
                "refresh_id": since[item.place][1],
                "released_by": release.decided_by if release else None,
                **{name: passage(text, start, end, others) for name, (start, end) in places.items()},
                "release_command": _command(item, staged, home_path) if staged else None,
            }
        )
    return rows


def _since(place: Place, letter: Receipt | None, said: Iterable[Override]) -> tuple[dt.datetime | None, str]:
    """Since when an item waits, and by which refresh: since its letter came, or since its release was taken back."""
    undone = [one for one in said if one.place == place and one.action == "undo"]
    if undone:
        return undone[-1].decided_at, ""
    return (letter.received_at, letter.refresh_id) if letter else (None, "")


def _command(item: Waiting, staged: Row, home_path: str | None) -> str:
    """The command that would release an item. What stands for a choice or a reason is refused where it is left so."""
    needs = [OPTIONS[field][1] for field in left_open(staged)]
    where = ["--home", shlex.quote(home_path)] if home_path else []
    words = ["imr quarantine release", item.letter_id[:12], str(item.item_number), *needs, '--reason "..."', *where]
    return " ".join(words)


def _print(row: Row) -> None:
    service = printable(row["service_text"] or "(not printed)")
    title = Text.assemble(
        (f"{printable(row['case_number'] or '(no case number)')} item {row['item_number']}  ", "bold"), service
    )
    out.print(title, soft_wrap=True)
    out.print(Text(f"  {printable(row['source_uri'])}  {row['letter_id'][:16]}"), soft_wrap=True)
    out.print(Text(f"  {row['reason_code']}: {printable(row['detail'])}", style="yellow"), soft_wrap=True)
    since = "since a time that the lake has lost"
    if row["since"]:
        by = f"by refresh {row['refresh_id']}" if row["refresh_id"] else "when its release was taken back"
        since = f"since {row['since']:%Y-%m-%d %H:%M} UTC, {by}"
    where = "" if row["waits_in"] == "publication" else "; in a refused refresh, not published"
    out.print(Text(f"  {since}{where}"), soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name in _PASSAGES:
        if name != "again" or row[name].plain != "not printed":
            table.add_row(f"  {name}", row[name])
    out.print(table)
    if row["released_by"]:
        released = f"  released by {printable(row['released_by'])}; the next 'imr refresh' takes it out of quarantine"
        out.print(Text(released, style="green"), soft_wrap=True)
    elif row["release_command"]:
        out.print(Text(f"  {row['release_command']}", style="cyan"), soft_wrap=True)
    out.print()


def _said(one: Override, letter: Receipt | None, state: str) -> Row:
    values = {name: getattr(one, name) for name in _SAID_COLUMNS if name not in ("source_uri", "state")}
    return {**values, "source_uri": letter.source_uri if letter else "(not in the lake)", "state": state}


def _cell(value: Any) -> Any:
    """A cell that a spreadsheet shows and does not run: letters are other people's words, and '=' begins a formula."""
    text = value.plain if isinstance(value, Text) else value
    if not isinstance(text, str):
        return text
    return f"'{printable(text)}" if text.startswith(_FORMULA) else printable(text)


def _write_csv(target: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """All rows as CSV into a file, or on standard output where it is called '-'."""
    if target == "-":
        _write_rows(sys.stdout, rows, columns)
        return
    with Path(target).open("w", encoding="utf-8", newline="") as handle:
        _write_rows(handle, rows, columns)


def _write_rows(handle: Any, rows: Sequence[Row], columns: Sequence[str]) -> None:
    writer = csv.DictWriter(handle, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
