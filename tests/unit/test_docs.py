"""Data Docs: rows by name, text that stays text, pages that need nothing but themselves, and a history that ends."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from expectations import docs
from expectations.docs import write_docs
from expectations.items import ITEMS
from expectations.result import CheckResult
from expectations.run import all_failed, run_suite
from tests.frames import SUITES, good

EVIL = "<script>alert(1)</script> & $service ${x} <img src=x onerror=alert(2)>"
TURNED = "\u202e\x1b\x9b"  # what a terminal or a browser would obey
MADE = (ITEMS, SUITES["received"])


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"] or "{" not in data:
            self.words += f" {data}"


def read(path: Path) -> _Tags:
    page = _Tags()
    page.feed(path.read_text(encoding="utf-8").replace("<wbr>", ""))
    page.words = " ".join(page.words.split())
    return page


def results() -> list[CheckResult]:
    frame = good("items")
    frame["service_text"] = [EVIL, "Norco", "MRI"]
    frame["source_uri"] = [f"a.txt{TURNED}", "a.txt", "b.txt"]
    frame["outcome"] = [None, EVIL, "upheld"]
    return run_suite(frame, ITEMS) + all_failed(SUITES["received"], f"raised {EVIL}")


def write(folder: Path, number: int, found: list[CheckResult]) -> Path:
    """The refresh's page of the suite 'items'."""
    name = f"20260101T{number:06d}Z-{number:08x}"
    write_docs(folder, name, dt.datetime(2026, 1, 1) + dt.timedelta(minutes=number), MADE, found)
    (page,) = folder.glob(f"validations/items/{name}/*/items.html")
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "data_docs"
    write(folder, 1, results())
    write(folder, 2, run_suite(good("items"), ITEMS))
    return folder


def page_of(site: Path, suite: str, refresh: int) -> _Tags:
    (path,) = site.glob(f"validations/{suite}/*-{refresh:08x}/*/{suite}.html")
    return read(path)


def test_failing_rows_are_named_by_letter_and_item_with_reason_and_severity(site: Path) -> None:
    page = page_of(site, "items", 1)
    assert "Rows that break outcome: expect_column_values_to_not_be_null" in page.words
    assert (
        "source_uri letter_id item_number outcome service_text a.txt<U+202E>␛<U+009B> a 1 <script>alert(1)</script>"
        in page.words
    )
    assert "An item without an outcome says nothing about the denial" in page.words
    assert page.words.count("⚠ warning") == 2
    assert "Status: ⚠ 2 warnings" in page.words
    assert page.words.count("✔ met") == len(ITEMS.promises) - 2
    assert "Rows that break outcome" not in page_of(site, "items", 2).words


def test_a_letters_text_is_text(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = read(path)
        assert not {"script", "img", "iframe"} & set(page.tags), path
        assert not set(TURNED) & set(path.read_text(encoding="utf-8")), path
    assert EVIL in page_of(site, "items", 1).words
    assert EVIL in page_of(site, "received", 1).words  # in the reason of what raised


def test_pages_need_no_network_and_all_links_lead_somewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        for link in read(path).links:
            target, _, part = link.partition("#")
            assert not re.match(r"\w+:|//", target), (path, link)
            assert not target or (path.parent / target).resolve().is_file(), (path, link)
            assert not part or f'id="{part}"' in path.read_text(encoding="utf-8"), (path, link)
        assert "@import" not in path.read_text(encoding="utf-8")
        assert "url(" not in path.read_text(encoding="utf-8")


def test_the_index_leads_to_every_audit_the_latest_first(site: Path) -> None:
    index = read(site / "index.html")
    found = [link for link in index.links if link.startswith("validations/")]
    assert len(found) == 4
    assert all("-00000002/" in link for link in found[:2])
    assert index.words.index("20260101T000002Z") < index.words.index("20260101T000001Z")
    assert [link for link in index.links if link == "expectations/items.html"]


def test_the_index_tells_the_verdict_of_each_audit(tmp_path: Path) -> None:
    folder = tmp_path / "data_docs"
    frame = good("items")
    frame["outcome"] = [None, "upheld", "upheld"]
    warned = run_suite(frame, ITEMS)
    received = run_suite(good("received"), SUITES["received"])
    for number, found in enumerate((run_suite(good("items"), ITEMS), warned, warned), start=1):
        write(folder, number, found + (received if number < 3 else all_failed(SUITES["received"], "gone")))
    words = read(folder / "index.html").words
    refused, passed, well = (words.index(f"20260101T00000{number}Z") for number in (3, 2, 1))
    # eight promises about what was received raised, and one about items is not kept
    assert "✘ kept from readers ✘ 8 critical, ⚠ 1 warning" in words[refused:passed]
    assert "received: ✘ 8 critical items: ⚠ 1 warning" in words[refused:passed]
    assert "✔ may be published ⚠ 1 warning items: ⚠ 1 warning ✔ received" in words[passed:well]
    assert "✔ may be published ✔ items ✔ received" in words[well:]
    assert "not met" not in words
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert page.count('class="text-danger"') == 2  # the verdict, and the suite


def test_the_index_tells_of_rejected_files(tmp_path: Path) -> None:
    folder = tmp_path / "data_docs"
    for number, rejected in ((1, 0), (2, 1), (3, 1200)):
        name = f"20260101T{number:06d}Z-{number:08x}"
        found = run_suite(good("items"), ITEMS) + run_suite(good("received"), SUITES["received"])
        write_docs(folder, name, dt.datetime(2026, 1, 1, 0, number), MADE, found, rejected)
    words = read(folder / "index.html").words
    assert "✔ may be published ⚠ 1,200 files rejected ✔ items" in words
    assert "✔ may be published ⚠ 1 file rejected ✔ items" in words
    assert "✔ may be published ✔ items" in words
    assert (folder / "index.html").read_text(encoding="utf-8").count('class="text-warning"') == 2


def test_an_audit_that_an_older_version_kept_is_not_given_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docs, "_unmet", lambda _: {})
    write(tmp_path / "data_docs", 1, results())
    words = read(tmp_path / "data_docs" / "index.html").words
    assert "not told by this version" in words
    assert "published" not in words


def test_what_a_promise_is_about_stands_beside_the_letter_and_hashes_are_short(tmp_path: Path) -> None:
    letter_id = "0123456789abcdef" * 4
    row = {"source_uri": "a.txt", "letter_id": letter_id, "case_number": "CM15-1", "item_number": 2, "outcome": None}
    name = "expect_column_values_to_not_be_null"
    check = CheckResult("items", name, "outcome", "warning", False, 3, 1, "why", (row,))
    page = write(tmp_path / "data_docs", 1, [check])
    found = read(page)
    assert "source_uri letter_id item_number outcome case_number a.txt 0123456789ab 2 CM15-1" in found.words
    assert f'title="{letter_id}"' in page.read_text(encoding="utf-8")
    assert letter_id not in found.words


def test_what_was_promised_has_its_page_with_reasons(site: Path) -> None:
    words = read(site / "expectations" / "items.html").words
    assert all(f"{promise.severity}: {promise.reason}" in words for promise in ITEMS.promises)


def test_the_history_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "REFRESHES_KEPT", 3)
    folder = tmp_path / "data_docs"
    found = run_suite(good("items"), ITEMS)
    for number in range(1, 6):
        write(folder, number, found)
    write(folder, 5, found)  # the same audit once more takes its own place
    for kind in ("validations", "results"):
        names = {path.name for path in folder.glob(f"{kind}/*/*")}
        assert {name[-1] for name in names} == {"3", "4", "5"}, kind
    assert len([link for link in read(folder / "index.html").links if link.startswith("validations/")]) == 6


def test_pages_that_cannot_be_made_leave_the_old_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data_docs"
    found = run_suite(good("items"), ITEMS)
    write(folder, 1, found)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(docs, "_counts", broken)
    with pytest.raises(OSError, match="no space left"):
        write(folder, 2, found)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["data_docs"]


def test_a_page_that_the_library_cannot_render_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations only logs it."""
    from expectations import docs_view

    def broken(*_: object) -> None:
        raise ValueError("odd")

    monkeypatch.setattr(docs_view, "_promises", broken)
    with pytest.raises(OSError, match="could not render"):
        write(tmp_path / "data_docs", 1, run_suite(good("items"), ITEMS))
    assert list(tmp_path.iterdir()) == []


def test_a_swap_that_was_killed_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "data_docs"
    write(folder, 1, run_suite(good("items"), ITEMS))
    folder.rename(tmp_path / ".data_docs.before")
    write(folder, 2, run_suite(good("items"), ITEMS))
    assert len(list(folder.glob("validations/items/*"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["data_docs"]


def test_reading_the_module_does_not_import_great_expectations() -> None:
    code = "import sys, expectations.docs; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
