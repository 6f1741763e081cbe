"""What `imr refresh` and `imr status` print of a refresh, without running one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.cli.quarantine import Held
from orchestration.home import Home
from orchestration.quarantine import Waiting
from orchestration.record import Ending, Record

refresh, status = (
    import_module(f"orchestration.cli.{name}") for name in ("refresh", "status")
)  # commands have the names
Summary = Callable[[Record], str]


def record(ending: Ending = "published", **more: object) -> Record:
    made = Record("20260101T000000Z-1", "2026-01-01T00:00:00", ending=ending)
    for name, value in more.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def summary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Summary:
    def of(made: Record) -> str:
        console = Console(width=200, record=True)
        monkeypatch.setattr(refresh, "out", console)
        refresh._summarise(made, None, Home(tmp_path), 1.0)
        return console.export_text()

    return of


def test_one_letter_is_one_letter(summary: Summary) -> None:
    assert "1 letter read" in summary(record(letters_read=1))
    assert "2 letters read" in summary(record(letters_read=2))
    assert "1 letters" not in summary(record(letters_read=1))


def test_three_rejected_files_are_named_with_their_reasons(summary: Summary) -> None:
    made = record(rejected=5)
    made.note_rejected(
        {"letter_id": str(n), "source_uri": f"/in/junk{n}.txt", "reason_code": "unknown_template"} for n in range(1, 6)
    )
    lines = summary(made).splitlines()
    assert [line for line in lines if line.startswith("Rejected")] == [
        f"Rejected: /in/junk{n}.txt (unknown_template)" for n in (1, 2, 3)
    ]
    assert "  and 2 more" in lines


def test_the_advice_on_a_refusal_is_what_works(summary: Summary) -> None:
    item = {
        "source_uri": "/in/flood.txt",
        "item_number": 1,
        "service_text": "Soma",
        "quarantine_reason": "missing_outcome",
    }
    told = summary(record("refused", message="too many", quarantined=7, first_quarantined=[item]))
    assert "missing_outcome  /in/flood.txt, item 1: Soma" in told
    assert "or remove" not in told
    for way in ("Put a mended letter in the place", "'imr quarantine list'", "IMR_QUARANTINE_TOLERANCE"):
        assert way in told
    assert "only removed stays received" in told


def test_a_refusal_by_a_dbt_test_leads_to_no_page_that_lacks_it(summary: Summary, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.data_docs.mkdir(parents=True)
    (home.data_docs / "index.html").touch()
    made = record("refused", message="1 dbt tests failed: x")
    assert "The audit refused this refresh." in (said := summary(made))
    assert "What the audit found" in said
    assert "refused by the audit" in status._ending(made, home)
    made.note_unmet("dbt", "unique_x", "critical", 1, "A dbt test failed.")
    assert "A dbt test refused this refresh." in (said := summary(made))
    assert "What the audit found" not in said
    assert "refused by a dbt test" in status._ending(made, home)


def waiting(number: int, is_published: bool) -> Waiting:
    return Waiting("a", "a.txt", number, "Soma", "missing_outcome", "why", is_published)


@pytest.mark.parametrize(
    ("held", "ending", "has_publication", "told"),
    [
        ([(1, True), (2, False), (3, False)], "refused", True, "2 more in the refused refresh"),
        ([(1, False)], "refused", False, "1 item in the refused refresh"),
        ([(1, True)], "refused", True, ""),
        ([(1, True), (2, False)], "published", True, ""),
    ],
)
def test_status_counts_what_waits_in_a_refused_refresh(
    held: list[tuple[int, bool]],
    ending: Ending,
    has_publication: bool,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = Home(tmp_path)
    if has_publication:
        home.published.parent.mkdir(parents=True)
        home.published.touch()
    items = [waiting(*one) for one in held]
    monkeypatch.setattr(status, "all_waiting", lambda _: Held(items, False))
    assert status._refused_too(home, record(ending)) == told
    monkeypatch.setattr(status, "all_waiting", lambda _: Held(items[:1], True))  # a refresh runs, and hides the rest
    assert status._refused_too(home, record(ending)) == ""
