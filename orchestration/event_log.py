"""Dagster's event log in SQLite, quick enough for a job of two hundred checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event

_ENGINES = 8
"""How many runs' files at a time: a refresh writes one and the index; the page reads a few."""


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

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection
