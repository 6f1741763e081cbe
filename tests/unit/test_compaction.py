"""Small parts into large ones: the same rows, fewer files, whatever happens in between."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import compaction, lake
from orchestration.compaction import clear_leftovers, compact
from orchestration.doctor import examine
from orchestration.home import Home
from orchestration.lookup import receipts, staged, texts
from orchestration.reading import read_part, unread_parts
from tests.maker import MadeLetter

NOW = dt.datetime(2026, 1, 1)
PARTS = 5


def letter(number: int) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(lake.LETTERS.names)
    row |= {"letter_id": f"{number:064d}", "source_uri": f"/in/{number}.txt", "part_number": number}
    text = MadeLetter(case_number=f"CM15-{number:07d}").text()
    return row | {"refresh_id": f"r{number}", "received_at": NOW, "is_duplicate": False, "text": text}


@pytest.fixture()
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of one letter a part, all read."""
    monkeypatch.setattr(compaction, "LEAST_PARTS", 3)
    home = Home(tmp_path / "home").prepare()
    lake.found(home)
    for number in range(1, PARTS + 1):
        lake.write(home.letters / lake.part_name(number), lake.LETTERS, [letter(number)])
        read_part(home, number)
    return home


def rows(home: Home) -> dict[str, list[Any]]:
    folders = {"letters": home.letters, **{f"staged {kind}": home.staged / kind for kind in lake.STAGED}}
    with duckdb.connect() as connection:
        return {
            name: connection.execute("select * from read_parquet(?) order by all", [f"{folder}/*.parquet"]).fetchall()
            for name, folder in folders.items()
        }


def test_large_parts_hold_the_same_rows(home: Home) -> None:
    before = rows(home)
    assert all(len(found) >= PARTS for found in before.values())
    assert compact(home, PARTS - 1) == (PARTS - 2) * (1 + len(lake.STAGED))  # the last is not published yet
    assert lake.part_numbers(home.letters) == [PARTS - 1, PARTS]
    assert rows(home) == before
    assert unread_parts(home) == []
    large = home.letters / lake.part_name(PARTS - 1)
    assert lake.parts_holding(home.letters, [1, 2]) == [large]
    assert lake.parts_holding(home.letters, [PARTS, 1, PARTS + 1]) == [large, home.letters / lake.part_name(PARTS)]
    assert compact(home, PARTS - 1) == 0
    assert [finding.what for finding in examine(home)] == []


def test_a_kill_between_the_rename_and_the_rest_doubles_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(home)
    removed: list[Path] = []
    unlink = Path.unlink

    def killed(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("part-"):
            removed.append(path)
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        compact(home, PARTS)
    monkeypatch.undo()
    assert removed and rows(home) != before  # every row is there twice
    clear_leftovers(home)
    assert rows(home) == before
    assert unread_parts(home) == []  # letters are one part and staged rows still five
    monkeypatch.setattr(compaction, "LEAST_PARTS", 3)
    assert compact(home, PARTS) == (PARTS - 1) * len(lake.STAGED)
    assert rows(home) == before


def test_a_large_part_is_read_again_as_it_was(home: Home) -> None:
    before = rows(home)
    compact(home, PARTS)
    lake.staged_letters(home, PARTS).unlink()
    assert unread_parts(home) == [PARTS]
    read_part(home, PARTS)
    assert rows(home) == before


def test_letters_of_a_large_part_are_found(home: Home) -> None:
    compact(home, PARTS)
    found = receipts(home, [f"{2:064d}"])
    assert found[f"{2:064d}"].part_number == 2
    assert "CM15-0000002" in texts(home, found.values())[f"{2:064d}"]
    assert [row["letter_id"] for row in staged(home, "items", found.values())] == [f"{2:064d}"]


def test_a_large_part_grows(home: Home) -> None:
    compact(home, PARTS)
    for number in range(PARTS + 1, PARTS + 4):
        lake.write(home.letters / lake.part_name(number), lake.LETTERS, [letter(number)])
        read_part(home, number)
    before = rows(home)
    compact(home, PARTS + 3)
    assert lake.part_numbers(home.letters) == [PARTS + 3]
    assert lake.parts_holding(home.letters, [1]) == [home.letters / lake.part_name(PARTS + 3)]
    assert rows(home) == before


def test_what_a_killed_refresh_left_half_written_goes(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    lake.found(home)
    left = [
        folder / ".part-000007.parquet.123.unfinished"
        for folder in (
            home.letters,
            home.staged / "items",
            home.published.parent,
            home.refreshes,
            home.checks,
            home.overrides,
        )
    ]
    for path in left:
        path.write_bytes(b"half")
    home.clear_unfinished()
    assert not any(path.exists() for path in left)
