"""Parquet files of a publication: layout, words, and the swap as readers see it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from orchestration.targets import parquet
from orchestration.targets.parquet import Parquet
from orchestration.targets.target import TargetError
from tests.published import DECISIONS, PUBLICATION, TABLES, publication, refresh_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "parquet"


def publish(folder: Path, path: Path, generation: int) -> None:
    Parquet(folder).publish(path, TABLES, refresh_id(generation))


def rows(query: str) -> list[tuple[object, ...]]:
    return duckdb.sql(query).fetchall()


def test_large_tables_are_parted_by_the_year_of_the_decision(tmp_path: Path, folder: Path) -> None:
    counts = Parquet(folder).publish(publication(tmp_path, 1, 10), TABLES, refresh_id(1))
    assert counts == {"dim_services": 2, "fct_decisions": 10, "publication": 1}
    current = folder / "current"
    assert {path.name for path in current.iterdir()} == {"dim_services.parquet", "fct_decisions", "publication.parquet"}
    assert {path.name for path in (current / "fct_decisions").iterdir()} == {
        "decision_year=2014",
        "decision_year=2015",
        "decision_year=0",
    }
    by_year = rows(f"select decision_year, count(*) from '{current}/fct_decisions/*/*.parquet' group by 1 order by 1")
    assert by_year == [(0, 3), (2014, 4), (2015, 3)]
    assert rows(f"select service_key, service_name from '{current}/dim_services.parquet' order by 1") == [
        ("A", "MRI 1"),
        ("B", "Norco 1"),
    ]
    codecs = rows(f"select distinct compression from parquet_metadata('{current}/fct_decisions/*/*.parquet')")
    assert codecs == [("ZSTD",)]


def test_another_reader_finds_years_and_columns(tmp_path: Path, folder: Path) -> None:
    publish(folder, publication(tmp_path, 1, 10), 1)
    table = ds.dataset(folder / "current" / "fct_decisions", partitioning="hive").to_table()
    assert set(table.column_names) == {
        "decision_key",
        "service_key",
        "decision_date_key",
        "generation",
        "decision_year",
    }
    assert sorted(set(table["decision_year"].to_pylist())) == [0, 2014, 2015]


def test_texts_and_citations_have_the_year_of_their_decision(tmp_path: Path, folder: Path) -> None:
    more = (
        "create table decision_texts as select decision_key, 'why' as rationale_text from fct_decisions",
        "create table fct_guideline_citations as select decision_key || '-r1' as citation_key, decision_key,"
        " decision_date_key as decided_date_key from fct_decisions where decision_key != 'CM-0'",
    )
    path = publication(tmp_path, 1, 3, *more)
    names = ("decision_texts", "fct_guideline_citations")
    tables = [type(DECISIONS)(name, "", DECISIONS.columns[:1]) for name in names]
    Parquet(folder).publish(path, tables, refresh_id(1))
    for name, expected in zip(names, ({"CM-0": 2014, "CM-1": 2015, "CM-2": 0}, {"CM-1": 2015, "CM-2": 0}), strict=True):
        found = rows(f"select decision_key, decision_year from '{folder}/current/{name}/*/*.parquet'")
        assert dict(found) == expected


def test_files_say_what_they_mean(tmp_path: Path, folder: Path) -> None:
    publish(folder, publication(tmp_path, 1, 10), 1)
    current = folder / "current"
    assert pq.read_metadata(current / "publication.parquet").metadata[b"comment"] == b"grain: the one publication"
    parts = sorted((current / "fct_decisions").rglob("*.parquet"))
    assert len(parts) == 3
    for part in parts:
        words = pq.read_metadata(part).metadata
        assert words[b"comment"] == b"grain: one decision"
        assert json.loads(words[b"columns"]) == {
            "decision_key": "The letter's item.",
            "generation": "It's the number of its publication.",
        }


def test_who_reads_the_last_one_reads_on_for_a_generation(tmp_path: Path, folder: Path) -> None:
    publish(folder, publication(tmp_path, 1, 10), 1)
    held = (folder / "current").resolve()
    publish(folder, publication(tmp_path, 2, 20), 2)
    assert rows(f"select count(*) from '{held}/fct_decisions/*/*.parquet'") == [(10,)]
    assert rows(f"select count(*) from '{folder}/current/fct_decisions/*/*.parquet'") == [(20,)]
    publish(folder, publication(tmp_path, 3, 30), 3)
    assert {path.name for path in folder.iterdir()} == {"current", refresh_id(2), refresh_id(3)}


def test_files_listed_before_a_swap_are_never_mixed_with_those_after(tmp_path: Path, folder: Path) -> None:
    publish(folder, publication(tmp_path, 1, 10), 1)
    listed = sorted((folder / "current" / "fct_decisions").rglob("*.parquet"))
    publish(folder, publication(tmp_path, 2, 10), 2)
    assert len(listed) == 3
    assert not any(path.exists() for path in listed)


def test_what_fails_or_is_killed_leaves_the_last_one(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(folder, publication(tmp_path, 1, 10), 1)
    copy = parquet._copy

    def full(*arguments: object) -> int:
        if arguments[1] is PUBLICATION:
            raise OSError(28, "No space left on device", str(folder))
        return copy(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(parquet, "_copy", full)
    second = publication(tmp_path, 2, 20)
    with pytest.raises(TargetError, match=r"exports/parquet cannot be written: No space left on device"):
        publish(folder, second, 2)
    assert rows(f"select generation from '{folder}/current/publication.parquet'") == [(1,)]
    monkeypatch.setattr(parquet, "_copy", copy)
    publish(folder, second, 2)
    assert rows(f"select generation from '{folder}/current/publication.parquet'") == [(2,)]
    assert {path.name for path in folder.iterdir()} == {"current", refresh_id(1), refresh_id(2)}


def test_what_is_not_ours_stays(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("mine")
    (folder / "2015").mkdir()
    for generation in (1, 2, 3):
        publish(folder, publication(tmp_path, generation, 10), generation)
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "2015").is_dir()
    other = tmp_path / "other"
    (other / "current").mkdir(parents=True)
    with pytest.raises(TargetError, match="other/current is none of ours"):
        publish(other, publication(tmp_path, 4, 10), 4)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match=r"file/parquet cannot be written: Not a directory"):
        publish(tmp_path / "file" / "parquet", publication(tmp_path, 1, 10), 1)


def test_a_copy_that_was_taken_away_is_missed(tmp_path: Path, folder: Path) -> None:
    target = Parquet(folder)
    assert not target.still_holds(refresh_id(1))
    publish(folder, publication(tmp_path, 1, 10), 1)
    assert target.still_holds(refresh_id(1))
    assert not target.still_holds(refresh_id(2))
    (folder / "current").unlink()
    assert not target.still_holds(refresh_id(1))


def test_no_decisions_are_an_empty_table_and_not_a_missing_one(tmp_path: Path, folder: Path) -> None:
    publish(folder, publication(tmp_path, 1, 0), 1)
    assert rows(f"select decision_key, decision_year from '{folder}/current/fct_decisions/*/*.parquet'") == []
