"""What each suite about rows reads: only what it needs, and only what is new.

What is new tells the view `new_letters`, see `frames.open_audited`. Frames hold no names, see `frames.Rows`.
"""

from __future__ import annotations

from expectations.items import ITEM_NUMBERS, ITEMS
from expectations.letters import LETTERS
from expectations.marts import CITATIONS, DECISIONS, DETERMINATIONS, RATES
from orchestration.audited.frames import Rows, made_once

_ITEM_SPANS = ("service", "outcome", "restated_outcome", "claims_guideline", "reviewer_guideline", "rationale")
# Staged rows lie in parts of the lake, of which most are old.
_OF_NEW_PARTS = "part_number in (select part_number from new_letters)"
NEW_ITEMS = made_once(
    "new_items",
    """select items.rowid as row_id, letters.row_id as letter
    from intermediate.int_items as items inner join new_letters as letters using (part_number, letter_id)""",
)
# By row once: letters are known by hashes of 64 characters, and joining those for each check costs more than the check.
_NEW_DECISIONS = made_once(
    "new_decisions",
    """select rowid as row_id, decision_key from marts.fct_decisions
    where determination_key in (select determination_key from new_letters)""",
)

# Letters of the same review and date that lie in another place and decide otherwise: only arrival tells which counts.
_RIVALS = """
    with pairs as materialized (
        select letters.row_id, letters.letter_id, rivals.letter_id as rival_id, rivals.source_uri as rival_uri,
            rivals.case_number, rivals.decision_date, rivals.version
        from new_letters as letters
        inner join intermediate.int_letter_versions as rivals
            on letters.review_key = rivals.review_key and letters.letter_id != rivals.letter_id
            and letters.decision_date is not distinct from rivals.decision_date
            and not rivals.is_replaced_in_place
    ),
    decided as (
        select letter_id, list(outcome order by item_number) as outcomes from intermediate.int_items
        where letter_id in (select letter_id from pairs union all select rival_id from pairs)
        group by letter_id
    )
    select pairs.* from pairs
    left join decided as ours using (letter_id)
    left join decided as theirs on pairs.rival_id = theirs.letter_id
    where ours.outcomes is distinct from theirs.outcomes
"""


# Of a date that no calendar has, the reader tells the place alone.
_UNREAD_DATES = f"""
    select letter_id, {
    " + ".join(
        f"({name} is null and {name}_start is not null)::int"
        for name in ("injury_date", "ur_denial_date", "application_received_date", "assigned_date", "decision_date")
    )
} as unread_date_count
    from staging.stg_letters where {_OF_NEW_PARTS}
"""


def _each(pattern: str) -> str:
    return ", ".join(pattern.format(name) for name in _ITEM_SPANS)


def _is_broken(start: str, end: str) -> str:
    """Whether two columns are no place: only one of them is there, or the end comes before the start."""
    return f"coalesce({end} < {start}, ({start} is null) != ({end} is null))"


def _basis(side: str) -> str:
    """What one side's citations are of; null without any."""
    mtus, other = (f"bool_or({sign}is_mtus) filter (where cited_by = '{side}')" for sign in ("", "not "))
    return f"case when {mtus} and {other} then 'both' when {mtus} then 'mtus' when {other} then 'non_mtus' end"


_LETTER_NAMES = "select rowid as row_id, source_uri, letter_id"
_LETTERS = "from intermediate.int_letter_versions as letters"
_DATES = "injury_date, ur_denial_date, application_received_date, assigned_date, decision_date"


def decision_names(where: str = "true") -> str:
    """Columns that name the decisions for which `where` holds. They are few, and so found before they are named."""
    return f"""determinations.source_uri, determinations.letter_id, item_number, decision_key
    from (select rowid as row_id, * from marts.fct_decisions where {where}) as decisions
    left join marts.dim_determinations as determinations using (determination_key)"""


ROWS = (
    Rows(
        ITEMS,
        NEW_ITEMS
        + f"""with texts as (
            select letter_id, max(length(text)) as text_length
            from read_parquet(getvariable('new_texts')) where text is not null group by letter_id
        ),
        cited as (
            select letter_id, item_number, min(span_start) as first_start, max(span_end) as last_end,
                count(*) filter (where {_is_broken("span_start", "span_end")}) as broken_spans
            from staging.stg_citations where {_OF_NEW_PARTS} group by all
        )
        select items.rowid as row_id, items.service_text, items.outcome, items.reviewer_basis, items.claims_basis,
            (items.restated_outcome is distinct from items.outcome and items.restated_outcome is not null
                and items.outcome is not null and items.override_number is null)::int as contradictions,
            0 as text_start, texts.text_length,
            least({_each("printed.{}_start")}, cited.first_start) as first_start,
            greatest({_each("printed.{}_end")}, cited.last_end) as last_end,
            coalesce(cited.broken_spans, 0)
                + {" + ".join(_is_broken(f"printed.{n}_start", f"printed.{n}_end") + "::int" for n in _ITEM_SPANS)}
                as broken_spans
        from (
            select rowid, * from intermediate.int_items where rowid in (select row_id from new_items)
        ) as items
        left join (select * from staging.stg_items where {_OF_NEW_PARTS}) as printed using (letter_id, item_number)
        left join cited using (letter_id, item_number)
        left join texts using (letter_id)""",
        """select items.rowid as row_id, source_uri, letter_id, item_number, service_text
        from intermediate.int_items as items inner join intermediate.int_letter_versions using (letter_id)""",
    ),
    Rows(
        ITEM_NUMBERS,
        NEW_ITEMS
        + """with numbered as (
            select letter_id, min(item_number) as lowest_number, max(item_number) as highest_number,
                count(distinct item_number) as distinct_numbers, count(item_number) as items_found
            from intermediate.int_items where rowid in (select row_id from new_items) group by letter_id
        )
        select row_id, item_count, lowest_number, highest_number, distinct_numbers,
            coalesce(items_found, 0) as items_found
        from new_letters left join numbered using (letter_id)""",
        # The first item out of line: what is wrong with the numbers begins there.
        f"""{_LETTER_NAMES}, (
            select min(item_number) from (
                select item_number, row_number() over (order by item_number) as place
                from intermediate.int_items as items where items.letter_id = letters.letter_id
            ) where item_number is distinct from place
        ) as item_number {_LETTERS}""",
    ),
    Rows(
        LETTERS,
        f"""with rivals as (select row_id, count(*) as rival_count from ({_RIVALS}) group by row_id),
        unread as ({_UNREAD_DATES})
        select row_id, template, case_number, patient_age, unread_share, {_DATES},
            coalesce(rival_count, 0) as rival_count, coalesce(unread_date_count, 0) as unread_date_count,
            greatest(injury_date, ur_denial_date) as latest_before_application,
            greatest(injury_date, ur_denial_date, application_received_date) as latest_before_assigned,
            greatest(injury_date, ur_denial_date, application_received_date, assigned_date) as latest_before_decision,
            greatest({_DATES}) as latest_date, received_at::date as received_date
        from new_letters left join rivals using (row_id) left join unread using (letter_id)""",
        f"{_LETTER_NAMES}, case_number, patient_age, {_DATES} {_LETTERS}",
        {
            "rival_count": "select row_id, rival_uri as source_uri, rival_id as letter_id, case_number, decision_date"
            f" from ({_RIVALS}) order by version desc, rival_id"
        },
    ),
    Rows(
        DECISIONS,
        _NEW_DECISIONS
        + f"""with decisions as (
            select rowid as row_id, * from marts.fct_decisions where rowid in (select row_id from new_decisions)
        ),
        cited as (
            select decision_key, {_basis("reviewer")} as reviewer_cited,
                {_basis("claims_administrator")} as claims_cited
            from marts.fct_guideline_citations
            inner join marts.dim_guidelines using (guideline_key)
            semi join new_decisions using (decision_key)
            group by decision_key
        )
        select row_id, decisions.outcome, is_overturned, decisions.reviewer_basis, claims_basis,
            -- What a hand said of a reviewer who says nothing stands in no citation.
            coalesce(said.reviewer_basis, reviewer_cited, 'none') as reviewer_cited,
            coalesce(claims_cited, case when claims_basis = 'not_stated' then 'not_stated' else 'none' end)
                as claims_cited
        from decisions left join cited using (decision_key)
        left join (select * from marts.quality_overrides where is_applied) as said using (decision_key)""",
        f"select row_id, {decision_names()}",
    ),
    Rows(
        CITATIONS,
        _NEW_DECISIONS
        + """select citations.rowid as row_id, cited_by, citation_number
        from marts.fct_guideline_citations as citations semi join new_decisions using (decision_key)""",
        """select citations.rowid as row_id, source_uri, letter_id, item_number, citation_key
        from marts.fct_guideline_citations as citations
        left join marts.fct_decisions using (decision_key)
        left join marts.dim_determinations using (determination_key)""",
    ),
    Rows(
        DETERMINATIONS,
        """select rowid as row_id, item_count, overturned_count
        from marts.dim_determinations semi join new_letters using (letter_id)""",
        f"{_LETTER_NAMES}, determination_key from marts.dim_determinations",
    ),
    Rows(
        RATES,
        """select coalesce(service_category, '') as service_category,
            count(*) / any_value(total) as decision_share,
            count(*) filter (where is_overturned) / count(*) as overturn_rate,
            count(*) filter (where is_same_guideline) / count(*) as same_guideline_share
        from marts.fct_decisions inner join marts.dim_services using (service_key)
        cross join (select count(*) as total from marts.fct_decisions)
        group by grouping sets ((service_category), ())
        having count(*) > 0""",
        "",
    ),
)

NEW_ITEM_COUNTS = (
    NEW_ITEMS
    + """
    select count(*), count(quarantine_reason)
    from new_items inner join intermediate.int_items as items on items.rowid = new_items.row_id
"""
)
"""Items of the refresh, and how many of them are quarantined."""
NEW_HELD_ITEMS = (
    NEW_ITEMS
    + """
    select letters.source_uri, letters.letter_id, item_number, service_text, quarantine_reason
    from new_items inner join intermediate.int_items as items on items.rowid = new_items.row_id
    inner join new_letters as letters on letters.row_id = letter
    where quarantine_reason is not null order by all
"""
)
