"""What a reading of one letter is made of. Shapes only; the cutting stands beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

Template = Literal["professional_review", "notice", "decisions_rationales", "issues_prose", "issues_credentials"]
Side = Literal["claims_administrator", "reviewer"]
Outcome = Literal["upheld", "overturned"]
Scheme = Literal["mtus", "non_mtus"]
CredentialKind = Literal["specialty", "subspecialty", "state"]
Reason = Literal[
    "empty_file",
    "too_large",
    "not_text",
    "no_text_layer",
    "encrypted_pdf",
    "damaged_file",
    "unknown_template",
    "no_items",
    "unreadable",
]


Span = tuple[int, int]
"""A stretch of the letter's text in characters, half open."""


class Value(NamedTuple):
    """Words of the letter and where they stand.

    `text` is what the letter prints between `start` and `end` (characters, half open), white space folded and page
    footers taken out.
    """

    text: str
    start: int
    end: int


class Citation(NamedTuple):
    """One guideline cited by one side for one item, cut into its parts; not yet classified.

    `start` and `end` are offsets into the paragraph that it was cut from.
    """

    scheme: Scheme
    guideline_text: str | None  # the guideline's name as printed: 'Chronic Pain Treatment Guidelines'
    chapter_number: int | None
    section_text: str | None  # the topic as printed: 'Opioids, criteria for use'
    pages: tuple[tuple[int, int], ...]  # inclusive ranges in printed order; page 46 alone is (46, 46)
    edition_year: int | None
    citation_text: str  # as printed
    start: int
    end: int


class GuidelineParagraph(NamedTuple):
    """What one side says it relied on. No citations: the paragraph says that nothing was cited.

    `adopts_other_side` is set where it finds the other side's guidelines appropriate, and so relies on them;
    `adopts_last` where it names its own before them.
    """

    citations: tuple[Citation, ...] = ()
    adopts_other_side: bool = False
    adopts_last: bool = False


class Item(NamedTuple):
    """One disputed item or service, in the letter's order. What the letter does not print is None.

    `restated_outcome` is the outcome that a notice states again at the end of the item's own section.
    """

    number: int
    service: Value | None
    outcome: Outcome | None
    outcome_value: Value | None
    claims_guideline: Value | None
    reviewer_guideline: Value | None
    rationale: Value | None
    restated_outcome: Outcome | None = None
    restated_outcome_value: Value | None = None


class Credential(NamedTuple):
    """One specialty, subspecialty or state of licensure of the reviewer, as printed."""

    kind: CredentialKind
    value: Value


class Header(NamedTuple):
    """The block of case number and dates on the first page. A letter that starts later has none of it."""

    case_number: Value | None
    priority: Value | None
    # injury, ur_denial, ...: the day, None where no calendar has it, and its place
    dates: dict[str, tuple[dt.date | None, Value]]


class Patient(NamedTuple):
    """Age in years and sex, where the case summary states them."""

    age: int | None = None
    age_value: Value | None = None
    sex: Literal["female", "male"] | None = None
    sex_value: Value | None = None


class Sections(NamedTuple):
    """Where the parts of a letter stand. A part that the letter lacks is None."""

    header_end: int  # the block of case number and dates stands before
    made: Span  # how the determination was made: who reviewed
    summary: Span | None
    documents: Span | None
    items: Span


class Reading(NamedTuple):
    """One letter, read."""

    template: Template
    header: Header
    credentials: tuple[Credential, ...]
    case_summary: Value | None
    documents: Value | None
    patient: Patient
    items: tuple[Item, ...]
    unread_share: float
    clean: str  # the text with page footers blanked: same length, same places


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a letter could not be read: a code from the closed list and a sentence for people."""

    reason_code: Reason
    detail: str
