"""One letter, from text to a reading: which template it is, and which part is read by whom."""

from __future__ import annotations

import re

from orchestration.letters.form import made_wording, unread_share
from orchestration.letters.header import read_header
from orchestration.letters.issues import read_items
from orchestration.letters.model import Reading, Rejection, Template
from orchestration.letters.page import blank_footers, fold, lower, value, weight
from orchestration.letters.patient import read_patient
from orchestration.letters.reviewer import read_credentials

READER_VERSION = 1
"""Raised whenever a letter may read differently than before."""

_MADE = re.compile(r"how\s+the\s+imr\s+(?:final\s+)?determination\s+was\s+made")
_SUMMARY = re.compile(r"clinical\s+case\s+summary")
_SUMMARY_INTRODUCTION = re.compile(
    r"\s*the\s+(?:expert|physician)\s+reviewer\s+developed\s+the\s+following\s+clinical\s+case\s+summary\s+based\s+on\s+a"
    r"\s+review\s+of\s+the\s+case\s+file,?\s+including\s+all\s+medical\s+records\s*:?"
)
_ISSUES = re.compile(r"(?:imr\s+)?issues,\s*decisions,?\s+and\s+rationales")
_CREDENTIALS = re.compile(r"reviewer\s+has\s+the\s+following\s+credentials|states?(?:\(s\))?\s+of\s+licensure\s*:")
# Templates that are recognised but not read yet, by the heading that only they have.
_OTHER_TEMPLATES: tuple[tuple[Template, re.Pattern[str]], ...] = (
    ("decisions_rationales", re.compile(r"imr\s+decision\(?s?\)?\s+and\s+rationale\(?s?\)?")),
    ("notice", re.compile(r"notice\s+of\s+independent\s+medical\s+review\s+determination")),
    ("professional_review", re.compile(r"medical\s+professional\s+review\b")),
)


def read_letter(text: str) -> Reading | Rejection:
    """Reads one letter.

    Every value of the reading carries its place in `text`, in characters. A letter of another template ends as
    `unknown_template`, one with the headings of a template but no item as `no_items`; no letter is half read.
    """
    low = lower(text)
    issues = _ISSUES.search(low)
    if not issues:
        return _unknown(low)
    made = _MADE.search(low, 0, issues.start())
    clean = blank_footers(text, made.end() if made else 0)
    if clean is not text:
        low = lower(clean)
    summary = _SUMMARY.search(low, made.end() if made else 0, issues.start())
    made_end = summary.start() if summary else issues.start()
    made_start = made.start() if made else 0
    template: Template = "issues_credentials" if _CREDENTIALS.search(low, made_start, made_end) else "issues_prose"

    items, wording = read_items(clean, low, issues.end())
    if not items:
        return Rejection("no_items", f"The letter has the headings of template {template}, but no item under them.")
    header = read_header(clean, low, made_start if made else made_end)
    credentials = read_credentials(clean, low, made_start, made_end)
    wording += header.wording + made_wording(low[made_start:made_end]) + weight(fold(issues[0]))
    case_summary = None
    patient_start = issues.start()
    if summary:
        introduction = _SUMMARY_INTRODUCTION.match(low, summary.end(), issues.start())
        patient_start = introduction.end() if introduction else summary.end()
        case_summary = value(clean, patient_start, issues.start())
        wording += weight(fold(clean[summary.start() : patient_start]))
    return Reading(
        template=template,
        header=header,
        credentials=credentials,
        case_summary=case_summary,
        patient=read_patient(clean, low, patient_start, issues.start()),
        items=items,
        unread_share=unread_share(clean, wording, header, credentials, case_summary, items),
        clean=clean,
    )


def _unknown(low: str) -> Rejection:
    for template, heading in _OTHER_TEMPLATES:
        if heading.search(low):
            return Rejection(
                "unknown_template", f"The letter is of template {template}, which this reader does not read."
            )
    return Rejection("unknown_template", "The text has no heading of a determination letter.")
