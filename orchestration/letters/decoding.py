"""Bytes of a letter file to text. Letters come as UTF-8 with or without a byte order mark, as UTF-16 with one, and as
Windows-1252."""

from __future__ import annotations

import codecs
import re

from orchestration.letters.model import Rejection

_CONTROLS = bytes((*range(0x09), *range(0x0E, 0x20)))
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# What is met in folders of letters, by its first bytes.
_MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"II*\0": "a picture",
    b"MM\0*": "a picture",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "an office document",
    b"\x1f\x8b": "an archive other than ZIP",
    b"7z\xbc\xaf": "an archive other than ZIP",
    b"Rar!\x1a": "an archive other than ZIP",
}
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Of the characters of a text that has no other sign of its encoding, at most this share may be controls.
_MAX_CONTROL_SHARE = 0.005


def decode(data: bytes) -> tuple[str, str] | Rejection:
    """Text and the name of its encoding, or why there is none (`empty_file`, `not_text`).

    Line ends stay as they are: places in the text are counted over what the file holds, without a byte order mark and
    with ligatures written out.
    """
    if not data.strip():
        return Rejection("empty_file", "The file is empty." if not data else "The file holds white space only.")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            return Rejection("not_text", f"The file is {kind}; it is not read as text.")
    text, encoding = _decode(data)
    plain = text.encode("utf-8", errors="replace")  # no byte of a character beyond ASCII is a control
    controls = len(plain) - len(plain.translate(None, _CONTROLS))
    if "\0" in text or controls > len(text) * _MAX_CONTROL_SHARE:
        return Rejection("not_text", "The bytes are no text in UTF-8, UTF-16 or Windows-1252.")
    return without_ligatures(text), encoding


def without_ligatures(text: str) -> str:
    """The text with each sign that joins letters ('ﬁ', 'ﬂ') as the letters that it joins."""
    if text.isascii():
        return text
    for ligature, letters in LIGATURES.items():
        text = text.replace(ligature, letters)
    return text


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "utf-16"
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    # One broken byte (a file cut in mid character) must not turn every curly quote of a UTF-8 letter into three signs.
    repaired = data.decode("utf-8-sig", errors="replace")
    broken = repaired.count("�")
    whole = len(_BEYOND_ASCII.findall(repaired)) - broken
    if whole > broken:
        return repaired, "utf-8"
    return data.decode("cp1252", errors="replace"), "windows-1252"
