"""The page under the words: white space, form feeds and footers. Nothing in here knows what a letter says.

A page ends anywhere, also in mid sentence. Footers are blanked with as many spaces as they had characters, so that a
place in the cleaned text is the same place in the letter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from orchestration.letters.model import Span, Value

# 'Final Determination Letter for IMR Case Number CM15-0184276      4'
# 'Final Letter of Determination      Form Effective 5.16.13         Page 1 of 6'
# 'Page 4 of 7', 'CM14-0093361', 'Case Number: CM14-0093361   Page 2', 'Page | 2'
# 'IMR Final Determination Letter CM23-0090818      Page 2 of 6': words of the form around a case number or a page
_CASE_FOOTER = (
    r"(?:imr |maximus )?(?:case (?:number|no\.?|#)[: ]{0,3})?cm\d\d-\d{7}(?: {1,160}(?:page )?\d{1,3}(?: of \d{1,3})?)?"
)
_FORM_WORDS = (
    r"(?:cm\d\d-\d{7}|\d{1,4}|page|of|final|letter|determination|form|effective|maximus|federal|services?|inc|imr|case"
    r"|number|no|independent|medical|review|application|notice|california|division|workers.?|compensation)"
)
_OF_THE_FORM = (
    r"(?=[^\n]{0,240}?(?:\bcm\d\d-\d{7}|\bpage[ |:#-]{0,4}\d))"
    rf"{_FORM_WORDS}(?:[ |:#.,/-]{{1,160}}{_FORM_WORDS}){{1,14}}"
)
_FOOTER = re.compile(
    r"\n *(?=[-cfimnp\d])(?:"
    r"final (?:determination letter|letter of determination)\b[^\n]{0,160}"
    rf"|{_CASE_FOOTER}"
    r"|\d{1,3} (?:of|/) \d{1,3}|- ?\d{1,3} ?-|form effective [\d.]{4,10}|maximus federal services,? inc\.?"
    rf"|(?:- ?)?page:? ?\d{{1,3}}(?: ?(?:of|/) ?\d{{1,3}})?(?: ?-)?(?: {{1,160}}{_CASE_FOOTER})?"
    rf"|{_OF_THE_FORM}"
    r") *(?=\n|\Z)"
)
_NUMBERED_LINE = re.compile(r"\n *(\d{1,2}) *(?=\n)")
# Tried at every line: what either of them begins with.
_LIKE_FOOTER = re.compile(
    r"\n(?=[- cfimnp\d]) *(?:\d{1,3} *(?=\n|of|/)|-|page|cm\d|case |form e|final (?:det|let)|imr [cfd]|maximus [cf]"
    r"|independent m|notice of)"
)
_NUMBER_OF_PAGE = re.compile(r"\n[^\S\n\f]*\d{1,3}(?=[^\S\n\f]*\n?\f)")  # bare, beside a form feed
# A page's end is no paragraph's, also where one line feed stands before it: 'therapy for \n\fposttraumatic stress'.
# It looks back from the form feed: begun with the white space in front, it would be tried at every space of a letter.
_PAGE_END = re.compile(r"\n\f(?:(?<=[^\S\n\f]\n\f)|(?<=\S\n\f)(?!\s*\n))")
# A line that ends within a word: 'with post-\ndiscogram CT scan', 'pages 304-\n305'; not 'pre-\nand postoperative'.
_WITHIN_WORD = re.compile(r"(?<=[^\W_]-) *\n[ \n]*(?=[^\W_])(?!(?:and|or|to)\b)")
_LONGER_GAP = re.compile(rf"(?P<within>{_WITHIN_WORD.pattern})|[ \n][ \n]+")
_BREAKS = "\f\v\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = (
    "\r\t\x1f\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\u200b\u200c\u200d\u2060\ufeff\xad"  # nothing that shows
)
# Signs that letters are full of, by the ASCII character that means the same to every pattern. A text in ASCII alone is
# made small and searched several times faster than one that holds a single curly quote.
_STAND_INS = {"’": "'", "”": '"', "“": "`", "‘": "`", **dict.fromkeys("•–—®…™°§·", "\x7f")}
_ASCII = tuple((sign, "\n" if sign in _BREAKS else " ") for sign in _BREAKS + _SPACES if sign.isascii())
_BEYOND_ASCII = tuple((sign, "\n" if sign in _BREAKS else " ") for sign in _BREAKS + _SPACES if not sign.isascii())


class Page:
    """A letter with its footers blanked, as printed and in small letters, and what was recognised in it.

    `clean` and `low` have the letter's length: a place in them is a place in the letter. All their white space is
    spaces and line feeds. `marks` are the places of items, headings, labels and other form wording that a reader has
    met.
    """

    __slots__ = ("clean", "low", "marks")

    def __init__(self, plain: str, low: str, body_start: int) -> None:
        """Blanks the footers behind `body_start`; the block in front holds a case number that is no footer."""
        self.clean, self.low = plain, low
        self.marks: list[Span] = []
        if footers := _footers(low, body_start):
            self.clean, self.low = _blanked(plain, footers), _blanked(low, footers)

    def value(self, start: int, end: int) -> Value | None:
        """The words between two places, with the places drawn in to the first and the last of them; None where there
        are no words."""
        words = self.clean[start:end].lstrip()
        if not words:
            return None
        start = end - len(words)
        text = words.rstrip()
        end = start + len(text)
        return Value(in_one_line(text), start, end)

    def mark(self, start: int, end: int) -> None:
        """Notes form wording between two places."""
        self.marks.append((start, end))

    def mark_values(self, *values: Value | None) -> None:
        """Notes where the values of an item stand."""
        self.marks += [value[1:] for value in values if value]


def plain_and_low(text: str) -> tuple[str, str]:
    """The text with line feeds and spaces as its only white space, and no bare page numbers beside form feeds; the
    same in small letters, with the usual signs beyond ASCII as their stand-ins. Same length, same places."""
    if "\f" in text:
        if numbers := [match.span() for match in _NUMBER_OF_PAGE.finditer(text)]:
            text = _blanked(text, numbers)
        text = _without_gaps_of_pages(text)
    for sign, space in _ASCII:
        if sign in text:
            text = text.replace(sign, space)
    usual = _with_stand_ins(text)
    if not usual.isascii():
        for sign, space in _BEYOND_ASCII:
            text = text.replace(sign, space)
        usual = _with_stand_ins(text)
    low = usual.lower()
    # `str.lower` makes two of 'İ', which would move every place.
    return text, low if len(low) == len(text) else usual.replace("İ", "i").lower()


def _without_gaps_of_pages(text: str) -> str:
    """The text with no page's end that looks like the gap between two paragraphs. Same length."""
    pieces, at = [], 0
    for page_end in _PAGE_END.finditer(text):
        line_end = page_end.start()
        changed, space = (line_end - 1, "\n") if text[line_end - 1].isspace() else (line_end + 1, " ")
        pieces += [text[at:changed], space]
        at = changed + 1
    return "".join([*pieces, text[at:]])


def _with_stand_ins(text: str) -> str:
    for sign, stand_in in _STAND_INS.items():
        if text.isascii():
            break
        text = text.replace(sign, stand_in)
    return text


def _footers(low: str, start: int) -> list[Span]:
    """Footers behind `start`, and lines that hold nothing but a number, where they count the pages: each is one more
    than the one before."""
    footers: list[Span] = []
    numbered: list[re.Match[str]] = []
    for line in _LIKE_FOOTER.finditer(low, start):
        at = line.start()
        if footer := _FOOTER.match(low, at):
            footers.append((at + 1, footer.end()))
        elif number := _NUMBERED_LINE.match(low, at):
            numbered.append(number)
    if len(numbered) < 2 or any(int(two[1]) != int(one[1]) + 1 for one, two in pairwise(numbered)):
        return footers
    return sorted(footers + [(line.start() + 1, line.end()) for line in numbered])


def _blanked(text: str, blanks: list[Span]) -> str:
    pieces, at = [], 0
    for first, last in blanks:
        pieces += [text[at:first], " " * (last - first)]
        at = last
    pieces.append(text[at:])
    return "".join(pieces)


def in_one_line(text: str) -> str:
    """A stretch of a cleaned text without white space at its ends, folded; what a line's end parts within a word is
    whole again."""
    if "\n" in text:
        if "-\n" in text or "- " in text:
            text = _WITHIN_WORD.sub("", text)
        text = " ".join(filter(None, map(str.strip, text.split("\n"))))
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def fold(text: str) -> str:
    """White space (line ends, form feeds, non-breaking spaces) folded to single spaces, none at the ends."""
    return " ".join(text.split())


def labelled(labels: list[re.Match[str]], end: int) -> Iterator[tuple[re.Match[str], int]]:
    """Each label with the place where what it announces ends: at the next label, or at `end`."""
    for index, label in enumerate(labels):
        yield label, labels[index + 1].start() if index + 1 < len(labels) else end


def starts_line(low: str, at: int) -> bool:
    """Whether nothing but white space stands in front on the same line."""
    line = low[low.rfind("\n", 0, at) + 1 : at]
    return not line or line.isspace()


class Places:
    """Offsets into a stretch of the letter in one line, as places in the stretch as it is printed."""

    __slots__ = ("_folded", "_shifts")

    def __init__(self, printed: str) -> None:
        self._folded = [0]  # where in the one line each longer gap of the letter has just ended
        self._shifts = [0]  # how far from there on the letter's places are ahead
        shift = 0
        for gap in _LONGER_GAP.finditer(printed):
            start, end = gap.span()
            kept = 0 if gap.lastgroup else 1
            self._folded.append(start - shift + kept)
            shift += end - start - kept
            self._shifts.append(shift)

    def of(self, offset: int) -> int:
        """The place of the character at `offset`."""
        return offset + self._shifts[bisect_right(self._folded, offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """The place of the words between two offsets."""
        first = self.of(start)
        return first, max(first, self.of(end - 1) + 1) if end > start else first
