"""Bytes to text, and which bytes are none."""

from __future__ import annotations

import pytest

from orchestration.letters.decoding import decode
from orchestration.letters.model import Rejection

WORDS = "The surgeon’s note says “a few months” of improvement.\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (WORDS.encode(), "utf-8"),
        (WORDS.encode("utf-8-sig"), "utf-8"),
        (WORDS.encode("utf-16"), "utf-16"),
        (WORDS.encode("cp1252"), "windows-1252"),
    ],
)
def test_text_is_the_same_in_every_encoding(data: bytes, encoding: str) -> None:
    assert decode(data) == (WORDS, encoding)


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    text, encoding = decode((WORDS * 3).encode()[:-2] + b"\xe2\x80")  # cut in the middle of a curly quote
    assert encoding == "utf-8"
    assert "surgeon’s" in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b" \r\n\t\n", "empty_file"),
        (b"%PDF-1.7\n1 0 obj", "not_text"),
        (b"PK\x03\x04\x14\x00", "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_text"),
        (b"{\\rtf1\\ansi Case Number: CM14-0000001}", "not_text"),
        (bytes(range(256)) * 20, "not_text"),
        (b"Case Number\x00: CM14", "not_text"),
    ],
)
def test_bytes_that_are_no_text_get_a_reason(data: bytes, reason: str) -> None:
    decoded = decode(data)
    assert isinstance(decoded, Rejection)
    assert decoded.reason_code == reason
    assert decoded.detail.endswith(".")


def test_ligatures_are_written_out() -> None:
    assert decode("Board Certiﬁed, ﬂexion, oﬃce, eﬀect".encode()) == (
        "Board Certified, flexion, office, effect",
        "utf-8",
    )
