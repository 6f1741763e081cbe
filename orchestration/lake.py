"""The lake: append-only Parquet parts, their columns, and how they are written and listed.

Parts are numbered; ingest gives the number, and what extract makes of a part carries the same one. A part is written
under another name and renamed, so a part that is there is whole.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.home import Home, written_whole

_TIME = pa.timestamp("us")  # UTC
_SPAN = pa.int32()


def _spanned(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(f"{name}_{end}", _SPAN) for name in names for end in ("start", "end")]


LETTERS = pa.schema(
    [
        ("letter_id", pa.string()),
        ("source_uri", pa.string()),
        ("part_number", pa.int32()),
        ("refresh_id", pa.string()),
        ("received_at", _TIME),
        ("byte_count", pa.int64()),
        ("encoding", pa.string()),
        ("reason_code", pa.string()),
        ("detail", pa.string()),
        ("is_duplicate", pa.bool_()),  # the same bytes were received before, or under a name that sorts first
        ("text", pa.string()),  # null where the bytes hold none, and for duplicates
    ]
)

FILES = pa.schema(
    [
        ("file_uri", pa.string()),
        ("byte_count", pa.int64()),
        ("changed", pa.int64()),  # nanoseconds of its last change, or a hash of the tag that its store gives it
        ("letters", pa.int32()),  # 1, or as many as an archive holds
        ("refresh_id", pa.string()),
    ]
)

STAGED = {
    "letters": pa.schema(
        [
            ("letter_id", pa.string()),
            ("part_number", pa.int32()),
            ("reader_version", pa.int32()),
            ("reason_code", pa.string()),  # null: read
            ("detail", pa.string()),
            ("template", pa.string()),
            ("case_number", pa.string()),
            ("priority", pa.string()),
            ("injury_date", pa.date32()),
            ("ur_denial_date", pa.date32()),
            ("application_received_date", pa.date32()),
            ("assigned_date", pa.date32()),
            ("decision_date", pa.date32()),
            ("patient_age", pa.int32()),
            ("patient_sex", pa.string()),
            ("item_count", pa.int32()),
            ("unread_share", pa.float64()),
            *_spanned(
                "case_number",
                "priority",
                "injury_date",
                "ur_denial_date",
                "application_received_date",
                "assigned_date",
                "decision_date",
                "patient_age",
                "patient_sex",
                "case_summary",
                "documents",
            ),
        ]
    ),
    "credentials": pa.schema(
        [
            ("letter_id", pa.string()),
            ("part_number", pa.int32()),
            ("credential_kind", pa.string()),
            ("credential_number", pa.int32()),
            ("credential_text", pa.string()),
            ("span_start", _SPAN),
            ("span_end", _SPAN),
        ]
    ),
    "items": pa.schema(
        [
            ("letter_id", pa.string()),
            ("part_number", pa.int32()),
            ("item_number", pa.int32()),
            ("service_text", pa.string()),
            ("outcome", pa.string()),
            ("restated_outcome", pa.string()),  # what a notice says again of the item, or otherwise
            ("quantity", pa.int32()),
            ("strength", pa.string()),
            ("spine_levels", pa.string()),
            ("claims_guideline_text", pa.string()),
            ("reviewer_guideline_text", pa.string()),
            ("rationale_text", pa.string()),
            ("rationale_words", pa.int32()),
            *_spanned("service", "outcome", "restated_outcome", "claims_guideline", "reviewer_guideline", "rationale"),
        ]
    ),
    "citations": pa.schema(
        [
            ("letter_id", pa.string()),
            ("part_number", pa.int32()),
            ("item_number", pa.int32()),
            ("cited_by", pa.string()),
            ("citation_number", pa.int32()),
            ("scheme", pa.string()),
            ("guideline_text", pa.string()),
            ("chapter_number", pa.int32()),
            ("section_text", pa.string()),
            ("pages", pa.string()),  # '46-46; 303-304', in printed order
            ("edition_year", pa.int32()),
            ("citation_text", pa.string()),
            ("span_start", _SPAN),
            ("span_end", _SPAN),
        ]
    ),
}

CHECKS = pa.schema(
    [
        ("refresh_id", pa.string()),
        ("checked_at", _TIME),
        ("suite", pa.string()),
        ("expectation", pa.string()),
        ("column_name", pa.string()),
        ("severity", pa.string()),
        ("is_met", pa.bool_()),
        ("rows_checked", pa.int64()),
        ("rows_unexpected", pa.int64()),
        ("reason", pa.string()),
    ]
)

# One thing said by hand of one item, a part each. What an override gives is what the letter lacks: the rest is null.
OVERRIDES = pa.schema(
    [
        ("override_number", pa.int32()),  # the part's own number: later ones count
        ("action", pa.string()),  # release, or undo: what was released waits again
        ("letter_id", pa.string()),
        ("item_number", pa.int32()),
        ("service_text", pa.string()),  # of the item as it was read then: another reading may number items otherwise
        ("reason_code", pa.string()),  # why it was quarantined
        ("outcome", pa.string()),
        ("reviewer_basis", pa.string()),
        ("given_service_text", pa.string()),
        ("decided_by", pa.string()),
        ("decided_at", _TIME),
        ("reason", pa.string()),
    ]
)

LONG_TEXTS = ("text", "claims_guideline_text", "reviewer_guideline_text", "rationale_text")
FIRST_PART = b"imr.first_part"
"""In the metadata of a large part: the first of the parts whose rows it holds. Its own number is the last."""
_PART = re.compile(r"part-(\d{6})\.parquet$")


def found(home: Home) -> None:
    """Lays a part without rows in every folder that has none, so that what reads the folder finds its columns."""
    folders = [(home.letters, LETTERS), (home.files, FILES), (home.checks, CHECKS), (home.overrides, OVERRIDES)]
    folders += [(home.staged / kind, schema) for kind, schema in STAGED.items()]
    for folder, schema in folders:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / part_name(0)).exists():
            write(folder / part_name(0), schema, [])


def part_name(number: int) -> str:
    return f"part-{number:06d}.parquet"


def part_ranges(folder: Path) -> list[tuple[int, int]]:
    """First and last number of the parts that each large part holds. A part that cannot be read is nobody's range:
    whoever reads it says what is wrong with it."""
    found = []
    for number in part_numbers(folder):
        with contextlib.suppress(OSError, pa.ArrowException):
            metadata = pq.read_schema(folder / part_name(number)).metadata or {}
            if FIRST_PART in metadata:
                found.append((int(metadata[FIRST_PART]), number))
    return found


def parts_holding(folder: Path, numbers: Iterable[int]) -> list[Path]:
    """The files with the rows of these parts, be they parts of their own or in a large one; none for a part that is
    gone."""
    there, wanted = set(part_numbers(folder)), set(numbers)
    holding = wanted & there
    if missing := wanted - there:
        holding |= {last for first, last in part_ranges(folder) if any(first <= number <= last for number in missing)}
    return [folder / part_name(number) for number in sorted(holding)]


def lost_parts(home: Home, published_part: int = 0) -> list[int]:
    """Numbers that were given to parts of letters and that no file there holds any more: staged rows, the publication
    or a later part know of them."""
    there = part_numbers(home.letters)
    last = max([*there, *part_numbers(home.staged / "letters"), published_part], default=0)
    missing = set(range(1, last + 1)) - set(there)
    for low, high in part_ranges(home.letters) if missing else ():
        missing -= set(range(low, high))
    return sorted(missing)


def orphaned_parts(home: Home) -> list[Path]:
    """Staged parts that were read from a part of letters that is gone."""
    lost = set(lost_parts(home))
    return [
        home.staged / kind / part_name(number)
        for kind in STAGED
        for number in part_numbers(home.staged / kind)
        if number in lost
    ]


def row_count(folder: Path, numbers: Iterable[int]) -> int:
    """Rows of these parts, as the files say. One that cannot be read counts none: who reads it says what is wrong."""
    count = 0
    for number in numbers:
        with contextlib.suppress(OSError, pa.ArrowException):
            count += pq.read_metadata(folder / part_name(number)).num_rows
    return count


def part_numbers(folder: Path) -> list[int]:
    """Numbers of the parts in a folder, ascending, without the empty part 0."""
    numbers = (_PART.search(path.name) for path in folder.glob("part-*.parquet"))
    return sorted(int(match[1]) for match in numbers if match and int(match[1]))


def staged_letters(home: Home, number: int) -> Path:
    """The part of staged letters whose presence says that a part of letters was read. Without it extract reads anew."""
    return home.staged / "letters" / part_name(number)


def parts_read_before(home: Home, version: int) -> list[int]:
    """Numbers of the parts whose letters were read by a reader older than `version`."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "select distinct filename from read_parquet(?, filename = true) where reader_version < ?",
            [str(home.staged / "letters" / "*.parquet"), version],
        ).fetchall()
    matches = (_PART.search(name) for (name,) in found)
    return sorted(int(match[1]) for match in matches if match)


def staged_parts(home: Home) -> set[int]:
    """Numbers of the parts whose staged rows are there, of every kind."""
    return set.intersection(*(set(part_numbers(home.staged / kind)) for kind in STAGED))


def write(path: Path, schema: pa.Schema, rows: Sequence[dict[str, Any]]) -> None:
    """Writes rows as one whole part. A row that lacks a column, or holds another, is a mistake of ours and raises."""
    names = set(schema.names)
    for row in rows:
        if row.keys() != names:
            raise KeyError(f"{path.name}: columns {sorted(row.keys() ^ names)} are on one side only")
    # By rows, in the order in which they lie in memory: by columns takes three times as long.
    table = pa.Table.from_pylist(rows, schema=schema)
    with written_whole(path) as unfinished:
        # Long texts are all different: looking for repeated ones takes longer than to write them.
        repeated = [name for name in schema.names if name not in LONG_TEXTS]
        pq.write_table(table, unfinished, compression="zstd", use_dictionary=repeated, write_page_checksum=True)


def read(path: Path, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The rows of one part."""
    rows: list[dict[str, Any]] = pq.read_table(path, columns=columns).to_pylist()
    return rows
