"""`imr serve` for real: page and daemon run, schedule and sensor start refreshes, a signal ends all of it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import psutil
import pytest

from orchestration.home import Home
from orchestration.publication import read_publication
from orchestration.record import last_record
from tests.maker import MadeLetter

IMR = str(Path(sys.executable).with_name("imr"))
PATIENCE_SECONDS = 300


def wait_for(what: Callable[[], bool], serving: subprocess.Popen[str], name: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert serving.poll() is None, f"imr serve ended (status {serving.returncode}) before {name}"
        assert time.monotonic() < deadline, f"no {name} within {PATIENCE_SECONDS} s"
        time.sleep(0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answering(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def started_by(home: Home, tag: str) -> list[dg.DagsterRun]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        runs = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS]))
        return [run for run in runs if tag in run.tags]


def status_of(home: Home, run_id: str) -> dg.DagsterRunStatus:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        run = instance.get_run_by_id(run_id)
        assert run is not None
        return run.status


def run_that_died(home: Home, environment: dict[str, str]) -> str:
    """A refresh killed while it works, as when the machine stops: Dagster counts it as running still."""
    refreshing = subprocess.Popen(
        [IMR, "refresh"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for(lambda: bool((record := last_record(home)) and record.doing == "transform"), refreshing, "refresh")
    refreshing.kill()
    refreshing.wait()
    [path] = home.working_runs.glob("*")
    assert status_of(home, path.name) == dg.DagsterRunStatus.STARTED
    assert not home.is_working(path.name)
    return path.name


@pytest.fixture()
def environment(tmp_path: Path) -> dict[str, str]:
    landing = tmp_path / "landing"
    landing.mkdir()
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    settings = {"IMR_HOME": str(tmp_path / "home"), "IMR_LETTERS": str(landing), "IMR_SETTLE_SECONDS": "3"}
    # Once, so that what lands afterwards can only be seen by the sensor.
    settings |= {"IMR_SCHEDULE": f"{soon.minute} {soon.hour} * * *", "IMR_SCHEDULE_TIMEZONE": "UTC"}
    return {**os.environ, **settings}


def test_refreshes_start_by_themselves_and_a_signal_ends_it(environment: dict[str, str], tmp_path: Path) -> None:
    home, port = Home(tmp_path / "home"), free_port()
    (tmp_path / "landing" / "first.txt").write_text(MadeLetter(case_number="CM15-0000001").text())
    dead = run_that_died(home, environment)
    with (tmp_path / "serve.log").open("w") as log:
        serving = subprocess.Popen(
            [IMR, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log, text=True
        )
    try:
        wait_for(lambda: is_answering(port), serving, "page")
        # What the dead one received is published without a new letter, and before the schedule.
        wait_for(lambda: bool(started_by(home, "dagster/sensor_name")), serving, "run that carries on")
        assert read_publication(home) is not None
        assert started_by(home, "dagster/sensor_name")[0].tags["dagster/run_key"].startswith("after ")
        wait_for(lambda: bool(started_by(home, "dagster/schedule_name")), serving, "run of the schedule")
        (tmp_path / "landing" / "second.txt").write_text(MadeLetter(case_number="CM15-0000002").text())
        wait_for(lambda: len(started_by(home, "dagster/sensor_name")) > 1, serving, "run of the sensor")
        children = psutil.Process(serving.pid).children(recursive=True)
        assert len(children) >= 2
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(60) == 0
        _, alive = psutil.wait_procs(children, timeout=5)
        assert alive == []
        assert not home.is_held()
        assert status_of(home, dead) == dg.DagsterRunStatus.FAILURE
        printed = (tmp_path / "serve.log").read_text()
        assert "Reading letters ..." in printed
        assert ": published; files new 0, " in printed
        assert ": published; files new 1, letters read 1, items " in printed
        assert "DEBUG" not in printed
    finally:
        if serving.poll() is None:
            serving.terminate()  # it ends what it has started
            serving.wait(60)
        print((tmp_path / "serve.log").read_text()[-3000:])


def test_one_serves_a_home_and_what_it_started_ends_with_it_also_when_killed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    environment["IMR_SCHEDULE"] = "off"
    port = free_port()
    with (tmp_path / "serve.log").open("w") as log:
        serving = subprocess.Popen(
            [IMR, "serve", "--port", str(port)], env=environment, stdout=log, stderr=log, text=True
        )
    wait_for(lambda: is_answering(port), serving, "page")
    second = subprocess.run(
        [IMR, "serve", "--port", str(free_port())], env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert f"'imr serve' or 'imr ui' works on {tmp_path / 'home'} already." in " ".join(second.stderr.split())
    children = psutil.Process(serving.pid).children(recursive=True)
    serving.kill()
    serving.wait()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []


def test_a_port_that_is_taken_is_named(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [IMR, "serve", "--port", str(port)], env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr
