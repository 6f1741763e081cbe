"""A reading as rows: what extract writes to the lake. The columns are those of the staged parts."""

from __future__ import annotations

from typing import Any

from orchestration.letters.guidelines.cutter import cut_guidelines
from orchestration.letters.measures import quantity, spine_levels, strength
from orchestration.letters.model import Item, Reading, Rejection, Side, Value
from orchestration.letters.page import place
from orchestration.letters.reader import READER_VERSION

Row = dict[str, Any]
_DATES = ("injury", "ur_denial", "application_received", "assigned", "decision")
_VALUES = ("case_number", "priority", "patient_age", "patient_sex", "case_summary")


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
        values |= {"patient_age": patient.age_value, "patient_sex": patient.sex_value}
        for name, (day, printed) in header.dates.items():
            days[f"{name}_date"] = day
            values[f"{name}_date"] = printed
        age, sex = patient.age, patient.sex
    row |= days
    row |= {"case_number": _text(values["case_number"]), "priority": _text(values["priority"])}
    row |= {"patient_age": age, "patient_sex": sex}
    for name, value in values.items():
        row |= _span(name, value)
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
    service = item.service.text if item.service else ""
    row: Row = {
        "letter_id": letter_id,
        "item_number": item.number,
        "service_text": _text(item.service),
        "outcome": item.outcome,
        "quantity": quantity(service),
        "strength": strength(service),
        "spine_levels": spine_levels(service),
        "claims_guideline_text": _text(item.claims_guideline),
        "reviewer_guideline_text": _text(item.reviewer_guideline),
        "rationale_text": _text(item.rationale),
        "rationale_words": len(item.rationale.text.split()) if item.rationale else 0,
    }
    row |= _span("service", item.service) | _span("outcome", item.outcome_value)
    row |= _span("claims_guideline", item.claims_guideline) | _span("reviewer_guideline", item.reviewer_guideline)
    return row | _span("rationale", item.rationale)


def citation_rows(letter_id: str, clean: str, item: Item) -> list[Row]:
    """Rows of staged `citations`: what both sides cite for one item. `clean` is the letter's text without footers."""
    sides: tuple[tuple[Side, Value | None], ...] = (
        ("claims_administrator", item.claims_guideline),
        ("reviewer", item.reviewer_guideline),
    )
    rows = []
    for side, paragraph in sides:
        if not paragraph:
            continue
        for number, citation in enumerate(cut_guidelines(paragraph.text).citations, start=1):
            start, end = place(clean, paragraph, citation.start, citation.end)
            rows.append(
                {
                    "letter_id": letter_id,
                    "item_number": item.number,
                    "cited_by": side,
                    "citation_number": number,
                    "scheme": citation.scheme,
                    "guideline_text": citation.guideline_text,
                    "chapter_number": citation.chapter_number,
                    "section_text": citation.section_text,
                    "pages": "; ".join(f"{first}-{last}" for first, last in citation.pages) or None,
                    "edition_year": citation.edition_year,
                    "citation_text": citation.citation_text,
                    "span_start": start,
                    "span_end": end,
                }
            )
    return rows


def _text(value: Value | None) -> str | None:
    return value.text if value else None


def _span(name: str, value: Value | None) -> Row:
    return {f"{name}_start": value.start if value else None, f"{name}_end": value.end if value else None}
