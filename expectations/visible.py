"""Other people's words where people read them: what a letter says, what a file is called, what an exception printed."""

from __future__ import annotations

import unicodedata

INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of signs that are no words: controls, formats (direction, zero width), halves of a pair, line ends."""
_HARMLESS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Of zero width, and common in letters: left out, as no reader misses them."""
_CONTROL_PICTURES = 0x2400
_LINES = "\n\t"


def visible(text: object, lines: bool = False) -> str:
    """A text whose control and direction characters are shown and do nothing: '␛' for an escape, '<U+202E>'.

    `lines`: line feeds and tabs stay, for texts of several lines. Elsewhere they are shown too, as a file's name may
    hold them and would write lines of its own. The result can be printed in UTF-8 whatever was given.
    """
    given = str(text)
    if given.isascii() and given.isprintable():
        return given
    return "".join(sign if lines and sign in _LINES else _shown(sign) for sign in given)


def _shown(sign: str) -> str:
    if unicodedata.category(sign) not in INVISIBLE:
        return sign
    if sign in _HARMLESS:
        return ""
    code = ord(sign)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"
