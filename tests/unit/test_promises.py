"""Every promise, broken in one row of an otherwise good frame: it fails, it alone, and the row is named."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
import pytest

from expectations.result import CheckResult
from expectations.run import run_suite
from tests.frames import COUNTED, GOOD, SUITES, days, good

IN_SET = "expect_column_values_to_be_in_set"
NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
MATCHES = "expect_column_values_to_match_regex"
EQUAL = "expect_column_pair_values_to_be_equal"
ORDERED = "expect_column_pair_values_a_to_be_greater_than_b"
MEASURES = "expect_column_distinct_values_to_contain_set"


class Planted(NamedTuple):
    """A value put into a column of the second row (or another), and what fails for it."""

    suite: str
    column: str
    value: Any
    expectation: str
    column_name: str = ""  # where it is not the column itself
    row: int = 1


DAY = days("2014-01-15")[0]
PLANTED = (
    Planted("items", "outcome", None, NOT_NULL),
    Planted("items", "outcome", "Upheld", IN_SET),
    Planted("items", "reviewer_basis", None, NOT_NULL),
    Planted("items", "reviewer_basis", "not_stated", IN_SET),
    Planted("items", "claims_basis", None, NOT_NULL),
    Planted("items", "claims_basis", "", IN_SET),
    Planted("items", "service_text", None, NOT_NULL),
    Planted("items", "text_length", None, NOT_NULL),
    Planted("items", "first_start", -1, ORDERED, "first_start, text_start"),
    Planted("items", "last_end", 101, ORDERED, "text_length, last_end"),
    Planted("items", "contradictions", 1, IN_SET),
    Planted("items", "contradictions", None, NOT_NULL),
    Planted("items", "broken_spans", 1, IN_SET),
    Planted("items", "broken_spans", None, NOT_NULL),
    Planted("item_numbers", "lowest_number", 0, IN_SET),
    Planted("item_numbers", "highest_number", 2, EQUAL, "highest_number, items_found"),
    Planted("item_numbers", "distinct_numbers", 0, EQUAL, "distinct_numbers, items_found"),
    Planted("item_numbers", "item_count", 2, EQUAL, "items_found, item_count"),
    Planted("letters", "template", "fax", IN_SET),
    Planted("letters", "template", None, NOT_NULL),
    Planted("letters", "unread_share", 1.01, BETWEEN),
    Planted("letters", "unread_share", None, NOT_NULL),
    Planted("letters", "patient_age", 13, BETWEEN),
    Planted("letters", "patient_age", 111, BETWEEN),
    Planted("letters", "rival_count", 1, IN_SET),
    Planted("letters", "unread_date_count", 1, IN_SET),
    Planted("letters", "case_number", "CM14-001234", MATCHES),
    Planted("letters", "case_number", "CM14-00123456", MATCHES),
    Planted("letters", "case_number", "XCM14-0012345", MATCHES),
    Planted("letters", "ur_denial_date", days("2013-04-30")[0], ORDERED, "ur_denial_date, injury_date"),
    Planted(
        "letters",
        "application_received_date",
        days("2013-04-30")[0],
        ORDERED,
        "application_received_date, latest_before_application",
    ),
    Planted("letters", "assigned_date", days("2013-04-30")[0], ORDERED, "assigned_date, latest_before_assigned"),
    Planted("letters", "decision_date", DAY, ORDERED, "decision_date, latest_before_decision"),
    Planted("letters", "latest_date", days("2014-01-31")[0], ORDERED, "received_date, latest_date"),
    Planted("decisions", "outcome", None, NOT_NULL),
    Planted("decisions", "outcome", "partly", IN_SET),
    Planted("decisions", "is_overturned", False, EQUAL, "is_overturned, outcome_is_overturned"),
    Planted("decisions", "claims_basis", "x", IN_SET),
    Planted("decisions", "claims_basis", None, NOT_NULL),
    Planted("decisions", "reviewer_basis", "not_stated", IN_SET),
    Planted("decisions", "reviewer_basis", None, NOT_NULL),
    Planted("decisions", "reviewer_cited", "mtus", EQUAL, "reviewer_basis, reviewer_cited"),
    Planted("decisions", "claims_cited", "both", EQUAL, "claims_basis, claims_cited"),
    Planted("citations", "cited_by", "judge", IN_SET),
    Planted("citations", "cited_by", None, NOT_NULL),
    Planted("citations", "citation_number", 0, ORDERED, "citation_number, first_number"),
    Planted("citations", "citation_number", None, NOT_NULL),
    Planted("determinations", "overturned_count", 2, ORDERED, "item_count, overturned_count"),
    Planted("reconciliation", "items_decided", 7, EQUAL, "items_read, items_accounted_for", row=0),
    *(
        Planted("rates", column, value, expectation)
        for column in ("decision_share", "overturn_rate", "same_guideline_share")
        for value, expectation in ((1.01, BETWEEN), (-0.01, BETWEEN), (None, NOT_NULL))
    ),
    *(
        Planted(name, promise.column_name, value, promise.label, row=0)
        for name in COUNTED
        for promise in SUITES[name].promises
        if promise.of
        for value in (3, None)
    ),
    Planted("drift", "value", 7501.0, "letters_not_above", "high, value", row=0),
    Planted("drift", "value", 799.0, "letters_not_below", "value, low", row=0),
    Planted("drift", "value", 0.031, "rejected_share_not_above", "high, value", row=1),
    Planted("drift", "value", 0.051, "unmapped_share_not_above", "high, value", row=3),
    Planted("drift", "value", 0.021, "unread_share_not_above", "high, value", row=4),
    Planted("drift", "value", 0.41, "overturn_rate_not_above", "high, value", row=5),
    Planted("drift", "value", 0.19, "overturn_rate_not_below", "value, low", row=5),
    Planted("drift", "measure", "weather", MEASURES, "measure", row=4),
)
# What breaks one promise must break another as well: where both say the same of one value.
_FOLLOWS = {
    ("decisions", "outcome"): {(EQUAL, "is_overturned, outcome_is_overturned")},
    ("decisions", "claims_basis"): {(EQUAL, "claims_basis, claims_cited")},
    ("decisions", "reviewer_basis"): {(EQUAL, "reviewer_basis, reviewer_cited")},
    ("citations", "citation_number"): {(ORDERED, "citation_number, first_number")},
}


def planted(defect: Planted) -> pd.DataFrame:
    frame = good(defect.suite)
    values = frame[defect.column].astype(object).tolist()
    values[defect.row] = defect.value
    frame[defect.column] = pd.Series(values, index=frame.index).infer_objects()
    return frame


def unmet(results: list[CheckResult]) -> dict[tuple[str, str], CheckResult]:
    return {(result.expectation, result.column_name): result for result in results if not result.is_met}


@pytest.mark.parametrize("name", SUITES)
def test_a_good_frame_keeps_every_promise(name: str) -> None:
    results = run_suite(good(name), SUITES[name])
    assert [(r.expectation, r.column_name) for r in results] == [
        (p.label, p.column_name) for p in SUITES[name].promises
    ]
    assert not unmet(results)
    assert all(r.rows_unexpected == 0 and r.reason and not r.unexpected_rows for r in results)


@pytest.mark.parametrize("defect", PLANTED, ids=lambda d: f"{d.suite}-{d.column}-{d.value}")
def test_a_planted_defect_is_caught_and_named(defect: Planted) -> None:
    suite = SUITES[defect.suite]
    frame = planted(defect)
    broken = unmet(run_suite(frame, suite))
    key = (defect.expectation, defect.column_name or defect.column)
    assert key in broken, broken
    assert set(broken) - {key} <= _FOLLOWS.get((defect.suite, defect.column), set())
    check = broken[key]
    (promise,) = [p for p in suite.promises if (p.label, p.column_name) == key]
    assert check.severity == promise.severity
    if promise.of:
        assert check.rows_unexpected == (defect.value or 0)
        assert check.reason == (promise.reason if defect.value else "nobody counted")
    elif defect.expectation != MEASURES:
        assert check.rows_unexpected == 1
        (row,) = check.unexpected_rows
        for name in suite.key_columns:
            given = frame[name].iloc[defect.row]
            shown = given.date() if isinstance(given, pd.Timestamp) else given
            assert row[name] is None if pd.isna(given) else row[name] == shown


def test_every_promise_has_its_defect() -> None:
    """A promise that nothing was seen to break may be one that nothing can break."""
    promised = {(s.name, p.label, p.column_name) for s in SUITES.values() for p in s.promises}
    seen = {(d.suite, d.expectation, d.column_name or d.column) for d in PLANTED}
    # the row that is missing, and the measure without bounds, stand in tests of their own
    assert promised - seen == {
        ("reconciliation", "expect_table_row_count_to_equal", ""),
        ("drift", "quarantined_share_not_above", "high, value"),
    }


def test_a_measure_with_bounds_is_held_to_them() -> None:
    frame = good("drift")
    frame.loc[2, ["value", "low", "high"]] = [0.2, 0.0, 0.1]
    assert list(unmet(run_suite(frame, SUITES["drift"]))) == [("quarantined_share_not_above", "high, value")]


def test_no_reconciliation_is_no_reconciliation() -> None:
    broken = unmet(run_suite(good("reconciliation").iloc[:0], SUITES["reconciliation"]))
    assert ("expect_table_row_count_to_equal", "") in broken
    assert ("items_gone_or_doubled", "items_gone_or_doubled") in broken


def test_an_unknown_is_overturned_is_no_agreement() -> None:
    frame = good("decisions")
    frame["is_overturned"] = pd.array([False, None, False], dtype="boolean")
    assert set(unmet(run_suite(frame, SUITES["decisions"]))) == {(EQUAL, "is_overturned, outcome_is_overturned")}


@pytest.mark.parametrize("name", SUITES)
def test_severities_are_as_the_suites_say(name: str) -> None:
    """Of letters and of what differs from before people are warned; all else keeps a refresh from its readers."""
    letters_own = {
        "outcome", "contradictions", "reviewer_basis", "service_text", "patient_age", "case_number", "rival_count",
    }  # fmt: skip
    for promise in SUITES[name].promises:
        is_letters_own = name in ("items", "letters") and promise.column_name.split(", ")[0] in letters_own
        is_date = name == "letters" and "date" in promise.column_name
        expected = "warning" if is_letters_own or is_date or name == "drift" else "critical"
        assert promise.severity == expected, promise


def test_days_are_named_as_days() -> None:
    defect = next(d for d in PLANTED if d.column == "decision_date")
    check = unmet(run_suite(planted(defect), SUITES["letters"]))[ORDERED, "decision_date, latest_before_decision"]
    assert str(check.unexpected_rows[0]["decision_date"]) == "2014-01-15"
    assert check.unexpected_rows[0]["injury_date"] is not None
    assert GOOD["letters"]["decision_date"].notna().all()
