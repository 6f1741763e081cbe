"""The data dictionary of a small published file, whose letters print what Markdown and HTML take for their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.assets import publish
from orchestration.dictionary.entries import Column, Dictionary, read_dictionary
from orchestration.dictionary.markdown import to_markdown
from orchestration.dictionary.page import to_page
from orchestration.home import Home
from orchestration.record import Record

MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.imr.fct_decisions": {
            "resource_type": "model",
            "name": "fct_decisions",
            "columns": {
                "service_text": {"config": {"meta": {"in_letter": "The item"}}},
                "outcome": {"config": {"meta": {}}},
            },
        },
        "test.imr.unique_key": {
            "resource_type": "test",
            "attached_node": "model.imr.fct_decisions",
            "column_name": "decision_key",
            "test_metadata": {"name": "unique", "kwargs": {}},
        },
        "test.imr.outcomes": {
            "resource_type": "test",
            "attached_node": "model.imr.fct_decisions",
            "column_name": "outcome",
            "test_metadata": {"name": "accepted_values", "kwargs": {"values": ["upheld", "overturned"]}},
        },
        "test.imr.services": {
            "resource_type": "test",
            "attached_node": "model.imr.fct_decisions",
            "column_name": "service_key",
            "test_metadata": {
                "name": "relationships",
                "kwargs": {"to": "ref('dim_services')", "field": "service_key"},
            },
        },
        "test.imr.singular": {"resource_type": "test", "attached_node": None, "column_name": None},
    },
    "metrics": {"metric.imr.decisions": {"name": "decisions", "description": "Disputed items that were decided."}},
}


@pytest.fixture
def dictionary(tmp_path: Path) -> Dictionary:
    path = tmp_path / "imr.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table dim_services (service_key varchar not null)")
        connection.execute("insert into dim_services values ('unknown'), ('a')")
        connection.execute(
            "create table fct_decisions (decision_key varchar not null, service_key varchar, service_text varchar,"
            " outcome varchar not null, strength varchar, laterality varchar)"
        )
        connection.execute(
            "insert into fct_decisions select 'd' || i, 'a', 'Gel `5%` | <b>rub</b>', 'upheld',"
            " if(i = 900, '5%', null), null from range(1000) as numbers (i)"
        )
        connection.execute("comment on table fct_decisions is 'grain: one decision'")
        connection.execute("comment on column fct_decisions.outcome is 'Of the denial: `upheld` or not.'")
        connection.execute(
            "create table publication as select 'r-1' as refresh_id, timestamp '2026-03-01 06:00:00' as published_at"
        )
    return read_dictionary(path, MANIFEST)


def column(dictionary: Dictionary, table: str, name: str) -> Column:
    columns = next(found for found in dictionary.tables if found.name == table).columns
    return next(found for found in columns if found.name == name)


def test_it_says_of_which_publication_it_is(dictionary: Dictionary) -> None:
    assert (dictionary.refresh_id, dictionary.published_at) == ("r-1", "2026-03-01 06:00 UTC")
    assert "`r-1`, 2026-03-01 06:00 UTC" in to_markdown(dictionary)
    assert "<code>r-1</code>, 2026-03-01 06:00 UTC" in to_page(dictionary)


def test_tables_come_facts_first_with_rows_and_key(dictionary: Dictionary) -> None:
    assert [(table.name, table.row_count, table.key) for table in dictionary.tables] == [
        ("fct_decisions", 1000, ("decision_key",)),
        ("dim_services", 2, ()),
        ("publication", 1, ()),
    ]


def test_columns_have_type_meaning_values_place_and_example(dictionary: Dictionary) -> None:
    assert column(dictionary, "fct_decisions", "outcome") == Column(
        name="outcome",
        data_type="varchar",
        is_nullable=False,
        meaning="Of the denial: `upheld` or not.",
        values=("upheld", "overturned"),
        example="upheld",
    )
    assert column(dictionary, "fct_decisions", "service_key").refers_to == "dim_services.service_key"
    assert column(dictionary, "fct_decisions", "service_text").in_letter == "The item"


def test_examples_are_looked_for_where_the_first_rows_have_none(dictionary: Dictionary) -> None:
    assert column(dictionary, "fct_decisions", "strength").example == "5%"
    assert column(dictionary, "fct_decisions", "laterality").example == ""
    assert column(dictionary, "dim_services", "service_key").example == "a"  # 'unknown' is no example


def test_what_letters_print_breaks_neither_markdown_nor_html(dictionary: Dictionary) -> None:
    line = next(line for line in to_markdown(dictionary).splitlines() if line.startswith("| `service_text`"))
    assert line.endswith("| The item | ``Gel `5%` \\| <b>rub</b>`` |")
    assert len(line.replace("\\|", "").split("|")) == 8  # six cells
    page = to_page(dictionary)
    assert "Gel `5%` | &lt;b&gt;rub&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "http" not in page  # needs no network


def test_metrics_are_listed(dictionary: Dictionary) -> None:
    assert "| `decisions` | Disputed items that were decided. |" in to_markdown(dictionary)
    assert "<code>decisions</code></td><td>Disputed items that were decided." in to_page(dictionary)


def test_a_dictionary_that_cannot_be_made_is_told_of_and_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> dict[Path, str]:
        raise KeyError("no such node")

    monkeypatch.setattr(
        publish, "MAKERS", {"data dictionary": fail, "report page": lambda home, _: {home.report: "<p>"}}
    )
    record = Record(refresh_id="r-2", started_at="2026-03-01T06:00:00Z")
    home = Home(tmp_path)
    assert publish._companions(home, record, tmp_path / "imr.duckdb") == {home.report: "<p>"}  # the others are
    assert record.warnings == ["The data dictionary could not be made anew, what there is is older: 'no such node'"]
