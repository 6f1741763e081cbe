"""Which files of a landing place are letters to be, and which are not ours to read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.landing import list_files, receive


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


def test_a_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("the same")
    (tmp_path / "b.txt").write_text("the same")
    now = dt.datetime(2026, 1, 1)
    one, two = (receive(tmp_path / name, 100, now) for name in ("a.txt", "b.txt"))
    # printf 'the same' | sha256sum
    assert one["letter_id"] == two["letter_id"] == "fa0487f2dc91544ab4b9f5b1d59b7eb2bf68807a6e42cdf22fce4e0bc4b84cb2"
    assert (one["source_uri"], one["text"], one["received_at"]) == (str(tmp_path / "a.txt"), "the same", now)
    assert receive(tmp_path / "a.txt", 7, now)["reason_code"] == "too_large"
    assert receive(tmp_path, 100, now)["reason_code"] == "unreadable"
