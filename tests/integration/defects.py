"""The defects that the suites name, as SQL that plants each of them into a copy of a build."""

from __future__ import annotations

from typing import NamedTuple

NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
EQUAL = "expect_column_pair_values_to_be_equal"
ORDERED = "expect_column_pair_values_a_to_be_greater_than_b"


def staged(table: str, replacement: str) -> tuple[str, str]:
    """Statements that change what a staging view shows."""
    return (
        f"alter view staging.{table} rename to {table}_before",
        f"create view staging.{table} as select * replace ({replacement}) from staging.{table}_before",
    )


class Defect(NamedTuple):
    """What is done to the letter `{id}` with determination `{key}`, and what fails: its item 2 is named, or the letter."""

    suite: str
    statements: tuple[str, ...]
    expectation: str
    column_name: str
    item: int | None = 2


def item(table: str, change: str) -> tuple[str, ...]:
    return (f"update {table} set {change} where letter_id = '{{id}}' and item_number = 2",)


def staged_item(column: str, value: str, table: str = "stg_items") -> tuple[str, ...]:
    where = "letter_id = '{id}' and item_number = 2"
    return staged(table, f"case when {where} then {value} else {column} end as {column}")


def letter(change: str) -> tuple[str, ...]:
    return (f"update intermediate.int_letter_versions set {change} where letter_id = '{{id}}'",)


def decision(change: str) -> tuple[str, ...]:
    return (f"update marts.fct_decisions set {change} where decision_key = '{{key}}-2'",)


ITEMS = "intermediate.int_items"
DEFECTS = (
    Defect("items", item(ITEMS, "outcome = null"), NOT_NULL, "outcome"),
    Defect("items", item(ITEMS, "outcome = 'modified'"), IN_SET, "outcome"),
    Defect("items", item(ITEMS, "reviewer_basis = null"), NOT_NULL, "reviewer_basis"),
    Defect("items", item(ITEMS, "reviewer_basis = 'hearsay'"), IN_SET, "reviewer_basis"),
    Defect(
        "items",
        item(ITEMS, "restated_outcome = case outcome when 'upheld' then 'overturned' else 'upheld' end"),
        IN_SET,
        "contradictions",
    ),
    Defect("items", item(ITEMS, "claims_basis = null"), NOT_NULL, "claims_basis"),
    Defect("items", item(ITEMS, "claims_basis = 'hearsay'"), IN_SET, "claims_basis"),
    Defect("items", item(ITEMS, "service_text = null"), NOT_NULL, "service_text"),
    *(
        Defect("items", staged_item(f"{name}_end", "10000000"), ORDERED, "text_length, last_end")
        for name in ("service", "outcome", "restated_outcome", "claims_guideline", "reviewer_guideline", "rationale")
    ),
    Defect("items", staged_item("service_start", "-1"), ORDERED, "first_start, text_start"),
    Defect("items", staged_item("service_end", "service_start - 1"), IN_SET, "broken_spans"),
    Defect("items", staged_item("rationale_start", "null"), IN_SET, "broken_spans"),
    Defect("items", staged_item("span_end", "10000000", "stg_citations"), ORDERED, "text_length, last_end"),
    Defect("items", staged_item("span_start", "-1", "stg_citations"), ORDERED, "first_start, text_start"),
    Defect("items", staged_item("span_end", "span_start - 1", "stg_citations"), IN_SET, "broken_spans"),
    Defect("items", staged_item("span_end", "null", "stg_citations"), IN_SET, "broken_spans"),
    Defect("item_numbers", item(ITEMS, "item_number = 9"), EQUAL, "highest_number, items_found", 3),
    Defect("item_numbers", item(ITEMS, "item_number = 1"), EQUAL, "distinct_numbers, items_found", 1),
    Defect(
        "item_numbers",
        (f"delete from {ITEMS} where letter_id = '{{id}}' and item_number = 1",),
        IN_SET,
        "lowest_number",
    ),
    Defect("item_numbers", letter("item_count = 40"), EQUAL, "items_found, item_count", None),
    Defect("letters", letter("template = 'fax'"), IN_SET, "template", None),
    Defect("letters", letter("patient_age = 3"), "expect_column_values_to_be_between", "patient_age", None),
    Defect("letters", letter("unread_share = 1.5"), "expect_column_values_to_be_between", "unread_share", None),
    Defect("letters", letter("case_number = 'CM1-5'"), "expect_column_values_to_match_regex", "case_number", None),
    Defect(
        "letters",
        staged("stg_letters", "case when letter_id = '{id}' then null else decision_date end as decision_date"),
        IN_SET,
        "unread_date_count",
        None,
    ),
    Defect("letters", letter("injury_date = '2020-01-01'"), ORDERED, "ur_denial_date, injury_date", None),
    Defect(
        "letters",
        letter("injury_date = '2020-01-01', ur_denial_date = null"),
        ORDERED,
        "application_received_date, latest_before_application",
        None,
    ),
    Defect("letters", letter("assigned_date = '2000-01-01'"), ORDERED, "assigned_date, latest_before_assigned", None),
    Defect("letters", letter("decision_date = '2000-01-01'"), ORDERED, "decision_date, latest_before_decision", None),
    Defect("letters", letter("decision_date = '2199-01-01'"), ORDERED, "received_date, latest_date", None),
    Defect(
        "letters",
        (
            "insert into intermediate.int_letter_versions select * replace ('rival' as letter_id, false as is_current)"
            " from intermediate.int_letter_versions where letter_id = '{id}'",
        ),
        IN_SET,
        "rival_count",
        None,
    ),
    Defect("decisions", decision("outcome = 'modified'"), IN_SET, "outcome"),
    Defect("decisions", decision("is_overturned = not is_overturned"), EQUAL, "is_overturned, outcome_is_overturned"),
    Defect("decisions", decision("reviewer_basis = 'hearsay'"), IN_SET, "reviewer_basis"),
    Defect("decisions", decision("claims_basis = 'hearsay'"), IN_SET, "claims_basis"),
    Defect(
        "decisions",
        decision("reviewer_basis = if(reviewer_basis = 'mtus', 'both', 'mtus')"),
        EQUAL,
        "reviewer_basis, reviewer_cited",
    ),
    Defect(
        "decisions",
        decision("claims_basis = if(claims_basis = 'mtus', 'both', 'mtus')"),
        EQUAL,
        "claims_basis, claims_cited",
    ),
    Defect(
        "decisions",
        ("delete from marts.fct_guideline_citations where decision_key = '{key}-2' and cited_by = 'reviewer'",),
        EQUAL,
        "reviewer_basis, reviewer_cited",
    ),
    Defect(
        "citations",
        ("update marts.fct_guideline_citations set cited_by = 'judge' where citation_key = '{key}-2-r1'",),
        IN_SET,
        "cited_by",
    ),
    Defect(
        "citations",
        ("update marts.fct_guideline_citations set citation_number = 0 where citation_key = '{key}-2-r1'",),
        ORDERED,
        "citation_number, first_number",
    ),
    Defect(
        "determinations",
        ("update marts.dim_determinations set overturned_count = 40 where letter_id = '{id}'",),
        ORDERED,
        "item_count, overturned_count",
        None,
    ),
    *(
        Defect("received", statements, name, name, None)
        for name, statements in {
            "files_without_outcome": ("delete from marts.quality_letters where letter_id = '{id}'",),
            "files_with_two_outcomes": (
                "insert into marts.quality_letters select * from marts.quality_letters where letter_id = '{id}'",
            ),
            "outcomes_without_file": (
                "alter view staging.stg_received_files rename to before",
                "create view staging.stg_received_files as select * from staging.before where letter_id != '{id}'",
            ),
            "letters_never_read": (
                "alter view staging.stg_letters rename to before",
                "create view staging.stg_letters as select * from staging.before where letter_id != '{id}'",
            ),
            "letters_replaced_by_none": (
                "update marts.quality_letters set status = 'superseded' where letter_id = '{id}'",
                *letter("is_current = false"),
            ),
            "case_numbers_twice": (
                "insert into intermediate.int_letter_versions select * replace ('x' as letter_id)"
                " from intermediate.int_letter_versions where letter_id = '{id}'",
            ),
        }.items()
    ),
    *(
        Defect("reconciliation", statements, name, name)
        for name, statements in {
            "items_gone_or_doubled": ("delete from marts.fct_decisions where decision_key = '{key}-2'",),
            "broken_not_quarantined": item(ITEMS, "outcome = null"),
            "quarantined_not_broken": item(ITEMS, "quarantine_reason = 'missing_outcome'"),
        }.items()
    ),
    Defect(
        "reconciliation",
        (
            "insert into marts.quality_quarantined_items"
            " select letter_id, source_uri, 2, 'Norco', 'missing_outcome', '' from marts.dim_determinations"
            " where letter_id = '{id}'",
        ),
        "items_gone_or_doubled",
        "items_gone_or_doubled",
    ),
    *(
        Defect("orphans", decision(f"{key} = {value}"), f"decisions_without_{name}", f"decisions_without_{name}")
        for name, key, value in (
            ("service", "service_key", "'nowhere'"),
            ("reviewer", "reviewer_key", "'nowhere'"),
            ("date", "decision_date_key", "19000101"),
        )
    ),
    *(
        Defect("orphans", statements, name, name)
        for name, statements in {
            "decisions_twice": (
                "insert into marts.fct_decisions select * from marts.fct_decisions where decision_key = '{key}-2'",
            ),
            "decisions_without_texts": ("delete from marts.decision_texts where decision_key = '{key}-2'",),
            "citations_without_guideline": (
                "update marts.fct_guideline_citations set guideline_key = 'nowhere' where citation_key = '{key}-2-r1'",
            ),
        }.items()
    ),
)
