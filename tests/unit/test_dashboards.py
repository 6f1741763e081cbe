"""Superset's dashboards against the models' contracts: what the YAML files name exists, and is what they say it is. That
they open is a test of its own, `make test-bi`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"
DASHBOARDS = ROOT / "dbt_project" / "dashboards" / "superset"


def files(kind: str) -> dict[str, dict[str, Any]]:
    found = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((DASHBOARDS / kind).glob("*.yaml"))}
    assert found, kind
    return found


DATASETS, CHARTS, BOARDS = (files(kind) for kind in ("datasets", "charts", "dashboards"))
DATASET_OF = {dataset["uuid"]: dataset for dataset in DATASETS.values()}


@cache
def contracts() -> dict[str, dict[str, str]]:
    """Columns of the published tables and their types."""
    tables: dict[str, dict[str, str]] = {"publication": {"refresh_id": "varchar", "published_at": "timestamp"}}
    for path in (*(MODELS / "marts").glob("*.yml"), *(MODELS / "reports").glob("*.yml")):
        for model in yaml.safe_load(path.read_text()).get("models", ()):
            tables[model["name"]] = {column["name"]: column["data_type"] for column in model["columns"]}
    return tables


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """A publication without rows, as the contracts have it."""
    with duckdb.connect() as connection:
        for table, columns in contracts().items():
            connection.execute(f"create table {table} ({', '.join(f'{name} {of}' for name, of in columns.items())})")
        yield connection


def rows_of(dataset: dict[str, Any]) -> str:
    return dataset.get("sql") or f"select * from {dataset['table_name']}"


def names(dataset: dict[str, Any], kind: str) -> set[str]:
    return {one["column_name" if kind == "columns" else "metric_name"] for one in dataset[kind]}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset_has_the_columns_that_its_tables_have(name: str, empty: duckdb.DuckDBPyConnection) -> None:
    dataset = DATASETS[name]
    described = {row[0]: row[1] for row in empty.execute(f"describe {rows_of(dataset)}").fetchall()}
    told = {column["column_name"]: column for column in dataset["columns"]}
    if "sql" in dataset:
        assert set(told) == set(described)
    assert set(told) <= set(described)
    for column, said in told.items():
        assert said["type"] == described[column], column
        assert said.get("is_dttm", False) == (said["type"] in ("DATE", "TIMESTAMP")), column
        assert said["verbose_name"] and said["description"], column


@pytest.mark.parametrize("name", DATASETS)
def test_metrics_of_a_dataset_can_be_counted(name: str, empty: duckdb.DuckDBPyConnection) -> None:
    for metric in DATASETS[name]["metrics"]:
        assert metric["verbose_name"] and metric["description"]
        empty.execute(f"select {metric['expression']} from ({rows_of(DATASETS[name])})")
    both = names(DATASETS[name], "columns") & names(DATASETS[name], "metrics")
    assert not both, "Superset shows the metric's label for values of that name"


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_names_what_its_dataset_has(name: str, empty: duckdb.DuckDBPyConnection) -> None:
    chart = CHARTS[name]
    dataset, params = DATASET_OF[chart["dataset_uuid"]], chart["params"]
    assert params["viz_type"] == chart["viz_type"]
    columns = [one for key in ("groupby", "all_columns", "x_axis") for one in listed(params.get(key))]
    columns += [json.loads(one)[0] for one in params.get("order_by_cols", ())]
    metrics = [one for key in ("metrics", "metric", "timeseries_limit_metric") for one in listed(params.get(key))]
    written = [metric["sqlExpression"] for metric in metrics if isinstance(metric, dict)]
    for condition in params["adhoc_filters"]:
        if condition["expressionType"] == "SQL":
            written.append(condition["sqlExpression"])
        else:
            columns.append(condition["subject"])
    assert set(columns) <= names(dataset, "columns")
    assert {metric for metric in metrics if isinstance(metric, str)} <= names(dataset, "metrics")
    assert set(params.get("column_config", ())) <= names(dataset, "columns") | names(dataset, "metrics")
    for expression in written:
        empty.execute(f"select {expression} from ({rows_of(dataset)})")


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_shows_charts_and_filters_that_exist(name: str) -> None:
    board = BOARDS[name]
    titles = {chart["uuid"]: chart["slice_name"] for chart in CHARTS.values()}
    cells = [cell for cell in board["position"].values() if isinstance(cell, dict)]
    shown = [cell["meta"] for cell in cells if cell["type"] == "CHART"]
    assert {meta["uuid"]: meta["sliceName"] for meta in shown}.items() <= titles.items()
    for cell in cells:
        children = [board["position"][child] for child in cell.get("children", ())]
        assert all(cell["id"] in child.get("parents", [cell["id"]]) for child in children)
        if cell["type"] == "ROW":
            assert sum(child["meta"]["width"] for child in children) == 12, cell["id"]
    for filtered in board["metadata"]["native_filter_configuration"]:
        for target in filtered["targets"]:
            assert target["column"]["name"] in names(DATASET_OF[target["datasetUuid"]], "columns")
        in_scope = {meta["chartId"] for meta in shown} - set(filtered["scope"]["excluded"])
        assert in_scope, f"{filtered['name']} filters nothing"


def test_every_chart_is_shown_once() -> None:
    shown = Counter(
        cell["meta"]["uuid"]
        for board in BOARDS.values()
        for cell in board["position"].values()
        if isinstance(cell, dict) and cell["type"] == "CHART"
    )
    assert shown == Counter(chart["uuid"] for chart in CHARTS.values())


def test_uuids_are_uuids_and_nobody_shares_one() -> None:
    told = [one["uuid"] for kind in (files("databases"), DATASETS, CHARTS, BOARDS) for one in kind.values()]
    assert len(set(map(UUID, told))) == len(told)


def test_the_exposure_names_the_tables_that_dashboards_read() -> None:
    exposures = yaml.safe_load((MODELS / "reports" / "_exposures.yml").read_text())["exposures"]
    told = next(one["depends_on"] for one in exposures if one["name"] == "dashboards")
    with duckdb.connect() as connection:
        read = {table for one in DATASETS.values() for table in connection.get_table_names(rows_of(one))}
    assert {f"ref('{table}')" for table in read - {"publication"}} == set(told)


def test_the_connection_reads_only() -> None:
    (database,) = files("databases").values()
    arguments = database["extra"]["engine_params"]["connect_args"]
    assert arguments["read_only"] is True
    assert arguments["config"]["enable_external_access"] is False
    assert arguments["config"]["lock_configuration"] is True
    assert not any(database[name] for name in ("allow_ctas", "allow_cvas", "allow_dml", "allow_csv_upload"))
