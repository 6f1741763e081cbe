"""Line ends: a letter from Windows reads as the same letter from Unix, and its values stand where it prints them.

The reader measures gaps and looks so many characters back. With a carriage return in front of every line feed it would
see other gaps and less of the letter, so it meets none; what it has read is moved to its places in the letter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from orchestration.letters.model import Reading, Value

_RETURN = re.compile(r"\r(?=\r*\n)")


def without_returns(text: str) -> tuple[str, list[int]]:
    """The text without the carriage returns in front of line feeds, and for each the place in it of that line feed."""
    returns = [match.start() - before for before, match in enumerate(_RETURN.finditer(text))]
    return _RETURN.sub("", text), returns


def with_returns(reading: Reading, returns: list[int]) -> Reading:
    """A reading of the text without returns as one of the text with them, whose clean text has spaces for them."""
    pieces, at = [], 0
    for place in returns:
        pieces += [reading.clean[at:place], " "]
        at = place
    pieces.append(reading.clean[at:])
    moved: Reading = _moved(reading, returns)
    return moved._replace(clean="".join(pieces))


def _moved(part: Any, returns: list[int]) -> Any:
    """A part of a reading with each of its values moved by the returns in front."""
    if isinstance(part, Value):
        return Value(part.text, *(place + bisect_left(returns, place) for place in part[1:]))
    if isinstance(part, dict):
        return {name: _moved(member, returns) for name, member in part.items()}
    if isinstance(part, tuple):
        members = [_moved(member, returns) for member in part]
        return type(part)(*members) if hasattr(part, "_fields") else tuple(members)
    return part
