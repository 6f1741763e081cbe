"""Lists of pages as letters print them: '46,47', '9, 74-96', '22 & 98-99', '30 through 34', '303-5'."""

from __future__ import annotations

import re

Ranges = tuple[tuple[int, int], ...]

# A number that goes on ('9792.24', '2nd', '13-5-1') is no page.
_RANGE = re.compile(r"(\d{1,5})(?:\s?(?:-|–|—|through|thru|to)\s?(\d{1,5}))?(?:ff?\b\.?)?(?![\w/]|\.\d|-\d)")
_AND_MORE = re.compile(
    r"\s?(?:,?\s?(?:and|&)\s|[,;&])\s?(?:and\s)?(?:on\s)?(?:(?:pages?|pgs?|pp?)(?:\(s\))?[\s.:]{1,2})?(?=\d)|\s(?=\d)"
)
_NOT_A_PAGE = re.compile(r"[\s,]{0,2}(?:c\.?c\.?r|of (?:the )?california|(?:st|nd|rd|th)\b)")


def read_pages(low: str, pos: int, limit: int) -> tuple[Ranges, int]:
    """The ranges that start at `pos` (behind the word 'pages') and where their list ends."""
    ranges: list[tuple[int, int]] = []
    end = pos
    while match := _RANGE.match(low, pos, limit):
        first, last = match[1], match[2]
        if ranges and (_NOT_A_PAGE.match(low, match.end(), limit) or (not last and _is_year(int(first), ranges))):
            break  # 'page 127, 8 C.C.R.', 'page 301, 2004'
        ranges.append(_inclusive(first, last))
        end = match.end()
        more = _AND_MORE.match(low, end, limit)
        if more is None or (more[0].isspace() and not _follows(low, more.end(), limit, ranges)):
            break
        pos = more.end()
    return tuple(ranges), end


def _inclusive(first: str, last: str | None) -> tuple[int, int]:
    start = int(first)
    if last is None:
        return start, start
    if len(last) < len(first):  # '303-5' is 303 to 305
        last = first[: len(first) - len(last)] + last
    return min(start, int(last)), max(start, int(last))


def _is_year(number: int, ranges: list[tuple[int, int]]) -> bool:
    return 1990 <= number <= 2035 and ranges[-1][1] < 1500


def _follows(low: str, pos: int, limit: int, ranges: list[tuple[int, int]]) -> bool:
    """Whether a number set off by a space alone goes on with the list: 'pages 9 74-96'."""
    match = _RANGE.match(low, pos, limit)
    return (
        match is not None
        and int(match[1]) > ranges[-1][1]
        and low[match.end() : match.end() + 1] in ("", ",", ".", ";")
    )
