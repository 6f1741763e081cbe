"""The disputed items of a notice: which printings of a request are of one item, and how it is printed best.

A request stands in both lists of sentences that decide and above the item's section; copies break words, skip numbers
or lose a list.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from orchestration.letters.model import Span, Value
from orchestration.letters.page import Page
from orchestration.letters.templates.parts import Statement, service

_BROKEN_WORD = re.compile(r"[a-z]- [a-z]")
_WORD = re.compile(r"[a-z\d]{2,}")
_COMMON = {"the", "request", "requests", "for", "of", "and"}
_ALIKE = 0.6  # share of the words that two printings of one request have in common, at least


@dataclass(frozen=True, slots=True)
class Decision:
    """One sentence that decides: its printed number, the words of the request, and what it says of them."""

    number: int | None
    start: int
    request: Span
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Section:
    """The section of one item: its printed number, the words of the request, guidelines and rationale."""

    number: int | None
    start: int
    request: Span
    guidelines: Span | None
    rationale: Span | None


@dataclass(slots=True)
class Dispute:
    """All printings of one item."""

    decisions: list[Decision] = field(default_factory=list)
    section: Section | None = None


def dispute_of(page: Page, section: Section, disputes: list[Dispute]) -> Dispute | None:
    """The dispute that a section is about: the one whose words it repeats, else the one whose number it bears."""
    free = [(number, one) for number, one in enumerate(disputes, start=1) if one.section is None and one.decisions]
    if not free:
        return None
    words = _words(page, section.request)
    for number, one in free:  # nothing can be more alike
        if number == section.number and _words(page, one.decisions[0].request) == words:
            return one
    alike = [
        (_alike(words, _words(page, one.decisions[0].request)), number == section.number, -number, one)
        for number, one in free
    ]
    likeness, has_number, _, best = max(alike, key=lambda candidate: candidate[:3])
    if likeness >= _ALIKE or has_number:
        return best
    return next(
        (one for number, one in free if number == section.number), free[0][1] if section.number is None else None
    )


def _words(page: Page, request: Span) -> frozenset[str]:
    """The words that tell a request from others."""
    return _words_of(page.low[slice(*request)])


@lru_cache(maxsize=256)  # each request of a letter is compared with every other
def _words_of(request: str) -> frozenset[str]:
    return frozenset(_WORD.findall(request)) - _COMMON


def _alike(first: frozenset[str], second: frozenset[str]) -> float:
    """The share of words that two texts have in common, 0 to 1."""
    common = len(first & second)
    return common / max(1, len(first) + len(second) - common)


def repeats_request(page: Page, request: Span, sentence: str) -> bool:
    """Whether a sentence, in small letters, has most of the words of a request."""
    words = _words(page, request)
    return len(words.intersection(_WORD.findall(sentence))) >= _ALIKE * max(1, len(words))


def service_of(page: Page, dispute: Dispute) -> Value | None:
    """The request as printed most often: one printing may break a word, or a page may end within it."""
    printings = [service(page, *one.request) for one in dispute.decisions]
    if dispute.section:
        printings.append(service(page, *dispute.section.request))
    printed = [one for one in printings if one]
    if not printed:
        return None
    if all(one.text == printed[0].text for one in printed):
        return printed[0]
    count = Counter(one.text.lower() for one in printed)
    return min(printed, key=lambda one: (_BROKEN_WORD.search(one.text) is not None, -count[one.text.lower()]))
