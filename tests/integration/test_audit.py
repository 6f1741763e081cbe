"""Each defect that the suites name, planted into a copy of a real build, is caught and named by letter and item."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.drift import DRIFT
from expectations.result import CheckResult
from expectations.run import run_suite
from orchestration import drift
from orchestration.assets.audit import SUITES, run_suites
from orchestration.audited.counts import COUNTED
from orchestration.audited.frames import open_audited, pieces
from orchestration.audited.rows import ROWS
from orchestration.build import open_build
from orchestration.home import Home
from tests.conftest import Warehouse

NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
EQUAL = "expect_column_pair_values_to_be_equal"
ORDERED = "expect_column_pair_values_a_to_be_greater_than_b"
LETTER = "issues-credentials-2.txt"


@pytest.fixture(scope="module")
def built(golden: Warehouse) -> Home:
    return Home(golden.home)


@pytest.fixture
def copy(built: Home, tmp_path: Path) -> Home:
    """The build and the received letters, to be spoiled; staged rows are views, and are spoiled there."""
    home = Home(tmp_path / "copy")
    home.build.parent.mkdir(parents=True)
    shutil.copy(built.build, home.build)
    shutil.copy(built.marts, home.marts)
    shutil.copytree(built.letters, home.letters)
    with open_build(home, read_only=False) as connection:
        connection.execute("update state.publication set part_number = 0")
    return home


def spoil(home: Home, *statements: str) -> None:
    with open_build(home, read_only=False) as connection:
        for statement in statements:
            connection.execute(statement)


def checks_of(home: Home, suite: str) -> list[CheckResult]:
    with open_audited(home) as connection:
        for rows in ROWS:
            if rows.suite.name == suite:
                found = run_suite(pieces(connection, rows.checked), rows.suite)
                return [rows.with_names(connection, check) for check in found]
        (counted,) = [counted for counted in COUNTED if counted.suite.name == suite]
        found = run_suite(counted.frame(connection), counted.suite)
        return [counted.with_names(connection, check) for check in found]


def unmet(checks: list[CheckResult]) -> dict[tuple[str, str], CheckResult]:
    return {(check.expectation, check.column_name): check for check in checks if not check.is_met}


def ids(home: Home, name: str) -> tuple[str, str]:
    """letter_id and determination_key of a letter."""
    with open_build(home) as connection:
        [found] = connection.execute(
            "select letter_id, determination_key from intermediate.int_letter_versions where source_uri like ?",
            [f"%/{name}"],
        ).fetchall()
    return found


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


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.suite}-{defect.column_name}")
def test_a_planted_defect_is_caught_and_named(copy: Home, defect: Defect) -> None:
    letter_id, key = ids(copy, LETTER)
    before = unmet(checks_of(copy, defect.suite))
    spoil(copy, *(statement.format(id=letter_id, key=key) for statement in defect.statements))
    after = unmet(checks_of(copy, defect.suite))
    check = after[defect.expectation, defect.column_name]
    rows = [row for row in check.unexpected_rows if row["letter_id"] == letter_id]
    assert rows, check
    assert all(Path(row["source_uri"]).name == LETTER for row in rows)
    if defect.item:
        assert defect.item in [row["item_number"] for row in rows]
    known = before.get((defect.expectation, defect.column_name))
    assert check.rows_unexpected > (known.rows_unexpected if known else 0)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("delete from marts.dim_determinations where determination_key = '{key}'", "decisions_without_determination"),
        ("delete from marts.fct_decisions where decision_key = '{key}-2'", "citations_without_decision"),
    ],
)
def test_what_has_lost_its_letter_is_named_by_its_key(copy: Home, statement: str, broken: str) -> None:
    _, key = ids(copy, LETTER)
    spoil(copy, statement.format(key=key))
    check = unmet(checks_of(copy, "orphans"))[broken, broken]
    assert f"{key}-2" in [row["decision_key"] for row in check.unexpected_rows]


def test_a_join_that_doubles_decisions_shows_in_the_shares(copy: Home) -> None:
    spoil(copy, "insert into marts.dim_services select * from marts.dim_services")
    check = unmet(checks_of(copy, "rates"))["expect_column_values_to_be_between", "decision_share"]
    assert "" in [row["service_category"] for row in check.unexpected_rows]


def test_a_letter_whose_text_is_gone_is_named(copy: Home) -> None:
    letter_id, _ = ids(copy, LETTER)
    for path in copy.letters.glob("part-*.parquet"):
        rows = pq.read_table(path).to_pylist()
        gone = [row | {"text": None} if row["letter_id"] == letter_id else row for row in rows]
        pq.write_table(pa.Table.from_pylist(gone, schema=pq.read_schema(path)), path)
    check = unmet(checks_of(copy, "items"))[NOT_NULL, "text_length"]
    assert {row["letter_id"] for row in check.unexpected_rows} == {letter_id}


def test_a_part_of_letters_that_got_lost_is_no_pass(copy: Home) -> None:
    for path in copy.letters.glob("part-*.parquet"):
        if path.name != "part-000000.parquet":
            path.unlink()
    check = unmet(checks_of(copy, "items"))[NOT_NULL, "text_length"]
    assert check.rows_unexpected == check.rows_checked > 100


def test_a_good_build_keeps_all_but_what_its_letters_break(copy: Home) -> None:
    with open_audited(copy) as connection:
        found = {suite.name: checks for suite, checks in zip(SUITES, run_suites(connection), strict=True)}
    broken = {key for checks in found.values() for key in unmet(checks)}
    assert broken == {(NOT_NULL, "outcome"), (NOT_NULL, "reviewer_basis"), (IN_SET, "contradictions")}
    assert all(check.rows_checked for name, checks in found.items() if name != "drift" for check in checks)


def test_row_by_row_only_what_is_new_is_read_and_books_are_over_everything(copy: Home) -> None:
    letter_id, _ = ids(copy, LETTER)
    changed = f"update intermediate.int_letter_versions set part_number = 2 where letter_id = '{letter_id}'"
    spoil(copy, "update state.publication set part_number = 1", changed)
    assert {check.rows_checked for check in checks_of(copy, "letters") if check.column_name == "template"} == {1}
    items = {check.rows_checked for check in checks_of(copy, "items") if check.column_name == "claims_basis"}
    (count,) = items
    assert 1 < count < 20
    assert max(check.rows_checked for check in checks_of(copy, "decisions")) == count
    assert all(check.rows_checked > 100 for check in checks_of(copy, "orphans"))


@pytest.mark.parametrize(
    ("table", "suites"),
    [
        ("marts.fct_guideline_citations", {"decisions", "citations", "orphans"}),
        ("marts.quality_letters", {"received"}),
        ("intermediate.int_service_texts", {"drift"}),
    ],
)
def test_what_raises_in_sql_is_a_failed_check_and_the_others_are_made(copy: Home, table: str, suites: set[str]) -> None:
    spoil(copy, f"drop table {table}")
    with open_audited(copy) as connection:
        results = list(run_suites(connection))
    raised = {check.suite for checks in results for check in checks if "CatalogException" in check.reason}
    assert raised == suites
    for checks, suite in zip(results, SUITES, strict=True):
        assert len(checks) == len(suite.promises)
        if suite.name in suites:
            assert not any(check.is_met for check in checks)


def test_an_empty_warehouse_breaks_no_promise(copy: Home) -> None:
    tables = (
        "fct_decisions",
        "fct_guideline_citations",
        "decision_texts",
        "quality_quarantined_items",
        "quality_letters",
    )
    spoil(
        copy,
        *(f"delete from marts.{table}" for table in tables),
        *(f"delete from intermediate.{table}" for table in ("int_items", "int_letter_versions")),
        "delete from marts.dim_determinations where determination_key != 'unknown'",
        *(
            statement
            for table in ("stg_received_files", "stg_letters")
            for statement in (
                f"alter view staging.{table} rename to {table}_before",
                f"create view staging.{table} as select * from staging.{table}_before where false",
            )
        ),
    )
    with open_audited(copy) as connection:
        broken = [check for checks in run_suites(connection) for check in checks if not check.is_met]
    assert broken == []


def test_drift_over_a_build_takes_every_measure(copy: Home) -> None:
    with open_audited(copy) as connection:
        assert all(check.is_met for check in run_suite(drift.measures(connection), DRIFT))


def test_the_helpers_reach_every_suite() -> None:
    reached: set[str] = {defect.suite for defect in DEFECTS} | {"rates", "drift"}
    assert reached == {suite.name for suite in SUITES}
