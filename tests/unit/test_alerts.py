"""What is told: troubles, when they are known, when they are over, and in which words. Without any channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from expectations.result import CheckResult
from orchestration.alerts.channels import Outcome
from orchestration.alerts.memory import Memory, Open, delivery_of, load, plan, save
from orchestration.alerts.message import Message, as_json, as_slack, as_text, compose
from orchestration.alerts.tell import data_docs, look, tell
from orchestration.alerts.trouble import Freshness, Trouble, assess, has_died
from orchestration.alerts.waiting import is_over, without_mended
from orchestration.cli.alerts import check_now, list_told
from orchestration.home import Home
from orchestration.record import LETTERS_NAMED, Record, records
from orchestration.settings import load_settings

NOW = dt.datetime(2026, 3, 2, 6, 0)
DOCS = "https://docs.example.org/index.html"
REFUSED = Record(
    "20260301T060000Z-aaaaaaaa",
    "2026-03-01T06:00:00",
    "refused",
    "2026-03-01T06:01:00",
    quarantined=1,
    unmet=[
        {
            "suite": "items",
            "expectation": "present",
            "column": "outcome",
            "severity": "critical",
            "rows_unexpected": 1,
            "reason": "It says nothing.",
        }
    ],
    letters=[
        {
            "letter_id": "abc",
            "source_uri": "/in/a.txt",
            "item_number": 2,
            "reason_code": "missing_outcome",
            "kind": "quarantined",
        }
    ],
)

ITEM_2 = REFUSED.letters[0]
ITEM_3 = {**ITEM_2, "item_number": 3, "reason_code": "contradictory_outcome"}
SHOPPING = {
    "letter_id": "bad",
    "source_uri": "/in/shopping.txt",
    "item_number": None,
    "reason_code": "unknown_template",
    "kind": "rejected",
}


def judged(record: Record | None, is_held: bool = False) -> Trouble | None:
    return next(iter(assess(record, is_held, None, NOW)), None)


def made(record: Record, **changed: Any) -> Trouble:
    trouble = judged(replace(record, **changed))
    assert trouble is not None
    return trouble


def planned(
    before: Sequence[Open], now: Sequence[Trouble], over: Sequence[Trouble] = ()
) -> tuple[Message | None, list[Open]]:
    """What is said, and what is open after it arrived."""
    found = plan(before, now, lambda trouble: trouble in over, DOCS, "20260302T060000Z-zzzzzzzz")
    return found.message, found.when_told


def later(trouble: Trouble) -> Trouble:
    return replace(trouble, refresh_id="20260302T060000Z-zzzzzzzz", from_to=("2026-03-02", "2026-03-02"))


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


def test_a_link_to_a_file_is_text_in_slack(tmp_path: Path) -> None:
    address = data_docs(Home(tmp_path), load_settings())
    assert address == f"file://{tmp_path}/published/data_docs/index.html"
    elements = as_slack(compose([made(REFUSED)], [], 0, address, ""))["blocks"][-1]["elements"]
    assert {element["type"] for element in elements} == {"plain_text"}


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


@pytest.fixture
def publication(tmp_path: Path) -> Home:
    """A publication of the two tables that know what waits."""
    home = Home(tmp_path).prepare()
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "create table quality_letters as select * from (values"
            " ('abc', '/in/a.txt', 'read', timestamp '2026-03-01 06:00:00'),"
            " ('bad', '/in/b.txt', 'rejected', timestamp '2026-03-01 06:00:00'))"
            " as t(letter_id, source_uri, status, received_at)"
        )
        connection.execute("create table quality_quarantined_items as select 'abc' as letter_id, 2 as item_number")
    return home


def change(home: Home, sql: str) -> None:
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(sql)


def test_a_warning_is_over_when_each_item_and_letter_is_mended(publication: Home) -> None:
    rejected = {
        **REFUSED.letters[0],
        "letter_id": "bad",
        "source_uri": "/in/b.txt",
        "item_number": None,
        "kind": "rejected",
    }
    warning = made(REFUSED, ending="published", letters=[*REFUSED.letters, rejected], rejected=1)
    nothing_new = Record("20260302T060000Z-bbbbbbbb", "2026-03-02T06:00:00", "nothing_new")
    assert not is_over(warning, [], nothing_new, publication)
    published = replace(REFUSED, ending="published", unmet=[])
    gone = made(published, letters=[rejected], rejected=1, quarantined=0)
    assert is_over(gone, [], nothing_new, publication)
    assert not is_over(gone, [], replace(nothing_new, ending="failed"), publication)
    two = made(published, letters=[ITEM_2, ITEM_3], quarantined=2)
    assert [letter["item_number"] for letter in without_mended(two, nothing_new, publication).letters] == [2]
    change(publication, "delete from quality_quarantined_items")
    assert is_over(warning, [], nothing_new, publication)
    publication.published.unlink()
    assert not is_over(warning, [], nothing_new, publication)


def test_a_flood_is_over_when_its_unnamed_items_are_mended_too(publication: Home) -> None:
    change(
        publication, "insert into quality_letters values ('more', '/in/m.txt', 'read', timestamp '2026-03-01 06:00:30')"
    )
    change(publication, "update quality_quarantined_items set letter_id = 'more'")
    change(publication, "delete from quality_letters where status = 'rejected'")
    flood = made(REFUSED, ending="published", quarantined=2)
    nothing_new = Record("20260302T060000Z-bbbbbbbb", "2026-03-02T06:00:00", "nothing_new")
    assert not is_over(flood, [], nothing_new, publication)
    change(publication, "delete from quality_quarantined_items")
    assert is_over(flood, [], nothing_new, publication)


@pytest.mark.parametrize(
    ("status", "ending", "over"),
    [
        ("refused", "published", True),
        ("refused", "failed", False),
        ("failed", "refused", True),
        ("failed", "failed", False),
        ("failed", "nothing_new", True),
    ],
)
def test_when_a_refusal_and_a_failure_are_over(status: Any, ending: Any, over: bool, tmp_path: Path) -> None:
    trouble = made(REFUSED, ending=status)
    after = Record("20260302T060000Z-bbbbbbbb", "2026-03-02T06:00:00", ending)
    assert is_over(trouble, [], after, Home(tmp_path)) is over


def test_drift_is_over_when_a_later_publication_keeps_the_promise(publication: Home) -> None:
    drifting = {**REFUSED.unmet[0], "suite": "drift", "expectation": "volume"}
    drift = made(REFUSED, ending="published", unmet=[drifting], letters=[], quarantined=0)
    after = Record("20260302T060000Z-bbbbbbbb", "2026-03-02T06:00:00", "published", unmet=[drifting])
    assert not is_over(drift, [], after, publication)
    assert not is_over(drift, [], replace(after, ending="nothing_new", unmet=[]), publication)
    assert is_over(drift, [], replace(after, unmet=[]), publication)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What a channel gets of `tell`."""
    messages: list[Message] = []

    class Kept:
        name = "kept"

        def send_once(self, message: Message) -> Outcome:
            messages.append(message)
            return Outcome(True)

    monkeypatch.setattr("orchestration.alerts.tell._channels", lambda _: (Kept(),))
    monkeypatch.setenv("IMR_ALERT_WEBHOOK", "http://127.0.0.1:1/")
    monkeypatch.setenv("IMR_FRESHNESS_HOURS", "0")
    monkeypatch.setenv("IMR_DATA_DOCS_URL", "https://docs.example.org")
    return messages


def night(home: Home, number: int, letters: Sequence[dict[str, Any]] = (), **changed: Any) -> None:
    """A refresh on the day of that number in March, told of at once."""
    name = f"202603{number:02}T060000Z-aaaaaaaa"
    given: dict[str, Any] = {
        "ending": "published",
        "quarantined": sum(letter["kind"] == "quarantined" for letter in letters),
        "rejected": sum(letter["kind"] == "rejected" for letter in letters),
        "letters": list(letters),
    }
    started = f"2026-03-{number:02}T06:00:00"
    Record(name, started, path=home.refreshes / f"{name}.json", **{**given, **changed}).save()
    tell(home, load_settings(home=home.root))


def test_an_item_that_was_mended_and_comes_back_is_told_again(publication: Home, told: list[Message]) -> None:
    change(publication, "insert into quality_quarantined_items values ('abc', 3)")
    night(publication, 1, [ITEM_2, ITEM_3])
    change(publication, "delete from quality_quarantined_items where item_number = 3")
    night(publication, 2)
    assert [message.status for message in told] == ["warning"]  # item 2 waits, and the warning with it
    # item 3 comes back in the very refresh that takes item 2 out
    change(publication, "update quality_quarantined_items set item_number = 3")
    night(publication, 3, [ITEM_3])
    assert [message.status for message in told] == ["warning", "warning"]
    again = as_text(told[1])
    assert "Quarantined: contradictory_outcome\n  - /in/a.txt, item 3\n" in again
    assert "No longer quarantined: missing_outcome\n  - /in/a.txt, item 2\n" in again
    assert "No longer quarantined: contradictory_outcome" not in again
    night(publication, 4, ending="nothing_new")
    assert len(told) == 2
    change(publication, "delete from quality_quarantined_items")
    night(publication, 5)
    assert [(message.status, message.headline) for message in told[2:]] == [
        ("recovered", "IMR warehouse: all well again")
    ]
    assert [letter["item_number"] for letter in told[2].letters] == [3]


def test_an_old_cause_with_an_old_letter_is_news_where_they_meet_anew(publication: Home, told: list[Message]) -> None:
    other = {**ITEM_3, "letter_id": "def", "source_uri": "/in/d.txt"}
    change(publication, "insert into quality_quarantined_items values ('def', 3)")
    night(publication, 1, [ITEM_2, other])
    met = {**ITEM_2, "reason_code": "contradictory_outcome"}
    night(publication, 2, [met])
    assert [len(message.letters) for message in told] == [2, 1]
    night(publication, 3, [met, other])
    assert len(told) == 2


def test_a_rejected_file_is_told_once_and_keeps_nothing_open(publication: Home, told: list[Message]) -> None:
    night(publication, 1, [SHOPPING], quarantined=0)
    night(publication, 2, ending="refused", unmet=REFUSED.unmet)
    night(publication, 3, ending="nothing_new")
    assert [message.status for message in told] == ["warning", "refused", "recovered"]
    assert told[2].headline == "IMR warehouse: all well again"
    assert "shopping.txt" in as_text(told[0])
    assert "Still standing" not in as_text(told[2])
    assert "rejected" not in as_text(told[2]).lower()
    assert load(publication).channels["kept"] == []


def test_the_end_of_rejected_files_alone_is_no_news(publication: Home, told: list[Message]) -> None:
    night(publication, 1, [SHOPPING])
    night(publication, 2, ending="nothing_new")
    assert [message.status for message in told] == ["warning"]
    assert load(publication).channels["kept"] == []


def test_a_rejected_file_that_a_channel_missed_is_told_when_the_channel_is_back() -> None:
    rejected = made(REFUSED, ending="published", letters=[SHOPPING], unmet=[], quarantined=0, rejected=1)
    message, known = planned([Open(rejected, False)], [], over=[rejected])
    assert message is not None
    assert (message.status, known) == ("warning", [Open(rejected, True)])


def test_a_recovery_speaks_of_what_was(publication: Home, told: list[Message]) -> None:
    night(publication, 1, [ITEM_2, SHOPPING])
    change(publication, "delete from quality_quarantined_items")
    night(publication, 2, ending="nothing_new")
    text = as_text(told[1])
    assert "No longer quarantined: missing_outcome\n  - /in/a.txt, item 2\n" in text
    assert "\nQuarantined" not in text
    assert "shopping.txt" not in text
    assert [letter["letter_id"] for letter in told[1].letters] == ["abc"]


def test_a_recovery_names_what_still_stands_and_check_says_it(
    publication: Home, told: list[Message], capsys: pytest.CaptureFixture[str]
) -> None:
    night(publication, 1, [ITEM_2])
    night(publication, 2, ending="failed", message="ingest: no disk", doing="ingest")
    night(publication, 3, ending="nothing_new")
    assert [message.status for message in told] == ["warning", "failed", "recovered"]
    assert "Still standing, 1 earlier warning\n  - /in/a.txt, item 2: missing_outcome\n" in as_text(told[2])
    assert check_now(str(publication.root)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "told, and still stands: /in/a.txt, item 2: missing_outcome",
        "Nothing else is wrong.",
        "Nothing new to tell.",
    ]
    change(publication, "delete from quality_quarantined_items")
    night(publication, 4, ending="nothing_new")
    assert check_now(str(publication.root)) == 0
    assert capsys.readouterr().out.splitlines() == ["Nothing is wrong.", "Nothing new to tell."]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_list_breaks_no_word(
    width: int, publication: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    why = "the receiver answers HTTP 503: no_service"
    message = compose([made(REFUSED)], [], 0, DOCS, "")
    missed = replace(delivery_of("webhook", message, False, why, NOW), attempts=3)
    save(publication, Memory({}, [missed]))
    monkeypatch.setattr("orchestration.cli.alerts.out", Console(width=width))
    assert list_told(str(publication.root), 20) == 0
    said = capsys.readouterr().out
    words = {"publication", "refused,", "promise", "kept", "webhook", "2026-03-02", "3", "times:", *why.split()}
    assert words <= set(said.replace("T06", " 06").split())
    assert ("20260301T060000Z-aaaaaaaa" in said) == (width >= 100)
