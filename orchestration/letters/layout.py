"""Lines and the gaps between them: where a heading begins that no mark begins.

An item's heading ends with its outcome, but begins only with a new paragraph, or with its number where the letter
counts its items. Paragraphs are told by their gaps, and gaps differ from letter to letter: some print a blank line
between every two lines, some lose the one between two paragraphs, and a page may end in the middle of a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.letters.model import Span

_BREAK = re.compile(r"\n\s*")
_LINE = re.compile(r"[^\n\f]*\S[^\n\f]*")
_SENTENCE_END = (".", "!", "?", '."', ".”", ".)", ".'", ".’", '?"', "?”", ";")
_CLOSING_WORDS = ("medically necessary", "not certified", "is certified", "necessary and appropriate", "non-certified")
_ABBREVIATIONS = ("dr.", "no.", "vs.", "mr.", "mrs.", "ms.", "inc.", "approx.", "st.", "w.", "e.g.", "i.e.", "qty.")
_SENTENCE_WITHIN = re.compile(r"[a-z)%][.!?][\"”’)]?\s+[A-Z]")
# '2. MRI', '2) MRI', '2.) MRI'; '2 MRI' is a quantity.
LIST_NUMBER = re.compile(r"(\d{1,2})\s?(?:\.\)|[.)])\s+")
_NUMBERED_LINE = re.compile(r"(?:\A|[\n\f])[^\S\n\f]*(\d{1,2})\s?(?:\.\)|[.)])\s")
# A line is full where the next word would not have fit; lines of one letter differ by this share in proportional type.
_FULL_SHARE = 0.8
_MAX_HEADING_LINES = 12
_LONGEST_HEADING = 1600
_SAMPLE = 4000
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
    sample = clean[start : min(end, start + _SAMPLE)]
    gaps: Counter[str] = Counter()
    for gap, count in Counter(_BREAK.findall(sample)).items():
        gaps[_told(gap)] += count
    usual = [gap for gap, count in gaps.items() if count >= _MIN_SHARE * gaps.total()]
    line_gap = min(usual, key=lambda gap: (gap.count("\n"), len(gap)), default="\n")
    before = Counter(_gap_before(clean, at) for at in paragraph_starts)
    del before[line_gap]
    widths = sorted(len(line.strip()) for line in sample.split("\n") if line and not line.isspace())
    return Spacing(
        line_gap,
        before.most_common(1)[0][0] if before else None,
        widths[len(widths) * 9 // 10] if widths else 0,
    )


def numbered_start(clean: str, floor: int, end: int, number: int) -> int | None:
    """Where item `number` of a counted list begins whose heading ends at `end`, if a line there bears the number."""
    found = None
    for line in _NUMBERED_LINE.finditer(clean, max(floor, end - _LONGEST_HEADING), end):
        if int(line[1]) == number:
            found = line.start(1)
    return found


def heading_start(clean: str, floor: int, end: int, spacing: Spacing) -> int:
    """Where the heading begins that ends at `end` and cannot begin before `floor`.

    Sure signs are the end of a sentence and the gap of a paragraph. Headings are bold or in capitals and so break long
    before the prose does: a short line and an odd gap (a page's end) count only where the words up to the next sure
    sign are no heading.
    """
    window = max(floor, end - _LONGEST_HEADING)
    lines = [match.span() for match in _LINE.finditer(clean, clean.rfind("\n", 0, window) + 1, end)]
    lines = [(max(first, floor), last) for first, last in lines if last > floor]
    if not lines:
        return floor
    unsure = None
    for at in range(len(lines) - 1, max(-1, len(lines) - 1 - _MAX_HEADING_LINES), -1):
        begins = at == 0 or _begins(clean, lines, at, spacing)
        if begins and (unsure is None or not sentence_within(clean, lines[at][0], end)):
            return lines[at][0]
        if begins:
            break
        if unsure is None and _may_begin(clean, lines, at, spacing):
            unsure = lines[at][0]
    return lines[-1][0] if unsure is None else unsure


def sentence_within(clean: str, start: int, end: int) -> bool:
    """Whether a sentence ends and another begins between two places, as in prose and not in a heading."""
    return _SENTENCE_WITHIN.search(clean, start, end) is not None


def _begins(clean: str, lines: list[Span], at: int, spacing: Spacing) -> bool:
    """Whether line `at` is sure to begin a paragraph, seen from the line above it."""
    if ends_sentence(clean[slice(*lines[at - 1])].strip()):
        return True
    return _gap(clean, lines[at - 1][1], lines[at][0]) == spacing.paragraph_gap


def _may_begin(clean: str, lines: list[Span], at: int, spacing: Spacing) -> bool:
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
    return _told(clean[start:end])


def _gap_before(clean: str, at: int) -> str:
    return _told(clean[len(clean[:at].rstrip()) : at])


def _told(gap: str) -> str:
    """White space between two lines, told by its breaks: blank lines count, spaces at their ends do not."""
    pieces = gap.replace("\r", "").split("\n")
    last = len(pieces) - 1
    return "\n".join(
        " " if piece and not piece.strip(" \xa0\t") and 0 < index < last else piece.strip(" \xa0\t")
        for index, piece in enumerate(pieces)
    )
