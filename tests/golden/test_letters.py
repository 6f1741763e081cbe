"""Every golden letter equals its expected result, field by field, as the production path reads and classifies it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LETTERS, Warehouse

READ = ("professional_review", "notice", "decisions_rationales", "issues_prose", "issues_credentials")
NAMES = sorted(path.stem for path in LETTERS.rglob("*.txt"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(LETTERS.rglob(f"{name}.json")).read_text(encoding="utf-8"))
    return found


def test_no_letter_lacks_its_expected_result_and_no_result_its_letter() -> None:
    assert NAMES
    assert sorted(path.stem for path in LETTERS.rglob("*.json")) == NAMES


def of_templates(*templates: str) -> list[str]:
    return [name for name in NAMES if expected(name).get("template") in templates]


def letter_ids(golden: Warehouse) -> dict[str, str]:
    return {
        Path(uri).stem: letter_id
        for letter_id, uri in golden.query("select letter_id, source_uri from quality_letters")
    }


@cache
def readings(golden: Warehouse) -> dict[str, dict[str, Any]]:
    """What the warehouse holds of each letter, in the shape of the expected results."""
    letters = golden.build(
        """select letter_id, template, case_number, priority, injury_date, decision_date, ur_denial_date,
        application_received_date, assigned_date, patient_age, patient_sex from staging.stg_letters where reason_code is null"""
    )
    names = ("injury", "decision", "ur_denial", "application_received", "assigned")
    found: dict[str, dict[str, Any]] = {}
    for letter_id, template, case_number, priority, *dates, age, sex in letters:
        found[letter_id] = {
            "template": template,
            "case_number": case_number,
            "dates": {name: str(day) if day else None for name, day in zip(names, dates, strict=True)},
            "priority": priority,
            "patient": {"age": age, "sex": sex},
            "reviewer": {"specialties": [], "subspecialties": [], "states": []},
            "items": [],
        }
    lists = {"specialty": "specialties", "subspecialty": "subspecialties", "state": "states"}
    for letter_id, kind, text in golden.build(
        "select letter_id, credential_kind, credential_text from staging.stg_credentials order by letter_id, credential_number"
    ):
        found[letter_id]["reviewer"][lists[kind]].append(text)
    items: dict[tuple[str, int], dict[str, Any]] = {}
    for letter_id, number, service, outcome, category, claims, reviewer, reason in golden.build(
        """select letter_id, item_number, service_text, outcome, service_category, claims_basis, reviewer_basis, quarantine_reason
        from intermediate.int_items left join intermediate.int_service_texts using (service_text) order by letter_id, item_number"""
    ):
        item: dict[str, Any] = {"number": number, "service_text": service, "outcome": outcome, "category": category}
        # The expected results say 'none' of a side that the letter doesn't state; the warehouse tells the two apart.
        item["claims_administrator"] = {"basis": "none" if claims == "not_stated" else claims, "citations": []}
        item["reviewer"] = {"basis": reviewer or "none", "citations": []}
        if reason:
            item["defect"] = reason
        items[letter_id, number] = item
        found[letter_id]["items"].append(item)
    for letter_id, number, side, family, chapter, pages, section, year in golden.build(
        """select printed.letter_id, printed.item_number, printed.cited_by, guideline_family, printed.chapter_number,
        printed.pages, printed.section_text, printed.edition_year
        from staging.stg_citations as printed
        inner join intermediate.int_citations using (letter_id, item_number, cited_by, citation_number)
        inner join (select distinct guideline_key, guideline_family from intermediate.int_guideline_texts) using (guideline_key)
        order by printed.letter_id, printed.item_number, printed.cited_by, printed.citation_number"""
    ):
        items[letter_id, number][side]["citations"].append(
            {
                "family": family,
                "chapter": chapter,
                "pages": [[int(page) for page in pages_.split("-")] for pages_ in pages.split("; ")] if pages else [],
                "section": section,
                "year": year,
            }
        )
    return found


@pytest.mark.parametrize("name", of_templates(*READ))
def test_letter_equals_its_expected_result(golden: Warehouse, name: str) -> None:
    wanted = expected(name)
    wanted.pop("amends", None)
    assert readings(golden)[letter_ids(golden)[name]] == wanted


@pytest.mark.parametrize("name", of_templates(*READ))
def test_facts_hold_the_items_that_keep_their_promises(golden: Warehouse, name: str) -> None:
    letter_id, wanted = letter_ids(golden)[name], expected(name)
    superseded = {expected(other).get("amends") for other in NAMES}
    facts = golden.query(
        f"""select item_number, service_text, outcome, services.service_category from fct_decisions
        inner join dim_determinations using (determination_key) inner join dim_services as services using (service_key)
        where letter_id = '{letter_id}' order by item_number"""
    )
    held = golden.query(
        f"select item_number, reason_code from quality_quarantined_items where letter_id = '{letter_id}' order by item_number"
    )
    items = [] if name in superseded else wanted["items"]
    assert facts == [
        (item["number"], item["service_text"], item["outcome"], item["category"])
        for item in items
        if "defect" not in item
    ]
    assert held == [(item["number"], item["defect"]) for item in items if "defect" in item]


def test_duplicates_and_amendments_are_told(golden: Warehouse) -> None:
    status = {Path(uri).stem: status for uri, status in golden.query("select source_uri, status from quality_letters")}
    assert len(status) == len(NAMES)
    for name in NAMES:
        if original := expected(name).get("duplicate_of"):
            assert {status[name], status[original]} == {"duplicate", "read"}
        if replaced := expected(name).get("amends"):
            assert (status[name], status[replaced]) == ("read", "superseded")


def test_every_place_holds_the_value(golden: Warehouse) -> None:
    """Facts lead back to the sentence: the words at a fact's place are its words, white space folded, footers out."""
    from orchestration.letters.model import Reading
    from orchestration.letters.page import fold
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
    assert len(rows) > 60
    clean = {}
    for letter_id, text in texts.items():
        reading = read_letter(text)
        if isinstance(reading, Reading):
            assert len(reading.clean) == len(text)
            clean[letter_id] = reading.clean
    for letter_id, words, start, end in rows:
        assert fold(clean[letter_id][start:end]) == words


def test_every_expected_letter_is_read_whole(golden: Warehouse) -> None:
    shares = golden.query(
        "select source_uri, unread_share from dim_determinations where determination_key != 'unknown'"
    )
    assert shares
    assert {Path(uri).name: share for uri, share in shares if share > 0.01} == {}
