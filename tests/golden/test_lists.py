"""The two labelled lists, printed into letters and read back: what was asked for, and what was cited."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.conftest import Warehouse
from tests.fidelity.labelled import CITATION_COLUMNS, SERVICE_COLUMNS, labelled_rows, land_lists
from tests.fidelity.warehouse import found_citations, found_services


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = Warehouse(tmp_path_factory.mktemp("lists"))
    land_lists(warehouse)
    ran = warehouse.refresh()
    assert ran.status == 0, ran.out + ran.err
    yield warehouse
    shutil.rmtree(warehouse.root, ignore_errors=True)


def labels(name: str, text: str, columns: tuple[str, ...]) -> dict[str, dict[str, str]]:
    rows = labelled_rows(name)
    labelled = {row[text]: {column: row[column] for column in columns} for row in rows}
    assert len(labelled) == len(rows)
    return labelled


def test_services_are_classified_as_labelled(lists: Warehouse) -> None:
    assert found_services(lists.query) == labels("services.csv", "service_text", SERVICE_COLUMNS)


def test_citations_are_cut_and_classified_as_labelled(lists: Warehouse) -> None:
    assert found_citations(lists.query) == labels("citations.csv", "citation_text", CITATION_COLUMNS)
