"""Axes, words under the pointer and looks that the charts have in common."""

from __future__ import annotations

from typing import Any

import altair as alt

NARROW = "containerSize()[0] < 480"
"""Whether a chart stands on a phone, in the words of Vega."""
CONFIG: dict[str, Any] = {
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


def names() -> alt.Y:
    limit = {"expr": f"{NARROW} ? 150 : 260"}
    axis = alt.Axis(
        title=None, ticks=False, labelPadding=6, labelLimit=limit, labelExpr="replace(datum.label, '_', ' ')"
    )
    return alt.Y("name:N", sort=alt.EncodingSortField("place", op="min"), axis=axis)


def times() -> alt.X:
    """Years, or months of a year: '2015-03' as 'Mar'."""
    words = (
        "datum.label == 'not_stated' ? 'no date' : length(datum.label) < 7 ? datum.label"
        " : timeFormat(datetime(+slice(datum.label, 0, 4), +slice(datum.label, 5) - 1, 1), '%b')"
    )
    angle = {"expr": f"{NARROW} ? -90 : 0"}
    baseline = {"expr": f"{NARROW} ? 'middle' : 'top'"}
    align = {"expr": f"{NARROW} ? 'right' : 'center'"}
    axis = alt.Axis(title=None, labelExpr=words, labelAngle=angle, labelBaseline=baseline, labelAlign=align)
    return alt.X("name:O", axis=axis)


def percents() -> alt.Axis:
    return alt.Axis(format="%", tickCount={"expr": f"{NARROW} ? 4 : 8"})


def whole_numbers() -> alt.Axis:
    words = "format(datum.value, datum.value < 10000 ? ',d' : '~s')"
    return alt.Axis(labelExpr=words, tickMinStep=1, tickCount={"expr": f"{NARROW} ? 4 : 7"})


def rate_tips(name: str) -> list[alt.Tooltip]:
    return [
        tip("name", name),
        tip("overturn_rate", "Overturned", ".1%"),
        tip("overturn_rate_low", "From", ".1%"),
        tip("overturn_rate_high", "To", ".1%"),
        tip("decision_count", "Decisions", ","),
    ]


def tip(field: str, title: str, form: str = "") -> alt.Tooltip:
    if form:
        return alt.Tooltip(f"{field}:Q", title=title, format=form)
    return alt.Tooltip(f"{field}:N", title=title)
