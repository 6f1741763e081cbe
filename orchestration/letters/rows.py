"""A reading as rows: what extract writes to the lake. The columns are those of the staged parts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from orchestration.letters.guidelines.cutter import cut_guidelines
from orchestration.letters.measures import quantity, spine_levels, strength
from orchestration.letters.model import Item, Reading, Rejection, Scheme, Side, Span, Value
from orchestration.letters.page import Places, in_one_line
from orchestration.letters.reader import READER_VERSION

Row = dict[str, Any]
# A citation's scheme, guideline, chapter, section, pages, year and text, and where in its paragraph it begins and ends.
_Cells = tuple[Scheme, str | None, int | None, str | None, str | None, int | None, str, int, int]
_Cited = tuple[int, _Cells]  # with the place of the paragraph
_DATES = ("injury", "ur_denial", "application_received", "assigned", "decision")
_VALUES = ("case_number", "priority", "patient_age", "patient_sex", "case_summary", "documents")
_ENDS = {name: (f"{name}_start", f"{name}_end") for name in (*_VALUES, *(f"{name}_date" for name in _DATES))}
_BLANK: Row = {
    "letter_id": None,
    "reader_version": READER_VERSION,
    "reason_code": None,
    "detail": None,
    "template": None,
    "item_count": 0,
    "unread_share": None,
    **{f"{name}_date": None for name in _DATES},
    **dict.fromkeys(("case_number", "priority", "patient_age", "patient_sex")),
    **{end: None for ends in _ENDS.values() for end in ends},
}


def letter_row(letter_id: str, reading: Reading | Rejection) -> Row:
    """One row of staged `letters`: read or rejected."""
    row = _BLANK.copy()
    row["letter_id"] = letter_id
    if isinstance(reading, Rejection):
        row["reason_code"], row["detail"] = reading.reason_code, reading.detail
        return row
    case_number, priority, dates = reading.header
    age, age_value, sex, sex_value = reading.patient
    row["template"], row["item_count"] = reading.template, len(reading.items)
    row["unread_share"] = reading.unread_share
    row["patient_age"], row["patient_sex"] = age, sex
    if case_number:
        row["case_number"], row["case_number_start"], row["case_number_end"] = case_number
    if priority:
        row["priority"], row["priority_start"], row["priority_end"] = priority
    for name, (day, printed) in dates.items():
        name = f"{name}_date"
        row[name] = day
        first, last = _ENDS[name]
        _, row[first], row[last] = printed
    for name, value in (
        ("patient_age", age_value),
        ("patient_sex", sex_value),
        ("case_summary", reading.case_summary),
        ("documents", reading.documents),
    ):
        if value:
            first, last = _ENDS[name]
            _, row[first], row[last] = value
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
    service, service_start, service_end = item.service or _NOWHERE
    _, outcome_start, outcome_end = item.outcome_value or _NOWHERE
    _, restated_start, restated_end = item.restated_outcome_value or _NOWHERE
    claims, claims_start, claims_end = item.claims_guideline or _NOWHERE
    reviewer, reviewer_start, reviewer_end = item.reviewer_guideline or _NOWHERE
    rationale, rationale_start, rationale_end = item.rationale or _NOWHERE
    units, strong, levels = _measures(service) if service else _UNMEASURED
    return {
        "letter_id": letter_id,
        "item_number": item.number,
        "service_text": service,
        "outcome": item.outcome,
        "restated_outcome": item.restated_outcome,
        "quantity": units,
        "strength": strong,
        "spine_levels": levels,
        "claims_guideline_text": claims,
        "reviewer_guideline_text": reviewer,
        "rationale_text": rationale,
        "rationale_words": rationale.count(" ") + 1 if rationale else 0,
        "service_start": service_start,
        "service_end": service_end,
        "outcome_start": outcome_start,
        "outcome_end": outcome_end,
        "restated_outcome_start": restated_start,
        "restated_outcome_end": restated_end,
        "claims_guideline_start": claims_start,
        "claims_guideline_end": claims_end,
        "reviewer_guideline_start": reviewer_start,
        "reviewer_guideline_end": reviewer_end,
        "rationale_start": rationale_start,
        "rationale_end": rationale_end,
    }


@lru_cache(maxsize=65_536)  # the same services are asked for over and over
def _measures(service: str) -> tuple[int | None, str | None, str | None]:
    return quantity(service), strength(service), spine_levels(service)


def citation_rows(letter_id: str, clean: str, item: Item) -> list[Row]:
    """Rows of staged `citations`: what both sides cite for one item. `clean` is the letter's text without footers.

    A reviewer who finds the claims administrator's guidelines appropriate relies on them: they are cited again, at the
    place where the letter prints them.
    """
    claims, _, _ = _cited(clean, item.claims_guideline)
    reviewer, is_adopting, is_behind = _cited(clean, item.reviewer_guideline)
    if is_adopting:
        reviewer = reviewer + claims if is_behind else claims + reviewer
    rows = _rows_of_side(letter_id, item.number, "claims_administrator", claims)
    return rows + _rows_of_side(letter_id, item.number, "reviewer", reviewer)


def _rows_of_side(letter_id: str, item_number: int, side: Side, cited: list[_Cited]) -> list[Row]:
    return [
        {
            "letter_id": letter_id,
            "item_number": item_number,
            "cited_by": side,
            "citation_number": number,
            "scheme": scheme,
            "guideline_text": guideline,
            "chapter_number": chapter,
            "section_text": section,
            "pages": pages,
            "edition_year": year,
            "citation_text": text,
            "span_start": at + start,
            "span_end": at + end,
        }
        for number, (at, (scheme, guideline, chapter, section, pages, year, text, start, end)) in enumerate(cited, 1)
    ]


def _cited(clean: str, paragraph: Value | None) -> tuple[list[_Cited], bool, bool]:
    """The citations of one side's paragraph, each with the paragraph's place; whether it adopts the other side's, and
    whether behind its own."""
    if paragraph is None:
        return [], False, False
    _, at, stop = paragraph
    citations, is_adopting, is_behind = _cut(clean[at:stop])
    return [(at, citation) for citation in citations], is_adopting, is_behind


@lru_cache(maxsize=16_384)  # the sentences that recur mostly break their lines at the same words
def _cut(printed: str) -> tuple[tuple[_Cells, ...], bool, bool]:
    """The citations of a paragraph as the letter prints it, in lines: their places are counted in those."""
    citations, is_adopting, is_behind = cut_guidelines(in_one_line(printed))
    if not citations:
        return (), is_adopting, is_behind
    places = Places(printed)
    return (
        tuple(
            (scheme, guideline, chapter, section, _pages(pages), year, text, *places.span(start, end))
            for scheme, guideline, chapter, section, pages, year, text, start, end in citations
        ),
        is_adopting,
        is_behind,
    )


def _pages(pages: tuple[Span, ...]) -> str | None:
    return "; ".join([f"{first}-{last}" for first, last in pages]) or None


_NOWHERE: tuple[None, None, None] = (None, None, None)
"""What the letter does not print."""
_UNMEASURED: tuple[None, None, None] = (None, None, None)
