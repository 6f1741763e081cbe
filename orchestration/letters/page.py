"""The page under the words: white space, form feeds and footers. Nothing in here knows what a letter says.

A page ends anywhere, also in mid sentence. Footers are blanked with as many spaces as they had characters, so that a
place in the cleaned text is the same place in the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.letters.model import Value

# 'Final Determination Letter for IMR Case Number CM15-0184276      4'
# 'Final Letter of Determination      Form Effective 5.16.13         Page 1 of 6'
# 'Page 4 of 7', 'CM14-0093361', 'Case Number: CM14-0093361   Page 2'; a bare number only beside a form feed.
_FOOTER = re.compile(
    r"^[^\S\n]*(?:"
    r"Final (?:Determination Letter|Letter of Determination)\b[^\n]{0,160}"
    r"|(?:IMR )?(?:Case (?:Number|No\.?|#)[: ]{0,3})?CM\d\d-\d{7}(?:[^\S\n]{1,60}(?:Page )?\d{1,3}(?: of \d{1,3})?)?"
    r"|(?:- ?)?Page:? ?\d{1,3}(?: ?(?:of|/) ?\d{1,3})?(?: ?-)?"
    r"|\d{1,3}(?=[^\S\n]*\r?\n?\f)"
    r")[^\S\n]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FOOTER_HINTS = ("page", "cm1", "cm2", "final ", "\f")
_WORD = re.compile(r"\S+")


def blank_footers(text: str, start: int) -> str:
    """The text with the page footers after `start` turned into spaces; same length, same places."""
    body = text[start:].lower()
    if not any(hint in body for hint in _FOOTER_HINTS):
        return text
    pieces, at = [text[:start]], start
    for match in _FOOTER.finditer(text, start):
        pieces += [text[at : match.start()], " " * (match.end() - match.start())]
        at = match.end()
    pieces.append(text[at:])
    return "".join(pieces)


def lower(text: str) -> str:
    """The text in small letters, character by character: `str.lower` makes two of 'İ', which would move every place."""
    small = text.lower()
    return small if len(small) == len(text) else text.replace("İ", "i").lower()


def fold(text: str) -> str:
    """White space (line ends, form feeds, non-breaking spaces) folded to single spaces, none at the ends."""
    return " ".join(text.split())


def value(clean: str, start: int, end: int) -> Value | None:
    """The words between two places, with the places drawn in to the first and the last of them; None where there are
    no words."""
    words = clean[start:end]
    stripped = words.strip()
    if not stripped:
        return None
    start += words.index(stripped[0])
    return Value(fold(stripped), start, start + len(stripped))


def labelled(labels: list[re.Match[str]], end: int) -> Iterator[tuple[re.Match[str], int]]:
    """Each label with the place where what it announces ends: at the next label, or at `end`."""
    for index, label in enumerate(labels):
        yield label, labels[index + 1].start() if index + 1 < len(labels) else end


def place(clean: str, whole: Value, start: int, end: int) -> tuple[int, int]:
    """Offsets into `whole.text`, which is folded, as places in the letter."""
    at = 0  # where the current word starts in the folded text
    first = last = whole.start
    for word in _WORD.finditer(clean, whole.start, whole.end):
        length = word.end() - word.start()
        if at <= start < at + length + 1:
            first = word.start() + start - at
        if at < end <= at + length:
            last = word.start() + end - at
            break
        at += length + 1
    return first, max(first, last)


def weight(text: str) -> int:
    """How many characters of a folded text are not white space."""
    return len(text) - text.count(" ")
