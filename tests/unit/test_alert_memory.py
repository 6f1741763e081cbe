"""What is told: once for each channel, again when it changed, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from expectations.result import CheckResult
from orchestration.alerts.memory import Memory, Open, delivery_of, load, plan, save
from orchestration.alerts.message import as_json, as_slack, as_text, compose
from orchestration.alerts.tell import data_docs
from orchestration.home import Home
from orchestration.record import Record
from orchestration.settings import load_settings
from tests.troubles import DOCS, NOW, REFUSED, later, made, planned


def test_the_same_trouble_is_told_once_and_its_end_once() -> None:
    trouble = made(REFUSED)
    message, known = planned([], [trouble])
    assert message is not None
    assert message.status == "refused"
    silence, known = planned(known, [later(trouble)])
    assert silence is None
    end, known = planned(known, [], over=[trouble])
    assert end is not None
    assert (end.status, end.letters[0]["letter_id"]) == ("recovered", "abc")
    assert planned(known, []) == (None, [])


@pytest.mark.parametrize("change", ["cause", "letter", "status"])
def test_a_trouble_that_changed_is_told_again(change: str) -> None:
    trouble = made(REFUSED)
    _, known = planned([], [trouble])
    changed = {
        "cause": replace(trouble, checks=(*trouble.checks, {**trouble.checks[0], "column": "service_text"})),
        "letter": replace(trouble, letters=(*trouble.letters, {**trouble.letters[0], "letter_id": "def"})),
        "status": replace(trouble, status="warning"),
    }[change]
    message, known = planned(known, [later(changed)])
    assert message is not None
    # and what it was before is known, whichever way it changes back
    assert planned(known, [later(trouble)])[0] is None


def test_drift_names_other_letters_every_night_and_is_told_once() -> None:
    check = {**REFUSED.unmet[0], "suite": "drift", "expectation": "median_within_history", "severity": "warning"}
    letter = {**REFUSED.letters[0], "kind": "named", "reason_code": "median_within_history"}
    drift = made(REFUSED, ending="published", unmet=[check], letters=[letter], quarantined=0)
    _, known = planned([], [drift])
    assert planned(known, [replace(later(drift), letters=({**letter, "letter_id": "other"},))])[0] is None


def test_letters_are_named_by_the_promise_that_they_break() -> None:
    record = Record("20260301T060000Z-aaaaaaaa", "2026-03-01T06:00:00")
    name = "expect_column_pair_values_a_to_be_greater_than_b"
    row = {"letter_id": "abc", "source_uri": "/in/a.txt"}
    columns = ("assigned_date, latest_before_assigned", "decision_date, latest_before_decision")
    checks = [CheckResult("letters", name, column, "warning", False, 9, 1, "Why.", (row,)) for column in columns]
    record.note_audit(checks[:1], [])
    record.end("published")
    drifting = CheckResult("drift", "letters_not_above", "high, value", "warning", False, 1, 1, "Many.", (row,))
    told = compose([made(record)], [], 0, DOCS, "")
    label = f"{columns[0]}: {name}"
    assert as_json(told)["letters"][0]["reason_code"] == label == checks[0].label
    assert f"Named: {label}\n  - /in/a.txt\n" in as_text(told)
    assert f"letters, {label}, 1 row (warning)" in as_text(told)
    # the same kind of promise on other columns is another trouble, and drift has none that waits
    _, known = planned([], [made(record)])
    record.note_audit(checks[1:], [])
    assert planned(known, [later(made(record))])[0] is not None
    record.note_audit([drifting], [])
    assert made(record).waiting == ()


def test_what_one_channel_missed_it_is_told_later_and_the_others_are_not() -> None:
    warning = made(REFUSED, ending="published")
    missed = plan([], [warning], lambda _: False, DOCS, "").when_not
    assert missed == [Open(warning, False)]
    message, known = planned(missed, [])  # nothing new since, but it stands
    assert message is not None
    assert message.status == "warning"
    assert planned(known, [])[0] is None
    # what was over before it could be told is neither told nor recovered from
    assert planned(missed, [], over=[warning]) == (None, [])


def test_nothing_recovers_while_something_else_stands() -> None:
    failed = made(REFUSED, ending="failed", message="ingest: no disk", doing="ingest")
    refused = made(REFUSED)
    known = [Open(failed, True), Open(refused, True)]
    assert planned(known, [later(refused)], over=[failed]) == (None, known)
    message, known = planned(known, [], over=[failed, refused])
    assert message is not None
    assert message.status == "recovered"
    assert "refresh failed" in as_text(message)
    assert "publication refused" in as_text(message)
    assert known == []


def test_a_new_trouble_and_the_end_of_an_old_one_are_one_message() -> None:
    refused, warning = made(REFUSED), later(made(REFUSED, ending="published"))
    message, known = planned([Open(refused, True)], [warning], over=[refused])
    assert message is not None
    assert message.status == "warning"
    assert "Over since then" in as_text(message)
    assert known == [Open(warning, True)]


def test_a_recovery_says_what_still_stands() -> None:
    failed, warning = made(REFUSED, ending="failed", doing="audit"), made(REFUSED, ending="published")
    message, known = planned([Open(warning, True), Open(failed, True)], [], over=[failed])
    assert message is not None
    assert "Still standing, 1 earlier warning\n  - /in/a.txt, item 2: missing_outcome\n" in as_text(message)
    assert message.headline.endswith("recovered")
    assert known == [Open(warning, True)]


def test_memory_survives_its_file_and_forgets_what_is_broken(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.alerts.mkdir()
    trouble = made(REFUSED)
    message = compose([trouble], [], 0, DOCS, "")
    memory = Memory({"slack": [Open(trouble, True)]}, [])
    for _ in range(3):
        memory.note(delivery_of("email", message, False, "down", NOW))
    save(home, memory)
    kept = load(home)
    assert kept.channels["slack"][0].trouble.causes == trouble.causes
    assert kept.channels["slack"][0].trouble.names == trouble.names
    assert [(delivery.attempts, delivery.reason) for delivery in kept.undelivered()] == [(3, "down")]
    kept.note(delivery_of("email", message, True, None, NOW))
    assert kept.undelivered() == []
    for broken in ("", "[]", "{}", '{"channels": {"slack": [{}]}, "history": []}', '{"channels": 1, "history": []}'):
        (home.alerts / "told.json").write_text(broken)
        assert load(home) == Memory()


def test_what_cannot_be_written_is_kept_in_the_process(tmp_path: Path) -> None:
    home = Home(tmp_path / "nowhere")  # a folder that cannot be written looks the same
    save(home, Memory({"slack": [Open(made(REFUSED), True)]}, []))
    assert load(home).channels["slack"][0].is_told


def test_the_json_has_the_keys_that_were_agreed() -> None:
    told = as_json(compose([made(REFUSED)], [], 0, DOCS, ""))
    assert set(told) == {"refresh_id", "status", "is_test", "checks", "letters", "data_docs", "message"}
    assert told["is_test"] is False
    assert set(told["checks"][0]) == {"suite", "expectation", "column", "severity", "rows_unexpected", "reason"}
    assert told["letters"] == [
        {"letter_id": "abc", "source_uri": "/in/a.txt", "item_number": 2, "reason_code": "missing_outcome"}
    ]


def test_a_dbt_test_that_refused_is_told_without_the_pages_that_lack_it() -> None:
    check = {**REFUSED.unmet[0], "suite": "dbt", "expectation": "unique_fct_decisions"}
    message = compose([made(REFUSED, unmet=[check], letters=[], quarantined=0)], [], 0, DOCS, "")
    assert message.headline == "IMR warehouse: publication refused, 1 dbt test failed"
    told = as_json(message)
    assert told["data_docs"] == ""
    assert "Data Docs" not in told["message"] + str(as_slack(message))
    assert DOCS in as_text(compose([made(REFUSED)], [], 0, DOCS, ""))


def test_a_link_to_a_file_is_text_in_slack(tmp_path: Path) -> None:
    address = data_docs(Home(tmp_path), load_settings())
    assert address == f"file://{tmp_path}/published/data_docs/index.html"
    elements = as_slack(compose([made(REFUSED)], [], 0, address, ""))["blocks"][-1]["elements"]
    assert {element["type"] for element in elements} == {"plain_text"}
