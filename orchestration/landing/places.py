"""Where letters lie: folders and files, web servers, and by fsspec whatever else has a URL (`s3://`, `gs://`, `az://`)."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

EXTRAS = {"gs": "gcs", "gcs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}
"""Which extra of this package installs what a protocol needs."""
_IN_MEMORY = 32 << 20
_CHUNK = 8 << 20
ODD = -1
"""The size of what is no regular file, or cannot be asked; of a URL also where nothing tells one state from the next.
It is never known, so each refresh reads it."""
_TAGS = ("ETag", "etag", "md5Hash", "Content-MD5")
_TIMES = ("LastModified", "last_modified", "Last-Modified", "mtime", "updated")
"""What stores and web servers call them."""


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


def why_away(place: str) -> str | None:
    """Why a place that was listed is not there any more; None where it is."""
    if not is_url(place):
        return None if os.path.lexists(place) else "there is no such folder or file"
    try:
        if _is_web(place):
            from orchestration.landing import web

            web.headers(place)
            return None
        system, inner = _filesystem(place)
        system.invalidate_cache()
        return None if system.exists(inner) else "there is nothing"
    except Exception as error:  # each store has errors of its own
        return None if getattr(error, "status", None) else _words(error)


def _is_web(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def look(path: str) -> Found:
    """The file as it is now; odd where it cannot be asked."""
    if is_url(path):
        try:
            if _is_web(path):
                from orchestration.landing import web  # late: a refresh of folders does without

                return _of_headers(path, web.headers(path))
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
    copy = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 (the reader of it closes it)
    try:
        if _is_web(path):
            from orchestration.landing import web

            web.copy(path, copy)
        else:
            system, inner = _filesystem(path)
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
    if _is_web(place):
        yield from _list_web(place)
        return
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


def _list_web(place: str) -> Iterator[Found]:
    from orchestration.landing import web

    try:
        for url, told in web.list_web(place):
            yield _of_headers(url, told or {})
    except web.WebError as error:
        if error.status == HTTPStatus.NOT_FOUND and error.url in (None, place):
            raise LandingError(f"There is nothing at {place}.") from None
        raise LandingError(f"{error.url or place} cannot be listed ({error.strerror}).") from None


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
        raise LandingError(f"{place} is no place for --letters or IMR_LETTERS ({error}).") from None
    return system, inner


def _of_headers(path: str, told: Mapping[str, str]) -> Found:
    size = told.get("Content-Length", "")
    return _of_info(
        path, {name: told.get(name) for name in (*_TAGS, *_TIMES)} | {"size": size if size.isdigit() else 0}
    )


def _of_info(path: str, info: Mapping[str, Any]) -> Found:
    when = next((info[name] for name in _TIMES if info.get(name)), None)
    tag = next((info[name] for name in _TAGS if info.get(name)), when)
    if tag is None:
        return Found(path, ODD, 0)
    changed = int.from_bytes(hashlib.sha256(str(tag).encode()).digest()[:7], "big")
    if isinstance(when, datetime) and not info.get("ETag"):
        changed = int(when.timestamp() * 1e9)
    return Found(path, int(info.get("size") or 0), changed)


def _words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).strip().rstrip(".") or type(error).__name__
