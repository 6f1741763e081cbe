"""Metrics asked of a publication: they answer as the report tables do, and tell what is wrong with a question."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Warehouse


def ask(warehouse: Warehouse, *arguments: str) -> list[dict[str, Any]]:
    ran = warehouse.imr("metrics", "query", *arguments, "--csv")
    assert ran.status == 0, ran.err
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_overturn_rates_by_category_are_those_of_the_report(golden: Warehouse) -> None:
    answer = ask(golden, "decisions", "overturned", "overturn_rate", "--by", "service__service_category")
    report = golden.query(
        "select service_category, decision_count, overturned_count, overturn_rate from rpt_services"
        " where period = 'all' and service_category != 'all' and service_subcategory = 'all' order by 1"
    )
    assert [
        (row["service__service_category"], int(row["decisions"]), int(row["overturned"]), float(row["overturn_rate"]))
        for row in answer
    ] == report


def test_volume_by_month_is_that_of_the_report(golden: Warehouse) -> None:
    answer = {
        row["metric_time__month"][:7] or "not_stated": (int(row["letters"]), int(row["decisions"]))
        for row in ask(golden, "--saved", "volume_by_month")
    }
    report = golden.query(
        "select decision_month, letter_count, decision_count from rpt_volume where decision_month != 'all'"
    )
    assert answer == {month: (letters, decisions) for month, letters, decisions in report}
    assert "not_stated" in answer, "no letter without a date among these"


def test_days_to_decision_are_those_of_the_report(golden: Warehouse) -> None:
    answer = {
        row["determination__priority"] or "not_stated": (
            float(row["days_to_decision"]),
            float(row["days_to_decision_p90"]),
        )
        for row in ask(golden, "--saved", "days_by_priority")
    }
    report = golden.query(
        "select priority, days_median, days_p90 from rpt_days_to_decision"
        " where period = 'all' and counted_from = 'application' and priority != 'all'"
    )
    assert answer.keys() == {priority for priority, _, _ in report}
    for priority, median, p90 in report:
        assert answer[priority] == pytest.approx((median, p90))


def test_citations_by_family_are_those_of_the_report(golden: Warehouse) -> None:
    answer = {
        (
            row["citation__cited_by"],
            row["guideline__guideline_family"],
            int(row["citations"]),
            int(row["citing_decisions"]),
        )
        for row in ask(golden, "--saved", "citations_by_family")
    }
    report = golden.query(
        "select cited_by, guideline_family, citation_count, decision_count from rpt_guidelines"
        " where period = 'all' and guideline_family != 'all' and guideline_title = 'all'"
    )
    assert answer == set(report)


def test_a_condition_and_a_year(golden: Warehouse) -> None:
    answer = ask(
        golden, "decisions", "--by", "metric_time__year", "--where", "{{ Dimension('service__is_opioid') }}",
        "--order", "-decisions", "--limit", "1",
    )  # fmt: skip
    most = golden.query(
        "select count(*) from fct_decisions inner join dim_services using (service_key) where is_opioid"
        " group by decision_date_key // 10000 order by 1 desc limit 1"
    )
    assert [int(row["decisions"]) for row in answer] == [most[0][0]]


def test_the_sql_runs_in_any_client(golden: Warehouse) -> None:
    ran = golden.imr("metrics", "query", "same_guideline_share", "--sql")
    assert golden.query(ran.out) == golden.query("select avg(is_same_guideline::integer) from fct_decisions")


def test_every_saved_query_and_every_metric_answers(golden: Warehouse) -> None:
    definitions = json.loads((golden.home / "published" / "semantic_manifest.json").read_text())
    saved = [query["name"] for query in definitions["saved_queries"]]
    assert len(saved) > 3
    for name in saved:
        assert ask(golden, "--saved", name), name
    for metric in definitions["metrics"]:
        assert ask(golden, metric["name"]), metric["name"]


def test_what_there_is_is_listed(golden: Warehouse) -> None:
    ran = golden.imr("metrics", "list")
    assert "overturn_rate" in ran.out and "volume_by_month" in ran.out
    ran = golden.imr("metrics", "list", "overturn_rate")
    assert "service__service_category" in ran.out and "determination__patient_sex" in ran.out
    assert "guideline__guideline_family" not in ran.out  # a decision has many: its rate by family would count it twice


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rate"], "No metric is called 'rate'. There are: citations,"),
        (["--saved", "nothing"], "No saved query is called 'nothing'. There are: citations_by_family,"),
        (["overturn_rate", "--by", "colour"], "overturn_rate cannot be grouped by 'colour'. 'imr metrics list"),
        ([], "Name either metrics or a saved query"),
        (["decisions", "--saved", "volume_by_month"], "Name either metrics or a saved query"),
        (["decisions", "--sql", "--csv"], "--csv, --json and --sql exclude each other."),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(golden: Warehouse, arguments: list[str], told: str) -> None:
    ran = golden.imr("metrics", "query", *arguments)
    assert ran.status == 2
    assert told in " ".join(ran.err.split())


def test_metrics_need_a_publication(warehouse: Warehouse) -> None:
    ran = warehouse.imr("metrics", "list")
    assert (ran.status, ran.out) == (1, "")
    assert "Nothing is published" in ran.err


def test_mf_itself_answers_as_the_report_does(golden: Warehouse, tmp_path: Path) -> None:
    answer = tmp_path / "answer.csv"
    ran = golden.imr(
        "metrics", "mf", "query", "--metrics", "decisions,overturned,overturn_rate",
        "--group-by", "service__service_category", "--order", "service__service_category", "--csv", str(answer),
    )  # fmt: skip
    assert ran.status == 0, ran.out + ran.err
    with answer.open(encoding="utf-8") as rows:
        read = [
            (
                row["service__service_category"],
                int(row["decisions"]),
                int(row["overturned"]),
                float(row["overturn_rate"]),
            )
            for row in csv.DictReader(rows)
        ]
    assert read == golden.query(
        "select service_category, decision_count, overturned_count, overturn_rate from rpt_services"
        " where period = 'all' and service_category != 'all' and service_subcategory = 'all' order by 1"
    )


def test_mf_reads_the_published_file_and_nothing_else(golden: Warehouse) -> None:
    """What is in a condition goes to the database as it is."""
    condition = f"(select count(*) from read_csv('{golden.root / 'none.csv'}')) > 0"
    ran = golden.imr("metrics", "mf", "query", "--metrics", "decisions", "--where", condition)
    assert ran.status == 1
    assert "file system operations are disabled by configuration" in ran.out


def test_mf_needs_a_publication(warehouse: Warehouse) -> None:
    ran = warehouse.imr("metrics", "mf", "list", "metrics")
    assert ran.status == 1
    assert "Nothing is published" in ran.err
