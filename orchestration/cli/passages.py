"""Passages of a letter for a terminal: the words that count, highlighted in the sentence they stand in."""

from __future__ import annotations

import re

from rich.text import Text

from orchestration.cli.terminal import printable
from orchestration.letters.page import fold

CONTEXT = 240
"""At most so many characters of the letter before and after the words that count."""
_BREAK = re.compile(r"[.!?]\s|\n[ \t\r\xa0]*\n[ \t\xa0]+\n|\n{3,}")


def passage(text: str, start: int | None, end: int | None) -> Text:
    """The words between two places, highlighted, in the sentence that they stand in; `text` has its footers blanked."""
    if start is None or end is None:
        return Text("not printed", style="dim")
    first = max(
        (match.end() for match in _BREAK.finditer(text, max(0, start - CONTEXT), start)),
        default=max(0, start - CONTEXT),
    )
    after = _BREAK.search(text, end, end + CONTEXT)
    last = after.end() if after else min(len(text), end + CONTEXT)
    before, words, behind = (
        printable(fold(text[slice(*span)])) for span in ((first, start), (start, end), (end, last))
    )
    if len(words) > 3 * CONTEXT:
        words = f"{words[: 2 * CONTEXT]} … {words[-CONTEXT:]}"
    shown = Text(before + " " if before and text[start - 1].isspace() else before)
    shown.append(words, style="bold black on yellow")
    shown.append((" " if behind and text[end : end + 1].isspace() else "") + behind)
    return shown
