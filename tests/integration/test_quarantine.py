"""Items that are decided by hand: released, taken back, replaced, superseded; each time as a rebuild would have it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import lookup
from orchestration.home import Home
from orchestration.quarantine import left_open
from tests.conftest import Ran, Warehouse
from tests.maker import MadeItem, MadeLetter

MANY = MadeLetter(
    case_number="CM15-0000001",
    items=[
        MadeItem("", "Upheld"),
        MadeItem("Soma 350mg #30", outcome=None),
        MadeItem("Lidocaine patch", "Overturned", claims=None, reviewer=None),
        MadeItem("Xanax 1mg #60", outcome=None, reviewer=None),
        MadeItem("Norco 10/325mg #90", "Upheld"),
    ],
)
AMENDED = MadeLetter(
    case_number="CM15-0000002", decision_date="09/01/2015", items=[MadeItem("MRI right knee", "Upheld")]
)
ORIGINAL = MadeLetter(
    case_number="CM15-0000002", items=[MadeItem("MRI right knee", outcome=None), MadeItem("Crutches", outcome=None)]
)
FLOOD = MadeLetter(case_number="CM15-0000003", items=[MadeItem(f"Soma #{one}", outcome=None) for one in range(1, 8)])
DECISIONS = "select service_text, outcome, reviewer_basis from fct_decisions where determination_key = '{}' order by item_number"


def said(ran: Ran) -> str:
    assert ran.status == 0, ran.out + ran.err
    assert "Traceback" not in ran.err
    return " ".join(ran.out.split())


def rebuilt(warehouse: Warehouse) -> None:
    """Holds the publication against one that is made anew of lake/letters and lake/overrides."""
    before = warehouse.tables()
    for folder in ("build", "published", "lake/staged"):
        shutil.rmtree(warehouse.home / folder)
    said(warehouse.refresh(IMR_QUARANTINE_TOLERANCE="1"))
    after = warehouse.tables()
    assert set(after) == set(before)
    for table, rows in before.items():
        assert after[table] == rows, table


def test_what_is_decided_by_hand_comes_into_the_facts_and_leaves_them(warehouse: Warehouse) -> None:
    warehouse.land("many.txt", MANY.text())
    warehouse.land("original.txt", ORIGINAL.text())
    warehouse.land_golden("notice-contradictory-closing", "issues-prose-missing-outcome")
    tolerant = {"IMR_QUARANTINE_TOLERANCE": "1"}
    said(warehouse.refresh(**tolerant))
    release = ("quarantine", "release")
    [(first,)] = warehouse.query("select refresh_id from publication")
    assert warehouse.query("select count(*) from quality_quarantined_items") == [(8,)]

    why = ("--reason", "As its rationale ends.", "--by", "anna")
    said(warehouse.imr(*release, "CM15-0000001", "2", "--outcome", "overturned", *why))
    # 'upheld' is what it is to say: the letter's 'overturned' stands, and what is said again of an item counts
    said(warehouse.imr(*release, "CM15-0000001", "3", "--reviewer-basis", "mtus", *why))
    again = warehouse.imr(*release, "many.txt", "3", "--reviewer-basis", "none", "--outcome", "overturned", *why)
    assert "replaces what was decided by hand before" in said(again)
    said(warehouse.imr(*release, "many.txt", "1", "--service", "Lumbar MRI", *why))
    said(warehouse.imr(*release, "notice-contradictory-closing.txt", "2", "--outcome", "overturned", *why))
    said(warehouse.imr(*release, "CM15-0000002", "1", "--outcome", "overturned", *why))
    pending = said(warehouse.imr("quarantine", "list"))
    assert pending.count("released by anna; the next 'imr refresh' takes it out of quarantine") == 5
    listed = said(warehouse.imr("quarantine", "list", "--released", COLUMNS="400"))
    assert listed.count("waits for the next refresh") == 5
    assert listed.count("replaced") == 1

    took = said(warehouse.refresh(**tolerant))
    assert "Published" in took
    assert "by hand 5" in took
    assert warehouse.query(DECISIONS.format("CM15-0000001")) == [
        ("Lumbar MRI", "upheld", "mtus"),
        ("Soma 350mg #30", "overturned", "mtus"),
        ("Lidocaine patch", "overturned", "none"),
        ("Norco 10/325mg #90", "upheld", "mtus"),
    ]
    # the evidence stays the letter's: an item that it does not name has its paragraphs
    text = (warehouse.landing / "many.txt").read_text()
    spans = warehouse.query(
        "select item_number, span_start, span_end from fct_decisions where determination_key = 'CM15-0000001'"
        " order by all"
    )
    shown = {number: text[start:end] for number, start, end in spans}
    assert shown[2] == "Soma 350mg #30"
    assert shown[1].startswith("Upheld")
    assert shown[1].rstrip().endswith("not medically necessary.")
    assert warehouse.query(
        "select service_name, body_region from fct_decisions inner join dim_services using (service_key)"
        " where service_text = 'Lumbar MRI'"
    ) == [("MRI", "lumbar spine")]
    assert warehouse.query(
        "select overall_outcome, overturned_count from dim_determinations where case_number = 'CM15-0000001'"
    ) == [("partially_overturned", 2)]
    assert warehouse.query(
        "select source_uri.parse_filename(), item_number from quality_quarantined_items order by all"
    ) == [
        ("issues-prose-missing-outcome.txt", 3),
        ("many.txt", 4),
        ("original.txt", 2),
    ]
    assert warehouse.query(
        "select decision_key, state, decided_by from quality_overrides order by override_number"
    ) == [
        ("CM15-0000001-2", "applied", "anna"),
        (None, "replaced", "anna"),
        ("CM15-0000001-3", "applied", "anna"),
        ("CM15-0000001-1", "applied", "anna"),
        ("CM13-0023045-2", "applied", "anna"),
        ("CM15-0000002-1", "applied", "anna"),
    ]
    # the work was what was new: the build went on
    assert (first,) in warehouse.build("select refresh_id from state.refreshes")
    explained = said(warehouse.imr("explain", "CM15-0000001", "2"))
    assert "set by hand: outcome overturned. By anna, " in explained
    assert "As its rationale ends." in explained
    assert "3 items" in said(warehouse.imr("status"))
    assert "Nothing new" in said(warehouse.refresh(**tolerant))

    # one taken back, one said otherwise, and a letter that is superseded while something more is said of it
    said(warehouse.imr("quarantine", "undo", "CM15-0000001", "2", "--reason", "It was read in haste."))
    said(warehouse.imr(*release, "CM13-0023045", "2", "--outcome", "upheld", *why))
    said(warehouse.imr(*release, "original.txt", "2", "--outcome", "upheld", *why))
    warehouse.land("amended.txt", AMENDED.text())
    said(warehouse.refresh(**tolerant))
    amended = [("MRI right knee", "upheld", "mtus")]
    assert warehouse.query(DECISIONS.format("CM15-0000002")) == amended
    assert warehouse.query("select outcome from fct_decisions where decision_key = 'CM13-0023045-2'") == [("upheld",)]
    assert warehouse.query("select count(*) from fct_decisions where determination_key = 'CM15-0000001'") == [(3,)]
    assert warehouse.query("select count(*) from decision_texts where decision_key = 'CM15-0000001-2'") == [(0,)]
    assert warehouse.query("select count(*) from fct_guideline_citations where decision_key = 'CM15-0000001-2'") == [
        (0,)
    ]
    waiting = said(warehouse.imr("quarantine", "list"))
    assert "when its release was taken back" in waiting
    assert "3 items wait" in waiting
    states = "select item_number, state from quality_overrides where source_uri like '%original.txt' order by all"
    assert warehouse.query(states) == [(1, "superseded"), (2, "superseded")]
    moot = warehouse.imr(*release, "original.txt", "2", "--outcome", "upheld", *why)
    assert moot.status == 1
    assert "a later letter" in moot.err

    # what is taken back of a superseded letter touches nothing of the one that counts
    said(warehouse.imr("quarantine", "undo", "original.txt", "1", "--reason", "It is moot."))
    said(warehouse.refresh(**tolerant))
    assert warehouse.query(DECISIONS.format("CM15-0000002")) == amended
    assert warehouse.query(states) == [(1, "replaced"), (1, "taken_back"), (2, "superseded")]
    rebuilt(warehouse)


def test_what_a_refused_refresh_holds_back_can_be_released(warehouse: Warehouse) -> None:
    warehouse.land("flood.txt", FLOOD.text())
    assert warehouse.refresh().status == 3
    waiting = said(warehouse.imr("quarantine", "list"))
    assert waiting.count("in a refused refresh, not published") == 7
    rows = list(csv.DictReader(io.StringIO(warehouse.imr("quarantine", "list", "--csv", "-").out)))
    assert [int(row["item_number"]) for row in rows] == list(range(1, 8))
    assert {row["waits_in"] for row in rows} == {"refused refresh"}
    for row in rows[:3]:
        command = row["release_command"].replace("upheld/overturned", "upheld").replace('"..."', "stated|elsewhere")
        said(warehouse.imr(*command.split()[1:]))
    said(warehouse.refresh())  # the four that are left are tolerated, whatever their share
    assert warehouse.query("select count(*) from fct_decisions") == [(3,)]
    assert warehouse.query("select count(*), max(reason) from quality_overrides where is_applied") == [
        (3, "stated|elsewhere")
    ]

    # another reading of the letter, with other words for the item and with an outcome for another
    staged = warehouse.home / "lake" / "staged" / "items" / "part-000001.parquet"
    items = pq.read_table(staged).to_pylist()
    items[0]["service_text"] = "Soma, one"
    items[1]["outcome"] = "overturned"
    pq.write_table(pa.Table.from_pylist(items, schema=pq.read_schema(staged)), staged)
    shutil.rmtree(warehouse.home / "build")
    said(warehouse.imr("quarantine", "undo", "flood.txt", "3", "--reason", "Another has to look."))
    said(warehouse.refresh(IMR_QUARANTINE_TOLERANCE="1"))
    assert warehouse.query("select item_number, state from quality_overrides order by override_number") == [
        (1, "no_longer_fits"),
        (2, "no_longer_fits"),
        (3, "replaced"),
        (3, "taken_back"),
    ]
    assert warehouse.query("select item_number, outcome from fct_decisions") == [(2, "overturned")]
    assert "no longer fits" in said(warehouse.imr("quarantine", "list", "--released", COLUMNS="300"))


def test_wrong_arguments_are_told_and_keep_nothing(golden: Warehouse) -> None:
    release = ("quarantine", "release")
    why = ("--reason", "As its rationale ends.")
    lacking = "decisions-rationales-missing-guideline.txt"
    for arguments, status, words in (
        ((*release, lacking, "3", *why), 2, "needs --reviewer-basis"),
        ((*release, lacking, "3", "--outcome", "overturned", "--reviewer-basis", "none", *why), 2, "says 'upheld'"),
        ((*release, lacking, "3", "--reviewer-basis", "some", *why), 2, "non_mtus"),
        ((*release, lacking, "3", "--reviewer-basis", "none", "--reason", " "), 2, "--reason is empty"),
        ((*release, lacking, "3", "--reviewer-basis", "none", *why, "--by", "-"), 2, "--by is empty"),
        ((*release, lacking, "3", "--reviewer-basis", "none"), 2, "--reason"),
        ((*release, lacking, "1", "--outcome", "upheld", *why), 1, "is not in quarantine"),
        ((*release, lacking, "9", "--outcome", "upheld", *why), 1, "items 1 to 4; there is no item 9"),
        ((*release, "CM99-9999999", "1", "--outcome", "upheld", *why), 1, "No letter is known"),
        ((*release, "issues-credentials-3.txt", "5", "--outcome", "none", *why), 2, "overturned"),
        (("quarantine", "undo", lacking, "3", *why), 1, "was not released by hand"),
        (("quarantine", "list", "--reason", "bad_mood"), 2, "missing_outcome"),
    ):
        ran = golden.imr(*arguments)
        assert ran.status == status, (arguments, ran.out, ran.err)
        assert words in " ".join(ran.err.replace("│", " ").split()), (arguments, ran.err)
        assert "Traceback" not in ran.err
    assert not list((golden.home / "lake" / "overrides").glob("part-*[1-9].parquet"))


def test_a_home_without_a_warehouse_is_told(warehouse: Warehouse) -> None:
    for arguments in (
        ("list",),
        ("list", "--released"),
        ("release", "a.txt", "1", "--outcome", "upheld", "--reason", "why"),
        ("undo", "a.txt", "1", "--reason", "why"),
    ):
        ran = warehouse.imr("quarantine", *arguments)
        assert ran.status == 1, arguments
        assert "Nothing is published" in ran.err
        assert "Traceback" not in ran.err


def test_the_list_shows_the_letters_words(golden: Warehouse, tmp_path: Path) -> None:
    shown = said(golden.imr("quarantine", "list", "--reason", "contradictory_outcome"))
    assert "CM13-0023045 item 2 12 sessions of hand therapy" in shown
    assert "is not medically necessary and appropriate" in shown
    assert (
        "again The request for 12 sessions of hand therapy (3 x 4) for the right wrist is medically necessary" in shown
    )
    assert "by refresh" in shown
    assert "missing_outcome" not in shown
    assert "here are 1" in said(golden.imr("quarantine", "list", "--limit", "1"))
    target = tmp_path / "waiting.csv"
    assert said(golden.imr("quarantine", "list", "--csv", str(target))) == ""
    with target.open(encoding="utf-8", newline="") as handle:
        rows = {(row["letter_id"], int(row["item_number"])): row for row in csv.DictReader(handle)}
    expected = golden.query("select letter_id, item_number, reason_code from quality_quarantined_items")
    assert {place: row["reason_code"] for place, row in rows.items()} == {tuple(row[:2]): row[2] for row in expected}
    assert all(row["since"] and row["rationale"] for row in rows.values())


def test_what_a_letter_leaves_open_is_what_dbt_quarantines(golden: Warehouse) -> None:
    home = Home(golden.home)
    ids = [letter_id for (letter_id,) in golden.build("select letter_id from intermediate.int_letter_versions")]
    letters = list(lookup.receipts(home, ids).values())
    read = {(row["letter_id"], row["item_number"]): left_open(row) for row in lookup.staged(home, "items", letters)}
    judged = golden.build("select letter_id, item_number, quarantine_reason from intermediate.int_items")
    assert len(judged) == len(read) > 100
    named = {"outcome": {"missing_outcome", "contradictory_outcome"}, "reviewer_basis": {"missing_guideline"}}
    for letter_id, number, reason in judged:
        is_open = read[letter_id, number]
        assert bool(is_open) == (reason is not None)
        if is_open:
            assert reason in named[is_open[0]]


def test_a_publication_from_before_there_were_overrides_is_read(golden: Warehouse, tmp_path: Path) -> None:
    """Until the next refresh makes it anew, every command works on it."""
    home = tmp_path / "home"
    shutil.copytree(golden.home, home)
    with duckdb.connect(str(home / "published" / "imr.duckdb")) as connection:
        connection.execute("alter table publication drop column override_number")
        connection.execute("drop table quality_overrides")
    older = Warehouse(tmp_path)
    assert "old, by refresh" in said(older.imr("status"))
    assert "Item 5" in said(older.imr("explain", "issues-credentials-3.txt", "5"))
    assert "item 5" in said(older.imr("quarantine", "list"))
    assert "Nothing was decided by hand" in said(older.imr("quarantine", "list", "--released"))
