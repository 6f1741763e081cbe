"""Whole refreshes through the command line: what is new, what is not, what replaces what."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg

from tests.conftest import ROOT, Warehouse
from tests.maker import MadeItem, MadeLetter


def test_a_publication_keeps_its_contract(golden: Warehouse) -> None:
    check = ROOT / "tests" / "contract" / "check.py"
    done = subprocess.run(
        [sys.executable, str(check), str(golden.published)], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("0 breaches of the contract in 13 tables"), done.stdout
    assert done.returncode == 0


def test_inner_joins_lose_no_fact(golden: Warehouse) -> None:
    [(decisions, joined)] = golden.query(
        """select (select count(*) from fct_decisions), count(*) from fct_decisions
        inner join dim_determinations using (determination_key) inner join dim_services using (service_key)
        inner join dim_reviewers using (reviewer_key) inner join dim_dates on date_key = decision_date_key
        inner join decision_texts using (decision_key)"""
    )
    assert decisions == joined > 0
    for dimension, key in (
        ("dim_determinations", "determination_key"),
        ("dim_services", "service_key"),
        ("dim_guidelines", "guideline_key"),
        ("dim_reviewers", "reviewer_key"),
    ):
        assert golden.query(f"select count(*) from {dimension} where {key} = 'unknown'") == [(1,)]
    assert golden.query("select count(*) from dim_dates where date_key = 0") == [(1,)]


def test_what_readers_see_is_described(golden: Warehouse) -> None:
    undescribed = golden.query(
        """select table_name, column_name from duckdb_columns() where not internal and comment is null and table_name != 'publication'
        union all select table_name, '' from duckdb_tables() where comment is null"""
    )
    assert undescribed == []
    assert all(comment.startswith("grain: ") for (comment,) in golden.query("select comment from duckdb_tables()"))


def test_every_file_has_one_outcome(golden: Warehouse) -> None:
    files = {str(path) for path in golden.landing.iterdir()}
    rows = golden.query("select source_uri from quality_letters")
    assert sorted(uri for (uri,) in rows) == sorted(files)


def test_nothing_new_changes_nothing_and_says_so(golden: Warehouse) -> None:
    before = golden.published.read_bytes()
    ran = golden.refresh()
    assert ran.status == 0, ran.err
    assert "Nothing new" in ran.out
    assert golden.published.read_bytes() == before
    assert golden.record()["ending"] == "nothing_new"
    assert "ingest" in golden.record()["seconds"]
    assert "warn" not in ran.err.lower()
    # on Dagster's page no table grows stale for want of letters
    with dg.DagsterInstance.from_config(str(golden.home / "dagster")) as instance:
        told = instance.get_latest_materialization_event(dg.AssetKey(["marts", "fct_decisions"]))
    assert told is not None
    assert told.asset_materialization is not None
    assert "up to date" in (told.asset_materialization.description or "")


def staying_reader(warehouse: Warehouse) -> subprocess.Popen[str]:
    """Another process that has the publication open, and answers the query that it is sent later."""
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); con.execute('from fct_decisions');"
        "print('open', file=sys.stderr, flush=True); print(con.execute(sys.stdin.readline()).fetchall())"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stderr is not None
    assert reader.stderr.readline() == "open\n"
    return reader


def test_new_letters_amendments_and_other_names(warehouse: Warehouse) -> None:
    """Three nights; after them the warehouse equals one that was built from everything at once."""
    warehouse.land_golden("issues-credentials-1", "issues-prose-2")
    first = warehouse.refresh()
    assert first.status == 0, first.out + first.err
    assert warehouse.query("select outcome from fct_decisions where decision_key = 'CM15-0097415-2'") == [("upheld",)]
    reader = staying_reader(warehouse)

    # an amended letter, the same letter under another name, a letter that cannot be read
    warehouse.land_golden("issues-credentials-2")
    warehouse.land("invoice.txt", "Dear Sir, please find enclosed the bill for our services.")
    warehouse.land("another name.txt", next(warehouse.landing.glob("issues-prose-2.txt")).read_bytes())
    second = warehouse.refresh()
    assert second.status == 0, second.out + second.err
    assert warehouse.query("select outcome from fct_decisions where decision_key = 'CM15-0097415-2'") == [
        ("overturned",)
    ]
    assert warehouse.query("select count(*) from fct_decisions where determination_key = 'CM15-0097415'") == [(3,)]
    assert warehouse.query(
        "select version, overall_outcome from dim_determinations where case_number = 'CM15-0097415'"
    ) == [(2, "partially_overturned")]
    status = {
        Path(uri).name: (status, reason)
        for uri, status, reason in warehouse.query("select source_uri, status, reason_code from quality_letters")
    }
    assert status == {
        "issues-credentials-1.txt": ("superseded", None),
        "issues-credentials-2.txt": ("read", None),
        "issues-prose-2.txt": ("read", None),
        "another name.txt": ("duplicate", None),
        "invoice.txt": ("rejected", "unknown_template"),
    }
    record = warehouse.record()
    assert (record["files_seen"], record["files_new"], record["duplicates"], record["rejected"]) == (5, 3, 1, 1)
    rejected = warehouse.imr("explain", "invoice.txt")
    assert rejected.status == 0
    assert "rejected" in rejected.out

    # the reader of the first night goes on reading what it had opened
    assert reader.communicate("select outcome from fct_decisions where decision_key = 'CM15-0097415-2'\n") == (
        "[('upheld',)]\n",
        "",
    )

    # an amendment all of whose items are quarantined takes the decisions of the earlier version with it
    bare = MadeLetter(
        case_number="CM15-0097415", decision_date="09/30/2015", items=[MadeItem(claims=None, reviewer=None)]
    )
    warehouse.land("bare.txt", bare.text())
    assert warehouse.refresh().status == 0
    assert warehouse.query("select count(*) from fct_decisions where determination_key = 'CM15-0097415'") == [(0,)]
    assert warehouse.query("select count(*) from fct_guideline_citations where decision_key like 'CM15-0097415%'") == [
        (0,)
    ]
    assert warehouse.query("select count(*) from decision_texts where decision_key like 'CM15-0097415%'") == [(0,)]

    # the same lake, built anew
    nightly = warehouse.tables()
    (warehouse.home / "build" / "imr.duckdb").unlink()
    warehouse.land("one more empty file.txt", "")
    assert warehouse.refresh().status == 0
    anew = warehouse.tables()
    anew["quality_letters"] = [row for row in anew["quality_letters"] if row[3] != "empty_file"]
    # the report counts that file as well: one more that was rejected for being empty
    rejected = {row[:4]: row[4] for row in anew.pop("rpt_completeness")}
    before = {row[:4]: row[4] for row in nightly.pop("rpt_completeness")}
    more = {key: count - before.get(key, 0) for key, count in rejected.items() if count != before.get(key)}
    assert more == {(period, "file", "rejected", "empty_file"): 1 for period in ("not_stated", "all")}
    assert anew == nightly


def test_letters_mended_in_their_place_replace_themselves(warehouse: Warehouse) -> None:
    """An item that was quarantined, without a case number to know the letter by; and a wrong date: there a letter that
    lies elsewhere, and was superseded from the first, becomes the current one."""

    def unnumbered(outcome: str | None) -> str:
        return MadeLetter(case_number=None, items=[MadeItem("Norco", "Upheld"), MadeItem("Soma", outcome)]).text()

    def dated(outcome: str, date: str) -> str:
        return MadeLetter("CM14-0000077", decision_date=date, items=[MadeItem("Ambien", outcome)]).text()

    decisions = "select service_text, outcome from fct_decisions order by 1"
    dates = "select distinct decision_date_key from fct_decisions where service_text = 'Ambien'"
    warehouse.land("letter.txt", unnumbered(None))
    warehouse.land("amended.txt", dated("Overturned", "03/01/2015"))
    warehouse.land("dated.txt", dated("Upheld", "02/01/2034"))
    first = warehouse.refresh()
    assert first.status == 0, first.out + first.err
    assert warehouse.query("select service_text, reason_code from quality_quarantined_items") == [
        ("Soma", "missing_outcome")
    ]
    assert warehouse.query(
        "select is_met from quality_checks where suite = 'items' and column_name = 'outcome' and rows_unexpected > 0"
    ) == [(False,)]
    assert warehouse.query(decisions) == [("Ambien", "upheld"), ("Norco", "upheld")]
    assert warehouse.query(dates) == [(20340201,)]

    warehouse.land("letter.txt", unnumbered("Overturned"))
    warehouse.land("dated.txt", dated("Upheld", "02/01/2015"))
    assert warehouse.refresh().status == 0
    assert warehouse.query("select * from quality_quarantined_items") == []
    assert warehouse.query(decisions) == [("Ambien", "overturned"), ("Norco", "upheld"), ("Soma", "overturned")]
    assert warehouse.query(dates) == [(20150301,)]
    assert warehouse.query("select count(*) from decision_texts") == [(3,)]
    statuses = warehouse.query("select status, count(*) from quality_letters group by status order by status")
    assert statuses == [("read", 2), ("superseded", 3)]

    # the files that lay there before, put back: as from a copy, after somebody mended the wrong ones
    warehouse.land("letter.txt", unnumbered(None))
    warehouse.land("dated.txt", dated("Upheld", "02/01/2034"))
    assert warehouse.refresh().status == 0
    assert warehouse.query(decisions) == [("Ambien", "upheld"), ("Norco", "upheld")]
    assert warehouse.query(dates) == [(20340201,)]
    statuses = warehouse.query("select status, count(*) from quality_letters group by status order by status")
    assert statuses == [("read", 2), ("superseded", 3)]
    assert "Nothing new" in warehouse.refresh().out
