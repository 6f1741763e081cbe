"""The questions that the project keeps for analysts: each is answered, and as the report tables answer it."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import DBT_PROJECT
from tests.conftest import Warehouse

QUESTIONS = sorted((DBT_PROJECT / "queries").glob("*.sql"))
OF_MANY = {"most_overturned_services"}  # asks for thirty decisions of a kind


def answer(warehouse: Warehouse, name: str) -> list[tuple[object, ...]]:
    return warehouse.query((DBT_PROJECT / "queries" / f"{name}.sql").read_text())


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_each_question_is_answered(golden: Warehouse, path: Path) -> None:
    question = path.read_text().splitlines()[0]
    assert question.startswith("-- ") and question.endswith("?")
    assert answer(golden, path.stem) or path.stem in OF_MANY


def test_a_question_is_asked_by_its_file(golden: Warehouse, tmp_path: Path) -> None:
    asked = golden.imr("query", str(DBT_PROJECT / "queries" / "categories.sql"), "--csv")
    assert asked.status == 0, asked.err
    assert asked.out.startswith("service_category,decisions,")
    missing = golden.imr("query", str(tmp_path / "none.sql"))
    assert missing.status == 1
    assert missing.err == f"imr: No such file or directory: {tmp_path / 'none.sql'}\n"


def test_questions_and_report_tables_agree(golden: Warehouse) -> None:
    latest = golden.query("select max(period) from rpt_volume where period not in ('all', 'not_stated')")[0][0]
    reported = golden.query(
        "select service_category, decision_count, overturned_count from rpt_services"
        f" where period = '{latest}' and service_subcategory = 'all' and service_category != 'all'"
    )
    assert sorted(row[:3] for row in answer(golden, "categories")) == sorted(reported)

    [pain] = [row for row in answer(golden, "pain_medicine_reviewers") if row[0]]
    credentials = golden.query(
        "select credential, decision_count, overturned_count from rpt_reviewers"
        " where period = 'all' and credential_name = 'Pain Medicine'"
    )
    # Who is certified in it both ways counts once in the question, and in both rows of the report.
    most = max(row[1] for row in credentials)
    assert most <= pain[1] <= sum(row[1] for row in credentials)
    assert len({row[0] for row in answer(golden, "pain_medicine_reviewers")}) == 2

    opioids = golden.query(
        "select period, decision_count, overturned_count from rpt_services"
        " where service_subcategory = 'Opioids' and period != 'all'"
    )
    by_year = [(str(row[0] or "not_stated"), *row[1:3]) for row in answer(golden, "opioids_by_year")]
    assert sorted(by_year) == sorted(opioids) != []
