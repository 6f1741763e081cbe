"""How the determination was made: certifications, subspecialties and states of licensure of the reviewer."""

from __future__ import annotations

import re
from functools import lru_cache

from orchestration.letters.model import Credential, CredentialKind
from orchestration.letters.page import Page, labelled

_Place = tuple[CredentialKind, int, int]

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
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_FULL_LINE = 75
_LINKING_WORDS = frozenset(
    ("and", "has", "have", "had", "holds", "with", "a", "an", "is", "also", "who", "he/she", "in", ",")
)
_LEADING_WORDS = _LINKING_WORDS | {"the"}  # 'the District of Columbia'
# Names that hold an 'and' or a comma of their own; every other one parts two names.
_WHOLE_NAME = re.compile(
    r"physical\s+medicine\s*(?:and|&)\s*rehabilitation|obstetrics\s*(?:and|&)\s*gynecology"
    r"|allergy\s*(?:and|&)\s*immunology|ear,?\s+nose,?\s*(?:and|&)\s*throat|oral\s*(?:and|&)\s*maxillofacial\s+\w+"
    r"|undersea\s*(?:and|&)\s*hyperbaric\s+medicine|hospice\s*(?:and|&)\s*palliative\s+(?:medicine|care)"
    r"|shoulder\s*(?:and|&)\s*elbow\s+surgery|hip\s*(?:and|&)\s*knee\s+\w+|hand\s*(?:and|&)\s*upper\s+extremity(?:\s+surgery)?|foot\s*(?:and|&)\s*ankle\s+(?:surgery|orthopa?edics)"
    r"|foot\s*(?:and|&)\s*ankle|plastic\s*(?:and|&)\s*reconstructive\s+surgery|head\s*(?:and|&)\s*neck\s+surgery"
    r"|(?:general\s+)?preventive\s+medicine\s*(?:and|&)\s*public\s+health|public\s+health\s*(?:and|&)\s*general\s+\w+\s+\w+"
    r"|pulmonary\s+disease\s*(?:and|&)\s*critical\s+care(?:\s+medicine)?|thoracic\s*(?:and|&)\s*cardiac\s+surgery"
    r"|cardiothoracic\s*(?:and|&)\s*vascular\s+surgery|washington,?\s+d\.?\s?c\.?"
    r"|neuromusculoskeletal\s+medicine\s*(?:and|&)\s*om[mt]"
    r"|cornea\s*(?:and|&)\s*external\s+disease|occupational\s*(?:and|&)\s*environmental\s+medicine"
    r"|child\s*(?:and|&)\s*adolescent\s+psychiatry|vascular\s*(?:and|&)\s*interventional\s+radiology"
    r"|(?:endocrinology,?\s+)?diabetes,?\s*(?:and|&)\s*metabolism|facial\s+plastic\s*(?:and|&)\s*reconstructive\s+surgery"
    r"|female\s+pelvic\s+medicine\s*(?:and|&)\s*reconstructive\s+surgery|blood\s+banking\s*(?:and|&|/)\s*transfusion\s+medicine"
)
_PART = re.compile(r"[,;](?: {0,3}\n? {0,3}and\b)?|\band\b|\s&\s|\n {0,9}\n {0,9}\n")


def read_credentials(page: Page, start: int, end: int) -> tuple[Credential, ...]:
    """Credentials in printed order, from the block where there is one, else from the sentence."""
    found = []
    for kind, first, last in _credentials(page.low[start:end]):
        if name := page.value(start + first, start + last):
            found.append(Credential(kind, name))
    return tuple(found)


@lru_cache(maxsize=8192)  # a few thousand profiles of reviewers decide all letters
def _credentials(low: str) -> tuple[_Place, ...]:
    """Kind and place of each credential in the section that tells of them (in small letters)."""
    found: list[_Place] = []
    if "licensure" in low and (labels := list(_BLOCK_LABEL.finditer(low))):
        for label, stop in labelled(labels, len(low)):
            kind: CredentialKind = "state" if label[1].startswith("state") else "specialty"
            found += _names(low, kind, label.end(), _list_end(low, label.end(), stop))
        return tuple(found)
    licensed = _LICENSED.search(low)
    end = licensed.start() if licensed else len(low)
    certified = _CERTIFIED.search(low, 0, end) or _QUALIFIED.search(low, 0, end)
    subspecialty = _SUBSPECIALTY.search(low, certified.end() if certified else 0, end)
    if certified:
        stop = subspecialty.start() if subspecialty else end if licensed else _sentence_end(low, certified.end())
        found += _names(low, "specialty", certified.end(), stop)
    if subspecialty:
        stop = end if licensed else _sentence_end(low, subspecialty.end())
        found += _names(low, "subspecialty", subspecialty.end(), stop)
    if licensed:
        found += _names(low, "state", licensed.end(), _sentence_end(low, licensed.end()))
    return tuple(found)


def _list_end(low: str, start: int, end: int) -> int:
    """Where a list in the block ends: with its line, unless the line is full or breaks off at a comma or an 'and'."""
    at = low.rfind("\n", 0, start) + 1
    for line in _LINE.finditer(low, start, end):
        words = line[0].rstrip()
        if not words.endswith((",", "&", "/", " and")) and line.end() - at < _FULL_LINE:
            return line.end()
        at = line.end() + 1
    return end


def _sentence_end(low: str, start: int) -> int:
    stop = _STOP.search(low, start)
    return stop.start() if stop else len(low)


def _names(low: str, kind: CredentialKind, start: int, end: int) -> list[_Place]:
    """Parts a list of names at commas and 'and', but not inside a name that holds one."""
    found: list[_Place] = []
    for first, last in _parts(low, start, end):
        words = low[first:last].split()
        while words and words[-1].strip(".,") in _LINKING_WORDS:  # '... , has a' before 'subspecialty in'
            last = low.rindex(words.pop(), first, last)
        while words and words[0] in _LEADING_WORDS:  # 'and in Pain Medicine'
            first = low.index(words[0], first) + len(words.pop(0))
        last = first + len(low[first:last].rstrip(" .,;\n"))
        if any(map(str.isalpha, low[first:last])):
            found.append((kind, first, last))
    return found


def _parts(low: str, start: int, end: int) -> list[tuple[int, int]]:
    names = low[start:end]
    whole: list[tuple[int, int]] = []
    if "&" in names or "and" in names or "washington" in names:
        whole = [match.span() for match in _WHOLE_NAME.finditer(low, start, end)]
    parts, at = [], start
    for gap in _PART.finditer(low, start, end):
        if any(first <= gap.start() < last for first, last in whole):
            continue
        parts.append((at, gap.start()))
        at = gap.end()
    parts.append((at, end))
    return parts
