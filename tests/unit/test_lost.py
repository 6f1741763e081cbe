"""Letters that are in no part of the lake any more: who knows of them, and what brings them back."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import compaction, lake
from orchestration.assets.common import Refresh
from orchestration.assets.ingest import ingest
from orchestration.compaction import compact
from orchestration.doctor import Finding, examine
from orchestration.home import Home
from orchestration.lost import find_lost
from orchestration.progress import Silent
from orchestration.publication import is_pending, project_fingerprint
from orchestration.reading import read_part
from orchestration.record import Record
from orchestration.settings import load_settings
from tests.maker import MadeLetter


@pytest.fixture()
def landing(tmp_path: Path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture()
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    return home


def text(number: int) -> str:
    return MadeLetter(case_number=f"CM15-{number:07d}").text()


def receive(home: Home, landing: Path) -> Record:
    """One refresh as far as extract. Returns its record."""
    record = Record.begin(home, f"{len(list(home.refreshes.iterdir())):08d}")
    settings = load_settings(letters=(str(landing),), home=str(home.root))
    ingest(Refresh(settings, home, Silent()), record)
    record.end("published")
    for number in set(lake.part_numbers(home.letters)) - lake.staged_parts(home):
        read_part(home, number)
    return record


def publish(home: Home) -> None:
    """What a publication tells of files, as far as the lake's rows say it."""
    home.published.unlink(missing_ok=True)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "create table quality_letters as select distinct on (letter_id, source_uri) letter_id, source_uri,"
            " reason_code, received_at from read_parquet(?) order by is_duplicate",
            [f"{home.letters}/*.parquet"],
        )
        connection.execute(
            "create table publication as select 'r' as refresh_id, ?::timestamp as published_at, ?::integer as"
            " part_number, ? as project_fingerprint, 0 as override_number",
            [dt.datetime(2026, 1, 1), max(lake.part_numbers(home.letters)), project_fingerprint()],
        )


def stored(home: Home) -> set[tuple[Any, ...]]:
    """The letters whose text the lake holds, and where they came from."""
    with duckdb.connect() as connection:
        return set(
            connection.execute(
                "select letter_id, source_uri from read_parquet(?) where text is not null",
                [f"{home.letters}/*.parquet"],
            ).fetchall()
        )


def told(home: Home) -> list[Finding]:
    return [finding for finding in examine(home) if "are free" not in finding.what]


def mend(home: Home) -> None:
    for finding in told(home):
        if finding.mend:
            finding.mend()


def lose(home: Home, number: int) -> None:
    (home.letters / lake.part_name(number)).unlink()


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("is_published", [False, True])
def test_a_lost_part_is_told_and_its_letters_are_received_again(
    home: Home, landing: Path, number: int, is_published: bool
) -> None:
    for night in range(3):
        for letter in range(2):
            (landing / f"{night} {letter}!.txt").write_text(text(night * 2 + letter))
        receive(home, landing)
    if is_published:
        publish(home)
        assert not is_pending(home)
    assert told(home) == []
    before = stored(home)

    lose(home, number)
    wrong, again, *_ = told(home)
    assert wrong.mend is None
    assert wrong.path == home.letters / lake.part_name(number)
    assert "no part holds 2 received letters" in wrong.what
    assert "imr doctor --mend" in wrong.advice
    assert again.mend
    assert "2 files" in again.what
    assert is_pending(home)
    assert receive(home, landing).files_new == 0

    mend(home)
    assert receive(home, landing).files_new == 2
    assert stored(home) == before
    assert told(home) == []
    assert max(lake.part_numbers(home.letters)) >= 3  # no number that the publication knows is given twice
    assert not is_published or max(lake.part_numbers(home.letters)) == 4


def test_nothing_known_of_a_letter_is_deleted_where_its_file_is_gone(home: Home, landing: Path) -> None:
    for night in range(2):
        (landing / f"{night}.txt").write_text(text(night))
        receive(home, landing)
    staged = lake.staged_letters(home, 1)
    rows = lake.read(staged)
    lose(home, 1)
    (landing / "0.txt").unlink()
    wrong, away, *_ = told(home)
    assert away.mend is None
    assert "1 file " in away.what and "0.txt" in away.what
    mend(home)
    assert [finding.what for finding in told(home)] == [wrong.what, away.what]
    assert lake.read(staged.with_suffix(".lost")) == rows
    assert find_lost(home).letters == 1


def test_a_letter_is_received_again_from_a_file_that_repeats_it(home: Home, landing: Path) -> None:
    (landing / "a.txt").write_text(text(1))
    receive(home, landing)
    (landing / "b.txt").write_text(text(1))
    assert receive(home, landing).duplicates == 1
    publish(home)
    assert told(home) == []
    lose(home, 1)
    (landing / "a.txt").unlink()
    mend(home)
    receive(home, landing)
    ((_, place),) = stored(home)
    assert place.endswith("b.txt")


def test_what_a_place_held_since_is_no_reason_to_receive_it_again(home: Home, landing: Path) -> None:
    for night, number in enumerate((1, 2)):
        (landing / "in place.txt").write_text(text(number) + " " * night)
        receive(home, landing)
    publish(home)
    lose(home, 1)
    wrong, *others = told(home)
    assert "1 received letter" in wrong.what
    assert not any(finding.path == home.files for finding in others)

    # the later one of two can be received again, although the place has a letter still
    home.published.unlink()
    mend(home)
    assert told(home) == []
    (landing / "in place.txt").write_text(text(3) + "  ")
    receive(home, landing)
    publish(home)
    lose(home, 3)
    mend(home)
    assert receive(home, landing).files_new == 1


def test_archives_rejected_files_copies_and_large_parts_are_no_loss(
    home: Home, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LEAST_PARTS", 2)
    with zipfile.ZipFile(landing / "all!.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"in/{number}.txt", text(number))
    (landing / "0.txt").write_text(text(0))
    (landing / "empty.txt").write_text("")
    (landing / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    receive(home, landing)
    (landing / "1.txt").write_text(text(1))
    receive(home, landing)
    (landing / "0.txt").touch()
    receive(home, landing)
    (landing / "9.txt").write_text(text(9))
    receive(home, landing)
    publish(home)
    assert told(home) == []
    assert compact(home, max(lake.part_numbers(home.letters)))
    assert told(home) == []
    before = stored(home)
    lose(home, max(lake.part_numbers(home.letters)))
    mend(home)
    receive(home, landing)
    assert {letter for letter, _ in stored(home)} == {letter for letter, _ in before}
    assert told(home) == []
