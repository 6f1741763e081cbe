"""Which charts the page has, in which order, what is chosen in each section, and which figures stand below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orchestration.report import charts, findings
from orchestration.report.parts import Chart, Choice, Column, Section


def _counts() -> dict[str, Any]:
    return charts.counts("decisions")


def _letter_counts() -> dict[str, Any]:
    return charts.counts("letters")


_RATE = (
    Column("decision_count", "decisions", "number"),
    Column("overturned_count", "overturned", "number"),
    Column("overturn_rate", "overturn rate", "percent"),
    Column("overturn_rate_low", "from", "percent"),
    Column("overturn_rate_high", "to", "percent"),
)
_AMOUNTS = (Column("name", "name"), Column("amount", "count", "number"), Column("share", "share", "percent"))
_RATE_SHOWN = "a point for each rate, a line for its 95 % interval, a dashed line at the rate of all"


def _ranking(dataset: str, of: str, draw: Callable[[], dict[str, Any]] = _counts) -> tuple[Chart, Chart]:
    """Counts and overturn rates of the same names, side by side."""
    return (
        Chart(
            f"{dataset}-counts",
            dataset,
            draw,
            findings.most_letters if draw is _letter_counts else findings.most_decisions,
            f"Bars: {of}.",
            _AMOUNTS,
        ),
        Chart(
            f"{dataset}-rates",
            dataset,
            charts.rates,
            findings.rates,
            f"Overturn rates, {of}: {_RATE_SHOWN}.",
            (Column("name", "name"), *_RATE),
        ),
    )


_CATEGORY = Choice("category", "Category of service", words="all categories")

SECTIONS = (
    Section(
        "volume",
        "Decisions over time",
        (
            Chart(
                "volume",
                "volume",
                charts.volume,
                findings.volume,
                "Bars: decisions by year, or by month of the year chosen, upheld and overturned.",
                (Column("name", "when"), Column("letter_count", "letters", "number"), *_RATE),
            ),
            Chart(
                "rates-over-time",
                "volume",
                charts.rates_over_time,
                findings.rate_over_time,
                "Overturn rates by year, or by month of the year chosen: points with their intervals.",
                (Column("name", "when"), *_RATE),
            ),
        ),
    ),
    Section(
        "services",
        "What is disputed",
        _ranking("services", "decisions by category of service, or by subcategory of the category chosen"),
        _CATEGORY,
    ),
    Section(
        "drugs",
        "Drugs",
        _ranking("drugs", "decisions on drugs by group, class or ingredient, the first 15"),
        Choice("drugs", "Drugs by", ("group", "class", "ingredient")),
        "Drugs are what is prescribed; what is injected stands among the services.",
    ),
    Section(
        "guidelines",
        "Guidelines that each side cites",
        (
            Chart(
                "guidelines",
                "guidelines",
                charts.cited,
                findings.cited,
                "Two points a guideline: shares of decisions in which claims administrator and reviewer cite it.",
                (
                    Column("name", "guideline"),
                    Column("cited_by", "cited by"),
                    Column("decision_count", "decisions", "number"),
                    Column("decision_share", "share", "percent"),
                    Column("both_sides_share", "other side as well", "percent"),
                ),
            ),
        ),
        Choice("guidelines", "Guidelines by", ("family", "title")),
        "MTUS: California's own treatment guidelines; ODG: Official Disability Guidelines. A decision counts once for "
        "each guideline and side that cites it, so shares add up to more than 100\N{NO-BREAK SPACE}%.",
    ),
    Section(
        "service-guidelines",
        "Guidelines that decide on a kind of service",
        _ranking("service_guidelines", "decisions on such services by title that the reviewer cites, the first 8"),
        Choice("service_guidelines", "Kind of service", ("Opioids",)),
        "A decision counts once for each title that its reviewer cites, so shares add up to more than "
        "100\N{NO-BREAK SPACE}%. The 20 kinds that are disputed most.",
    ),
    Section(
        "bases",
        "What both sides rely on",
        (
            Chart(
                "bases",
                "bases",
                charts.bases,
                findings.agreement,
                "A grid: shares of decisions by what claims administrator (rows) and reviewer (columns) rely on.",
                (
                    Column("claims_basis", "claims administrator"),
                    Column("reviewer_basis", "reviewer"),
                    Column("decision_share", "share", "percent"),
                    *_RATE,
                ),
                found_in="agreement",
            ),
        ),
        _CATEGORY,
        "MTUS: California's own treatment guidelines. Not stated: no paragraph says what the denial relies on.",
    ),
    Section(
        "days",
        "Days to the decision",
        (
            Chart(
                "days",
                "days",
                charts.days,
                findings.days,
                "For each beginning and priority a point at the median of days and a line to the 90th percentile.",
                (
                    Column("name", "counted"),
                    Column("dated_letter_count", "letters with both dates", "number"),
                    Column("days_median", "median days", "number"),
                    Column("days_p90", "nine of ten within", "number"),
                ),
            ),
        ),
        note="Counted from the day the application was received, the review assigned, or the denial given.",
    ),
    Section(
        "letters",
        "Letters",
        (_ranking("letters", "letters by what is chosen", _letter_counts)[0],),
        Choice("letters", "Letters by", ("decisions_per_letter", "outcome", "priority", "version", "template")),
    ),
    Section(
        "reviewers",
        "Reviewers",
        _ranking("reviewers", "decisions by specialty or state of licensure of the reviewer, the first 15"),
        Choice("reviewers", "Reviewers by", ("specialty", "subspecialty", "state")),
        "A reviewer with two specialties or states counts once for each, so shares add up to more than "
        "100\N{NO-BREAK SPACE}%.",
    ),
    Section(
        "patients",
        "Injured workers",
        _ranking("patients", "letters by age", _letter_counts),
        Choice("patients", "Sex", words="all"),
    ),
)
