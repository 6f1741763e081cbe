"""What a refresh brings, held against what earlier refreshes brought. Warns, never refuses: people must look."""

from __future__ import annotations

import duckdb

from expectations.result import ROWS_NAMED, CheckResult

LETTERS = "letters"
"""Name of the suite."""
UNREAD_TOLERANCE = 0.01
"""The median may differ by so much from the highest of earlier refreshes, as the mix of templates does."""
MIN_LETTERS = 3
"""The median of fewer letters tells of those letters and not of the form."""

_SHARES = """
    select files.refresh_id, files.source_uri, letters.letter_id, letters.template, letters.unread_share
    from staging.stg_letters as letters
    inner join staging.stg_received_files as files using (letter_id)
    where letters.reason_code is null and not files.is_duplicate
"""


def unread_share_check(connection: duckdb.DuckDBPyConnection, refresh_id: str) -> CheckResult:
    """Whether the median unread share of a refresh's letters stays within what earlier refreshes had.

    It is the first thing to rise when the form of the letters changes. Met where there is no history yet, or where the
    refresh has fewer than `MIN_LETTERS` letters. Names the letters above the bound, the least read first.
    """
    median, count = connection.execute(
        f"select median(unread_share), count(*) from ({_SHARES}) where refresh_id = ?", [refresh_id]
    ).fetchall()[0]
    highest, refreshes = connection.execute(
        f"""select max(median_share), count(*) from (
            select median(unread_share) as median_share from ({_SHARES}) where refresh_id != ?
            group by refresh_id having count(*) >= {MIN_LETTERS}
        )""",
        [refresh_id],
    ).fetchall()[0]
    is_met = not refreshes or count < MIN_LETTERS or median <= highest + UNREAD_TOLERANCE
    least_read = []
    if not is_met:
        least_read = connection.execute(
            f"""select source_uri, letter_id, template, unread_share from ({_SHARES})
            where refresh_id = ? and unread_share > ? order by unread_share desc, source_uri""",
            [refresh_id, highest + UNREAD_TOLERANCE],
        ).fetchall()
    columns = ("source_uri", "letter_id", "template", "unread_share")
    return CheckResult(
        suite=LETTERS,
        expectation="median_within_history",
        column_name="unread_share",
        severity="warning",
        is_met=is_met,
        rows_checked=count,
        rows_unexpected=len(least_read),
        reason="No more of a letter is left unread than before."
        if is_met
        else f"The median unread share rose to {median:.1%} from at most {highest:.1%}: the form may have changed.",
        unexpected_rows=tuple(dict(zip(columns, row, strict=True)) for row in least_read[:ROWS_NAMED]),
    )
