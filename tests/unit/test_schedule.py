"""When a refresh starts by itself: by the state of the landing place and the time it has stood so."""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import JOB
from orchestration.home import Home
from orchestration.landing.places import Found
from orchestration.record import Record
from orchestration.schedule import build_arrival_sensor, build_schedules, cursor_state, decide, to_carry_on
from orchestration.settings import SettingsError, load_settings

ONE, TWO = Found("/in/a.txt", 5, 100), Found("/in/b.txt", 7, 100)


def test_a_refresh_starts_when_what_arrived_has_settled() -> None:
    answer, cursor = decide([ONE], None, 1000, 60)
    assert answer == "1 files have arrived; waiting until they settle."
    answer, cursor = decide([ONE, TWO], cursor, 1050, 60)  # another one comes in
    assert answer == "2 files have arrived; waiting until they settle."
    answer, cursor = decide([ONE, TWO._replace(size=9)], cursor, 1100, 60)  # and grows
    assert answer == "2 files have arrived; waiting until they settle."
    settled = [ONE, TWO._replace(size=9)]
    assert decide(settled, cursor, 1159, 60)[0] != True  # noqa: E712 (words are true as well)
    answer, cursor = decide(settled, cursor, 1160, 60)
    assert answer is True and cursor_state(cursor)


def test_the_same_files_start_one_refresh() -> None:
    _, cursor = decide([ONE], None, 1000, 60)
    answer, cursor = decide([ONE], cursor, 1060, 60)
    assert answer is True
    for now in (1061, 99_000):  # it could not receive them
        answer, cursor = decide([ONE], cursor, now, 60)
        assert answer == "A refresh was started for these 1 files."
    answer, cursor = decide([], cursor, 99_001, 60)
    assert answer == "Nothing new has arrived."
    answer, cursor = decide([ONE._replace(changed=101)], cursor, 99_002, 60)
    assert answer == "1 files have arrived; waiting until they settle."
    assert decide([ONE._replace(changed=101)], cursor, 99_062, 60)[0] is True


def test_a_clock_that_jumps_back_only_delays() -> None:
    _, cursor = decide([ONE], None, 1000, 60)
    answer, cursor = decide([ONE], cursor, 10, 60)
    assert answer == "1 files have arrived; waiting until they settle."
    assert json.loads(cursor)["since"] == 10
    assert decide([ONE], cursor, 70, 60)[0] is True


def job() -> dg.UnresolvedAssetJobDefinition:
    return dg.define_asset_job(JOB)


def test_the_schedule_is_set_by_cron_and_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    [schedule] = build_schedules(load_settings(), job())
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * *", "America/Los_Angeles")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    monkeypatch.setenv("IMR_SCHEDULE", "30 1 * * 1-5")
    monkeypatch.setenv("IMR_SCHEDULE_TIMEZONE", "UTC")
    [schedule] = build_schedules(load_settings(), job())
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 1 * * 1-5", "UTC")
    for wrong in ({"IMR_SCHEDULE": "every night"}, {"IMR_SCHEDULE": "0 3 * * *", "IMR_SCHEDULE_TIMEZONE": "Oakland"}):
        for name, value in wrong.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SettingsError, match="IMR_SCHEDULE"):
            build_schedules(load_settings(), job())
    monkeypatch.setenv("IMR_SCHEDULE", "off")
    assert build_schedules(load_settings(), job()) == []


def test_a_refresh_that_was_killed_is_carried_on_by_the_next_after_a_while(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    now = time.time()
    assert to_carry_on(home, now) is None
    done = Record.begin(home, "00000001")
    done.end("published")
    assert to_carry_on(home, now + 9_999) is None
    for deaths, wait in ((1, 60), (2, 120), (3, 240), (4, 480)):
        died = Record.begin(home, f"{deaths}0000000")
        began = dt.datetime.fromisoformat(died.started_at).replace(tzinfo=dt.UTC).timestamp()
        assert to_carry_on(home, began + wait) is None  # it is in no step yet
        died.doing = "transform"
        died.save()
        assert to_carry_on(home, began + wait - 1) is None
        assert to_carry_on(home, began + wait) == died.refresh_id
        with home.held():
            assert to_carry_on(home, began + wait) is None  # it works
    died.end("failed", "transform: no such table")
    assert to_carry_on(home, now + 99_999) is None  # to try again would end the same


def test_nobody_looks_at_the_landing_place_where_that_is_off() -> None:
    assert build_arrival_sensor(load_settings(settle_seconds=0), job()) == []
    [sensor] = build_arrival_sensor(load_settings(settle_seconds=30), job())
    assert (sensor.name, sensor.minimum_interval_seconds) == ("letters_arrived", 30)


def test_what_is_no_file_starts_no_refresh(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    os.mkfifo(letters / "pipe.txt")
    (letters / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    [sensor] = build_arrival_sensor(load_settings(letters=(str(letters),), home=tmp_path / "home"), job())
    with dg.build_sensor_context() as context:
        assert sensor.evaluate_tick(context).skip_message == "Nothing new has arrived."
    (tmp_path / "nowhere.txt").write_text("a letter")
    with dg.build_sensor_context() as context:
        assert "1 files have arrived" in str(sensor.evaluate_tick(context).skip_message)
