"""A browser without a window, for pages that have to work in one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_MISSING = "Chromium is not installed on this machine: run 'make system-packages'"


def binary() -> str:
    """Skips a test where Chromium is missing, and fails it in CI, where it must not be."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(_MISSING)
    return str(found)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium starts without its sandbox only. The pages are our own.
        arguments = ["--no-sandbox"] if os.getuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=binary(), args=arguments)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in the browser, and what went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    """Addresses that it asked for, itself left out."""

    @classmethod
    def at(cls, browser: Browser, path: Path, width: int = 1280) -> Opened:
        """Opens a file and waits until every chart is drawn."""
        opened = cls(browser.new_page(viewport={"width": width, "height": 900}))
        address = path.resolve().as_uri()
        opened.page.on(
            "console", lambda message: opened.errors.append(message.text) if message.type == "error" else None
        )
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.on("request", lambda request: opened._note(request.url, address))
        opened.page.goto(address)
        if opened.page.locator("figure").count():
            opened._wait_for("period", "all")
        return opened

    def choose(self, name: str, value: str) -> None:
        """Chooses in the first list of this name, and waits until the charts are drawn."""
        self.page.locator(f"select[data-filter={name}]").first.select_option(value)
        self._wait_for(name, value)

    def marks(self, chart: str) -> list[str]:
        """What a screen reader tells of each bar, point or line of a chart, in the order of the drawing."""
        found = self.page.locator(f"#chart-{chart} svg g.role-mark > [aria-roledescription]")
        return [one.get_attribute("aria-label") or "" for one in found.all()]

    def finding(self, chart: str) -> str:
        return self.page.locator(f"#chart-{chart} figcaption").inner_text()

    def _wait_for(self, name: str, value: str) -> None:
        self.page.wait_for_function(
            "([name, value]) => JSON.parse(document.documentElement.dataset.drawn ?? '{}')[name] === value",
            arg=[name, value],
        )

    def _note(self, url: str, address: str) -> None:
        if url != address and not url.startswith("data:"):
            self.requested.append(url)
