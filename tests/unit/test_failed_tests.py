"""What is told of a dbt test that failed: its first rows, and the letters that they are of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orchestration.build import open_build
from orchestration.failed_tests import FailedTest, with_rows
from orchestration.home import Home

TABLES = """
    create schema imr.vocabulary;
    create table imr.vocabulary.drugs as
        select * from (values ('zyvox', 'linezolid'), ('zyvox', 'linezolid'), ('abilify', null)) as _ (alias, drug);
    create table marts.main.dim_determinations as
        select * from (values ('d1', 'l1', '/in/a.txt'), ('d2', 'l2', '/in/b.txt')) as _ (
            determination_key, letter_id, source_uri
        );
    create table marts.main.fct_decisions as
        select * from (values ('k1', 'd1', 1), ('k2', 'd1', 2), ('k3', 'd2', 1)) as _ (
            decision_key, determination_key, item_number
        );
    create table marts.main.fct_guideline_citations as
        select * from (values ('c1', 'k2'), ('c2', 'k2')) as _ (citation_key, decision_key);
"""
UNIQUE = (
    'select alias as unique_field, count(*) as n_records from "imr"."vocabulary"."drugs" group by 1 having count(*) > 1'
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path).prepare()
    for path in (home.build, home.marts):
        path.parent.mkdir(parents=True, exist_ok=True)
    with open_build(home, read_only=False) as build:
        build.execute(TABLES)
    return home


def failed(home: Home, sql: str | None, row_count: int = 1) -> FailedTest:
    tests = {"test.imr.a": FailedTest("a table", "a_test", row_count)}
    [test] = with_rows(home, tests, [{"unique_id": "test.imr.a", "compiled_code": sql}])
    return test


def test_the_row_of_a_vocabulary_is_named(home: Home) -> None:
    assert str(failed(home, UNIQUE)) == "a table a_test (1 row, unique_field = zyvox, n_records = 2)"
    assert failed(home, UNIQUE).letters == ()


def test_of_many_rows_the_first_is_told(home: Home) -> None:
    told = str(failed(home, "select alias, drug from imr.vocabulary.drugs order by drug nulls first", 1200))
    assert told == "a table a_test (1,200 rows, such as alias = abilify, drug is missing)"


def test_a_wide_row_and_a_long_text_are_cut(home: Home) -> None:
    columns = ", ".join(f"{number} as c{number}" for number in range(8))
    assert str(failed(home, f"select {columns}")).endswith("c4 = 4, c5 = 5, ...)")
    assert f"text = {'x' * 60}...)" in str(failed(home, "select repeat('x', 100) as text"))


@pytest.mark.parametrize(
    ("value", "letters"),
    [
        ("k3", [("l2", "/in/b.txt", 1)]),
        ("c2", [("l1", "/in/a.txt", 2)]),
        ("d1", [("l1", "/in/a.txt", 1), ("l1", "/in/a.txt", 2)]),
        ("l2", [("l2", "/in/b.txt", 1)]),
        ("unknown", []),
    ],
)
def test_letters_are_found_by_any_key(home: Home, value: str, letters: list[tuple[Any, ...]]) -> None:
    found = failed(home, f"select '{value}' as unique_field, 2 as n_records").letters
    assert [tuple(letter.values()) for letter in found] == letters


@pytest.mark.parametrize("sql", [None, "select * from marts.main.never_made"])
def test_what_cannot_be_asked_again_is_told_without_rows(home: Home, sql: str | None) -> None:
    assert str(failed(home, sql)) == "a table a_test (1 row)"


def test_a_build_that_cannot_be_opened_hides_no_refusal(tmp_path: Path) -> None:
    assert str(failed(Home(tmp_path / "nothing"), UNIQUE)) == "a table a_test (1 row)"
