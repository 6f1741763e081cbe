"""The vocabulary as its seeds stand on disk, and what it makes of texts: the models' own SQL, without a build."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt import compiled_analysis
from orchestration.home import Home
from orchestration.seeds import SEEDS, SeedError, check_seeds

_ANALYSIS = "vocabulary_test"
_TYPES = {"is_opioid": "boolean", "precedence": "integer"}  # every other column is text


class Vocabulary:
    """Classifies service texts by the seeds in a folder, edited or not, as the next refresh would."""

    def __init__(self, home: Home, seeds: Path = SEEDS, threads: int | None = None) -> None:
        """Raises SeedError for a seed that cannot be read, DbtError where dbt cannot compile the project."""
        check_seeds(seeds)
        self._sql = compiled_analysis(home, _ANALYSIS)
        self._connection = duckdb.connect()
        if threads:
            self._connection.execute(f"set threads = {threads}")
        self._connection.execute("attach ':memory:' as imr")
        self._connection.execute("use imr")
        self._connection.execute("create schema vocabulary")
        self._connection.execute("create schema scratch")
        for path in sorted((seeds / "services").glob("*.csv")):
            self._load(path)

    def _load(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            columns = {name: _TYPES.get(name, "varchar") for name in next(csv.reader(handle))}
        try:
            self._connection.execute(
                f"create table vocabulary.{path.stem} as"
                " select * from read_csv(?, header = true, columns = ?, auto_detect = false, quote = '\"',"
                " escape = '\"')",
                [str(path), columns],
            )
        except duckdb.Error as error:  # a value of another type
            told = " ".join(line.strip() for line in str(error).splitlines()[:3])
            raise SeedError(f"{path} cannot be read: {told}") from None

    def add(self, seed: str, row: dict[str, Any]) -> None:
        """Adds a row to a seed, here and not on disk."""
        names = ", ".join(row)
        places = ", ".join("?" for _ in row)
        self._connection.execute(f"insert into vocabulary.{seed} ({names}) values ({places})", list(row.values()))

    def remember(self, texts: Iterable[str]) -> None:
        """Takes texts as classified before, as the model holds those of earlier refreshes."""
        self._connection.execute("create or replace table scratch.known (service_text varchar)")
        self._connection.execute("insert into scratch.known select unnest(?::varchar[])", [list(texts)])

    def new_among(self, texts: Iterable[str]) -> list[str]:
        """The texts that were not classified before, each once: what a refresh has to classify."""
        rows = self._connection.execute(
            "select distinct service_text from (select unnest(?::varchar[]) as service_text)"
            " where service_text not in (select service_text from scratch.known)",
            [list(texts)],
        ).fetchall()
        return [text for (text,) in rows]

    def count_classified(self, texts: Iterable[str]) -> int:
        """Classifies texts into a table, as the model does, and tells how many there are."""
        self._land(texts)
        self._connection.execute(f"create or replace table scratch.classes as {self._sql}")
        return int(self._connection.execute("select count(*) from scratch.classes").fetchall()[0][0])

    def classify(self, texts: Iterable[str]) -> list[dict[str, Any]]:
        """One row for each text: its class, the words it was cut into, and the vocabulary's rows found in it."""
        wanted = list(texts)
        self._land(wanted)
        cursor = self._connection.execute(self._sql)
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        found = {row["service_text"]: row for row in rows}
        return [found[text] for text in wanted]

    def _land(self, texts: Iterable[str]) -> None:
        self._connection.execute("create or replace table scratch.texts (service_text varchar)")
        self._connection.execute("insert into scratch.texts select distinct unnest(?::varchar[])", [list(texts)])
