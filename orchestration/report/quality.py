"""What the head of the page says of the data: how much was read, what is missing, which promises were kept."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.report.figures import Figures, Row
from orchestration.report.words import counted, named, percent, time_name


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the head."""

    label: str
    value: str
    details: tuple[str, ...] = ()
    is_good: bool = True


def standings(figures: Figures) -> list[Standing]:
    found = [_newest(figures)]
    for subject, label, missing in (
        ("file", "Files received", "rejected"),
        ("item", "Disputed items", "quarantined"),
        ("service", "Services", "unmapped"),
    ):
        rows = [row for row in figures.completeness if row["subject"] == subject]
        if rows:
            found.append(_completeness(label, rows, missing))
    if figures.checks:
        found.append(_promises(figures.checks))
    return found


def _newest(figures: Figures) -> Standing:
    if not figures.years:
        why = "no letter prints a date" if figures.totals else "none yet"
        return Standing("Newest decision", why, is_good=False)
    months = (row["name"] for row in figures.rows("volume", figures.years[-1]))
    return Standing("Newest decision", time_name(max(months)))


def _completeness(label: str, rows: list[Row], missing: str) -> Standing:
    """How many of all are not among the facts, or not known to the vocabulary, and why."""
    lacking = [row for row in rows if row["result"] == missing]
    count = sum(row["row_count"] for row in lacking)
    share = percent(sum(row["row_share"] for row in lacking))
    of_all = f"{sum(row['row_count'] for row in rows):,}"
    others = [f"{named(row['result'])} {row['row_count']:,}" for row in rows if row["result"] != missing]
    why = [f"{named(row['reason'])} {row['row_count']:,}" for row in lacking if row["reason"] != "none"]
    details = (", ".join(others), *([f"{missing}: {', '.join(why)}"] if why else []))
    return Standing(label, f"{of_all}, {count:,} {missing} ({share})", tuple(filter(None, details)), count == 0)


def _promises(checks: list[Row]) -> Standing:
    broken = [check for check in checks if not check["is_met"]]
    value = f"{len(checks) - len(broken):,} of {len(checks):,} kept in the audit of this publication"
    details = tuple(
        f"{check['severity']}: {check['suite']}, {_promise(check)}, "
        f"{check['rows_unexpected']:,} of {counted(check['rows_checked'], 'row')}"
        for check in broken
    )
    return Standing("Promises", value, details, not broken)


def _promise(check: Row) -> str:
    """'outcome to not be null', out of Great Expectations' name."""
    words = named(check["expectation"].removeprefix("expect_column_values_"))
    return f"{named(check['column_name'])} {words}" if check["column_name"] else words
