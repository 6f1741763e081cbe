"""A reading as rows: what extract writes to the lake. The columns are those of the staged parts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from orchestration.letters.guidelines.cutter import cut_guidelines
from orchestration.letters.measures import quantity, spine_levels, strength
from orchestration.letters.model import Citation, Item, Reading, Rejection, Side, Span, Value
from orchestration.letters.page import Places
from orchestration.letters.reader import READER_VERSION

Row = dict[str, Any]
_Cited = tuple[Citation, Span]
_DATES = ("injury", "ur_denial", "application_received", "assigned", "decision")
_VALUES = ("case_number", "priority", "patient_age", "patient_sex", "case_summary", "documents")


def letter_row(letter_id: str, reading: Reading | Rejection) -> Row:
    """One row of staged `letters`: read or rejected."""
    row: Row = {
        "letter_id": letter_id,
        "reader_version": READER_VERSION,
        "reason_code": None,
        "detail": None,
        "template": None,
        "item_count": 0,
        "unread_share": None,
    }
    values: dict[str, Value | None] = dict.fromkeys((*_VALUES, *(f"{name}_date" for name in _DATES)))
    days: Row = {f"{name}_date": None for name in _DATES}
    age = sex = None
    if isinstance(reading, Rejection):
        row |= {"reason_code": reading.reason_code, "detail": reading.detail}
    else:
        header, patient = reading.header, reading.patient
        row |= {"template": reading.template, "item_count": len(reading.items), "unread_share": reading.unread_share}
        values |= {"case_number": header.case_number, "priority": header.priority, "case_summary": reading.case_summary}
        values["documents"] = reading.documents
        values |= {"patient_age": patient.age_value, "patient_sex": patient.sex_value}
        for name, (day, printed) in header.dates.items():
            days[f"{name}_date"] = day
            values[f"{name}_date"] = printed
        age, sex = patient.age, patient.sex
    row |= days
    for name in ("case_number", "priority"):
        row[name] = (values[name] or _NOWHERE).text
    row |= {"patient_age": age, "patient_sex": sex}
    for name, value in values.items():
        row[f"{name}_start"], row[f"{name}_end"] = (value or _NOWHERE)[1:]
    return row


def credential_rows(letter_id: str, reading: Reading) -> list[Row]:
    """Rows of staged `credentials`: specialties, subspecialties and states as printed, numbered within their kind."""
    rows: list[Row] = []
    numbers: dict[str, int] = {}
    for credential in reading.credentials:
        numbers[credential.kind] = numbers.get(credential.kind, 0) + 1
        rows.append(
            {
                "letter_id": letter_id,
                "credential_kind": credential.kind,
                "credential_number": numbers[credential.kind],
                "credential_text": credential.value.text,
                "span_start": credential.value.start,
                "span_end": credential.value.end,
            }
        )
    return rows


def item_row(letter_id: str, item: Item) -> Row:
    """One row of staged `items`."""
    service = item.service or _NOWHERE
    outcome = item.outcome_value or _NOWHERE
    restated = item.restated_outcome_value or _NOWHERE
    claims = item.claims_guideline or _NOWHERE
    reviewer = item.reviewer_guideline or _NOWHERE
    rationale = item.rationale or _NOWHERE
    units, strong, levels = _measures(service.text or "")
    return {
        "letter_id": letter_id,
        "item_number": item.number,
        "service_text": service.text,
        "outcome": item.outcome,
        "restated_outcome": item.restated_outcome,
        "quantity": units,
        "strength": strong,
        "spine_levels": levels,
        "claims_guideline_text": claims.text,
        "reviewer_guideline_text": reviewer.text,
        "rationale_text": rationale.text,
        "rationale_words": rationale.text.count(" ") + 1 if rationale.text else 0,
        "service_start": service.start,
        "service_end": service.end,
        "outcome_start": outcome.start,
        "outcome_end": outcome.end,
        "restated_outcome_start": restated.start,
        "restated_outcome_end": restated.end,
        "claims_guideline_start": claims.start,
        "claims_guideline_end": claims.end,
        "reviewer_guideline_start": reviewer.start,
        "reviewer_guideline_end": reviewer.end,
        "rationale_start": rationale.start,
        "rationale_end": rationale.end,
    }


@lru_cache(maxsize=65_536)  # the same services are asked for over and over
def _measures(service: str) -> tuple[int | None, str | None, str | None]:
    return quantity(service), strength(service), spine_levels(service)


def citation_rows(letter_id: str, clean: str, item: Item) -> list[Row]:
    """Rows of staged `citations`: what both sides cite for one item. `clean` is the letter's text without footers.

    A reviewer who finds the claims administrator's guidelines appropriate relies on them: they are cited again, at the
    place where the letter prints them.
    """
    claims = _cited(clean, item.claims_guideline)
    reviewer = _cited(clean, item.reviewer_guideline)
    if item.reviewer_guideline and cut_guidelines(item.reviewer_guideline.text).adopts_other_side:
        reviewer = claims + reviewer
    sides: tuple[tuple[Side, list[_Cited]], ...] = (("claims_administrator", claims), ("reviewer", reviewer))
    return [
        {
            "letter_id": letter_id,
            "item_number": item.number,
            "cited_by": side,
            "citation_number": number,
            "scheme": citation.scheme,
            "guideline_text": citation.guideline_text,
            "chapter_number": citation.chapter_number,
            "section_text": citation.section_text,
            "pages": _pages(citation.pages),
            "edition_year": citation.edition_year,
            "citation_text": citation.citation_text,
            "span_start": start,
            "span_end": end,
        }
        for side, cited in sides
        for number, (citation, (start, end)) in enumerate(cited, start=1)
    ]


def _cited(clean: str, paragraph: Value | None) -> list[_Cited]:
    """The citations of one side's paragraph, each with its place in the letter."""
    citations = cut_guidelines(paragraph.text).citations if paragraph else ()
    if not paragraph or not citations:
        return []
    if len(paragraph.text) == paragraph.end - paragraph.start:  # in one line
        at = paragraph.start
        return [(citation, (at + citation.start, at + citation.end)) for citation in citations]
    places = Places(clean, paragraph)
    return [(citation, places.span(citation.start, citation.end)) for citation in citations]


@lru_cache(maxsize=8192)
def _pages(pages: tuple[Span, ...]) -> str | None:
    return "; ".join([f"{first}-{last}" for first, last in pages]) or None


class _Nowhere(NamedTuple):
    """What the letter does not print."""

    text: None = None
    start: None = None
    end: None = None


_NOWHERE = _Nowhere()
