"""The vocabulary as people grow it: what it lacks, what it makes of a text, and what an edited row changes."""

from __future__ import annotations

import duckdb

from tests.conftest import Warehouse
from tests.maker import MadeItem, MadeLetter


def test_a_text_is_tried_before_anything_is_published(warehouse: Warehouse) -> None:
    ran = warehouse.imr(
        "vocabulary", "test", "Butrans patch 10 mcg/hr #4", "Flexion-extension X-ray views, C-spine", "Zorblax 5mg #30"
    )
    assert ran.status == 0, ran.err
    said = " ".join(ran.out.split())
    assert "Pharmaceuticals / Opioids / Butrans" in said
    assert "buprenorphine" in said
    assert "Diagnostic Testing / Imaging / X-ray / cervical spine" in said
    assert "quantity 4" in said
    assert "quantity 30" in said
    assert not warehouse.published.exists()


def test_gaps_are_listed_and_decisions_that_changed_class_are_counted(warehouse: Warehouse) -> None:
    for number, services in enumerate(
        (["Grobnitz frumious vorpal", "Norco 10/325mg #60"], ["GROBNITZ frumious vorpal"], ["Snark", "Zorblax 5mg #30"])
    ):
        letter = MadeLetter(case_number=f"CM15-000070{number}", items=[MadeItem(service) for service in services])
        warehouse.land(f"{number}.txt", letter.text())
    assert warehouse.refresh().status == 0
    ran = warehouse.imr("vocabulary", "gaps", "--csv")
    assert ran.status == 0, ran.err
    assert ran.out.splitlines() == [
        "text,decisions,examples",
        "GROBNITZ frumious vorpal,2,CM15-0000700; CM15-0000701",
        "Snark,1,CM15-0000702",
    ]
    weak = warehouse.imr("vocabulary", "gaps", "--csv", "--weak")
    assert "Zorblax 5mg #30,1,CM15-0000702" in weak.out.splitlines()
    table = warehouse.imr("vocabulary", "gaps", "--limit", "1")
    assert "2 texts of 3 decisions are not known" in table.out
    assert "Snark" not in table.out
    for kind in ("guidelines", "specialties"):
        assert warehouse.imr("vocabulary", "gaps", "--of", kind).status == 0
    assert warehouse.imr("vocabulary", "gaps", "--of", "nonsense").status == 2

    # another state of the models stands for an edited seed: the tests leave the project's files as they are
    with duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("update publication set project_fingerprint = 'before the edit'")
        connection.execute("update fct_decisions set service_key = 'unknown' where service_text like 'Norco%'")
    ran = warehouse.refresh()
    assert ran.status == 0, ran.out + ran.err
    assert warehouse.record()["letters_read"] == 0
    assert warehouse.record()["reclassified"] == 1
    assert "changed class" in ran.out
