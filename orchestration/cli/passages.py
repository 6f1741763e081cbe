"""Passages of a letter for a terminal: the words that count, highlighted in the sentence they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text

from orchestration.cli.terminal import printable
from orchestration.letters.page import fold

CONTEXT = 240
"""At most so many characters of the letter before and after the words that count."""
_BREAK = re.compile(r"[.!?]\s|\n[ \t\r\xa0]*\n[ \t\xa0]+\n|\n{3,}")
_AT_ITS_END = re.compile(r"[.!?][\"'”’)\]]*\s*$")
_PLACES = ("service", "outcome", "restated_outcome", "claims_guideline", "reviewer_guideline", "rationale")
Place = tuple[int, int]


def passage(text: str, start: int | None, end: int | None, foreign: Iterable[Place] = ()) -> Text:
    """The words between two places, highlighted, in the sentence that they stand in; `text` has its footers blanked.

    What stands around them ends with their sentence, and before the places in `foreign`: an outcome of another item
    beside an item would be read as its own.
    """
    if start is None or end is None:
        return Text("not printed", style="dim")
    first = max(
        (match.end() for match in _BREAK.finditer(text, max(0, start - CONTEXT), start)),
        default=max(0, start - CONTEXT),
    )
    after = _BREAK.search(text, end, end + CONTEXT)
    last = after.end() if after else min(len(text), end + CONTEXT)
    if _AT_ITS_END.search(text, max(start, end - CONTEXT), end):
        last = end
    for begins, ends in foreign:
        if ends <= start:
            first = max(first, ends)
        elif begins >= end:
            last = min(last, begins)
    before, words, behind = (
        printable(fold(text[slice(*span)])) for span in ((first, start), (start, end), (end, last))
    )
    if len(words) > 3 * CONTEXT:
        words = f"{words[: 2 * CONTEXT]} … {words[-CONTEXT:]}"
    shown = Text(before + " " if before and text[start - 1].isspace() else before)
    shown.append(words, style="bold black on yellow")
    shown.append((" " if behind and text[end : end + 1].isspace() else "") + behind)
    return shown


def places_of_others(items: Iterable[Mapping[str, Any]], number: int) -> list[Place]:
    """Where the other items of a letter stand in it; `items` are its staged rows, `number` is that of the item."""
    return [
        (item[f"{name}_start"], item[f"{name}_end"])
        for item in items
        for name in _PLACES
        if item["item_number"] != number and item[f"{name}_start"] is not None
    ]
