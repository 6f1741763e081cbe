"""Small publications for tests of targets: three tables of two generations that cannot be mistaken for each other."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.targets.tables import Column, Reference, Table

SERVICES = Table(
    "dim_services",
    "grain: one service",
    (Column("service_key", "VARCHAR", False, "Its key."), Column("service_name", "VARCHAR", False)),
    ("service_key",),
)
DECISIONS = Table(
    "fct_decisions",
    "grain: one decision",
    (
        Column("decision_key", "VARCHAR", False, "The letter's item."),
        Column("service_key", "VARCHAR", False),
        Column("decision_date_key", "INTEGER", False),
        Column("generation", "INTEGER", True, "It's the number of its publication."),
    ),
    ("decision_key",),
    (Reference("service_key", "dim_services", "service_key"),),
)
PUBLICATION = Table(
    "publication",
    "grain: the one publication",
    (
        Column("refresh_id", "VARCHAR", True),
        Column("decision_count", "INTEGER", True),
        Column("generation", "INTEGER", True),
    ),
)
TABLES = (SERVICES, DECISIONS, PUBLICATION)
YEARS = (2014, 2015, 0)


def refresh_id(generation: int) -> str:
    return f"20260101T00{generation:04d}Z-{generation:08x}"


def publication(folder: Path, generation: int, decisions: int, *more: str) -> Path:
    """A published file with so many decisions of services A and B, each of which says its generation; a third of the
    decisions in each of `YEARS`. `more` are statements that change it."""
    path = folder / f"generation-{generation}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table dim_services (service_key varchar, service_name varchar)")
        connection.execute(f"insert into dim_services values ('A', 'MRI {generation}'), ('B', 'Norco {generation}')")
        connection.execute(
            "create table fct_decisions"
            " (decision_key varchar, service_key varchar, decision_date_key integer, generation integer)"
        )
        connection.execute(
            f"insert into fct_decisions select 'CM-' || i, case i % 2 when 0 then 'A' else 'B' end,"
            f" [20140102, 20150607, 0][1 + i % 3], {generation} from range({decisions}) as numbers(i)"
        )
        connection.execute("create table publication (refresh_id varchar, decision_count integer, generation integer)")
        connection.execute(f"insert into publication values ('{refresh_id(generation)}', {decisions}, {generation})")
        for statement in more:
            connection.execute(statement)
    return path
