"""What is a trouble: how a refresh ended, how old the warehouse is, and in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expectations.result import CheckResult
from orchestration.alerts.tell import look
from orchestration.alerts.trouble import Freshness, assess, has_died
from orchestration.alerts.waiting import is_over
from orchestration.home import Home
from orchestration.record import LETTERS_NAMED, Record, records
from orchestration.settings import load_settings
from tests.troubles import NOW, REFUSED, judged, made


@pytest.mark.parametrize(
    ("ending", "status"),
    [("refused", "refused"), ("failed", "failed"), ("published", "warning"), ("nothing_new", "warning")],
)
def test_an_ending_gives_a_status(ending: Any, status: str) -> None:
    assert made(REFUSED, ending=ending).status == status


def test_a_refresh_without_anything_to_tell_is_no_trouble() -> None:
    assert judged(Record("id", "2026-03-01T06:00:00", "published", items=9)) is None
    assert judged(None) is None


def test_a_refresh_in_a_step_has_died_only_where_nobody_holds_the_home() -> None:
    running = Record("id", "2026-03-01T06:00:00", "running", doing="transform")
    assert judged(running, is_held=True) is None
    killed = made(running)
    assert (killed.status, killed.checks[0]["expectation"]) == ("failed", "transform")
    assert "killed" in killed.checks[0]["reason"]
    # somebody who makes a single asset on Dagster's page leaves a record that is in no step
    assert not has_died(replace(running, doing=None), is_held=False)
    assert judged(replace(running, doing=None)) is None


def test_a_failure_tells_its_step_and_its_error_once() -> None:
    failed = made(REFUSED, ending="failed", doing="extract", message="extract: disk full", unmet=[])
    assert [(check["expectation"], check["reason"]) for check in failed.checks] == [("extract", "disk full")]
    same = replace(failed, checks=({**failed.checks[0], "reason": "process 123 died"},))
    again = replace(failed, checks=({**failed.checks[0], "reason": "process 456 died"},))
    assert same.causes == again.causes != failed.causes


@pytest.mark.parametrize(("hours", "stale"), [(23.9, False), (24.1, True)])
def test_a_warehouse_is_stale_after_the_hours_allowed(hours: float, stale: bool) -> None:
    freshness = Freshness(NOW - dt.timedelta(hours=hours), 24, True)
    found = assess(None, False, freshness, NOW)
    assert [trouble.status for trouble in found] == (["stale"] if stale else [])


def test_the_worst_leads() -> None:
    stale = Freshness(NOW - dt.timedelta(hours=48), 24, True)
    assert [trouble.status for trouble in assess(REFUSED, False, stale, NOW)] == ["refused", "stale"]
    warned = replace(REFUSED, ending="published")
    assert [trouble.status for trouble in assess(warned, False, stale, NOW)] == ["stale", "warning"]


def check(**changed: Any) -> CheckResult:
    given: dict[str, Any] = {
        "suite": "items",
        "expectation": "present",
        "column_name": "outcome",
        "severity": "warning",
        "is_met": False,
        "rows_checked": 9,
        "rows_unexpected": 1,
        "reason": "because",
        "unexpected_rows": (),
    }
    return CheckResult(**{**given, **changed})


def test_a_flood_of_one_kind_hides_no_other_kind(tmp_path: Path) -> None:
    record = Record("id", "2026-03-01T06:00:00", path=tmp_path / "id.json")
    record.note_rejected(
        {"letter_id": f"r{number}", "source_uri": "/r", "reason_code": "empty_file"} for number in range(50)
    )
    held = [
        {"letter_id": f"q{number}", "source_uri": "/q", "item_number": 1, "quarantine_reason": "missing_outcome"}
        for number in range(50)
    ]
    rows = ({"letter_id": "q0", "item_number": 1}, {"letter_id": "n", "item_number": 3}, {"citation_key": "no letter"})
    record.note_audit([check(unexpected_rows=rows), check(is_met=True, column_name="other")], held)
    assert len(record.letters) == LETTERS_NAMED
    assert {letter["kind"] for letter in record.letters} == {"quarantined", "rejected", "named"}
    assert [letter["letter_id"] for letter in record.letters if letter["kind"] == "named"] == ["n"]
    assert [unmet["column"] for unmet in record.unmet] == ["outcome"]


def test_a_step_that_is_tried_again_takes_its_failure_back(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    record = Record.begin(home, "0123456789")
    with pytest.raises(OSError), record.step("extract"):
        raise OSError("the network was away")
    assert made(Record.load(record.path or tmp_path)).status == "failed"
    record = Record.of_run(home, "0123456789")
    with record.step("extract"):
        assert record.ending == "running"
    record.end("published")
    assert judged(Record.load(record.path or tmp_path)) is None
    again = Record.begin(home, "0123456789")  # the first step tried again begins the record anew
    assert again.refresh_id == record.refresh_id
    assert len(list(records(home))) == 1


def test_the_last_refresh_that_ended_is_judged_while_the_next_one_runs(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    settings = load_settings(home=tmp_path, freshness_hours=0)
    Record(
        "20260301T060000Z-aaaaaaaa", "2026-03-01T06:00:00", "failed", message="x", path=home.refreshes / "1.json"
    ).save()
    Record("20260302T060000Z-bbbbbbbb", "2026-03-02T06:00:00", doing="audit", path=home.refreshes / "2.json").save()
    with home.held():
        assert look(home, settings).troubles[0].refresh_id.endswith("aaaaaaaa")
    [killed] = look(home, settings).troubles
    assert killed.refresh_id.endswith("bbbbbbbb")


def test_time_runs_from_the_first_refresh_where_nothing_was_published(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    settings = load_settings(home=tmp_path, freshness_hours=24)
    assert look(home, settings, NOW).troubles == ()
    Record("1", "2026-03-01T05:00:00", "failed", message="x", path=home.refreshes / "1.json").save()
    Record("2", "2026-03-02T05:00:00", "failed", message="x", path=home.refreshes / "2.json").save()
    assert [trouble.status for trouble in look(home, settings, NOW).troubles] == ["failed", "stale"]
    never = load_settings(home=tmp_path, freshness_hours="0")
    assert [trouble.status for trouble in look(home, never, NOW).troubles] == ["failed"]


def test_a_landing_place_without_files_is_a_warning_until_it_has_some(tmp_path: Path) -> None:
    home = Home(tmp_path)
    quiet = Record("20260302T060000Z-a", "2026-03-02T06:00:00", "nothing_new")
    empty = replace(quiet, refresh_id="20260301T060000Z-a", emptied=[{"place": "/mnt/letters", "files": 1200}])
    trouble = made(empty)
    assert (trouble.status, trouble.summary) == ("warning", "no file in 1 landing place")
    assert "No file lies in /mnt/letters, from where 1,200 were received before." in trouble.checks[0]["reason"]
    assert not is_over(trouble, [trouble], empty, home)
    assert not is_over(trouble, [], replace(quiet, emptied=empty.emptied), home)
    closed = [{"folder": "/mnt/letters/2015", "reason": "Permission denied"}]
    assert is_over(trouble, [], replace(quiet, closed=closed), home)
    shut = made(replace(empty, closed=closed))
    assert shut.summary == "no file in 1 landing place, 1 folder not opened"
    shut = made(replace(empty, emptied=[], closed=closed))
    assert shut.summary == "1 folder not opened"
    assert "The folder /mnt/letters/2015 cannot be opened (Permission denied)" in shut.checks[0]["reason"]
    assert not is_over(shut, [], replace(quiet, closed=closed), home)
    assert is_over(shut, [], quiet, home)
    assert not is_over(trouble, [], replace(quiet, ending="failed"), home)
    assert is_over(trouble, [], quiet, home)
