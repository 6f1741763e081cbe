"""dbt tests that failed: the first rows that each of them found in the build, and the letters that those are of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.build import open_build
from orchestration.home import Home

_ROWS = 3
_COLUMNS = 6  # tests of whole tables give all of their columns
_CHARACTERS = 60
# A row holds the key of a letter, an item or a citation in a column of any name: dbt's `unique` says `unique_field`.
_LETTERS = """
    select distinct letters.letter_id, letters.source_uri, items.item_number
    from dim_determinations as letters
    join fct_decisions as items using (determination_key)
    left join fct_guideline_citations as citations using (decision_key)
    where list_has_any(
        [letters.letter_id, letters.determination_key, items.decision_key, citations.citation_key], $values
    )
    order by all
"""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A dbt test that found rows which must not be."""

    table: str
    name: str
    row_count: int
    rows: tuple[Mapping[str, Any], ...] = ()
    """The first of them, as the SQL of the test gives them. None where it cannot be asked again."""
    letters: tuple[Mapping[str, Any], ...] = ()
    """`letter_id`, `source_uri` and `item_number` of what these rows are about, where they are about letters."""

    def __str__(self) -> str:
        rows = f"{self.row_count:,} row{'' if self.row_count == 1 else 's'}"
        such_as = f", {'' if self.row_count == 1 else 'such as '}{_in_words(self.rows[0])}" if self.rows else ""
        return f"{self.table} {self.name} ({rows}{such_as})"


def with_rows(home: Home, tests: Mapping[str, FailedTest], results: Iterable[Mapping[str, Any]]) -> list[FailedTest]:
    """The tests, by their ids of dbt, with the first rows that they find. `results`: those of dbt's `run_results.json`.

    What cannot be found, as when the build cannot be opened, is left out: that they failed is told in any case.
    """
    sql = {result["unique_id"]: result.get("compiled_code") for result in results}
    try:
        with open_build(home) as build:
            return [_with_rows(build, test, sql.get(unique_id)) for unique_id, test in tests.items()]
    except duckdb.Error:
        return list(tests.values())


def _with_rows(build: duckdb.DuckDBPyConnection, test: FailedTest, sql: str | None) -> FailedTest:
    rows = _rows(build, f"select * from ({sql}\n) limit {_ROWS}") if sql else []
    values = [value for row in rows for value in row.values() if isinstance(value, str)]
    letters = _rows(build, _LETTERS, values=values) if values else []
    return FailedTest(test.table, test.name, test.row_count, tuple(rows), tuple(letters))


def _rows(build: duckdb.DuckDBPyConnection, sql: str, **parameters: object) -> list[dict[str, Any]]:
    try:
        found = build.execute(sql, parameters)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error:  # a table that dbt did not come to
        return []


def _in_words(row: Mapping[str, Any]) -> str:
    """A row as `alias = zyvox, n_records = 2`."""
    words = [f"{name} {'is missing' if value is None else f'= {_cut(str(value))}'}" for name, value in row.items()]
    return ", ".join(itertools.chain(words[:_COLUMNS], ["..."] if len(words) > _COLUMNS else []))


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else text[:_CHARACTERS].rstrip() + "..."
