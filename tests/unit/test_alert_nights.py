"""When a trouble is over, and what is told in a row of nights."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from orchestration.alerts.channels import Outcome
from orchestration.alerts.memory import Memory, Open, delivery_of, load, save
from orchestration.alerts.message import Message, as_text, compose
from orchestration.alerts.tell import tell
from orchestration.alerts.waiting import is_over, without_mended
from orchestration.cli.alerts import check_now, list_told
from orchestration.home import Home
from orchestration.record import Record
from orchestration.settings import load_settings
from tests.troubles import DOCS, ITEM_2, ITEM_3, NOW, REFUSED, SHOPPING, made, planned


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
        connection.execute(
            "create table quality_quarantined_items (letter_id varchar, item_number integer, service_text varchar,"
            " source_uri varchar default '/in/a.txt', reason_code varchar default 'missing_outcome')"
        )
        connection.execute("insert into quality_quarantined_items (letter_id, item_number) values ('abc', 2)")
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
    change(publication, "insert into quality_quarantined_items (letter_id, item_number) values ('abc', 3)")
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


def test_what_a_refresh_held_back_that_was_killed_after_it_had_published_still_waits(
    publication: Home, told: list[Message]
) -> None:
    change(
        publication,
        "create table publication as select '20260301T060000Z-aaaaaaaa' as refresh_id,"
        " timestamp '2026-03-01 06:01:00' as published_at, 1 as part_number, 'f' as project_fingerprint",
    )
    night(publication, 1, [ITEM_2], ending="running", doing="publish")
    night(publication, 2)
    assert [message.status for message in told] == ["warning"]
    assert "Quarantined: missing_outcome\n  - /in/a.txt, item 2\n" in as_text(told[0])
    change(publication, "delete from quality_quarantined_items")
    night(publication, 3)
    assert [message.status for message in told] == ["warning", "recovered"]


def test_an_old_cause_with_an_old_letter_is_news_where_they_meet_anew(publication: Home, told: list[Message]) -> None:
    other = {**ITEM_3, "letter_id": "def", "source_uri": "/in/d.txt"}
    change(publication, "insert into quality_quarantined_items (letter_id, item_number) values ('def', 3)")
    night(publication, 1, [ITEM_2, other])
    met = {**ITEM_2, "reason_code": "contradictory_outcome"}
    night(publication, 2, [met])
    assert [len(message.letters) for message in told] == [2, 1]
    night(publication, 3, [met, other])
    assert len(told) == 2


def test_a_rejected_file_is_told_once_and_keeps_nothing_open(publication: Home, told: list[Message]) -> None:
    change(publication, "delete from quality_quarantined_items")
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
    change(publication, "delete from quality_quarantined_items")
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


@pytest.mark.parametrize("broken", [None, '{"channels": {'])
def test_what_waits_is_told_once_where_the_memory_was_lost(
    broken: str | None, publication: Home, told: list[Message], capsys: pytest.CaptureFixture[str]
) -> None:
    night(publication, 1, [ITEM_2])
    night(publication, 2, ending="nothing_new")
    shutil.rmtree(publication.alerts)
    if broken:
        publication.alerts.mkdir()
        (publication.alerts / "told.json").write_text(broken)
    assert check_now(str(publication.root)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "warning: 1 item of earlier refreshes waits in quarantine"
    assert "Nothing is wrong." not in said
    assert [message.status for message in told] == ["warning", "warning"]
    assert "Quarantined: missing_outcome\n  - /in/a.txt, item 2\n" in as_text(told[1])
    assert [letter["item_number"] for letter in told[1].letters] == [2]
    night(publication, 3, ending="nothing_new")
    assert check_now(str(publication.root)) == 0
    assert "told, and still stands: /in/a.txt, item 2: missing_outcome" in capsys.readouterr().out
    assert len(told) == 2
    change(publication, "delete from quality_quarantined_items")
    night(publication, 4)
    assert [message.status for message in told[2:]] == ["recovered"]
    assert "No longer quarantined: missing_outcome\n  - /in/a.txt, item 2\n" in as_text(told[2])


def test_a_new_channel_learns_of_older_items_beside_those_of_the_last_refresh(
    publication: Home, told: list[Message]
) -> None:
    change(publication, "insert into quality_quarantined_items (letter_id, item_number) values ('abc', 3)")
    change(
        publication,
        "insert into quality_quarantined_items (letter_id, item_number) select 'abc', 4 + unnest(range(25))",
    )
    night(publication, 1, [ITEM_2, ITEM_3])
    [message] = told
    assert message.headline.endswith("published with warnings, 2 items quarantined (and 1 more trouble)")
    assert "25 items of earlier refreshes wait in quarantine." in as_text(message)
    assert "and 5 more" in as_text(message)
    items = [letter["item_number"] for letter in message.letters]
    assert len(items) == len(set(items)) == 22


def test_a_new_channel_is_told_nothing_where_nothing_waits(publication: Home, told: list[Message]) -> None:
    change(publication, "delete from quality_quarantined_items")
    night(publication, 1, ending="nothing_new")
    assert told == []
    # and what comes then is told by its own refresh alone, also where that was not told at once
    change(publication, "insert into quality_quarantined_items (letter_id, item_number) values ('abc', 2)")
    night(publication, 2, ending="nothing_new")
    assert told == []


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
