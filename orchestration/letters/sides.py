"""The paragraph of the earlier templates in which both sides' guidelines stand, parted by whose sentences they are.

'The Claims Administrator based its decision on ... The Expert Reviewer found ... Per the strength of evidence
hierarchy ..., the Expert Reviewer based his/her decision on ...'
"""

from __future__ import annotations

import re

from orchestration.letters.model import Side, Value
from orchestration.letters.page import Page, starts_line

# Who a sentence speaks of, found from the last word; 'Per the strength of evidence hierarchy' opens the reviewer's.
_ADMINISTRATOR, _REVIEWER, _HIERARCHY = "administrator", "reviewer", "per the strength of"
_OF_CLAIMS = ("claims", "claim")
_OF_REVIEWER = ("expert", "physician", "professional", "medical", "maximus", "imr", "independent")
_MOST_OF_REVIEWER = 3
_USUAL = {_ADMINISTRATOR: "the claims ", _REVIEWER: "the expert "}
_LONGEST_SPEAKER = 300  # a page may end within
_SENTENCE_ENDS = (".", ":", ";", "!", "?", ")", '"', "”")
_LONGEST_GAP = 400  # of a page's end with its footer
_BEGINNING = re.compile(
    r"(?:the\s+)?(?:claims?\s+administrator|(?:(?:expert|physician|professional|medical|maximus|imr|independent)\s+){1,3}"
    r"reviewer|reviewer)\b|per\s+the\s+strength\s+of"
)


def sides(page: Page, start: int, end: int) -> tuple[Value | None, Value | None]:
    """What the claims administrator and what the reviewer relied on, in the paragraph between `start` and `end`.

    Sentences that name neither belong to the one before; where none is named at all, the reviewer speaks.
    """
    turns = _turns(page, start, end)
    if not turns:
        return None, page.value(start, end)
    if turns[0][1] != start and page.low[start : turns[0][1]].strip(" .:\n"):
        other: Side = "reviewer" if turns[0][0] == "claims_administrator" else turns[0][0]
        turns.insert(0, (other, start))
    found: dict[Side, tuple[int, int]] = {}
    for index, (side, at) in enumerate(turns):
        stop = turns[index + 1][1] if index + 1 < len(turns) else end
        if side not in found:
            found[side] = (at, stop)
        elif found[side][1] == at:
            found[side] = (found[side][0], stop)
    claims, reviewer = found.get("claims_administrator"), found.get("reviewer")
    return page.value(*claims) if claims else None, page.value(*reviewer) if reviewer else None


def begins_sides(low: str, at: int) -> bool:
    """Whether words at `at` begin such a paragraph."""
    return _BEGINNING.match(low, at) is not None


def last_side_start(page: Page, start: int, end: int) -> int:
    """Where the last such paragraph before `end` begins, or `end` where there is none."""
    turns = _turns(page, start, end)
    claims = [at for side, at in turns if side == "claims_administrator" and starts_line(page.low, at)]
    reviewer = [at for side, at in turns if side == "reviewer" and starts_line(page.low, at)]
    return (claims or reviewer or [end])[-1]


def _turns(page: Page, start: int, end: int) -> list[tuple[Side, int]]:
    """Who speaks, and from where on, in printed order."""
    low = page.low
    spoken: list[tuple[int, Side]] = []
    for word in (_ADMINISTRATOR, _REVIEWER, _HIERARCHY):
        side: Side = "claims_administrator" if word is _ADMINISTRATOR else "reviewer"
        at = low.find(word, start, end)
        while at >= 0:
            speaker = _speaker_start(low, max(start, at - _LONGEST_SPEAKER), at, word)
            if speaker is not None and _begins_sentence(page, start, speaker):
                spoken.append((speaker, side))
            at = low.find(word, at + len(word), end)
    spoken.sort()
    turns: list[tuple[Side, int]] = []
    for at, side in spoken:
        if not turns or turns[-1][0] != side:
            turns.append((side, at))
    return turns


def _speaker_start(low: str, floor: int, at: int, word: str) -> int | None:
    """Where 'the claims' in front of 'administrator', or 'the expert' in front of 'reviewer', begins; None for an
    administrator of anything else."""
    usual = _USUAL.get(word, "")
    if usual and low.endswith(usual, floor, at):  # as nearly all letters print it, told without a walk over the words
        return at - len(usual)
    if word is _ADMINISTRATOR:
        claims = _word_before(low, floor, at, _OF_CLAIMS)
        return None if claims is None else _behind_article(low, floor, claims)
    first = at
    if word is _REVIEWER:
        for _ in range(_MOST_OF_REVIEWER):
            front = _word_before(low, floor, first, _OF_REVIEWER)
            if front is None:
                break
            first = front
        first = _behind_article(low, floor, first)
    # Without words of its own, it begins with the line feed in front of it.
    return at - 1 if first == at > floor and low[at - 1] == "\n" else first


def _word_before(low: str, floor: int, at: int, words: tuple[str, ...]) -> int | None:
    """Where one of `words` begins that only white space parts from `at`."""
    front = low[floor:at].rstrip()
    if len(front) == at - floor or not front.endswith(words):
        return None
    return floor + len(front) - next(len(word) for word in words if front.endswith(word))


def _behind_article(low: str, floor: int, at: int) -> int:
    article = _word_before(low, floor, at, ("the",))
    return at if article is None else article


def _begins_sentence(page: Page, start: int, at: int) -> bool:
    """Whether a sentence begins at `at`, unlike in 'the section used by the Claims Administrator'."""
    if page.clean.startswith(("The ", "The\n", "Per "), at):
        return True
    before = page.low[max(start, at - _LONGEST_GAP) : at].rstrip()
    return not before or before.endswith(_SENTENCE_ENDS)
