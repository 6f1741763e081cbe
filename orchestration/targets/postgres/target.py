"""PostgreSQL as a target: connect, load aside, swap. How readers are kept whole is told in `merge.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from pydantic import SecretStr

from orchestration.build import quoted
from orchestration.targets.postgres import merge
from orchestration.targets.postgres.session import PostgresError, Session, connected, shown
from orchestration.targets.tables import Table
from orchestration.targets.target import TargetError

_MEMORY_LIMIT = "512MB"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A schema of a PostgreSQL database. `url` may hold a password, and is shown without it."""

    url: SecretStr
    schema: str = "imr"
    readers: str | None = None
    name: str = "postgres"

    @property
    def place(self) -> str:
        readers = f", readable by {self.readers}" if self.readers else ""
        return f"{shown(self.url)}, schema {self.schema}{readers}"

    def still_holds(self, refresh_id: str) -> bool:  # noqa: ARG002 (asked of every target)
        """True: a database is not asked each night whether somebody emptied it."""
        return True

    def publish(self, published: Path, tables: Sequence[Table], refresh_id: str) -> Mapping[str, int]:  # noqa: ARG002
        try:
            with connected(self.url) as session, duckdb.connect() as connection:
                connection.execute(f"attach {quoted(published)} as published (read_only)")
                connection.execute(f"set memory_limit = '{_MEMORY_LIMIT}'")
                self._prepare(session)
                counts = merge.stage(session, connection, tables)
                merge.swap(session, self.schema, tables, counts, self.readers)
                for table in tables:
                    session.execute(f"analyze {self.schema}.{table.name}")
                session.commit()
        except PostgresError as error:
            raise TargetError(f"{shown(self.url)}: {error}") from None
        return counts

    def _prepare(self, session: Session) -> None:
        [(encoding,)] = session.rows("select current_setting('server_encoding')")
        if encoding != "UTF8":
            raise TargetError(f"the database has encoding {encoding}; letters need one that was made with UTF8")
        # Names mean nothing but what is written out in full, whatever the role's own search path is.
        session.execute("set search_path = pg_catalog")
        # Limits that a role has for its queries are not meant for a copy of a million decisions.
        session.execute("set statement_timeout = 0")
        session.execute("set idle_in_transaction_session_timeout = 0")
        lock = f"imr-warehouse {self.schema}"
        [(is_ours,)] = session.rows("select pg_try_advisory_lock(hashtextextended($1, 0))", [lock])
        if not is_ours:
            raise TargetError(f"another refresh publishes to schema {self.schema} of this database now")
        session.commit()
