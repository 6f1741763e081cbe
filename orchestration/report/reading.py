"""Reads the figures out of a published file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.publication import connect_read_only
from orchestration.report.figures import Figures, Row
from orchestration.report.queries import CHECKS, COMPLETENESS, DATASETS, TOTALS


def read_figures(published: Path) -> Figures:
    """Of a file that is whole and closed. Raises duckdb.Error where it has no report tables."""
    with connect_read_only(published) as connection:
        (told,) = _rows(connection, "select refresh_id, published_at from publication")
        return Figures(
            refresh_id=told["refresh_id"],
            published_at=told["published_at"],
            totals={row["period"]: row for row in _rows(connection, TOTALS)},
            datasets={name: _rows(connection, sql) for name, sql in DATASETS.items()},
            completeness=_rows(connection, COMPLETENESS),
            checks=_rows(connection, CHECKS),
        )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
