"""What the readers of several templates share: the sections of a letter, headings of items, outcomes in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from orchestration.letters.layout import (
    LIST_NUMBER,
    ListNumbers,
    Spacing,
    heading_start,
    measure,
    sentence_within,
)
from orchestration.letters.model import Outcome, Sections, Span, Value
from orchestration.letters.page import Page, starts_line

_MADE = re.compile(r"how\s+the\s+imr\s+(?:final\s+)?determination\s+was\s+made")
_SUMMARY = re.compile(r"clinical\s+case\s+summary")
_DOCUMENTS = re.compile(r"documents\s+reviewed")
_INTRODUCTION = re.compile(
    r"the\s+final\s+determination\s+was\s+based\s+on\s+decisions\s+for\s+the\s+disputed\s+items/services?"
    r"\s+set\s+forth\s+below\s*:?"
)
# What may follow the last rationale.
_CLOSING = ("sincerely", "cc:", "disclaimer:", "effect of")
_CLOSING_LINE = re.compile(
    r"sincerely,? *\n|cc:\s+(?:department|division|administrative)\s|disclaimer:\s+maximus"
    r"|effect\s+of\s+the\s+decision\s*:\s+the\s+determination"
)
_NECESSARY = re.compile(
    r"medical(?:ly\s*necess(?:ary|ity)|\s+necessary)"
    r"(?:\s*(?:and|or|nor|&)\s*(?:(?:is|are|was|were)\s+)?(?:not\s*)?(?:medically\s*)?appropriate)?"
)
_VERBS = ("is", "are", "was", "were", "is/was", "was/is", "are/were", "is/are")
_NEGATED_VERBS = ("isn't", "aren't", "wasn't", "weren't", "isn’t", "aren’t", "wasn’t", "weren’t")
_NEGATIONS = ("not", "never", "neither", "non", "non-")
_IS, _IS_NOT = " is ", " is not "
# What may stand between the verb and 'medically' and leaves the sense as it is.
_BETWEEN = (
    *(
        "be",
        "been",
        "being",
        "considered",
        "deemed",
        "found",
        "felt",
        "shown",
        "demonstrated",
        "established",
        "as",
        "to",
    ),
    *("currently", "therefore", "thus", "hereby", "both", "also", "yet", "at", "this", "time"),
)
# A page's end that no footer is recognised by: 'is not 3 of 6 medically necessary'.
_FURNITURE = re.compile(
    r"[\d.|/-]+|cm\d\d-\d{5,8}|of|page|final|letter|determination|form|effective|maximus|federal|services|inc|imr|case"
    r"|number|independent|medical|review"
)
_MARKS = "\"'`“”‘’*_,;:."
_MOST_BETWEEN = 16
_LONGEST_GAP = 500  # a page may end, with its footer, between 'is not' and 'medically'
_THE_REQUEST_FOR = re.compile(r"the\s+requests?(?:\(s\))?\s+for\s+(?=\S)")
_SERVICE_TAIL = ":, \n"


class Statement(NamedTuple):
    """'is not medically necessary and appropriate' somewhere in the text. No outcome: what it says cannot be told."""

    start: int  # of the verb, where what is decided on ends
    said_start: int  # of 'not medically ...'
    end: int
    outcome: Outcome | None


def statements(low: str, start: int, end: int) -> Iterator[Statement]:
    """Every place that says of something that it is, or is not, medically necessary.

    Copies print 'is notmedically' and 'isnot medically', and a page may end between the words: read carelessly, each
    inverts the outcome. So one is given only where every word from the verb on is known.
    """
    for match in _NECESSARY.finditer(low, start, end):
        floor = max(start, match.start() - _LONGEST_GAP)
        verb, said, outcome = _said_before(low, floor, match.start())
        yield Statement(verb, said, match.end(), outcome)


def _said_before(low: str, floor: int, end: int) -> tuple[int, int, Outcome | None]:
    """Where the verb in front of 'medically' at `end` begins, where 'not' does, and what both say."""
    near = low[max(floor, end - len(_IS_NOT)) : end].replace("\n", " ")
    if near == _IS_NOT:  # nearly every letter's words, told without a walk over them
        return end - len(_IS_NOT) + 1, end - len("not "), "upheld"
    if near.endswith(_IS):
        return end - len(_IS) + 1, end, "overturned"
    is_negated, is_clear, said, at = False, True, end, end
    for start, word in islice(_words_upwards(low, floor, end), _MOST_BETWEEN):
        bare = word.strip(_MARKS)
        if bare in _VERBS or bare in _NEGATED_VERBS or (bare[:-3] in _VERBS and bare.endswith("not")):
            if bare not in _VERBS:
                is_negated, said = True, start if bare in _NEGATED_VERBS else start + len(bare) - 3
            return start, said, ("upheld" if is_negated else "overturned") if is_clear else None
        if word.endswith((".", "!", "?")) and not _FURNITURE.fullmatch(bare):
            break  # the sentence begins here
        if bare in _NEGATIONS or (bare == "no" and low.startswith("no longer", start)):
            is_negated, said, at = True, start, start
        elif bare == "longer":
            continue
        elif bare and bare not in _BETWEEN and not _FURNITURE.fullmatch(bare):
            is_clear = False
    return at, said, None


def _words_upwards(low: str, floor: int, end: int) -> Iterator[tuple[int, str]]:
    """Words before `end`, the last one first, each with its place."""
    while True:
        gap = low[floor:end].rstrip()
        end = floor + len(gap)
        if not gap:
            return
        start = max(low.rfind(" ", floor, end), low.rfind("\n", floor, end)) + 1
        start = max(start, floor)
        yield start, low[start:end]
        end = start


class Headings:
    """Finds where headings of items begin in a stretch of a letter; measures its spacing only when asked."""

    def __init__(self, page: Page, start: int, end: int, paragraph_starts: Iterable[int]) -> None:
        self._page = page
        self._stretch = (start, end)
        self._paragraph_starts = paragraph_starts
        self._spacing: Spacing | None = None
        self._numbers: ListNumbers | None = None

    def numbered(self, floor: int, end: int, number: int) -> int | None:
        """Where the heading of item `number` begins that ends at `end`, if it bears its number from `floor` on."""
        if self._numbers is None:
            self._numbers = ListNumbers(self._page.clean, *self._stretch)
        return self._numbers.last(floor, end, number)

    def start(self, floor: int, end: int, number: int) -> int:
        """Where the heading of item `number` begins that ends at `end` and cannot begin before `floor`."""
        clean = self._page.clean
        counted = self.numbered(floor, end, number)
        if counted is not None and not sentence_within(clean, counted + 3, end):
            return counted
        return heading_start(clean, floor, end, self._measured)

    def _measured(self) -> Spacing:
        if self._spacing is None:
            self._spacing = measure(self._page.clean, *self._stretch, self._paragraph_starts)
        return self._spacing


def service(page: Page, start: int, end: int) -> Value | None:
    """An item as printed, without the number of the list ('1. MRI'), 'The request for' and the closing colon, or the
    comma in front of 'is not medically necessary'; a quantity ('1 MRI') stays."""
    heading = page.value(start, end)
    if not heading:
        return None
    page.mark(start, end)
    first, last = heading.start, heading.end
    if heading.text[0].isdigit() and (number := LIST_NUMBER.match(page.clean, first, last)):
        first = number.end()
    if page.low.startswith("the", first) and (request := _THE_REQUEST_FOR.match(page.low, first, last)):
        first = request.end()
    if first == heading.start and heading.text[-1] not in _SERVICE_TAIL:
        return heading
    return page.value(first, first + len(page.clean[first:last].rstrip(_SERVICE_TAIL)))


def closing_start(page: Page, start: int, end: int) -> int:
    """Where the letter's closing begins behind the last item, or `end`."""
    low = page.low
    for words in _CLOSING:
        at = low.find(words, start, end)
        while at >= 0:
            if _CLOSING_LINE.match(low, at, end) and starts_line(low, at):
                end = at
                break
            at = low.find(words, at + 1, end)
    return end


def items_stretch(page: Page, sections: Sections) -> Span:
    """Where the items stand, between what introduces them, which is marked as read, and the letter's closing."""
    start, end = sections.items
    introduction = _INTRODUCTION.search(page.low, start, end)
    if introduction:
        page.mark(*introduction.span())
        start = introduction.end()
    return start, closing_start(page, start, end)


def sections_of(low: str, heading: re.Match[str]) -> Sections:
    """Parts of the three templates with 'HOW THE IMR FINAL DETERMINATION WAS MADE', whose items follow `heading`."""
    made = _MADE.search(low, 0, heading.start())
    made_start = made.start() if made else 0
    summary = _SUMMARY.search(low, made_start, heading.start())
    documents = _DOCUMENTS.search(low, made_start, summary.start() if summary else heading.start())
    made_end = min(part.start() for part in (documents, summary, heading) if part is not None)
    return Sections(
        header_end=made_start if made else made_end,
        made=(made_start, made_end),
        summary=(summary.start(), heading.start()) if summary else None,
        documents=(documents.start(), summary.start() if summary else heading.start()) if documents else None,
        items=(heading.end(), len(low)),
    )
