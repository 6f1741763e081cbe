"""What a check says. Shapes only, so that whoever reads results need not import Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "warning"]

# Enough rows to find the fault by, few enough for an alert and a table cell.
ROWS_NAMED = 20


def label(expectation: str, column: str) -> str:
    """A promise's column and expectation: 'outcome: expect_column_values_to_not_be_null'; a count's name alone."""
    return f"{column}: {expectation}" if column and column != expectation else expectation


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One expectation of one suite, checked on one frame.

    `rows_checked` leaves out rows that the expectation skips: nulls, save where null is the question, and rows outside
    its row condition. A check that raised, or that returned nothing, is not met and has checked no row.
    """

    suite: str
    expectation: str  # Great Expectations' name for its kind, or the promise's own where a suite makes it twice
    column_name: str  # '' where the promise is about the table; 'a, b' where it is about a pair
    severity: Severity
    is_met: bool
    rows_checked: int
    rows_unexpected: int
    reason: str  # why the promise matters; what went wrong, where checking raised
    unexpected_rows: tuple[Mapping[str, Any], ...]  # key columns and value of the first rows that break the promise

    @property
    def label(self) -> str:
        """What people know the promise by, unique in its suite."""
        return label(self.expectation, self.column_name)
