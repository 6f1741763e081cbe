"""What kind of file some bytes are. The name of a file says nothing here."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN = 1024  # bytes: mail gateways and printers leave words in front
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF file, by the mark of its header."""
    return _PDF_MARK in data[:_PDF_MARK_WITHIN]


def is_archive(handle: BinaryIO) -> bool:
    """Whether an open file is a ZIP archive, by its start or, where something was put in front, by its end.

    Leaves the handle at the start.
    """
    head = handle.read(_PDF_MARK_WITHIN)
    handle.seek(0)
    if head.startswith(_ZIP_MARKS):
        return True
    if is_pdf(head):
        return False
    found = zipfile.is_zipfile(handle)
    handle.seek(0)
    return found
