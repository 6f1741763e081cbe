"""Letters of our own making, in the form of the two later templates. Nobody in them exists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

CHRONIC_PAIN = "Decision based on MTUS Chronic Pain Treatment Guidelines Opioids, criteria for use Page(s): 76-80."
RATIONALE = (
    "The guideline asks for documented pain relief and functional improvement. Neither is found in the records. "
    "Therefore, the request is not medically necessary."
)
_SAME = (
    "MAXIMUS Federal Services sent the complete case file to an expert reviewer. He/she has no affiliation with the "
    "employer, employee, providers or the claims administrator. {certified}He/she has been in active clinical practice "
    "for more than five years and is currently working at least 24 hours a week in active practice. The expert reviewer "
    "was selected based on his/her clinical experience, education, background, and expertise in the same or similar "
    "specialties that evaluate and/or treat the medical condition and disputed items/services. He/she is familiar with "
    "governing laws and regulations, including the strength of evidence hierarchy that applies to Independent Medical "
    "Review determinations."
)


@dataclass(frozen=True)
class MadeItem:
    """One item; a paragraph that is None is not printed, nor is an outcome."""

    service: str = "Norco 10/325mg #90"
    outcome: str | None = "Upheld"
    claims: str | None = "The Claims Administrator did not cite any medical evidence for its decision."
    reviewer: str | None = CHRONIC_PAIN
    rationale: str | None = RATIONALE


@dataclass(frozen=True)
class MadeLetter:
    """A letter to be printed. `line_gap` and `paragraph_gap` are the white space between lines and paragraphs."""

    case_number: str | None = "CM15-0000001"
    decision_date: str = "07/01/2015"
    items: Sequence[MadeItem] = field(default_factory=lambda: (MadeItem(),))
    summary: str = (
        "The injured worker is a 50 year old female who sustained an industrial injury on September 23, 2010."
    )
    specialties: str = "Anesthesiology, Pain Management"
    states: str = "California, Nevada"
    prose: bool = False
    width: int = 95
    heading_width: int = 95  # headings are bold, and break before the prose does
    line_gap: str = " \n\n"
    paragraph_gap: str = " \n\n \n\n"

    def text(self) -> str:
        paragraphs = []
        if self.case_number:
            paragraphs.append(
                f"Case Number: {self.case_number} Date Assigned: 05/28/2015{self.line_gap}"
                f"Date of Injury: 09/23/2010 Decision Date: {self.decision_date}{self.line_gap}"
                f"UR Denial Date: 04/24/2015{self.line_gap}Priority: Standard Application Received: 05/20/2015"
            )
        certified = f"The expert reviewer is Board Certified in {self.specialties} and is licensed to practice in {self.states}. "
        paragraphs.append("HOW THE IMR FINAL DETERMINATION WAS MADE")
        paragraphs.append(self._wrap(_SAME.format(certified=certified if self.prose else "")))
        if not self.prose:
            paragraphs.append(
                f"The Expert Reviewer has the following credentials:{self.line_gap}"
                f"State(s) of Licensure: {self.states}{self.line_gap}Certification(s)/Specialty: {self.specialties}"
            )
        paragraphs += [
            "CLINICAL CASE SUMMARY",
            self._wrap(
                "The expert reviewer developed the following clinical case summary based on a review of the case file, "
                "including all medical records:"
            ),
            self._wrap(self.summary),
            "IMR ISSUES, DECISIONS AND RATIONALES",
            self._wrap(
                "The Final Determination was based on decisions for the disputed items/services set forth below:", 200
            ),
        ]
        for item in self.items:
            paragraphs.append(self._wrap(f"{item.service}: {item.outcome or ''}".strip(), self.heading_width))
            for label, words in (
                ("Claims Administrator guideline", item.claims),
                ("MAXIMUS guideline", item.reviewer),
                ("Decision rationale", item.rationale),
            ):
                if words is not None:
                    paragraphs.append(self._wrap(f"{label}: {words}"))
        return " " + self.paragraph_gap.join(paragraphs) + " \n"

    def _wrap(self, words: str, width: int | None = None) -> str:
        return self.line_gap.join(_line(width or self.width).findall(" ".join(words.split())))


@cache
def _line(width: int) -> re.Pattern[str]:
    """As many whole words as fit, or one that is longer; ten times as quick as textwrap."""
    return re.compile(rf"(?<!\S)\S.{{0,{width - 1}}}(?!\S)|\S+")
