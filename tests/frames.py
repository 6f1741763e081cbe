"""A frame for each suite that keeps all its promises, and the suites by name."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from expectations.drift import DRIFT
from expectations.items import ITEM_NUMBERS, ITEMS
from expectations.letters import LETTERS, RECEIVED
from expectations.marts import MARTS
from expectations.suite import Suite

SUITES: Mapping[str, Suite] = {s.name: s for s in (ITEMS, ITEM_NUMBERS, LETTERS, RECEIVED, *MARTS, DRIFT)}
COUNTED = ("received", "reconciliation", "orphans")
"""Suites over one row of counts."""
_NAMES = {"source_uri": ["a.txt", "a.txt", "b.txt"], "letter_id": ["a", "a", "b"], "item_number": [1, 2, 1]}


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def counts(name: str, **totals: int) -> pd.DataFrame:
    of = {promise.of for promise in SUITES[name].promises if promise.of}
    columns = [promise.column_name for promise in SUITES[name].promises if promise.of]
    return pd.DataFrame({column: [10] for column in of} | {column: [0] for column in columns} | totals)


GOOD: Mapping[str, pd.DataFrame] = {
    "items": pd.DataFrame(
        _NAMES
        | {
            "service_text": ["MRI", "Norco #90", "TENS unit"],
            "outcome": ["upheld", "overturned", "upheld"],
            "reviewer_basis": ["mtus", "none", "both"],
            "claims_basis": ["mtus", "not_stated", "none"],
            "text_start": [0, 0, 0],
            "text_length": [100, 100, 50],
            "first_start": [0, 50, None],
            "last_end": [50, 100, None],
            "contradictions": [0, 0, 0],
            "broken_spans": [0, 0, 0],
        }
    ),
    "item_numbers": pd.DataFrame(
        {
            "source_uri": ["a.txt", "b.txt", "c.txt"],
            "letter_id": ["a", "b", "c"],
            "item_number": [None, None, None],
            "item_count": [2, 1, 7],
            "items_found": [2, 1, 7],
            "lowest_number": [1, 1, 1],
            "highest_number": [2, 1, 7],
            "distinct_numbers": [2, 1, 7],
        }
    ),
    "letters": pd.DataFrame(
        {
            "source_uri": ["a.txt", "b.txt", "c.txt"],
            "letter_id": ["a", "b", "c"],
            "template": ["notice", "issues_prose", "professional_review"],
            "unread_share": [0.0, 0.25, 1.0],
            "rival_count": [0, 0, 0],
            "unread_date_count": [0, 0, 0],
            "case_number": ["CM14-0012345", "CM22-0000001", None],
            "patient_age": pd.array([14, 110, None], dtype="Int32"),
            "injury_date": days("2013-05-01", "2013-05-01", None),
            "ur_denial_date": days("2014-01-02", "2013-05-01", None),
            "application_received_date": days("2014-01-02", None, None),
            "assigned_date": days("2014-01-30", "2014-01-30", None),
            "decision_date": days("2014-02-01", "2014-01-30", "2014-02-01"),
            "latest_before_application": days("2014-01-02", "2013-05-01", None),
            "latest_before_assigned": days("2014-01-02", "2013-05-01", None),
            "latest_before_decision": days("2014-01-30", "2014-01-30", None),
            "latest_date": days("2014-02-01", "2014-01-30", "2014-02-01"),
            "received_date": days("2014-02-01", "2014-01-30", "2020-01-01"),
        }
    ),
    "decisions": pd.DataFrame(
        _NAMES
        | {
            "decision_key": ["a-1", "a-2", "b-1"],
            "outcome": ["upheld", "overturned", "upheld"],
            "claims_basis": ["mtus", "not_stated", "none"],
            "reviewer_basis": ["mtus", "none", "both"],
            "claims_cited": ["mtus", "not_stated", "none"],
            "reviewer_cited": ["mtus", "none", "both"],
            "is_overturned": [False, True, False],
        }
    ),
    "citations": pd.DataFrame(
        _NAMES
        | {
            "citation_key": ["a-1-c1", "a-2-r1", "b-1-r2"],
            "cited_by": ["claims_administrator", "reviewer", "reviewer"],
            "citation_number": [1, 1, 2],
        }
    ),
    "determinations": pd.DataFrame(
        {
            "source_uri": ["a.txt", "b.txt", "c.txt"],
            "letter_id": ["a", "b", "c"],
            "determination_key": ["CM14-0012345", "CM14-0012346", "letter-0123456789abcdef"],
            "item_count": [3, 1, 2],
            "overturned_count": [1, 1, 0],
        }
    ),
    "rates": pd.DataFrame(
        {
            "service_category": ["", "Injections", "Surgery"],
            "decision_share": [1.0, 0.75, 0.25],
            "overturn_rate": [0.5, 0.0, 1.0],
            "same_guideline_share": [0.5, 0.0, 1.0],
        }
    ),
    "received": counts("received"),
    "reconciliation": counts("reconciliation", items_read=10, items_decided=8, items_quarantined=2),
    "orphans": counts("orphans"),
    "drift": pd.DataFrame(
        {
            "measure": [
                "letters",
                "rejected_share",
                "quarantined_share",
                "unmapped_share",
                "unread_share",
                "overturn_rate",
                "overturn_rate",
            ],
            "category": ["", "", "", "", "", "Surgery", "Injections"],
            "value": [2500.0, 0.01, None, 0.05, 0.02, 0.3, 1.0],
            "low": [800.0, 0.0, None, 0.0, None, 0.2, None],
            "high": [7500.0, 0.03, None, 0.05, 0.02, 0.4, None],
            "letters": [2500, 2500, 0, 7000, 2500, 300, 2],
            "history": [20, 20, 0, 20, 20, 20, 1],
        }
    ),
}


def good(name: str) -> pd.DataFrame:
    return GOOD[name].copy()
