"""Ways of spoiling a letter. A mutation is data, so that whatever draws it can print it and apply it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Literal, get_args

from orchestration.letters.decoding import decode
from tests.conftest import LETTERS

Kind = Literal[
    "cut",  # the letter ends at `at`
    "drop",  # what stands between `at` and `to` is gone
    "splice",  # up to `at`, then letter number `other` from `to` on
    "repeat",  # what stands between `at` and `to` comes `times` times
    "move_paragraph",  # paragraph number `at` stands at number `to`
    "move_line",  # line number `at` stands at number `to`
    "upper",
    "lower",
    "swap_case",
    "insert",  # noise number `other` at `at`, `times` times
    "replace",  # every `times`-th white space between `at` and `to` becomes noise number `other`
]
KINDS: tuple[Kind, ...] = get_args(Kind)

NOISE = (
    " ", "\n", " \n\n", "\t", "\r", "\f", "\xa0", "\u2003", "\u2028", "\x85", "\x0b", "\x1c", "\x01", "\x1b", "\x7f",
    "\ufeff", "\u200b", "\ufffd", "İ", "ß", "ﬁ", "K", "é", "‘", "’", "“", "–", "🩻",
    "0", "1.", "1) ", "1", "12/31/2014 ", "#90 ", "(", ")", "[", ":", ": ", ".", ",", ";", "-", "*", "\\", "%s",
    "Page(s): ", "page 4 ", "pages 30 through ", "46,47, ", "MTUS ", "Non-MTUS ", "ODG ", "ACOEM ", "Chapter 12 ", "(2009) ",
    "Decision based on ", "which is part of the MTUS, ", "the Claims Administrator based its decision on ",
    "Upheld", ": Upheld\n", ": Overturned\n", "UPHELD ", "is not medically necessary and appropriate. ",
    "Claims Administrator guideline: ", "MAXIMUS guideline: ", "Decision rationale: ", "\nCM14-0093361   3\n", "\n4\n\f",
    "1) MAXIMUS Federal Services, Inc. has determined the request for ", "Regarding the request for ",
    "IMR ISSUES, DECISIONS AND RATIONALES\n", "IMR DECISION(S) AND RATIONALE(S)\n", "CLINICAL CASE SUMMARY\n",
    "DOCUMENTS REVIEWED\n", "Case Summary:\n", "ISSUE AT DISPUTE:\n", "Rationale for the Decision:\n", "48-year-old male ",
    "forty-", "Board Certified in ", "licensed to practice in ", "State(s) of Licensure: ", "Case Number: ", "Date of Injury: ",
)  # fmt: skip
"""What is put into letters: white space of all kinds, signs that grow or shrink with case, broken characters, and words
that mean something to a reader, standing where they should not. No NUL: a text that holds one is never read."""

MOST_TIMES = 3_000
_MOST_ADDED = 8_000  # characters; a letter has some 6,000
_PARAGRAPH_BREAK = re.compile(r"(\n\s*\n)")


@dataclass(frozen=True)
class Mutation:
    """One mutation. Places are any numbers: they are taken modulo what there is."""

    kind: Kind
    at: int
    to: int = 0
    times: int = 1
    other: int = 0

    def apply(self, text: str) -> str:
        """The text with this mutation made."""
        first, last = sorted((self.at % (len(text) + 1), self.to % (len(text) + 1)))
        front, middle, back = text[:first], text[first:last], text[last:]
        match self.kind:
            case "cut":
                return text[: self.at % (len(text) + 1)]
            case "drop":
                return front + back
            case "splice":
                other = letters()[sorted(letters())[self.other % len(letters())]]
                return text[: self.at % (len(text) + 1)] + other[self.to % (len(other) + 1) :]
            case "repeat":
                return front + middle * _bounded(middle, self.times) + back
            case "move_paragraph":
                return _moved(_PARAGRAPH_BREAK.split(text)[::2], "\n\n", self.at, self.to)
            case "move_line":
                return _moved(text.split("\n"), "\n", self.at, self.to)
            case "upper":
                return front + middle.upper() + back
            case "lower":
                return front + middle.lower() + back
            case "swap_case":
                return front + middle.swapcase() + back
            case "insert":
                noise = NOISE[self.other % len(NOISE)]
                return text[:first] + noise * _bounded(noise, self.times) + text[first:]
            case "replace":
                noise, gaps = NOISE[self.other % len(NOISE)], middle.split(" ")
                step = max(1, self.times, len(gaps) * len(noise) // _MOST_ADDED)
                return front + "".join(
                    gap + (noise if number % step == 0 else " ") for number, gap in enumerate(gaps)
                ) + back  # fmt: skip


@cache
def letters() -> dict[str, str]:
    """The text of every labelled letter, by name; letters of the same bytes are there once."""
    found: dict[str, str] = {}
    for path in sorted(LETTERS.rglob("*.txt")):
        decoded = decode(path.read_bytes())
        assert isinstance(decoded, tuple), f"{path} is no text"
        if decoded[0] not in found.values():
            found[path.stem] = decoded[0]
    return found


def mutate(text: str, mutations: list[Mutation] | tuple[Mutation, ...]) -> str:
    """The text with every mutation made, one after the other."""
    for mutation in mutations:
        text = mutation.apply(text)
    return text


def drawn(random: Random) -> Mutation:
    """A mutation at random; the same one for the same state of `random`."""
    far = 1_000_000
    # Most stretches are short: a repeated half letter hides what a repeated line shows.
    at = random.randrange(far)
    to = at + random.choice((1, 20, 200, 2_000)) if random.random() < 0.7 else random.randrange(far)
    times = random.choice((1, 2, 3, 10, 100, 1_000, MOST_TIMES))
    return Mutation(random.choice(KINDS), at, to, times, random.randrange(len(NOISE)))


def _bounded(words: str, times: int) -> int:
    return max(1, min(times, _MOST_ADDED // max(1, len(words))))


def _moved(pieces: list[str], gap: str, at: int, to: int) -> str:
    pieces = list(pieces)
    piece = pieces.pop(at % len(pieces))
    pieces.insert(to % (len(pieces) + 1), piece)
    return gap.join(pieces)
