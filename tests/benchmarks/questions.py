"""What readers wait for: the questions of `dbt_project/queries` on a published file, and the report page.

Run by the benchmark of whole refreshes on each archive; by itself: `python -m tests.benchmarks.questions FILE`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

import duckdb

from orchestration.publication import connect_read_only
from orchestration.report.page import to_page
from orchestration.report.reading import read_figures
from orchestration.settings import DBT_PROJECT

QUERIES = DBT_PROJECT / "queries"
ASKED = 40  # times, after two to warm up


class Answered(NamedTuple):
    """How quickly questions are answered, and what the report page takes."""

    milliseconds: dict[str, float]
    """95th percentile by question, warm."""
    page_seconds: float
    page_bytes: int

    @property
    def slowest(self) -> float:
        """Milliseconds."""
        return max(self.milliseconds.values())


def ask(published: Path) -> Answered:
    """Asks every question of a publication, and makes its page anew."""
    with connect_read_only(published) as connection:
        taken = {path.stem: _percentile(connection, path.read_text()) for path in sorted(QUERIES.glob("*.sql"))}
    started = time.perf_counter()
    page = to_page(read_figures(published))
    return Answered(taken, time.perf_counter() - started, len(page.encode()))


def _percentile(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    taken = []
    for _ in range(ASKED + 2):
        started = time.perf_counter()
        connection.execute(sql).fetchall()
        taken.append((time.perf_counter() - started) * 1000)
    return quantiles(taken[2:], n=20)[-1]


def main() -> int:
    answered = ask(Path(sys.argv[1]))
    for name, milliseconds in sorted(answered.milliseconds.items(), key=lambda one: -one[1]):
        print(f"{milliseconds:8.1f} ms  {name}")
    print(f"report page: {answered.page_seconds:.1f} s, {answered.page_bytes / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
