"""`imr query`: one statement on the published file."""

from __future__ import annotations

import csv
import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, Literal

import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.cli.terminal import Problem, err, home_of, out, published

ROWS_SHOWN = 200
_BATCH = 10_000


def run_query(sql: str, form: Literal["table", "csv", "json"], home_path: Path | None) -> int:
    """Prints the rows that `sql` gives. A table is cut after 200 rows and says so; CSV and JSON are whole."""
    with published(home_of(home_path)) as connection:
        try:
            cursor = connection.execute(sql)
            columns = [str(column[0]) for column in cursor.description or ()]
            if form == "csv":
                _print_csv(cursor, columns)
            elif form == "json":
                _print_json(cursor, columns)
            else:
                _print_table(cursor, columns)
        except duckdb.Error as error:
            raise Problem(str(error)) from None
    return 0


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
                separator + json.dumps(dict(zip(columns, row, strict=True)), default=_plain, ensure_ascii=False)
            )
            separator = ",\n"
    sys.stdout.write("[]\n" if separator == "[\n" else "\n]\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime | dt.time) else str(value)


def _print_table(cursor: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    rows = cursor.fetchmany(ROWS_SHOWN + 1)
    table = Table(header_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        numeric = any(isinstance(row[index], int | float) and not isinstance(row[index], bool) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows[:ROWS_SHOWN]:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    out.print(table)
    if len(rows) > ROWS_SHOWN:
        err.print(f"The first {ROWS_SHOWN} rows; --csv or --json print all.")
