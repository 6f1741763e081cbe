"""One file as it arrived, alone or in an archive: its place, its identity, and its bytes or why there are none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from orchestration.letters.model import Reason, Rejection

_CHUNK = 1 << 20
_MOST_BYTES = 2**63 - 1  # that a table holds; an archive may claim more


@dataclass(frozen=True, slots=True)
class Arrival:
    """`letter_id` is the SHA-256 of the bytes, hex; 'unreadable-' and a hash of the place where bytes could not be read
    to their end. `byte_count` is None there, unless the archive tells it."""

    source_uri: str
    letter_id: str
    byte_count: int | None
    content: bytes | Rejection


def unread(uri: str, reason: Reason, detail: str, byte_count: int | None = None) -> Arrival:
    """A file whose bytes could not be read, or not to their end: it is known by its place."""
    place = hashlib.sha256(uri.encode()).hexdigest()[:16]
    told = None if byte_count is None else min(byte_count, _MOST_BYTES)
    return Arrival(uri, f"unreadable-{place}", told, Rejection(reason, detail))


def whole(uri: str, handle: BinaryIO, reason: Reason, detail: str) -> Arrival:
    """A file that is rejected as it is, known by its bytes. Reads them from the start."""
    handle.seek(0)
    letter_id, size, _ = digest(handle, 0)
    return Arrival(uri, letter_id, size, Rejection(reason, detail))


def digest(handle: BinaryIO, max_bytes: int) -> tuple[str, int, bytes | None]:
    """SHA-256 in hex, number of bytes, and the bytes, or None where there are more than `max_bytes`."""
    sha, size, kept = hashlib.sha256(), 0, bytearray()
    while chunk := handle.read(_CHUNK):
        sha.update(chunk)
        size += len(chunk)
        if size <= max_bytes:
            kept += chunk
    return sha.hexdigest(), size, bytes(kept) if size <= max_bytes else None
