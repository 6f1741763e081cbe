"""`notice` (2013): numbered sentences that decide, printed twice, then a section for each item.

'1) MAXIMUS Federal Services, Inc. has determined the request for X is not medically necessary and appropriate.' is what
decides; '1) Regarding the request for X:' opens the section with guidelines and rationale, which says it a third time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestration.letters.model import Item, Sections
from orchestration.letters.page import Page, starts_line
from orchestration.letters.sides import sides
from orchestration.letters.templates.disputes import (
    Decision,
    Dispute,
    Section,
    dispute_of,
    repeats_request,
    service_of,
)
from orchestration.letters.templates.parts import Statement, closing_start, statements

HEADING = re.compile(r"notice\s+of\s+independent\s+medical\s+review\s+determination")
# A copy without its first page still has this one.
QUALIFICATIONS = re.compile(r"medical\s+qualifications\s+of\s+the\s+(?:expert|physician)\s+reviewers?\s*:?")
_SUMMARY = re.compile(r"case\s+summary\s*:")
_DOCUMENTS = re.compile(r"documents\s+reviewed(?:\s+for\s+determination)?\s*:")
_SECOND_LIST = re.compile(r"independent\s+medical\s+review\s+decisions?\s+and\s+rationales?\b")
_DETERMINED = re.compile(r"has\s*determined\s+(?:that\s+)?")
_WHO = re.compile(r"maximus(?:\s+federal\s+services)?\s*,?\s*(?:inc\b\.?)?\s*,?\s*$")
_REGARDING = re.compile(r"regarding\s+(?:the\s+)?(?:retrospective\s+)?requests?\s+for\s+")
_NUMBER = re.compile(r"(\d{1,2})\s?(?:\.\)|[.)])\s*$")
_LONGEST_NUMBER = len("12 .)")
_RELIED = re.compile(
    r"relied\s+(?:up)?on\s+by\s+(?:the\s+)?(?:expert|physician)\s+reviewers?(?:\s+to\s+make\s+his/her\s+decisions?)?\s*:?"
)
_SCHEDULE = re.compile(r"medical\s+treatment\s+(?:utili[sz]ation\s+schedule|guidelines?(?:\(s\))?)(?:\s+\(mtus\))?\s+$")
_SECTION_OF = re.compile(r"(?:section\(?s?\)?\s+of\s+)?(?:the\s+)?\Z")
_RATIONALE = re.compile(r"rationale\s+for\s+(?:the\s+)?decision\s*:?")
_REQUEST = re.compile(r"\brequest(?:s|ed)?\b")
_SENTENCE_END = re.compile(r"[.:]\s")
_LONGEST_FRONT = 160  # of the words in front of 'has determined', a page's end among them
_LONGEST_SENTENCE = 2500


def sections(low: str, heading: re.Match[str]) -> Sections:
    """Where the parts of a notice stand whose front page bears `heading`; the sections of its items come last."""
    determined = _DETERMINED.search(low)
    qualifications = QUALIFICATIONS.search(low)
    made = qualifications.start() if qualifications else heading.end()
    summary = _SUMMARY.search(low, made)
    documents = _DOCUMENTS.search(low, made)
    last = max(part.end() for part in (qualifications or heading, summary, documents) if part)
    regarding = next((one for one in _REGARDING.finditer(low, last) if _opens_section(low, one)), None)
    end = _numbered_start(low, regarding.start(), last) if regarding else len(low)
    documents_start = documents.start() if documents else end
    return Sections(
        header_end=determined.start() if determined else made,
        made=(made, min(part.start() for part in (summary, documents) if part) if summary or documents else end),
        summary=(summary.start(), documents_start if documents_start > summary.start() else end) if summary else None,
        documents=(documents.start(), end) if documents else None,
        items=(end, len(low)),
    )


def read_items(page: Page, sections: Sections) -> tuple[Item, ...]:
    """Items in the order of the sentences that decide them; a section that no sentence decides is an item as well."""
    start, end = sections.items
    end = closing_start(page, start, end)
    disputes = _disputes(page, start)
    for section in _sections(page, start, end):
        dispute = dispute_of(page, section, disputes)
        if dispute is None:
            disputes.append(dispute := Dispute())
        dispute.section = section
    return tuple(_item(page, number, dispute) for number, dispute in enumerate(disputes, start=1))


def _number_before(low: str, at: int, floor: int) -> re.Match[str] | None:
    """The number of the list in front of `at`."""
    floor = max(floor, at - _LONGEST_FRONT)
    words = low[floor:at].rstrip()
    if not words.endswith((".", ")")):
        return None
    return _NUMBER.search(low, max(floor, floor + len(words) - _LONGEST_NUMBER), at)


def _numbered_start(low: str, at: int, floor: int) -> int:
    number = _number_before(low, at, floor)
    return number.start() if number else at


def _section_of(low: str, at: int, floor: int) -> int:
    """Where 'section of the Medical Treatment Utilization Schedule' in front of `at` begins, or `at`."""
    floor = max(floor, at - _LONGEST_FRONT)
    medical = low.rfind("medical", floor, at)
    if medical < 0 or not _SCHEDULE.match(low, medical, at):
        return at
    for word in ("section", "the"):
        first = low.rfind(word, floor, medical)
        if first >= 0 and _SECTION_OF.match(low, first, medical):
            return first
    return medical


def _disputes(page: Page, end: int) -> list[Dispute]:
    """The sentences that decide, of both lists, by the item that they are about."""
    second = _SECOND_LIST.search(page.low, 0, end)
    boundary = second.start() if second else 0
    numbered: dict[int, Dispute] = {}
    in_list: set[int] = set()
    is_second = False
    for decision in _decisions(page, end):
        restarts = decision.number == 1 and 1 in in_list and second is None
        if (decision.start >= boundary and not is_second and second) or restarts:
            is_second, in_list = True, set()
        number = decision.number
        if number is None or number in in_list:
            number = next(free for free in range(1, len(in_list) + 2) if free not in in_list)
        in_list.add(number)
        numbered.setdefault(number, Dispute()).decisions.append(decision)
    return [numbered[number] for number in sorted(numbered)]


def _decisions(page: Page, end: int) -> Iterator[Decision]:
    low = page.low
    found: list[tuple[int, int | None, int]] = []
    for determined in _DETERMINED.finditer(low, 0, end):
        floor = max(0, determined.start() - _LONGEST_FRONT)
        maximus = low.rfind("maximus", floor, determined.start())
        if maximus >= 0 and _WHO.match(low, maximus, determined.start()):
            bears = _number_before(low, maximus, floor)
            found.append((bears.start() if bears else maximus, int(bears[1]) if bears else None, determined.end()))
    for index, (start, number, request) in enumerate(found):
        stop = min(found[index + 1][0] if index + 1 < len(found) else end, request + _LONGEST_SENTENCE)
        statement = _deciding(low, request, stop)
        sentence_end = None if statement else _SENTENCE_END.search(low, request, stop)
        if statement is None and sentence_end is None:
            continue  # the letter breaks off
        request_end = statement.start if statement else sentence_end.start() if sentence_end else stop
        page.mark(start, statement.end if statement else request_end)
        yield Decision(number, start, (request, request_end), statement)


def _deciding(low: str, start: int, end: int) -> Statement | None:
    """The first statement that goes on to 'appropriate', as the form does, else the first one."""
    first = None
    for statement in statements(low, start, end):
        if low.endswith("appropriate", statement.start, statement.end):
            return statement
        first = first or statement
    return first


def _opens_section(low: str, regarding: re.Match[str]) -> bool:
    number = _NUMBER.search(low, max(0, regarding.start() - 8), regarding.start())
    return number is not None or starts_line(low, regarding.start())


def _sections(page: Page, start: int, end: int) -> Iterator[Section]:
    low = page.low
    found = [one for one in _REGARDING.finditer(low, start, end) if _opens_section(low, one)]
    starts = [_numbered_start(low, one.start(), start) for one in found]
    for regarding, first, stop in zip(found, starts, [*starts, end][1:], strict=True):
        relied = _RELIED.search(low, regarding.end(), stop)
        rationale = _RATIONALE.search(low, relied.end() if relied else regarding.end(), stop)
        behind = relied or rationale
        if behind is None:
            continue  # 'Regarding the request for ...' in a sentence
        heading_end = _section_of(low, relied.start(), regarding.end()) if relied else behind.start()
        colon = low.rfind(":", regarding.end(), heading_end)
        request_end = colon if colon >= 0 else heading_end
        page.mark(first, relied.end() if relied else heading_end)
        if rationale:
            page.mark(*rationale.span())
        yield Section(
            number=int(low[first : regarding.start()].strip(" .)\n")) if first < regarding.start() else None,
            start=first,
            request=(regarding.end(), request_end),
            guidelines=(relied.end(), rationale.start() if rationale else stop) if relied else None,
            rationale=(rationale.end(), stop) if rationale else None,
        )


def _item(page: Page, number: int, dispute: Dispute) -> Item:
    section = dispute.section
    stated = [one.statement for one in dispute.decisions if one.statement and one.statement.outcome]
    decided = stated[0] if stated else None
    claims, reviewer = sides(page, *section.guidelines) if section and section.guidelines else (None, None)
    restated = None
    if decided:
        again = list(stated)
        closing = _closing_statement(page, section) if section and section.rationale else None
        if closing and closing.outcome:
            again.append(closing)
        restated = next((one for one in again if one.outcome != decided.outcome), again[-1] if len(again) > 1 else None)
    item = Item(
        number=number,
        service=service_of(page, dispute),
        outcome=decided.outcome if decided else None,
        outcome_value=page.value(decided.said_start, decided.end) if decided else None,
        claims_guideline=claims,
        reviewer_guideline=reviewer,
        rationale=page.value(*section.rationale) if section and section.rationale else None,
        restated_outcome=restated.outcome if restated else None,
        restated_outcome_value=page.value(restated.said_start, restated.end) if restated else None,
    )
    page.mark_values(item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale)
    return item


def _closing_statement(page: Page, section: Section) -> Statement | None:
    """What the rationale says of the item's own request: in its last sentence, or in one with the request's words."""
    start, end = section.rationale or (0, 0)
    low = page.low
    found = None
    for statement in statements(low, start, end):
        sentence = low[max(start, low.rfind(".", start, statement.start) + 1) : statement.start]
        if "request" not in sentence or not _REQUEST.search(sentence):
            continue
        if not low[statement.end : end].strip(" .\n\"”'"):  # the last one
            found = statement
            continue
        if repeats_request(page, section.request, sentence):
            found = statement
    return found
