"""Which files of a landing place are letters to be, which are not ours to read, and what they become."""

from __future__ import annotations

import datetime as dt
import errno
import os
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration import lake
from orchestration.home import Home
from orchestration.landing import seen
from orchestration.landing.listing import list_files, to_found
from orchestration.landing.places import Found, LandingError, look, open_file
from orchestration.landing.receiving import receive
from orchestration.workers import Workers
from tests.printer import Printer

NOW = dt.datetime(2026, 1, 1)


def found(*places: str | Path) -> list[Found]:
    """The files in the places, as a refresh receives them the first time."""
    with Workers(1) as workers:
        return to_found(list_files(map(str, places), workers).files)


def names(root: Path, *places: Path) -> list[str]:
    return [Path(file.path).relative_to(root).as_posix() for file in found(*(places or (root,)))]


def test_every_file_at_any_depth_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden", ".git/config", "deep/.DS_Store"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert names(tmp_path) == ["a.txt", "b.txt", "deep/er/c.txt"]
    assert names(tmp_path, tmp_path, tmp_path / "deep", tmp_path / "a.txt") == ["a.txt", "b.txt", "deep/er/c.txt"]
    with pytest.raises(LandingError, match="nowhere"):
        found(tmp_path / "nowhere")


def test_a_home_in_the_landing_place_is_left_out_but_for_letters(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    (home.build.parent / "manifest.json").write_text("{}")
    (home.root / "letters").mkdir()
    (home.root / "letters" / "a.txt").write_text("x")
    assert names(tmp_path) == ["home/letters/a.txt"]


def rows(path: Path, max_bytes: int = 100_000) -> list[dict[str, Any]]:
    """What a file becomes in the lake, each row's place told from the file's own."""
    with Workers(1) as workers:
        received = [row for part in receive([look(str(path))], max_bytes, NOW, workers) for row in part.rows]
    return [row | {"source_uri": row["source_uri"].removeprefix(str(path))} for row in received]


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
    received = [
        (row["source_uri"], row["text"], row["encoding"]) for file in found(tmp_path) for row in rows(Path(file.path))
    ]
    assert received == [
        ("", "written", "utf-8"),
        ("", "printed\n", "pdf"),
        ("!folder/two.pdf", "second\n", "pdf"),
        ("!one.txt", "first", "utf-8"),
    ]
    (tmp_path / "letters.pdf").rename(tmp_path / "letters.zip")
    assert [row["text"] for row in rows(tmp_path / "letters.zip")] == ["second\n", "first"]


def test_an_archive_may_be_larger_than_a_letter(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_STORED) as made:
        for number in range(3):
            made.writestr(f"{number}.txt", "x" * (50 + 40 * number))
    assert [row["reason_code"] for row in rows(tmp_path / "a.zip", 100)] == [None, None, "too_large"]


def test_an_archive_comes_in_lots_and_the_last_one_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.landing.receiving.LOT", 2)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for number in range(5):
            made.writestr(f"{number}.txt", str(number))
    (tmp_path / "b.txt").write_text("beside")
    files = found(tmp_path)
    with Workers(1) as workers:
        parts = list(receive(files, 100, NOW, workers))
    assert [[row["text"] for row in part.rows] for part in parts] == [["0", "1"], ["2", "3"], ["4"], ["beside"]]
    assert [part.file for part in parts] == [None, None, files[0], files[1]]


def test_members_of_an_archive_wait_in_lots_of_few_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.landing.receiving.LOT_BYTES", 10)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        for number in range(3):
            made.writestr(f"{number}.txt", "x" * 9)
    with Workers(1) as workers:
        parts = list(receive(found(tmp_path), 100, NOW, workers))
    assert [len(part.rows) for part in parts] == [2, 1]


def test_what_is_only_named_like_an_archive_is_read_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_text("written")
    with Workers(1) as workers:
        [part] = receive(found(tmp_path), 100, NOW, workers)
    assert [row["text"] for row in part.rows] == ["written"] and part.file


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_refresh(tmp_path: Path) -> None:
    (tmp_path / "growing.txt").write_text("the first half")
    (tmp_path / "settled.txt").write_text("whole")
    growing, settled = found(tmp_path)
    with Workers(1) as workers:  # as listed it was smaller than it is when it is read
        parts = list(receive([growing._replace(size=3), settled], 100, NOW, workers))
    assert [(part.is_unsettled, [row["text"] for row in part.rows]) for part in parts] == [
        (True, []),
        (False, ["whole"]),
    ]


def test_an_archive_that_changes_while_it_is_read_is_not_received_whole(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("one.txt", "one")
    archive = look(str(tmp_path / "a.zip"))
    with Workers(1) as workers:
        [part] = receive([archive._replace(changed=1)], 100, NOW, workers)
    assert part.is_unsettled and not part.rows


def test_files_are_read_by_several_processes_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.landing.receiving.LOT", 3)
    for number in range(40):
        (tmp_path / f"{number:02d}.txt").write_text(f"letter {number}")
    with Workers(2) as workers:
        texts = [row["text"] for part in receive(found(tmp_path), 100, NOW, workers) for row in part.rows]
    assert texts == [f"letter {number}" for number in range(40)]


def listed(*files: Found) -> pa.Table:
    """Files as a listing has them."""
    paths, sizes, changed = zip(*files, strict=True) if files else ((), (), ())
    return pa.table({"path": pa.array(map(os.fsencode, paths), pa.binary()), "size": sizes, "changed": changed})


def test_what_was_received_whole_is_not_listed_as_new(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    assert seen.split(home, listed(Found("/in/a.txt", 5, 100))) == ([Found("/in/a.txt", 5, 100)], 0)  # no refresh yet
    lake.found(home)
    files = [Found("/in/a.txt", 5, 100), Found("/in/b.zip", 50, 100), Found("/in/odd", -1, 0)]
    assert seen.split(home, listed(*files)) == (files, 0)
    seen.remember(home, [(files[0], 1), (files[1], 30), (files[2], 1)], "r1")
    assert seen.split(home, listed(*files)) == ([files[2]], 31)
    assert seen.split(home, listed(*files, *files)) == ([files[2]], 31)  # places that lie in each other
    later = [files[0]._replace(changed=101), files[1]._replace(size=51)]
    assert seen.split(home, listed(*later)) == (later, 0)
    assert seen.split(home, listed()) == ([], 0)


def test_names_that_are_no_utf8_are_listed_and_known_again(tmp_path: Path) -> None:
    places = tmp_path / "letters"
    places.mkdir()
    (places / os.fsdecode(b"M\xfcller.txt")).write_text("odd")
    (places / "Müller.txt").write_text("even")
    home = Home(tmp_path / "home").prepare()
    files = found(places)
    assert [file.uri for file in files] == [f"{places}/Müller.txt", f"{places}/M\\xfcller.txt"]
    assert [open_file(file.path).read() for file in files] == [b"even", b"odd"]
    lake.found(home)
    seen.remember(home, [(file, 1) for file in files], "r1")
    assert seen.split(home, listed(*files)) == ([], 2)


def test_a_large_archive_is_listed_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.landing.listing._WORTH_PROCESSES", 3)
    for number in range(20):
        path = tmp_path / f"{number % 5}" / f"{number % 3}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    with Workers(2) as workers:
        listing = list_files([str(tmp_path)], workers)
    assert to_found(listing.files) == found(tmp_path)
    assert len(found(tmp_path)) == 20


def test_a_folder_that_cannot_be_opened_is_told_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open/a.txt", "locked/b.txt"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text("x")
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if os.fsdecode(path).endswith("locked"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    with Workers(1) as workers:
        assert list_files([str(tmp_path)], workers).closed == {}
        monkeypatch.setattr(os, "scandir", refuse)
        listing = list_files([str(tmp_path)], workers)
        assert listing.closed == {f"{tmp_path}/locked": "Permission denied"}
        assert [file.path for file in to_found(listing.files)] == [f"{tmp_path}/open/a.txt"]
        assert listing.bare == []
        with pytest.raises(LandingError, match=r"locked cannot be opened \(Permission denied\)"):
            list_files([f"{tmp_path}/locked"], workers)


def test_a_place_that_had_files_and_has_none_is_told_from_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").prepare()
    places = [str(tmp_path / name) for name in ("there", "gone", "gone-too", "new")]
    for place in places:
        Path(place).mkdir()
    (tmp_path / "there" / "a.txt").write_text("x")
    with Workers(1) as workers:
        bare = list_files(places, workers).bare
    assert bare == places[1:]
    lake.found(home)
    assert seen.emptied(home, bare) == {}
    received = [Found(f"{tmp_path}/{name}", 1, 1) for name in ("there/a.txt", "gone/a.txt", "gone/b/c.txt")]
    seen.remember(home, [(file, 1) for file in received], "first")
    seen.remember(home, [(received[1]._replace(changed=2), 1)], "second")
    assert seen.emptied(home, bare) == {places[1]: 2}
    assert seen.emptied(home, [f"{place}/" for place in bare]) == {f"{places[1]}/": 2}
    assert seen.emptied(home, []) == {}
