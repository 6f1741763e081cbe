"""Runs the refresh job in this process, on the Dagster instance of the home, so that its page shows the run."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from orchestration.definitions import JOB, build_definitions
from orchestration.home import Home
from orchestration.landing.ahead import Ahead
from orchestration.progress import Progress
from orchestration.record import INTERRUPTED
from orchestration.settings import Settings

# Dagster's own files stay in the home; nothing is told to anybody, and steps print to where they were started. One
# refresh runs at a time, however many ask, and one that died keeps none waiting.
INSTANCE_CONFIG = """\
telemetry:
  enabled: false
nux:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
concurrency:
  runs:
    max_concurrent_runs: 1
run_launcher:
  module: orchestration.launcher
  class: WatchedRunLauncher
run_monitoring:
  enabled: true
  poll_interval_seconds: 20
"""
_IN_POSTGRES = """\
storage:
  postgres:
    postgres_url:
      env: IMR_DAGSTER_POSTGRES
"""
_IN_HOME = """\
event_log_storage:
  module: orchestration.event_log
  class: QuickSqliteEventLog
  config:
    base_dir: {folder}
"""
# Dagster would tell every event on stderr; whoever starts a run here shows its progress, and the page keeps the events.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def write_instance_config(home: Home, settings: Settings) -> None:
    """Tells Dagster where it keeps its runs: under the home, or in the database of `IMR_DAGSTER_POSTGRES`."""
    in_home = _IN_HOME.format(folder=json.dumps(f"{home.dagster / 'history' / 'runs'}/"))
    wanted = INSTANCE_CONFIG + (_IN_POSTGRES if settings.dagster_postgres else in_home)
    config = home.dagster / "dagster.yaml"
    if not config.exists() or config.read_text(encoding="utf-8") != wanted:
        config.write_text(wanted, encoding="utf-8")


def prepare_instance(home: Home, settings: Settings) -> None:
    """Makes Dagster's tables: page and daemon, started at once on a new home, would both make them, and one fail."""
    write_instance_config(home, settings)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.get_runs_count()
        instance.all_instigator_state()


def run_job(
    settings: Settings,
    home: Home,
    progress: Progress,
    tags: Mapping[str, str] | None = None,
    ahead: Ahead | None = None,
) -> str | None:
    """Runs the job once, with the tags of its run and the listing that was begun for it, if any.

    Returns None where every step went well, else the words of the first one that did not.
    """
    write_instance_config(home, settings)
    # Where nothing is new the later steps are skipped, and Dagster would warn of each check that then tells nothing.
    logging.getLogger("dagster._core.execution.plan.active").setLevel(logging.ERROR)
    job = build_definitions(settings, progress, ahead).resolve_job_def(JOB)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=_QUIET, tags=tags)
        if result.success:
            return None
        for event in result.all_events:
            data = event.event_specific_data
            error = getattr(data, "error", None)
            if error is not None:
                cause = error.cause or error
                while cause.cause is not None:
                    cause = cause.cause
                if cause.cls_name == DagsterExecutionInterruptedError.__name__:
                    return INTERRUPTED
                return re.sub(r"^[\w.]+: ", "", str(cause.message).strip())
        return "The run failed."
