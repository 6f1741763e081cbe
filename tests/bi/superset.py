"""A Superset that runs on a home as `make superset` starts it, and what one asks of it: by its API, and in a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response

from tests.conftest import ROOT

PYTHON = ROOT / ".superset" / "bin" / "python"
START = ROOT / "dbt_project" / "dashboards" / "superset" / "start.py"
_TALL = 9000
"""A window in which the longest dashboard is seen whole: Superset draws only what is seen."""


@dataclass
class Superset:
    """Logged in as its admin."""

    process: subprocess.Popen[str]
    address: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self) -> None:
        who = {"username": "admin", "password": self.password, "provider": "db"}
        token = self.post("security/login", who).json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.session.headers["X-CSRFToken"] = self.get("security/csrf_token/").json()["result"]
        self.session.headers["Referer"] = self.address

    def get(self, path: str) -> requests.Response:
        return self.session.get(f"{self.address}/api/v1/{path}", timeout=60)

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self.session.post(f"{self.address}/api/v1/{path}", json=body, timeout=120)

    def ids(self, kind: str, name: str) -> dict[str, int]:
        """Numbers of what there is of a kind, by name."""
        return {one[name]: one["id"] for one in self.get(f"{kind}/?q=(page_size:100)").json()["result"]}

    def ask(self, dataset: str, metrics: list[str], by: list[str], **equal: str) -> list[tuple[Any, ...]]:
        """Rows as a chart gets them, in order."""
        query = {
            "columns": by,
            "metrics": metrics,
            "filters": [{"col": column, "op": "==", "val": value} for column, value in equal.items()],
            "row_limit": 5000,
        }
        of = {"id": self.ids("dataset", "table_name")[dataset], "type": "table"}
        answer = self.post("chart/data", {"datasource": of, "queries": [query], "result_type": "full"})
        assert answer.status_code == 200, answer.text
        rows = answer.json()["result"][0]["data"]
        return sorted(tuple(row[name] for name in (*by, *metrics)) for row in rows)

    def sql(self, statement: str) -> requests.Response:
        """What SQL Lab answers."""
        (database,) = (number for name, number in self.ids("database", "database_name").items() if name[:3] == "IMR")
        return self.post("sqllab/execute/", {"database_id": database, "sql": statement, "schema": "main"})


@contextmanager
def running(home: Path) -> Iterator[Superset]:
    """Ends with what Superset said where it does not come up."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(PYTHON), str(START), "--port", str(port)]
    environment = {**os.environ, "IMR_HOME": str(home)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 300
        while not _is_up(address):
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise AssertionError(f"Superset did not start: {process.communicate()[0]}")
            time.sleep(0.5)
        superset = Superset(process, address, (home / "superset" / "password").read_text())
        superset.log_in()
        yield superset
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # somebody's query runs
            process.kill()


def _is_up(address: str) -> bool:
    try:
        return requests.get(f"{address}/health", timeout=5).ok
    except requests.RequestException:  # not there yet, or not ready to answer
        return False


@contextmanager
def signed_in(browser: Browser, superset: Superset) -> Iterator[BrowserContext]:
    context = browser.new_context()
    page = context.new_page()
    # The page tells the server that it was opened. Who signs in before is signed out by the answer.
    with page.expect_response(lambda response: "/superset/log/" in response.url):
        page.goto(f"{superset.address}/login/")
    page.locator("#username, input[name=username]").first.fill("admin")
    page.locator("#password, input[name=password]").first.fill(superset.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/superset/welcome/**")
    page.close()
    yield context
    context.close()


@dataclass
class Board:
    """A dashboard in the browser, and what went wrong in it."""

    page: Page
    failed: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    """Who answered."""

    @classmethod
    def open(cls, signed_in: BrowserContext, superset: Superset, slug: str, height: int = _TALL) -> Board:
        board = cls(signed_in.new_page())
        board.page.set_viewport_size({"width": 1500, "height": height})
        board.page.on("response", board._note)
        board.page.on("pageerror", lambda error: board.failed.append(str(error)))
        board.page.goto(f"{superset.address}/superset/dashboard/{slug}/")
        return board

    def chart(self, title: str) -> Locator:
        """A chart when it is drawn."""
        chart = self.page.locator(f'[data-test="chart-grid-component"][data-test-chart-name="{title}"]')
        chart.wait_for(timeout=60_000)
        drawn = chart.locator("canvas, svg.chart, tbody tr, .header-line, .ant-empty, .ant-alert, [class*=Empty]")
        drawn.first.wait_for(timeout=60_000)
        return chart

    def rows(self, title: str) -> list[list[str]]:
        """What stands in a table."""
        rows = self.chart(title).locator("tbody tr").all()
        return [[cell.inner_text().strip() for cell in row.locator("td").all()] for row in rows]

    def choose(self, name: str, value: str) -> None:
        """Chooses in a filter, and applies it."""
        names = self.page.locator('[data-test="filter-control-name"]')
        names.first.wait_for()
        place = names.all_inner_texts().index(name)
        self.page.locator('[data-test="form-item-value"]').nth(place).locator("input").click()
        self.page.locator(f'.ant-select-item-option:has-text("{value}")').first.click()
        self.page.keyboard.press("Escape")
        self.page.locator('[data-test="filter-bar__apply-button"]').click()

    def _note(self, response: Response) -> None:
        if match := re.match(r"https?://([^/]+)", response.url):
            self.hosts.add(match[1])
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")
