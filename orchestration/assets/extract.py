"""Extract: each new part of letters, read into rows with their place in the text."""

from typing import Any

import dagster as dg

from orchestration import lake
from orchestration.assets.common import OWNERS, Refresh
from orchestration.home import Home
from orchestration.letters.model import Rejection
from orchestration.letters.reader import read_letter
from orchestration.letters.rows import Row, citation_rows, credential_rows, item_row, letter_row
from orchestration.publication import read_publication
from orchestration.record import Record

_DESCRIPTIONS = {
    "letters": "One row for each letter: what its header, its summary and its form say, or why it was rejected.",
    "credentials": "One row for each specialty, subspecialty and state of licensure, as printed.",
    "items": "One row for each disputed item: service, outcome, guideline paragraphs and rationale.",
    "citations": "One row for each guideline that a side cites for an item: name, chapter, topic, pages, year.",
}


@dg.multi_asset(
    name="extract",
    specs=[
        dg.AssetSpec(
            ["staged", kind],
            deps=[["lake", "letters"]],
            group_name="extract",
            kinds={"python", "parquet"},
            owners=OWNERS,
            description=description,
        )
        for kind, description in _DESCRIPTIONS.items()
    ],
)
def staged_rows(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]) -> Any:
    record = refresh.record(context.run.run_id)
    with record.step("extract"):
        counts = extract(refresh, record)
    for kind, count in counts.items():
        metadata = {"dagster/row_count": count, "seconds": record.seconds["extract"]}
        yield dg.MaterializeResult(asset_key=["staged", kind], metadata=metadata)


def extract(refresh: Refresh, record: Record) -> dict[str, int]:
    """Reads every part of letters that has no staged rows yet. Returns rows written, by kind."""
    waiting = unread_parts(refresh.home)
    refresh.progress.step("extract", len(waiting))
    counts = dict.fromkeys(lake.STAGED, 0)
    publication = read_publication(refresh.home)
    published_part = publication.part_number if publication else 0
    for number in waiting:
        staged = read_part(refresh.home, number)
        record.letters_read += sum(row["reason_code"] is None for row in staged["letters"])
        rejected = [row for row in staged["letters"] if row["reason_code"] is not None]
        record.rejected += len(rejected)
        if rejected and number > published_part:  # those of older parts are read again, and known
            record.note_rejected(with_places(refresh.home, number, rejected))
        # Letters last: a part counts as read when its letters are there.
        for kind in ("credentials", "items", "citations", "letters"):
            rows = [row | {"part_number": number} for row in staged[kind]]
            lake.write(refresh.home.staged / kind / lake.part_name(number), lake.STAGED[kind], rows)
            counts[kind] += len(rows)
        refresh.progress.advance()
    return counts


def unread_parts(home: Home) -> list[int]:
    """Numbers of the parts that no reader has read, or of which staged rows got lost."""
    return sorted(set(lake.part_numbers(home.letters)) - lake.staged_parts(home))


def with_places(home: Home, number: int, rows: list[Row]) -> list[Row]:
    """Rows of one part's letters, with the place where each letter lay."""
    columns = ["letter_id", "source_uri", "is_duplicate"]
    found = lake.read(home.letters / lake.part_name(number), columns)
    places = {row["letter_id"]: row["source_uri"] for row in found if not row["is_duplicate"]}
    return [row | {"source_uri": places.get(row["letter_id"])} for row in rows]


def read_part(home: Home, number: int) -> dict[str, list[Row]]:
    """Staged rows of one part, by kind, without their part number."""
    staged: dict[str, list[Row]] = {kind: [] for kind in lake.STAGED}
    for row in lake.read(home.letters / lake.part_name(number), ["letter_id", "text"]):
        letter_id, text = row["letter_id"], row["text"]
        if text is None:
            continue
        reading = read_letter(text)
        staged["letters"].append(letter_row(letter_id, reading))
        if isinstance(reading, Rejection):
            continue
        staged["credentials"] += credential_rows(letter_id, reading)
        for item in reading.items:
            staged["items"].append(item_row(letter_id, item))
            staged["citations"] += citation_rows(letter_id, reading.clean, item)
    return staged
