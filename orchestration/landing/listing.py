"""Every file of the landing places, in columns: of a million files that are known none becomes an object of its own."""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.home import HOME_MARK, OWN_FOLDERS
from orchestration.landing.places import ODD, Found, LandingError, is_url, list_url, look
from orchestration.workers import Workers

_SCHEMA = pa.schema([("path", pa.binary()), ("size", pa.int64()), ("changed", pa.int64())])
"""As in `Found`; of a path its bytes, since a name need not be UTF-8."""
_WORTH_PROCESSES = 50_000
"""Files in folders seen so far: where there are more, the folders that are left are shared out."""
_CLOSED = -2
"""The size of a folder that cannot be opened, until it is told from the files; `changed` is the number of the error."""
_HOME_MARK = os.fsencode(HOME_MARK)
_OWN_FOLDERS = frozenset(map(os.fsencode, OWN_FOLDERS))


class Listing(NamedTuple):
    """What lies in the places: `files` in no order, those in two places twice; the places in which nothing lies; and
    the folders below them that cannot be opened, each with the reason."""

    files: pa.Table
    bare: list[str]
    closed: dict[str, str]


def list_files(landing: Iterable[str], workers: Workers) -> Listing:
    """Every file in the places, at any depth, and every file named.

    Names that begin with a dot are other programs' business (`.gitkeep`, `.DS_Store`, uploads that are not finished),
    and what a refresh keeps in a home is no letter. Raises LandingError naming a place that is not there.
    """
    listed = {place: pa.concat_tables([_SCHEMA.empty_table(), *_listed(place, workers)]) for place in landing}
    files = pa.concat_tables([_SCHEMA.empty_table(), *listed.values()])
    is_closed = pc.equal(files["size"], _CLOSED)
    closed = to_found(files.filter(is_closed))
    return Listing(
        files.filter(pc.invert(is_closed)) if closed else files,
        [place for place, found in listed.items() if not found.num_rows],
        {folder.uri: os.strerror(folder.changed) for folder in closed},
    )


def to_found(files: pa.Table) -> list[Found]:
    """The rows of such a table as files; sorted, each once."""
    paths = map(os.fsdecode, files["path"].to_pylist())
    found = map(Found, paths, files["size"].to_pylist(), files["changed"].to_pylist())
    path = itemgetter(0)
    return [next(same) for _, same in groupby(sorted(found, key=path), key=path)]


def uris(files: pa.Table) -> pa.ChunkedArray:
    """Of each row what `Found.uri` is."""
    try:
        return files["path"].cast(pa.string())
    except pa.ArrowInvalid:  # a name that is no UTF-8
        return pa.chunked_array([[file.uri for file in map(_named, files["path"].to_pylist())]], pa.string())


def _named(path: bytes) -> Found:
    return Found(os.fsdecode(path), ODD, 0)


def _listed(place: str, workers: Workers) -> Iterator[pa.Table]:
    if is_url(place):
        yield _table(list_url(place))
    elif Path(place).is_dir():
        yield from _walked(place, workers)
    elif os.path.lexists(place):
        yield _table([look(place)])
    else:
        raise LandingError(f"There is no folder or file {place}.")


def _table(found: Iterable[Found]) -> pa.Table:
    columns = _Columns()
    for file in found:
        columns.add(os.fsencode(file.path), file.size, file.changed)
    return columns.to_table()


def _walked(place: str, workers: Workers) -> Iterator[pa.Table]:
    # Where the place itself cannot be opened nothing is known of it; a folder within it is named, and the rest is read.
    try:
        os.scandir(place).close()
    except OSError as error:
        raise LandingError(f"The folder {place} cannot be opened ({error.strerror or error}).") from None
    columns = _Columns()
    folders = columns.add_folders([os.fsencode(place)], _WORTH_PROCESSES)
    yield columns.to_table()
    for _, table in workers.spread(_list_whole, folders):
        yield table


def _list_whole(folder: bytes) -> pa.Table:
    """In a process of its own: the files of a folder, at any depth."""
    columns = _Columns()
    columns.add_folders([folder])
    return columns.to_table()


class _Columns:
    """Files that are being listed, as three lists."""

    def __init__(self) -> None:
        self._paths: list[bytes] = []
        self._sizes: list[int] = []
        self._changed: list[int] = []

    def to_table(self) -> pa.Table:
        return pa.table([self._paths, self._sizes, self._changed], schema=_SCHEMA)

    def add(self, path: bytes, size: int, changed: int) -> None:
        self._paths.append(path)
        self._sizes.append(size)
        self._changed.append(changed)

    def add_folders(self, folders: Iterable[bytes], enough: float = float("inf")) -> list[bytes]:
        """Adds files of the folders, at any depth, until there are enough. Returns the folders that are left."""
        waiting = deque(folders)
        while waiting and len(self._paths) < enough:
            waiting += self._add_folder(waiting.popleft())
        return list(waiting)

    def _add_folder(self, folder: bytes) -> list[bytes]:
        """Adds the files of one folder, and returns the folders in it. Links to folders are named, not followed, and a
        pipe is never opened: reading it would wait for ever."""
        try:
            with os.scandir(folder) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(b".")]
            opened = os.open(folder, os.O_RDONLY)
        except OSError as error:
            self.add(folder, _CLOSED, error.errno or errno.EIO)
            return []
        kept = _OWN_FOLDERS if os.path.lexists(os.path.join(folder, _HOME_MARK)) else ()  # noqa: PTH118 (of bytes)
        folders = []
        try:
            for entry in entries:
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in kept:
                            folders.append(entry.path)
                        continue
                    told = os.stat(entry.name, dir_fd=opened)  # a short way: no path is walked once more for each file
                except OSError:  # a link to nothing
                    self.add(entry.path, ODD, 0)
                    continue
                if stat.S_ISREG(told.st_mode):
                    self.add(entry.path, told.st_size, told.st_mtime_ns)
                else:
                    self.add(entry.path, ODD, 0)
        finally:
            os.close(opened)
        return folders
