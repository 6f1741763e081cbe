"""What a refresh brings, held against what earlier ones brought. Warnings all: nothing is wrong for certain, but people
must look.

The frame has one row for each measure and category, with the value of the refresh and the bounds that the history sets:
no bounds where there is too little history, or too few letters, to tell anything. A value outside its bounds is told.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from expectations.result import CheckResult
from expectations.suite import Promise, Suite, holds, in_order

REASONS: Mapping[str, str] = {
    "letters": "As many letters arrive as usual; far fewer or more mean that a delivery failed or came twice.",
    "rejected_share": "No more files than usual cannot be read; a rise means a new form or a broken delivery.",
    "quarantined_share": "No more items than usual break a promise; a rise means that the letters changed.",
    "unmapped_share": "No more services than usual are unknown to the vocabulary; a rise means that it needs new rows.",
    "unread_share": "No more of a letter is left unread than before; a rise is the first sign of a changed form.",
    "overturn_rate": "Denials of a category are overturned about as often as before; a jump may be a misreading.",
}
"""The measures, and why each matters."""
TWO_SIDED = ("letters", "overturn_rate")
"""Of these a fall is told as well; that fewer letters are rejected than ever troubles nobody."""


def _above(measure: str) -> Promise:
    return in_order(
        "high", "value", REASONS[measure], "warning", where=f'measure == "{measure}"', name=f"{measure}_not_above"
    )


def _below(measure: str) -> Promise:
    return in_order(
        "value", "low", REASONS[measure], "warning", where=f'measure == "{measure}"', name=f"{measure}_not_below"
    )


DRIFT = Suite(
    name="drift",
    key_columns=("measure", "category", "value", "low", "high", "letters", "history"),
    promises=(
        holds("measure", REASONS, "A measure that nobody took cannot have kept its bounds.", "warning"),
        *(_above(measure) for measure in REASONS),
        *(_below(measure) for measure in TWO_SIDED),
    ),
)


def measure_of(check: CheckResult) -> str | None:
    """The measure that a check of this suite is about, None for the check that all were taken."""
    measure = check.expectation.removesuffix("_not_above").removesuffix("_not_below")
    return measure if measure in REASONS else None


def told(check: CheckResult, letters: tuple[Mapping[str, Any], ...]) -> CheckResult:
    """A check that is not met, with value and bounds in its reason, and the letters that brought the value up, if any.

    What raised keeps its own reason.
    """
    if check.is_met or not check.unexpected_rows:
        return check
    values = "; ".join(_sentence(row) for row in check.unexpected_rows)
    return dataclasses.replace(check, reason=f"{check.reason} Now {values}.", unexpected_rows=letters)


def _sentence(row: Mapping[str, Any]) -> str:
    is_count = row["measure"] == "letters"
    value, low, high = (_number(row[name], is_count) for name in ("value", "low", "high"))
    bounds = f"{low} to {high}" if low and high else f"at most {high}" if high else f"at least {low}"
    where = f" of {row['category']}" if row["category"] else ""
    return f"{row['measure']}{where} is {value}, expected {bounds} after {row['history']} earlier refreshes"


def _number(value: float | None, is_count: bool) -> str:
    if value is None or math.isnan(value):
        return ""
    return f"{value:,.0f}" if is_count else f"{value:.1%}"
