"""The dictionary beside a real publication: whole, true, and of this publication."""

from __future__ import annotations

from orchestration.companions import make_dictionary
from orchestration.dbt import read_manifest
from orchestration.dictionary.entries import Dictionary, read_dictionary
from orchestration.home import Home
from tests.conftest import Warehouse


def dictionary_of(warehouse: Warehouse) -> Dictionary:
    return read_dictionary(warehouse.published, read_manifest(Home(warehouse.home)))


def test_it_is_of_the_publication_beside_it(golden: Warehouse) -> None:
    ((refresh_id,),) = golden.query("select refresh_id from publication")
    for name in ("dictionary.md", "dictionary.html"):
        assert refresh_id in (golden.home / "published" / name).read_text(encoding="utf-8")
    made = make_dictionary(Home(golden.home), golden.published)
    assert {path.name: path.read_text(encoding="utf-8") for path in made} == {
        path.name: text for path, text in made.items()
    }


def test_every_table_and_column_is_in_it_and_described(golden: Warehouse) -> None:
    text = (golden.home / "published" / "dictionary.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    columns = golden.query(
        "select table_name, column_name, comment from duckdb_columns() where not internal order by all"
    )
    assert len(columns) > 200
    for table, column, comment in columns:
        assert f"\n| `{column}` | " in sections[table]
        assert comment, f"{table}.{column} has no meaning"


def test_no_value_is_outside_its_closed_set(golden: Warehouse) -> None:
    closed = [
        (table.name, column.name, column.values)
        for table in dictionary_of(golden).tables
        for column in table.columns
        if column.values
    ]
    assert ("fct_decisions", "outcome", ("upheld", "overturned")) in closed
    for table, column, values in closed:
        found = golden.query(f'select distinct "{column}" from "{table}" where "{column}" is not null')
        assert {value for (value,) in found} <= set(values), f"{table}.{column}"


def test_every_key_tells_one_row(golden: Warehouse) -> None:
    keyless = []
    for table in dictionary_of(golden).tables:
        columns = ", ".join(table.key)
        if table.key:
            assert not golden.query(f'select {columns} from "{table.name}" group by all having count(*) > 1'), (
                table.name
            )
        else:
            keyless.append(table.name)
    assert keyless == ["publication"]


def test_facts_say_where_in_the_letter_they_come_from(golden: Warehouse) -> None:
    places = {
        column.name: column.in_letter
        for table in dictionary_of(golden).tables
        if table.name == "fct_decisions"
        for column in table.columns
    }
    assert [name for name, place in places.items() if not place] == ["decision_key"]
