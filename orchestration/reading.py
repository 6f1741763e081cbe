"""Parts of letters into parts of staged rows. Knows the lake and the reader; processes of extract import no more."""

from __future__ import annotations

import gc
from collections.abc import Iterable

from orchestration import lake
from orchestration.home import Home
from orchestration.letters.model import Rejection
from orchestration.letters.reader import read_letter
from orchestration.letters.rows import Row, citation_rows, credential_rows, item_row, letter_row


def unread_parts(home: Home) -> list[int]:
    """Numbers of the parts that no reader has read, or of which staged rows got lost."""
    return sorted(set(lake.part_numbers(home.letters)) - lake.staged_parts(home))


def read_part(home: Home, number: int) -> tuple[dict[str, int], list[Row]]:
    """Reads one part of letters and writes what it says. Returns rows written, by kind, and each letter that was
    rejected: `letter_id`, `source_uri` and `reason_code`."""
    letters = lake.read(home.letters / lake.part_name(number), ["letter_id", "source_uri", "part_number", "text"])
    staged = staged_rows_of(letters)
    # Letters last: a part counts as read when its letters are there.
    parts = {row["letter_id"]: row["part_number"] for row in letters if row["text"] is not None}
    for kind in ("credentials", "items", "citations", "letters"):
        for row in staged[kind]:
            # A large part holds letters of several; each keeps the number of the one that it came in.
            row["part_number"] = parts[row["letter_id"]]
        lake.write(home.staged / kind / lake.part_name(number), lake.STAGED[kind], staged[kind])
    reasons = {row["letter_id"]: row["reason_code"] for row in staged["letters"] if row["reason_code"] is not None}
    rejected = [
        {"letter_id": row["letter_id"], "source_uri": row["source_uri"], "reason_code": reasons[row["letter_id"]]}
        for row in letters
        if row["text"] is not None and row["letter_id"] in reasons
    ]
    return {kind: len(rows) for kind, rows in staged.items()}, rejected


def staged_rows_of(letters: Iterable[Row]) -> dict[str, list[Row]]:
    """Staged rows of letters, by kind, without their part number."""
    is_collecting = gc.isenabled()
    gc.disable()  # looks through these rows again and again, and readings leave no cycles behind: a tenth of the time
    try:
        return _staged_rows_of(letters)
    finally:
        if is_collecting:
            gc.enable()


def _staged_rows_of(letters: Iterable[Row]) -> dict[str, list[Row]]:
    staged: dict[str, list[Row]] = {kind: [] for kind in lake.STAGED}
    for row in letters:
        letter_id, text = row["letter_id"], row["text"]
        if text is None:
            continue
        reading = read_letter(text)
        staged["letters"].append(letter_row(letter_id, reading))
        if isinstance(reading, Rejection):
            continue
        staged["credentials"] += credential_rows(letter_id, reading)
        for item in reading.items:
            staged["items"].append(item_row(letter_id, item))
            staged["citations"] += citation_rows(letter_id, reading.clean, item)
    return staged
