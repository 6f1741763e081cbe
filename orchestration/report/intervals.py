"""What may be said of shares of few rows: their Wilson intervals, and whether one is clearly above another.

Of two shares one is called larger where their 95 % intervals do not overlap. That is stricter than a test of their
difference, and it is what readers see with their own eyes in the charts.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

_Z = 1.959963984540054


class Share(NamedTuple):
    """A share and the bounds of its 95 % Wilson interval, all from 0 to 1."""

    value: float
    low: float
    high: float

    def is_above(self, other: Share) -> bool:
        return self.low > other.high


def wilson(part: int, whole: int) -> Share:
    """As macro `wilson_bound` of the report tables. Raises ZeroDivisionError where the whole is 0."""
    middle = part + _Z * _Z / 2
    spread = _Z * sqrt(part * (whole - part) / whole + _Z * _Z / 4)
    low = 0.0 if part == 0 else (middle - spread) / (whole + _Z * _Z)
    high = 1.0 if part == whole else (middle + spread) / (whole + _Z * _Z)
    return Share(part / whole, low, high)
