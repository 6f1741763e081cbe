"""What is promised of everything at once: books that balance, keys that find their row. Counted in SQL over all tables.

Each count is the number of rows of a query, and where it is not 0 the first rows of that query name what it counted.
"""

from __future__ import annotations

from expectations.letters import RECEIVED
from expectations.marts import ORPHANS, RECONCILIATION
from orchestration.audited.frames import Counted, are_alike
from orchestration.audited.rows import decision_names
from orchestration.lost import FILES_WITHOUT_LETTERS


def _orphans(dimension: str, key: str, key_there: str = "") -> str:
    there = f"select {key_there or key} from marts.{dimension}"
    return f"select {key} as wrong_key, {decision_names(f'{key} is null or {key} not in ({there})')}"


_TWICE = "select decision_key from marts.fct_decisions group by decision_key having count(*) > 1"
_RECONCILED = """
    select items.letter_id, letters.source_uri, items.item_number, items.quarantine_reason,
        items.outcome is null or items.reviewer_basis is null or items.service_text is null
            or coalesce(items.restated_outcome != items.outcome and items.override_number is null, false) as is_broken
    from intermediate.int_items as items
    inner join intermediate.int_letter_versions as letters using (letter_id)
    where letters.is_current
"""
# The place of a file that could not be opened once, and could later, has one outcome: the later one.
_FILES = """
    select letter_id, source_uri from staging.stg_received_files
    anti join (
        select source_uri, reason_code from staging.stg_received_files
        where reason_code = 'unreadable' and source_uri in (
            select source_uri from staging.stg_received_files
            where reason_code is distinct from 'unreadable' and source_uri in (
                select source_uri from staging.stg_received_files where reason_code = 'unreadable'
            )
        )
    ) using (source_uri, reason_code)
"""
_OUTCOMES = "select letter_id, source_uri from marts.quality_letters"
# A file that was put back has one outcome for all its times.
_EACH_FILE_HAS_ITS_OUTCOME = are_alike(
    "file",
    f"select distinct hash(letter_id, source_uri) as file from ({_FILES})",
    f"select hash(letter_id, source_uri) as file from ({_OUTCOMES})",
)
_TO_READ = "select letter_id from staging.stg_received_files where reason_code is null and not is_duplicate"
_ITEMS = """
    select letter_id, item_number from intermediate.int_items
    where letter_id not in (select letter_id from intermediate.int_letter_versions where not is_current)
"""
_ENDED_ITEMS = """
    select letter_id, decisions.item_number from marts.fct_decisions as decisions
    left join marts.dim_determinations using (determination_key)
    union all
    select letter_id, item_number from marts.quality_quarantined_items
"""
_DECISION_KEYS = "select decision_key from marts.fct_decisions"
_EACH_DECISION_HAS_ITS_TEXTS = are_alike(
    "decision_key", _DECISION_KEYS, "select decision_key from marts.decision_texts"
)
# A decision as its citations know it: they carry its day, its service and its outcome.
_EACH_CITATION_HAS_ITS_DECISION = """not exists (
    select 1 from (
        select hash(decision_key, decided_date_key, decided_service_key, is_denial_overturned) as decision
        from marts.fct_guideline_citations
    )
    anti join (
        select hash(decision_key, decision_date_key, service_key, is_overturned) as decision from marts.fct_decisions
    ) using (decision)
)"""

COUNTED = (
    Counted(
        RECEIVED,
        {
            "files_without_outcome": f"({_FILES}) anti join ({_OUTCOMES}) using (letter_id, source_uri)",
            # Most places have one row: of the others alone it is asked whether two are of one file.
            "files_with_two_outcomes": """select letter_id, source_uri from marts.quality_letters
                where source_uri in (
                    select source_uri from marts.quality_letters group by source_uri having count(*) > 1
                )
                group by all having count(*) > 1""",
            "outcomes_without_file": f"""select distinct letter_id, source_uri from ({_OUTCOMES})
                anti join ({_FILES}) using (letter_id, source_uri)""",
            "files_without_letter": f"select file_uri as source_uri from ({FILES_WITHOUT_LETTERS})",
            "published_letters_gone": """select letter_id, source_uri from published_letters
                anti join marts.quality_letters using (letter_id, source_uri)""",
            "letters_never_read": """select letter_id, source_uri from staging.stg_received_files as files
                anti join staging.stg_letters using (letter_id) where reason_code is null and not is_duplicate""",
            "letters_replaced_by_none": """select letter_id, outcomes.source_uri from marts.quality_letters as outcomes
                left join intermediate.int_letter_versions as letters using (letter_id)
                where status = 'superseded' and coalesce(review_key not in (
                    select review_key from intermediate.int_letter_versions where is_current
                ), true)""",
            "case_numbers_twice": """select case_number, letter_id, source_uri
                from intermediate.int_letter_versions where is_current and case_number is not null
                qualify count(*) over (partition by case_number) > 1""",
        },
        {
            "files": "select count(*) from staging.stg_received_files",
            "current_letters": "select count(*) from intermediate.int_letter_versions where is_current",
        },
        none_where={
            **dict.fromkeys(
                ("files_without_outcome", "files_with_two_outcomes", "outcomes_without_file"),
                _EACH_FILE_HAS_ITS_OUTCOME,
            ),
            "letters_never_read": are_alike("letter_id", _TO_READ, "select letter_id from staging.stg_letters"),
        },
    ),
    Counted(
        RECONCILIATION,
        {
            "items_gone_or_doubled": f"""select letter_id, source_uri, item_number from ({_ITEMS})
                inner join intermediate.int_letter_versions using (letter_id)
                left join (select *, count(*) as times from ({_ENDED_ITEMS}) group by all)
                    using (letter_id, item_number)
                where is_current and times is distinct from 1""",
            "broken_not_quarantined": f"""select letter_id, source_uri, item_number from ({_RECONCILED})
                where is_broken and quarantine_reason is null""",
            "quarantined_not_broken": f"""select letter_id, source_uri, item_number from ({_RECONCILED})
                where not is_broken and quarantine_reason is not null""",
        },
        {
            "items_read": "select coalesce(sum(item_count), 0) from intermediate.int_letter_versions where is_current",
            "items_decided": "select count(*) from marts.fct_decisions",
            "items_quarantined": "select count(*) from marts.quality_quarantined_items",
        },
        none_where={"items_gone_or_doubled": are_alike("letter_id, item_number", _ITEMS, _ENDED_ITEMS)},
    ),
    Counted(
        ORPHANS,
        {
            "decisions_twice": f"select {decision_names(f'decision_key in ({_TWICE})')}",
            "decisions_without_determination": _orphans("dim_determinations", "determination_key"),
            "decisions_without_service": _orphans("dim_services", "service_key"),
            "decisions_without_reviewer": _orphans("dim_reviewers", "reviewer_key"),
            "decisions_without_date": _orphans("dim_dates", "decision_date_key", "date_key"),
            "decisions_without_texts": _orphans("decision_texts", "decision_key"),
            "texts_without_decision": f"""select decision_key from marts.decision_texts
                anti join ({_DECISION_KEYS}) using (decision_key)
                union all
                select decision_key from marts.decision_texts group by decision_key having count(*) > 1""",
            # also where the decision is another one than the citation says
            "citations_without_decision": """select citation_key, citations.decision_key
                from marts.fct_guideline_citations as citations
                anti join marts.fct_decisions as decisions
                    on citations.decision_key = decisions.decision_key
                    and citations.decided_date_key = decisions.decision_date_key
                    and citations.decided_service_key = decisions.service_key
                    and citations.is_denial_overturned = decisions.is_overturned""",
            "citations_without_guideline": """select source_uri, letter_id, item_number, citation_key, guideline_key
                from (
                    select * from marts.fct_guideline_citations
                    where guideline_key is null or guideline_key not in (select guideline_key from marts.dim_guidelines)
                )
                left join marts.fct_decisions using (decision_key)
                left join marts.dim_determinations using (determination_key)""",
        },
        {
            "decisions": "select count(*) from marts.fct_decisions",
            "citations": "select count(*) from marts.fct_guideline_citations",
        },
        none_where={
            **dict.fromkeys(("decisions_without_texts", "texts_without_decision"), _EACH_DECISION_HAS_ITS_TEXTS),
            "citations_without_decision": _EACH_CITATION_HAS_ITS_DECISION,
        },
    ),
)
