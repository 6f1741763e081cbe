"""Pieces of text that stand on a page to lines as a reader of the page sees them. No PDF in here, only places.

Pieces come in the order in which they were drawn: a footer may come first, a line may be drawn in two goes. Lines are
put in order by where they stand, and a wide gap between two of them becomes a blank line, as letters that come as text
have one between paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

# Two lines farther apart than usual by this factor have a blank line between them. Paragraphs are set apart by half a
# line or more; a heading in larger print stands off by a fifth.
_BLANK_LINE = 1.3
# Two pieces closer than this, as a share of the usual gap, may stand on one line; small print is set closer by a third.
_CLOSE = 0.6
# They do where they overlap by this share of the lower one's height: a raised sign does, the next line does not.
_SAME_LINE = 0.5
_SPACE = 0.12  # of the height: a gap as wide parts two words


class Piece(NamedTuple):
    """Words that were drawn in one go on one line."""

    up: float  # the baseline, in points, with the page held for reading
    at: int  # index of the first character on the page
    text: str


class Word(NamedTuple):
    """One word of a piece and how far it reaches."""

    left: float
    right: float
    text: str
    at: int  # the piece's


class Line(NamedTuple):
    """One line as it stands on the page."""

    up: float
    text: str


class Places(Protocol):
    """What a page can tell of its pieces. It costs time, and is asked only where the order is in doubt."""

    def reach(self, piece: Piece) -> tuple[float, float]:
        """How low and how high the letters of a piece reach."""

    def words(self, piece: Piece) -> list[Word]:
        """The words of a piece."""


def lines_of(pieces: Sequence[Piece], places: Places) -> list[Line]:
    """Lines from top to bottom."""
    gaps = [above.up - below.up for above, below in pairwise(pieces)]
    if not gaps or min(gaps) > max(0.0, _CLOSE * _quartile(gaps)):
        return [Line(piece.up, piece.text) for piece in pieces]
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda piece: -piece.up):
        low, high = places.reach(piece)
        if rows and rows[-1].holds(low, high):
            rows[-1].add(piece, low, high)
        else:
            rows.append(_Row(piece, low, high))
    return [row.line(places) for row in rows]


def usual_gap(pages: Sequence[Sequence[Line]]) -> float:
    """From baseline to baseline of two lines of one paragraph, in points; 0 where no page has two lines."""
    return _quartile([above.up - below.up for page in pages for above, below in pairwise(page)])


def page_text(lines: Sequence[Line], gap: float) -> str:
    """The lines of one page, parted by line breaks, with a blank line where two stand farther apart than `gap`."""
    text = [line.text for line in lines[:1]]
    for above, below in pairwise(lines):
        text += ["\n\n" if above.up - below.up > gap * _BLANK_LINE else "\n", below.text]
    return "".join(text)


def _quartile(gaps: list[float]) -> float:
    """The lower quartile: as long as a quarter of the gaps lie within paragraphs, it is one of those."""
    return sorted(gaps)[len(gaps) // 4] if gaps else 0.0


class _Row:
    """Pieces that stand on one line; it is as high as the tallest of them, and stands where that one does."""

    def __init__(self, piece: Piece, low: float, high: float) -> None:
        self._pieces = [piece]
        self._up, self._low, self._high = piece.up, low, high

    def holds(self, low: float, high: float) -> bool:
        """Whether a piece that reaches from `low` to `high` stands on this line."""
        shared = min(self._high, high) - max(self._low, low)
        return shared > _SAME_LINE * min(self._high - self._low, high - low)

    def add(self, piece: Piece, low: float, high: float) -> None:
        self._pieces.append(piece)
        if high - low > self._high - self._low:
            self._up, self._low, self._high = piece.up, low, high

    def line(self, places: Places) -> Line:
        if len(self._pieces) == 1:
            return Line(self._up, self._pieces[0].text)
        words = sorted(word for piece in self._pieces for word in places.words(piece))
        text = [word.text for word in words[:1]]
        for before, word in pairwise(words):
            is_parted = before.at == word.at or word.left - before.right > _SPACE * (self._high - self._low)
            text += [" " if is_parted else "", word.text]
        return Line(self._up, "".join(text))
