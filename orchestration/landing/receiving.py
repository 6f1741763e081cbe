"""From files of the landing place to rows of the lake, over as many processes as there are cores.

Files are read in lots. The members of an archive are read out of it in this process, for nobody can open an archive
in the middle, and decoded in the others.
"""

from __future__ import annotations

import atexit
import datetime as dt
from collections.abc import Generator, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from orchestration.files import archive
from orchestration.files.arrival import Arrival, digest, unread
from orchestration.files.kinds import is_archive, is_pdf
from orchestration.files.pdf_process import PdfReader
from orchestration.landing.places import Found, is_url, look, open_file
from orchestration.letters.decoding import decode
from orchestration.letters.model import Rejection
from orchestration.workers import Workers

Row = dict[str, Any]
LOT = 250
"""Letters that go to a process at once."""
LOT_BYTES = 16 << 20
"""Of members of an archive; one more may go beyond it."""
_WORTH_PROCESSES = 4  # lots; fewer are read before processes have started
_ENOUGH_AWAY = 3
"""So many files in a row that cannot be asked any more, and the rest of a lot is left to the next refresh."""
_ARCHIVES = (".zip",)


class Received(NamedTuple):
    """What came of a file, or a part of what came of an archive.

    `file` is the file where it was received whole with these rows, None where more of it follows. `is_unsettled` says
    that it changed while it was read, or that its server or store is away: the next refresh finds it again.
    """

    rows: list[Row]
    file: Found | None
    is_unsettled: bool = False


class _Lot(NamedTuple):
    """Files to be read, or members that were read out of one archive; `is_last` where it has no more."""

    files: list[Found]
    members: list[Arrival]
    received_at: dt.datetime
    max_bytes: int
    is_last: bool = True
    is_unsettled: bool = False


def receive(files: Iterable[Found], max_bytes: int, received_at: dt.datetime, workers: Workers) -> Iterator[Received]:
    """The rows of every file, in the order of the files. Nothing that is wrong with a file raises: its row says it.

    `max_bytes` is the limit for a letter, not for an archive of letters.
    """
    for lot, found in workers.spread(_read_lot, _lots(files, max_bytes, received_at), _WORTH_PROCESSES):
        if lot.members or lot.is_unsettled:
            yield Received(found[0] or [], lot.files[0] if lot.is_last else None, lot.is_unsettled)
            continue
        for file, rows in zip(lot.files, found, strict=True):
            if rows is None:  # an archive that is not named like one
                part = None
                for part in _lots_of_archive(file, max_bytes, received_at):
                    yield Received(_as_rows(part), file if part.is_last else None, part.is_unsettled)
                if part is None:  # it was an archive a moment ago
                    yield Received([], None, is_unsettled=True)
            else:
                yield Received(rows, file, is_unsettled=not rows)


def _lots(files: Iterable[Found], max_bytes: int, received_at: dt.datetime) -> Iterator[_Lot]:
    lot: list[Found] = []
    for file in files:
        is_named_archive = file.is_regular and file.path.lower().endswith(_ARCHIVES)
        if lot and (is_named_archive or len(lot) == LOT):
            yield _Lot(lot, [], received_at, max_bytes)
            lot = []
        if not is_named_archive:
            lot.append(file)
            continue
        opened = yield from _lots_of_archive(file, max_bytes, received_at)
        if not opened:
            lot.append(file)  # no archive, or not to be opened: as a file it gets its row
    if lot:
        yield _Lot(lot, [], received_at, max_bytes)


def _lots_of_archive(file: Found, max_bytes: int, received_at: dt.datetime) -> Generator[_Lot, None, bool]:
    """The members of an archive in lots, the last of them marked. One that changes while it is read ends there.

    Returns whether it is an archive that could be opened; there are no lots where it is not.
    """
    try:
        opened = open_file(file.path)
    except OSError:
        return False
    with opened as handle:
        if not is_archive(handle):
            return False
        arrivals = archive.members(handle, file.uri, max_bytes)
        lot = _filled(arrivals)
        while True:
            following = _filled(arrivals)
            if look(file.path) != file:
                yield _Lot([file], [], received_at, max_bytes, is_unsettled=True)
                return True
            yield _Lot([file], lot, received_at, max_bytes, is_last=not following)
            if not following:
                return True
            lot = following


def _filled(arrivals: Iterator[Arrival]) -> list[Arrival]:
    """The next members, as many as go to a process at once: they wait in memory, and some are large."""
    lot: list[Arrival] = []
    size = 0
    while len(lot) < LOT and size < LOT_BYTES:
        arrival = next(arrivals, None)
        if arrival is None:
            break
        lot.append(arrival)
        size += len(arrival.content) if isinstance(arrival.content, bytes) else 0
    return lot


def _read_lot(lot: _Lot) -> list[list[Row] | None]:
    """In a process of its own: rows for each file, none for one that changed meanwhile, None for an archive; the rows
    of all members as one list."""
    if lot.members or lot.is_unsettled:
        return [_as_rows(lot)]
    found: list[list[Row] | None] = []
    away = 0
    for file in lot.files:
        if away == _ENOUGH_AWAY:  # each further one would be waited for as well
            found.append([])
            continue
        rows = _read_file(file, lot)
        found.append(rows)
        away = away + 1 if rows == [] and is_url(file.path) and not look(file.path).is_regular else 0
    return found


def _as_rows(lot: _Lot) -> list[Row]:
    return [as_row(arrival, pdf_reader(), lot.received_at) for arrival in lot.members]


def _read_file(file: Found, lot: _Lot) -> list[Row] | None:
    arrival = read_file(file, lot.max_bytes)
    if arrival is None:
        return None
    if file.is_regular and look(file.path) != file:
        return []
    return [as_row(arrival, pdf_reader(), lot.received_at)]


def read_file(file: Found, max_bytes: int) -> Arrival | None:
    """What a file brings, None where it is an archive of letters."""
    try:
        if not file.is_regular and not is_url(file.path):
            raise OSError(0, "it is no regular file")  # reading a pipe would wait for ever
        with open_file(file.path) as handle:
            if is_archive(handle):
                return None
            letter_id, size, data = digest(handle, max_bytes)
    except OSError as error:
        return unread(file.uri, "unreadable", f"The file cannot be opened ({error.strerror or error}).")
    too_large = Rejection("too_large", f"The file has {size:,} bytes; at most {max_bytes:,} are read.")
    return Arrival(file.uri, letter_id, size, too_large if data is None else data)


@cache
def pdf_reader() -> PdfReader:
    """The one reader of PDF files of this process."""
    reader = PdfReader()
    atexit.register(reader.close)
    return reader


def as_row(arrival: Arrival, pdf: PdfReader, received_at: dt.datetime) -> Row:
    """An arrival as a row of the lake (but for `part_number`, `refresh_id` and `is_duplicate`).

    A file that cannot be read is a row as well: `reason_code` and `detail` say why, `text` is None.
    """
    row: Row = {
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
