"""The report page of real publications in Chromium: every chart is drawn, what is chosen changes it, nothing is asked of
the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from playwright.sync_api import Browser

import tests.browser
from orchestration.companions import make_report
from orchestration.home import Home
from orchestration.report.queries import CHECKS, COMPLETENESS, DATASETS, TOTALS
from tests.browser import Opened, chromium
from tests.conftest import ROOT, Warehouse
from tests.maker import MadeItem, MadeLetter


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, golden: Warehouse) -> Iterator[Opened]:
    opened = Opened.at(browser, golden.published.with_name("report.html"))
    yield opened
    assert opened.errors == []
    assert opened.requested == []
    opened.page.close()


def test_every_chart_has_marks_a_finding_and_a_description(opened: Opened) -> None:
    charts = [one.get_attribute("id") or "" for one in opened.page.locator("figure").all()]
    assert len(charts) == 16
    for chart in charts:
        name = chart.removeprefix("chart-")
        assert len(opened.marks(name)) > 3, name
        told = opened.page.locator(f"#{chart} .chart").get_attribute("aria-label") or ""
        assert told.startswith(f"{opened.finding(name)}. "), name
        assert opened.page.locator(f"#{chart} tbody tr").count() > 1, name


def test_a_year_drives_every_chart_and_the_key_figures(opened: Opened, golden: Warehouse) -> None:
    before = {name: opened.marks(name) for name in ("volume", "services-counts", "guidelines", "reviewers-rates")}
    opened.choose("period", "2014")
    for name, marks in before.items():
        assert opened.marks(name) and opened.marks(name) != marks, name
    [(decisions, months)] = golden.query(
        "select count(*), count(distinct decision_date_key // 100) from fct_decisions where decision_date_key // 10000 = 2014"
    )
    shown = opened.page.locator(".keys dl:visible .value").all_inner_texts()
    assert shown[1] == str(decisions)
    assert opened.page.locator("#chart-volume tbody tr").count() == months
    assert opened.finding("volume").startswith(f"{decisions} decisions in ")
    assert set(opened.page.locator("[data-shows=period]").all_inner_texts()) == {"2014"}


def test_a_category_drives_services_and_bases(opened: Opened, golden: Warehouse) -> None:
    months = opened.marks("volume")
    opened.choose("category", "Pharmaceuticals")
    rows = golden.query(
        "select coalesce(service_subcategory, 'unspecified'), count(*) from fct_decisions"
        " inner join dim_services using (service_key) where service_category = 'Pharmaceuticals' group by all"
        " order by 2 desc, 1"
    )
    bars = {mark.split("; ")[1].removeprefix("name: "): mark.split("; ")[0] for mark in opened.marks("services-counts")}
    assert bars == {name: f"decisions: {count}" for name, count in rows[:15]}  # as many as the chart shows
    total = sum(count for _, count in rows)
    cells = opened.page.locator("#chart-bases tbody tr").all()
    assert sum(int(cell.locator("td").nth(3).text_content() or "") for cell in cells) == total
    both = opened.page.locator("select[data-filter=category]")
    assert [one.input_value() for one in both.all()] == ["Pharmaceuticals"] * 2
    assert opened.marks("volume") == months


def test_a_choice_without_rows_says_so_and_comes_back(opened: Opened, golden: Warehouse) -> None:
    (category,) = golden.query(
        "select service_category from fct_decisions inner join dim_services using (service_key) group by all"
        " having count(*) > 2 and count(*) filter (where decision_date_key // 10000 = 2018) = 0 order by 1 limit 1"
    )[0]
    opened.choose("category", category)
    opened.choose("period", "2018")
    assert opened.finding("services-counts") == "There is nothing to show for this choice."
    assert not opened.page.locator("#chart-services-counts svg").is_visible()
    opened.choose("period", "all")
    assert opened.page.locator("#chart-services-counts svg").is_visible()
    assert len(opened.marks("services-counts")) > 1


def test_a_phone_scrolls_one_way_and_clips_no_axis(browser: Browser, golden: Warehouse) -> None:
    opened = Opened.at(browser, golden.published.with_name("report.html"), width=390)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    for chart in opened.page.locator("figure svg.marks").all():
        box = chart.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert opened.errors == []
    opened.page.close()


def test_it_prints(opened: Opened) -> None:
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".toolbar").is_visible()
    assert opened.page.locator("#chart-volume svg").is_visible()
    assert opened.page.locator("#services .choice select").is_visible()  # what was chosen
    assert len(opened.page.pdf(format="A4")) > 50_000


def test_one_letter_makes_a_page(browser: Browser, warehouse: Warehouse) -> None:
    warehouse.land("a.txt", MadeLetter("CM15-0000001", items=[MadeItem("MRI of the <b>lumbar</b> spine")]).text())
    ran = warehouse.refresh()
    assert ran.status == 0
    path = warehouse.published.with_name("report.html")
    assert f"Report: {path.as_uri()}" in ran.out
    opened = Opened.at(browser, path)
    assert opened.finding("volume") == "1 decision in 1 letter, all in 2015"
    assert opened.finding("services-counts") == "Diagnostic Testing: 1 of 1 decision"
    assert opened.page.locator(".keys dl:visible .value").first.inner_text() == "1"
    assert (opened.errors, opened.requested) == ([], [])
    opened.page.close()

    status = warehouse.imr("status")
    assert f"Report        {path.as_uri()}" in status.out
    assert warehouse.imr("report", "--no-open").out.strip() == path.as_uri()
    browsed = warehouse.imr("report", BROWSER="echo opened %s")
    assert f"opened {path.as_uri()}" in browsed.out
    path.unlink()
    again = warehouse.imr("report", "--no-open")
    assert (again.status, again.out.strip()) == (0, path.as_uri())
    assert path.exists()
    path.write_text(path.read_text().replace(warehouse.record()["refresh_id"], "of-an-older-one"))
    assert warehouse.imr("report", "--no-open").err.startswith("Making the report page")
    assert warehouse.record()["refresh_id"] in path.read_text()


def test_an_empty_warehouse_makes_a_page(browser: Browser, golden: Warehouse, tmp_path: Path) -> None:
    """The tables of a publication without a decision."""
    empty = tmp_path / "published" / "imr.duckdb"
    empty.parent.mkdir()
    empty.write_bytes(golden.published.read_bytes())
    with duckdb.connect(str(empty)) as connection:
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            if table.startswith("rpt_"):
                connection.execute(f'delete from "{table}"')
    [(path, text)] = make_report(Home(tmp_path), empty).items()
    path.write_text(text, encoding="utf-8")
    opened = Opened.at(browser, path)
    assert opened.page.locator(".empty").inner_text().startswith("This publication holds no decisions yet.")
    assert (opened.errors, opened.requested) == ([], [])
    opened.page.close()


def test_nothing_published_is_told(warehouse: Warehouse) -> None:
    ran = warehouse.imr("report")
    assert ran.status == 1
    assert "Nothing is published" in ran.err


def test_the_page_is_small_and_holds_no_letter(golden: Warehouse) -> None:
    text = golden.published.with_name("report.html").read_text(encoding="utf-8")
    assert len(text.encode()) < 3_000_000
    for (rationale,) in golden.query("select rationale_text from decision_texts where length(rationale_text) > 80"):
        assert rationale[:60] not in text
    for (case_number,) in golden.query("select case_number from dim_determinations where case_number is not null"):
        assert case_number not in text


def test_the_exposure_names_the_tables_that_the_page_reads() -> None:
    found = yaml.safe_load((ROOT / "dbt_project/models/reports/_exposures.yml").read_text(encoding="utf-8"))
    exposure = next(one for one in found["exposures"] if one["name"] == "report_page")
    named = {ref.split("'")[1] for ref in exposure["depends_on"]}
    asked = " ".join((*DATASETS.values(), TOTALS, COMPLETENESS, CHECKS)).split()
    assert named == {word for word in asked if word.startswith(("rpt_", "quality_", "fct_", "dim_", "bridge_"))}


def test_a_missing_browser_fails_in_ci_and_skips_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.browser, "_PROGRAMS", ("no-such-browser",))
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run 'make system-packages'"):
        tests.browser.binary()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="run 'make system-packages'"):
        tests.browser.binary()
