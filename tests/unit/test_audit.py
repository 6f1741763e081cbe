"""What the audit makes of its results, without a build."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations import docs
from expectations.result import CheckResult
from expectations.run import all_failed
from orchestration.assets.audit import PROMISED, SUITES, check_name, document
from orchestration.audited.rows import ROWS
from orchestration.audited.tolerance import check_tolerance
from orchestration.audited.words import refusal, sentence, warnings
from orchestration.home import Home
from orchestration.record import Record
from tests.frames import SUITES as KNOWN

LETTERS = """
    create schema intermediate;
    create table intermediate.int_letter_versions as select * from (values
        ('a', '/in/a.txt', 'CM15-0000001', date '2015-03-01', false, 1, false),
        ('b', '/in/b.txt', 'CM15-0000001', date '2015-03-01', false, 2, true),
        ('c', '/in/c.txt', 'CM15-0000002', date '2015-03-01', false, 1, true)
    ) as t(letter_id, source_uri, case_number, decision_date, is_replaced_in_place, version, is_current);
    alter table intermediate.int_letter_versions add column review_key varchar;
    update intermediate.int_letter_versions set review_key = case_number;
    create table intermediate.int_items as select * from (values
        ('a', 1, 'upheld'), ('b', 1, 'overturned'), ('c', 1, 'upheld')) as t(letter_id, item_number, outcome);
    create table unneeded as select null::date as injury_date, null::date as ur_denial_date,
        null::date as application_received_date, null::date as assigned_date, null::int as patient_age,
        1 as part_number, 'notice' as template, 0.0 as unread_share, timestamp '2026-01-01' as received_at;
    create or replace table intermediate.int_letter_versions as
        select * from intermediate.int_letter_versions cross join unneeded;
    create schema staging;
    create view staging.stg_letters as select *, null::int as injury_date_start,
        null::int as ur_denial_date_start, null::int as application_received_date_start,
        null::int as assigned_date_start, null::int as decision_date_start from intermediate.int_letter_versions;
    create view new_letters as select rowid as row_id, * from intermediate.int_letter_versions where is_current;
"""


def test_every_suite_is_audited() -> None:
    assert {suite.name for suite in SUITES} == set(KNOWN)


def test_checks_have_names_of_their_own_that_dagster_takes() -> None:
    names = [check_name(suite.name, p.label, p.column_name) for suite in PROMISED for p in suite.promises]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)
    assert {
        "letters__case_number__match_regex",
        "orphans__decisions_twice",
        "items__quarantined_within_tolerance",
    } <= set(names)


def test_pages_that_cannot_be_written_are_told_of_and_refuse_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(docs, "write_docs", broken)
    record = Record("20260101T000000Z-1", "2026-01-01T00:00:00")
    document(Home(tmp_path), record, [])
    (warning,) = record.warnings
    assert "Data Docs could not be written" in warning
    assert "no space left" in warning


def test_a_suite_that_raised_is_told_of_once() -> None:
    sentences = {sentence(check) for check in all_failed(KNOWN["orphans"], "reading the rows raised OSError: gone")}
    assert sentences == {"orphans could not be checked: reading the rows raised OSError: gone"}


def test_a_count_is_told_by_its_name() -> None:
    check = CheckResult("orphans", "decisions_twice", "decisions_twice", "critical", False, 10, 2, "why", ())
    assert sentence(check) == "orphans, decisions_twice: 2 of 10 rows break a promise: why"
    none_there = CheckResult("orphans", "decisions_twice", "decisions_twice", "critical", False, 0, 2, "why", ())
    assert "could not be checked" not in sentence(none_there)


def test_of_two_letters_that_decide_otherwise_both_are_named() -> None:
    (letters,) = (rows for rows in ROWS if rows.suite.name == "letters")
    with duckdb.connect() as connection:
        connection.execute(LETTERS)
        ((row_id, rivals),) = connection.sql(
            f"select row_id, rival_count from ({letters.checked}) where rival_count > 0"
        ).fetchall()
        row = {"row_id": row_id, "rival_count": rivals}
        check = CheckResult("letters", "in_set", "rival_count", "warning", False, 2, 1, "Another one.", (row,))
        named = letters.with_names(connection, check)
        other = letters.with_names(connection, replace(check, column_name="patient_age"))
    assert [row["source_uri"] for row in named.unexpected_rows] == ["/in/b.txt", "/in/a.txt"]
    assert warnings([named]) == ["1 of 2 letters breaks a promise: Another one.\n  /in/b.txt\n  /in/a.txt"]
    assert [row["source_uri"] for row in other.unexpected_rows] == ["/in/b.txt"]


HELD = [
    {"source_uri": "flood.txt", "letter_id": "a", "item_number": n, "quarantine_reason": "missing_outcome"}
    for n in range(1, 7)
]


def test_a_flood_of_quarantined_items_is_a_critical_check_with_its_rows() -> None:
    check = check_tolerance(10, 6, 0.5, HELD)
    assert (check.suite, check.expectation, check.column_name) == ("items", "quarantined_within_tolerance", "")
    assert (check.severity, check.is_met, check.rows_checked, check.rows_unexpected) == ("critical", False, 10, 6)
    assert check.reason == "6 of 10 new items are quarantined (60.0%); IMR_QUARANTINE_TOLERANCE allows 50.0%"
    assert [row["item_number"] for row in check.unexpected_rows] == [1, 2, 3, 4, 5, 6]
    assert refusal([check]) == check.reason


@pytest.mark.parametrize(
    ("items", "quarantined", "tolerance"),
    [(0, 0, 0.01), (5, 5, 0.0), (600, 6, 0.01), (6, 6, 1.0)],  # none; few; as many as are allowed; all allowed
)
def test_a_quarantine_within_the_tolerance_breaks_no_promise(items: int, quarantined: int, tolerance: float) -> None:
    check = check_tolerance(items, quarantined, tolerance, HELD)
    assert (check.is_met, check.rows_checked, check.rows_unexpected, check.unexpected_rows) == (True, items, 0, ())
    assert refusal([check]) is None


def test_a_flood_is_noted_once_and_has_its_row_on_the_page(tmp_path: Path) -> None:
    record = Record("20260101T000000Z-1", "2026-01-01T00:00:00")
    check = check_tolerance(6, 6, 0.01, HELD)
    record.note_audit([check], HELD)
    assert [(known["expectation"], known["rows_unexpected"]) for known in record.unmet] == [
        ("quarantined_within_tolerance", 6)
    ]
    assert [(letter["item_number"], letter["kind"]) for letter in record.letters] == [
        (number, "quarantined") for number in range(1, 7)
    ]
    home = Home(tmp_path)
    home.data_docs.parent.mkdir(parents=True)
    others = [check for name in KNOWN if name != "items" for check in all_failed(KNOWN[name], "not run")]
    document(home, record, [check, *others])
    assert record.warnings == []
    (page,) = home.data_docs.glob("validations/items/*/*/items.html")
    words = page.read_text(encoding="utf-8")
    assert "6 of 6 new items are quarantined (100.0%)" in words
    assert "quarantined_within_tolerance" in words
    assert words.count("flood.txt") == 6
    assert "quarantined_within_tolerance" not in (home.data_docs / "expectations" / "letters.html").read_text()
    assert "A flood of quarantined items" in (home.data_docs / "expectations" / "items.html").read_text()


def test_warnings_say_the_reason_and_name_letter_and_item() -> None:
    rows = ({"source_uri": "a.txt", "letter_id": "a", "item_number": 2}, {"source_uri": "b.txt", "item_number": 1})
    name = "expect_column_pair_values_a_to_be_greater_than_b"
    items = CheckResult("items", name, "x, y", "warning", False, 9, 3, "An item has an outcome.", rows)
    letter = CheckResult(
        "letters", name, "received_date, latest_date", "warning", False, 4, 1, "No day is late.", rows[:1]
    )
    assert warnings([items, letter]) == [
        "3 of 9 items break a promise: An item has an outcome.\n  a.txt, item 2\n  b.txt, item 1\n  and 1 more",
        "1 of 4 letters breaks a promise: No day is late.\n  a.txt, item 2",
    ]
    assert warnings([CheckResult("items", name, "x", "critical", False, 9, 3, "why", ())]) == []
