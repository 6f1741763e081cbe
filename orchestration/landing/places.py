"""Where letters lie: folders and files, and by fsspec whatever has a URL (`s3://`, `gs://`, `az://`, `https://`)."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from orchestration.home import HOME_MARK, OWN_FOLDERS

EXTRAS = {"gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
"""Which extra of this package installs what a protocol needs."""
_IN_MEMORY = 32 << 20
_CHUNK = 8 << 20
_ODD = -1
"""The size of what is no regular file, or cannot be asked."""


class LandingError(OSError):
    """A landing place that is not there or cannot be listed; the message names it and says why."""


class Found(NamedTuple):
    """A file of a landing place. `changed` tells one state of it from the next: nanoseconds, or a hash of its tag."""

    path: str
    size: int
    changed: int

    @property
    def uri(self) -> str:
        """The path as it stands in tables: odd bytes of a name that is no UTF-8 are written out."""
        path = self.path
        return path if path.isascii() else os.fsencode(path).decode("utf-8", errors="backslashreplace")

    @property
    def is_regular(self) -> bool:
        return self.size != _ODD


def is_url(place: str) -> bool:
    return "://" in place


def list_files(landing: Iterable[str]) -> list[Found]:
    """Every file in the places, at any depth, and every file named; sorted, each once.

    Names that begin with a dot are other programs' business (`.gitkeep`, `.DS_Store`, uploads that are not finished),
    and what a refresh keeps in a home is no letter. Raises LandingError naming a place that is not there.
    """
    with _uncollected():
        listed = [list(_listed_url(place)) if is_url(place) else _listed(place) for place in landing]
        if len(listed) == 1:  # each there once
            [found] = listed
        else:
            found = list({file.path: file for files in listed for file in files}.values())
        found.sort(key=itemgetter(0))
    return found


def look(path: str) -> Found:
    """The file as it is now; odd where it cannot be asked."""
    if is_url(path):
        try:
            system, inner = _filesystem(path)
            system.invalidate_cache()
            return _of_info(path, system.info(inner))
        except Exception:  # whatever a store raises, nothing is known of the file
            return Found(path, _ODD, 0)
    try:
        return _of_stat(path, Path(path).stat())
    except OSError:
        return Found(path, _ODD, 0)


def open_file(path: str) -> BinaryIO:
    """A file for reading at any place of it. Raises OSError in the words of whoever keeps it.

    What has a URL is copied first: an archive is read back and forth, and each step would be a request.
    """
    if not is_url(path):
        return Path(path).open("rb")
    system, inner = _filesystem(path)
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (the reader of it closes it)
    try:
        with system.open(inner, "rb") as stream:
            shutil.copyfileobj(stream, copy, _CHUNK)
    except Exception as error:  # botocore, aiohttp and their like have errors of their own
        copy.close()
        raise OSError(0, _words(error)) from None
    copy.seek(0)
    return copy


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looks for garbage: there is none in a listing, and each look goes through all the files found so far."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _listed(place: str) -> list[Found]:
    if not Path(place).is_dir():
        if not os.path.lexists(place):
            raise LandingError(f"There is no folder or file {place}.")
        return [look(place)]
    found: list[Found] = []
    # Where the place itself cannot be opened nothing is known of it; a folder within it is named like a file.
    try:
        os.scandir(place).close()
    except OSError as error:
        raise LandingError(f"The folder {place} cannot be opened ({error.strerror or error}).") from None
    _walk(place, found)
    return found


def _walk(folder: str, found: list[Found]) -> None:
    """Adds the files of a folder, at any depth. In a list and not as a generator, in which each file would come up
    through every folder above it."""
    try:
        with os.scandir(folder) as listing:
            entries = [entry for entry in listing if not entry.name.startswith(".")]
    except OSError:
        found.append(Found(folder, _ODD, 0))
        return
    kept = OWN_FOLDERS if os.path.lexists(os.path.join(folder, HOME_MARK)) else ()  # noqa: PTH118 (a million times)
    for entry in entries:
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in kept:
                    _walk(entry.path, found)
            else:
                found.append(_of_stat(entry.path, entry.stat()))
        except OSError:  # a link to nothing
            found.append(Found(entry.path, _ODD, 0))


def _of_stat(path: str, told: os.stat_result) -> Found:
    """Links to folders are named, not followed, and a pipe is never opened: reading it would wait for ever."""
    return Found(path, told.st_size, told.st_mtime_ns) if stat.S_ISREG(told.st_mode) else Found(path, _ODD, 0)


def _listed_url(place: str) -> Iterator[Found]:
    system, inner = _filesystem(place)
    try:
        system.invalidate_cache()
        listing = system.find(inner, detail=True)
        if not listing and not system.exists(inner):
            raise LandingError(f"There is nothing at {place}.")
    except LandingError:
        raise
    except Exception as error:  # each store has errors of its own
        raise LandingError(f"{place} cannot be listed ({_words(error)}).") from None
    for name, info in listing.items():
        below = name[len(inner) :] if name.startswith(inner) else name
        if info.get("type") != "directory" and not any(part.startswith(".") for part in below.split("/")):
            yield _of_info(system.unstrip_protocol(name), info)


def _filesystem(place: str) -> tuple[Any, str]:
    """The store and the path in it. Credentials are the environment's, as each store's own tools read them."""
    import fsspec  # late: a refresh of folders does without

    protocol = place.split("://", 1)[0]
    try:
        system, inner = fsspec.core.url_to_fs(place)
    except ImportError:
        extra = EXTRAS.get(protocol)
        how = f"'make setup EXTRAS={extra}' installs it" if extra else "it is not installed"
        raise LandingError(f"{place}: reading {protocol}:// needs a package; {how}.") from None
    except ValueError as error:
        raise LandingError(f"{place}: {error}.") from None
    return system, inner


def _of_info(path: str, info: dict[str, Any]) -> Found:
    when = info.get("LastModified") or info.get("last_modified") or info.get("mtime") or info.get("updated")
    tag = info.get("ETag") or info.get("etag") or info.get("md5Hash") or when or ""
    changed = int.from_bytes(hashlib.sha256(str(tag).encode()).digest()[:7], "big")
    if isinstance(when, datetime) and not info.get("ETag"):
        changed = int(when.timestamp() * 1e9)
    size = info.get("size")
    return Found(path, int(size) if size is not None else 0, changed)


def _words(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
