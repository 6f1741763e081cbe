"""A disk that is full or takes no more writing, and a file that it has spoiled, told by what a library says of them,
and what there is to mend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

# As the system, DuckDB, Arrow and SQLite put it.
_FULL = ("no space left", "disk is full", "disk quota exceeded")
_FIXED = ("read-only file system", "readonly database")
_EITHER = ("disk i/o error", "input/output error", "unable to open database file")
# Of a Parquet file, as DuckDB and Arrow put it; DuckDB does not always say which file.
_SPOILED = (
    "found in parquet file",
    "decompression failure",
    "tprotocolexception",
    "magic bytes",
    "don't know what type",
    "too small to be a parquet file",
    "couldn't deserialize thrift",
    "corrupt snappy",
    "corrupted compressed block",
)
_FREE_ENOUGH = 1 << 20
"""Bytes: with so many free it is not for want of room that a file could not be written."""


def what_to_mend(place: Path, words: str) -> str | None:
    """What somebody should do about an error of these words, in a sentence; None where no disk is at fault.

    `place` is a folder on the disk in question.
    """
    low = words.lower()
    if any(sign in low for sign in _SPOILED):
        return "A part of the lake seems to be damaged: 'imr doctor' reads each of them and says what to do."
    is_full = any(sign in low for sign in _FULL)
    is_faulty = any(sign in low for sign in _EITHER)
    if any(sign in low for sign in _FIXED):
        return f"The disk that holds {place} cannot be written. Nothing is lost: the next refresh carries on."
    if not is_full and not is_faulty:
        return None
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return f"The disk that holds {place} is away or broken. The next refresh carries on."
    if is_full or free < _FREE_ENOUGH:
        return (
            f"The disk that holds {place} is full ({free / 1e6:,.1f} MB are free now). Make room: nothing is lost, and "
            "the next refresh carries on."
        )
    return f"The disk that holds {place} failed ({words.strip().splitlines()[0]}). The next refresh carries on."


def words_of(error: BaseException) -> str:
    """What an error says, and those that caused it."""
    return "\n".join(str(one) for one in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        yield one
        seen.add(id(one))
        one = one.__cause__ or one.__context__
