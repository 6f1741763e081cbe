"""`decisions_rationales` (late 2013 to mid 2014): `1. X is [not] medically necessary and appropriate.`, a paragraph of
each side, `The Physician Reviewer's decision rationale:`."""

from __future__ import annotations

import re
from typing import NamedTuple

from orchestration.letters.layout import LIST_NUMBER, ends_sentence, sentence_within
from orchestration.letters.model import Item, Sections, Span
from orchestration.letters.page import Page, starts_line
from orchestration.letters.sides import begins_sides, last_side_start, sides
from orchestration.letters.templates.parts import (
    Headings,
    Statement,
    items_stretch,
    service,
    statements,
)

HEADING = re.compile(r"imr\s+decision\s*\(?\s*s?\s*\)?,?\s+(?:and|&)\s+rationale\s*\(?\s*s?\s*\)?")
_RATIONALE = re.compile(r"decision\s+rationale\s*:")
_WHOSE = re.compile(r"(?:the\s+)?(?:physician|expert|professional|medical)\s+reviewer\s*(?:['’]?s|['’])?\s+$")
_LONGEST_WHOSE = 60
_GAP = re.compile(r"[\s.]*")
_MOST_AHEAD = 3  # items that may stand between two rationales


class _Head(NamedTuple):
    """An item's own sentence: where it begins, where its words end, where its paragraphs begin. Without a statement
    the letter prints no outcome for the item."""

    start: int
    end: int
    body: int
    statement: Statement | None
    is_followed: bool = True  # the paragraphs of the two sides, or the rationale, come next


def read_items(page: Page, sections: Sections) -> tuple[Item, ...]:
    """Items in printed order."""
    floor, end = items_stretch(page, sections)
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
        here = [one for one in said if below <= one.start < label_start]
        decided = [
            _one_decision(head, here)
            for one in here
            if (head := _head(page, headings, below, one, label_start, end, len(heads) + 1))
        ]
        owner = next((head for head in reversed(decided) if head.is_followed), None) if label_start < end else None
        for head in decided:
            # A list in a rationale counts as well: the item's own sentence is the one that the paragraphs follow.
            number = len(heads) + 1
            is_next = _number(page, head) == number and (owner is None or number < (_number(page, owner) or 0))
            if is_next and head is not owner and head.start >= below:
                heads.append(head)
                below = head.body
        if owner is None and label_start < end and not (heads and below == heads[-1].body):
            owner = _undecided(page, headings, below, label_start, len(heads) + 1)
        if owner:
            heads.append(owner._replace(start=max(owner.start, below)))
        below = max(below, label_end)
    return heads


def _head(
    page: Page, headings: Headings, floor: int, statement: Statement, label_start: int, end: int, number: int
) -> _Head | None:
    """The item that a statement may decide: it bears a number of the list, or the paragraphs follow it."""
    low = page.low
    gap = _GAP.match(low, statement.end, end)
    body = gap.end() if gap else statement.end
    ends_line = body >= end or "\n" in low[statement.end : body]
    is_followed = ends_line and (body >= label_start or begins_sides(low, body))
    if not ends_line:
        return None
    numbers = range(number, number + _MOST_AHEAD)
    counted = next((at for one in numbers if (at := headings.numbered(floor, statement.start, one))), None)
    if counted is None and not is_followed:
        return None  # the last words of a rationale
    start = counted
    if start is None or sentence_within(page.clean, start + 3, statement.start):
        start = headings.start(floor, statement.start, number)
    if sentence_within(page.clean, start + 3, statement.start):
        return None
    return _Head(start, statement.start, body, statement, is_followed)


def _one_decision(head: _Head, said: list[Statement]) -> _Head:
    """The item without an outcome, where its sentence decides twice: 'Norco #120 is not ... and Norco #60 is ...'."""
    if head.statement and any(head.start <= one.start < head.statement.start for one in said):
        return head._replace(statement=head.statement._replace(outcome=None))
    return head


def _number(page: Page, head: _Head) -> int | None:
    """The number of the list that an item bears at the start of its line."""
    counted = LIST_NUMBER.match(page.clean, head.start, head.end)
    return int(counted[1]) if counted and starts_line(page.low, head.start) else None


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
    item = Item(
        number=number,
        service=service(page, head.start, head.end),
        outcome=statement.outcome if statement else None,
        outcome_value=page.value(statement.said_start, statement.end) if statement else None,
        claims_guideline=claims,
        reviewer_guideline=reviewer,
        rationale=rationale,
    )
    page.mark_values(item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale)
    return item
