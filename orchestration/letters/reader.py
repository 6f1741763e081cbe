"""One letter, from text to a reading: which template it is, and which part is read by whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from orchestration.letters.form import unread_share
from orchestration.letters.header import read_header
from orchestration.letters.line_ends import with_returns, without_returns
from orchestration.letters.model import (
    Credential,
    Header,
    Item,
    Reading,
    Rejection,
    Sections,
    Span,
    Template,
    Value,
)
from orchestration.letters.page import Page, plain_and_low
from orchestration.letters.patient import read_patient
from orchestration.letters.reviewer import read_credentials
from orchestration.letters.templates import decisions, issues, notice, professional
from orchestration.letters.templates.parts import sections_of

READER_VERSION = 7
"""Raised whenever a letter may read differently than before."""


class _Form(NamedTuple):
    """A template: the headings that only it has, and how its parts and its items are found."""

    template: Template
    headings: tuple[re.Pattern[str], ...]
    sections: Callable[[str, re.Match[str]], Sections]
    read_items: Callable[[Page, Sections], tuple[Item, ...]]


# The cover of a later letter bears the heading of a notice: later templates come first.
_FORMS = (
    _Form("issues_prose", (issues.HEADING,), sections_of, issues.read_items),
    _Form("decisions_rationales", (decisions.HEADING,), sections_of, decisions.read_items),
    _Form("notice", (notice.HEADING, notice.QUALIFICATIONS), notice.sections, notice.read_items),
    _Form("professional_review", (professional.HEADING,), professional.sections, professional.read_items),
)
_BLANK = tuple(Item(0, None, None, None, None, None, None)[1:])
_SUMMARY_INTRODUCTION = re.compile(
    r"(?:clinical\s+)?case\s+summary\s*:?"
    r"(?:\s*the\s+(?:expert|physician)\s+reviewer\s+developed\s+the\s+following\s+clinical\s+case\s+summary\s+based\s+on"
    r"\s+a\s+review\s+of\s+the\s+case\s+file,?\s+including\s+all\s+medical\s+records\s*:?"
    r"|\s*disclaimer\s*:\s*the\s+following\s+case\s+summary\s+was\s+taken\s+directly\s+from\s+the\s+utili[sz]ation"
    r"\s+review\s+[a-z/]{1,40}(?:\s+letter)?\s+dated\s+[\w\s,/]{4,30}[.:])?"
)


def read_letter(text: str) -> Reading | Rejection:
    """Reads one letter.

    Every value of the reading carries its place in `text`, in characters. A text without the headings of any template
    ends as `unknown_template`, one with headings but no item as `no_items`; no letter is half read.
    """
    if "\r" not in text:
        return _read(text)
    if "\n" not in text:
        return _read(text.replace("\r", "\n"))
    unix, returns = without_returns(text)
    reading = _read(unix)
    return reading if isinstance(reading, Rejection) else with_returns(reading, returns)


def _read(text: str) -> Reading | Rejection:
    text, low = plain_and_low(text)
    recognised = _recognise(low) or _recognise(Page(text, low, 0).low)  # where a page's end parts the heading
    if recognised is None:
        return Rejection("unknown_template", "The text has no heading of a determination letter.")
    form, heading = recognised
    sections = form.sections(low, heading)
    page = Page(text, low, sections.header_end)
    if page.low is not low:  # a heading may have held a footer
        sections = form.sections(page.low, heading)
    page.mark(*heading.span())
    template = form.template
    if template == "issues_prose" and issues.has_credentials_block(page.low, sections):
        template = "issues_credentials"

    items = _printed(form.read_items(page, sections))
    if not items:
        return Rejection("no_items", f"The letter has the headings of template {template}, but no item under them.")
    header = read_header(page, sections.header_end)
    credentials = read_credentials(page, *sections.made)
    case_summary, patient = None, read_patient(page, *(sections.summary or (0, 0)))
    if sections.summary:
        introduction = _SUMMARY_INTRODUCTION.match(page.low, *sections.summary)
        summary_start = introduction.end() if introduction else sections.summary[0]
        page.mark(sections.summary[0], summary_start)
        case_summary = page.value(summary_start, sections.summary[1])
    documents = page.value(*sections.documents) if sections.documents else None
    read = _places(header, credentials, case_summary, documents)
    return Reading(
        template=template,
        header=header,
        credentials=credentials,
        case_summary=case_summary,
        documents=documents,
        patient=patient,
        items=items,
        unread_share=unread_share(page, read),
        clean=page.clean,
    )


def _recognise(low: str) -> tuple[_Form, re.Match[str]] | None:
    """The template and its heading; a heading that begins a line counts for more than the same words in a sentence."""
    in_a_sentence = None
    for form in _FORMS:
        for pattern in form.headings:
            for heading in pattern.finditer(low):
                start = heading.start()
                if low[low.rfind("\n", 0, start) + 1 : start].strip() in ("", "imr"):
                    return form, heading
                in_a_sentence = in_a_sentence or (form, heading)
    return in_a_sentence


def _printed(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The items of which the letter prints anything at all; a label with nothing around it makes none."""
    found = [item for item in items if item[1:] != _BLANK]
    if len(found) == len(items):
        return items
    return tuple(item._replace(number=number) for number, item in enumerate(found, start=1))


def _places(
    header: Header,
    credentials: tuple[Credential, ...],
    case_summary: Value | None,
    documents: Value | None,
) -> list[Span]:
    """Where everything stands that was read but the items, which their readers mark."""
    values = [header.case_number, header.priority, case_summary, documents]
    values += [printed for _, printed in header.dates.values()]
    values += [value for _, value in credentials]
    return [value[1:] for value in values if value]
