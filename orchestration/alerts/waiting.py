"""Whether a trouble that was told is over, which for single letters and items the publication knows."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.alerts.trouble import TARGETS, WENT_WELL, Trouble, is_against_history
from orchestration.home import Home
from orchestration.publication import connect_read_only
from orchestration.record import Record
from orchestration.targets import standing

# Letters that could not be read, until a file that can be lies in their place.
_REJECTED = """(
    select rejected.letter_id, rejected.source_uri, rejected.received_at from quality_letters as rejected
    where rejected.status = 'rejected' and not exists (
        from quality_letters as mended
        where mended.source_uri = rejected.source_uri and mended.status != 'rejected'
            and mended.received_at > rejected.received_at
    )
)"""
# An item leaves quarantine when its letter is replaced or a person decides; a letter that an expectation named is
# mended when another version replaces it.
_STILL_WAITING = f"""
    with named as (
        select unnest(
            ?::struct(kind varchar, letter_id varchar, source_uri varchar, item_number integer)[], recursive := true
        )
    )
    select count(*) from named where case named.kind
        when 'quarantined' then exists (
            from quality_quarantined_items as items
            where items.letter_id = named.letter_id and items.item_number = named.item_number
        )
        when 'rejected' then exists (
            from {_REJECTED} as rejected
            where rejected.letter_id = named.letter_id and rejected.source_uri = named.source_uri
        )
        else exists (
            from quality_letters as letters where letters.letter_id = named.letter_id and letters.status = 'read'
        )
    end
"""
# What a flood did not name, by when its letters came.
_UNNAMED_WAITING = f"""
    select count(*) from (
        select received_at from {_REJECTED}
        union all
        select letters.received_at from quality_letters as letters
        inner join quality_quarantined_items as items using (letter_id)
    ) where received_at between ?::timestamp and ?::timestamp
"""


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
    return _is_met_again(trouble, record) and not _waits(trouble, home)


def _is_met_again(trouble: Trouble, record: Record) -> bool:
    """Whether the promises of a warning that are about a whole refresh hold in a later one."""
    named = bool(trouble.letters)
    whole = {
        (check["suite"], check["expectation"], check["column"])
        for check in trouble.checks
        if is_against_history(check) or not check["rows_unexpected"] or not named
    }
    if not whole:
        return True
    if record.ending != "published":
        return False
    return not whole & {(check["suite"], check["expectation"], check["column"]) for check in record.unmet}


def _waits(trouble: Trouble, home: Home) -> bool:
    drifting = {check["expectation"] for check in trouble.checks if is_against_history(check)}
    named = [
        {name: letter[name] for name in ("kind", "letter_id", "source_uri", "item_number")}
        for letter in trouble.letters
        if letter["reason_code"] not in drifting
    ]
    try:
        with connect_read_only(home.published) as connection:
            if named and connection.execute(_STILL_WAITING, [named]).fetchall()[0][0]:
                return True
            if not trouble.unnamed:
                return False
            return bool(connection.execute(_UNNAMED_WAITING, list(trouble.from_to)).fetchall()[0][0])
    except duckdb.Error:  # no publication, or one of other tables: nothing says that it is mended
        return True
