"""What a refresh says of itself, and in which order refreshes stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.record import Record, last_record, records

NOON = dt.datetime(2026, 3, 1, 12)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").prepare()


def begun(home: Home, run_id: str, now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.setattr("orchestration.record.utc_now", lambda: now)
    return Record.begin(home, run_id)


def test_a_clock_that_was_set_back_leaves_the_order_of_refreshes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = begun(home, "ffffffff", NOON, monkeypatch)
    first.end("published")
    second = begun(home, "aaaaaaaa", NOON - dt.timedelta(days=1), monkeypatch)
    assert second.now() > NOON
    second.end("published")
    assert second.ended_at is not None
    assert second.ended_at >= second.started_at > first.started_at
    third = begun(home, "bbbbbbbb", NOON + dt.timedelta(hours=1), monkeypatch)
    assert third.started_at == "2026-03-01T13:00:00"
    assert [record.refresh_id for record in records(home)] == [third.refresh_id, second.refresh_id, first.refresh_id]


def test_two_refreshes_of_one_second_stand_in_their_order(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(home, "ffffffff", NOON, monkeypatch).end("nothing_new")
    second = begun(home, "aaaaaaaa", NOON, monkeypatch)
    last = last_record(home)
    assert last is not None
    assert last.refresh_id == second.refresh_id
