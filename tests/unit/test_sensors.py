"""Dagster's sensors: what they tell, and what they leave alone. A small job stands for the refresh."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.alerts.memory import load
from orchestration.home import BUSY, Home
from orchestration.record import Record, last_record
from orchestration.sensors import build_sensors, tell_of_failed_run
from orchestration.settings import Settings, load_settings
from tests.drill.receivers import Receivers, listening


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    with listening() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).prepare()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, home: Home, receivers: Receivers) -> Settings:
    for name in [name for name in os.environ if name.startswith("IMR_")]:
        monkeypatch.delenv(name)
    for name, value in receivers.settings().items():
        monkeypatch.setenv(name, value)
    return load_settings(home=home.root, freshness_hours=0)


def run(home: Home, instance: dg.DagsterInstance, tries_that_fail: int, **tags: str) -> dg.ExecuteInProcessResult:
    """A run of one step, which is tried twice, and fails so many times."""
    tries = iter(range(9))

    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def extract(context: dg.OpExecutionContext) -> None:
        record = Record.of_run(home, context.run_id)
        with record.step("extract"):
            if next(tries) < tries_that_fail:
                raise OSError("the network was away")
        record.end("published")

    @dg.job
    def refresh() -> None:
        extract()

    return refresh.execute_in_process(instance=instance, raise_on_error=False, tags=tags)


def tick(name: str, settings: Settings, instance: dg.DagsterInstance, result: Any) -> str:
    """What a sensor says of a run that ended."""
    [sensor] = [sensor for sensor in build_sensors(settings) if sensor.name == name]
    failed = name == "tell_of_failed_runs"
    context = dg.build_run_status_sensor_context(
        sensor_name=name,
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event() if failed else result.get_run_success_event(),
    )
    said = sensor(context.for_run_failure() if failed else context)
    assert isinstance(said, dg.SkipReason)
    return said.skip_message or ""


def test_a_step_that_a_retry_healed_is_not_told(home: Home, settings: Settings, receivers: Receivers) -> None:
    with dg.instance_for_test() as instance:
        result = run(home, instance, 1)
        assert result.success
        assert tick("tell_of_finished_runs", settings, instance, result) == "Nothing new to tell."
    assert receivers.counts() == {"slack": 0, "email": 0, "webhook": 0}


def test_a_run_that_failed_is_told_with_step_and_error(home: Home, settings: Settings, receivers: Receivers) -> None:
    with dg.instance_for_test() as instance:
        result = run(home, instance, 2)
        assert "refresh failed in step 'extract'" in tick("tell_of_failed_runs", settings, instance, result)
        assert tick("tell_of_failed_runs", settings, instance, result) == "Nothing new to tell."
    [told] = receivers.webhook
    assert told["status"] == "failed"
    assert "the network was away" in told["checks"][0]["reason"]


def test_a_run_that_dagster_will_try_again_is_not_told(home: Home, settings: Settings, receivers: Receivers) -> None:
    with dg.instance_for_test() as instance:
        result = run(home, instance, 2, **{"dagster/will_retry": "true"})
        assert "again" in tick("tell_of_failed_runs", settings, instance, result)
    assert receivers.counts() == {"slack": 0, "email": 0, "webhook": 0}


def test_a_run_that_failed_before_its_first_step_is_recorded_and_told(
    home: Home, settings: Settings, receivers: Receivers
) -> None:
    assert len(tell_of_failed_run(home, settings, "0123456789", "start", "no such resource")) == 3
    record = last_record(home)
    assert record is not None
    assert (record.ending, record.message) == ("failed", "start: no such resource")
    assert "no such resource" in receivers.texts()["email"]


def test_a_run_that_found_the_home_busy_is_not_told(home: Home, settings: Settings, receivers: Receivers) -> None:
    @dg.resource
    def refresh_resource(_: dg.InitResourceContext) -> None:
        raise RuntimeError(BUSY.format(home=home.root))

    @dg.op(required_resource_keys={"refresh"})
    def ingest() -> None:
        pass

    @dg.job(resource_defs={"refresh": refresh_resource})
    def refresh() -> None:
        ingest()

    with dg.instance_for_test() as instance:
        result = refresh.execute_in_process(instance=instance, raise_on_error=False)
        assert "Another refresh was running" in tick("tell_of_failed_runs", settings, instance, result)
    assert receivers.counts() == {"slack": 0, "email": 0, "webhook": 0}
    assert last_record(home) is None


def test_a_sensor_looks_at_what_no_run_tells(home: Home, settings: Settings, receivers: Receivers) -> None:
    Record("20260301T060000Z-aaaaaaaa", "2026-03-01T06:00:00", doing="audit", path=home.refreshes / "1.json").save()
    [sensor] = [sensor for sensor in build_sensors(settings) if sensor.name == "tell_of_stale_warehouse"]
    with dg.instance_for_test() as instance:
        said = [sensor(dg.build_sensor_context(instance)) for _ in range(2)]
    assert "step 'audit'" in said[0].skip_message
    assert said[1].skip_message == "Nothing new to tell."
    assert receivers.counts() == {"slack": 1, "email": 1, "webhook": 1}


def test_without_a_channel_no_sensor_does_anything(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("IMR_")]:
        monkeypatch.delenv(name)
    sensors = build_sensors(load_settings(home=home.root))
    assert {sensor.default_status for sensor in sensors} == {dg.DefaultSensorStatus.RUNNING}
    with dg.instance_for_test() as instance:
        said = sensors[-1](dg.build_sensor_context(instance))
    assert "No channel" in said.skip_message
    assert not load(home).history
