"""What the dictionary says: tables and columns as a published file has them, and what dbt's manifest knows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publication import connect_read_only

EXAMPLE_LENGTH = 80
_ROWS_LOOKED_AT = 200
_ORDER = ("fct_", "decision_", "dim_", "bridge_", "rpt_", "quality_")
# What stands for something else is no example of it.
_NO_EXAMPLE = ("unknown", "all", "not_stated", "none", "unspecified")


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    data_type: str
    is_nullable: bool
    meaning: str
    values: tuple[str, ...] = ()
    """The closed set of its values; empty where the set is open."""
    refers_to: str = ""
    """`table.column` whose values these are; empty where it is no foreign key."""
    in_letter: str = ""
    """Where in the letter it comes from; empty where it comes from no letter."""
    example: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    meaning: str
    row_count: int
    key: tuple[str, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Of one publication: which, and what it holds."""

    refresh_id: str
    published_at: str
    tables: tuple[Table, ...]
    metrics: tuple[Metric, ...]


@dataclass(slots=True)
class _Known:
    """What tests and properties of one model say of its columns."""

    key: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refers_to: dict[str, str] = field(default_factory=dict)
    in_letter: dict[str, str] = field(default_factory=dict)


def read_dictionary(published: Path, manifest: Mapping[str, Any]) -> Dictionary:
    """Reads a published file, whole and closed, and the manifest of the models that made it. Reads few rows."""
    known = _known(manifest)
    with connect_read_only(published) as connection:
        refresh_id, published_at = connection.execute("select refresh_id, published_at from publication").fetchall()[0]
        tables = connection.execute("select table_name, comment from duckdb_tables() order by table_name").fetchall()
        described = [_table(connection, name, comment or "", known[name]) for name, comment in tables]
    return Dictionary(
        refresh_id=refresh_id,
        published_at=f"{published_at:%Y-%m-%d %H:%M} UTC",
        tables=tuple(sorted(described, key=lambda table: (_place(table.name), table.name))),
        metrics=tuple(
            Metric(metric["name"], metric["description"])
            for metric in sorted(manifest.get("metrics", {}).values(), key=lambda metric: str(metric["name"]))
        ),
    )


def _place(name: str) -> int:
    return next((place for place, prefix in enumerate(_ORDER) if name.startswith(prefix)), len(_ORDER))


def _table(connection: duckdb.DuckDBPyConnection, name: str, meaning: str, known: _Known) -> Table:
    columns = connection.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where not internal and table_name = ? order by column_index",
        [name],
    ).fetchall()
    rows = connection.execute(f'select * from "{name}" limit {_ROWS_LOOKED_AT}').fetchall()
    return Table(
        name=name,
        meaning=" ".join(meaning.split()),
        row_count=connection.execute(f'select count(*) from "{name}"').fetchall()[0][0],
        key=known.key,
        columns=tuple(
            Column(
                name=column,
                data_type=data_type.lower(),
                is_nullable=is_nullable,
                meaning=" ".join((comment or "").split()),
                values=known.values.get(column, ()),
                refers_to=known.refers_to.get(column, ""),
                in_letter=known.in_letter.get(column, ""),
                example=_example([row[place] for row in rows]) or _example(_elsewhere(connection, name, column)),
            )
            for place, (column, data_type, is_nullable, comment) in enumerate(columns)
        ),
    )


def _elsewhere(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[Any]:
    """One value of a column that is empty in the rows looked at, if it has any."""
    return [
        value
        for (value,) in connection.execute(
            f'select "{column}" from "{table}" where "{column}" is not null limit 1'
        ).fetchall()
    ]


def _example(values: Iterable[Any]) -> str:
    texts = [_as_text(value) for value in values if value is not None]
    text = next((text for text in texts if text and text not in _NO_EXAMPLE), "")
    return text if len(text) <= EXAMPLE_LENGTH else text[: EXAMPLE_LENGTH - 1] + "…"


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else " ".join(str(value).split())


def _known(manifest: Mapping[str, Any]) -> dict[str, _Known]:
    known: dict[str, _Known] = defaultdict(_Known)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            for name, column in node["columns"].items():
                if place := {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}.get("in_letter"):
                    known[node["name"]].in_letter[name] = place
        elif node["resource_type"] == "test" and node.get("test_metadata") and node.get("attached_node"):
            model = str(node["attached_node"]).rsplit(".", 1)[-1]
            _add_test(known[model], node["test_metadata"]["name"], node["column_name"], node["test_metadata"]["kwargs"])
    return known


def _add_test(known: _Known, test: str, column: str | None, arguments: Mapping[str, Any]) -> None:
    if test == "accepted_values" and column:
        known.values[column] = tuple(arguments["values"])
    elif test == "relationships" and column:
        table = arguments["to"].split("'")[1]
        known.refers_to[column] = f"{table}.{arguments['field']}"
    elif test == "unique" and column:
        known.key = known.key or (column,)
    elif test == "unique_combination":
        known.key = tuple(arguments["columns"])
    elif test == "report_rows":
        known.key = tuple(arguments["grain"])
        known.values |= {name: tuple(values) for name, values in arguments.get("one_of", {}).items()}
