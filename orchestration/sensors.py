"""Dagster's sensors: they tell people how a run ended, and that a warehouse grew old. They only call what tells.

They tell of every run of this code location: the button on Dagster's page starts the same steps as the job. A refresh
from the command line tells by itself and belongs to no code location, so it is not told twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from orchestration.alerts.memory import Delivery
from orchestration.alerts.tell import tell, tell_unrecorded
from orchestration.home import BUSY, Home
from orchestration.record import Record
from orchestration.settings import Settings

SECONDS_BETWEEN_LOOKS = 300
_WILL_RETRY = "dagster/will_retry"  # a run that Dagster starts anew by itself is told when the last try fails
_NO_CHANNEL = "No channel for alerts is configured (IMR_ALERT_...)."


def build_sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Sensors for the home of these settings. They run from the start: without a channel each of them does nothing."""
    home = Home(settings.home)

    @dg.run_failure_sensor(
        name="tell_of_failed_runs",
        description="Tells people of a run that failed or was refused by the audit, with its step and error.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def failed(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        if not settings.has_channels:
            return dg.SkipReason(_NO_CHANNEL)
        if context.dagster_run.tags.get(_WILL_RETRY) == "true":
            return dg.SkipReason("Dagster tries this run again by itself.")
        step, error = _death(context)
        if error.endswith(BUSY.format(home=home.root)):
            return dg.SkipReason("Another refresh was running, and this one did not begin.")
        return _said(tell_of_failed_run(home, settings, context.dagster_run.run_id, step, error))

    @dg.run_status_sensor(
        run_status=dg.DagsterRunStatus.SUCCESS,
        name="tell_of_finished_runs",
        description="Tells people what a published refresh warns of, and that an earlier trouble is over.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def finished(context: dg.RunStatusSensorContext) -> dg.SkipReason:  # noqa: ARG001 (asked for by Dagster)
        return _said(tell(home, settings)) if settings.has_channels else dg.SkipReason(_NO_CHANNEL)

    @dg.sensor(
        name="tell_of_stale_warehouse",
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        description="Tells people of a warehouse that grew older than IMR_FRESHNESS_HOURS and of a run that was "
        "killed, and tries again what could not be delivered.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def stale(_context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return _said(tell(home, settings)) if settings.has_channels else dg.SkipReason(_NO_CHANNEL)

    return [failed, finished, stale]


def tell_of_failed_run(home: Home, settings: Settings, run_id: str, step: str, error: str) -> list[Delivery]:
    """Tells of a run that failed. One that failed outside of its steps, and so left no ending, is recorded first."""
    try:
        path = next(home.refreshes.glob(f"*-{run_id[:8]}.json"), None)
        record = Record.load(path) if path else Record.begin(home, run_id)
        if record.ending == "running":
            record.doing = record.doing or step
            record.end("failed", f"{record.doing}: {error}")
    except OSError:  # the home cannot be written
        return tell_unrecorded(home, settings, step, error)
    return tell(home, settings)


def _death(context: dg.RunFailureSensorContext) -> tuple[str, str]:
    """The step that failed first and its error's own words; 'start' where no step had begun."""
    for event in [*context.get_step_failure_events(), context.failure_event]:
        cause = getattr(event.event_specific_data, "error", None)
        while cause is not None and cause.cause is not None:
            cause = cause.cause
        if cause is not None:
            return event.step_key or "start", str(cause.message).strip()
    return "start", str(context.failure_event.message or "The run failed.").strip()


def _said(deliveries: Sequence[Delivery]) -> dg.SkipReason:
    """What a tick did, for Dagster's page. A sensor that starts no run always skips."""
    if not deliveries:
        return dg.SkipReason("Nothing new to tell.")
    return dg.SkipReason(
        "; ".join(
            f"{delivery.channel}: {delivery.headline if delivery.is_delivered else f'not told, {delivery.reason}'}"
            for delivery in deliveries
        )
    )
