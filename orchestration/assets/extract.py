"""Extract: each new part of letters, read into rows with their place in the text."""

from functools import partial
from typing import Any

import dagster as dg

from orchestration import lake
from orchestration.assets.common import OWNERS, Refresh, per_second
from orchestration.publication import read_publication
from orchestration.reading import read_part, unread_parts
from orchestration.record import Record
from orchestration.workers import Workers

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
        seconds = record.seconds["extract"]
        metadata = {"dagster/row_count": count, "seconds": seconds, "rows_per_second": per_second(count, seconds)}
        yield dg.MaterializeResult(asset_key=["staged", kind], metadata=metadata)


def extract(refresh: Refresh, record: Record) -> dict[str, int]:
    """Reads every part of letters that has no staged rows yet. Returns rows written, by kind."""
    waiting = unread_parts(refresh.home)
    refresh.progress.step("extract", lake.row_count(refresh.home.letters, waiting))
    counts = dict.fromkeys(lake.STAGED, 0)
    publication = read_publication(refresh.home)
    published_part = publication.part_number if publication else 0
    with Workers(refresh.settings.workers) as workers:
        for number, (written, rejected) in workers.spread(partial(read_part, refresh.home), waiting):
            for kind, count in written.items():
                counts[kind] += count
            record.letters_read += written["letters"] - len(rejected)
            record.rejected += len(rejected)
            if number > published_part:  # those of older parts are read again, and known
                record.note_rejected(rejected)
            refresh.progress.advance(lake.row_count(refresh.home.letters, [number]))
    return counts
