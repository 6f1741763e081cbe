"""The charts, as Vega-Lite. They draw rows that the page hands them: which, the reader chooses.

Colours can be told apart in every kind of colour blindness, and by their lightness in print; each stands out from white
by 3:1 or more. Rates come with their interval.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from orchestration.report.axes import CONFIG, NARROW, names, percents, rate_tips, times, tip, whole_numbers

ROWS = "rows"
"""The name under which a chart expects its rows."""
_DARK, _LIGHT, _ACCENT, _GREY = "#0b3c5d", "#5590c2", "#b8420f", "#5c6773"
_STEP = 24


def counts(unit: str) -> dict[str, Any]:
    """Bars of `amount` by name."""
    return _made(
        alt.Chart().mark_bar(color=_LIGHT, height={"band": 0.72}),
        y=names(),
        x=alt.X("amount:Q", title=unit, axis=whole_numbers()),
        tooltip=[tip("name", "Name"), tip("amount", unit.capitalize(), ","), tip("share", "Share", ".1%")],
    )


def rates() -> dict[str, Any]:
    """Overturn rate and interval by name, beside a line at the rate of the whole."""
    x = alt.X("overturn_rate:Q", title="share of denials overturned", axis=percents(), scale=alt.Scale(zero=True))
    rate = alt.Chart().encode(y=names(), tooltip=rate_tips("Name"))
    return _made(
        alt.layer(
            alt.Chart().mark_rule(color=_GREY, strokeDash=[5, 3]).encode(x="mean(whole_rate):Q"),
            rate.mark_rule(color=_ACCENT, size=2).encode(x=alt.X("overturn_rate_low:Q"), x2="overturn_rate_high:Q"),
            rate.mark_point(color=_ACCENT, filled=True, size=60, opacity=1).encode(x=x),
        )
    )


def volume() -> dict[str, Any]:
    """Decisions by year or month, upheld and overturned."""
    folded = alt.Chart().transform_fold(["upheld_count", "overturned_count"], as_=["outcome", "decisions"])
    outcome = "datum.outcome == 'upheld_count' ? 'upheld' : 'overturned'"
    return _made(
        folded.transform_calculate(result=outcome).mark_bar(width={"expr": "min(90, 0.75 * bandwidth('x'))"}),
        height=220,
        x=times(),
        y=alt.Y("decisions:Q", title="decisions", axis=whole_numbers()),
        color=alt.Color("result:N", scale=alt.Scale(domain=["upheld", "overturned"], range=[_LIGHT, _DARK])),
        order=alt.Order("result:N", sort="ascending"),
        tooltip=[
            tip("name", "When"),
            tip("result", "Outcome"),
            tip("decisions", "Decisions", ","),
            tip("letter_count", "Letters in all", ","),
        ],
    )


def rates_over_time() -> dict[str, Any]:
    """Overturn rate and interval by year or month."""
    at = alt.Chart().encode(x=times(), tooltip=rate_tips("When"))
    rate = alt.Y("overturn_rate:Q", title="share of denials overturned", axis=percents(), scale=alt.Scale(zero=True))
    return _made(
        alt.layer(
            at.mark_rule(color=_ACCENT, size=2).encode(y=alt.Y("overturn_rate_low:Q"), y2="overturn_rate_high:Q"),
            at.mark_point(color=_ACCENT, filled=True, size=60, opacity=1).encode(y=rate),
        ),
        height=220,
    )


def cited() -> dict[str, Any]:
    """Share of decisions in which each side cites a guideline: two points a line."""
    side = "datum.cited_by == 'reviewer' ? 'reviewer' : 'claims administrator'"
    sides = ["claims administrator", "reviewer"]
    legend = alt.Legend(columns={"expr": f"{NARROW} ? 1 : 2"})
    base = alt.Chart().transform_calculate(side=side).encode(y=names())
    share = alt.X("decision_share:Q", title="share of decisions", axis=percents(), scale=alt.Scale(zero=True))
    return _made(
        alt.layer(
            base.mark_line(color="#aab4be", size=2).encode(x=share, detail="name:N"),
            base.mark_point(filled=True, size=90, opacity=1).encode(
                x=share,
                color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=[_ACCENT, _DARK]), legend=legend),
                shape=alt.Shape("side:N", scale=alt.Scale(domain=sides, range=["square", "circle"]), legend=legend),
                tooltip=[
                    tip("name", "Guideline"),
                    tip("side", "Cited by"),
                    tip("decision_share", "Share of decisions", ".1%"),
                    tip("decision_count", "Decisions", ","),
                    tip("both_sides_share", "Other side as well", ".1%"),
                ],
            ),
        )
    )


def bases() -> dict[str, Any]:
    """What the claims administrator relies on by what the reviewer does, in shares of decisions."""
    order = ["MTUS", "others", "both", "nothing", "not stated"]
    words = alt.Axis(labelAngle=0, ticks=False, domain=False)
    cells = alt.Chart().encode(
        x=alt.X("reviewer_basis:N", sort=order, title="reviewer relies on", axis=words),
        y=alt.Y("claims_basis:N", sort=order, title="claims administrator relies on", axis=words),
        tooltip=[
            tip("claims_basis", "Claims administrator"),
            tip("reviewer_basis", "Reviewer"),
            tip("decision_count", "Decisions", ","),
            tip("decision_share", "Share", ".1%"),
            tip("overturn_rate", "Overturned", ".1%"),
        ],
    )
    blues = alt.Scale(domain=[0, 0.5], range=["#f2f6fa", "#7fb0d6"], clamp=True)  # light enough for dark words
    return _made(
        alt.layer(
            cells.mark_rect(stroke="white", strokeWidth=2).encode(
                color=alt.Color("decision_share:Q", scale=blues, legend=None)
            ),
            cells.mark_text(fontSize=13, color="#1d2733").encode(text=alt.Text("decision_share:Q", format=".1%")),
        ),
        height=alt.Step(44),
    )


def days() -> dict[str, Any]:
    """Days to the decision: from the median to the 90th percentile."""
    base = alt.Chart().encode(
        y=names(),
        tooltip=[
            tip("name", "Counted"),
            tip("days_median", "Median, days", ",.0f"),
            tip("days_p90", "Nine of ten within, days", ",.0f"),
            tip("dated_letter_count", "Letters with both dates", ","),
        ],
    )
    x = alt.X("days_median:Q", title="days (median to 90th percentile)", scale=alt.Scale(zero=True))
    return _made(
        alt.layer(
            base.mark_rule(color=_LIGHT, size=3).encode(x=x, x2="days_p90:Q"),
            base.mark_tick(color=_DARK, thickness=3, size=14).encode(x=alt.X("days_p90:Q")),
            base.mark_point(color=_DARK, filled=True, size=70, opacity=1).encode(x=x),
        )
    )


def _made(chart: Any, height: Any = None, **encoding: Any) -> dict[str, Any]:
    """The chart as Vega-Lite, as wide as its place on the page."""
    sized = (chart.encode(**encoding) if encoding else chart).properties(
        data=alt.NamedData(name=ROWS),
        width="container",
        height=height or alt.Step(_STEP),
        background="white",
        config=CONFIG,
    )
    made: dict[str, Any] = sized.to_dict()
    return made
