"""Takes a publication into the tables of a schema: what differs is updated, what is new inserted, what is gone deleted,
in one transaction.

Why so, and not by tables or schemas that are loaded aside and renamed: a view is bound to the table it was made on, not
to its name. After a rename the views that people built read yesterday's table, or go when it is dropped. Views of ours
in front of renamed tables would keep theirs, but tools that read primary and foreign keys to find joins see none on a
view, and replacing a view must lock out its readers, each night. Deleting and inserting all rows would keep everything,
but doubles the tables. Merging keeps views, rights, keys and statistics; readers see the old or the new publication by
the database's own snapshots and never wait; and what is written follows what is new.

New rows arrive in temporary tables, which vanish with the connection, whatever becomes of the refresh. Only where the
models changed (`alterations`) do readers wait, until the transaction ends.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import duckdb

from orchestration.targets.postgres import shape
from orchestration.targets.postgres.session import PostgresError, Session
from orchestration.targets.tables import Table
from orchestration.targets.target import TargetError

BATCH_ROWS = 20_000
TRIES = 6
WAIT = 1.0
"""Seconds before the second try of the swap; each further one waits twice as long, half a minute in all."""
LOCK_TIMEOUT = "3s"
"""How long a statement of the swap waits for a lock before all of it is given back and tried again."""
# Of all locks on altered tables together. While some are held and others waited for, a reader may wait for one that is
# held; this is shorter than the second after which the server takes that for a deadlock and ends the reader's query.
_ALL_LOCKS_TIMEOUT = "700ms"
_PASSES = {"55P03": "locked", "40P01": "locked", "40001": "changed", "57014": "locked"}
"""What another try may help against: lock not available, deadlock, serialization failure, a statement timed out."""


def stage(session: Session, connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> dict[str, int]:
    """Loads the tables of a publication (attached as `published`) into temporary ones. Returns rows by table."""
    counts = {}
    for table in tables:
        session.execute(f"create temporary table {table.name} ({shape.columns_with_types(table)})")
        # PostgreSQL's text cannot hold the sign of number zero.
        columns = (
            f"replace({column.name}, chr(0), '') as {column.name}" if column.data_type == "VARCHAR" else column.name
            for column in table.columns
        )
        rows = connection.sql(f"select {', '.join(columns)} from published.{table.name}")
        session.load(table.name, rows.to_arrow_reader(BATCH_ROWS))
        session.execute(f"analyze pg_temp.{table.name}")
        [(counts[table.name],)] = session.rows(f"select count(*) from pg_temp.{table.name}")
        session.commit()
    return counts


def swap(
    session: Session, schema: str, tables: Sequence[Table], counts: Mapping[str, int], readers: str | None
) -> None:
    """Makes the staged rows what readers see, tried again where locks of others stand in the way."""
    for number in range(1, TRIES + 1):
        try:
            _swap(session, schema, tables, counts, readers)
            session.commit()
            return
        except TargetError as error:
            session.rollback()
            reason = _PASSES.get(error.sqlstate) if isinstance(error, PostgresError) else None
            if reason is None:
                raise
            if number == TRIES:
                raise TargetError(
                    f"tables of schema {schema} were {reason} by other sessions at each of {TRIES} tries: {error}"
                ) from None
        time.sleep(WAIT * 2 ** (number - 1))


def _swap(
    session: Session, schema: str, tables: Sequence[Table], counts: Mapping[str, int], readers: str | None
) -> None:
    session.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
    session.execute("set local work_mem = '64MB'")
    if not session.rows("select 1 from pg_namespace where nspname = $1", [schema]):
        session.execute(f"create schema {schema}")
    found = shape.look(session, schema)
    _alter(session, list(shape.alterations(schema, tables, found)))
    for statement in shape.creations(schema, tables, found):
        session.execute(statement)
    for table in tables:  # referenced tables come first
        _take_in(session, schema, table)
    for table in reversed(tables):
        _take_out(session, schema, table)
    for statement in shape.completions(schema, tables, shape.look(session, schema)):
        session.execute(statement)
    for table in tables:
        [(held,)] = session.rows(f"select count(*) from {schema}.{table.name}")
        if held != counts[table.name]:
            raise TargetError(f"{schema}.{table.name} would have {held} rows; the publication has {counts[table.name]}")
    if readers:
        _grant(session, schema, tables, readers)


def _alter(session: Session, statements: Sequence[str]) -> None:
    if not statements:
        return
    altered = sorted({statement.split()[2] for statement in statements})
    session.execute(f"set local statement_timeout = '{_ALL_LOCKS_TIMEOUT}'")
    session.execute(f"lock table {', '.join(altered)} in access exclusive mode")
    session.execute("set local statement_timeout = 0")
    for statement in statements:
        try:
            session.execute(statement)
        except PostgresError as error:
            if error.sqlstate != "2BP01":
                raise
            words = str(error).partition(" HINT:")[0]  # it would be to drop the views without a look at them
            raise TargetError(
                f"the models changed, and views of yours need what is gone: {words}. Change or drop them; the next"
                " refresh tries again"
            ) from None


def _take_in(session: Session, schema: str, table: Table) -> None:
    """Updates rows that differ and inserts those that are new."""
    names = [column.name for column in table.columns]
    values = [name for name in names if name not in table.key]
    same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
    if table.key and values:
        before, after = (", ".join(f"{side}.{name}" for name in values) for side in ("old", "new"))
        session.execute(
            f"update {schema}.{table.name} as old set {', '.join(f'{name} = new.{name}' for name in values)}"
            f" from pg_temp.{table.name} as new where {same} and row({before}) is distinct from row({after})"
        )
    elif not table.key:
        session.execute(f"delete from {schema}.{table.name}")
    is_new = f" where not exists (select from {schema}.{table.name} as old where {same})" if table.key else ""
    session.execute(
        f"insert into {schema}.{table.name} ({', '.join(names)})"
        f" select {', '.join(names)} from pg_temp.{table.name} as new{is_new}"
    )


def _take_out(session: Session, schema: str, table: Table) -> None:
    """Deletes rows that are gone."""
    if table.key:
        same = " and ".join(f"old.{name} = new.{name}" for name in table.key)
        session.execute(
            f"delete from {schema}.{table.name} as old"
            f" where not exists (select from pg_temp.{table.name} as new where {same})"
        )


def _grant(session: Session, schema: str, tables: Sequence[Table], readers: str) -> None:
    """Lets a role read what it may not read yet."""
    if not session.rows("select 1 from pg_roles where rolname = $1", [readers]):
        raise TargetError(f"there is no role {readers}, which IMR_PUBLISH_POSTGRES_READERS names: create it first")
    role = '"' + readers.replace('"', '""') + '"'
    if session.rows("select 1 where not has_schema_privilege($1::name, $2, 'usage')", [readers, schema]):
        session.execute(f"grant usage on schema {schema} to {role}")
    for table in tables:
        name = f"{schema}.{table.name}"
        if session.rows("select 1 where not has_table_privilege($1::name, $2, 'select')", [readers, name]):
            session.execute(f"grant select on {name} to {role}")
