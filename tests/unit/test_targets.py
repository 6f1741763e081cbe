"""Targets: which are set, which are behind, what is noted and told of one that fails, and that no password is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pydantic import SecretStr

from orchestration.alerts.message import as_text, compose
from orchestration.alerts.trouble import assess
from orchestration.alerts.waiting import is_over
from orchestration.home import Home
from orchestration.record import Record, utc_now
from orchestration.settings import SettingsError, load_settings
from orchestration.targets import copying, standing
from orchestration.targets.copying import behind, copy, copy_to_those_behind, forget_unset
from orchestration.targets.postgres.session import _words, shown
from orchestration.targets.tables import Table
from orchestration.targets.target import TargetError, configured

FIRST, SECOND = "20260301T060000Z-aaaaaaaa", "20260302T060000Z-bbbbbbbb"


@dataclass
class Made:
    """A target that does as the test says."""

    name: str = "made"
    place: str = "somewhere"
    error: Exception | None = None
    is_there: bool = True
    asked: int = 0

    def publish(self, published: Path, tables: Sequence[Table], refresh_id: str) -> Mapping[str, int]:  # noqa: ARG002
        self.asked += 1
        if self.error:
            raise self.error
        return {"a": 2, "b": 3}

    def still_holds(self, refresh_id: str) -> bool:  # noqa: ARG002
        return self.is_there


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home").prepare()
    publish(home, FIRST)
    monkeypatch.setattr(copying, "read_manifest", lambda _: {"nodes": {}})
    return home


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch) -> list[Made]:
    targets = [Made("one"), Made("two")]
    monkeypatch.setattr(copying, "configured", lambda _: targets)
    return targets


def publish(home: Home, refresh_id: str) -> None:
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "create or replace table publication as select ? as refresh_id, now()::timestamp as published_at,"
            " 1 as part_number, 'x' as project_fingerprint, 0 as override_number",
            [refresh_id],
        )


def names(found: Sequence[Any]) -> list[str]:
    return [target.name for target in found]


def test_a_target_that_fails_fails_alone_and_is_tried_again(home: Home, targets: list[Made]) -> None:
    settings = load_settings(home=home.root)
    assert names(behind(home, settings)) == ["one", "two"]
    targets[0].error = TargetError("db.example.org: connection refused")
    outcomes = copy_to_those_behind(home, settings)
    assert [(outcome.target, outcome.rows, outcome.reason) for outcome in outcomes] == [
        ("one", 0, "db.example.org: connection refused"),
        ("two", 5, None),
    ]
    assert names(behind(home, settings)) == ["one"]
    targets[0].error = None
    copy_to_those_behind(home, settings)
    assert [target.asked for target in targets] == [2, 1]
    assert behind(home, settings) == []


def test_what_a_target_held_before_is_remembered_while_it_fails(home: Home) -> None:
    target = Made()
    copy(home, target)
    publish(home, SECOND)
    target.error = TargetError("down")
    copy(home, target)
    since = (known := standing.load(home, "made")) and known.failing_since
    target.error = TargetError("still down")
    copy(home, target)
    found = standing.load(home, "made")
    assert found is not None
    assert (found.refresh_id, found.rows, found.failure, found.failing_since) == (FIRST, 5, "still down", since)
    target.error, target.place = TargetError("down"), "elsewhere"
    copy(home, target)
    moved = standing.load(home, "made")
    assert moved is not None
    assert (moved.refresh_id, moved.place) == (None, "elsewhere")


@pytest.mark.parametrize("change", ["newer", "elsewhere", "gone", "forgotten", "damaged"])
def test_a_target_is_behind_where(home: Home, targets: list[Made], change: str) -> None:
    settings = load_settings(home=home.root)
    copy_to_those_behind(home, settings)
    assert behind(home, settings) == []
    if change == "newer":
        publish(home, SECOND)
    elif change == "elsewhere":
        targets[0].place = targets[1].place = "another database"
    elif change == "gone":
        targets[0].is_there = targets[1].is_there = False
    for path in home.targets.iterdir():
        if change == "forgotten":
            path.unlink()
        elif change == "damaged":
            path.write_text("{")
    assert names(behind(home, settings)) == ["one", "two"]


def test_nothing_is_behind_where_nothing_is_published(home: Home, targets: list[Made]) -> None:
    home.published.unlink()
    assert behind(home, load_settings(home=home.root)) == []
    assert targets[0].asked == 0


def test_a_fault_of_our_own_is_told_by_its_place_and_not_by_its_text(home: Home) -> None:
    outcome = copy(home, Made(error=KeyError("postgresql://imr:hidden@db/name")))
    assert outcome.reason is not None
    assert outcome.reason.startswith("KeyError in test_targets.py, line ")
    assert "hidden" not in (home.targets / "made.json").read_text()


def test_a_target_that_is_set_no_longer_is_forgotten(home: Home, targets: list[Made]) -> None:
    settings = load_settings(home=home.root)
    copy_to_those_behind(home, settings)
    del targets[0]
    forget_unset(home, settings)
    assert [known.target for known in standing.load_all(home)] == ["two"]


def record(refresh_id: str, *missed: str, ending: Any = "published") -> Record:
    made = Record(refresh_id, "2026-03-01T06:00:00", ending, "2026-03-01T06:01:00")
    for target in ("one", "two"):
        reason = "connection refused" if target in missed else None
        made.note_target(
            {"target": target, "place": "p", "refresh_id": refresh_id, "rows": 0, "seconds": 1, "reason": reason}
        )
    return made


def test_people_are_told_which_target_was_not_reached() -> None:
    assert assess(record(FIRST), False, None, utc_now()) == ()
    [trouble] = assess(record(FIRST, "two"), False, None, utc_now())
    assert (trouble.status, trouble.summary) == ("warning", "not published to two")
    message = as_text(compose([trouble], [], 0, "docs", FIRST))
    assert "Not published to two." in message
    assert "two: connection refused" in message
    assert "Its readers see what they saw before" in message
    assert "quarantined" not in message


def test_it_is_over_when_the_target_is_reached_or_no_longer_set(home: Home) -> None:
    [trouble] = assess(record(FIRST, "one"), False, None, utc_now())
    copy(home, Made("one", error=TargetError("connection refused")))
    assert not is_over(trouble, (), record(FIRST, "one"), home)
    assert not is_over(trouble, (), record(SECOND, "one", ending="nothing_new"), home)
    assert not is_over(trouble, (), record(SECOND, ending="refused"), home)  # it did not try
    copy(home, Made("one"))
    assert is_over(trouble, (), record(SECOND, ending="nothing_new"), home)
    standing.forget(home, "one")
    assert is_over(trouble, (), record(SECOND), home)


def test_the_same_target_is_no_news_with_another_error() -> None:
    [first] = assess(record(FIRST, "one"), False, None, utc_now())
    [second] = assess(record(SECOND, "one"), False, None, utc_now())
    [other] = assess(record(SECOND, "one", "two"), False, None, utc_now())
    assert first.causes == second.causes < other.causes


def test_targets_are_those_that_are_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert configured(load_settings()) == ()
    monkeypatch.setenv("IMR_HOME", str(tmp_path))
    for given, folder in (
        ("true", tmp_path / "published" / "parquet"),
        (" ~/exports ", Path("~/exports").expanduser()),
    ):
        monkeypatch.setenv("IMR_PUBLISH_PARQUET", given)
        assert load_settings().publish_parquet == folder
    monkeypatch.setenv("IMR_PUBLISH_PARQUET", "off")
    assert load_settings().publish_parquet is None
    monkeypatch.setenv("IMR_PUBLISH_POSTGRES", "postgresql://imr:hidden@db.example.org:6000/bi?sslmode=require")
    monkeypatch.setenv("IMR_PUBLISH_POSTGRES_SCHEMA", "claims")
    monkeypatch.setenv("IMR_PUBLISH_POSTGRES_READERS", "analysts")
    [target] = configured(load_settings())
    assert target.name == "postgres"
    assert target.place == "postgresql://imr@db.example.org:6000/bi, schema claims, readable by analysts"
    assert "hidden" not in repr(target) + repr(load_settings()) + str(load_settings().model_dump())


@pytest.mark.parametrize(
    "given",
    [
        "host=db password=hidden",
        "mysql://imr:hidden@db/bi",
        "postgresql://imr:hid%zen@db/bi",
        "postgresql://imr:hid den@db/bi",
        "postgresql://imr:hid@den@db/bi",
        "postgresql://imr:hidden@db:port/bi",
        "postgresql://imr:12?hidden@db/bi",
        "postgresql://imr:12/hidden@db/bi",
        "postgresql://imr:12#hidden@db/bi",
    ],
)
def test_an_address_that_is_none_is_refused_without_saying_it(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("IMR_PUBLISH_POSTGRES", given)
    with pytest.raises(SettingsError, match="IMR_PUBLISH_POSTGRES: is no address such as postgresql://") as caught:
        load_settings()
    assert not [word for word in ("hid", "den@", "zen@") if word in str(caught.value)]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("IMR_PUBLISH_POSTGRES_SCHEMA", "Claims; drop table x", "is no name of a schema"),
        ("IMR_PUBLISH_POSTGRES_SCHEMA", "pg_toast", "is no name of a schema"),
        ("IMR_PUBLISH_PARQUET", "s3://bucket/imr", "names no folder of this machine"),
    ],
)
def test_settings_that_are_wrong_are_named(monkeypatch: pytest.MonkeyPatch, name: str, given: str, words: str) -> None:
    monkeypatch.setenv(name, given)
    with pytest.raises(SettingsError, match=f"{name}: {words}"):
        load_settings()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://imr:hidden@db/bi", "postgresql://imr@db/bi"),
        ("postgres://im%40r:hidden@db:6000/bi?sslmode=require", "postgresql://im@r@db:6000/bi"),
        ("postgresql:///bi?host=/run/pg&user=imr&password=hidden", "postgresql://imr@/run/pg/bi"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, expected: str) -> None:
    assert shown(SecretStr(url)) == expected


@pytest.mark.parametrize(
    "url", ["postgresql://imr:p%40ss@db/bi", "postgresql://db/bi?password=p%40ss", "postgresql://imr:p%40ss@db/bi?x=1"]
)
def test_a_library_that_quotes_the_password_is_not_repeated(url: str) -> None:
    said = _words(
        'IO: [libpq] Failed to connect: invalid: "p%40ss", that is\n\t"p@ss"\n\nQuery was: select 1', SecretStr(url)
    )
    assert said == 'invalid: "***", that is "***"'


def test_a_record_of_an_earlier_version_is_read(home: Home) -> None:
    path = home.refreshes / f"{FIRST}.json"
    path.write_text(json.dumps({"refresh_id": FIRST, "started_at": "2026-03-01T06:00:00", "ending": "published"}))
    assert Record.load(path).targets_missed == []
