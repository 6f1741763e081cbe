"""The wording that every letter of a template prints, and what share of a letter is neither that nor read.

The share is near 0 for a letter that was understood whole, and the first thing to rise when the form changes.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from orchestration.letters.model import Span
from orchestration.letters.page import Page, in_one_line

# In small letters, white space folded, straight quotes. A sentence that holds a value stands in pieces around it. Later
# letters speak of an expert reviewer, earlier ones of a physician reviewer.
_REVIEWER = (
    "how the imr final determination was made",
    "how the imr determination was made",
    "medical qualifications of the expert reviewer:",
    "medical qualifications of the physician reviewer:",
    "maximus federal services sent the complete case file to an expert reviewer.",
    "maximus federal services sent the complete case file to a physician reviewer.",
    "he/she has no affiliation with the employer, employee, providers or the claims administrator.",
    "the expert reviewer is board certified in",
    "the physician reviewer is board certified in",
    "the medical professional reviewer is board certified in",
    "the expert reviewer is licensed in",
    "the physician reviewer is licensed in",
    "the expert reviewer is a doctor of",
    "the physician reviewer is a doctor of",
    "has a subspecialty in",
    "the expert reviewer is licensed to practice in",
    "and is licensed to practice in",
    "he/she has been in active clinical practice for more than five years and is currently working at least 24 hours a"
    " week in active practice.",
    "the expert reviewer was selected based on",
    "the physician reviewer was selected based on",
    "the professional reviewer was selected based on",
    "his/her clinical experience, education, background, and expertise in the same or similar specialties that evaluate"
    " and/or treat the medical condition and",
    "disputed items/service",
    "disputed treatment.",
    "treatments and/or services at issue.",
    "he/she is familiar with governing laws and regulations, including the strength of evidence hierarchy that applies"
    " to independent medical review determinations.",
    "the expert reviewer has the following credentials:",
    "state(s) of licensure:",
    "certification(s)/specialty:",
    "the independent medical doctor who made the decision has no affiliation with the employer, employee, providers or"
    " the claims administrator.",
)
_LETTERHEAD = (
    "maximus federal services, inc. independent medical review p.o. box 138009 sacramento, ca 95813-8009",
    "(855) 865-8873 fax: (916) 605-4270",
    "notice of independent medical review determination",
    "independent medical review decision and rationale",
    "medical professional review",
    "an application for independent medical review was filed on",
    "disputing the utilization review denial dated",
    "a notice of assignment and request for information was provided to the above parties on",
    "a decision has been made for each of the treatment and/or services that were in dispute:",
)
# The cover of the later templates.
_COVER = (
    "independent medical review final determination letter",
    "treatment(s) in dispute listed on imr application:",
    "maximus federal services has completed the independent medical review",
    "of the above workers' compensation case. this letter provides you with the imr final determination and explains"
    " how"
    " the determination was made.",
    "final determination: uphold. this means we decided that none of the disputed items/services are medically"
    " necessary"
    " and appropriate.",
    "final determination: overturn. this means we decided that all of the disputed items/services are medically"
    " necessary and appropriate.",
    "final determination: partial overturn. this means we decided that some (but not all) of the disputed"
    " items/services"
    " are medically necessary and appropriate.",
    "a detailed explanation of the decision for each of the disputed items/services is provided later in this letter.",
    "the determination of maximus federal services and its physician reviewer is deemed to be the final determination"
    " of"
    " the administrative director",
    "of the division of workers' compensation. this determination is binding on all parties.",
    "in certain limited circumstances, you can appeal the final determination.",
    "appeals must be filed with the workers' compensation appeals board within 30 days from the date of this letter.",
    "for more information on appeal procedures, read california labor code section 4610.6(h).",
    "for more information on appealing the final determination, please see california labor code section 4610.6(h).",
    "dear sir or madam:",
)
_CLOSING = (
    "effect of the decision: the determination of maximus federal services and its physician reviewer is deemed to be"
    " the"
    " final determination of the administrative director, division of workers' compensation. with respect to the"
    " medical"
    " necessity of the treatment in dispute, this determination is binding on all parties. in accordance with"
    " california"
    " labor code section 4610.6(h), a determination may be reviewed only if a verified appeal is filed with the"
    " workers'"
    " compensation appeals board within 30 days of the date of mailing of this decision.",
    "sincerely,",
    "medical director",
    "cc: department of industrial relations",
    "division of workers' compensation",
    "1515 clay street, 18th floor oakland, ca 94612",
    "disclaimer: maximus is providing an independent review service under contract with the california department of"
    " industrial relations. maximus is not engaged in the practice of law or medicine. decisions about the use or"
    " nonuse"
    " of health care services and treatments are the sole responsibility of the patient and the patient's physician."
    " maximus is not liable for any consequences arising from these decisions.",
)
# Longest first: some sentences stand within others. By a word from their middle, the longest: nearly all that a stretch
# doesn't hold are told by that word.
_WORDING = sorted({*_REVIEWER, *_LETTERHEAD, *_COVER, *_CLOSING}, key=len, reverse=True)
_BY_WORD: dict[str, list[tuple[int, str]]] = {"": []}  # two words have no middle
for _place, _words in enumerate(_WORDING):
    _BY_WORD.setdefault(max(_words.split()[1:-1], key=len, default=""), []).append((_place, _words))
_SHORTEST = len(_WORDING[-1])


def unread_share(page: Page, read: list[Span]) -> float:
    """The share, 0 to 1, of the letter's characters (white space and footers apart) in no field and no form.

    `read` are the places of all values; the page knows the marks of the form.
    """
    low = page.low
    whole = _printed(low)
    starts, ends = zip(*sorted(read + page.marks), strict=True)
    pieces = [
        piece
        for start, end in zip((0, *accumulate(ends, max)), (*starts, len(low)), strict=True)
        if start < end and (piece := low[start:end].strip())
    ]
    unknown, was_cut = 0, False
    for piece in pieces:
        signs, is_cut = _unknown(in_one_line(piece))
        if is_cut and was_cut:  # what looked like a value may stand in the middle of a sentence
            unknown, _ = _unknown(in_one_line(" ".join(pieces)))
            break
        unknown, was_cut = unknown + signs, is_cut
    return round(unknown / whole, 4) if whole else 0.0


def _printed(low: str) -> int:
    """How many characters are no white space; by way of bytes, as it takes a third of the time of counting spaces."""
    return len(low.encode("ascii", "replace").translate(None, b" \n"))


@lru_cache(maxsize=8192)  # between their values, letters of one form are much alike
def _unknown(piece: str) -> tuple[int, bool]:
    """Characters of a stretch between two values, in one line, that are no known wording, and whether there are words
    among them."""
    left = piece
    wording: list[tuple[int, str]] = []
    if len(piece) >= _SHORTEST:
        left = piece.replace("’", "'")
        for word in (_BY_WORD.keys() & left.split(" ")) | {""}:
            wording += _BY_WORD[word]
        for _, words in sorted(wording):
            left = left.replace(words, "")
    return _printed(left), any(map(str.isalnum, left))
