"""The page as one text: figures, findings, charts, styles and scripts, with nothing to be loaded from anywhere.

What stands in it comes from published tables, some of it printed by letters: all of it is escaped.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from orchestration.report.figures import Figures, Rows
from orchestration.report.findings import NOTHING
from orchestration.report.headline import key_figures
from orchestration.report.parts import Chart, Section
from orchestration.report.quality import standings
from orchestration.report.scripts import vega_scripts
from orchestration.report.sections import SECTIONS
from orchestration.report.words import named, period_name

_FOLDER = Path(__file__).parent
Titles = dict[str, dict[str, dict[str, str]]]
"""Findings by chart, period and choice."""


def to_page(figures: Figures) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(_FOLDER),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections = [section for section in SECTIONS if _rows_of(figures, section)]
    titles = {chart.identifier: _titles(figures, chart) for section in sections for chart in section.charts}
    periods = ["all", *reversed(figures.years), *(["not_stated"] if "not_stated" in figures.totals else [])]
    return environment.get_template("page.html.j2").render(
        figures=figures,
        standings=standings(figures),
        key_figures={period: key_figures(figures, period) for period in periods if period in figures.totals},
        periods={period: period_name(period) for period in periods},
        sections=sections,
        options={section.choice.name: _options(figures, section) for section in sections if section.choice},
        titles=titles,
        first={section.identifier: section.choice.first[0] if section.choice else "all" for section in sections},
        nothing=NOTHING,
        data=_data(figures, sections, titles) if sections else {},
        vega=vega_scripts() if sections else "",
    )


def _rows_of(figures: Figures, section: Section) -> Rows:
    return [row for chart in section.charts for row in figures.datasets[chart.dataset]]


def _options(figures: Figures, section: Section) -> dict[str, str]:
    """What can be chosen, by value; those named first come first, the others by name."""
    assert section.choice
    known = {row["choice"] for row in _rows_of(figures, section)}
    first = [value for value in section.choice.first if value in known]
    values = [*first, *sorted(known - set(first))]
    return {value: section.choice.words if value == "all" else named(value) for value in values}


def _titles(figures: Figures, chart: Chart) -> dict[str, dict[str, str]]:
    """The finding for each period and choice."""
    rows: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in figures.datasets[chart.found_in or chart.dataset]:
        rows[row["period"], row["choice"]].append(row)
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for (period, choice), members in rows.items():
        titles[period][choice] = chart.finding(members)
    return titles


def _data(figures: Figures, sections: list[Section], titles: Titles) -> dict[str, Any]:
    """What the page's script needs: rows by dataset, and charts with their specifications."""
    charts = [(section, chart) for section in sections for chart in section.charts]
    return {
        "datasets": {
            name: _columnar(figures.datasets[name]) for name in sorted({chart.dataset for _, chart in charts})
        },
        "charts": [
            {
                "id": chart.identifier,
                "dataset": chart.dataset,
                "choice": section.choice.name if section.choice else None,
                "shows": chart.shows,
                "titles": titles[chart.identifier],
                "columns": [[column.field, column.head, column.form] for column in chart.columns],
                "spec": chart.draw(),
            }
            for section, chart in charts
        ],
        "nothing": NOTHING,
    }


def _columnar(rows: Rows) -> dict[str, Any]:
    """Rows without their column names, shares with four digits."""
    columns = list(rows[0]) if rows else []
    return {"columns": columns, "rows": [[_short(row[column]) for column in columns] for row in rows]}


def _short(value: Any) -> Any:
    return round(value, 4) if isinstance(value, float) else value
