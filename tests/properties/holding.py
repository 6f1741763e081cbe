"""What has to hold of a reading, whatever the text. Each function raises AssertionError saying what does not."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from orchestration import lake
from orchestration.letters.model import Item, Reading, Reason, Rejection, Template, Value
from orchestration.letters.page import fold
from orchestration.letters.reader import read_letter
from orchestration.letters.rows import Row, citation_rows, credential_rows, item_row, letter_row

Rows = dict[str, list[Row]]
_HANGS_AFTER_SECONDS = 30  # far above what any text may cost: whether the reader ends, not how fast it is


@contextmanager
def ending() -> Iterator[None]:
    """Turns a reader that never ends into an error. Regular expressions can be interrupted by a signal as well."""

    def hang(*_: object) -> None:
        raise AssertionError(f"the reader is not done after {_HANGS_AFTER_SECONDS} s")

    before = signal.signal(signal.SIGALRM, hang)
    signal.alarm(_HANGS_AFTER_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def rows_of(text: str) -> tuple[Reading | Rejection, Rows]:
    """A text read, with its rows as extract makes them."""
    reading = read_letter(text)
    rows: Rows = {kind: [] for kind in lake.STAGED}
    rows["letters"].append(letter_row("letter", reading))
    if isinstance(reading, Reading):
        rows["credentials"] += credential_rows("letter", reading)
        for item in reading.items:
            rows["items"].append(item_row("letter", item))
            rows["citations"] += citation_rows("letter", reading.clean, item)
    return reading, rows


def values(whole: Any, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every value anywhere in a reading, with the way to it."""
    if isinstance(whole, Value):
        yield path, whole
    elif is_dataclass(whole) or hasattr(whole, "_fields"):
        for name in [field.name for field in fields(whole)] if is_dataclass(whole) else whole._fields:
            yield from values(getattr(whole, name), f"{path}.{name}".lstrip("."))
    elif isinstance(whole, dict):
        for key, value in whole.items():
            yield from values(value, f"{path}[{key!r}]")
    elif isinstance(whole, tuple | list):
        for number, value in enumerate(whole):
            yield from values(value, f"{path}[{number}]")


def check(text: str) -> tuple[Reading | Rejection, Rows]:
    """Reads a text and holds everything that must be so of any reading."""
    with ending():
        reading, rows = rows_of(text)
    _check_shape(rows)
    if isinstance(reading, Rejection):
        assert reading.reason_code in get_args(Reason), reading
        assert reading.detail.strip(), "a rejection without a sentence"
        return reading, rows
    assert reading.template in get_args(Template), reading.template
    assert 0 <= reading.unread_share <= 1, reading.unread_share
    _check_clean(text, reading.clean)
    for path, value in values(reading):
        assert 0 <= value.start < value.end <= len(text), f"{path}: {value} lies outside of the text"
        assert value.text, f"{path} holds no words"
        said = in_words(reading.clean[value.start : value.end])
        assert said == in_words(value.text), f"{path}: at its place stands {said!r}, not {value.text!r}"
    assert [item.number for item in reading.items] == list(range(1, len(reading.items) + 1)), "item numbers with gaps"
    for item in reading.items:
        assert any(_anchors(item)), f"item {item.number} has no place in the text"
    _check_citations(reading, rows["citations"])
    return reading, rows


def in_words(text: str) -> str:
    """A text folded, with no space behind a hyphen: a line may end within 'post-discogram'."""
    return fold(text).replace("- ", "-")


def _anchors(item: Item) -> tuple[Value | None, ...]:
    return item.service, item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale


def _check_clean(text: str, clean: str) -> None:
    assert len(clean) == len(text), f"the cleaned text has {len(clean)} characters, the letter {len(text)}"
    changed = [place for place, (one, other) in enumerate(zip(clean, text, strict=True)) if one != other]
    wrong = [place for place in changed if not clean[place].isspace()]
    assert not wrong, f"the cleaned text differs from the letter at {wrong[:5]}, and not by white space"


def _check_shape(rows: Rows) -> None:
    """Rows have the columns of the staged parts, every one, and no other."""
    for kind, schema in lake.STAGED.items():
        wanted = set(schema.names) - {"part_number"}
        for row in rows[kind]:
            assert row.keys() == wanted, f"{kind}: {sorted(row.keys() ^ wanted)} on one side only"


def _check_citations(reading: Reading, rows: list[Row]) -> None:
    sides = {"claims_administrator": "claims_guideline", "reviewer": "reviewer_guideline"}
    for row in rows:
        start, end, name = row["span_start"], row["span_end"], f"citation {row['citation_number']}"
        own: Value | None = getattr(reading.items[row["item_number"] - 1], sides[row["cited_by"]])
        assert own, f"{name} of item {row['item_number']}: that side says nothing"
        assert 0 <= start < end <= len(reading.clean), f"{name} lies outside of the text: {start} to {end}"
        said = in_words(reading.clean[start:end])
        assert said == in_words(row["citation_text"]), (
            f"{name}: at its place stands {said!r}, not {row['citation_text']!r}"
        )
