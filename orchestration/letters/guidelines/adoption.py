"""Whether a reviewer finds the claims administrator's guidelines appropriate, and so relies on them.

'The Expert Reviewer found the MTUS section used by the Claims Administrator relevant and appropriate for the employee's
clinical circumstance.'
"""

from __future__ import annotations

import re

_THE_OTHER_SIDE = r"(?:the )?(?:claims? administrator|utili[sz]ation review(?:er)?)"
_FOUND_RIGHT = (
    r"(?:to be )?(?:both |equally |also )?(?:relevant|appropriate|applicable|correct|valid|sufficient|adequate)"
)
_USED = r"(?:used|cited|utili[sz]ed|applied|referenced|relied (?:up)?on|selected|chosen|provided)"
_THINGS = r"(?:guidelines?|sections?|citations?|evidence|chapters?)"
_ADOPTS = (
    re.compile(rf"\b{_USED} by {_THE_OTHER_SIDE},? (?:(?:is|are|was|were) )?{_FOUND_RIGHT}"),
    re.compile(rf"\b{_THE_OTHER_SIDE}.{{0,2}}s? (?:use of |cited |own )?{_THINGS}[^.]{{0,60}} {_FOUND_RIGHT}"),
    re.compile(rf"\b(?:agree[sd]?|concur(?:s|red)?) with [^.]{{0,80}}\b{_USED} by {_THE_OTHER_SIDE}"),
    re.compile(rf"\bsame {_THINGS} (?:as|that|which) {_THE_OTHER_SIDE}"),
)
# 'relied on the ..., page 49, in addition to the section used by the Claims Administrator'
_AND_THE_OTHER = re.compile(
    r"\b(?:relie[sd] (?:up)?on|based) .{1,300}?(?:in addition to|as well as|and) the "
    rf"{_THINGS} {_USED} by {_THE_OTHER_SIDE}"
)
# All that some paragraphs say: 'See above.', 'Same as claims administrator', 'See rationale below'
_POINTER = re.compile(
    rf"(?:please )?(?:(?:the )?same(?: {_THINGS})?(?: as)?|see|as|refer to|per)(?: the)?"
    rf" ?(?P<other>(?:noted |cited )?above|{_THE_OTHER_SIDE})?"
    rf"(?: {_THINGS}| rationale| discussion| below| attached| decision)*\W{{0,3}}$"
)
_BY_THE_OTHER = (" by claim", " by the claim", " by util", " by the util")
# One of these is in whatever adopts: most paragraphs are passed over by them alone.
_SURE_WORDS = (
    *("relevant", "appropriate", "applicable", "correct", "valid", "sufficient", "adequate"),
    *("agree", "concur", "same "),
)
_LONGEST_POINTER = 60
_NEGATED = re.compile(r"\b(?:did|does|do|has|was|were|is|are|could|can) ?(?:not|n.t)\b")
_DENIES = re.compile(
    r"\b(?:not|no|nor|neither|insufficient|inapplicable|inappropriate|irrelevant|disagree[sd]?)\b|in addition to"
)


def points_to_other_side(low: str) -> bool | None:
    """Of a paragraph that names nothing and only says where to look: whether that is the other side's; else None."""
    if len(low) > _LONGEST_POINTER:
        return None
    pointer = _POINTER.match(low)
    return (pointer["other"] is not None or "same" in low) if pointer else None


def relies_on_both(low: str) -> bool:
    """Whether a reviewer's paragraph (in small letters) names its own guidelines and then adds the other side's."""
    if not any(words in low for words in _BY_THE_OTHER):
        return False
    both = _AND_THE_OTHER.search(low)
    return both is not None and not _NEGATED.search(low, both.start(), both.end())


def adopts_other_side(low: str) -> bool:
    """Whether a sentence of a reviewer's paragraph (in small letters) says so, and not the opposite."""
    if ("claim" not in low and "utili" not in low) or not any(word in low for word in _SURE_WORDS):
        return False
    for pattern in _ADOPTS:
        for match in pattern.finditer(low):
            sentence_start = low.rfind(". ", 0, match.start()) + 1
            if not _DENIES.search(low, sentence_start, match.end()):
                return True
    return False
