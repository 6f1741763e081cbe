"""How a promise is written down: data that `run` hands to Great Expectations. No promise itself, and no frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from expectations.result import CheckResult, Severity

ROW_ID = "row_id"
"""A column of numbers that whoever made the frame can find a row by: names of letters are longer than all the rest."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One expectation: its type as Great Expectations spells it, its arguments, and why anybody should care."""

    expectation: str  # 'expect_column_values_to_be_in_set'
    severity: Severity
    reason: str
    arguments: Mapping[str, Any]
    name: str = ""  # needed where a suite holds the same expectation twice on one column
    of: str = ""  # of a promise about a count: the column that says how many were looked at

    @property
    def label(self) -> str:
        return self.name or self.expectation

    @property
    def column_name(self) -> str:
        """The column, 'a, b' of a pair, '' of a promise about the table."""
        arguments = self.arguments
        if "column" in arguments:
            return str(arguments["column"])
        return ", ".join(str(arguments[key]) for key in ("column_A", "column_B") if key in arguments)

    @property
    def is_row_by_row(self) -> bool:
        """Whether each row keeps it by itself, so that a frame may be checked in pieces."""
        is_about_values = self.expectation.startswith(("expect_column_values_", "expect_column_pair_values_"))
        return is_about_values and not self.expectation.endswith("_unique")


@dataclass(frozen=True, slots=True)
class Suite:
    """Promises about one frame.

    `key_columns` name a failing row; a frame that holds a `row_id` in their place is named by that. `computed` adds
    columns before checking (name to pandas expression): comparing two columns is fast in Great Expectations where its
    own expectations over pairs of values walk row by row.
    """

    name: str
    key_columns: tuple[str, ...]
    promises: tuple[Promise, ...]
    computed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        seen: set[tuple[str, str]] = set()
        for promise in self.promises:
            key = (promise.label, promise.column_name)
            if key in seen:
                raise ValueError(f"suite {self.name!r} holds {key[0]!r} twice on {key[1]!r}: give one of them a name")
            seen.add(key)

    def checked(
        self,
        promise: Promise,
        is_met: bool,
        rows_checked: int,
        rows_unexpected: int,
        unexpected_rows: tuple[Mapping[str, Any], ...],
        reason: str = "",
    ) -> CheckResult:
        """What checking one of the promises found; `reason` where it is another than the promise's own."""
        return CheckResult(
            suite=self.name,
            expectation=promise.label,
            column_name=promise.column_name,
            severity=promise.severity,
            is_met=is_met,
            rows_checked=rows_checked,
            rows_unexpected=rows_unexpected,
            reason=reason or promise.reason,
            unexpected_rows=unexpected_rows,
        )


def present(column: str, reason: str, severity: Severity = "critical") -> Promise:
    return Promise("expect_column_values_to_not_be_null", severity, reason, {"column": column})


def one_of(column: str, values: Iterable[object], reason: str, severity: Severity = "critical") -> Promise:
    """Nulls pass: pair it with `present` where the column must be given."""
    return Promise("expect_column_values_to_be_in_set", severity, reason, {"column": column, "value_set": list(values)})


def between(
    column: str, low: float | None, high: float | None, reason: str, severity: Severity = "critical"
) -> Promise:
    """Both ends count as inside; None leaves an end open. Nulls pass.

    Slow over many rows, as Great Expectations walks them one by one; `in_order` does not.
    """
    arguments = {"column": column, "min_value": low, "max_value": high}
    return Promise("expect_column_values_to_be_between", severity, reason, arguments)


def matches(column: str, pattern: str, reason: str, severity: Severity = "critical") -> Promise:
    """The whole value follows a regular expression. Nulls pass."""
    arguments = {"column": column, "regex": f"^(?:{pattern})$"}
    return Promise("expect_column_values_to_match_regex", severity, reason, arguments)


def unique(column: str, reason: str, severity: Severity = "critical") -> Promise:
    return Promise("expect_column_values_to_be_unique", severity, reason, {"column": column})


def equal(column_a: str, column_b: str, reason: str, severity: Severity = "critical") -> Promise:
    """`ignore_row_if` is neither: a row where both are null has not kept a promise."""
    arguments = {"column_A": column_a, "column_B": column_b, "ignore_row_if": "neither"}
    return Promise("expect_column_pair_values_to_be_equal", severity, reason, arguments)


def at_least(column_a: str, column_b: str, reason: str, severity: Severity = "critical") -> Promise:
    """`column_a` is never smaller than `column_b`."""
    arguments = {"column_A": column_a, "column_B": column_b, "or_equal": True, "ignore_row_if": "neither"}
    return Promise("expect_column_pair_values_a_to_be_greater_than_b", severity, reason, arguments)


def in_order(
    later: str, earlier: str, reason: str, severity: Severity = "critical", *, where: str = "", name: str = ""
) -> Promise:
    """`later` is not smaller than `earlier`. Rows that lack one of them pass.

    `where` is a condition in pandas' words, and only rows that meet it are looked at.
    """
    arguments: dict[str, Any] = {"column_A": later, "column_B": earlier, "or_equal": True}
    arguments["ignore_row_if"] = "either_value_is_missing"
    if where:
        arguments |= {"row_condition": where, "condition_parser": "pandas"}
    return Promise("expect_column_pair_values_a_to_be_greater_than_b", severity, reason, arguments, name)


def none(column: str, of: str, reason: str, severity: Severity = "critical") -> Promise:
    """The count in `column`, in a frame of one row, is 0; `of` is the column that says of how many.

    A maximum, as a count that is missing is no proof and must not pass.
    """
    arguments = {"column": column, "min_value": 0, "max_value": 0}
    return Promise("expect_column_max_to_be_between", severity, reason, arguments, name=column, of=of)


def holds(column: str, values: Iterable[object], reason: str, severity: Severity = "critical") -> Promise:
    """Every one of `values` is there in some row."""
    arguments = {"column": column, "value_set": list(values)}
    return Promise("expect_column_distinct_values_to_contain_set", severity, reason, arguments)


def row_count(value: int, reason: str, severity: Severity = "critical") -> Promise:
    return Promise("expect_table_row_count_to_equal", severity, reason, {"value": value})
