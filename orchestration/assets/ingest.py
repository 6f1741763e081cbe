"""Ingest: every letter of the landing place once, by content, into the lake. What cannot be read gets a reason."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb

from orchestration import lake
from orchestration.assets.common import FULL_TAG, LETTERS_TAG, OWNERS, PUBLISHED, REREAD_TAG, Refresh, per_second
from orchestration.assets.targets import catch_up
from orchestration.build import forget_build
from orchestration.compaction import clear_leftovers
from orchestration.home import Home
from orchestration.landing import seen
from orchestration.landing.listing import list_files
from orchestration.landing.places import Found, LandingError, why_away
from orchestration.landing.receiving import Row, receive
from orchestration.letters.reader import READER_VERSION
from orchestration.publication import is_pending, read_publication
from orchestration.record import Record, is_unfinished
from orchestration.targets.copying import forget_unset
from orchestration.workers import Workers

LETTERS_PER_PART = 5_000
_RETRIES = 4
_SECONDS_BEFORE_RETRY = 15.0
"""Before the first retry; each further one waits twice as long."""


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
    record = refresh.record(context.run.run_id)
    with record.step("ingest"):
        lake.found(refresh.home)
        refresh.home.clear_unfinished()
        clear_leftovers(refresh.home)
        asked = context.run.tags
        try:
            ingest(refresh, record, asked.get(LETTERS_TAG))
        except OSError as error:
            if refresh.is_patient:  # a network drive that is away for a while, a store that is busy
                raise dg.RetryRequested(_RETRIES, _SECONDS_BEFORE_RETRY * 2**context.retry_number) from error
            raise
        older = lake.parts_read_before(refresh.home, READER_VERSION) if REREAD_TAG in asked else []
        if older or FULL_TAG in asked:
            forget_build(refresh.home)  # first of all: no build may go on from rows that change beneath it
        record.reread = len(older)
        for number in older:
            lake.staged_letters(refresh.home, number).unlink()
        pending = (
            is_pending(refresh.home)
            or FULL_TAG in asked
            or record.reread > 0
            or is_unfinished(refresh.home, record)  # such as one that was to build everything anew
        )
        forget_unset(refresh.home, refresh.settings)
    if not pending:
        catch_up(context, refresh, record)
        _found_up_to_date(context)
        record.end("nothing_new")
        return
    yield dg.MaterializeResult(
        metadata={
            "dagster/row_count": record.files_new,
            "files_seen": record.files_seen,
            "duplicates": record.duplicates,
            "rejected": record.rejected,
            "unsettled": record.unsettled,
            "parts_reread": record.reread,
            "seconds": record.seconds["ingest"],
            "files_per_second": per_second(record.files_new, record.seconds["ingest"]),
        }
    )


def _found_up_to_date(context: dg.AssetExecutionContext) -> None:
    """Tells the page that the tables are as new as the letters: Dagster counts a table's age from its last event, and a
    weekend without letters would make all of them stale."""
    graph = context.job_def.asset_layer.asset_graph
    for key in graph.materializable_asset_keys:
        if key.path[0] == "marts" or list(key.path) == PUBLISHED:
            context.log_event(dg.AssetMaterialization(key, description="Nothing is new: found up to date."))


def ingest(refresh: Refresh, record: Record, place: str | None = None) -> None:
    """Writes a part for every so many letters that were not received before, and counts into the record.

    `place` is where to look this once instead of the places of the settings.
    """
    settings = refresh.settings
    places = (place,) if place else settings.letters
    with Workers(settings.workers) as workers:
        listing = refresh.ahead.take(places) if refresh.ahead else None
        listing = listing or list_files(places, workers)
        emptied = seen.emptied(refresh.home, listing.bare)
        record.emptied = [{"place": place, "files": files} for place, files in emptied.items()]
        record.closed = [{"folder": folder, "reason": reason} for folder, reason in listing.closed.items()]
        new, record.files_seen = seen.split(refresh.home, listing.files)
        del listing  # a million paths
        refresh.progress.step("ingest", len(new))
        parts = _Parts(refresh.home, record)
        for received in receive(new, settings.max_letter_bytes, record.now(), workers):
            record.files_seen += len(received.rows)
            if received.is_unsettled:
                record.unsettled += 1
                parts.break_off()
                if why := next(filter(None, map(_gone, places)), None):
                    parts.close()
                    raise LandingError(why)
            else:
                parts.add(received.rows, received.file)
            if received.file or received.is_unsettled:
                refresh.progress.advance()
    parts.close()


class _Parts:
    """Writes what arrives into parts of the lake, each letter once, and remembers the files that are in them whole."""

    def __init__(self, home: Home, record: Record) -> None:
        self._home, self._record = home, record
        publication = read_publication(home)
        # The number of a part that got lost is not given again: staged rows, build and publication know it.
        self._number = max(
            *lake.part_numbers(home.letters),
            *lake.part_numbers(home.staged / "letters"),
            publication.part_number if publication else 0,
            0,
        )
        self._in_lake = f"{home.letters}/*.parquet" if self._number else None
        self._received: set[bytes] = set()  # letters of this refresh
        self._rows: list[Row] = []
        self._files: list[tuple[Found, int]] = []
        self._letters = 0  # of the archive that is being received

    def add(self, rows: Sequence[Row], file: Found | None) -> None:
        """Rows of a file, the last of them where `file` names it."""
        self._rows += rows
        self._letters += len(rows)
        if file:
            if not _is_unread(rows, file):  # perhaps it can be opened the next time
                self._files.append((file, self._letters))
            self._letters = 0
        if len(self._rows) >= LETTERS_PER_PART:
            self._write()

    def break_off(self) -> None:
        """The file being received changed meanwhile: what came of it stays, and it is not remembered."""
        self._letters = 0

    def close(self) -> None:
        """Writes what is left."""
        self._write()

    def _write(self) -> None:
        record = self._record
        for start in range(0, len(self._rows), LETTERS_PER_PART):
            rows = list(self._new(self._rows[start : start + LETTERS_PER_PART]))
            if rows:
                self._number += 1
                rows = [row | {"part_number": self._number, "refresh_id": record.refresh_id} for row in rows]
                lake.write(self._home.letters / lake.part_name(self._number), lake.LETTERS, rows)
                record.files_new += len(rows)
        # Files after their letters: what a kill leaves between the two is read again, and found to be known.
        seen.remember(self._home, self._files, record.refresh_id)
        self._rows, self._files = [], []

    def _new(self, rows: list[Row]) -> Iterator[Row]:
        """Rows that the lake does not hold, marked where the same bytes were received before.

        What was received from a place before, and replaced there since, is received once more: it was put back.
        """
        places = self._places_of(rows)
        known = [row["source_uri"] for row in rows if row["source_uri"] in places.get(row["letter_id"], ())]
        latest = self._latest_at(known)
        for row in rows:
            identity = _identity(row["letter_id"])
            before = places.get(row["letter_id"], set())
            if row["source_uri"] in before and (row["source_uri"], row["letter_id"]) in latest:
                continue
            is_duplicate = bool(before) or identity in self._received
            self._received.add(identity)
            if row["reason_code"] is not None:
                self._record.rejected += 1
                self._record.note_rejected([row])
            self._record.duplicates += is_duplicate and row["reason_code"] is None
            yield row | {"is_duplicate": is_duplicate} | ({"text": None} if is_duplicate else {})

    def _places_of(self, rows: list[Row]) -> dict[str, set[str]]:
        """Where the lake holds letters of the same bytes, by letter. What is left there of a letter whose text got lost
        does not keep it from being received again."""
        found: dict[str, set[str]] = {}
        if self._in_lake is None:
            return found
        with duckdb.connect() as connection:
            pairs = connection.execute(
                "select letter_id, source_uri from read_parquet(?) where letter_id in (select unnest(?))"
                " qualify bool_or(not is_duplicate) over (partition by letter_id)",
                [self._in_lake, [row["letter_id"] for row in rows]],
            ).fetchall()
        for letter_id, source_uri in pairs:
            found.setdefault(letter_id, set()).add(source_uri)
        return found

    def _latest_at(self, places: list[str]) -> set[tuple[str, str]]:
        """Each of these places with the letter that it held when it was last received from; members of an archive can
        have one name and be several."""
        if not places:
            return set()
        with duckdb.connect() as connection:
            pairs = connection.execute(
                "select source_uri, letter_id from read_parquet(?) where source_uri in (select unnest(?))"
                " qualify part_number = max(part_number) over (partition by source_uri)",
                [self._in_lake, places],
            ).fetchall()
        return set(pairs)


def _gone(place: str) -> str | None:
    """Of a place that is not there any more, so that nobody waits for each of its files."""
    if (why := why_away(place)) is None:
        return None
    return (
        f"{place} went away while letters were received ({why}). What was received is kept; the next refresh receives "
        "the rest."
    )


def _is_unread(rows: Sequence[Row], file: Found) -> bool:
    return any(row["reason_code"] == "unreadable" and row["source_uri"] == file.uri for row in rows)


def _identity(letter_id: str) -> bytes:
    """Half of a letter's hash: enough to tell letters apart, and a million of them stay small."""
    return bytes.fromhex(letter_id[:32]) if not letter_id.startswith("unreadable") else letter_id.encode()
