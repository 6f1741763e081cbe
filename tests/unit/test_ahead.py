"""A listing that begins before it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.home import Home
from orchestration.landing import ahead as module
from orchestration.landing import seen
from orchestration.landing.ahead import Ahead
from orchestration.landing.listing import list_files, to_found
from orchestration.workers import Workers


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    place = tmp_path / "letters"
    (place / "2015").mkdir(parents=True)
    for name in ("a.txt", "2015/b.txt", ".hidden"):
        (place / name).write_text(name)
    return place


@pytest.fixture
def home(tmp_path: Path, letters: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One that knows as many files as are worth a process."""
    home = Home(tmp_path / "home").prepare()
    home.files.mkdir(parents=True)
    with Workers(1) as workers:
        found = to_found(list_files([str(letters)], workers).files)
    seen.remember(home, [(file, 1) for file in found], "20260101T000000Z-1")
    monkeypatch.setattr(module, "_WORTH_A_PROCESS", len(found))
    return home


def test_the_listing_is_the_one_that_is_made_when_it_is_asked_for(home: Home, letters: Path) -> None:
    with Workers(1) as workers, Ahead([str(letters)], home, 2) as ahead:
        listing = ahead.take((str(letters),))
        assert listing is not None
        assert to_found(listing.files) == to_found(list_files([str(letters)], workers).files)
        assert ahead.take((str(letters),)) is None, "a second look is a new one"


def test_other_places_are_not_listed_ahead(home: Home, letters: Path) -> None:
    with Ahead([str(letters)], home, 2) as ahead:
        assert ahead.take([str(letters / "2015")]) is None


def test_what_a_listing_holds_beside_its_files_comes_along(home: Home, letters: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    with Ahead([str(letters), str(bare)], home, 2) as ahead:
        listing = ahead.take([str(letters), str(bare)])
    assert listing is not None
    assert (listing.bare, listing.closed) == ([str(bare)], {})


def test_names_that_are_no_text_come_along(home: Home, letters: Path) -> None:
    odd = os.fsencode(letters) + b"/b\xff.txt"
    os.close(os.open(odd, os.O_CREAT))
    with Ahead([str(letters)], home, 2) as ahead:
        listing = ahead.take([str(letters)])
    assert listing is not None
    assert odd in listing.files["path"].to_pylist()


def test_a_listing_that_fails_is_left_to_be_made(home: Home, letters: Path) -> None:
    with Ahead([gone := str(letters / "gone")], home, 2) as ahead:
        assert ahead.take([gone]) is None


def test_one_that_nobody_takes_ends(home: Home, letters: Path) -> None:
    with Ahead([str(letters)], home, 2) as ahead:
        process = ahead._process
        assert process is not None
    assert process.returncode is not None


@pytest.mark.parametrize("workers", [1, 2])
def test_few_files_and_one_core_start_no_process(home: Home, letters: Path, workers: int) -> None:
    if workers > 1:
        seen.forget(home, [str(letters / "a.txt")])
    with Ahead([str(letters)], home, workers) as ahead:
        assert ahead._process is None
        assert ahead.take([str(letters)]) is None
