"""Refreshes that went wrong, and what is said of them, for the tests of alerts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from orchestration.alerts.memory import Open, plan
from orchestration.alerts.message import Message
from orchestration.alerts.trouble import Trouble, assess
from orchestration.record import Record

NOW = dt.datetime(2026, 3, 2, 6, 0)
DOCS = "https://docs.example.org/index.html"
REFUSED = Record(
    "20260301T060000Z-aaaaaaaa",
    "2026-03-01T06:00:00",
    "refused",
    "2026-03-01T06:01:00",
    quarantined=1,
    unmet=[
        {
            "suite": "items",
            "expectation": "present",
            "column": "outcome",
            "severity": "critical",
            "rows_unexpected": 1,
            "reason": "It says nothing.",
        }
    ],
    letters=[
        {
            "letter_id": "abc",
            "source_uri": "/in/a.txt",
            "item_number": 2,
            "reason_code": "missing_outcome",
            "kind": "quarantined",
        }
    ],
)

ITEM_2 = REFUSED.letters[0]
ITEM_3 = {**ITEM_2, "item_number": 3, "reason_code": "contradictory_outcome"}
SHOPPING = {
    "letter_id": "bad",
    "source_uri": "/in/shopping.txt",
    "item_number": None,
    "reason_code": "unknown_template",
    "kind": "rejected",
}


def judged(record: Record | None, is_held: bool = False) -> Trouble | None:
    return next(iter(assess(record, is_held, None, NOW)), None)


def made(record: Record, **changed: Any) -> Trouble:
    trouble = judged(replace(record, **changed))
    assert trouble is not None
    return trouble


def planned(
    before: Sequence[Open], now: Sequence[Trouble], over: Sequence[Trouble] = ()
) -> tuple[Message | None, list[Open]]:
    """What is said, and what is open after it arrived."""
    found = plan(before, now, lambda trouble: trouble in over, DOCS, "20260302T060000Z-zzzzzzzz")
    return found.message, found.when_told


def later(trouble: Trouble) -> Trouble:
    return replace(trouble, refresh_id="20260302T060000Z-zzzzzzzz", from_to=("2026-03-02", "2026-03-02"))
