"""Lines and the gaps between them: where a heading begins that no mark begins.

An item's heading ends with a colon and an outcome, but begins only with a new paragraph. Paragraphs are told by their
gaps, and gaps differ from letter to letter: some print a blank line between every two lines, some lose the one between
two paragraphs, and a page may end in the middle of a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"[^\n\f]*\S[^\n\f]*")
_SENTENCE_END = (".", "!", "?", '."', ".”", ".)", ".'", ".’", '?"', "?”", ";")
_CLOSING_WORDS = ("medically necessary", "not certified", "is certified", "necessary and appropriate", "non-certified")
_ABBREVIATIONS = ("dr.", "no.", "vs.", "mr.", "mrs.", "ms.", "inc.", "approx.", "st.", "w.", "e.g.", "i.e.", "qty.")
_SENTENCE_WITHIN = re.compile(r"[a-z)%][.!?][\"”’)]?\s+[A-Z]")
# A line is full where the next word would not have fit; lines of one letter differ by this share in proportional type.
_FULL_SHARE = 0.8
_MAX_HEADING_LINES = 12
_SAMPLE = 6000
# A gap that rare is a page's end, not the way a letter sets its lines.
_MIN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a letter sets its lines.

    `line_gap` and `paragraph_gap` are the white space between two lines and between two paragraphs; `paragraph_gap` is
    None where a letter doesn't tell them apart. `width` is the length of a full line in characters.
    """

    line_gap: str
    paragraph_gap: str | None
    width: int


def measure(clean: str, start: int, end: int, paragraph_starts: Iterable[int]) -> Spacing:
    """Measures a stretch of prose; `paragraph_starts` are places that are known to begin a paragraph."""
    lines = list(_LINE.finditer(clean, start, min(end, start + _SAMPLE)))
    gaps = Counter(_gap(clean, one.end(), two.start()) for one, two in pairwise(lines))
    usual = [gap for gap, count in gaps.items() if count >= _MIN_SHARE * gaps.total()]
    line_gap = min(usual, key=lambda gap: (gap.count("\n"), len(gap)), default="\n")
    before = Counter(_gap_before(clean, at) for at in paragraph_starts)
    del before[line_gap]
    widths = sorted(len(line[0].strip()) for line in lines)
    return Spacing(
        line_gap,
        before.most_common(1)[0][0] if before else None,
        widths[len(widths) * 9 // 10] if widths else 0,
    )


def heading_start(clean: str, floor: int, end: int, spacing: Spacing) -> int:
    """Where the heading begins that ends at `end` and cannot begin before `floor`.

    Sure signs are the end of a sentence and the gap of a paragraph. Headings are bold or in capitals and so break long
    before the prose does: a short line and an odd gap (a page's end) count only where the words up to the next sure
    sign are no heading.
    """
    lines = [(match.start(), match.end()) for match in _LINE.finditer(clean, clean.rfind("\n", 0, floor) + 1, end)]
    lines = [(max(first, floor), last) for first, last in lines if last > floor]
    if not lines:
        return floor
    unsure = None
    for at in range(len(lines) - 1, max(-1, len(lines) - 1 - _MAX_HEADING_LINES), -1):
        begins = at == 0 or _begins(clean, lines, at, spacing)
        if begins and (unsure is None or not _SENTENCE_WITHIN.search(clean, lines[at][0], end)):
            return lines[at][0]
        if begins:
            break
        if unsure is None and _may_begin(clean, lines, at, spacing):
            unsure = lines[at][0]
    return lines[-1][0] if unsure is None else unsure


def _begins(clean: str, lines: list[tuple[int, int]], at: int, spacing: Spacing) -> bool:
    """Whether line `at` is sure to begin a paragraph, seen from the line above it."""
    if ends_sentence(clean[slice(*lines[at - 1])].strip()):
        return True
    return _gap(clean, lines[at - 1][1], lines[at][0]) == spacing.paragraph_gap


def _may_begin(clean: str, lines: list[tuple[int, int]], at: int, spacing: Spacing) -> bool:
    above = clean[slice(*lines[at - 1])].strip()
    here = clean[slice(*lines[at])].strip()
    if _gap(clean, lines[at - 1][1], lines[at][0]) == spacing.line_gap and spacing.paragraph_gap is not None:
        return False
    return len(above) + 1 + len(here.split(None, 1)[0]) <= spacing.width * _FULL_SHARE


def ends_sentence(line: str) -> bool:
    """Whether a line closes a sentence or one of the phrases that rationales close with."""
    tail = line[-40:].lower().rstrip()
    if tail.endswith(_SENTENCE_END):
        return not tail.endswith(_ABBREVIATIONS)
    return tail.endswith(_CLOSING_WORDS)


def _gap(clean: str, start: int, end: int) -> str:
    """White space between two lines, told by its breaks: blank lines count, spaces at their ends do not."""
    pieces = clean[start:end].replace("\r", "").split("\n")
    return "\n".join(
        " " if piece and not piece.strip(" \xa0\t") and 0 < index < len(pieces) - 1 else piece.strip(" \xa0\t")
        for index, piece in enumerate(pieces)
    )


def _gap_before(clean: str, at: int) -> str:
    start = len(clean[:at].rstrip())
    return _gap(clean, start, at)
