"""Whether too many of a refresh's items are quarantined. Judged from two counts: the share allowed is a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expectations.items import ITEMS, TOLERATED_ITEMS, WITHIN_TOLERANCE
from expectations.result import ROWS_NAMED, CheckResult


def check_tolerance(items: int, quarantined: int, tolerance: float, held: Sequence[Mapping[str, Any]]) -> CheckResult:
    """The check of `WITHIN_TOLERANCE`. `held` are the first items in quarantine; they are named where it is not met.

    `rows_unexpected` is 0 while the quarantine is small enough: so many items break no promise.
    """
    share = quarantined / items if items else 0.0
    is_met = quarantined <= TOLERATED_ITEMS or share <= tolerance
    told = (
        f"{quarantined} of {items} new items are quarantined ({share:.1%}); "
        f"IMR_QUARANTINE_TOLERANCE allows {tolerance:.1%}"
    )
    if is_met:
        return ITEMS.checked(WITHIN_TOLERANCE, True, items, 0, ())
    return ITEMS.checked(WITHIN_TOLERANCE, False, items, quarantined, tuple(held[:ROWS_NAMED]), told)
