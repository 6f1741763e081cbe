"""The page of hand-made figures: what letters and tables print is text in it, and nothing is loaded from anywhere."""

from __future__ import annotations

import datetime as dt
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from orchestration.report import page, scripts
from orchestration.report.figures import Figures, Row
from orchestration.report.queries import DATASETS

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} & \"quoted\" 'too'"

# What a page may lead to: itself, and what lies beside it.
BESIDE = ("data:,", "data_docs/index.html", "dictionary.html", "dbt_docs.html")


class Read(HTMLParser):
    """Tags and texts of a page, and what each script holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        is_script = self.tags and self.tags[-1][0] == "script" and self.cdata_elem == "script"
        (self.scripts if is_script else self.texts).append(data)

    def with_tag(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def service(name: str) -> Row:
    rate = {"overturned_count": 1, "overturn_rate": 0.5, "overturn_rate_low": 0.1, "overturn_rate_high": 0.9}
    whole = {"whole_amount": 4, "whole_rate": 0.5, "whole_low": 0.15, "whole_high": 0.85}
    names = {"period": "all", "choice": "all", "name": name, "place": 1}
    return {**names, "amount": 2, "decision_count": 2, "share": 0.5, **rate, **whole}


def figures(*services: str) -> Figures:
    total = {"period": "all", "letter_count": 1, "decision_count": 2, "decisions_per_letter": 2.0}
    rate = {"overturned_count": 1, "overturn_rate": 0.5, "overturn_rate_low": 0.1, "overturn_rate_high": 0.9}
    datasets: dict[str, list[Row]] = {name: [] for name in DATASETS}
    datasets["services"] = [service(name) for name in services]
    lost = {"subject": "file", "result": "rejected", "reason": EVIL, "row_count": 1, "row_share": 1.0}
    return Figures(
        EVIL, dt.datetime(2026, 3, 1, 6), {"all": {**total, **rate}} if services else {}, datasets, [lost], []
    )


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "vega_scripts", lambda: "/* vega */")


def test_what_tables_hold_is_text_and_never_markup() -> None:
    read = Read(page.to_page(figures(EVIL, "MRI")))
    assert read.with_tag("img") == []
    assert [attributes.get("type") for attributes in read.with_tag("script")] == [None, "application/json", None]
    assert not any("onerror" in attributes for _, attributes in read.tags)
    assert {"name": "refresh-id", "content": EVIL} in read.with_tag("meta")
    whole = " ".join(read.texts)
    assert f"rejected: {EVIL.replace('_', ' ')} 1" in whole  # among the reasons of rejected files
    assert whole.count(EVIL) >= 3  # of the refresh, of rejected files, and of the first finding
    data = json.loads(read.scripts[1])
    columns = data["datasets"]["services"]["columns"]
    assert data["datasets"]["services"]["rows"][0][columns.index("name")] == EVIL


def test_nothing_is_loaded_from_elsewhere() -> None:
    read = Read(page.to_page(figures("MRI")))
    for _, attributes in read.tags:
        for name in ("src", "href", "action", "data", "poster"):
            address = attributes.get(name)
            assert address is None or address in BESIDE or address[0] == "#"
    policy = next(one["content"] for one in read.with_tag("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'; ")
    assert "http" not in policy and "*" not in policy


def test_sections_without_rows_are_left_out_and_an_empty_warehouse_says_so() -> None:
    read = Read(page.to_page(figures("MRI")))
    assert [one["id"] for one in read.with_tag("figure")] == ["chart-services-counts", "chart-services-rates"]
    empty = Read(page.to_page(figures()))
    assert empty.with_tag("figure") == empty.with_tag("script") == []
    assert "This publication holds no decisions yet." in " ".join(empty.texts)
    assert "2026-03-01 06:00 UTC" in " ".join(empty.texts)


def test_findings_stand_in_the_page_before_any_script_runs() -> None:
    texts = " ".join(Read(page.to_page(figures("MRI"))).texts)
    assert "MRI: 2 of 4 decisions" in texts
    assert "MRI: 50.0\N{NO-BREAK SPACE}% overturned (10.0 to 90.0\N{NO-BREAK SPACE}%)" in texts


def test_scripts_are_bundled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled: list[int] = []

    def bundle() -> str:
        bundled.append(1)
        return "/* vega */"

    monkeypatch.setattr(scripts, "_bundled", bundle)
    assert [scripts.vega_scripts(tmp_path / "share") for _ in range(3)] == ["/* vega */"] * 3
    assert len(bundled) == 1
    (tmp_path / "file").write_text("no folder")
    assert [scripts.vega_scripts(tmp_path / "file") for _ in range(2)] == ["/* vega */"] * 2  # nowhere to keep them
    assert len(bundled) == 3


def test_scripts_cannot_end_their_element(monkeypatch: pytest.MonkeyPatch) -> None:
    import vl_convert

    def bundle(*_: Any, **__: Any) -> str:
        return "const end = '</script>';"

    monkeypatch.setattr(vl_convert, "javascript_bundle", bundle)
    assert scripts._bundled() == "const end = '<\\/script>';"
