"""What Dagster's page shows: five groups, every asset described, owned and of a kind, lineage down to the staged rows."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.loader import LoadingContextForTest

from orchestration.assets import audit
from orchestration.assets.audit import PROMISED, check_name
from orchestration.dbt import read_manifest
from orchestration.definitions import JOB, build_definitions
from orchestration.home import Home
from orchestration.runner import write_instance_config
from orchestration.settings import load_settings
from tests.conftest import Warehouse

VERDICT = dg.AssetKey(["audit", "verdict"])


@pytest.fixture(scope="module")
def definitions(golden: Warehouse) -> dg.Definitions:
    return build_definitions(load_settings(home=golden.home, letters=(golden.landing,)))


def test_the_five_steps_are_groups(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.materializable_asset_keys]
    assert {node.group_name for node in nodes} == {"ingest", "extract", "transform", "audit", "publish"}
    for node in nodes:
        assert node.description, node.key
        assert node.owners == ["team:data"], node.key
        assert node.kinds, node.key


def test_lineage_reaches_from_letters_to_the_publication(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    waiting, seen = [dg.AssetKey(["published", "imr"])], set()
    while waiting:
        key = waiting.pop()
        seen.add(key)
        waiting += [parent for parent in graph.get(key).parent_keys if parent not in seen]
    assert {dg.AssetKey(["lake", "letters"]), dg.AssetKey(["staged", "citations"])} <= seen
    marts = {key for key in graph.materializable_asset_keys if key.path[0] == "marts"}
    assert len(marts) == 25
    assert marts <= seen


def test_each_dbt_test_is_a_check(definitions: dg.Definitions, golden: Warehouse) -> None:
    """One that is none would end a refresh as failed, and not as refused by a test that tells its rows."""
    nodes = read_manifest(Home(golden.home))["nodes"].values()
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    assert "reports_reconcile" in tests
    assert tests <= {key.name for key in definitions.resolve_asset_graph().asset_check_keys}


def test_sensors_tell_how_runs_end(definitions: dg.Definitions) -> None:
    sensors = list(definitions.sensors or [])
    assert {sensor.name for sensor in sensors} == {
        "letters_arrived",
        "tell_of_failed_runs",
        "tell_of_finished_runs",
        "tell_of_stale_warehouse",
    }
    assert all(sensor.description for sensor in sensors)


def test_publication_waits_for_the_audit(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = {key.name: graph.get(key) for key in graph.asset_check_keys if key.asset_key == VERDICT}
    promises = {
        check_name(suite.name, promise.label, promise.column_name): promise
        for suite in PROMISED
        for promise in suite.promises
    }
    assert len(promises) == sum(len(suite.promises) for suite in PROMISED)
    assert set(checks) == set(promises)
    assert "items__outcome__not_be_null" in promises
    for name, promise in promises.items():
        assert checks[name].blocking == (promise.severity == "critical")
        assert checks[name].description == promise.reason
    assert checks["items__quarantined_within_tolerance"].blocking
    assert dg.AssetKey(["audit", "verdict"]) in graph.get(dg.AssetKey(["published", "imr"])).parent_keys
    assert definitions.resolve_job_def(JOB).executor_def.name == "in_process"


def test_tables_and_publication_are_to_be_fresh(golden: Warehouse) -> None:
    found = build_definitions(load_settings(home=golden.home, letters=(golden.landing,), freshness_hours=5))
    policies = {
        key: node.freshness_policy
        for key, node in ((key, found.resolve_asset_graph().get(key)) for key in found.resolve_all_asset_keys())
    }
    due = {key for key, policy in policies.items() if policy is not None}
    assert due == {key for key in policies if key.path[0] in ("marts", "published")}
    assert {policy.fail_window.to_timedelta().total_seconds() for key in due if (policy := policies[key])} == {18_000}


def test_each_target_is_an_asset_after_the_publication(golden: Warehouse) -> None:
    address = "postgresql://imr:hidden@db.example.org/bi"
    settings = load_settings(
        home=golden.home, letters=(golden.landing,), publish_parquet="true", publish_postgres=address
    )
    graph = build_definitions(settings).resolve_asset_graph()
    for name in ("parquet", "postgres"):
        node = graph.get(dg.AssetKey(["published", name]))
        assert node.parent_keys == {dg.AssetKey(["published", "imr"])}
        assert (node.group_name, node.owners, node.kinds) == ("publish", ["team:data"], {name})
        assert [check.name for check in node.check_keys] == ["holds_the_publication"]
        assert "hidden" not in str(node.description)
    assert "db.example.org/bi" in str(graph.get(dg.AssetKey(["published", "postgres"])).description)


def _dies(*_: object) -> None:
    raise MemoryError("the machine is small")


def test_a_dead_audit_shows_as_dead_and_not_as_what_it_said_last(
    golden: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audit alone, on a copy of a home: it goes well, it raises, it goes well again."""
    home = Home(tmp_path / "home")
    shutil.copytree(golden.home, home.root, ignore=shutil.ignore_patterns("dagster"))
    home.dagster.mkdir()
    write_instance_config(home, load_settings())
    job = build_definitions(load_settings(home=home.root, letters=(golden.landing,))).resolve_job_def(JOB)
    check = dg.AssetCheckKey(VERDICT, check_name("items", "expect_column_values_to_not_be_null", "claims_basis"))
    shown = []
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        for keep in (audit.keep, _dies, audit.keep):
            monkeypatch.setattr(audit, "keep", keep)
            job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=[VERDICT])
            history = instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
            context = LoadingContextForTest(instance)
            shown.append([asyncio.run(record.resolve_status(context)).name for record in history])
        evaluation = history[0].evaluation
    assert shown == [
        ["SUCCEEDED"],
        ["EXECUTION_FAILED", "SUCCEEDED"],
        ["SUCCEEDED", "EXECUTION_FAILED", "SUCCEEDED"],
    ]
    assert evaluation is not None
    assert evaluation.metadata["rows_checked"].value > 100


def test_a_check_that_failed_names_letter_and_item_on_the_page(golden: Warehouse) -> None:
    check = dg.AssetCheckKey(VERDICT, check_name("items", "expect_column_values_to_not_be_null", "outcome"))
    with dg.DagsterInstance.from_config(str(golden.home / "dagster")) as instance:
        history = instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
    [(refresh_id,)] = golden.query("select refresh_id from publication")
    of_it = [record.evaluation for record in history if refresh_id.endswith(f"-{record.run_id[:8]}")]
    (evaluation,) = [evaluation for evaluation in of_it if evaluation]
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    rows = evaluation.metadata["rows"].value
    named = {(Path(row["source_uri"]).name, row["item_number"]) for row in rows}
    assert ("issues-prose-missing-outcome.txt", 3) in named
    assert "it is quarantined" in str(evaluation.metadata["reason"].value)
