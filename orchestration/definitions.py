"""Wires assets, resources, job and sensors. Importing it touches no network and no database, and starts no dbt."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

import dagster as dg

from orchestration.assets import audit, extract, ingest
from orchestration.assets.common import OWNERS, Refresh
from orchestration.assets.publish import build_publish
from orchestration.assets.targets import build_targets
from orchestration.assets.transform import build_transform
from orchestration.copied import Copy
from orchestration.dbt import read_manifest
from orchestration.event_log import forget_old_runs
from orchestration.home import Home
from orchestration.landing.ahead import Ahead
from orchestration.progress import Lines, Progress
from orchestration.record import last_record
from orchestration.schedule import build_arrival_sensor, build_schedules
from orchestration.sensors import build_sensors
from orchestration.settings import Settings, load_settings

JOB = "refresh"
# What `imr serve` prints of a run. Dagster's default is DEBUG: several hundred lines of events, which its page keeps.
_AT_INFO = {"loggers": {"console": {"config": {"log_level": "INFO"}}}}
_PATIENCE_SECONDS = 6 * 3600.0
_CHECKS = "One row for each expectation of each refresh, published or refused. Each audit adds a part."
_OVERRIDES = "One row for each thing that somebody decided by hand of a quarantined item, with imr quarantine."
_STATE = "The publication that a build goes on from. Laid into the build file before dbt starts."


def refresh_resource(settings: Settings, progress: Progress | None, ahead: Ahead | None) -> dg.ResourceDefinition:
    """What the steps of a run share. It holds the home while the run lasts: two refreshes would undo each other."""

    @dg.resource(description="Settings, home and progress of a run; holds the home while the run lasts.")
    def refresh(init: dg.InitResourceContext) -> Iterator[Refresh]:
        home = Home(settings.home).prepare()
        # Who waits in front of it learns at once that another refresh runs; a run of the daemon waits its turn.
        with home.working(init.run.run_id if init.run else "none"), home.held(0 if progress else _PATIENCE_SECONDS):
            if init.instance:
                forget_old_runs(init.instance)
            log = init.log or logging.getLogger(__name__)
            with Copy() as copy:
                told = progress or Lines(log.info)
                yield Refresh(settings, home, told, is_patient=progress is None, ahead=ahead, copy=copy)
            if progress is None and (record := last_record(home)):
                log.info(record.in_a_line())

    return refresh


def build_definitions(
    settings: Settings, progress: Progress | None = None, ahead: Ahead | None = None
) -> dg.Definitions:
    """The definitions for one home; `progress` and `ahead` are of a refresh in this process.

    Raises DbtError where the dbt project was not parsed for it yet.
    """
    transform = build_transform(read_manifest(Home(settings.home)))
    publish = build_publish(key for key in transform.keys if key.path[0] == "marts")
    hours = settings.freshness_hours
    fresh = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(hours=hours)) if hours else None

    def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
        is_read = spec.key.path[0] in ("marts", "published")
        return dg.apply_freshness_policy(spec, fresh) if fresh and is_read else spec

    # What dbt reads and no asset makes: the audit's results of all refreshes, what was decided by hand, and the mark
    # that transform lays.
    sources = [
        dg.AssetSpec(["lake", "checks"], group_name="audit", owners=OWNERS, kinds={"parquet"}, description=_CHECKS),
        dg.AssetSpec(
            ["lake", "overrides"], group_name="ingest", owners=OWNERS, kinds={"parquet"}, description=_OVERRIDES
        ),
        dg.AssetSpec(
            ["state", "publication"], group_name="publish", owners=OWNERS, kinds={"duckdb"}, description=_STATE
        ),
    ]
    steps = [
        ingest.received_letters,
        extract.staged_rows,
        transform,
        audit.audit_verdict,
        publish,
        *build_targets(settings),
    ]
    steps = [step.map_asset_specs(with_freshness) for step in steps]
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        config=_AT_INFO,
        description="From the landing place to a published warehouse.",
    )
    return dg.Definitions(
        assets=[*sources, *steps],
        jobs=[job],
        schedules=build_schedules(settings, job),
        sensors=[*build_arrival_sensor(settings, job), *build_sensors(settings)],
        resources={"refresh": refresh_resource(settings, progress, ahead)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's page and daemon load, with settings from the environment."""
    return build_definitions(load_settings())
