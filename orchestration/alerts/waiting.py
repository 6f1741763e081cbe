"""What still stands of a trouble that was told, and what stands that nobody remembers: of single letters and items
the publication knows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from orchestration.alerts.trouble import LANDING, TARGETS, WENT_WELL, Trouble, name_of, unseen, waiting_since_before
from orchestration.home import Home
from orchestration.publication import connect_read_only
from orchestration.record import LETTERS_NAMED, Record
from orchestration.targets import standing

# An item leaves quarantine when its letter is replaced or a person decides; a letter that an expectation named is
# mended when another version replaces it.
_STILL_WAITING = """
    with named as (
        select unnest(
            ?::struct(place integer, kind varchar, letter_id varchar, item_number integer)[], recursive := true
        )
    )
    select place from named where case named.kind
        when 'quarantined' then exists (
            from quality_quarantined_items as items
            where items.letter_id = named.letter_id and items.item_number = named.item_number
        )
        else exists (
            from quality_letters as letters where letters.letter_id = named.letter_id and letters.status = 'read'
        )
    end
"""
# What a flood did not name, by when its letters came.
_UNNAMED_WAITING = """
    select count(*) from quality_letters as letters
    inner join quality_quarantined_items as items using (letter_id)
    where letters.received_at between ?::timestamp and ?::timestamp
"""
# All that waits, what came first first.
_ALL_WAITING = """
    select letter_id, items.source_uri, item_number, reason_code, service_text from quality_quarantined_items as items
    left join (select letter_id, min(received_at) as received_at from quality_letters group by all) using (letter_id)
    order by received_at, items.source_uri, item_number
"""


def waiting_unremembered(record: Record | None, home: Home, now: dt.datetime) -> Trouble | None:
    """The warning for a channel without a memory: what waits in the publication and is not told of the last refresh.

    `record` is that of the last refresh that ended. None where nothing else waits, or where no publication can be
    read: the next refresh makes it anew, and tells what waits in it.
    """
    told = record.quarantined if record and record.ending == "published" else 0
    names = {(letter["letter_id"], letter["item_number"]) for letter in record.letters} if record else set()
    try:
        with connect_read_only(home.published) as connection:
            found = connection.execute(_ALL_WAITING)
            columns = [column[0] for column in found.description or ()]
            waiting = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error:
        return None
    count = len(waiting) - told
    others = [item for item in waiting if (item["letter_id"], item["item_number"]) not in names]
    return waiting_since_before(others[: min(count, LETTERS_NAMED)], count, record, now) if count > 0 else None


def without_mended(trouble: Trouble, record: Record | None, home: Home) -> Trouble:
    """A warning without the letters and items that are over by themselves; those are among its `mended`.

    `record` is that of the last refresh that ended. Other troubles are over as a whole, and come back as they are.
    """
    if trouble.status != "warning" or not trouble.waiting or record is None or record.refresh_id <= trouble.refresh_id:
        return trouble
    over = []
    asked: list[Mapping[str, Any]] = []
    for letter in trouble.waiting:
        if letter["kind"] != "rejected":
            asked.append(letter)
        elif record.ending in WENT_WELL:  # nobody can mend a file that is no letter: it was told, and that is all
            over.append(letter)
    still = _still_waiting(asked, home)
    over += [letter for place, letter in enumerate(asked) if place not in still]
    names = {name_of(letter) for letter in over}
    left = tuple(letter for letter in trouble.letters if name_of(letter) not in names)
    return replace(trouble, letters=left, mended=(*trouble.mended, *over)) if over else trouble


def is_over(trouble: Trouble, now: Sequence[Trouble], record: Record | None, home: Home) -> bool:
    """Whether a trouble that was told before is over. `record` is that of the last refresh that ended."""
    if trouble.status == "stale":
        return all(other.status != "stale" for other in now)
    if record is None or record.refresh_id <= trouble.refresh_id:
        return False
    if trouble.status == "refused":
        return record.ending in WENT_WELL
    if trouble.status == "failed":
        return record.ending in (*WENT_WELL, "refused")
    missed = {str(check["expectation"]) for check in trouble.checks if check["suite"] == TARGETS}
    if missed:
        return not any(known.target in missed and known.failure for known in standing.load_all(home))
    unseen_then = {str(check["expectation"]) for check in trouble.checks if check["suite"] == LANDING}
    if unseen_then:
        return record.ending in WENT_WELL and not unseen_then & unseen(record)
    left = without_mended(trouble, record, home)
    return _is_met_again(left, record) and not left.waiting and not _waits_unnamed(left, home)


def _is_met_again(trouble: Trouble, record: Record) -> bool:
    """Whether the promises of a warning that are about a whole refresh hold in a later one."""
    whole = {(check["suite"], check["expectation"], check["column"]) for check in trouble.whole_checks}
    if not whole:
        return True
    if record.ending != "published":
        return False
    return not whole & {(check["suite"], check["expectation"], check["column"]) for check in record.unmet}


def _still_waiting(letters: Sequence[Mapping[str, Any]], home: Home) -> set[int]:
    """The places of those letters and items that the publication still has as they were told."""
    if not letters:
        return set()
    asked = [
        {"place": place, **{name: letter[name] for name in ("kind", "letter_id", "item_number")}}
        for place, letter in enumerate(letters)
    ]
    try:
        with connect_read_only(home.published) as connection:
            return {place for (place,) in connection.execute(_STILL_WAITING, [asked]).fetchall()}
    except duckdb.Error:  # no publication, or one of other tables: nothing says that they are mended
        return set(range(len(letters)))


def _waits_unnamed(trouble: Trouble, home: Home) -> bool:
    if not trouble.unnamed:
        return False
    try:
        with connect_read_only(home.published) as connection:
            return bool(connection.execute(_UNNAMED_WAITING, list(trouble.from_to)).fetchall()[0][0])
    except duckdb.Error:
        return True
