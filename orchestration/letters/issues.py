"""Items of the two later templates: `X: Upheld`, both guideline paragraphs, the rationale.

Every mark of these templates ends in a colon, so the reader goes from colon to colon and looks only there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from orchestration.letters.layout import Spacing, ends_sentence, heading_start, measure
from orchestration.letters.model import Item, Outcome, Value
from orchestration.letters.page import fold, value, weight

Mark = Literal["outcome", "claims", "reviewer", "rationale"]

_INTRODUCTION = re.compile(
    r"the\s+final\s+determination\s+was\s+based\s+on\s+decisions\s+for\s+the\s+disputed\s+items/services?"
    r"\s+set\s+forth\s+below\s*:?"
)
_LABEL = re.compile(
    r"(?:(?P<claims>claims\s+administrator(?:['’]s)?\s+guidelines?)|(?P<reviewer>maximus(?:['’]s)?\s+guidelines?)"
    r"|(?P<rationale>decision\s+rationales?))\s*$"
)
_LABEL_ENDS = ("guideline", "guidelines", "rationale", "rationales")
_LONGEST_LABEL = 80
# The outcome stands alone to the end of its line; 'upheld' in a sentence goes on.
_OUTCOME = re.compile(
    r"\s*(upheld|overturned)[ \t\xa0]*\.?[ \t\xa0\r]*(?=[\n\f]|$|claims\s+admin|maximus\s+guid|decision\s+rat)"
)
_LIST_NUMBER = re.compile(r"\d{1,2}\s?(?:\.\)|[.)])\s+")
# What may follow the last rationale.
_CLOSING = re.compile(r"[\n\f]\s*(?:sincerely,?\s*[\n\f]|cc:\s|disclaimer:\s+maximus|effect\s+of\s+the\s+decision\s*:)")
_LONGEST_TAIL = 200  # of an item that is cut off behind its outcome


@dataclass(frozen=True, slots=True)
class _Event:
    """A mark in the text: where it starts, and where what it announces starts."""

    mark: Mark
    start: int
    end: int
    outcome: re.Match[str] | None = None


@dataclass(slots=True)
class _Draft:
    """An item while its parts are being collected: the places of its heading and of its paragraphs."""

    heading: tuple[int, int]
    outcome: re.Match[str] | None = None
    parts: dict[Mark, tuple[int, int]] = field(default_factory=dict)


def read_items(clean: str, low: str, start: int) -> tuple[tuple[Item, ...], int]:
    """Items after the section's heading, which ends at `start`.

    Returns them in printed order with the number of characters of form wording (labels, introduction) between them.
    """
    introduction = _INTRODUCTION.search(low, start)
    floor = introduction.end() if introduction else start
    closing = _CLOSING.search(low, floor)
    end = closing.start() if closing else len(clean)
    events = _events(low, floor, end)
    spacing = measure(clean, floor, end, [event.start for event in events if event.mark != "outcome"])
    drafts = _drafts(clean, events, floor, end, spacing)
    wording = weight(fold(introduction[0])) if introduction else 0
    wording += sum(weight(fold(low[event.start : event.end])) for event in events if event.mark != "outcome")
    wording += weight(fold(clean[end:]))
    return tuple(_item(clean, number, draft) for number, draft in enumerate(drafts, start=1)), wording


def _events(low: str, start: int, end: int) -> list[_Event]:
    events = []
    colon = low.find(":", start, end)
    while colon >= 0:
        event = _event_at(low, start, colon)
        if event:
            events.append(event)
        colon = low.find(":", colon + 1, end)
    return events


def _event_at(low: str, floor: int, colon: int) -> _Event | None:
    outcome = _OUTCOME.match(low, colon + 1)
    if outcome:
        return _Event("outcome", colon, outcome.end(), outcome)
    before = low[max(floor, colon - _LONGEST_LABEL) : colon].rstrip()
    if not before.endswith(_LABEL_ENDS):
        return None
    label = _LABEL.search(before)
    if not label:
        return None
    at = max(floor, colon - _LONGEST_LABEL) + label.start()
    line = low[low.rfind("\n", floor, at) + 1 : at] if low.rfind("\n", floor, at) >= 0 else low[floor:at]
    if line.strip() and not line.rstrip().endswith((".", ":", ")", "upheld", "overturned")):
        return None  # 'as stated in the MAXIMUS guideline: ...' in a sentence
    mark: Mark = "claims" if label["claims"] else "reviewer" if label["reviewer"] else "rationale"
    return _Event(mark, at, colon + 1)


def _drafts(clean: str, events: list[_Event], floor: int, end: int, spacing: Spacing) -> list[_Draft]:
    drafts: list[_Draft] = []
    open_part: tuple[Mark, int] | None = None  # the paragraph that runs until the next mark or heading
    for index, event in enumerate(events):
        follows = events[index + 1] if index + 1 < len(events) else None
        current = drafts[-1] if drafts else None
        if event.mark == "outcome":
            if not _is_heading(event, follows, end):
                continue
            starts_item = True
        else:
            starts_item = current is None or event.mark in current.parts or _comes_late(event.mark, current)
        if starts_item:
            below = open_part[1] if open_part else floor
            top = below if not drafts else heading_start(clean, below, event.start, spacing)
            if event.mark != "outcome" and drafts and not _heads(clean[top : event.start], event.mark):
                if event.mark == "rationale":
                    continue  # 'Decision rationale:' again, inside a rationale
                top = event.start
            if open_part and current:
                current.parts[open_part[0]] = (open_part[1], top)
            current = _Draft((top, event.start), event.outcome)
            drafts.append(current)
            open_part = None
        elif open_part and current:
            current.parts[open_part[0]] = (open_part[1], event.start)
        if event.mark != "outcome" and current:
            current.parts[event.mark] = (event.end, event.end)
            open_part = (event.mark, event.end)
        elif event.mark == "outcome":
            open_part = None
            floor = event.end
    if open_part and drafts:
        drafts[-1].parts[open_part[0]] = (open_part[1], end)
    return drafts


def _is_heading(event: _Event, follows: _Event | None, end: int) -> bool:
    """Whether an outcome is an item's: its paragraphs come next, or the letter is cut off right behind it."""
    if follows:
        return follows.mark != "outcome"
    return end - event.end < _LONGEST_TAIL


def _comes_late(mark: Mark, current: _Draft) -> bool:
    """Paragraphs stand in one order; one behind a later one belongs to an item whose outcome isn't printed."""
    order: tuple[Mark, ...] = ("claims", "reviewer", "rationale")
    return any(later in current.parts for later in order[order.index(mark) + 1 :]) if mark != "outcome" else False


def _heads(words: str, mark: Mark) -> bool:
    """Whether words in front of a paragraph are the heading of an item that lacks its outcome."""
    words = words.strip()
    return (
        bool(words)
        and (words.endswith(":") or not ends_sentence(words))
        and (mark != "rationale" or words.endswith(":"))
    )


def _item(clean: str, number: int, draft: _Draft) -> Item:
    outcome: Outcome | None = None
    outcome_value = None
    if draft.outcome:
        outcome = "upheld" if draft.outcome[1] == "upheld" else "overturned"
        outcome_value = value(clean, *draft.outcome.span(1))
    parts: dict[Mark, Value | None] = {mark: value(clean, *span) for mark, span in draft.parts.items()}
    return Item(
        number=number,
        service=_service(clean, *draft.heading),
        outcome=outcome,
        outcome_value=outcome_value,
        claims_guideline=parts.get("claims"),
        reviewer_guideline=parts.get("reviewer"),
        rationale=parts.get("rationale"),
    )


def _service(clean: str, start: int, end: int) -> Value | None:
    """The item as printed, without the number of the list ('1. MRI') and the colon; a quantity ('1 MRI') stays."""
    heading = value(clean, start, end)
    if not heading:
        return None
    number = _LIST_NUMBER.match(clean, heading.start, heading.end)
    start = number.end() if number else heading.start
    return value(clean, start, start + len(clean[start : heading.end].rstrip(": \t\r\n\xa0\f")))
