"""How the determination was made: certifications, subspecialties and states of licensure of the reviewer."""

from __future__ import annotations

import re

from orchestration.letters.model import Credential, CredentialKind
from orchestration.letters.page import Page, labelled

# In a sentence: 'is Board Certified in Internal Medicine, has a subspecialty in Rheumatology and is licensed to
# practice in Maryland.'
# 'is a Doctor of Chiropractic', 'is licensed in Psychology': professions that no board certifies.
_CERTIFIED = re.compile(r"certified\s+in\s")
_QUALIFIED = re.compile(r"(?:licensed\s+in|doctor\s+of)\s")
_SUBSPECIALTY = re.compile(r"sub-?\s?special(?:ty|ties|ities|ity|ization)\s+(?:certificate\s+)?in\s")
_LICENSED = re.compile(r"licensed\s+to\s+practice\s+in\s")
# In a block: 'State(s) of Licensure: North Carolina' / 'Certification(s)/Specialty: Family Practice'
_BLOCK_LABEL = re.compile(
    r"(states?(?:\(s\))?\s+of\s+licensure|certifications?(?:\(s\))?\s*/\s*special(?:ty|ties)(?:\(s\))?)\s*:"
)
_STOP = re.compile(r"\.\s|\s(?:who|he/she)\s")
_LINE = re.compile(r"[^\n\f]*\S[^\n\f]*")
_FULL_LINE = 75
_LINKING_WORDS = frozenset(
    ("and", "has", "have", "had", "holds", "with", "a", "an", "is", "also", "who", "he/she", ",")
)
# Names that hold an 'and' or a comma of their own; every other one parts two names.
_WHOLE_NAME = re.compile(
    r"physical\s+medicine\s*(?:and|&)\s*rehabilitation|obstetrics\s*(?:and|&)\s*gynecology"
    r"|allergy\s*(?:and|&)\s*immunology|ear,?\s+nose,?\s*(?:and|&)\s*throat|oral\s*(?:and|&)\s*maxillofacial\s+\w+"
    r"|undersea\s*(?:and|&)\s*hyperbaric\s+medicine|hospice\s*(?:and|&)\s*palliative\s+(?:medicine|care)"
    r"|hand\s*(?:and|&)\s*upper\s+extremity(?:\s+surgery)?|foot\s*(?:and|&)\s*ankle\s+(?:surgery|orthopa?edics)"
    r"|foot\s*(?:and|&)\s*ankle|plastic\s*(?:and|&)\s*reconstructive\s+surgery|head\s*(?:and|&)\s*neck\s+surgery"
    r"|(?:general\s+)?preventive\s+medicine\s*(?:and|&)\s*public\s+health|public\s+health\s*(?:and|&)\s*general\s+\w+\s+\w+"
    r"|pulmonary\s+disease\s*(?:and|&)\s*critical\s+care(?:\s+medicine)?|thoracic\s*(?:and|&)\s*cardiac\s+surgery"
    r"|cardiothoracic\s*(?:and|&)\s*vascular\s+surgery|washington,?\s+d\.?\s?c\.?"
    r"|neuromusculoskeletal\s+medicine\s*(?:and|&)\s*om[mt]"
)
_PART = re.compile(r"\s*(?:[,;]\s*and\b|[,;]|\band\b|\n\s*\n\s*\n)\s*")


def read_credentials(page: Page, start: int, end: int) -> tuple[Credential, ...]:
    """Credentials in printed order, from the block where there is one, else from the sentence."""
    low = page.low
    labels = list(_BLOCK_LABEL.finditer(low, start, end))
    if labels:
        found: list[Credential] = []
        for label, stop in labelled(labels, end):
            kind: CredentialKind = "state" if label[1].startswith("state") else "specialty"
            found += _names(page, kind, label.end(), _list_end(low, label.end(), stop))
        return tuple(found)
    return tuple(_from_sentence(page, start, end))


def _from_sentence(page: Page, start: int, end: int) -> list[Credential]:
    low = page.low
    licensed = _LICENSED.search(low, start, end)
    licensed_start = licensed.start() if licensed else end
    certified = _CERTIFIED.search(low, start, licensed_start) or _QUALIFIED.search(low, start, licensed_start)
    subspecialty = _SUBSPECIALTY.search(low, certified.end() if certified else start, licensed_start)
    found: list[Credential] = []
    if certified:
        stop = subspecialty or licensed
        found += _names(
            page, "specialty", certified.end(), stop.start() if stop else _sentence_end(low, certified.end(), end)
        )
    if subspecialty:
        stop_at = licensed.start() if licensed else _sentence_end(low, subspecialty.end(), end)
        found += _names(page, "subspecialty", subspecialty.end(), stop_at)
    if licensed:
        found += _names(page, "state", licensed.end(), _sentence_end(low, licensed.end(), end))
    return found


def _list_end(low: str, start: int, end: int) -> int:
    """Where a list in the block ends: with its line, unless the line is full or breaks off at a comma or an 'and'."""
    at = low.rfind("\n", 0, start) + 1
    for line in _LINE.finditer(low, start, end):
        words = line[0].rstrip()
        if not words.endswith((",", "&", "/", " and")) and line.end() - at < _FULL_LINE:
            return line.end()
        at = line.end() + 1
    return end


def _sentence_end(low: str, start: int, end: int) -> int:
    stop = _STOP.search(low, start, end)
    return stop.start() if stop else end


def _names(page: Page, kind: CredentialKind, start: int, end: int) -> list[Credential]:
    """Parts a list of names at commas and 'and', but not inside a name that holds one."""
    low = page.low
    found = []
    for part_start, part_end in _parts(low, start, end):
        words = low[part_start:part_end].split()
        while words and words[-1].strip(".,") in _LINKING_WORDS:  # '... , has a' before 'subspecialty in'
            part_end = low.rindex(words.pop(), part_start, part_end)
        name = page.value(part_start, part_end)
        if name:
            name = page.value(name.start, name.start + len(low[name.start : name.end].rstrip(" .,;")))
        if name and any(character.isalpha() for character in name.text):
            found.append(Credential(kind, name))
    return found


def _parts(low: str, start: int, end: int) -> list[tuple[int, int]]:
    whole = [match.span() for match in _WHOLE_NAME.finditer(low, start, end)]
    parts, at = [], start
    for gap in _PART.finditer(low, start, end):
        if any(first <= gap.start() < last for first, last in whole):
            continue
        parts.append((at, gap.start()))
        at = gap.end()
    parts.append((at, end))
    return parts
