"""Other people's words are shown and do nothing: on a terminal, in Data Docs, in what a refresh says."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.console import Console

from expectations.result import CheckResult
from expectations.visible import visible
from orchestration.audited.words import warnings
from orchestration.cli import terminal
from orchestration.home import Home
from orchestration.record import Record

refresh, status = (import_module(f"orchestration.cli.{name}") for name in ("refresh", "status"))
EVIL = "\x1b[31mNorco\u202e\x9b\udcff\x7f"
SHOWN = "␛[31mNorco<U+202E><U+009B><U+DCFF>␡"


@pytest.mark.parametrize(
    ("given", "lines", "shown"),
    [
        ("Norco #90 – “as needed”", False, "Norco #90 – “as needed”"),
        (EVIL, False, SHOWN),
        (EVIL, True, SHOWN),
        ("a\nRejected: b\t\r", False, "a␊Rejected: b␉␍"),
        ("a\nb\t\r", True, "a\nb\t␍"),
        ("lum\u00adbar\u200b", False, "lumbar"),
        (None, False, "None"),
    ],
)
def test_what_is_no_word_is_shown(given: object, lines: bool, shown: str) -> None:
    assert visible(given, lines) == shown
    assert visible(shown, lines) == shown


def test_status_shows_a_letters_words_and_a_files_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path).prepare()
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("create table dim_determinations as select 'a' as determination_key")
        connection.execute("create table fct_decisions as select true as is_overturned")
        connection.execute("create table fct_guideline_citations as select 1 as one")
        connection.execute("create table quality_letters as select 'read' as status")
        connection.execute(
            "create table publication as select 'id' as refresh_id, timestamp '2026-01-01' as published_at,"
            " 1 as part_number, 'x' as project_fingerprint, 0 as override_number"
        )
        held = "select 'missing_outcome' as reason_code, 1 as item_number, ? as service_text, ? as source_uri"
        connection.execute(f"create table quality_quarantined_items as {held}", ["\x1b[31mSoma", "/in/a\nb\u202e.txt"])
    record = Record("id", "2026-01-01T00:00:00", "failed", message="\x1b[1mgone", path=home.refreshes / "id.json")
    record.save()
    monkeypatch.setattr(status, "out", Console(width=200, highlight=False))
    assert status.show_status(str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "␛[31mSoma" in said
    assert "a␊b<U+202E>.txt" in said
    assert "␛[1mgone" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_a_files_name_writes_no_line_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "/in/a.txt\nPublished /elsewhere"
    row: dict[str, Any] = {"letter_id": "a", "source_uri": name, "reason_code": "empty_file"}
    record = Record("id", "2026-01-01T00:00:00", "published", rejected=1)
    record.note_rejected([row])
    record.warnings = warnings([CheckResult("items", "x", "y", "warning", False, 1, 1, "Why.", (row,))])
    console = Console(width=200, record=True, file=(tmp_path / "out").open("w"))
    monkeypatch.setattr(refresh, "out", console)
    refresh._summarise(record, None, Home(tmp_path), 1.0)
    lines = console.export_text().splitlines()
    assert "Rejected: /in/a.txt␊Published /elsewhere (empty_file)" in lines
    assert "  /in/a.txt␊Published /elsewhere" in lines
    assert not [line for line in lines if line.startswith("Published /elsewhere")]


def test_a_complaint_is_printable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(terminal, "err", Console(stderr=True, width=200))
    terminal.complain("two\nlines \x1b[31m")
    assert capsys.readouterr().err == "imr: two\nlines ␛[31m\n"
