"""How suites are run: what raises has failed, rows are named, pieces add up. Each promise stands in test_promises."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from expectations.drift import DRIFT, measure_of, told
from expectations.items import ITEMS
from expectations.letters import LETTERS
from expectations.marts import DECISIONS, RECONCILIATION
from expectations.result import ROWS_NAMED, CheckResult
from expectations.run import run_suite
from expectations.suite import Promise, Suite, one_of, present, unique
from tests.frames import COUNTED, GOOD, SUITES, good

IN_SET = "expect_column_values_to_be_in_set"
NOT_NULL = "expect_column_values_to_not_be_null"
BETWEEN = "expect_column_values_to_be_between"
EQUAL = "expect_column_pair_values_to_be_equal"


def unmet(results: list[CheckResult]) -> list[tuple[str, str]]:
    return [(result.expectation, result.column_name) for result in results if not result.is_met]


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_is_unique_where_its_results_are_keyed(name: str) -> None:
    keys = [(promise.label, promise.column_name) for promise in SUITES[name].promises]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", SUITES)
def test_a_missing_column_fails_with_its_reason_and_the_rest_is_checked(name: str) -> None:
    suite = SUITES[name]
    column = [column for column in suite.promises[-1].column_name.split(", ") if column in GOOD[name]][-1]
    results = run_suite(good(name).drop(columns=column), suite)
    failed = [result for result in results if not result.is_met]
    about = [promise for promise in suite.promises if column in promise.column_name.split(", ")]
    assert [(r.expectation, r.column_name) for r in failed] == [(p.label, p.column_name) for p in about]
    for result in failed:
        assert column in result.reason
        assert (result.rows_checked, result.rows_unexpected, result.unexpected_rows) == (0, 0, ())


def test_a_column_that_a_computed_one_needs_is_missing() -> None:
    results = run_suite(good("reconciliation").drop(columns="items_decided"), RECONCILIATION)
    assert unmet(results) == [(EQUAL, "items_read, items_accounted_for")]


def test_a_type_that_cannot_be_compared_fails() -> None:
    assert (BETWEEN, "unread_share") in unmet(
        run_suite(good("letters").assign(unread_share=["none", "a lot", "0"]), LETTERS)
    )


def test_an_expectation_that_nobody_knows_fails_the_suite_and_does_not_raise() -> None:
    suite = Suite("odd", ("letter_id",), (Promise("expect_the_moon", "critical", "why", {"column": "outcome"}),))
    (result,) = run_suite(good("items"), suite)
    assert not result.is_met
    assert "moon" in result.reason


@pytest.mark.parametrize("name", [name for name in SUITES if name not in (*COUNTED, "drift")])
def test_an_empty_frame_keeps_its_promises(name: str) -> None:
    results = run_suite(good(name).iloc[:0], SUITES[name])
    assert unmet(results) == []
    assert {(r.rows_checked, r.rows_unexpected) for r in results} == {(0, 0)}


def test_an_empty_frame_without_types_keeps_its_promises() -> None:
    assert unmet(run_suite(pd.DataFrame(columns=GOOD["items"].columns), ITEMS)) == []


def test_rows_are_named_by_place_whatever_the_index_and_at_most_twenty() -> None:
    frame = pd.concat([good("items")] * 20).set_index("outcome", drop=False)
    frame["outcome"] = None
    frame["item_number"] = range(60)
    outcome = run_suite(frame, ITEMS)[0]
    assert (outcome.rows_checked, outcome.rows_unexpected) == (60, 60)
    assert [row["item_number"] for row in outcome.unexpected_rows] == list(range(ROWS_NAMED))
    assert type(outcome.unexpected_rows[0]["item_number"]) is int


def test_the_frame_is_left_as_it_was_and_let_go() -> None:
    frame = good("decisions")
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
    assert unmet(run_suite(good("items"), suite)) == [("all_upheld", "outcome")]


def test_it_says_nothing_but_its_results(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    run_suite(good("items").drop(columns="outcome"), ITEMS)
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


def test_a_frame_in_pieces_is_the_frame() -> None:
    frame = pd.concat([good("items")] * 3, ignore_index=True)
    frame.loc[[1, 4, 7], "outcome"] = [None, "partly", None]
    frame["item_number"] = range(9)
    whole = run_suite(frame, ITEMS)
    pieces = run_suite((frame.iloc[at : at + 4] for at in range(0, 9, 4)), ITEMS)
    assert pieces == whole
    assert [row["item_number"] for row in pieces[0].unexpected_rows] == [1, 7]


def test_an_expectation_that_raises_on_one_piece_has_failed() -> None:
    frame = good("letters")
    odd = frame.assign(unread_share=["none", "a lot", "0"])
    for pieces in ([frame, odd], [odd, frame]):
        failed = [check for check in run_suite(pieces, LETTERS) if not check.is_met]
        assert (BETWEEN, "unread_share") in unmet(failed)
        assert all(check.reason != "It is a share of the letter's characters." for check in failed)


def test_what_needs_the_whole_frame_is_not_checked_in_pieces() -> None:
    suite = Suite("keys", ("letter_id",), (unique("letter_id", "why"), present("letter_id", "why")))
    frame = good("letters")
    assert unmet(run_suite([frame], suite)) == []
    (failed, met) = run_suite([frame, frame], suite)
    assert (failed.is_met, met.is_met, failed.reason) == (False, True, "cannot be checked in pieces")


def test_rows_that_cannot_be_read_have_kept_nothing() -> None:
    def pieces() -> Iterator[pd.DataFrame]:
        yield good("items")
        raise OSError("the disk is gone")

    results = run_suite(pieces(), ITEMS)
    assert len(unmet(results)) == len(ITEMS.promises)
    assert {result.reason for result in results} == {"reading the rows raised OSError: the disk is gone"}
    assert {result.reason for result in run_suite([], ITEMS)} == {"no frame was given"}


def test_a_frame_with_row_ids_is_named_by_them() -> None:
    frame = good("items").drop(columns=["source_uri", "letter_id", "item_number", "service_text"])
    frame = frame.assign(row_id=[7, 8, 9], service_text=["a", "b", "c"], outcome=["upheld", None, "upheld"])
    assert run_suite(frame, ITEMS)[0].unexpected_rows == ({"row_id": 8, "service_text": "b", "outcome": None},)


def test_drift_is_told_with_its_bounds_and_letters() -> None:
    frame = good("drift")
    frame.loc[1, "value"] = 0.12
    (check,) = [check for check in run_suite(frame, DRIFT) if not check.is_met]
    letters = ({"source_uri": "a.txt", "letter_id": "a"},)
    said = told(check, letters)
    assert said.reason.endswith("Now rejected_share is 12.0%, expected 0.0% to 3.0% after 20 earlier refreshes.")
    assert said.unexpected_rows == letters
    assert measure_of(check) == "rejected_share"
    raised = replace(check, unexpected_rows=(), reason="validation raised")
    assert told(raised, letters) == raised
