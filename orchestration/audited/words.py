"""What the audit found, in sentences for whoever starts a refresh. Great Expectations' names stay in Data Docs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.drift import DRIFT
from expectations.items import WITHIN_TOLERANCE
from expectations.result import CheckResult
from expectations.visible import visible

FIRST_TOLD = 5
"""So many broken promises a refusal tells; Data Docs have all."""
_ROWS = {"items": "items", "letters": "letters", "item_numbers": "letters", "decisions": "decisions"}
"""What a row is, by suite."""


def refusal(results: Sequence[CheckResult]) -> str | None:
    """Why a refresh is refused, or None where every critical promise is kept."""
    broken = [check for check in results if not check.is_met and check.severity == "critical"]
    return "; ".join(list(dict.fromkeys(map(sentence, broken)))[:FIRST_TOLD]) or None


def warnings(results: Sequence[CheckResult]) -> list[str]:
    """What the audit let pass: a sentence each, and under it a line for each letter or item that is named."""
    unmet = [check for check in results if not check.is_met and check.severity == "warning"]
    return list(dict.fromkeys("\n".join([sentence(check), *_places(check)]) for check in unmet))


def sentence(check: CheckResult) -> str:
    """A promise that was not kept: what it is about, why it was made, and how many rows broke it."""
    # It raised, and with it the suite's other promises, for the same reason.
    if not check.rows_checked and not check.rows_unexpected:
        return f"{check.suite} could not be checked: {check.reason}"
    if check.expectation == WITHIN_TOLERANCE.label or check.suite == DRIFT.name:
        return check.reason  # has its own figures
    rows = _ROWS.get(check.suite, "rows")
    breaks = "breaks" if check.rows_unexpected == 1 else "break"
    # What is missed is not among the rows that were checked.
    among = f"{check.rows_unexpected:,} of {check.rows_checked:,}"
    count = among if check.rows_unexpected <= check.rows_checked else f"{check.rows_unexpected:,}"
    told = f"{count} {rows} {breaks} a promise: {check.reason}"
    if check.severity == "warning":
        return told  # of what a letter says, the reason tells all
    where = f"{check.suite}, {check.column_name}" if check.column_name else check.suite
    return f"{where}: {told}"  # who mends a fault of this project wants its place


def _places(check: CheckResult) -> Iterator[str]:
    named = []
    for row in check.unexpected_rows:
        if row.get("source_uri"):
            number = row.get("item_number")
            named.append(f"  {visible(row['source_uri'])}" + ("" if number is None else f", item {int(number)}"))
    yield from dict.fromkeys(named)
    more = check.rows_unexpected - len(check.unexpected_rows)
    if named and more > 0 and check.suite != DRIFT.name:  # a row of drift is a measure, and no letter
        yield f"  and {more:,} more"
