"""What `imr vocabulary gaps` counts as a gap, on tables that hold a little of everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from orchestration.cli.vocabulary import Kind, show_gaps
from orchestration.home import Home

TABLES = """
create table dim_determinations (determination_key varchar, case_number varchar);
insert into dim_determinations values ('k1', 'CM1'), ('k2', 'CM2'), ('k3', 'CM3'), ('k4', 'CM4'), ('letter-5', null);
create table dim_services (service_key varchar, mapping_method varchar);
insert into dim_services values ('known', 'vocabulary'), ('weak', 'keyword'), ('none', 'unmapped');
create table fct_decisions (decision_key varchar, determination_key varchar, service_key varchar, reviewer_key varchar, service_text varchar);
insert into fct_decisions values
    ('d1', 'k1', 'none', 'r1', 'Snark'), ('d2', 'k2', 'none', 'r1', 'SNARK'), ('d3', 'k3', 'none', 'r2', 'snark'),
    ('d4', 'k4', 'none', 'r2', 'snark'), ('d5', 'k4', 'none', 'r2', 'snark'), ('d6', 'letter-5', 'none', 'r3', 'Boojum'),
    ('d7', 'k1', 'weak', 'r1', '5mg'), ('d8', 'k1', 'known', 'r1', 'MRI');
create table dim_guidelines (guideline_key varchar, guideline_family varchar, publisher varchar);
insert into dim_guidelines values
    ('odg', 'ODG', 'Work Loss Data Institute'), ('mtus', 'MTUS', 'California DWC'), ('pain', 'MTUS Chronic Pain', 'California DWC'),
    ('aetna', 'Other', 'Aetna'), ('journal', 'Other', null), ('unknown', 'unknown', null);
create table fct_guideline_citations (decision_key varchar, guideline_key varchar, citation_text varchar);
insert into fct_guideline_citations values
    ('d1', 'odg', 'ODG'), ('d1', 'mtus', 'MTUS.'), ('d1', 'mtus', 'mtus.'), ('d2', 'mtus', 'MTUS.'), ('d2', 'pain', 'Pain'),
    ('d2', 'aetna', 'Aetna'), ('d6', 'journal', 'J Snark'), ('d6', 'journal', 'j snark'), ('d1', 'unknown', 'Anon');
create table bridge_reviewer_specialties (reviewer_key varchar, specialty varchar);
insert into bridge_reviewer_specialties values
    ('r1', 'Snark Hunting'), ('r2', 'snark hunting'), ('r3', 'Snark Hunting'), ('r1', 'NEUROLOGY');
"""
HEAD = "text,decisions,examples"


@pytest.fixture(autouse=True)
def publication(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def published(_: Home) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(TABLES)
            yield connection

    monkeypatch.setattr("orchestration.cli.vocabulary.published", published)


@pytest.mark.parametrize(
    ("kind", "weak", "rows"),
    [
        ("services", False, ["SNARK,5,CM1; CM2; CM3", "Boojum,1,letter-5"]),
        ("services", True, ["SNARK,5,CM1; CM2; CM3", "5mg,1,CM1", "Boojum,1,letter-5"]),
        ("guidelines", False, ["MTUS.,3,CM1; CM2", "J Snark,2,letter-5", "Anon,1,CM1"]),
        # one name in two spellings is two: the vocabulary is asked for each; 'NEUROLOGY' it knows in small letters
        ("specialties", False, ["Snark Hunting,5,CM1; CM2; letter-5", "snark hunting,3,CM3; CM4"]),
    ],
)
def test_gaps(kind: Kind, weak: bool, rows: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert show_gaps(kind, weak, 30, True, None) == 0
    assert capsys.readouterr().out.splitlines() == [HEAD, *rows]
    assert show_gaps(kind, weak, 1, True, None) == 0
    assert capsys.readouterr().out.splitlines() == [HEAD, rows[0]]
