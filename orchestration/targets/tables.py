"""What is published, as a target must make it: tables with their columns, comments and keys.

Shape and words are read from the published file itself; keys are what dbt tests of each model (`unique`,
`unique_combination`, `relationships`), so that they are written down once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.publication import connect_read_only

_REF = re.compile(r"ref\(\s*['\"](\w+)['\"]\s*\)")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `data_type` is DuckDB's ('VARCHAR', 'INTEGER', 'TIMESTAMP')."""

    name: str
    data_type: str
    is_nullable: bool
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose every value is found in a column of another table."""

    column: str
    table: str
    table_column: str


@dataclass(frozen=True, slots=True)
class Table:
    """A published table. `key` is empty where no columns tell rows apart: `publication` has one row."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()


def read_tables(published: Path, manifest: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables of a publication, referenced ones before those that refer to them. `manifest` is that of dbt."""
    with connect_read_only(published) as connection:
        comments = dict(
            connection.execute("select table_name, comment from duckdb_tables() order by table_name").fetchall()
        )
        rows = connection.execute(
            "select table_name, column_name, data_type, is_nullable, comment from duckdb_columns()"
            " where not internal order by table_name, column_index"
        ).fetchall()
    columns: dict[str, list[Column]] = {name: [] for name in comments}
    for table, name, data_type, is_nullable, comment in rows:
        columns[table].append(Column(name, data_type, is_nullable, comment or ""))
    tests = list(_tests(manifest))
    tables = [
        Table(
            name,
            comment or "",
            tuple(columns[name]),
            _key(columns[name], [test for test in tests if test[0] == name]),
            tuple(_references([test for test in tests if test[0] == name], columns)),
        )
        for name, comment in comments.items()
    ]
    return tuple(_referenced_first(tables))


def _tests(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Model, name and arguments of each generic test of dbt that holds for all rows of its model."""
    for node in manifest["nodes"].values():
        about = node.get("test_metadata")
        if node["resource_type"] == "test" and about and node.get("attached_node") and not node["config"].get("where"):
            yield node["attached_node"].rsplit(".", 1)[-1], about["name"], about["kwargs"]


def _key(columns: Sequence[Column], tests: Sequence[tuple[str, str, Mapping[str, Any]]]) -> tuple[str, ...]:
    combined = [tuple(given["columns"]) for _, name, given in tests if name == "unique_combination"]
    unique = {given["column_name"] for _, name, given in tests if name == "unique"}
    alone = [(column.name,) for column in columns if column.name in unique and not column.is_nullable]
    return next(iter([*alone, *combined]), ())


def _references(
    tests: Sequence[tuple[str, str, Mapping[str, Any]]], columns: Mapping[str, Sequence[Column]]
) -> Iterator[Reference]:
    found = []
    for _, name, given in tests:
        to = _REF.search(str(given.get("to", "")))
        if name == "relationships" and to and to.group(1) in columns:
            found.append(Reference(given["column_name"], to.group(1), given["field"]))
    yield from sorted(found, key=lambda reference: reference.column)


def _referenced_first(tables: Sequence[Table]) -> Iterator[Table]:
    waiting = {table.name: table for table in tables}
    while waiting:
        ready = [
            table
            for table in waiting.values()
            if not any(reference.table in waiting and reference.table != table.name for reference in table.references)
        ]
        if not ready:
            raise ValueError(f"tables refer to each other in a circle: {', '.join(sorted(waiting))}")
        for table in ready:
            yield waiting.pop(table.name)
