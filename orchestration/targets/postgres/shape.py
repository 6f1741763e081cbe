"""How the tables of a schema come to have the columns, keys, indexes and comments that the publication has.

Only what differs is changed: on an ordinary night nothing does, and no statement in here is run. Tables are never
dropped and made again, as views that people built on them, and rights that were granted on them, would go with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orchestration.build import quoted
from orchestration.targets.postgres.session import Session
from orchestration.targets.tables import Table
from orchestration.targets.target import TargetError

TYPES = {
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
}
"""PostgreSQL's types by DuckDB's."""
LISTS_TABLES = "publication"
_LIST_BEGINS = "; tables of this publication: "


@dataclass(slots=True)
class Found:
    """What the schema holds. Columns by table and name: type and whether they are NOT NULL; constraints and comments
    by table and name, the table's own comment under ''."""

    kinds: dict[str, str] = field(default_factory=dict)
    columns: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=lambda: defaultdict(dict))
    constraints: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    indexes: set[str] = field(default_factory=set)
    comments: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def listed(self) -> list[str]:
        """The tables of the publication that was copied last."""
        _, _, names = self.comments[LISTS_TABLES].get("", "").partition(_LIST_BEGINS)
        return [name for name in names.split(", ") if name in self.kinds]


def look(session: Session, schema: str) -> Found:
    """What the schema holds now. Names of other schemas are written out: the search path is to be `pg_catalog`."""
    found = Found()
    of_schema = f"relnamespace = (select oid from pg_namespace where nspname = {quoted(schema)})"
    for name, kind, comment in session.rows(
        "select relname::text, relkind::text, coalesce(obj_description(oid, 'pg_class'), '') from pg_class"
        f" where relkind in ('r', 'p', 'v', 'm', 'f') and {of_schema}"
    ):
        found.kinds[name], found.comments[name][""] = kind, comment
    for table, name, data_type, is_not_null, comment in session.rows(
        "select relname::text, attname::text, format_type(atttypid, atttypmod), attnotnull,"
        " coalesce(col_description(pg_class.oid, attnum), '')"
        " from pg_class inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped"
        f" where relkind = 'r' and {of_schema}"
    ):
        found.columns[table][name] = (data_type, is_not_null)
        found.comments[table][name] = comment
    for table, name, definition in session.rows(
        "select relname::text, conname::text, pg_get_constraintdef(pg_constraint.oid)"
        " from pg_constraint inner join pg_class on conrelid = pg_class.oid"
        f" where contype in ('p', 'f') and {of_schema}"
    ):
        found.constraints[table][name] = definition
    found.indexes = {
        name for (name,) in session.rows(f"select relname::text from pg_class where relkind = 'i' and {of_schema}")
    }
    return found


def alterations(schema: str, tables: Sequence[Table], found: Found) -> Iterator[str]:
    """Statements that give tables which are there already today's columns. They keep readers waiting until the end of
    the transaction, so none is yielded where the models are those of the last publication."""
    for table in tables:
        if found.kinds.get(table.name, "r") != "r":
            raise TargetError(f"{schema}.{table.name} is there already and no table of ours: name another schema")
    changed = list(_changed_columns(schema, tables, found))
    gone = [name for name in found.listed() if name not in {table.name for table in tables}]
    ours = {table.name for table in tables} | set(gone)
    for name in sorted(ours & found.constraints.keys()):
        wanted = dict(_constraints(schema, next((table for table in tables if table.name == name), None)))
        for constraint, definition in found.constraints[name].items():
            is_ours = constraint.startswith(f"{name}_") and constraint.endswith(("_pkey", "_fkey"))
            is_other = (bool(changed or gone) and constraint.endswith("_fkey")) or wanted.get(constraint) != definition
            if is_ours and is_other:
                # Foreign keys first: they hold the primary keys that they refer to.
                changed.insert(
                    0 if constraint.endswith("_fkey") else len(changed),
                    f"alter table {schema}.{name} drop constraint {constraint}",
                )
    yield from changed
    yield from (f"drop table {schema}.{name}" for name in gone)


def _changed_columns(schema: str, tables: Sequence[Table], found: Found) -> Iterator[str]:
    for table in tables:
        if table.name not in found.kinds:
            continue
        before = found.columns[table.name]
        wanted = {column.name: pg_type(table, column.data_type) for column in table.columns}
        for name, (data_type, is_not_null) in before.items():
            if wanted.get(name) != data_type:
                yield f"alter table {schema}.{table.name} drop column {name}"
            elif is_not_null and name in _nullable(table):
                yield f"alter table {schema}.{table.name} alter column {name} drop not null"
        for name, data_type in wanted.items():
            if before.get(name, ("", False))[0] != data_type:
                yield f"alter table {schema}.{table.name} add column {name} {data_type}"


def creations(schema: str, tables: Sequence[Table], found: Found) -> Iterator[str]:
    """Statements that make the tables that are not there yet."""
    for table in tables:
        if table.name not in found.kinds:
            yield f"create table {schema}.{table.name} ({columns_with_types(table)})"


def completions(schema: str, tables: Sequence[Table], found: Found) -> Iterator[str]:
    """Statements that add what filled tables lack: NOT NULL, keys, indexes for joins, comments."""
    for table in tables:
        name = f"{schema}.{table.name}"
        for column in table.columns:
            is_not_null = found.columns[table.name][column.name][1]
            if not is_not_null and column.name not in _nullable(table):
                yield f"alter table {name} alter column {column.name} set not null"
        for constraint, definition in _constraints(schema, table):
            if constraint not in found.constraints[table.name]:
                yield f"alter table {name} add constraint {constraint} {definition}"
        for reference in table.references:
            index = f"{table.name}_{reference.column}_idx"
            if (reference.column,) != table.key[:1] and index not in found.indexes:
                yield f"create index {index} on {name} ({reference.column})"
        words = table.comment
        if table.name == LISTS_TABLES:
            words += _LIST_BEGINS + ", ".join(sorted(each.name for each in tables))
        if found.comments[table.name].get("", "") != words:
            yield f"comment on table {name} is {quoted(words)}"
        for column in table.columns:
            if found.comments[table.name].get(column.name, "") != column.comment:
                yield f"comment on column {name}.{column.name} is {quoted(column.comment)}"


def columns_with_types(table: Table) -> str:
    return ", ".join(f"{column.name} {pg_type(table, column.data_type)}" for column in table.columns)


def pg_type(table: Table, data_type: str) -> str:
    if data_type not in TYPES:
        raise TargetError(f"table {table.name} has a column of type {data_type}, for which PostgreSQL's is not known")
    return TYPES[data_type]


def _nullable(table: Table) -> set[str]:
    return {column.name for column in table.columns if column.is_nullable and column.name not in table.key}


def _constraints(schema: str, table: Table | None) -> Iterator[tuple[str, str]]:
    """Names and definitions, as PostgreSQL prints them."""
    if table is None:
        return
    if table.key:
        yield f"{table.name}_pkey", f"PRIMARY KEY ({', '.join(table.key)})"
    for reference in table.references:
        yield (
            f"{table.name}_{reference.column}_fkey",
            f"FOREIGN KEY ({reference.column}) REFERENCES {schema}.{reference.table}({reference.table_column})",
        )
