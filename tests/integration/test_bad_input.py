"""Bad input gets a sentence that names the thing and what to do, no traceback, and nothing that was good is lost."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import Ran, Warehouse
from tests.maker import MadeLetter


def told(ran: Ran, status: int, *words: str) -> None:
    said = " ".join((ran.out + ran.err).split())
    assert ran.status == status, said
    assert "Traceback" not in said
    for word in words:
        assert word in said


def test_no_files_and_files_that_are_no_letters(warehouse: Warehouse) -> None:
    told(warehouse.refresh(), 0, "Published")
    assert warehouse.query("select count(*) from fct_decisions") == [(0,)]
    told(warehouse.refresh(), 0, "Nothing new")

    warehouse.land("good.txt", MadeLetter().text())
    warehouse.land("empty.txt", b"")
    warehouse.land("picture.txt", bytes(range(256)) * 40)
    warehouse.land("scan.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    warehouse.land("deeper/still/invoice.txt", "Dear Sir, please find enclosed the bill.")
    warehouse.land("large.txt", MadeLetter(case_number="CM15-0000009").text() + " " * 200_000)
    warehouse.land("no items.txt", "IMR ISSUES, DECISIONS AND RATIONALES\n")
    (warehouse.landing / "gone.txt").symlink_to(warehouse.root / "nowhere.txt")
    warehouse.land(".upload.partial", "not finished")
    os.mkfifo(warehouse.landing / "pipe.txt")
    (warehouse.landing / "linked folder").symlink_to(warehouse.root)
    odd = os.fsencode(warehouse.landing) + b"/odd\xffbyte.txt"
    Path(os.fsdecode(odd)).write_text(MadeLetter(case_number="CM15-0000003").text())
    ran = warehouse.refresh(IMR_MAX_LETTER_BYTES="100000")
    told(ran, 0, "Published")
    rows = warehouse.query("select source_uri, status, reason_code, detail from quality_letters")
    assert {Path(uri).name: (status, reason) for uri, status, reason, _ in rows} == {
        "good.txt": ("read", None),
        "empty.txt": ("rejected", "empty_file"),
        "picture.txt": ("rejected", "not_text"),
        "scan.pdf": ("rejected", "damaged_file"),
        "invoice.txt": ("rejected", "unknown_template"),
        "large.txt": ("rejected", "too_large"),
        "no items.txt": ("rejected", "no_items"),
        "gone.txt": ("rejected", "unreadable"),
        "pipe.txt": ("rejected", "unreadable"),
        "linked folder": ("rejected", "unreadable"),
        "odd\\xffbyte.txt": ("read", None),
    }
    assert all(detail for _, status, _, detail in rows if status == "rejected")
    assert warehouse.query("select count(*) from fct_decisions") == [(2,)]
    assert warehouse.record()["rejected"] == 9

    # a file that could not be opened and now can is the letter that it holds
    (warehouse.root / "nowhere.txt").write_text(MadeLetter(case_number="CM15-0000002").text())
    told(warehouse.refresh(), 0, "Published")
    assert warehouse.query("select status from quality_letters where source_uri like '%gone.txt'") == [("read",)]


def test_wrong_usage_and_settings_are_named(warehouse: Warehouse) -> None:
    told(warehouse.imr("refresh", "--letters", "nowhere"), 2, "nowhere", "IMR_LETTERS")
    for tolerance in ("lots", "2"):
        ran = warehouse.imr("refresh", "--home", str(warehouse.home), IMR_QUARANTINE_TOLERANCE=tolerance)
        told(ran, 2, "IMR_QUARANTINE_TOLERANCE", tolerance)
    told(warehouse.imr("refresh", "--home", "/dev/null/home"), 2, "/dev/null/home", "cannot be written")
    told(warehouse.imr("refresh", "--home", str(warehouse.root / "{braces}")), 2, "braces")
    told(warehouse.imr("refresh", "--letters", ""), 2, "IMR_LETTERS", "empty")
    told(warehouse.imr("refresh", "--home", ""), 2, "IMR_HOME", "empty")
    told(warehouse.imr("refresh", "more.txt"), 2, "more.txt", "--letters")
    told(warehouse.imr("refresh", "--hoem", "x"), 2, "--hoem")
    told(warehouse.imr("nonsense"), 2, "nonsense")
    assert not warehouse.home.exists()
    # of the settings of every night a place was there once: nobody mistyped it
    away = f"{warehouse.landing}:{warehouse.root / 'drive'}"
    told(warehouse.refresh(IMR_LETTERS=away), 1, f"no folder or file {warehouse.root / 'drive'}", "IMR_LETTERS")
    down = "http://127.0.0.1:1/"
    told(
        warehouse.refresh(IMR_LETTERS=f"{warehouse.landing}:{down}"), 1, f"{down} cannot be listed (Connection refused)"
    )


def test_reading_before_anything_is_published(warehouse: Warehouse) -> None:
    told(warehouse.imr("query", "select 1"), 1, "imr refresh")
    told(warehouse.imr("explain", "CM15-0000001"), 1, "imr refresh")
    told(warehouse.imr("status"), 0, "none yet")
