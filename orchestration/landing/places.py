"""Where letters lie: folders and files, and by fsspec whatever has a URL (`s3://`, `gs://`, `az://`, `https://`)."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

EXTRAS = {"gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
"""Which extra of this package installs what a protocol needs."""
_IN_MEMORY = 32 << 20
_CHUNK = 8 << 20
ODD = -1
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
        return self.size != ODD


def is_url(place: str) -> bool:
    return "://" in place


def look(path: str) -> Found:
    """The file as it is now; odd where it cannot be asked."""
    if is_url(path):
        try:
            system, inner = _filesystem(path)
            system.invalidate_cache()
            return _of_info(path, system.info(inner))
        except Exception:  # whatever a store raises, nothing is known of the file
            return Found(path, ODD, 0)
    try:
        return _of_stat(path, Path(path).stat())
    except OSError:
        return Found(path, ODD, 0)


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


def _of_stat(path: str, told: os.stat_result) -> Found:
    return Found(path, told.st_size, told.st_mtime_ns) if stat.S_ISREG(told.st_mode) else Found(path, ODD, 0)


def list_url(place: str) -> Iterator[Found]:
    """The files at a URL, at any depth, without those whose names begin with a dot. Raises LandingError naming it."""
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
