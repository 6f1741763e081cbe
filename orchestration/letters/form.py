"""The wording that every letter of a template prints, and what share of a letter is neither that nor read.

The share is near 0 for a letter that was understood whole, and the first thing to rise when the form changes.
"""

from __future__ import annotations

from orchestration.letters.model import Credential, Header, Item, Value
from orchestration.letters.page import fold, weight

# In small letters, white space folded; 'an expert reviewer' and 'a physician reviewer' take turns.
_MADE = (
    "how the imr final determination was made",
    "maximus federal services sent the complete case file to an expert reviewer.",
    "maximus federal services sent the complete case file to a physician reviewer.",
    "he/she has no affiliation with the employer, employee, providers or the claims administrator.",
    "the expert reviewer is board certified in",
    "the physician reviewer is board certified in",
    "the expert reviewer is licensed to practice in",
    "has a subspecialty in",
    "and is licensed to practice in",
    "he/she has been in active clinical practice for more than five years and is currently working at least 24 hours a"
    " week in active practice.",
    "the expert reviewer was selected based on his/her clinical experience, education, background, and expertise in the"
    " same or similar specialties that evaluate and/or treat the medical condition and disputed items/service",
    "the physician reviewer was selected based on his/her clinical experience, education, background, and expertise in"
    " the same or similar specialties that evaluate and/or treat the medical condition and disputed items/service",
    "he/she is familiar with governing laws and regulations, including the strength of evidence hierarchy that applies"
    " to independent medical review determinations.",
    "the expert reviewer has the following credentials:",
    "state(s) of licensure:",
    "certification(s)/specialty:",
)


def made_wording(low_section: str) -> int:
    """Characters of form wording in the section that tells how the determination was made (small letters)."""
    folded = fold(low_section)
    return sum(weight(sentence) for sentence in _MADE if sentence in folded)


def unread_share(
    clean: str,
    wording: int,
    header: Header,
    credentials: tuple[Credential, ...],
    case_summary: Value | None,
    items: tuple[Item, ...],
) -> float:
    """The share, 0 to 1, of the letter's characters (white space and footers apart) in no field and no form."""
    whole = len("".join(clean.split()))
    values: list[Value | None] = [header.case_number, header.priority, case_summary]
    values += [printed for _, printed in header.dates.values()]
    values += [credential.value for credential in credentials]
    for item in items:
        values += [item.service, item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale]
    read = wording + sum(weight(found.text) for found in values if found)
    return round(min(1.0, max(0.0, 1 - read / whole)), 4) if whole else 0.0
