"""`imr query`: one statement on the published file."""

from __future__ import annotations

import csv
import datetime as dt
import json
import math
import sys
from pathlib import Path
from typing import Any, Literal

import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.build import is_damaged
from orchestration.cli.terminal import Problem, err, home_of, out, printable, published

ROWS_SHOWN = 200
_BATCH = 10_000


def run_query(sql: str, form: Literal["table", "csv", "json"], home_path: str | None) -> int:
    """Prints the rows that `sql`, a statement or the path of a file of one, gives. A table is cut after 200 rows and
    says so; CSV and JSON are whole."""
    if sql.endswith(".sql"):  # no statement ends so
        sql = _statement_in(Path(sql))
    with published(home_of(home_path)) as connection:
        try:
            if len(duckdb.extract_statements(sql)) != 1:
                raise Problem("A query is one SQL statement.")
            cursor = connection.execute(sql)
            columns = _distinct([str(column[0]) for column in cursor.description or ()])
            if form == "csv":
                _print_csv(cursor, columns)
            elif form == "json":
                _print_json(cursor, columns)
            else:
                _print_table(cursor, columns)
        except duckdb.Error as error:
            if is_damaged(str(error)):
                raise
            raise Problem(str(error)) from None
    return 0


def _statement_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Problem(f"{path} is no text in UTF-8.") from None


def _print_csv(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    while rows := cursor.fetchmany(_BATCH):
        writer.writerows(rows)


def _print_json(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    separator = "[\n"
    while rows := cursor.fetchmany(_BATCH):
        for row in rows:
            sys.stdout.write(
                separator
                + json.dumps(dict(zip(columns, map(_finite, row), strict=True)), default=_plain, ensure_ascii=False)
            )
            separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _distinct(names: list[str]) -> list[str]:
    """Names of columns, each once: 'a, a' become 'a, a_1', as in DuckDB's own results."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        distinct.append(f"{name}_{seen[name]}" if name in seen else name)
        seen[name] = seen.get(name, 0) + 1
    return distinct


def _finite(value: Any) -> Any:
    """JSON knows no NaN and no infinity."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime | dt.time) else str(value)


def _print_table(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    rows = cursor.fetchmany(ROWS_SHOWN + 1)
    table = Table(header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        numeric = any(isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in rows)
        table.add_column(Text(printable(column)), justify="right" if numeric else "left", overflow="fold")
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*(Text("" if value is None else printable(value, lines=True)) for value in row))
    out.print(table)
    if len(rows) > ROWS_SHOWN:
        err.print(f"The first {ROWS_SHOWN} rows; --csv or --json print all.")
