"""The landing place: which files lie there, and what arrives with each of them as rows of the lake."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from orchestration.files import archive
from orchestration.files.arrival import Arrival, digest, unread
from orchestration.files.kinds import is_archive, is_pdf
from orchestration.files.pdf_process import PdfReader
from orchestration.home import HOME_MARK, OWN_FOLDERS
from orchestration.letters.decoding import decode
from orchestration.letters.model import Rejection

_SINGLE = frozenset((".txt", ".pdf"))


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


def count_letters(files: Iterable[Path]) -> int:
    """About how many letters the files hold, to tell how far a refresh is: the names that promise no archive are
    believed, and archives in archives count as one."""
    return sum(1 if path.suffix.lower() in _SINGLE else _count(path) for path in files)


def _count(path: Path) -> int:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return 1
        with path.open("rb") as handle:
            return archive.count(handle) if is_archive(handle) else 1
    except OSError:
        return 1


def arrivals(path: Path, max_bytes: int) -> Iterator[Arrival]:
    """What a file brings: itself, or every file in it where it is an archive. Nothing that is wrong with it raises.

    `max_bytes` is the limit for a letter, not for an archive of letters.
    """
    # A name that is no UTF-8 cannot stand in a table; its odd bytes are written out.
    uri = os.fsencode(path).decode("utf-8", errors="backslashreplace")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(0, "it is no regular file")  # reading a pipe would wait for ever
        with path.open("rb") as handle:
            if is_archive(handle):
                yield from archive.members(handle, uri, max_bytes)
                return
            letter_id, size, data = digest(handle, max_bytes)
    except OSError as error:
        yield unread(uri, "unreadable", f"The file cannot be opened ({error.strerror or error}).")
        return
    too_large = Rejection("too_large", f"The file has {size:,} bytes; at most {max_bytes:,} are read.")
    yield Arrival(uri, letter_id, size, too_large if data is None else data)


def as_row(arrival: Arrival, pdf: PdfReader, received_at: dt.datetime) -> dict[str, Any]:
    """An arrival as a row of the lake (but for `part_number`, `refresh_id` and `is_duplicate`).

    A file that cannot be read is a row as well: `reason_code` and `detail` say why, `text` is None.
    """
    row: dict[str, Any] = {
        "letter_id": arrival.letter_id,
        "source_uri": arrival.source_uri,
        "received_at": received_at,
        "byte_count": arrival.byte_count,
        **dict.fromkeys(("encoding", "text", "reason_code", "detail")),
    }
    found = _text(arrival.content, pdf)
    if isinstance(found, Rejection):
        return row | {"reason_code": found.reason_code, "detail": found.detail}
    return row | {"text": found[0], "encoding": found[1]}


def _text(content: bytes | Rejection, pdf: PdfReader) -> tuple[str, str] | Rejection:
    """Text and the name of its encoding, which is 'pdf' for what was printed."""
    if isinstance(content, Rejection):
        return content
    if not is_pdf(content):
        return decode(content)
    text = pdf.extract_text(content)
    return text if isinstance(text, Rejection) else (text, "pdf")
