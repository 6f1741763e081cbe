"""Finding letters in the lake by the names that people give them, with their text and what was read of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration import lake
from orchestration.home import Home, HomeError
from orchestration.letters.model import Reading
from orchestration.letters.reader import read_letter

Row = dict[str, Any]
SHORTEST_ID = 6
"""So many characters of a letter_id name a letter."""
_RECEIVED = f"""
    select letter_id from read_parquet($parts)
    where (length($name) >= {SHORTEST_ID} and starts_with(letter_id, lower($name)))
        or source_uri = $name or ends_with(source_uri, '/' || $name) or ends_with(source_uri, '!' || $name)
        or 'letter-' || left(letter_id, 16) = $name
"""
_READ = """
    select letter_id from read_parquet($parts)
    where regexp_replace(upper(case_number), '\\s', '', 'g') = upper($name)
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a letter came, where from, and the part of the lake that holds it."""

    letter_id: str
    source_uri: str
    part_number: int
    received_at: dt.datetime  # UTC
    refresh_id: str


def named(home: Home, name: str) -> set[str]:
    """letter_ids of the letters in the lake that somebody may mean: by case number, letter_id or its beginning, or file
    name."""
    found = _ask(home, _RECEIVED, parts=str(home.letters / "*.parquet"), name=name)
    if lake.part_numbers(home.staged / "letters"):
        found += _ask(home, _READ, parts=str(home.staged / "letters" / "*.parquet"), name=name)
    return {row["letter_id"] for row in found}


def receipts(home: Home, letter_ids: Collection[str]) -> dict[str, Receipt]:
    """Of each of these letters that the lake holds, how it came first."""
    found = _ask(
        home,
        "select letter_id, source_uri, part_number, received_at, refresh_id from read_parquet($parts)"
        " where not is_duplicate and list_contains($letter_ids, letter_id)",
        parts=str(home.letters / "*.parquet"),
        letter_ids=list(letter_ids),
    )
    return {row["letter_id"]: Receipt(**row) for row in found}


def texts(home: Home, letters: Collection[Receipt]) -> dict[str, str]:
    """The text of each letter as it is read, with its page footers blanked, by letter_id."""
    found = _ask(
        home,
        "select letter_id, text from read_parquet($parts)"
        " where text is not null and list_contains($letter_ids, letter_id)",
        parts=_parts(home.letters, letters),
        letter_ids=[letter.letter_id for letter in letters],
    )
    read = ((row["letter_id"], row["text"], read_letter(row["text"])) for row in found)
    return {letter_id: reading.clean if isinstance(reading, Reading) else text for letter_id, text, reading in read}


def staged(home: Home, kind: str, letters: Collection[Receipt]) -> list[Row]:
    """Rows of one kind that extract read out of these letters: `items` in their order."""
    order = "letter_id, item_number" if kind == "items" else "letter_id"
    return _ask(
        home,
        f"select * from read_parquet($parts) where list_contains($letter_ids, letter_id) order by {order}",
        parts=_parts(home.staged / kind, letters),
        letter_ids=[letter.letter_id for letter in letters],
    )


def _parts(folder: Path, letters: Iterable[Receipt]) -> list[str]:
    # Only the parts that hold these letters: a lake has gigabytes of text.
    return [str(path) for path in lake.parts_holding(folder, (letter.part_number for letter in letters))]


def _ask(home: Home, sql: str, **parameters: Any) -> list[Row]:
    if not parameters["parts"]:
        return []
    try:
        with duckdb.connect() as connection:
            cursor = connection.execute(sql, parameters)
            columns = [column[0] for column in cursor.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise HomeError(f"The lake in {home.root} is not whole ({told}). Run 'imr refresh'.") from None
