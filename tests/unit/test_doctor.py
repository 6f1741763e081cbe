"""What the doctor says of homes that it cannot examine or mend, and which words tell of a damaged build."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import duckdb
import pytest

from orchestration import lake
from orchestration.assets.audit import document
from orchestration.build import DamagedBuild, forgotten_where_damaged, is_damaged
from orchestration.cli.doctor import run_doctor
from orchestration.cli.terminal import Problem
from orchestration.home import Home, HomeError
from orchestration.record import Record


def test_a_folder_that_is_no_home_stays_as_it_is(tmp_path: Path) -> None:
    for place in (tmp_path / "typo" / "deep", tmp_path):
        with pytest.raises(Problem, match=r"There is no warehouse in .* yet"):
            run_doctor(str(place), mend=False)
    assert list(tmp_path.iterdir()) == []


def test_mending_is_offered_where_it_would_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    (home.letters / lake.part_name(1)).write_bytes(b"no part")
    assert run_doctor(str(home.root), mend=False) == 1
    assert "--mend'" not in capsys.readouterr().out
    (home.files / lake.part_name(1)).write_bytes(b"no part")
    assert run_doctor(str(home.root), mend=False) == 1
    assert "'imr doctor --mend' sets right" in capsys.readouterr().out
    assert run_doctor(str(home.root), mend=True) == 1
    assert (home.files / "part-000001.broken").read_bytes() == b"no part"
    assert "1 left for you" in capsys.readouterr().out


def test_a_home_that_cannot_be_written_is_examined_and_not_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home").prepare()

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(home.lock))

    monkeypatch.setattr("orchestration.home.FileLock.acquire", refused)
    with pytest.raises(Problem, match=r"The home .* cannot be written \(Permission denied\). Point --home"):
        run_doctor(str(home.root), mend=True)
    assert not home.is_held()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != home.root)
    run_doctor(str(home.root), mend=False)
    assert "Examining" in capsys.readouterr().out


def test_a_folder_of_publications_that_cannot_be_written_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "published")
    with pytest.raises(HomeError, match=r"published cannot be written \(Permission denied\)"):
        Home(tmp_path / "home").prepare()


def test_pages_that_cannot_be_written_are_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path / "home").prepare()
    home.data_docs.write_bytes(b"in the way")
    record = Record.begin(home, "1" * 32)
    with caplog.at_level(logging.DEBUG, "orchestration"):
        document(home, record, [])
    assert [warning for warning in record.warnings if "Data Docs could not be written" in warning]
    assert not [entry for entry in caplog.records if entry.exc_info]


def test_a_damaged_build_is_known_by_what_duckdb_says(tmp_path: Path) -> None:
    path = tmp_path / "some.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table numbers as select i, sha256(i::varchar) as text from range(50000) as t(i)")
    whole = path.read_bytes()
    middle = len(whole) * 6 // 10
    flipped = whole[:middle] + bytes(byte ^ 255 for byte in whole[middle : middle + 2]) + whole[middle + 2 :]
    for content in (flipped, whole[: len(whole) // 2], whole[:100], b"", b"no database" * 1000):
        path.write_bytes(content)
        with pytest.raises(duckdb.Error) as raised, duckdb.connect(str(path), read_only=True) as connection:
            connection.execute("select max(i), max(text) from numbers").fetchall()
        assert is_damaged(str(raised.value)), raised.value
    for words in ("No space left on device", "Could not set lock on file", "Catalog Error: Table does not exist"):
        assert not is_damaged(words)


def test_a_damaged_build_goes_and_what_else_fails_leaves_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    home.build.write_bytes(b"a build")
    home.marts.write_bytes(b"marts")
    with pytest.raises(ValueError, match="other"), forgotten_where_damaged(home):
        raise ValueError("other")
    assert home.build.exists()
    with pytest.raises(DamagedBuild, match="Run 'imr refresh' again"), forgotten_where_damaged(home):
        raise RuntimeError("model.imr.int_items: Runtime Error\n  Corrupt database file: computed checksum 1 ...")
    assert not home.build.exists() and not home.marts.exists()
