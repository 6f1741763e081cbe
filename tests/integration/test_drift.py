"""A form that changes is told by the refresh that meets it first."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Warehouse
from tests.maker import MadeLetter

FOREIGN = "This paragraph stood in no letter before, and no field of the warehouse takes what it says. " * 6


def test_a_rise_of_the_unread_share_is_warned_of_and_named(warehouse: Warehouse) -> None:
    for number in range(3):
        warehouse.land(f"first-{number}.txt", MadeLetter(case_number=f"CM15-000010{number}").text())
    first = warehouse.refresh()
    assert first.status == 0, first.out + first.err
    assert "Warning" not in first.out

    for number in range(3):
        text = MadeLetter(case_number=f"CM15-000020{number}").text()
        warehouse.land(f"changed-{number}.txt", text.replace("CLINICAL CASE", f"{FOREIGN}\n\nCLINICAL CASE"))
    second = warehouse.refresh()
    assert second.status == 0, second.out + second.err
    assert "unread_share is" in " ".join(second.out.split())
    assert all(f"changed-{number}.txt" in second.out for number in range(3))
    assert "first-0.txt" not in second.out
    rows = warehouse.query(
        "select severity, is_met, rows_unexpected from quality_checks"
        " where suite = 'drift' and expectation = 'unread_share_not_above' order by checked_at"
    )
    assert rows == [("warning", True, 0), ("warning", False, 1)]
    shares = dict(
        warehouse.query("select source_uri, unread_share from dim_determinations where letter_id is not null")
    )
    assert all(share > 0.05 for uri, share in shares.items() if Path(uri).name.startswith("changed"))
