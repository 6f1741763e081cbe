"""Parquet files of every published table, in a folder that DuckDB, pandas, Polars, Spark, Power BI and others read.

    FOLDER/current                                 a link to the publication that counts, replaced in one rename
    FOLDER/20260301T060000Z-6866b1f5/              a publication, named by its refresh
        dim_services.parquet                       a small table: one file
        fct_decisions/decision_year=2015/*.parquet a large one: by the year of the decision, 0 where it is not known

A publication is written beside the one that counts and is never changed. The one before stays until the next swap, for
those who are reading it; older ones are deleted. Files of large tables carry the refresh in their names: who lists them
before a swap and opens them through `current` after it finds none of them, and never a mixture of two publications.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.build import quoted
from orchestration.home import UNFINISHED
from orchestration.targets.tables import Table
from orchestration.targets.target import TargetError

CURRENT = "current"
_GENERATION = re.compile(r"\d{8}T\d{6}Z-\w{8}")
_OURS = re.compile(rf"\.{_GENERATION.pattern}{re.escape(UNFINISHED)}")
_YEAR = "decision_year"
_BY_YEAR = {
    "fct_decisions": "select *, decision_date_key // 10000 as {year} from published.fct_decisions",
    "fct_guideline_citations": "select *, decided_date_key // 10000 as {year} from published.fct_guideline_citations",
    "decision_texts": "select texts.*, decision_date_key // 10000 as {year}"
    " from published.decision_texts as texts inner join published.fct_decisions using (decision_key)",
}
"""The tables that grow with every decision, with the year that their files are parted by."""
_MEMORY_LIMIT = "1GB"
# Rows that are held for each year and thread before they are written: long texts by the half million fill any memory.
_ROWS_HELD = 20_000
_ROW_GROUP = 20_000


@dataclass(frozen=True, slots=True)
class Parquet:
    """A folder of Parquet files."""

    folder: Path
    name: str = "parquet"

    @property
    def place(self) -> str:
        return str(self.folder)

    def still_holds(self, refresh_id: str) -> bool:
        return self._current() == refresh_id and (self.folder / refresh_id).is_dir()

    def publish(self, published: Path, tables: Sequence[Table], refresh_id: str) -> Mapping[str, int]:
        """Raises TargetError naming the folder."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._clear_leftovers()
            with self._opened(published) as connection:
                counts = {
                    table.name: connection.sql(f"select count(*) from published.{table.name}").fetchall()[0][0]
                    for table in tables
                }
                if not self.still_holds(refresh_id):
                    self._write(connection, tables, counts, refresh_id)
        except OSError as error:
            raise TargetError(f"{error.filename or self.folder} cannot be written: {error.strerror or error}") from None
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            raise TargetError(f"{self.folder} cannot be written: {told}") from None
        return counts

    def _write(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[Table], counts: Mapping[str, int], name: str
    ) -> None:
        unfinished = self.folder / f".{name}{UNFINISHED}"
        unfinished.mkdir()
        for table in tables:
            written = _copy(connection, table, unfinished, name)
            if written != counts[table.name]:
                raise TargetError(f"{written} of {counts[table.name]} rows of {table.name} reached {self.folder}")
        for path in unfinished.rglob("*"):
            _sync(path)
        shutil.rmtree(self.folder / name, ignore_errors=True)  # whole, but not the one that counts
        unfinished.rename(self.folder / name)
        before = self._current()
        link = self.folder / f".{CURRENT}{UNFINISHED}"
        link.symlink_to(name)
        link.replace(self.folder / CURRENT)
        _sync(self.folder)
        for older in self.folder.iterdir():
            if _GENERATION.fullmatch(older.name) and older.name not in (name, before):
                shutil.rmtree(older, ignore_errors=True)

    def _current(self) -> str | None:
        try:
            return str((self.folder / CURRENT).readlink())
        except OSError:
            return None

    def _clear_leftovers(self) -> None:
        """Takes away what a refresh left that was killed while it wrote."""
        for path in self.folder.iterdir():
            if _OURS.fullmatch(path.name):
                shutil.rmtree(path)
        (self.folder / f".{CURRENT}{UNFINISHED}").unlink(missing_ok=True)
        link = self.folder / CURRENT
        if link.exists() and not link.is_symlink():
            raise TargetError(f"{link} is none of ours: move it away, or name another folder in IMR_PUBLISH_PARQUET")

    @contextmanager
    def _opened(self, published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"attach {quoted(published)} as published (read_only)")
            connection.execute(f"set memory_limit = '{_MEMORY_LIMIT}'")
            connection.execute(f"set temp_directory = {quoted(published.parents[1] / 'build' / 'spill')}")
            connection.execute("set preserve_insertion_order = false")
            connection.execute(f"set partitioned_write_flush_threshold = {_ROWS_HELD}")
            yield connection


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path, generation: str) -> int:
    """Writes one table with its comments. Returns how many rows were written."""
    options = f"format parquet, compression zstd, row_group_size {_ROW_GROUP}, kv_metadata {_words(table)}"
    is_empty = not connection.sql(f"select 1 from published.{table.name} limit 1").fetchall()
    if table.name in _BY_YEAR and is_empty:
        # Without any partition there would be no file, and no column, to read.
        rows = f"from published.{table.name}"
        target = folder / table.name / f"{_YEAR}=0" / f"{generation}-0.parquet"
        target.parent.mkdir(parents=True)
    elif table.name in _BY_YEAR:
        rows = _BY_YEAR[table.name].format(year=_YEAR)
        target = folder / table.name
        options += f", partition_by ({_YEAR}), filename_pattern {quoted(generation + '-{i}')}"
    else:
        rows = f"from published.{table.name}"
        target = folder / f"{table.name}.parquet"
    return int(connection.execute(f"copy ({rows}) to {quoted(target)} ({options})").fetchall()[0][0])


def _words(table: Table) -> str:
    """What table and columns mean, as metadata of a file: `comment`, and `columns` as JSON."""
    columns = {column.name: column.comment for column in table.columns if column.comment}
    return f"{{comment: {quoted(table.comment)}, columns: {quoted(json.dumps(columns))}}}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
