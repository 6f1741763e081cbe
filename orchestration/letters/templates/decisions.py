"""`decisions_rationales` (late 2013 to mid 2014): `1. X is [not] medically necessary and appropriate.`, a paragraph of
each side, `The Physician Reviewer's decision rationale:`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.letters.layout import LIST_NUMBER, ends_sentence, numbered_start, sentence_within
from orchestration.letters.model import Item, Sections, Span
from orchestration.letters.page import Page, starts_line
from orchestration.letters.sides import begins_sides, last_side_start, sides
from orchestration.letters.templates.parts import (
    INTRODUCTION,
    Headings,
    Statement,
    closing_start,
    sections_of,
    service,
    statements,
)

HEADING = re.compile(r"imr\s+decision\s*\(?\s*s?\s*\)?,?\s+and\s+rationale\s*\(?\s*s?\s*\)?")
_RATIONALE = re.compile(r"decision\s+rationale\s*:")
_WHOSE = re.compile(r"(?:the\s+)?(?:physician|expert|professional|medical)\s+reviewer\s*(?:['’]?s|['’])?\s+$")
_LONGEST_WHOSE = 60
_GAP = re.compile(r"[\s.]*")


@dataclass(frozen=True, slots=True)
class _Head:
    """An item's own sentence: where it begins, where its words end, where its paragraphs begin. Without a statement
    the letter prints no outcome for the item."""

    start: int
    end: int
    body: int
    statement: Statement | None


def sections(low: str, heading: re.Match[str]) -> Sections:
    """Where the parts of a letter stand whose items come behind `heading`."""
    return sections_of(low, heading)


def read_items(page: Page, sections: Sections) -> tuple[Item, ...]:
    """Items in printed order."""
    start, end = sections.items
    introduction = INTRODUCTION.search(page.low, start, end)
    floor = introduction.end() if introduction else start
    if introduction:
        page.mark(*introduction.span())
    end = closing_start(page, floor, end)
    labels = [_label(page.low, floor, match) for match in _RATIONALE.finditer(page.low, floor, end)]
    heads = _heads(page, floor, end, labels)
    stops = [*(head.start for head in heads), end][1:]
    return tuple(
        _item(page, number, head, next((one for one in labels if head.body <= one[0] < stop), None), stop)
        for number, (head, stop) in enumerate(zip(heads, stops, strict=True), start=1)
    )


def _label(low: str, floor: int, match: re.Match[str]) -> Span:
    """The whole label: 'The Physician Reviewer's decision rationale:'."""
    whose = _WHOSE.search(low, max(floor, match.start() - _LONGEST_WHOSE), match.start())
    return (whose.start() if whose else match.start()), match.end()


def _heads(page: Page, floor: int, end: int, labels: list[Span]) -> list[_Head]:
    """The sentences that decide, in printed order.

    A rationale closes with the same words that an item is made of. An item's sentence bears the next number of the
    list, or is the last one before a paragraph of the two sides that a rationale follows.
    """
    headings = Headings(page, floor, end, [label[0] for label in labels])
    said = list(statements(page.low, floor, end))
    heads: list[_Head] = []
    below = floor
    for label_start, label_end in [*labels, (end, end)]:
        owner = plain = None
        for statement in said:
            if not below <= statement.start < label_start:
                continue
            gap = _GAP.match(page.low, statement.end, end)
            body = gap.end() if gap else statement.end
            is_followed = body >= label_start or begins_sides(page.low, body)
            number = len(heads) + 1
            start = numbered_start(page.clean, below, statement.start, number)
            if start is None and not is_followed:
                continue  # the last words of a rationale
            head = _Head(headings.start(below, statement.start, number), statement.start, body, statement)
            if sentence_within(page.clean, head.start + 3, head.end):
                continue
            if _is_counted(page, head, number) and (is_followed or body >= end or "\n" in page.low[head.end : body]):
                owner, below = head, body
                heads.append(head)
            elif is_followed and label_start < end and "\n" in page.low[head.end : body]:
                plain = head
        if owner is None and label_start < end:
            owner = plain or _undecided(page, headings, below, label_start, len(heads) + 1)
            if owner:
                heads.append(owner)
        below = max(below, label_end)
    return heads


def _is_counted(page: Page, head: _Head, number: int) -> bool:
    """Whether a sentence bears the next number of the list."""
    counted = LIST_NUMBER.match(page.clean, head.start, head.end)
    return counted is not None and int(counted[1]) == number and starts_line(page.low, head.start)


def _undecided(page: Page, headings: Headings, floor: int, end: int, number: int) -> _Head | None:
    """The item of paragraphs that stand behind no decision; None where a label is only said again in a rationale."""
    stop = last_side_start(page, floor, end)
    start = headings.start(floor, stop, number)
    words = page.clean[start:stop].strip()
    counted = LIST_NUMBER.match(words)
    if not words or (ends_sentence(words) and not (counted and int(counted[1]) == number)):
        return None
    return _Head(start, stop, stop, None)


def _item(page: Page, number: int, head: _Head, label: Span | None, stop: int) -> Item:
    claims = reviewer = rationale = None
    if label:
        page.mark(*label)
        claims, reviewer = sides(page, head.body, label[0])
        rationale = page.value(label[1], stop)
    elif begins_sides(page.low, head.body):
        claims, reviewer = sides(page, head.body, stop)
    else:
        rationale = page.value(head.body, stop)
    statement = head.statement
    if statement:
        page.mark(statement.start, statement.end)
    return Item(
        number=number,
        service=service(page, head.start, head.end),
        outcome=statement.outcome if statement else None,
        outcome_value=page.value(statement.said_start, statement.end) if statement else None,
        claims_guideline=claims,
        reviewer_guideline=reviewer,
        rationale=rationale,
    )
