"""The drills themselves, in two nights: troubles that letters bring, and troubles of the machinery."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.conftest import IMR, LETTERS, Ran
from tests.drill.night import Night
from tests.drill.receivers import free_port
from tests.maker import MadeItem, MadeLetter

GOOD = MadeItem("Norco 10/325mg #90", "Upheld")
BARE = MadeItem("Soma 350mg #60 <!channel> *now*", outcome=None)
UNGROUNDED = MadeItem("Lidoderm patches", "Upheld", reviewer=None)
PRESENT, CRITICAL_PRESENT = "items/expect_column_values_to_not_be_null", "decisions/expect_column_values_to_not_be_null"
# Great Expectations breaks inside one expectation, in a whole refresh.
_BROKEN_VALIDATION = """
from great_expectations.expectations.core import ExpectColumnValuesToNotBeNull
def broken(*_, **__): raise ZeroDivisionError("validation broke in a drill")
ExpectColumnValuesToNotBeNull._validate = broken
from orchestration.cli import main
main()
"""


def letters_night(night: Night) -> None:
    """Troubles that letters bring: quarantined items, letters of no known form, a flood, a channel that is down."""
    land, refresh = night.warehouse.land, night.refresh
    land("good.txt", MadeLetter("CM15-0000001").text())
    night.drill("a good refresh", "silence", refresh, keeps=False)

    land("outcome.txt", MadeLetter("CM15-0000002", items=[GOOD, BARE]).text())
    named = ["outcome.txt, item 2", "missing_outcome", "<!channel> *now*"]
    night.drill("missing outcome", "warning", refresh, ["outcome.txt", "missing_outcome"], [PRESENT], keeps=False)
    _check_words(night, named)
    night.drill("the same, a night later", "silence", refresh)

    land("guideline.txt", MadeLetter("CM15-0000003", items=[GOOD, UNGROUNDED]).text())
    contradictory = next(LETTERS.rglob("notice-contradictory-sentence.txt"))
    land("contradictory.txt", contradictory.read_bytes())
    land("invoice.txt", "INDEPENDENT MEDICAL REVIEW\n\nA letter of a form that nobody has seen before.\n")
    named = ["guideline.txt", "missing_guideline", "contradictory.txt", "contradictory_outcome"]
    named += ["invoice.txt", "unknown_template"]
    trouble = "missing guideline, contradictory letter, new template"
    night.drill(trouble, "warning", refresh, named, [PRESENT], keeps=False)

    flood = [MadeItem(f"Soma #{count}", outcome=None) for count in range(1, 8)]
    land("flood.txt", MadeLetter("CM15-0000004", items=flood).text())
    named = ["flood.txt", "missing_outcome", "7 of 7", "IMR_QUARANTINE_TOLERANCE"]
    checks = ["items/quarantined_within_tolerance", PRESENT]
    dead = {"IMR_ALERT_WEBHOOK": f"http://127.0.0.1:{free_port()}/hook?token=hookhookhook"}
    night.drill(
        "flood over the tolerance, webhook dead",
        "refused",
        lambda: refresh(3, **dead),
        named,
        checks,
        on=("slack", "email"),
    )
    status = " ".join(night.imr("status").out.split())
    assert "webhook not told" in status, status
    assert "the receiver refuses the connection" in status, status

    night.drill("the same, webhook alive again", "refused", lambda: refresh(3), named, checks, on=("webhook",))
    land("flood.txt", MadeLetter("CM15-0000004", items=[GOOD]).text())
    land("outcome.txt", MadeLetter("CM15-0000002", items=[GOOD, MadeItem("Soma", "Overturned")]).text())
    named = ["publication refused", "flood.txt", "earlier warning", "outcome.txt"]
    night.drill("flood and missing outcome, mended", "recovered", refresh, named, keeps=False)
    assert "not told" not in night.imr("status").out
    night.no_secrets()


def machinery_night(night: Night) -> None:
    """Troubles of the machinery: dbt tests, validations that raise, refreshes that die, an old warehouse."""
    warehouse, land, refresh = night.warehouse, night.warehouse.land, night.refresh
    land("good.txt", MadeLetter("CM15-0000001").text())
    night.drill("a good refresh", "silence", refresh, keeps=False)

    part = warehouse.home / "lake" / "letters" / "part-000001.parquet"
    whole = part.read_bytes()
    part.write_bytes(b"cut off")
    land("late.txt", MadeLetter("CM15-0000005").text())  # whether it is known is looked up in all parts
    named = ["ingest", "part-000001.parquet"]
    night.drill("a refresh that raises", "failed", lambda: refresh(1), named, ["refresh/ingest"])
    night.drill("the same, a night later", "silence", lambda: refresh(1))
    part.write_bytes(whole)
    night.drill("a refresh that raises, mended", "recovered", refresh, ["step 'ingest'"], keeps=False)

    land("second.txt", MadeLetter("CM15-0000002").text())
    items = warehouse.home / "lake" / "staged" / "items" / "part-000001.parquet"
    shutil.copy(items, warehouse.root / "kept.parquet")
    pq.write_table(pa.concat_tables([pq.read_table(items)] * 2), items)
    (warehouse.home / "build" / "imr.duckdb").unlink()
    named = ["unique_fct_decisions_decision_key", "1 row", "good.txt"]
    checks = ["dbt/unique_fct_decisions_decision_key"]
    refused = night.drill("broken dbt test", "refused", lambda: refresh(3), named, checks)
    assert "fct_decisions unique_fct_decisions_decision_key (" in refused.out, refused.out
    shutil.copy(warehouse.root / "kept.parquet", items)
    (warehouse.home / "build" / "imr.duckdb").unlink()
    night.drill("broken dbt test, mended", "recovered", refresh, ["publication refused"], keeps=False)

    land("third.txt", MadeLetter("CM15-0000003").text())
    named = ["validation broke in a drill"]
    night.drill("a validation that raises", "refused", lambda: _broken(night), named, [CRITICAL_PRESENT])

    _kill_in_transform(night)
    check = ("alerts", "check")
    named = ["transform", "It was killed"]
    night.drill("a refresh that is killed", "failed", lambda: night.imr(*check), named, ["refresh/transform"])
    named = ["step 'transform'", "publication refused"]
    night.drill("the next refresh carries on", "recovered", refresh, named, keeps=False)

    old = {"IMR_FRESHNESS_HOURS": "0.0001"}
    time.sleep(1)
    named = ["IMR_FRESHNESS_HOURS"]
    night.drill("a stale warehouse", "stale", lambda: night.imr(*check, **old), named, ["refresh/freshness"])
    night.drill("the same, looked at again", "silence", lambda: night.imr(*check, **old))
    night.drill("fresh again", "recovered", refresh, ["stale"])
    night.no_secrets()


def _check_words(night: Night, words: list[str]) -> None:
    """What the letter says arrives as text everywhere; in Slack's payload no sign of it is left that could be more."""
    texts = night.receivers.texts()
    assert all(word in text for word in words for text in (texts["email"], texts["slack"])), texts
    assert "<!channel>" not in str(night.receivers.slack)
    [letter] = night.receivers.webhook[0]["letters"]
    assert set(letter) == {"letter_id", "source_uri", "item_number", "reason_code"}
    assert (Path(letter["source_uri"]).name, letter["item_number"]) == ("outcome.txt", 2)


def _broken(night: Night) -> Ran:
    done = subprocess.run(
        [sys.executable, "-c", _BROKEN_VALIDATION, "refresh"],
        env=night.warehouse.environment(IMR_FRESHNESS_HOURS="0", **night.receivers.settings()),
        cwd=night.warehouse.root,
        capture_output=True,
        text=True,
        check=False,
    )
    night.said += [done.stdout, done.stderr]
    assert done.returncode == 3, done.stdout + done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def _kill_in_transform(night: Night) -> None:
    process = subprocess.Popen(
        [str(IMR), "refresh"],
        env=night.warehouse.environment(**night.receivers.settings()),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while night.warehouse.record()["doing"] != "transform" and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
