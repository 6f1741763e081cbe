"""Copies the publication to one target and notes how it went. A target that fails fails alone."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.dbt import DbtError, read_manifest
from orchestration.home import Home
from orchestration.publication import read_publication
from orchestration.record import utc_now
from orchestration.settings import Settings
from orchestration.targets import standing
from orchestration.targets.standing import Standing
from orchestration.targets.tables import read_tables
from orchestration.targets.target import Target, TargetError, configured


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one copy went. `refresh_id` is that of the publication, `reason` why it did not arrive."""

    target: str
    place: str
    refresh_id: str
    rows: int
    seconds: float
    reason: str | None = None

    @property
    def is_reached(self) -> bool:
        return self.reason is None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def behind(home: Home, settings: Settings) -> list[Target]:
    """The targets of the settings that do not hold what is published now."""
    publication = read_publication(home)
    return [
        target
        for target in configured(settings)
        if publication
        and not (
            (known := standing.load(home, target.name))
            and (known.refresh_id, known.place, known.failure) == (publication.refresh_id, target.place, None)
            and target.still_holds(publication.refresh_id)
        )
    ]


def forget_unset(home: Home, settings: Settings) -> None:
    """Forgets targets that are no longer set: nobody waits for them, and what they lack is no trouble."""
    names = {target.name for target in configured(settings)}
    for known in standing.load_all(home):
        if known.target not in names:
            standing.forget(home, known.target)


def copy(home: Home, target: Target) -> Outcome:
    """Copies the publication to a target. Whatever goes wrong is an outcome, and raises nothing."""
    started = time.perf_counter()
    publication = read_publication(home)
    refresh_id = publication.refresh_id if publication else ""
    rows, reason = 0, None
    try:
        if not publication:
            raise TargetError(f"there is no publication in {home.root}")
        rows = sum(
            target.publish(home.published, read_tables(home.published, read_manifest(home)), refresh_id).values()
        )
    except (TargetError, duckdb.Error, DbtError, OSError) as error:
        reason = str(error)
    except Exception as error:  # a fault of this project: its place is told, and not its text, which may hold a secret
        place = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
    outcome = Outcome(target.name, target.place, refresh_id, rows, round(time.perf_counter() - started, 2), reason)
    _note(home, outcome)
    return outcome


def copy_to_those_behind(
    home: Home, settings: Settings, doing: Callable[[Target], None] = lambda _: None
) -> list[Outcome]:
    """Copies the publication to each target that lacks it. `doing` is told of each before it begins."""
    outcomes = []
    for target in behind(home, settings):
        doing(target)
        outcomes.append(copy(home, target))
    return outcomes


def _note(home: Home, outcome: Outcome) -> None:
    now = utc_now().isoformat(timespec="seconds")
    if outcome.is_reached:
        standing.save(home, Standing(outcome.target, outcome.place, outcome.refresh_id, now, outcome.rows))
        return
    before = standing.load(home, outcome.target)
    if before is None or before.place != outcome.place:
        before = Standing(outcome.target, outcome.place)
    standing.save(
        home,
        Standing(
            outcome.target,
            outcome.place,
            before.refresh_id,
            before.published_at,
            before.rows,
            outcome.reason,
            before.failing_since or now,
        ),
    )
