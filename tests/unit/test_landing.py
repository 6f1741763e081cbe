"""Which files of a landing place are letters to be, which are not ours to read, and what they become."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration import lake
from orchestration.files.pdf_process import PdfReader
from orchestration.home import Home
from orchestration.landing import arrivals, as_row, count_letters, list_files
from tests.printer import Printer

NOW = dt.datetime(2026, 1, 1)


def names(root: Path, *places: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in list_files(places or (root,))]


def test_every_file_at_any_depth_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden", ".git/config", "deep/.DS_Store"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert names(tmp_path) == ["a.txt", "b.txt", "deep/er/c.txt"]
    assert names(tmp_path, tmp_path, tmp_path / "deep", tmp_path / "a.txt") == ["a.txt", "b.txt", "deep/er/c.txt"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list_files([tmp_path / "nowhere"])


def test_a_home_in_the_landing_place_is_left_out_but_for_letters(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    (home.build.parent / "manifest.json").write_text("{}")
    (home.root / "letters").mkdir()
    (home.root / "letters" / "a.txt").write_text("x")
    assert names(tmp_path) == ["home/letters/a.txt"]


def rows(path: Path, max_bytes: int = 100_000) -> list[dict[str, Any]]:
    """What a file becomes in the lake, each row's place told from the file's own."""
    with PdfReader() as pdf:
        found = [as_row(arrival, pdf, NOW) for arrival in arrivals(path, max_bytes)]
    return [row | {"source_uri": row["source_uri"].removeprefix(str(path))} for row in found]


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("the same")
    (tmp_path / "b.txt").write_text("the same")
    [one], [two] = (rows(tmp_path / name) for name in ("a.txt", "b.txt"))
    # printf 'the same' | sha256sum
    assert one["letter_id"] == two["letter_id"] == "fa0487f2dc91544ab4b9f5b1d59b7eb2bf68807a6e42cdf22fce4e0bc4b84cb2"
    assert (one["text"], one["received_at"], one["byte_count"]) == ("the same", NOW, 8)
    assert [row["reason_code"] for row in rows(tmp_path / "a.txt", 7)] == ["too_large"]
    assert [row["reason_code"] for row in rows(tmp_path)] == ["unreadable"]
    assert {*one, "part_number", "refresh_id", "is_duplicate"} == set(lake.LETTERS.names)


def test_a_file_is_read_by_what_it_holds_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(Printer().print("printed"))
    (tmp_path / "letter.pdf").write_text("written")
    with zipfile.ZipFile(tmp_path / "letters.pdf", "w") as made:
        made.writestr("one.txt", "first")
        made.writestr("folder/two.pdf", Printer().print("second"))
    found = [(row["source_uri"], row["text"], row["encoding"]) for path in list_files([tmp_path]) for row in rows(path)]
    assert found == [
        ("", "written", "utf-8"),
        ("", "printed\n", "pdf"),
        ("!folder/two.pdf", "second\n", "pdf"),
        ("!one.txt", "first", "utf-8"),
    ]
    # 'letters.pdf' promises no archive, and this is only to tell how far a refresh is
    assert count_letters(list_files([tmp_path])) == 3
    (tmp_path / "letters.pdf").rename(tmp_path / "letters.zip")
    assert count_letters(list_files([tmp_path])) == 4


def test_an_archive_may_be_larger_than_a_letter(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as made:
        for number in range(3):
            made.writestr(f"{number}.txt", "x" * (50 + 40 * number))
    assert [row["reason_code"] for row in rows(tmp_path / "a.zip", 100)] == [None, None, "too_large"]
