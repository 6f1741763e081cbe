"""Each defect that the suites name, planted into a copy of a real build, is caught and named by letter and item."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.drift import DRIFT
from expectations.result import CheckResult
from expectations.run import run_suite
from orchestration import drift, lake
from orchestration.assets.audit import SUITES, run_suites
from orchestration.audited.counts import COUNTED
from orchestration.audited.frames import Counted, open_audited, pieces
from orchestration.audited.rows import ROWS
from orchestration.build import open_build
from orchestration.home import Home
from tests.conftest import Warehouse
from tests.integration.defects import DEFECTS, IN_SET, NOT_NULL, Defect

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
    shutil.copytree(built.files, home.files)
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
        *(
            (
                f"update marts.fct_guideline_citations set {change} where decision_key = '{{key}}-2'",
                "citations_without_decision",
            )
            for change in (
                "decided_date_key = decided_date_key + 1",
                "decided_service_key = 'unknown'",
                "is_denial_overturned = not is_denial_overturned",
            )
        ),
        ("delete from marts.fct_decisions where decision_key = '{key}-2'", "texts_without_decision"),
        (
            "insert into marts.decision_texts select * from marts.decision_texts where decision_key = '{key}-2'",
            "texts_without_decision",
        ),
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


def test_what_was_received_or_published_and_is_gone_is_named(copy: Home, built: Home) -> None:
    copy.published.parent.mkdir()
    shutil.copy(built.published, copy.published)
    letter_id, _ = ids(copy, LETTER)
    broken = unmet(checks_of(copy, "received"))
    assert not {"files_without_letter", "published_letters_gone"} & {label for label, _ in broken}
    spoil(
        copy,
        f"delete from marts.quality_letters where letter_id = '{letter_id}'",
        "alter view staging.stg_received_files rename to before",
        f"create view staging.stg_received_files as select * from staging.before where letter_id != '{letter_id}'",
    )
    broken = unmet(checks_of(copy, "received"))
    for label in ("files_without_letter", "published_letters_gone"):
        check = broken[label, label]
        assert [Path(row["source_uri"]).name for row in check.unexpected_rows] == [LETTER]
        assert "imr doctor" in check.reason


def test_texts_are_found_in_a_large_part(copy: Home) -> None:
    (path,) = (path for path in copy.letters.glob("part-*.parquet") if path.name != lake.part_name(0))
    letters = pq.read_table(path)
    path.unlink()
    large = letters.replace_schema_metadata({lake.FIRST_PART: b"1"})
    pq.write_table(large, copy.letters / lake.part_name(7))
    assert (NOT_NULL, "text_length") not in unmet(checks_of(copy, "items"))


def test_a_good_build_keeps_all_but_what_its_letters_break(copy: Home) -> None:
    with open_audited(copy) as connection:
        found = {suite.name: checks for suite, checks in zip(SUITES, run_suites(connection), strict=True)}
    broken = {key for checks in found.values() for key in unmet(checks)}
    assert broken == {(NOT_NULL, "outcome"), (NOT_NULL, "reviewer_basis"), (IN_SET, "contradictions")}
    assert all(check.rows_checked for name, checks in found.items() if name != "drift" for check in checks)


@pytest.mark.parametrize("counted", COUNTED, ids=lambda counted: counted.suite.name)
def test_where_keys_are_alike_there_is_nothing_to_count(copy: Home, counted: Counted) -> None:
    with open_audited(copy) as connection:
        held = connection.execute(f"select [{', '.join(counted.none_where.values())}]").fetchall()[0][0]
        assert all(held), "a good build costs joins that its keys could spare"
        assert counted.frame(connection).equals(replace(counted, none_where={}).frame(connection))


def test_row_by_row_only_what_is_new_is_read_and_books_are_over_everything(copy: Home) -> None:
    letter_id, _ = ids(copy, LETTER)
    spoil(
        copy,
        "update state.publication set part_number = 1",
        f"update intermediate.int_letter_versions set part_number = 2, changed_part = 2 where letter_id = '{letter_id}'",
        f"update intermediate.int_items set part_number = 2 where letter_id = '{letter_id}'",
    )
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
        ("intermediate.int_items", {"items", "item_numbers", "letters", "reconciliation", "drift"}),
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
    shutil.rmtree(copy.files)
    lake.found(copy)
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
