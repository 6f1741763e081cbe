"""What the audit makes of its results, without a build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations import docs
from expectations.result import CheckResult
from expectations.run import all_failed
from orchestration.assets.audit import SUITES, _sentence, check_name, document
from orchestration.home import Home
from orchestration.record import Record
from tests.frames import SUITES as KNOWN


def test_every_suite_is_audited() -> None:
    assert {suite.name for suite in SUITES} == set(KNOWN)


def test_checks_have_names_of_their_own_that_dagster_takes() -> None:
    names = [check_name(suite.name, p.label, p.column_name) for suite in SUITES for p in suite.promises]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in names)
    assert {"letters__case_number__match_regex", "orphans__decisions_twice"} <= set(names)


def test_pages_that_cannot_be_written_are_told_of_and_refuse_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(docs, "write_docs", broken)
    record = Record("20260101T000000Z-1", "2026-01-01T00:00:00")
    document(Home(tmp_path), record, [])
    (warning,) = record.warnings
    assert "Data Docs could not be written" in warning
    assert "no space left" in warning


def test_a_suite_that_raised_is_told_of_once() -> None:
    sentences = {_sentence(check) for check in all_failed(KNOWN["orphans"], "reading the rows raised OSError: gone")}
    assert sentences == {"orphans could not be checked: reading the rows raised OSError: gone"}


def test_a_count_is_told_by_its_name() -> None:
    check = CheckResult("orphans", "decisions_twice", "decisions_twice", "critical", False, 10, 2, "why", ())
    assert _sentence(check) == "orphans: decisions_twice, 2 of 10 rows (why)"
    none_there = CheckResult("orphans", "decisions_twice", "decisions_twice", "critical", False, 0, 2, "why", ())
    assert "could not be checked" not in _sentence(none_there)
