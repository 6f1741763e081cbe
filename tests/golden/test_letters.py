"""Every golden letter equals its expected result, field by field, as the production path reads and classifies it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LETTERS, Warehouse
from tests.fidelity.warehouse import readings
from tests.properties.holding import in_words

READ = ("professional_review", "notice", "decisions_rationales", "issues_prose", "issues_credentials")
SIDES = ("claims_administrator", "reviewer")
NAMES = sorted(path.stem for path in LETTERS.rglob("*.txt"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(LETTERS.rglob(f"{name}.json")).read_text(encoding="utf-8"))
    return found


def test_no_letter_lacks_its_expected_result_and_no_result_its_letter() -> None:
    assert NAMES
    assert sorted(path.stem for path in LETTERS.rglob("*.json")) == NAMES
    copies = [name for name in NAMES if "duplicate_of" in expected(name)]
    assert sorted([*of_templates(*READ), *copies]) == NAMES  # each is compared below, or is another's copy


def of_templates(*templates: str) -> list[str]:
    return [name for name in NAMES if expected(name).get("template") in templates]


def current() -> list[str]:
    """Letters that no later one replaces."""
    superseded = {expected(name).get("amends") for name in NAMES}
    return [name for name in of_templates(*READ) if name not in superseded]


def letter_ids(golden: Warehouse) -> dict[str, str]:
    return {
        Path(uri).stem: letter_id
        for letter_id, uri in golden.query("select letter_id, source_uri from quality_letters")
    }


@cache
def read(golden: Warehouse) -> dict[str, dict[str, Any]]:
    return readings(golden)


@pytest.mark.parametrize("name", of_templates(*READ))
def test_letter_equals_its_expected_result(golden: Warehouse, name: str) -> None:
    wanted = expected(name)
    wanted.pop("amends", None)
    assert read(golden)[letter_ids(golden)[name]] == wanted


@pytest.mark.parametrize("name", of_templates(*READ))
def test_facts_hold_the_items_that_keep_their_promises(golden: Warehouse, name: str) -> None:
    letter_id, wanted = letter_ids(golden)[name], expected(name)
    facts = golden.query(
        f"""select item_number, service_text, outcome, services.service_category from fct_decisions
        inner join dim_determinations using (determination_key) inner join dim_services as services using (service_key)
        where letter_id = '{letter_id}' order by item_number"""
    )
    held = golden.query(
        f"select item_number, reason_code from quality_quarantined_items where letter_id = '{letter_id}' order by item_number"
    )
    items = wanted["items"] if name in current() else []
    assert facts == [
        (item["number"], item["service_text"], item["outcome"], item["category"])
        for item in items
        if "defect" not in item
    ]
    assert held == [(item["number"], item["defect"]) for item in items if "defect" in item]


def test_duplicates_and_amendments_are_told(golden: Warehouse) -> None:
    status = {Path(uri).stem: status for uri, status in golden.query("select source_uri, status from quality_letters")}
    assert len(status) == len(NAMES)
    copies = {name: original for name in NAMES if (original := expected(name).get("duplicate_of"))}
    amended = {name: replaced for name in NAMES if (replaced := expected(name).get("amends"))}
    assert copies
    assert amended
    for name, original in copies.items():
        assert {status[name], status[original]} == {"duplicate", "read"}
    for name, replaced in amended.items():
        assert (status[name], status[replaced]) == ("read", "superseded")
    others = set(NAMES) - {*copies, *copies.values(), *amended.values()}
    assert {status[name] for name in others} == {"read"}


def test_every_place_holds_the_value(golden: Warehouse) -> None:
    """Facts lead back to the sentence: the words at a fact's place are its words, white space folded, footers out."""
    from orchestration.letters.model import Reading
    from orchestration.letters.reader import read_letter

    texts = dict(
        golden.build(
            f"select letter_id, text from read_parquet('{golden.home}/lake/letters/*.parquet') where text is not null"
        )
    )
    rows = golden.query(
        """select letter_id, service_text, span_start, span_end from fct_decisions inner join dim_determinations using (determination_key)
        union all select letter_id, citation_text, citations.span_start, citations.span_end from fct_guideline_citations as citations
        inner join fct_decisions using (decision_key) inner join dim_determinations using (determination_key)"""
    )
    items = [item for name in current() for item in expected(name)["items"] if "defect" not in item]
    assert len(rows) == sum(1 + sum(len(item[side]["citations"]) for side in SIDES) for item in items)
    clean = {}
    for letter_id, text in texts.items():
        reading = read_letter(text)
        if isinstance(reading, Reading):
            assert len(reading.clean) == len(text)
            clean[letter_id] = reading.clean
    for letter_id, words, start, end in rows:
        assert in_words(clean[letter_id][start:end]) == in_words(words)


def test_every_expected_letter_is_read_whole(golden: Warehouse) -> None:
    shares = golden.query(
        "select source_uri, unread_share from dim_determinations where determination_key != 'unknown'"
    )
    assert {Path(uri).stem for uri, _ in shares} >= set(current())
    assert {Path(uri).name: share for uri, share in shares if share > 0.01} == {}
