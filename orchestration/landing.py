"""The landing place: which files lie there, and one file's bytes as a row of the lake."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.home import HOME_MARK, OWN_FOLDERS
from orchestration.letters.decoding import decode
from orchestration.letters.model import Rejection

_CHUNK = 1 << 20


def list_files(landing: Iterable[Path]) -> list[Path]:
    """Every file in the folders, at any depth, and every file named; sorted, each once.

    Names that begin with a dot are other programs' business (`.gitkeep`, `.DS_Store`, uploads that are not finished),
    and what a refresh keeps in a home is no letter. Raises FileNotFoundError naming a folder or file that is not there.
    """
    found: set[Path] = set()

    def named(error: OSError) -> None:  # a folder that cannot be opened
        found.add(Path(error.filename))

    for place in landing:
        if place.is_dir():
            for folder, subfolders, names in os.walk(place, onerror=named):
                kept = OWN_FOLDERS if (Path(folder) / HOME_MARK).exists() else ()
                subfolders[:] = [name for name in subfolders if not name.startswith(".") and name not in kept]
                links = [name for name in subfolders if Path(folder, name).is_symlink()]  # named, not followed
                found.update(Path(folder, name) for name in (*names, *links) if not name.startswith("."))
        elif place.exists() or place.is_symlink():
            found.add(place)
        else:
            raise FileNotFoundError(f"There is no folder or file {place}.")
    return sorted(found)


def receive(path: Path, max_bytes: int, received_at: dt.datetime) -> dict[str, Any]:
    """One file as a row of the lake (but for `part_number`, `refresh_id` and `is_duplicate`).

    A file that cannot be read is a row as well: `reason_code` and `detail` say why, `text` is None.
    """
    # A name that is no UTF-8 cannot stand in a table; its odd bytes are written out.
    uri = os.fsencode(path).decode("utf-8", errors="backslashreplace")
    row: dict[str, Any] = {"source_uri": uri, "received_at": received_at, "encoding": None, "text": None}
    row |= {"reason_code": None, "detail": None, "byte_count": None}
    try:
        letter_id, size, data = _read(path, max_bytes)
    except OSError as error:
        name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        detail = f"The file cannot be opened ({error.strerror or error})."
        return row | {"letter_id": f"unreadable-{name}", "reason_code": "unreadable", "detail": detail}
    row |= {"letter_id": letter_id, "byte_count": size}
    if data is None:
        return row | {
            "reason_code": "too_large",
            "detail": f"The file has {size:,} bytes; at most {max_bytes:,} are read.",
        }
    decoded = decode(data)
    if isinstance(decoded, Rejection):
        return row | {"reason_code": decoded.reason_code, "detail": decoded.detail}
    return row | {"text": decoded[0], "encoding": decoded[1]}


def _read(path: Path, max_bytes: int) -> tuple[str, int, bytes | None]:
    """SHA-256 in hex, number of bytes, and the bytes, or None where there are more than `max_bytes`."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "it is no regular file")  # reading a pipe would wait for ever
    digest, size, kept = hashlib.sha256(), 0, bytearray()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size <= max_bytes:
                kept += chunk
    return digest.hexdigest(), size, bytes(kept) if size <= max_bytes else None
