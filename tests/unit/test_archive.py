"""Files in archives: each of them once, by its own bytes, and nothing that an archive can hold does harm."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import warnings
import zipfile

import pytest

from orchestration.files import archive
from orchestration.files.arrival import Arrival
from orchestration.files.kinds import is_archive
from orchestration.letters.model import Rejection

Files = dict[str, bytes] | list[tuple[str, bytes]]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files, names as they are given."""
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w", method) as made:
        warnings.simplefilter("ignore", UserWarning)  # of two files of one name
        for name, data in files.items() if isinstance(files, dict) else files:
            made.writestr(name, data)
    return packed.getvalue()


def members(data: bytes, max_bytes: int = 1000) -> list[Arrival]:
    return list(archive.members(io.BytesIO(data), "/in/a.zip", max_bytes))


def outcomes(data: bytes, max_bytes: int = 1000) -> dict[str, object]:
    """What became of each member, by its place in the archive: its bytes, or the code of the reason."""
    found = members(data, max_bytes)
    assert len({(arrival.letter_id, arrival.source_uri) for arrival in found}) == len(found)
    for arrival in found:
        if isinstance(arrival.content, bytes):
            assert arrival.letter_id == hashlib.sha256(arrival.content).hexdigest()
            assert arrival.byte_count == len(arrival.content)
        else:
            assert arrival.content.detail.endswith(".")
    return {
        arrival.source_uri.removeprefix("/in/a.zip"): arrival.content.reason_code
        if isinstance(arrival.content, Rejection)
        else arrival.content
        for arrival in found
    }


def test_every_file_at_any_depth_but_what_others_left_there() -> None:
    data = zipped(
        {
            "b.txt": b"b",
            "folder/": b"",
            "folder/deep/er/a.pdf": b"a",
            "windows\\c.txt": b"c",
            "../../up.txt": b"up",
            "/etc/absolute.txt": b"root",
            "__MACOSX/folder/._a.pdf": b"mac",
            "folder/.DS_Store": b"mac",
            ".git/config": b"git",
        }
    )
    assert outcomes(data) == {
        "!b.txt": b"b",
        "!folder/deep/er/a.pdf": b"a",
        "!windows\\c.txt": b"c",
        "!../../up.txt": b"up",
        "!/etc/absolute.txt": b"root",
    }
    assert archive.count(io.BytesIO(data)) == 5


def test_archives_in_archives_down_to_a_depth() -> None:
    inner = zipped({"c.txt": b"c"})
    for name in ("three.zip", "two.zip", "one.dat"):
        inner = zipped({name: inner, "beside.txt": b"x"}, zipfile.ZIP_STORED)
    assert outcomes(inner, max_bytes=50) == {
        "!beside.txt": b"x",
        "!one.dat!beside.txt": b"x",
        "!one.dat!two.zip!beside.txt": b"x",
        "!one.dat!two.zip!three.zip": "unreadable",
    }


def test_an_archive_in_an_archive_has_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_NESTED_BYTES", 300)
    files = {f"{number}.txt": bytes(range(100)) for number in range(10)}
    assert outcomes(zipped({"large.zip": zipped(files), "a.txt": b"a"}), 100) == {
        "!large.zip": "too_large",
        "!a.txt": b"a",
    }


def test_files_of_one_name_are_told_apart() -> None:
    data = zipped([("a.txt", b"one"), ("a.txt", b"two"), ("a.txt#2", b"other"), ("a.txt", b"two")])
    assert outcomes(data) == {"!a.txt": b"one", "!a.txt#3": b"two", "!a.txt#2": b"other", "!a.txt#4": b"two"}


def test_names_in_other_alphabets() -> None:
    data = zipped({"Nuñez.txt": b"n", "Pe_a.txt": b"p"})
    assert outcomes(data) == {"!Nuñez.txt": b"n", "!Pe_a.txt": b"p"}
    assert outcomes(data.replace(b"Pe_a", b"Pe\xa4a"))["!Peña.txt"] == b"p"  # the code page of DOS
    unsaid = zipped({"Nu__ez.txt": b"n"}).replace(b"Nu__ez", "Nuñez".encode())
    assert outcomes(unsaid) == {"!Nuñez.txt": b"n"}


def test_a_file_that_inflates_beyond_the_limit_is_not_inflated() -> None:
    data = zipped({"bomb.txt": b"\0" * 50_000_000, "a.txt": b"a" * 1000})
    assert len(data) < 100_000
    assert outcomes(data) == {"!bomb.txt": "too_large", "!a.txt": b"a" * 1000}
    lying = data.replace(struct.pack("<L", 50_000_000), struct.pack("<L", 10))
    assert outcomes(lying)["!bomb.txt"] == "damaged_file"


def test_files_that_lie_upon_one_another() -> None:
    data = bytearray(zipped({"a.txt": b"a" * 99, "b.txt": b"a" * 99}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)  # both at the start of the archive
    assert outcomes(bytes(data)) == {"": "damaged_file"}


def test_encrypted_files_links_and_unknown_methods_are_named() -> None:
    data = bytearray(zipped({"a.txt": b"a", "b.txt": b"b", "method.txt": b"c"}))
    first = data.index(b"PK\x01\x02")
    data[first + 8] |= 1
    third = data.rindex(b"PK\x01\x02")
    data[third + 10] = data[data.index(b"method.txt") - 22] = 97
    assert outcomes(bytes(data)) == {"!a.txt": "unreadable", "!b.txt": b"b", "!method.txt": "unreadable"}
    details = [arrival.content.detail for arrival in members(bytes(data)) if isinstance(arrival.content, Rejection)]
    assert "encrypted" in details[0]
    assert "method" in details[1]
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(link, "/etc/passwd")
    assert outcomes(packed.getvalue()) == {"!link.txt": "unreadable"}


def test_one_damaged_file_leaves_the_others_whole() -> None:
    data = zipped({"a.txt": b"first letter", "b.txt": b"second letter"}, zipfile.ZIP_STORED)
    assert outcomes(data.replace(b"first letter", b"first lettre")) == {
        "!a.txt": "damaged_file",
        "!b.txt": b"second letter",
    }


def test_a_damaged_archive_is_one_row() -> None:
    data = zipped({f"{number}.txt": b"letter" for number in range(5)})
    for cut in range(4, len(data) - 1):
        assert is_archive(io.BytesIO(data[:cut]))
        assert outcomes(data[:cut]) == {"": "damaged_file"}, cut
    [whole] = members(data[:100])
    assert whole.letter_id == hashlib.sha256(data[:100]).hexdigest()
    assert whole.byte_count == 100


def test_whatever_bytes_change_every_file_is_named() -> None:
    data = zipped({"a.txt": b"letter " * 20, "folder/b.txt": b"b", "c.zip": zipped({"d.txt": b"d"})})
    whole = set(outcomes(data).values())
    assert whole == {b"letter " * 20, b"b", b"d"}
    for at in range(len(data)):
        for sign in (0, 255, data[at] ^ 1):
            found = outcomes(data[:at] + bytes([sign]) + data[at + 1 :]) if at > 3 else {"": None}
            assert len(found) >= len(whole) or list(found) == [""], at
            # what passes for a file is one that was put there, whole
            assert {content for content in found.values() if isinstance(content, bytes)} <= whole, at


def test_an_archive_without_files_is_empty() -> None:
    for files in ({}, {"folder/": b""}, {"__MACOSX/a.txt": b"x", ".hidden": b"x"}):
        assert outcomes(zipped(files)) == {"": "empty_file"}


def test_an_office_document_is_no_archive_of_letters() -> None:
    word = {"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>", "word/document.xml": b"<x/>"}
    text = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": b"<x/>",
        "META-INF/manifest.xml": b"<x/>",
    }
    assert outcomes(zipped({"a.docx": zipped(word), "b.odt": zipped(text)})) == {
        "!a.docx": "not_text",
        "!b.odt": "not_text",
    }
    assert outcomes(zipped(word)) == {"": "not_text"}


def test_an_archive_is_known_by_its_content() -> None:
    data = zipped({"a.txt": b"a"})
    assert is_archive(io.BytesIO(data))
    assert is_archive(io.BytesIO(b"#!/bin/sh unpack yourself\n" + data))
    assert not is_archive(io.BytesIO(b"%PDF-1.7\n" + data))
    assert not is_archive(io.BytesIO(b"Case Number: CM15-0000001"))
    assert outcomes(b"#!/bin/sh unpack yourself\n" + data) == {"!a.txt": b"a"}
