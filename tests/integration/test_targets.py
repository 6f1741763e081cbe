"""Targets of whole refreshes: PostgreSQL and Parquet files beside the published file, one of them down, and caught up."""

from __future__ import annotations

import json

import dagster as dg
import duckdb
import psycopg2
import pytest

import tests.database
from orchestration.assets.targets import UP_TO_DATE
from tests.conftest import Ran, Warehouse
from tests.database import PASSWORD, Database, Server
from tests.maker import MadeItem, MadeLetter

COUNTS = "select (select count(*) from {0}fct_decisions), (select refresh_id from {0}publication)"


def everything_written(warehouse: Warehouse, *runs: Ran) -> str:
    """What a refresh printed and left in its home as text: records, logs, Dagster's configuration and database."""
    said = "".join(run.out + run.err for run in runs)
    kept = (path for path in warehouse.home.rglob("*") if path.is_file() and path.suffix != ".duckdb")
    return said + "".join(path.read_bytes().decode("latin-1") for path in kept)


def check_of(instance: dg.DagsterInstance, target: str) -> list[bool]:
    """What the page says of a target, the latest first."""
    key = dg.AssetCheckKey(dg.AssetKey(["published", target]), UP_TO_DATE)
    found = instance.event_log_storage.get_asset_check_execution_history(key, limit=9)
    return [record.evaluation.passed for record in found if record.evaluation]


def test_a_target_that_is_down_is_told_and_caught_up_and_a_refusal_reaches_none(
    warehouse: Warehouse, database: Database
) -> None:
    server = database.server
    settings = {"IMR_PUBLISH_POSTGRES": database.url, "IMR_PUBLISH_PARQUET": "true"}
    warehouse.land("a.txt", MadeLetter("CM15-0000001").text())
    server.stop()
    try:
        first = warehouse.refresh(**settings)
        status = warehouse.imr("status", **settings)
    finally:
        server.start()
    assert first.status == 4, first.out + first.err
    assert "Published" in first.out
    assert "Not published to postgres (postgresql://imr@" in first.out
    assert "The next refresh tries again." in first.out
    assert "Target        postgres" in status.out
    assert "nothing yet" in status.out
    assert "behind since" in status.out
    current = warehouse.home / "published" / "parquet" / "current"
    published = warehouse.query(COUNTS.format(""))
    assert published[0][0] == 1
    assert duckdb.sql(f"select count(*) from '{current}/fct_decisions/*/*.parquet'").fetchall() == [(1,)]
    with dg.DagsterInstance.from_config(str(warehouse.home / "dagster")) as instance:
        assert check_of(instance, "postgres") == [False]
        assert check_of(instance, "parquet") == [True]
        assert instance.get_latest_materialization_event(dg.AssetKey(["published", "postgres"])) is None

    second = warehouse.refresh(**settings)
    assert second.status == 0, second.out + second.err
    assert "Nothing new." in second.out
    record = warehouse.record()
    assert set(record["seconds"]) == {"ingest"}
    assert [(target["target"], target["reason"]) for target in record["targets"]] == [("postgres", None)]
    assert warehouse.query(COUNTS.format("")) == published  # no refresh was made of it
    assert database.query(COUNTS.format("imr.")) == published
    with dg.DagsterInstance.from_config(str(warehouse.home / "dagster")) as instance:
        assert check_of(instance, "postgres") == [True, False]
        event = instance.get_latest_materialization_event(dg.AssetKey(["published", "postgres"]))
        assert event is not None

    third = warehouse.refresh(**settings)
    assert warehouse.record()["targets"] == []
    assert PASSWORD not in everything_written(warehouse, first, status, second, third)

    fourth = warehouse.refresh(IMR_PUBLISH_PARQUET=str(warehouse.root / "elsewhere"))
    assert fourth.status == 0, fourth.out + fourth.err
    assert (warehouse.root / "elsewhere" / "current" / "dim_services.parquet").exists()
    assert "postgres" not in warehouse.imr("status").out

    items = [MadeItem(f"Soma #{count}", outcome=None) for count in range(1, 8)]
    warehouse.land("flood.txt", MadeLetter("CM15-0000002", items=items).text())
    refused = warehouse.refresh(**settings)
    assert refused.status == 3, refused.out + refused.err
    assert database.query(COUNTS.format("imr.")) == published
    assert duckdb.sql(f"select refresh_id from '{current}/publication.parquet'").fetchall() == [published[0][1:]]


def test_dagster_keeps_its_runs_in_postgres(warehouse: Warehouse, database: Database) -> None:
    warehouse.land("a.txt", MadeLetter("CM15-0000001").text())
    ran = warehouse.refresh(IMR_DAGSTER_POSTGRES=database.url, IMR_PUBLISH_POSTGRES=database.url)
    assert ran.status == 0, ran.out + ran.err
    [(run_id, name, status)] = database.query("select run_id, pipeline_name, status from runs")
    assert (name, status) == ("refresh", "SUCCESS")
    assert warehouse.record()["refresh_id"].endswith(run_id[:8])
    materialized = database.query("select asset_key from asset_keys where last_materialization is not null")
    assert {"published", "imr"} in [set(json.loads(key)) for (key,) in materialized]
    assert {"published", "postgres"} in [set(json.loads(key)) for (key,) in materialized]
    assert PASSWORD not in everything_written(warehouse, ran)
    kept = database.query("select event from event_logs") + database.query("select run_body from runs")
    assert len(kept) > 50
    assert not [text for (text,) in kept if PASSWORD in text]


def test_a_tool_finds_no_server_where_there_is_none(database: Database) -> None:
    """That the tests' own server can be stopped: else nothing above would have been down."""
    database.server.stop()
    try:
        with pytest.raises(psycopg2.OperationalError):
            database.query("select 1")
    finally:
        database.server.start()
    assert database.query("select 1") == [(1,)]


def test_where_postgres_is_missing_ci_fails_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.database, "binary", lambda _: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run 'make system-packages'"):
        Server.make()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="run 'make system-packages'"):
        Server.make()
