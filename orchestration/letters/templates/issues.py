"""`issues_prose` and `issues_credentials` (2014 on): `X: Upheld`, both guideline paragraphs, the rationale.

Every mark of these templates ends in a colon, so the reader goes from colon to colon and looks only there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from orchestration.letters.layout import ends_sentence
from orchestration.letters.model import Item, Outcome, Sections, Span
from orchestration.letters.page import Page
from orchestration.letters.templates.parts import Headings, items_stretch, service

Mark = Literal["outcome", "claims", "reviewer", "rationale"]

HEADING = re.compile(r"issues,\s*decisions,?\s+and\s+rationales")
_CREDENTIALS = (
    re.compile(r"reviewer\s+has\s+the\s+following\s+credentials"),
    re.compile(r"states?(?:\(s\))?\s+of\s+licensure\s*:"),
)
_LABELS: tuple[tuple[Mark, re.Pattern[str]], ...] = (
    ("claims", re.compile(r"claims\s+administrator(?:['’]s)?\s+guidelines?\s*:")),
    ("reviewer", re.compile(r"maximus(?:['’]s)?\s+guidelines?\s*:")),
    ("rationale", re.compile(r"decision\s+rationales?\s*:")),
)
# The outcome stands alone to the end of its line; 'upheld' in a sentence goes on.
_OUTCOME = re.compile(r":\s*(upheld|overturned) *\.? *(?=\n|$|claims\s+admin|maximus\s+guid|decision\s+rat)")
_BEHIND: dict[Mark, tuple[Mark, ...]] = {
    "claims": ("reviewer", "rationale"),
    "reviewer": ("rationale",),
    "rationale": (),
    "outcome": (),
}
_BEFORE_LABEL = (".", ":", ")", "upheld", "overturned")
_LONGEST_TAIL = 200  # of an item that is cut off behind its outcome


# A mark in the text: where it starts, where what it announces starts, which it is, and what an outcome says, with its
# place. A tuple without names: a letter has some fifteen, and they are sorted.
_Event = tuple[int, int, Mark, Outcome | None, Span]
_NO_SPAN = (0, 0)


@dataclass(slots=True)
class _Draft:
    """An item while its parts are being collected: the places of its heading and of its paragraphs."""

    heading: Span
    outcome: Outcome | None
    outcome_span: Span
    labels_start: int  # of the first paragraph's label
    parts: dict[Mark, Span] = field(default_factory=dict)


def has_credentials_block(low: str, sections: Sections) -> bool:
    """Whether the reviewer's credentials stand in a block (`issues_credentials`) or in a sentence (`issues_prose`)."""
    start, end = sections.made
    if low.find("licensure", start, end) < 0 and low.find("credentials", start, end) < 0:
        return False
    return any(pattern.search(low, start, end) for pattern in _CREDENTIALS)


def read_items(page: Page, sections: Sections) -> tuple[Item, ...]:
    """Items in printed order."""
    floor, end = items_stretch(page, sections)
    events = _events(page.low, floor, end)
    drafts = _drafts(page, events, floor, end)
    return tuple(_item(page, number, draft) for number, draft in enumerate(drafts, start=1))


def _events(low: str, start: int, end: int) -> list[_Event]:
    """All marks in printed order."""
    events: list[_Event] = [
        (*match.span(), "outcome", "upheld" if match[1] == "upheld" else "overturned", match.span(1))
        for match in _OUTCOME.finditer(low, start, end)
    ]
    for mark, pattern in _LABELS:
        for match in pattern.finditer(low, start, end):
            at, behind = match.span()
            if low[at - 1] == "\n" or _may_begin(low, start, at):
                events.append((at, behind, mark, None, _NO_SPAN))
    events.sort()
    return events


def _may_begin(low: str, floor: int, at: int) -> bool:
    """Whether words at `at` are a label: 'as stated in the MAXIMUS guideline: ...' is a sentence's."""
    line = low[max(floor, low.rfind("\n", floor, at) + 1) : at].rstrip()
    return not line or line.endswith(_BEFORE_LABEL)


def _drafts(page: Page, events: list[_Event], floor: int, end: int) -> list[_Draft]:
    drafts: list[_Draft] = []
    headings = Headings(page, floor, end, [at for at, _, mark, _, _ in events if mark != "outcome"])
    current: _Draft | None = None
    opened: Mark | None = None  # the paragraph that runs from `floor` until the next mark or heading
    for (at, behind, mark, outcome, outcome_span), follows in zip(events, (*events[1:], None), strict=False):
        if mark == "outcome":
            # A rationale may list earlier decisions in the same form. An item's own is followed by its paragraphs, or
            # the letter is cut off right behind it.
            if follows[2] == "outcome" if follows else end - behind >= _LONGEST_TAIL:
                continue
        elif current and mark not in current.parts and current.parts.keys().isdisjoint(_BEHIND[mark]):
            if opened:
                current.parts[opened] = (floor, at)
            else:
                current.labels_start = at
            current.parts[mark] = (behind, behind)
            opened, floor = mark, behind
            continue
        # An item begins. Paragraphs stand in one order: one that is there, or behind a later one, belongs to an item
        # whose outcome isn't printed.
        top = headings.start(floor, at, len(drafts) + 1) if drafts else floor
        if mark != "outcome" and drafts and not _heads(page.clean[top:at], mark):
            if mark == "rationale":  # 'Decision rationale:' again, inside a rationale
                page.mark(at, behind)
                continue
            top = at
        if opened and current:
            current.parts[opened] = (floor, top)
        current = _Draft((top, at), outcome, outcome_span, at)
        drafts.append(current)
        opened, floor = None, behind
        if mark != "outcome":
            current.parts[mark] = (behind, behind)
            opened = mark
    if opened and current:
        current.parts[opened] = (floor, end)
    return drafts


def _heads(words: str, mark: Mark) -> bool:
    """Whether words in front of a paragraph are the heading of an item that lacks its outcome."""
    words = words.strip()
    return (
        bool(words)
        and (words.endswith(":") or not ends_sentence(words))
        and (mark != "rationale" or words.endswith(":"))
    )


def _item(page: Page, number: int, draft: _Draft) -> Item:
    parts = {mark: page.value(start, end) for mark, (start, end) in draft.parts.items()}
    outcome = page.value(*draft.outcome_span)
    page.mark(*draft.outcome_span)
    page.mark(draft.labels_start, max(end for _, end in draft.parts.values()) if parts else draft.labels_start)
    return Item(
        number,
        service(page, *draft.heading),
        draft.outcome,
        outcome,
        parts.get("claims"),
        parts.get("reviewer"),
        parts.get("rationale"),
    )
