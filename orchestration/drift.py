"""What the latest refresh that brought letters is, measure by measure, and the bounds that earlier ones set, in SQL.

Which measures there are and why they matter stands in `expectations.drift`. How the bounds come about:

- Refreshes are told apart by the files they brought; one that brought none is no refresh here, so that a refusal tried
  again is measured again. The `RECENT` ones before the latest are the history, and fewer than `MIN_REFRESHES` are none.
- A share (rejected, quarantined, unmapped, overturned by category) is expected where the history's is. Each refresh
  counts with no more rows than ten times the median of them, so that a first load of many years does not speak for all
  nights that follow. It may differ by `STANDARD_ERRORS` standard errors, those of a proportion of so many rows on both
  sides, widened where nights have differed from each other by more than chance (the median squared deviation over that
  of pure chance, which one bad night does not move), and in any case by the measure's least change. Less than
  `MIN_ROWS` rows in the refresh, or `MIN_HISTORY_ROWS` before, tell nothing.
- The number of letters is expected between a third and three times the median of the history, further where the history
  itself scatters further, and never told of where it differs by less than `MIN_LETTERS_CHANGE`.
- The median unread share of a refresh's letters hardly varies while the form stays: it may rise by `UNREAD_TOLERANCE`
  over the median of the history's, further where those scatter further. Fewer than `MIN_LETTERS` letters tell of those
  letters and not of the form.

"Scatter" is four standard deviations, judged by the median absolute deviation, which one bad night does not move.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from expectations.drift import DRIFT, measure_of, told
from expectations.result import CheckResult
from orchestration.audited.frames import first_rows

RECENT = 20
MIN_REFRESHES = 3
MIN_VOLUME_REFRESHES = 5
MIN_ROWS = 20
MIN_HISTORY_ROWS = 100
STANDARD_ERRORS = 4
MIN_LETTERS_CHANGE = 50
UNREAD_TOLERANCE = 0.01
MIN_LETTERS = 3
LEAST_CHANGES = {"rejected_share": 0.02, "quarantined_share": 0.02, "unmapped_share": 0.05, "overturn_rate": 0.1}
_MEDIAN_OF_CHANCE = 0.4549
"""Median of a squared standard normal deviation."""

# A letter and its items carry the number of the part that its file lies in, and a part is of one refresh: by these
# numbers a million letters are counted without joining them one to another. A file is rejected as it was received, and
# then never read, or by the reader.
_REFRESHES = f"""
    parts as (
        select part_number, refresh_id, count(*) as letters, count(reason_code) as unopened
        from staging.stg_received_files where not is_duplicate group by all
    ),
    refreshes as (
        select refresh_id, sum(letters)::bigint as letters, sum(unopened)::bigint as unopened,
            row_number() over (order by refresh_id desc) - 1 as age
        from parts group by refresh_id qualify age <= {RECENT}
    ),
    recent as (
        select part_number, refresh_id, age from parts inner join refreshes using (refresh_id)
    ),
    readings as (
        select refresh_id, age, unread_share, reason_code
        from staging.stg_letters inner join recent using (part_number)
    ),
    rejected as (
        select refresh_id, age, letters, unopened + coalesce(unknown, 0) as hits
        from refreshes
        left join (select refresh_id, count(reason_code) as unknown from readings group by all) using (refresh_id)
    )
"""
# One row for each item of these refreshes, as it stands today. Letters that another one replaced are few.
_ITEMS = """
    items as (
        select refresh_id, age, items.letter_id, items.item_number, items.service_text,
            items.quarantine_reason, items.mapping_method, items.service_category,
            items.outcome = 'overturned' as is_overturned
        from intermediate.int_items as items
        inner join recent using (part_number)
        anti join (select letter_id from intermediate.int_letter_versions where not is_current) using (letter_id)
    )
"""
# The same items, counted where they are alike: a million of them are passed once, and not for each measure.
_TALLY = """
    tally as (
        select age, mapping_method, service_category, service_text is null as is_unnamed,
            quarantine_reason is not null as is_quarantined, is_overturned, count(*) as n
        from items group by all
    )
"""
# Of every measure that is a share: rows and hits of each refresh.
_SHARES = """
    shares as (
        select 'rejected_share' as measure, '' as category, age, letters::bigint as n, hits::bigint as hits
        from rejected
        union all
        select 'quarantined_share', '', age, sum(n)::bigint,
            coalesce(sum(n) filter (where is_quarantined), 0)::bigint
        from tally group by all
        union all
        select 'unmapped_share', '', age, sum(n)::bigint,
            coalesce(sum(n) filter (where mapping_method = 'unmapped'), 0)::bigint
        from tally where not is_unnamed group by all
        union all
        select 'overturn_rate', service_category, age, sum(n)::bigint,
            coalesce(sum(n) filter (where is_overturned), 0)::bigint
        from tally where not is_quarantined and service_category is not null group by all
    )
"""
_LEAST_CHANGE = "case measure {} end".format(
    " ".join(f"when '{measure}' then {change}" for measure, change in LEAST_CHANGES.items())
)
_SHARE_BOUNDS = f"""
    capped as (
        select *, least(n, 10 * median(n) over (partition by measure, category)) as weight
        from shares where age > 0
    ),
    expected as (
        select measure, category, count(*) as history, sum(weight) as history_rows,
            sum(weight * hits / n) / sum(weight) as share,
            (sum(weight * hits / n) + 2) / (sum(weight) + 4) as even_share
        from capped group by all
    ),
    spread as (
        select measure, category,
            greatest(1, median((hits / n - share) ** 2 * n / (even_share * (1 - even_share))) / {_MEDIAN_OF_CHANCE})
                as excess
        from capped inner join expected using (measure, category)
        group by all
    ),
    widths as (
        select measure, category, now.n, now.hits / now.n as value, share, history,
            greatest(
                {_LEAST_CHANGE},
                {STANDARD_ERRORS} * sqrt(excess * even_share * (1 - even_share) * (1.0 / now.n + 1.0 / history_rows))
            ) as width,
            history >= {MIN_REFRESHES} and history_rows >= {MIN_HISTORY_ROWS} and now.n >= {MIN_ROWS} as is_enough
        from (select * from shares where age = 0) as now
        left join expected using (measure, category)
        left join spread using (measure, category)
    )
"""
_SCATTER = f"{STANDARD_ERRORS} * 1.4826 * mad"
_VOLUME = f"""
    volume as (
        select median(letters) as usual, {_SCATTER}(letters) as scatter, count(*) as history
        from refreshes where age > 0
    )
"""
_UNREAD = f"""
    unread as (
        select age, median_share, letters - hits as letters from rejected
        left join (
            select age, median(unread_share) as median_share from readings where reason_code is null group by age
        ) using (age)
        where letters - hits >= {MIN_LETTERS}
    ),
    unread_bounds as (
        select max(median_share) filter (where age = 0) as value, max(letters) filter (where age = 0) as letters,
            median(median_share) filter (where age > 0)
                + greatest({UNREAD_TOLERANCE}, {_SCATTER}(median_share) filter (where age > 0)) as high,
            count(*) filter (where age > 0) as history
        from unread
    )
"""
_MEASURES = f"""
    with {_REFRESHES}, {_ITEMS}, {_TALLY}, {_SHARES}, {_SHARE_BOUNDS}, {_VOLUME}, {_UNREAD}
    select 'letters' as measure, '' as category, now.letters::double as value,
        case when history >= {MIN_VOLUME_REFRESHES}
            then greatest(0, least(usual / 3, usual - greatest(scatter, {MIN_LETTERS_CHANGE}))) end as low,
        case when history >= {MIN_VOLUME_REFRESHES}
            then greatest(usual * 3, usual + greatest(scatter, {MIN_LETTERS_CHANGE})) end as high,
        now.letters, history
    from volume left join (select refreshes.letters from refreshes where age = 0) as now on true
    union all
    select measure, category, value,
        case when is_enough then greatest(0, share - width) end, case when is_enough then least(1, share + width) end,
        n, coalesce(history, 0)
    from widths
    union all
    select 'unread_share', '', value, null, high, letters, history from unread_bounds
    union all
    select measure, '', null, null, null, 0, 0
    from (select unnest({list(LEAST_CHANGES)}) as measure) where measure not in (select measure from widths)
    order by measure, category
"""

_LATEST_FILES = """
    files as (
        select files.letter_id, files.source_uri, letters.template, letters.unread_share,
            coalesce(files.reason_code, letters.reason_code) as reason_code
        from staging.stg_received_files as files
        left join staging.stg_letters as letters using (letter_id)
        where not files.is_duplicate and files.refresh_id = (select refresh_id from refreshes where age = 0)
    )
"""
# The letters that made a measure rise; there are none to name for how many arrived and how they were decided.
_NAMED: Mapping[str, str] = {
    "rejected_share": """select source_uri, letter_id, reason_code from files
        where reason_code is not null order by all""",
    "quarantined_share": """select source_uri, letter_id, item_number, quarantine_reason as reason_code
        from items inner join files using (letter_id) where quarantine_reason is not null order by all""",
    "unmapped_share": """select source_uri, letter_id, item_number, service_text
        from items inner join files using (letter_id) where mapping_method = 'unmapped' order by all""",
    "unread_share": """select source_uri, letter_id, template, unread_share from files
        where reason_code is null and unread_share > (select high from unread_bounds)
        order by unread_share desc, source_uri""",
}


def measures(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """One row for each measure and category: value, low, high (null: not bound), letters or items, refreshes before."""
    return connection.execute(_MEASURES).df()


def with_letters(connection: duckdb.DuckDBPyConnection, check: CheckResult) -> CheckResult:
    """A drift check with value, bounds and letters in it, where it is not met."""
    measure = measure_of(check)
    if check.suite != DRIFT.name or measure is None or not check.unexpected_rows:
        return check
    if measure not in _NAMED:
        return told(check, ())
    letters = f"with {_REFRESHES}, {_ITEMS}, {_UNREAD}, {_LATEST_FILES} {_NAMED[measure]}"
    return told(check, first_rows(connection, letters))
