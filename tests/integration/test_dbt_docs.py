"""dbt's documentation beside a real publication: as dbt itself makes it, and read in Chromium without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbt.task.docs import DOCS_INDEX_FILE_PATH
from playwright.sync_api import Browser

from orchestration.companions import make_dbt_docs
from orchestration.dbt import command, environment
from orchestration.dbt_docs import read_catalog
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT
from tests.browser import Opened, chromium
from tests.conftest import ROOT, Warehouse


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def page_of(warehouse: Warehouse) -> Path:
    return warehouse.published.with_name("dbt_docs.html")


def test_a_model_and_what_it_is_made_of(browser: Browser, golden: Warehouse) -> None:
    opened = Opened.at(browser, page_of(golden))
    page = opened.page
    page.get_by_role("heading", name="How the tables are made").wait_for()
    beside = {one.get_attribute("href") for one in page.locator("a[href$='.html']").all()}
    assert beside == {"report.html", "dictionary.html", "data_docs/index.html"}

    page.goto(f"{page_of(golden).resolve().as_uri()}#!/model/model.imr.fct_decisions")
    page.get_by_role("heading", name="fct_decisions").wait_for()
    rows = page.locator("table tbody tr").all_inner_texts()[::2]  # each second one has the details of the one before
    described = golden.query(
        "select column_name, data_type from duckdb_columns() where table_name = 'fct_decisions' order by column_index"
    )
    assert [tuple(row.split()[:2]) for row in rows] == described

    page.locator(".launcher-btn a").click()
    page.locator(".launcher-actions a[ng-click='showExpanded()']").click()
    page.wait_for_function("document.querySelector('#graph-viz-wrapper canvas')?.width > 1000")
    graph = "angular.element(document.getElementById('graph-viz-wrapper')).scope().graph"
    nodes = page.evaluate(f"{graph}.elements.map(element => element.data.id)")
    assert {"source.imr.staged.items", "model.imr.int_items", "model.imr.fct_decisions", "model.imr.rpt_volume"} <= {
        *nodes
    }
    assert opened.errors == []
    assert opened.requested == []
    page.close()


def test_it_is_of_no_machine_and_made_once_for_a_state_of_the_project(golden: Warehouse) -> None:
    text = page_of(golden).read_text(encoding="utf-8")
    assert str(golden.root) not in text
    assert str(ROOT) not in text
    assert "read_parquet('HOME/lake/staged/items/*.parquet'" in text
    assert make_dbt_docs(Home(golden.home), golden.published) == {}


def test_dbt_makes_the_same(golden: Warehouse, tmp_path: Path) -> None:
    """On a copy of the build: dbt opens it for writing."""
    shutil.copytree(golden.home / "build", tmp_path / "build")
    home = Home(tmp_path)
    done = subprocess.run(
        command("docs", "generate", "--static", "--no-compile"),
        env={**os.environ, **environment(home)},
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    files = {name: (home.dbt_target / f"{name}.json").read_text(encoding="utf-8") for name in ("manifest", "catalog")}
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8").strip()
    for name, text in files.items():
        page = page.replace(f'"{name.upper()}.JSON INLINE DATA"', text)
    assert (home.dbt_target / "static_index.html").read_text(encoding="utf-8") == page
    theirs, ours = json.loads(files["catalog"]), read_catalog(home, json.loads(files["manifest"]))
    assert len(theirs["nodes"]) > 40
    for part in ("nodes", "sources", "errors"):
        assert ours[part] == theirs[part]
