"""Lines and the gaps between them: where a heading begins that no mark begins.

An item's heading ends with its outcome, but begins only with a new paragraph, or with its number where the letter
counts its items. Paragraphs are told by their gaps, and gaps differ from letter to letter: some print a blank line
between every two lines, some lose the one between two paragraphs, and a page may end in the middle of a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from orchestration.letters.model import Span

_BREAK = re.compile(r"\n\s*")
_SENTENCE_END = (".", "!", "?", '."', ".”", ".)", ".'", ".’", '?"', "?”")
_CLOSING_WORDS = ("medically necessary", "not certified", "is certified", "necessary and appropriate", "non-certified")
_ABBREVIATIONS = ("dr.", "no.", "vs.", "mr.", "mrs.", "ms.", "inc.", "approx.", "st.", "w.", "e.g.", "i.e.", "qty.")
# Not behind 'Dr.', 'vs.', 'p.o.' and their like, which headings hold.
_SENTENCE_WITHIN = re.compile(
    r"[a-z)%][.!?](?<!\bDr\.)(?<!\bvs\.)(?<![pP]\.o\.)(?<!\bNo\.)(?<!\bSt\.)(?<!\btab\.)(?<!\b[qQ]ty\.)"
    r"[\"”’)]?\s+[A-Z]"
)
# '2. MRI', '2) MRI', '2.) MRI'; '2 MRI' is a quantity.
LIST_NUMBER = re.compile(r"(\d{1,2})\s?(?:\.\)|[.)])(?:\s+|(?=[A-Z]))")
_NUMBERED_LINE = re.compile(r"\n(?=[ \d]) *(\d{1,2}) ?(?:\.\)|[.)])(?=\s|[A-Z])")
# A line is full where the next word would not have fit; lines of one letter differ by this share in proportional type.
_FULL_SHARE = 0.8
_MAX_HEADING_LINES = 12
_LONGEST_HEADING = 1600
_LONGEST_GAP = 400
_LONGEST_WORD = 60
_SAMPLE = re.compile(r"(?:\s*\S+){0,360}")
# A gap that rare is a page's end, not the way a letter sets its lines.
_MIN_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Spacing:
    """How a letter sets its lines.

    `line_gap` and `paragraph_gap` are the white space between two lines and between two paragraphs; `paragraph_gap` is
    None where a letter doesn't tell them apart. `sample` is the stretch of prose that was measured.
    """

    line_gap: str
    paragraph_gap: str | None
    sample: str

    def width(self) -> int:
        """The length of a full line in characters; asked for too seldom to be measured for every letter."""
        widths = sorted(len(words) for line in self.sample.split("\n") if (words := line.strip()))
        return widths[len(widths) * 9 // 10] if widths else 0


def measure(clean: str, start: int, end: int, paragraph_starts: Iterable[int]) -> Spacing:
    """Measures a stretch of prose; `paragraph_starts` are places that are known to begin a paragraph."""
    words = _SAMPLE.match(clean, start, end)
    sample = words[0] if words else ""
    gaps = Counter(told(gap) for gap in _BREAK.findall(sample))
    rare = _MIN_SHARE * gaps.total()
    usual = [gap for gap, count in gaps.items() if count >= rare]
    line_gap = min(usual, key=lambda gap: (gap.count("\n"), len(gap)), default="\n")
    before = Counter([_gap_before(clean, at) for at in paragraph_starts])
    del before[line_gap]
    return Spacing(line_gap, before.most_common(1)[0][0] if before else None, sample)


class ListNumbers:
    """The numbers that a letter's lines begin with in a stretch of it, as in a counted list."""

    __slots__ = ("_found",)

    def __init__(self, clean: str, start: int, end: int) -> None:
        self._found: dict[str, list[Span]] = {}
        for line in _NUMBERED_LINE.finditer(clean, max(0, clean.rfind("\n", 0, start)), end):
            self._found.setdefault(line[1], []).append((line.start(1), line.end()))

    def last(self, floor: int, end: int, number: int) -> int | None:
        """Where item `number` begins whose heading ends at `end`, if a line from `floor` on bears the number."""
        floor = max(floor, end - _LONGEST_HEADING)
        for at, behind in reversed(self._found.get(str(number), ())):
            if at < floor:
                break
            if behind < end:
                return at
        return None


def heading_start(clean: str, floor: int, end: int, spacing: Callable[[], Spacing]) -> int:
    """Where the heading begins that ends at `end` and cannot begin before `floor`.

    Sure signs are the end of a sentence and the gap of a paragraph. Headings are bold or in capitals and so break long
    before the prose does: a short line and an odd gap (a page's end) count only where the words up to the next sure
    sign are no heading.
    """
    floor = max(floor, end - _LONGEST_HEADING)
    words_end = _words_end(clean, floor, end)
    if words_end <= floor:
        return floor
    start = last = _words_start(clean, floor, words_end)
    unsure = None
    for _ in range(_MAX_HEADING_LINES):
        above_end = _words_end(clean, floor, start)
        above = (_words_start(clean, floor, above_end), above_end) if above_end > floor else None
        if above is None or _begins(clean, start, above, spacing):
            if unsure is None or not sentence_within(clean, start, end):
                return start
            break
        if unsure is None and _may_begin(clean, start, above, spacing()):
            unsure = start
        start = above[0]
    return last if unsure is None else unsure


def _words_end(clean: str, floor: int, at: int) -> int:
    """Where the last words before `at` end."""
    floor = max(floor, at - _LONGEST_GAP)
    return floor + len(clean[floor:at].rstrip())


def _words_start(clean: str, floor: int, at: int) -> int:
    """Where the words of the line begin that ends at `at`."""
    start = max(floor, clean.rfind("\n", floor, at) + 1)
    line = clean[start:at]
    return start + len(line) - len(line.lstrip())


def sentence_within(clean: str, start: int, end: int) -> bool:
    """Whether a sentence ends and another begins between two places, as in prose and not in a heading."""
    return _SENTENCE_WITHIN.search(clean, start, end) is not None


def _begins(clean: str, start: int, above: Span, spacing: Callable[[], Spacing]) -> bool:
    """Whether a line is sure to begin a paragraph, seen from the line above it."""
    if ends_sentence(clean[slice(*above)]):
        return True
    measured = spacing()
    return told(clean[above[1] : start]) == measured.paragraph_gap


def _may_begin(clean: str, start: int, above: Span, spacing: Spacing) -> bool:
    if told(clean[above[1] : start]) == spacing.line_gap and spacing.paragraph_gap is not None:
        return False
    first_word = clean[start : start + _LONGEST_WORD].split(None, 1)
    return above[1] - above[0] + 1 + len(first_word[0] if first_word else "") <= spacing.width() * _FULL_SHARE


def ends_sentence(line: str) -> bool:
    """Whether a line closes a sentence or one of the phrases that rationales close with."""
    tail = line[-40:].lower().rstrip()
    if tail.endswith(_SENTENCE_END):
        return not tail.endswith(_ABBREVIATIONS)
    return tail.endswith(_CLOSING_WORDS)


def _gap_before(clean: str, at: int) -> str:
    gap = clean[max(0, at - _LONGEST_GAP) : at]
    return told(gap[len(gap.rstrip()) :])


@lru_cache(maxsize=1024)  # a letter has a hundred gaps of three or four kinds
def told(gap: str) -> str:
    """White space between two lines, told by its breaks: blank lines count, spaces at their ends do not. A blank line
    of spaces is another one than an empty line."""
    pieces = gap.split("\n")
    return "\n".join(["", *(" " if piece else "" for piece in pieces[1:-1]), ""]) if len(pieces) > 1 else ""
