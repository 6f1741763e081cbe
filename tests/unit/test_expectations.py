"""Every suite on a frame that keeps its promises, and on frames that break them one at a time."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from expectations.items import ITEMS
from expectations.marts import CITATIONS, DECISIONS, DETERMINATIONS, MARTS, RECONCILIATION
from expectations.result import ROWS_NAMED, CheckResult
from expectations.run import run_suite
from expectations.suite import Promise, Suite, one_of, present

IN_SET = "expect_column_values_to_be_in_set"
NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
EQUAL = "expect_column_pair_values_to_be_equal"

GOOD: Mapping[str, pd.DataFrame] = {
    "items": pd.DataFrame(
        {
            "letter_id": ["a", "a", "b"],
            "item_number": pd.array([1, 2, 1], dtype="int32"),
            "service_text": ["MRI", "Norco #90", "TENS unit"],
            "outcome": ["upheld", "overturned", "upheld"],
            "reviewer_basis": ["mtus", "none", "both"],
            "claims_basis": ["mtus", "not_stated", "none"],
            "quarantine_reason": [None, None, None],
        }
    ),
    "decisions": pd.DataFrame(
        {
            "decision_key": ["a-1", "a-2", "b-1"],
            "letter_id": ["a", "a", "b"],
            "item_number": [1, 2, 1],
            "outcome": ["upheld", "overturned", "upheld"],
            "claims_basis": ["mtus", "not_stated", "none"],
            "reviewer_basis": ["mtus", "none", "both"],
            "is_overturned": [False, True, False],
        }
    ),
    "citations": pd.DataFrame(
        {
            "citation_key": ["c1", "c2", "c3"],
            "cited_by": ["claims_administrator", "reviewer", "reviewer"],
            "citation_number": [1, 1, 2],
            "guideline_key": ["g1", "g1", "g2"],
        }
    ),
    "determinations": pd.DataFrame(
        {
            "determination_key": ["CM14-0012345", "CM14-0012346", "letter-0123456789abcdef"],
            "letter_id": ["a", "b", "c"],
            "unread_share": [0.0, 0.25, 1.0],
            "item_count": [3, 1, 2],
            "overturned_count": [1, 1, 0],
            "patient_age": pd.array([0, 48, None], dtype="Int32"),
        }
    ),
    "reconciliation": pd.DataFrame(
        {
            "items_read": [10],
            "items_decided": [8],
            "items_quarantined": [2],
            "broken_not_quarantined": [0],
            "quarantined_not_broken": [0],
        }
    ),
}
SUITES = {suite.name: suite for suite in (ITEMS, *MARTS)}


def good(suite: Suite) -> pd.DataFrame:
    return GOOD[suite.name].copy()


def planted(suite: Suite, column: str, values: list[Any]) -> list[CheckResult]:
    frame = good(suite)
    frame[column] = pd.Series(values, index=frame.index)
    return run_suite(frame, suite)


def unmet(results: list[CheckResult]) -> list[tuple[str, str]]:
    return [(result.expectation, result.column_name) for result in results if not result.is_met]


@pytest.mark.parametrize("name", SUITES)
def test_a_good_frame_keeps_every_promise(name: str) -> None:
    suite = SUITES[name]
    results = run_suite(good(suite), suite)
    assert [(r.expectation, r.column_name) for r in results] == [(p.label, p.column_name) for p in suite.promises]
    assert unmet(results) == []
    assert all(r.rows_checked >= 1 and r.rows_unexpected == 0 and r.reason and not r.unexpected_rows for r in results)


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_unique_where_its_results_are_keyed(name: str) -> None:
    keys = [(promise.label, promise.column_name) for promise in SUITES[name].promises]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("suite", "column", "values", "broken", "rows"),
    [
        (ITEMS, "outcome", ["upheld", None, "upheld"], [(NOT_NULL, "outcome")], [("a", 2)]),
        (ITEMS, "outcome", ["upheld", "Upheld", "?"], [(IN_SET, "outcome")], [("a", 2), ("b", 1)]),
        (ITEMS, "reviewer_basis", [None, "none", "both"], [(NOT_NULL, "reviewer_basis")], [("a", 1)]),
        (ITEMS, "reviewer_basis", ["mtus", "not_stated", "both"], [(IN_SET, "reviewer_basis")], [("a", 2)]),
        (ITEMS, "claims_basis", ["mtus", "none", None], [(NOT_NULL, "claims_basis")], [("b", 1)]),
        (ITEMS, "claims_basis", ["mtus", "none", ""], [(IN_SET, "claims_basis")], [("b", 1)]),
        (ITEMS, "service_text", ["MRI", None, "TENS"], [(NOT_NULL, "service_text")], [("a", 2)]),
    ],
)
def test_a_broken_item_is_named(
    suite: Suite, column: str, values: list[Any], broken: list[tuple[str, str]], rows: list[tuple[str, int]]
) -> None:
    results = planted(suite, column, values)
    assert unmet(results) == broken
    (failed,) = [result for result in results if not result.is_met]
    assert failed.rows_unexpected == len(rows)
    assert failed.unexpected_rows == tuple({"letter_id": letter, "item_number": item} for letter, item in rows)
    assert failed.severity == ("critical" if column == "claims_basis" else "warning")


@pytest.mark.parametrize(
    ("suite", "column", "values", "broken"),
    [
        (DECISIONS, "decision_key", ["a-1", "a-1", "b-1"], [("expect_column_values_to_be_unique", "decision_key")]),
        (DECISIONS, "outcome", ["upheld", "overturned", None], [(NOT_NULL, "outcome")]),
        (DECISIONS, "outcome", ["upheld", "overturned", "partly"], [(IN_SET, "outcome")]),
        (DECISIONS, "is_overturned", [True, True, False], [(EQUAL, "is_overturned, outcome_is_overturned")]),
        (DECISIONS, "claims_basis", ["mtus", "x", "none"], [(IN_SET, "claims_basis")]),
        (DECISIONS, "claims_basis", ["mtus", None, "none"], [(NOT_NULL, "claims_basis")]),
        (DECISIONS, "reviewer_basis", ["mtus", "not_stated", "none"], [(IN_SET, "reviewer_basis")]),
        (DECISIONS, "reviewer_basis", ["mtus", None, "none"], [(NOT_NULL, "reviewer_basis")]),
        (CITATIONS, "cited_by", ["claims_administrator", "judge", "reviewer"], [(IN_SET, "cited_by")]),
        (CITATIONS, "cited_by", ["claims_administrator", None, "reviewer"], [(NOT_NULL, "cited_by")]),
        (CITATIONS, "citation_number", [1, 0, 2], [(BETWEEN, "citation_number")]),
        (CITATIONS, "citation_number", [1, None, 2], [(NOT_NULL, "citation_number")]),
        (CITATIONS, "guideline_key", ["g1", None, "g2"], [(NOT_NULL, "guideline_key")]),
        (DETERMINATIONS, "unread_share", [0.0, 1.01, 1.0], [(BETWEEN, "unread_share")]),
        (DETERMINATIONS, "unread_share", [0.0, None, 1.0], [(NOT_NULL, "unread_share")]),
        (
            DETERMINATIONS,
            "overturned_count",
            [1, 2, 0],
            [("expect_column_pair_values_a_to_be_greater_than_b", "item_count, overturned_count")],
        ),
        (DETERMINATIONS, "patient_age", [48, 121, None], [(BETWEEN, "patient_age")]),
        (DETERMINATIONS, "patient_age", [48, -1, None], [(BETWEEN, "patient_age")]),
        (RECONCILIATION, "items_decided", [7], [(EQUAL, "items_read, items_accounted_for")]),
        (RECONCILIATION, "items_decided", [float("nan")], [(EQUAL, "items_read, items_accounted_for")]),
        (RECONCILIATION, "broken_not_quarantined", [1], [(IN_SET, "broken_not_quarantined")]),
        (RECONCILIATION, "broken_not_quarantined", [None], [(NOT_NULL, "broken_not_quarantined")]),
        (RECONCILIATION, "quarantined_not_broken", [3], [(IN_SET, "quarantined_not_broken")]),
        (RECONCILIATION, "quarantined_not_broken", [None], [(NOT_NULL, "quarantined_not_broken")]),
    ],
)
def test_a_broken_mart_fails_critically(
    suite: Suite, column: str, values: list[Any], broken: list[tuple[str, str]]
) -> None:
    results = planted(suite, column, values)
    assert unmet(results) == broken
    assert {result.severity for result in results} == {"critical"}
    for result in results:
        if not result.is_met:
            assert result.rows_unexpected >= 1
            assert len(result.unexpected_rows) == result.rows_unexpected


def test_an_unknown_is_overturned_is_no_agreement() -> None:
    frame = good(DECISIONS)
    frame["is_overturned"] = pd.array([False, None, False], dtype="boolean")
    assert unmet(run_suite(frame, DECISIONS)) == [(EQUAL, "is_overturned, outcome_is_overturned")]


@pytest.mark.parametrize("name", SUITES)
def test_a_missing_column_fails_with_its_reason_and_the_rest_is_checked(name: str) -> None:
    suite = SUITES[name]
    column = suite.promises[-1].column_name.split(", ")[-1]
    results = run_suite(good(suite).drop(columns=column), suite)
    failed = [result for result in results if not result.is_met]
    assert {result.column_name for result in failed} == {column}
    for result in failed:
        assert column in result.reason
        assert (result.rows_checked, result.rows_unexpected, result.unexpected_rows) == (0, 0, ())


def test_a_column_that_a_computed_one_needs_is_missing() -> None:
    results = run_suite(good(RECONCILIATION).drop(columns="items_decided"), RECONCILIATION)
    assert unmet(results) == [(EQUAL, "items_read, items_accounted_for")]


def test_a_type_that_cannot_be_compared_fails() -> None:
    assert (BETWEEN, "unread_share") in unmet(planted(DETERMINATIONS, "unread_share", ["none", "a lot", "0"]))


def test_an_expectation_that_nobody_knows_fails_the_suite_and_does_not_raise() -> None:
    suite = Suite("odd", ("letter_id",), (Promise("expect_the_moon", "critical", "why", {"column": "outcome"}),))
    (result,) = run_suite(good(ITEMS), suite)
    assert not result.is_met
    assert "moon" in result.reason


@pytest.mark.parametrize("name", [name for name in SUITES if name != "reconciliation"])
def test_an_empty_frame_keeps_its_promises(name: str) -> None:
    results = run_suite(good(SUITES[name]).iloc[:0], SUITES[name])
    assert unmet(results) == []
    assert {(r.rows_checked, r.rows_unexpected) for r in results} == {(0, 0)}


def test_an_empty_frame_without_types_keeps_its_promises() -> None:
    assert unmet(run_suite(pd.DataFrame(columns=GOOD["items"].columns), ITEMS)) == []


def test_no_reconciliation_is_no_reconciliation() -> None:
    results = run_suite(good(RECONCILIATION).iloc[:0], RECONCILIATION)
    assert unmet(results) == [("expect_table_row_count_to_equal", "")]


def test_rows_are_named_by_place_whatever_the_index_and_at_most_twenty() -> None:
    frame = pd.concat([good(ITEMS)] * 20).set_index("outcome", drop=False)
    frame["outcome"] = None
    frame["item_number"] = range(60)
    outcome = run_suite(frame, ITEMS)[0]
    assert (outcome.rows_checked, outcome.rows_unexpected) == (60, 60)
    assert [row["item_number"] for row in outcome.unexpected_rows] == list(range(ROWS_NAMED))
    assert type(outcome.unexpected_rows[0]["item_number"]) is int


def test_the_frame_is_left_as_it_was_and_let_go() -> None:
    frame = good(DECISIONS)
    run_suite(frame, DECISIONS)
    pd.testing.assert_frame_equal(frame, GOOD["decisions"])
    gone = weakref.ref(frame)
    del frame
    gc.collect()
    assert gone() is None


def test_the_same_expectation_twice_on_a_column_needs_a_name() -> None:
    with pytest.raises(ValueError, match="twice"):
        Suite("twice", (), (one_of("a", "xy", "why"), one_of("a", "x", "why")))
    named = Promise(IN_SET, "critical", "why", {"column": "outcome", "value_set": ["upheld"]}, name="all_upheld")
    suite = Suite("twice", ("letter_id",), (*ITEMS.promises[:2], named))
    assert unmet(run_suite(good(ITEMS), suite)) == [("all_upheld", "outcome")]


def test_it_says_nothing_but_its_results(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    run_suite(good(ITEMS).drop(columns="outcome"), ITEMS)
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith("great_expectations")] == []


def test_reading_suites_and_results_does_not_import_great_expectations() -> None:
    code = (
        "import sys, expectations.items, expectations.marts, expectations.result, expectations.run\n"
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_present_is_critical_unless_told() -> None:
    assert present("a", "why").severity == "critical"
