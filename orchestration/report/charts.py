"""The charts, as Vega-Lite. They draw rows that the page hands them: which, the reader chooses.

Colours can be told apart in every kind of colour blindness, and by their lightness in print; each stands out from white
by 3:1 or more. Rates come with their interval.
"""

from __future__ import annotations

from typing import Any

import altair as alt

ROWS = "rows"
"""The name under which a chart expects its rows."""
_DARK, _LIGHT, _ACCENT, _GREY = "#0b3c5d", "#5590c2", "#b8420f", "#5c6773"
_NARROW = "containerSize()[0] < 480"
_STEP = 24
_CONFIG: dict[str, Any] = {
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": "#1d2733",
        "titleColor": "#3c4854",
        "gridColor": "#e3e8ed",
        "domainColor": "#8794a1",
        "tickColor": "#8794a1",
        "labelFlush": False,
    },
    "legend": {"labelFontSize": 12, "title": None, "orient": "top", "labelLimit": 260},
    "view": {"stroke": None},
}


def counts(unit: str) -> dict[str, Any]:
    """Bars of `amount` by name."""
    return _made(
        alt.Chart().mark_bar(color=_LIGHT, height={"band": 0.72}),
        y=_names(),
        x=alt.X("amount:Q", title=unit, axis=_whole_numbers()),
        tooltip=[_tip("name", "Name"), _tip("amount", unit.capitalize(), ","), _tip("share", "Share", ".1%")],
    )


def rates() -> dict[str, Any]:
    """Overturn rate and interval by name, beside a line at the rate of the whole."""
    x = alt.X("overturn_rate:Q", title="share of denials overturned", axis=_percents(), scale=alt.Scale(zero=True))
    rate = alt.Chart().encode(y=_names(), tooltip=_rate_tips("Name"))
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
        folded.transform_calculate(result=outcome).mark_bar(width={"band": 0.75}),
        height=220,
        x=_times(),
        y=alt.Y("decisions:Q", title="decisions", axis=_whole_numbers()),
        color=alt.Color("result:N", scale=alt.Scale(domain=["upheld", "overturned"], range=[_LIGHT, _DARK])),
        order=alt.Order("result:N", sort="ascending"),
        tooltip=[
            _tip("name", "When"),
            _tip("result", "Outcome"),
            _tip("decisions", "Decisions", ","),
            _tip("letter_count", "Letters in all", ","),
        ],
    )


def rates_over_time() -> dict[str, Any]:
    """Overturn rate and interval by year or month."""
    at = alt.Chart().encode(x=_times(), tooltip=_rate_tips("When"))
    rate = alt.Y("overturn_rate:Q", title="share of denials overturned", axis=_percents(), scale=alt.Scale(zero=True))
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
    legend = alt.Legend(columns={"expr": f"{_NARROW} ? 1 : 2"})
    base = alt.Chart().transform_calculate(side=side).encode(y=_names())
    share = alt.X("decision_share:Q", title="share of decisions", axis=_percents(), scale=alt.Scale(zero=True))
    return _made(
        alt.layer(
            base.mark_line(color="#aab4be", size=2).encode(x=share, detail="name:N"),
            base.mark_point(filled=True, size=90, opacity=1).encode(
                x=share,
                color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=[_ACCENT, _DARK]), legend=legend),
                shape=alt.Shape("side:N", scale=alt.Scale(domain=sides, range=["square", "circle"]), legend=legend),
                tooltip=[
                    _tip("name", "Guideline"),
                    _tip("side", "Cited by"),
                    _tip("decision_share", "Share of decisions", ".1%"),
                    _tip("decision_count", "Decisions", ","),
                    _tip("both_sides_share", "Other side as well", ".1%"),
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
            _tip("claims_basis", "Claims administrator"),
            _tip("reviewer_basis", "Reviewer"),
            _tip("decision_count", "Decisions", ","),
            _tip("decision_share", "Share", ".1%"),
            _tip("overturn_rate", "Overturned", ".1%"),
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
        y=_names(),
        tooltip=[
            _tip("name", "Counted"),
            _tip("days_median", "Median, days", ",.0f"),
            _tip("days_p90", "Nine of ten within, days", ",.0f"),
            _tip("dated_letter_count", "Letters with both dates", ","),
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
        config=_CONFIG,
    )
    made: dict[str, Any] = sized.to_dict()
    return made


def _names() -> alt.Y:
    limit = {"expr": f"{_NARROW} ? 150 : 260"}
    axis = alt.Axis(title=None, ticks=False, labelPadding=6, labelLimit=limit, labelExpr="replace(datum.label, '_', ' ')")
    return alt.Y("name:N", sort=alt.EncodingSortField("place", op="min"), axis=axis)


def _times() -> alt.X:
    """Years, or months of a year: '2015-03' as 'Mar'."""
    words = (
        "datum.label == 'not_stated' ? 'no date' : length(datum.label) < 7 ? datum.label"
        " : timeFormat(datetime(+slice(datum.label, 0, 4), +slice(datum.label, 5) - 1, 1), '%b')"
    )
    angle = {"expr": f"{_NARROW} ? -90 : 0"}
    baseline = {"expr": f"{_NARROW} ? 'middle' : 'top'"}
    align = {"expr": f"{_NARROW} ? 'right' : 'center'"}
    axis = alt.Axis(title=None, labelExpr=words, labelAngle=angle, labelBaseline=baseline, labelAlign=align)
    return alt.X("name:O", axis=axis)


def _percents() -> alt.Axis:
    return alt.Axis(format="%", tickCount={"expr": f"{_NARROW} ? 4 : 8"})


def _whole_numbers() -> alt.Axis:
    words = "format(datum.value, datum.value < 10000 ? ',d' : '~s')"
    return alt.Axis(labelExpr=words, tickMinStep=1, tickCount={"expr": f"{_NARROW} ? 4 : 7"})


def _rate_tips(name: str) -> list[alt.Tooltip]:
    return [
        _tip("name", name),
        _tip("overturn_rate", "Overturned", ".1%"),
        _tip("overturn_rate_low", "From", ".1%"),
        _tip("overturn_rate_high", "To", ".1%"),
        _tip("decision_count", "Decisions", ","),
    ]


def _tip(field: str, title: str, form: str = "") -> alt.Tooltip:
    kind = "Q" if form else "N"
    return alt.Tooltip(f"{field}:{kind}", title=title, **({"format": form} if form else {}))
