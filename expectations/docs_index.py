"""The first page of Data Docs: each audit in one line, with its verdict. Great Expectations imports this by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from great_expectations.render import RenderedBootstrapTableContent
from great_expectations.render.renderer import SiteIndexPageRenderer

from expectations.docs_view import GOOD, ODD, colored, standing

_COLUMNS = {"run_time": "Audited", "run_name": "Refresh", "verdict": "Verdict", "suites": "What was found"}
_SEVERITIES = ("critical", "warning")


class IndexPage(SiteIndexPageRenderer):
    """One line an audit, the latest first, that leads to the page of each suite: those that found something first."""

    @classmethod
    def _generate_validation_results_link_table(cls, index_links_dict: Mapping[str, Any]) -> Any:
        links = sorted(index_links_dict["validations_links"], key=itemgetter("run_name"), reverse=True)
        return RenderedBootstrapTableContent(
            table_columns=[{"field": field, "title": title} for field, title in _COLUMNS.items()],
            table_data=[cls._audit(name, list(suites)) for name, suites in groupby(links, itemgetter("run_name"))],
        )

    @classmethod
    def _audit(cls, name: str, links: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        found = sorted(((_unmet(link), link) for link in links), key=_worst_first)
        first = found[0][1]
        return {
            "run_time": cls._get_formatted_datetime(first["run_time"]),
            "run_name": name,
            "verdict": colored(*_with_rejected(_verdict([unmet for unmet, _ in found]), first["batch_spec"])),
            "suites": [_suite(unmet, link) for unmet, link in found],
        }


def _unmet(link: Mapping[str, Any]) -> dict[str, int] | None:
    """How many promises of a suite were not kept; None where an older version kept only that some were not."""
    told = link["batch_spec"]
    if any(severity not in told for severity in _SEVERITIES):
        return dict.fromkeys(_SEVERITIES, 0) if link["validation_success"] else None
    return {severity: int(told[severity]) for severity in _SEVERITIES}


def _worst_first(one: tuple[dict[str, int] | None, Mapping[str, Any]]) -> tuple[int, int, str]:
    unmet, link = one
    critical, warning = (1, 0) if unmet is None else (unmet["critical"], unmet["warning"])
    return -critical, -warning, link["expectation_suite_name"]


def _verdict(unmet: Iterable[dict[str, int] | None]) -> tuple[str, str]:
    known = list(unmet)
    total = {severity: sum(one[severity] for one in known if one) for severity in _SEVERITIES}
    if None in known and not total["critical"]:
        return "not told by this version", ""
    words, color = standing(total)
    if total["critical"]:
        return f"✘ kept from readers<br>{words}", color
    return ("✔ may be published" + (f"<br>{words}" if total["warning"] else "")), color


def _with_rejected(verdict: tuple[str, str], told: Mapping[str, Any]) -> tuple[str, str]:
    """A verdict, and how many files were rejected: no promise is about them, and people look for them here."""
    words, color = verdict
    count = int(told.get("rejected", 0))
    if not count:
        return verdict
    files = f"⚠ {count:,} file{'' if count == 1 else 's'} rejected"
    return f"{words}<br>{files}", ODD if color == GOOD else color


def _suite(unmet: dict[str, int] | None, link: Mapping[str, Any]) -> Any:
    name = link["expectation_suite_name"]
    words, color = ("✘ not met", "") if unmet is None else standing(unmet)
    told = f"✔ {name}" if words == "✔ met" else f"{name}: {words}"
    return colored(told, color, tag="a", styling={"attributes": {"href": link["filepath"]}})
