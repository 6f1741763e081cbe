"""When refreshes start by themselves: on a schedule, and soon after letters arrive and settle."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence

import dagster as dg

from orchestration.home import Home
from orchestration.landing import seen
from orchestration.landing.listing import list_files
from orchestration.landing.places import Found, LandingError
from orchestration.settings import Settings, SettingsError
from orchestration.workers import Workers

ARRIVALS = "letters_arrived"
"""Name of the sensor on the landing place."""
NIGHTLY = "nightly"
"""Name of the schedule."""


def build_schedules(settings: Settings, job: dg.UnresolvedAssetJobDefinition) -> list[dg.ScheduleDefinition]:
    """The schedule of `IMR_SCHEDULE`, or none where it is off. Raises SettingsError where it is no cron expression."""
    if settings.schedule is None:
        return []
    try:
        return [
            dg.ScheduleDefinition(
                name=NIGHTLY,
                job=job,
                cron_schedule=settings.schedule,
                execution_timezone=settings.schedule_timezone,
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description="Refreshes the warehouse by IMR_SCHEDULE.",
            )
        ]
    except dg.DagsterInvalidDefinitionError as error:
        raise SettingsError(f"IMR_SCHEDULE or IMR_SCHEDULE_TIMEZONE: {error}") from None


def build_arrival_sensor(settings: Settings, job: dg.UnresolvedAssetJobDefinition) -> list[dg.SensorDefinition]:
    """The sensor that starts a refresh when new files lie in the landing place and have not changed for
    `IMR_SETTLE_SECONDS`; none where that is 0."""
    if not settings.settle_seconds:
        return []
    home = Home(settings.home)

    @dg.sensor(
        name=ARRIVALS,
        job=job,
        minimum_interval_seconds=min(60, settings.settle_seconds),
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a refresh when letters have arrived and do not change any more.",
    )
    def letters_arrived(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        try:
            with Workers(1) as workers:  # the daemon starts no processes each minute
                listed, _ = seen.split(home, list_files(settings.letters, workers).files)
        except LandingError as error:
            return dg.SkipReason(str(error))
        new = [file for file in listed if file.is_regular]  # no pipe becomes a letter by waiting
        answer, cursor = decide(new, context.cursor, time.time(), settings.settle_seconds)
        if isinstance(answer, str):
            context.update_cursor(cursor)
            return dg.SkipReason(answer)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=cursor_state(cursor))], cursor=cursor)

    return [letters_arrived]


def decide(new: Sequence[Found], cursor: str | None, now: float, settle_seconds: int) -> tuple[bool | str, str]:
    """Whether to start a refresh: True, or the words why not, and the cursor for the next look.

    `new` are files that no refresh has received, `now` seconds since 1970. The same files start one refresh only: what
    a refresh could not receive does not start it again and again.
    """
    before = json.loads(cursor) if cursor else {"state": "", "since": now, "started": ""}
    state = _state(new)
    since = min(now, before["since"]) if before["state"] == state else now  # a clock may jump back
    looked = {"state": state, "since": since, "started": before["started"]}
    if not new:
        return "Nothing new has arrived.", json.dumps(looked)
    if before["started"] == state:
        return f"A refresh was started for these {len(new):,} files.", json.dumps(looked)
    waited = now - since
    if waited < settle_seconds:
        return f"{len(new):,} files have arrived; waiting until they settle.", json.dumps(looked)
    return True, json.dumps(looked | {"started": state})


def cursor_state(cursor: str) -> str:
    """What tells one set of new files from another, for the key of the run that they start."""
    return str(json.loads(cursor)["state"])


def _state(new: Sequence[Found]) -> str:
    digest = hashlib.sha256()
    for file in new:
        digest.update(f"{file.uri}\0{file.size}\0{file.changed}\n".encode())
    return digest.hexdigest()[:16] if new else ""
