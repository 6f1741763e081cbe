"""What is said of a disk by the words of libraries that could not write to it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from orchestration import disk


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (f"publish: [Errno 28] {os.strerror(errno.ENOSPC)}", "is full"),
        ('IO Error: Could not write file "/h/build/imr.duckdb": No space left on device', "is full"),
        ("(sqlite3.OperationalError) database or disk is full", "is full"),
        (os.strerror(errno.EDQUOT), "is full"),
        (os.strerror(errno.EROFS), "cannot be written"),
        ("(sqlite3.OperationalError) attempt to write a readonly database", "cannot be written"),
        ("(sqlite3.OperationalError) disk I/O error", "failed (("),
        (os.strerror(errno.EIO), "failed ("),
    ],
)
def test_a_disk_at_fault_is_named(tmp_path: Path, words: str, said: str) -> None:
    told = disk.what_to_mend(tmp_path, words)
    assert told is not None
    assert str(tmp_path) in told
    assert said in told


def test_nothing_is_said_of_a_disk_that_is_not_at_fault(tmp_path: Path) -> None:
    assert disk.what_to_mend(tmp_path, "lake/letters/part-000001.parquet is damaged") is None


def test_an_error_says_what_its_causes_say() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise RuntimeError("the event could not be kept") from error
    except RuntimeError as error:
        assert disk.words_of(error).splitlines() == [
            "the event could not be kept",
            "[Errno 28] No space left on device",
        ]
