"""Dagster's event log in SQLite, quick enough for a job of two hundred checks, and no larger after years of nights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.dagster_run import FINISHED_STATUSES
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

_ENGINES = 8
"""How many runs' files at a time: a refresh writes one and the index; the page reads a few."""


RUNS_KEPT = 200
"""Runs whose events Dagster's page shows. One takes some two megabytes; what refreshes found is in the warehouse."""
_DELETED_AT_ONCE = 20


def forget_old_runs(instance: dg.DagsterInstance, kept: int = RUNS_KEPT) -> None:
    """Deletes the runs behind the latest that have ended, some at a time: a night adds one."""
    ended = instance.get_run_ids(dg.RunsFilter(statuses=list(FINISHED_STATUSES)))
    for run_id in ended[kept:][-_DELETED_AT_ONCE:]:
        instance.delete_run(run_id)


@lru_cache(maxsize=_ENGINES)
def _engine(address: str) -> Engine:
    engine = create_engine(address, pool_size=1, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _relax)
    return engine


def _relax(connection: Any, _record: Any) -> None:
    """In Dagster's mode of writing (WAL) a file stays whole without a wait for the disk at each event."""
    connection.execute("pragma synchronous = normal")


class QuickSqliteEventLog(SqliteEventLogStorage):
    """Dagster's own log, files and tables, with engines that are kept.

    Dagster makes an engine for each event and statement, and SQLAlchemy compiles each statement anew for it: 17 ms an
    event, of which a refresh has some six hundred. Kept ones need a third of that.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> QuickSqliteEventLog:
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Dagster asks it of each check. A table that was there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def delete_events(self, run_id: str) -> None:
        """Deletes what a run told: as Dagster does, and also its results of checks, and its file."""
        super().delete_events(run_id)
        with self.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id))
        for ending in ("", "-wal", "-shm"):
            Path(self.path_for_shard(run_id) + ending).unlink(missing_ok=True)
        self._initialized_dbs.discard(run_id)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection
