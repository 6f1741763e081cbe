"""Ingest: every letter of the landing place once, by content, into the lake. What cannot be read gets a reason."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb

from orchestration import lake
from orchestration.assets.common import OWNERS, Refresh
from orchestration.files.pdf_process import PdfReader
from orchestration.home import Home
from orchestration.landing import arrivals, as_row, count_letters, list_files
from orchestration.publication import is_pending
from orchestration.record import Record, utc_now

LETTERS_PER_PART = 5_000


@dg.asset(
    key=["lake", "letters"],
    group_name="ingest",
    kinds={"python", "parquet"},
    owners=OWNERS,
    output_required=False,
    description="One row for each file received, alone or in an archive, with its text or the reason why it has none. "
    "Skips what follows where nothing waits to be published.",
)
def received_letters(
    context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]
) -> Iterator[dg.MaterializeResult[Any]]:
    record = Record.begin(refresh.home, context.run.run_id)
    with record.step("ingest"):
        lake.found(refresh.home)
        ingest(refresh, record)
        pending = is_pending(refresh.home)
    if not pending:
        record.end("nothing_new")
        return
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": record.files_new,
            "files_seen": record.files_seen,
            "duplicates": record.duplicates,
            "rejected": record.rejected,
            "seconds": record.seconds["ingest"],
        }
    )


def ingest(refresh: Refresh, record: Record) -> None:
    """Writes a part for every so many letters that were not received before, and counts into the record."""
    files = list_files(refresh.settings.letters)
    received, letter_ids = known(refresh.home)
    refresh.progress.step("ingest", count_letters(files))
    number = max(lake.part_numbers(refresh.home.letters), default=0)
    now = utc_now()
    rows: list[dict[str, Any]] = []
    with PdfReader() as pdf:
        for arrival in (arrival for path in files for arrival in arrivals(path, refresh.settings.max_letter_bytes)):
            record.files_seen += 1
            refresh.progress.advance()
            if (arrival.letter_id, arrival.source_uri) in received:
                continue
            row = as_row(arrival, pdf, now)
            is_duplicate = row["letter_id"] in letter_ids
            letter_ids.add(row["letter_id"])
            record.files_new += 1
            if row["reason_code"] is not None:
                record.rejected += 1
                record.note_rejected([row])
            record.duplicates += is_duplicate and row["reason_code"] is None
            if is_duplicate:
                row["text"] = None
            row |= {"is_duplicate": is_duplicate, "refresh_id": record.refresh_id, "part_number": number + 1}
            rows.append(row)
            if len(rows) == LETTERS_PER_PART:
                number += 1
                lake.write(refresh.home.letters / lake.part_name(number), lake.LETTERS, rows)
                rows = []
    if rows:
        lake.write(refresh.home.letters / lake.part_name(number + 1), lake.LETTERS, rows)


def known(home: Home) -> tuple[set[tuple[str, str]], set[str]]:
    """Pairs of letter and place that the lake holds, and the letters among them."""
    with duckdb.connect() as connection:
        pairs = connection.execute(
            "select letter_id, source_uri from read_parquet(?)", [str(home.letters / "*.parquet")]
        ).fetchall()
    return set(pairs), {letter_id for letter_id, _ in pairs}
