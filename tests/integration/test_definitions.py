"""What Dagster's page shows: five groups, every asset described, owned and of a kind, lineage down to the staged rows."""

from __future__ import annotations

import dagster as dg
import pytest

from orchestration.definitions import JOB, build_definitions
from orchestration.settings import load_settings
from tests.conftest import Warehouse


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
    assert len(marts) == 14
    assert marts <= seen


def test_sensors_tell_how_runs_end(definitions: dg.Definitions) -> None:
    sensors = list(definitions.sensors or [])
    assert {sensor.name for sensor in sensors} == {
        "tell_of_failed_runs",
        "tell_of_finished_runs",
        "tell_of_stale_warehouse",
    }
    assert all(sensor.description for sensor in sensors)


def test_publication_waits_for_the_audit(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = [graph.get(key) for key in graph.asset_check_keys if key.asset_key == dg.AssetKey(["audit", "verdict"])]
    assert len(checks) == 6
    # what is held against history only warns
    assert [check.key.name for check in checks if not check.blocking] == ["letters"]
    assert dg.AssetKey(["audit", "verdict"]) in graph.get(dg.AssetKey(["published", "imr"])).parent_keys
    assert definitions.resolve_job_def(JOB).executor_def.name == "in_process"
