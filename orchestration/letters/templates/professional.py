"""`professional_review` (early 2013): issues at dispute in front, one section for the guidelines, and the outcome in
the rationale's heading: `RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE IS/WAS [NOT] MEDICALLY NECESSARY:`."""

from __future__ import annotations

import re
from typing import NamedTuple

from orchestration.letters.model import Item, Sections, Span
from orchestration.letters.page import Page, starts_line
from orchestration.letters.sides import sides
from orchestration.letters.templates.parts import closing_start, service, statements

HEADING = re.compile(r"issues?(?:\(s\))?\s+at\s+dispute *(?:\s*:|(?=\n))")
# By the words that each is found by; what stands in front of them on the line belongs to the heading.
_HEADINGS = (
    ("issues", re.compile(r"issues?(?:\(s\))?\s+at\s+dispute *(?:\s*:|(?=\n))")),
    ("summary", re.compile(r"case\s+summary\s*:")),
    ("documents", re.compile(r"documents\s+reviewed(?:\s+for\s+determination)?\s*:")),
    ("guidelines", re.compile(r"relied\s+upon\s+by\s+(?:the\s+)?professional\s+reviewer(?:\s+and\s+why)?\s*:")),
    ("rationale", re.compile(r"rationale\s+for\s+why\s+the\s+requested\s+[^:]{0,120}medically\s*necessary\s*:")),
    ("reviewer", re.compile(r"reviewer(?:['’]s)?\s+qualifications?\s*:")),
)
_FRONT = re.compile(
    r"(?:clinical\s+|medical\s+treatment\s+guidelines?\s*(?:\(s\))?\s+|medical\s+(?:professional\s+)?|professional\s+)$"
)
_LONGEST_FRONT = 60
_NUMBERED_LINE = re.compile(r"(?:\A|\n) *(?=\(?\d{1,2}\s?(?:\.\)|[.)])\s)")
_IN_ONE_LINE = re.compile(r"(?:\A|\s)(?=\(?\d{1,2}\s?(?:\.\)|[.)])\s)")
_NUMBER = re.compile(r"\(?(\d{1,2})")
_BRACKETED = re.compile(r"\(\d{1,2}\)\s+")
_MOST_SKIPPED = 2
_BULLET = re.compile(r"(?:\A|\n) *(?=[-•]\s)")
_BULLETS = " -•\n"


class _Part(NamedTuple):
    """A section: its name, where its heading starts and ends, and where it ends."""

    name: str
    start: int
    body: int
    end: int


def sections(low: str, heading: re.Match[str]) -> Sections:
    """Where the parts of the letter stand; `heading` is that of the issues."""
    parts = _parts(low)
    spans = {part.name: (part.start, part.end) for part in reversed(parts)}
    first = parts[0].start if parts else heading.start()
    return Sections(
        header_end=first,
        made=spans.get("reviewer", (first, first)),
        summary=spans.get("summary"),
        documents=spans.get("documents"),
        items=spans.get("issues", heading.span()),
    )


def _parts(low: str) -> list[_Part]:
    found = []
    for name, pattern in _HEADINGS:
        for match in pattern.finditer(low):
            front = _FRONT.search(low, max(0, match.start() - _LONGEST_FRONT), match.start())
            start = front.start() if front else match.start()
            if starts_line(low, start):
                found.append((start, match.end(), name))
    found.sort()
    ends = [*(start for start, _, _ in found), len(low)][1:]
    return [_Part(name, start, body, end) for (start, body, name), end in zip(found, ends, strict=True)]


def read_items(page: Page, sections: Sections) -> tuple[Item, ...]:
    """Items in printed order. Several share one rationale and its outcome, unless each has a rationale of its own; an
    issue that no further heading follows is cut off, and none."""
    end = closing_start(page, sections.items[1], len(page.low))
    parts = [part._replace(end=min(part.end, end)) for part in _parts(page.low) if part.start < end]
    issues = next((part for part in parts if part.name == "issues"), None)
    if issues is None or issues.end >= len(page.low):
        return ()
    for part in parts:
        page.mark(part.start, part.body)
    requests = _requests(page, issues)
    guidelines = _shared([part for part in parts if part.name == "guidelines"], len(requests))
    rationales = _shared([part for part in parts if part.name == "rationale"], len(requests))
    return tuple(
        _item(page, number, request, *texts)
        for number, (request, *texts) in enumerate(zip(requests, guidelines, rationales, strict=True), start=1)
    )


def _requests(page: Page, issues: _Part) -> list[Span]:
    """The issues of a list that is numbered or has bullets; else all of it is one."""
    low = page.low
    for pattern in (_NUMBERED_LINE, _IN_ONE_LINE, _BULLET):
        starts = [match.end() for match in pattern.finditer(page.clean, issues.body, issues.end)]
        if pattern is not _BULLET:
            starts = _counted(low, starts)
        if starts and not low[issues.body : starts[0]].strip():
            spans = list(zip(starts, [*starts[1:], issues.end], strict=True))
            return [(_behind_number(low, start), end) for start, end in spans]
    return [(issues.body, issues.end)]


def _counted(low: str, starts: list[int]) -> list[int]:
    """Those that count upwards from 1; a copy may skip a number."""
    counted: list[int] = []
    last = 0
    for start in starts:
        number = _NUMBER.match(low, start)
        if number and last < int(number[1]) <= last + _MOST_SKIPPED and (counted or int(number[1]) == 1):
            counted.append(start)
            last = int(number[1])
    return counted if len(counted) > 1 else []


def _behind_number(low: str, start: int) -> int:
    """Behind the number of the list in brackets: '(1) Right shoulder arthroscopy'."""
    bracketed = _BRACKETED.match(low, start)
    return bracketed.end() if bracketed else start


def _shared(parts: list[_Part], count: int) -> list[_Part | None]:
    """One part for each item: its own, or the only one. Which item's they are cannot be told in any other number."""
    if len(parts) == count:
        return list(parts)
    return [parts[0] if len(parts) == 1 else None] * count


def _item(page: Page, number: int, request: Span, guidelines: _Part | None, rationale: _Part | None) -> Item:
    start, end = request
    start += len(page.clean[start:end]) - len(page.clean[start:end].lstrip(_BULLETS))
    claims, reviewer = sides(page, guidelines.body, guidelines.end) if guidelines else (None, None)
    said = next(statements(page.low, rationale.start, rationale.body), None) if rationale else None
    item = Item(
        number=number,
        service=service(page, start, end),
        outcome=said.outcome if said else None,
        outcome_value=page.value(said.said_start, said.end) if said else None,
        claims_guideline=claims,
        reviewer_guideline=reviewer,
        rationale=page.value(rationale.body, rationale.end) if rationale else None,
    )
    page.mark_values(item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale)
    return item
