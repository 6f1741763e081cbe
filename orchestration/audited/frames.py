"""Suites and the SQL whose rows they check: how frames come out of the build, and how failing rows get their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pandas as pd

from expectations.result import ROWS_NAMED, CheckResult
from expectations.suite import ROW_ID, Suite
from orchestration import lake
from orchestration.build import open_build, quoted
from orchestration.home import Home
from orchestration.lost import attach_published

MEMORY_LIMIT = "768MB"
"""What DuckDB may take; what needs more goes through a file beside the build."""
_ROWS_A_PIECE = 256  # vectors of 2,048 rows
NEW_LETTER_ROWS = """
    select rowid as row_id from intermediate.int_letter_versions
    where is_current and (
        changed_part > (select coalesce(max(part_number), 0) from state.publication)
        or letter_id in (
            select letter_id from staging.stg_overrides
            where override_number > (select coalesce(max(override_number), 0) from state.publication)
        )
    )
"""
"""Rows of letters that the last publication does not hold as current, or of which something was said by hand since, and
so what hangs on them; all, where the build was made anew."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A suite over rows: what is checked, with a `row_id`, and the rows' names, which are too long to read for all."""

    suite: Suite
    checked: str
    named: str  # with the same row_id
    beside: Mapping[str, str] = field(default_factory=dict)  # by a promise's column: rows to name beside, by row_id

    def with_names(self, connection: duckdb.DuckDBPyConnection, check: CheckResult) -> CheckResult:
        """A check whose unexpected rows are named by letter, and item, in place of their row_id."""
        ids = [int(row[ROW_ID]) for row in check.unexpected_rows if ROW_ID in row]
        if not ids:
            return check
        named = connection.execute(f"select * from ({self.named}) where row_id in ({', '.join(map(str, ids))})")
        columns = [column[0] for column in named.description or ()]
        names = {row[columns.index(ROW_ID)]: dict(zip(columns, row, strict=True)) for row in named.fetchall()}
        rows = [{**names.get(row[ROW_ID], {}), **row} for row in check.unexpected_rows]
        if query := self.beside.get(check.column_name):
            found = connection.execute(f"select * from ({query}) where row_id in ({', '.join(map(str, ids))})")
            columns = [column[0] for column in found.description or ()]
            others = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
            rows = [one for row in rows for one in (row, *(o for o in others if o[ROW_ID] == row[ROW_ID]))][:ROWS_NAMED]
        return replace(check, unexpected_rows=tuple({k: v for k, v in row.items() if k != ROW_ID} for row in rows))


@dataclass(frozen=True, slots=True)
class Counted:
    """A suite over one row of counts: each count's query names what it counts, with its letter; totals beside them."""

    suite: Suite
    breaking: Mapping[str, str]
    totals: Mapping[str, str]
    none_where: Mapping[str, str] = field(default_factory=dict)  # quicker than the count: where it holds, that is 0

    def frame(self, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
        """The one row of counts."""
        none = self._none(connection)
        columns = [f"({query}) as {name}" for name, query in self.totals.items()]
        for name, query in self.breaking.items():
            columns.append(f"{'0::bigint' if name in none else f'(select count(*) from ({query}))'} as {name}")
        return connection.execute(f"select {', '.join(columns)}").df()

    def _none(self, connection: duckdb.DuckDBPyConnection) -> set[str]:
        """Counts that are known to be 0, each condition looked at once."""
        conditions = list(dict.fromkeys(self.none_where.values()))
        holds = connection.execute(f"select [{', '.join(conditions)}]").fetchall()[0][0] if conditions else []
        held = {condition for condition, is_held in zip(conditions, holds, strict=True) if is_held}
        return {name for name, condition in self.none_where.items() if condition in held}

    def with_names(self, connection: duckdb.DuckDBPyConnection, check: CheckResult) -> CheckResult:
        """A check with the first rows that its count is of, where it counted any."""
        query = self.breaking.get(check.column_name)
        if query is None or not check.rows_unexpected:
            return check
        rows = first_rows(connection, f"select * from ({query}) order by all")
        return replace(check, unexpected_rows=rows)


def are_alike(columns: str, one: str, other: str) -> str:
    """A condition: two queries give the same values of these columns, each as often, in whatever order.

    By how many there are and the sum of their hashes, of 64 bits: keys of a million rows are not joined, which takes
    many times as long. Columns need the same types on both sides.
    """
    sums = [f"(select (count(*), sum(hash({columns}))) from ({query}))" for query in (one, other)]
    return " is not distinct from ".join(sums)


def made_once(name: str, query: str) -> str:
    """A statement to stand before those that read the table `name`: whichever comes first makes it, for the audit."""
    return f"create temp table if not exists {name} as {query};\n"


def first_rows(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[dict[str, Any], ...]:
    """The first rows of a query, enough to find a fault by."""
    found = connection.execute(f"{query} limit {ROWS_NAMED}")
    columns = [column[0] for column in found.description or ()]
    return tuple(dict(zip(columns, row, strict=True)) for row in found.fetchall())


@contextmanager
def open_audited(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, for reading, with what the queries need: the view `new_letters`, the files with their texts, what was
    received, and what the last publication told of it where this build was made anew: one that goes on from it holds
    that already."""
    with open_build(home) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        # By row once, as to look through all letters for each check costs more than the check.
        connection.execute(f"create temp table new_letter_rows as {NEW_LETTER_ROWS}")
        connection.execute(
            "create temp view new_letters as select rowid as row_id, * from intermediate.int_letter_versions"
            " where rowid in (select row_id from new_letter_rows)"
        )
        parts = connection.execute("select distinct part_number from new_letters order by 1").fetchall()
        # A part that got lost is no file to read; its letters lack their text then, and are named for it. Part 0 is
        # empty, and always there.
        paths = lake.parts_holding(home.letters, (number for (number,) in parts))
        connection.execute("set variable new_texts = ?", [[str(home.letters / lake.part_name(0)), *map(str, paths)]])
        connection.execute("create temp view received_letters as from staging.stg_received_files")
        files = quoted(home.files / "*.parquet")
        connection.execute(f"create temp view received_files as from read_parquet({files})")
        goes_on = connection.execute("select 1 from state.publication where part_number > 0").fetchone()
        attach_published(connection, None if goes_on else home.published)
        yield connection


def pieces(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pd.DataFrame]:
    """The rows of a query, piece by piece; one piece without rows where there are none.

    In NumPy's types, as Great Expectations hangs on Arrow's.
    """
    result = connection.execute(query)
    frame = result.fetch_df_chunk(_ROWS_A_PIECE)
    while True:
        yield frame
        frame = result.fetch_df_chunk(_ROWS_A_PIECE)
        if not len(frame):
            return
