"""Key figures of a period, each beside that of the year before."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.report.figures import Figures, Row
from orchestration.report.findings import rate_of
from orchestration.report.intervals import Share, wilson
from orchestration.report.words import counted, in_period, interval, percent, time_name

_COMPARED_FROM = 50
"""Of fewer letters or decisions a change in percent is noise."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    label: str
    value: str
    detail: str = ""
    """The interval, or what it is of."""
    change: str = ""
    """Against the year before; of all years, that of the last year. Empty where there is none before."""


def key_figures(figures: Figures, period: str) -> list[KeyFigure]:
    """Empty where the period has no decisions."""
    total = figures.totals.get(period)
    if total is None:
        return []
    rate, same = rate_of(total), _same(figures, period)
    found = [
        KeyFigure("Letters", f"{total['letter_count']:,}", _span(figures, period), _counts(figures, period, "letter")),
        KeyFigure(
            "Decisions",
            f"{total['decision_count']:,}",
            f"{total['decisions_per_letter']:.1f} a letter",
            _counts(figures, period, "decision"),
        ),
        KeyFigure(
            "Denials overturned",
            percent(rate.value),
            f"95 % interval {interval(rate.low, rate.high)}",
            _shares(figures, period, {year: rate_of(figures.totals[year]) for year in figures.years}),
        ),
        _days(figures, period),
    ]
    if same is not None:
        change = _shares(figures, period, {year: of for year in figures.years if (of := _same(figures, year))})
        bounds = f"95 % interval {interval(same.low, same.high)}"
        found.append(KeyFigure("Both sides cite the same guideline", percent(same.value), bounds, change))
    return found


def _span(figures: Figures, period: str) -> str:
    if period == "all" and figures.years:
        first, last = figures.years[0], figures.years[-1]
        return first if first == last else f"{first} to {last}"
    return in_period(period)


def _years(figures: Figures, period: str) -> tuple[str, str] | None:
    """A year and the one before it; of all years the last. None where there are no decisions of the year before."""
    year = figures.years[-1] if period == "all" and figures.years else period
    before = str(int(year) - 1) if year.isdigit() else ""
    return (year, before) if before in figures.totals else None


def _counts(figures: Figures, period: str, unit: str) -> str:
    """The last year may not be over: its months are compared with the same months."""
    years = _years(figures, period)
    if years is None:
        return ""
    year = years[0]
    last = max(row["name"] for row in figures.rows("volume", year)) if year == figures.years[-1] else f"{year}-12"
    now, then = (_until(figures, at, last[5:], unit) for at in years)
    span = "" if last.endswith("-12") else f" until {time_name(last).split()[0]}"
    told = f"{year}{span}: {now:,}, a year before {then:,}"
    return told if min(now, then) < _COMPARED_FROM else f"{told} ({100 * (now - then) / then:+.0f} %)"


def _until(figures: Figures, year: str, month: str, unit: str) -> int:
    return sum(row[f"{unit}_count"] for row in figures.rows("volume", year) if row["name"][5:] <= month)


def _shares(figures: Figures, period: str, by_year: dict[str, Share]) -> str:
    years = _years(figures, period)
    if years is None or not set(years) <= by_year.keys():
        return ""
    now, then = (by_year[year] for year in years)
    how = "not clearly different from"
    if now.is_above(then) or then.is_above(now):
        how = f"clearly {'more' if now.is_above(then) else 'less'} than"
    mine = f"{years[0]}: {percent(now.value)}, " if period == "all" else ""
    return f"{mine}{how} {percent(then.value)} in {years[1]}"


def _same(figures: Figures, period: str) -> Share | None:
    rows = figures.rows("agreement", period)
    return wilson(rows[0]["same_guideline_count"], rows[0]["decision_count"]) if rows else None


def _days(figures: Figures, period: str) -> KeyFigure:
    label = "Median days from application to decision"
    row, years = _application(figures, period), _years(figures, period)
    if row is None:
        return KeyFigure(label, "–", f"no letter {in_period(period)} prints both dates")
    change = ""
    if years is not None and (now := _application(figures, years[0])) and (then := _application(figures, years[1])):
        change = f"{years[0]}: {now['days_median']:,.0f}, a year before {then['days_median']:,.0f}"
    return KeyFigure(label, f"{row['days_median']:,.0f}", f"{counted(row['dated_letter_count'], 'letter')}", change)


def _application(figures: Figures, period: str) -> Row | None:
    found = (row for row in figures.rows("days", period) if row["counted_from"] == "application")
    return next((row for row in found if row["priority"] == "all"), None)
