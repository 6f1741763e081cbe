"""Which file Superset opens, so that a query sees the publication of its time.

A publication takes the place of the one before in one rename. DuckDB, however, keeps a file open in a process as long
as any connection to its path is: while somebody's query runs, everybody would go on reading the old file. So each
publication is opened under a path of its own, a second name (hard link) of the published file.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

_KEPT = 2
"""Beside the newest the one before stays, for who has just been told its path."""


def newest(published: Path, folder: Path) -> Path:
    """Another name of the file that is published now. The published file itself where names cannot be given, as in a
    file system without them; where nothing is published as well, which DuckDB then says."""
    try:
        found = published.stat()
        place = folder / f"{found.st_mtime_ns}-{found.st_ino}"
        if not place.exists():
            _name(published, place)
    except OSError:
        return published
    return place / published.name


def _name(published: Path, place: Path) -> None:
    making = place.with_name(f".{place.name}-{os.getpid()}-{os.urandom(4).hex()}")
    making.mkdir(parents=True)
    try:
        os.link(published, making / published.name)
        with suppress(OSError):  # another thread was first
            making.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    for old in sorted(path for path in place.parent.iterdir() if not path.name.startswith("."))[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
