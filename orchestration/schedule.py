"""When refreshes start by themselves: on a schedule, soon after letters arrive and settle, and after one was killed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
from collections.abc import Sequence
from itertools import takewhile

import dagster as dg

from orchestration.alerts.trouble import has_died
from orchestration.home import Home
from orchestration.landing import seen
from orchestration.landing.listing import list_files
from orchestration.landing.places import Found, LandingError
from orchestration.record import records
from orchestration.settings import Settings, SettingsError
from orchestration.workers import Workers

ARRIVALS = "letters_arrived"
"""Name of the sensor on the landing place."""
NIGHTLY = "nightly"
"""Name of the schedule."""
_SECONDS_AFTER_DEATH = 60.0
"""From the start of a refresh that was killed until another carries on; twice as long after each further death."""
_LONGEST_WAIT = 3600.0


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
        description="Starts a refresh when letters have arrived and do not change any more, or when one was killed.",
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
            if died := to_carry_on(home, time.time()):
                return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"after {died}")], cursor=cursor)
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


def to_carry_on(home: Home, now: float) -> str | None:
    """The refresh that was killed, and that another is to carry on now; None where there is none.

    `now` is in seconds since 1970. What it received is no longer new: nobody else would start one before the next
    letters arrive.
    """
    last = next(records(home), None)
    if last is None or last.ending != "running" or not has_died(last, home.is_held()):
        return None
    deaths = sum(1 for _ in takewhile(lambda record: record.ending == "running", records(home)))
    began = dt.datetime.fromisoformat(last.started_at).replace(tzinfo=dt.UTC).timestamp()
    wait = min(_LONGEST_WAIT, _SECONDS_AFTER_DEATH * 2 ** min(deaths - 1, 10))
    return last.refresh_id if now - began >= wait else None


def cursor_state(cursor: str) -> str:
    """What tells one set of new files from another, for the key of the run that they start."""
    return str(json.loads(cursor)["state"])


def _state(new: Sequence[Found]) -> str:
    digest = hashlib.sha256()
    for file in new:
        digest.update(f"{file.uri}\0{file.size}\0{file.changed}\n".encode())
    return digest.hexdigest()[:16] if new else ""
