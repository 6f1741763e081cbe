"""Numbers, periods and names as the page writes them."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

_MONTHS = list(calendar.month_name)
_SPACE = "\N{NO-BREAK SPACE}"
_PERIODS = {"all": "all years", "not_stated": "letters without a date"}


def percent(share: float) -> str:
    """A share (0 to 1), with one digit after the point."""
    return f"{100 * share:.1f}{_SPACE}%"


def interval(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}{_SPACE}%"


def counted(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def period_name(period: str) -> str:
    return _PERIODS.get(period, period)


def in_period(period: str) -> str:
    """With its preposition: 'in 2015', 'in March 2015', 'over all years'."""
    if period == "all":
        return "over all years"
    return f"in {time_name(period)}" if period != "not_stated" else "without a date"


def time_name(name: str) -> str:
    """A month ('2015-03') or a year."""
    year, _, month = name.partition("-")
    if name == "not_stated":
        return "no date"
    return f"{_MONTHS[int(month)]} {year}" if month else year


def named(name: str) -> str:
    """A value of a column as people read it: 'not_stated' as 'not stated'."""
    return name.replace("_", " ")


def listed(names: Sequence[str], limit: int = 3) -> str:
    """'A, B and C', or 'A, B, C and 4 others'."""
    shown = list(names[:limit])
    if len(names) > limit:
        return f"{', '.join(shown)} and {counted(len(names) - limit, 'other')}"
    return " and ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)
