"""What people read a publication with: query, explain, status."""

from __future__ import annotations

import csv
import io
import json

from tests.conftest import Warehouse

THORACIC = """select guidelines.guideline_title, citations.pages from fct_decisions
inner join fct_guideline_citations as citations using (decision_key) inner join dim_guidelines as guidelines using (guideline_key)
where service_text = '1 thoracic spine MRI' and cited_by = 'reviewer'"""


def test_query_answers_in_three_forms(golden: Warehouse) -> None:
    table = golden.imr("query", THORACIC)
    assert table.status == 0, table.err
    assert "Neck and Upper Back Complaints" in table.out
    assert "177-178" in table.out
    as_csv = golden.imr("query", THORACIC, "--csv")
    assert list(csv.DictReader(io.StringIO(as_csv.out))) == [
        {"guideline_title": "Neck and Upper Back Complaints", "pages": "177-178"}
    ]
    as_json = golden.imr("query", THORACIC, "--json")
    assert json.loads(as_json.out) == [{"guideline_title": "Neck and Upper Back Complaints", "pages": "177-178"}]
    assert golden.imr("query", "select 1 where false", "--json").out.strip() == "[]"


def test_query_cannot_write_nor_leave_the_file(golden: Warehouse) -> None:
    before = golden.published.read_bytes()
    for sql in (
        "delete from fct_decisions",
        "create table mine as select 1",
        "select * from read_text('/etc/passwd')",
        "copy fct_decisions to 'out.csv'",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
        "install httpfs",
        "selec 1",
        "",
        "select 1; select 2",
    ):
        ran = golden.imr("query", sql)
        assert ran.status == 1, sql
        assert ran.err.startswith("imr: "), sql
        assert "Traceback" not in ran.err
    assert golden.published.read_bytes() == before


def test_explain_shows_the_number_and_its_sentence(golden: Warehouse) -> None:
    ran = golden.imr("explain", "CM15-0097415", "2")
    assert ran.status == 0, ran.err
    said = " ".join(ran.out.split())
    assert "issues-credentials-2.txt" in said
    assert "Overturned" in said
    assert "300-301" in said
    assert "Item 1" not in said

    by_name = golden.imr("explain", "issues-credentials-3.txt")
    assert "missing_outcome" in by_name.out
    assert "not printed" in by_name.out
    assert golden.imr("explain", "CM99-9999999").status == 1
    assert golden.imr("explain", "CM15-0097415", "9").status == 1


def test_status_tells_what_is_there(golden: Warehouse) -> None:
    ran = golden.imr("status")
    assert ran.status == 0
    for words in ("Published", "published", "decisions", "missing_outcome", "missing_guideline", "superseded"):
        assert words.lower() in ran.out.lower()
    for page in ("report.html", "dbt_docs.html", "data_docs/index.html"):
        assert (golden.home / "published" / page).as_uri() in ran.out


def test_help_is_there(golden: Warehouse) -> None:
    ran = golden.imr("--help")
    assert ran.status == 0
    for command in ("refresh", "status", "query", "explain", "ui"):
        assert command in ran.out
        assert golden.imr(command, "--help").status == 0
