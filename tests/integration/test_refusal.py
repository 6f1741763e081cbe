"""A bad refresh never reaches the people who read."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tests.conftest import IMR, Warehouse
from tests.maker import MadeItem, MadeLetter

GOOD = MadeLetter(case_number="CM15-0000001")
FLOOD = MadeLetter(
    case_number="CM15-0000002", items=[MadeItem(f"Soma #{count}", outcome=None) for count in range(1, 8)]
)


def test_a_flood_of_quarantined_items_is_refused_until_someone_allows_it(warehouse: Warehouse) -> None:
    warehouse.land("good.txt", GOOD.text())
    assert warehouse.refresh().status == 0
    before = warehouse.published.read_bytes()

    warehouse.land("flood.txt", FLOOD.text())
    refused = warehouse.refresh()
    assert refused.status == 3, refused.out + refused.err
    assert "7 of 7 new items are quarantined" in refused.out
    assert "IMR_QUARANTINE_TOLERANCE" in refused.out
    assert "missing_outcome" in refused.out
    assert "flood.txt, item 7: Soma #7" in refused.out
    assert warehouse.published.read_bytes() == before
    status = warehouse.imr("status")
    assert "refused by the audit" in status.out
    # what was refused can be read, by letter and item
    index = warehouse.home / "published" / "data_docs" / "index.html"
    assert index.as_uri() in status.out
    assert index.as_uri() in refused.out
    refresh_id = warehouse.record()["refresh_id"]
    assert refresh_id in index.read_text()
    (page,) = index.parent.glob(f"validations/items/{refresh_id}/*/items.html")
    assert all(f"Soma #{number}" in page.read_text() for number in range(1, 8))
    assert "flood.txt" in page.read_text()
    assert "quarantined_within_tolerance" in page.read_text()
    assert "kept from readers" in index.read_text()
    assert "0 items, 7 more in the refused refresh" in status.out

    allowed = warehouse.refresh(IMR_QUARANTINE_TOLERANCE="1")
    assert allowed.status == 0, allowed.out + allowed.err
    assert warehouse.query("select count(*) from quality_quarantined_items") == [(7,)]
    assert warehouse.query("select count(*) from fct_decisions") == [(1,)]
    # the refused refresh left its verdict
    refusals = warehouse.query("select count(distinct refresh_id) from quality_checks where not is_met")
    assert refusals == [(2,)]
    floods = warehouse.query(
        "select is_met, rows_checked, rows_unexpected from quality_checks"
        " where suite = 'items' and expectation = 'quarantined_within_tolerance' order by refresh_id"
    )
    assert floods == [(True, 1, 0), (False, 7, 7), (True, 7, 0)]


def test_what_got_lost_or_damaged_is_made_anew(warehouse: Warehouse) -> None:
    warehouse.land("good.txt", GOOD.text())
    assert warehouse.refresh().status == 0
    before = warehouse.tables()
    (warehouse.home / "lake" / "staged" / "items" / "part-000001.parquet").unlink()
    (warehouse.home / "build" / "imr.duckdb").unlink()
    restored = warehouse.refresh()
    assert restored.status == 0, restored.out + restored.err
    assert warehouse.tables() == before

    warehouse.published.write_bytes(b"this was a warehouse once" * 1000)
    for command in (("status",), ("query", "from fct_decisions"), ("explain", "good.txt")):
        ran = warehouse.imr(*command)
        assert "imr refresh" in " ".join((ran.out + ran.err).split())
        assert "Traceback" not in ran.err
    assert warehouse.refresh().status == 0
    assert warehouse.tables() == before


def test_a_lake_that_cannot_be_read_is_told_each_night_until_it_can(warehouse: Warehouse) -> None:
    warehouse.land("good.txt", GOOD.text())
    assert warehouse.refresh().status == 0
    before = warehouse.tables()
    part = warehouse.home / "lake" / "letters" / "part-000001.parquet"
    whole = part.read_bytes()
    middle = len(whole) // 2
    part.write_bytes(whole[:middle] + bytes(byte ^ 0xFF for byte in whole[middle : middle + 16]) + whole[middle + 16 :])
    for ran in (warehouse.imr("refresh", "--full"), warehouse.refresh()):
        assert ran.status == 3, ran.out + ran.err
        assert "items could not be checked" in ran.out
        assert "'imr doctor' reads each of them and says what to do" in ran.out
    assert "part-000001.parquet: cannot be read" in warehouse.imr("doctor").out
    assert warehouse.tables() == before
    part.write_bytes(whole)
    assert warehouse.refresh().status == 0
    assert warehouse.tables() == before
    assert "Nothing new." in warehouse.refresh().out


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGKILL, "died before it ended"), (signal.SIGTERM, "A signal interrupted it. Nothing is lost")],
)
def test_a_refresh_that_is_killed_is_carried_on(warehouse: Warehouse, number: signal.Signals, status: str) -> None:
    for letter in range(3):
        warehouse.land(f"{letter}.txt", MadeLetter(case_number=f"CM15-000001{letter}").text())
    process = subprocess.Popen(
        [str(IMR), "refresh"], env=warehouse.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    build = warehouse.home / "build" / "imr.duckdb"
    deadline = time.monotonic() + 120
    while not build.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    busy = warehouse.refresh()
    assert busy.status == 1
    assert "Another refresh is running" in busy.err
    time.sleep(2)
    process.send_signal(number)
    assert process.wait() != 0
    assert not warehouse.published.exists()
    assert status in " ".join(warehouse.imr("status").out.split())

    after = warehouse.refresh()
    assert after.status == 0, after.out + after.err
    assert warehouse.query("select count(*) from fct_decisions") == [(3,)]
    assert not list(warehouse.home.rglob("*.unfinished"))
