"""The two labelled lists, printed into letters and read back: what was asked for, and what was cited."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Warehouse
from tests.maker import MadeItem, MadeLetter

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


SERVICES, CITATIONS = rows("services.csv"), rows("citations.csv")
ITEMS_PER_LETTER = 12


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = Warehouse(tmp_path_factory.mktemp("lists"))
    printed = {
        "services": [MadeItem(row["service_text"]) for row in SERVICES],
        "citations": [MadeItem(f"Service {n}", reviewer=row["citation_text"]) for n, row in enumerate(CITATIONS)],
    }
    for name, items in printed.items():
        for start in range(0, len(items), ITEMS_PER_LETTER):
            letter = MadeLetter(
                case_number=f"CM15-{start:07}" if name == "services" else f"CM16-{start:07}",
                items=items[start : start + ITEMS_PER_LETTER],
            )
            warehouse.land(f"{name}-{start:03}.txt", letter.text())
    ran = warehouse.refresh()
    assert ran.status == 0, ran.out + ran.err
    yield warehouse
    shutil.rmtree(warehouse.root, ignore_errors=True)


def test_services_are_classified_as_labelled(lists: Warehouse) -> None:
    found = {
        text: values
        for text, *values in lists.query(
            """select service_text, service_category, service_subcategory, coalesce(body_region, ''), coalesce(laterality, ''),
            coalesce(drug_ingredient, ''), coalesce(quantity::varchar, '')
            from fct_decisions inner join dim_services using (service_key) where determination_key like 'CM15%'"""
        )
    }
    columns = ("category", "subcategory", "body_region", "laterality", "drug_ingredient", "quantity")
    labelled = {row["service_text"]: [row[column] for column in columns] for row in SERVICES}
    assert len(labelled) == len(SERVICES)
    assert found == labelled


def test_citations_are_cut_and_classified_as_labelled(lists: Warehouse) -> None:
    found: dict[str, dict[str, str]] = {}
    for text, basis, families, chapters, pages, sections, years in lists.query(
        """select reviewer_guideline_text, reviewer_basis,
            string_agg(guideline_family, ';' order by citation_number), string_agg(chapter_number, ';' order by citation_number),
            string_agg(replace(pages, '; ', ';'), ';' order by citation_number),
            string_agg(section_text, ';' order by citation_number), string_agg(edition_year, ';' order by citation_number)
        from fct_decisions inner join decision_texts using (decision_key)
        left join (
            select citations.*, guideline_family, chapter_number, edition_year
            from fct_guideline_citations as citations inner join dim_guidelines using (guideline_key) where cited_by = 'reviewer'
        ) using (decision_key)
        where determination_key like 'CM16%' group by decision_key, reviewer_guideline_text, reviewer_basis"""
    ):
        values = {"families": families, "chapters": chapters, "pages": pages, "sections": sections, "years": years}
        found[text] = {"basis": basis, **{name: value or "" for name, value in values.items()}}
    labelled = {row.pop("citation_text"): row for row in (dict(row) for row in CITATIONS)}
    assert len(labelled) == len(CITATIONS)
    assert found == labelled
