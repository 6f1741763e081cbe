"""What the warehouse holds of labelled letters and lists, in the shape of the labels. Comparing belongs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from tests.conftest import Warehouse
from tests.fidelity.labelled import CITATION_COLUMNS, SERVICE_COLUMNS

Query = Callable[[str], list[tuple[Any, ...]]]


def facts(warehouse: Warehouse) -> Query:
    """Asks the published file; where the audit refused, the build, whose tables are the same ones."""
    path = warehouse.published if warehouse.published.exists() else warehouse.home / "build" / "imr.duckdb"

    def query(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return query


def readings(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """What the warehouse holds of each letter that was read, by `letter_id`, in the shape of the expected results.

    Taken from the build, where letters that were replaced and items in quarantine are as well.
    """
    found = _letters(warehouse)
    lists = {"specialty": "specialties", "subspecialty": "subspecialties", "state": "states"}
    for letter_id, kind, text in warehouse.build(
        """select letter_id, credential_kind, credential_text from staging.stg_credentials
        order by letter_id, credential_number"""
    ):
        found[letter_id]["reviewer"][lists[kind]].append(text)
    items = _items(warehouse)
    for (letter_id, _), item in items.items():
        found[letter_id]["items"].append(item)
    _add_citations(warehouse, items)
    return found


def _letters(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    names = ("injury", "decision", "ur_denial", "application_received", "assigned")
    found: dict[str, dict[str, Any]] = {}
    for letter_id, template, case_number, priority, *dates, age, sex in warehouse.build(
        f"""select letter_id, template, case_number, priority, {", ".join(f"{name}_date" for name in names)},
        patient_age, patient_sex from staging.stg_letters where reason_code is null"""
    ):
        found[letter_id] = {
            "template": template,
            "case_number": case_number,
            "dates": {name: str(day) if day else None for name, day in zip(names, dates, strict=True)},
            "priority": priority,
            "patient": {"age": age, "sex": sex},
            "reviewer": {"specialties": [], "subspecialties": [], "states": []},
            "items": [],
        }
    return found


def _items(warehouse: Warehouse) -> dict[tuple[str, int], dict[str, Any]]:
    items: dict[tuple[str, int], dict[str, Any]] = {}
    for letter_id, number, service, outcome, category, claims, reviewer, reason in warehouse.build(
        """select letter_id, item_number, service_text, outcome, service_category, claims_basis, reviewer_basis,
        quarantine_reason from intermediate.int_items order by letter_id, item_number"""
    ):
        item: dict[str, Any] = {"number": number, "service_text": service, "outcome": outcome, "category": category}
        # The expected results say 'none' of a side that the letter doesn't state; the warehouse tells the two apart.
        item["claims_administrator"] = {"basis": "none" if claims == "not_stated" else claims, "citations": []}
        item["reviewer"] = {"basis": reviewer or "none", "citations": []}
        if reason:
            item["defect"] = reason
        items[letter_id, number] = item
    return items


def _add_citations(warehouse: Warehouse, items: dict[tuple[str, int], dict[str, Any]]) -> None:
    for letter_id, number, side, family, chapter, pages, section, year in warehouse.build(
        """select printed.letter_id, printed.item_number, printed.cited_by, guideline_family, printed.chapter_number,
        printed.pages, printed.section_text, printed.edition_year
        from staging.stg_citations as printed
        inner join intermediate.int_citations using (letter_id, item_number, cited_by, citation_number)
        inner join (select distinct guideline_key, guideline_family from intermediate.int_guideline_texts)
            using (guideline_key)
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


def received(warehouse: Warehouse) -> dict[str, tuple[str, str, str | None]]:
    """Each file by its place in the landing folder: `letter_id`, status, and why it was rejected if it was."""
    rows = facts(warehouse)("select source_uri, letter_id, status, reason_code from quality_letters")
    return {Path(uri).relative_to(warehouse.landing).as_posix(): tuple(rest) for uri, *rest in rows}


def found_services(query: Query) -> dict[str, dict[str, str]]:
    """What the facts say of each service of the list, by its text, in the list's columns."""
    rows = query(
        """select service_text, service_category, service_subcategory, body_region, laterality, drug_ingredient,
        quantity::varchar from fct_decisions inner join dim_services using (service_key)
        where determination_key like 'CM15-0000%'"""
    )
    return {text: _row(SERVICE_COLUMNS, values) for text, *values in rows}


def found_citations(query: Query) -> dict[str, dict[str, str]]:
    """What the facts say of each guideline paragraph of the list, by its text, in the list's columns."""
    rows = query(
        """select reviewer_guideline_text, reviewer_basis,
            string_agg(guideline_family, ';' order by citation_number),
            string_agg(chapter_number, ';' order by citation_number),
            string_agg(replace(pages, '; ', ';'), ';' order by citation_number),
            string_agg(section_text, ';' order by citation_number),
            string_agg(edition_year, ';' order by citation_number)
        from fct_decisions inner join decision_texts using (decision_key)
        left join (
            select citations.*, guideline_family, chapter_number, edition_year
            from fct_guideline_citations as citations inner join dim_guidelines using (guideline_key)
            where cited_by = 'reviewer'
        ) using (decision_key)
        where determination_key like 'CM16-0000%' group by decision_key, reviewer_guideline_text, reviewer_basis"""
    )
    return {text: _row(CITATION_COLUMNS, values) for text, *values in rows}


def _row(columns: tuple[str, ...], values: list[str | None]) -> dict[str, str]:
    return {column: value or "" for column, value in zip(columns, values, strict=True)}
