"""The record of a refresh: what it found, how long each step took and how it ended. One JSON file in the home."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from orchestration.home import Home, write_json

Ending = Literal["running", "published", "nothing_new", "refused", "failed"]


@dataclass(slots=True)
class Record:
    """What one refresh says of itself. Counts are of this refresh, not of the warehouse."""

    refresh_id: str
    started_at: str
    ending: Ending = "running"
    ended_at: str | None = None
    message: str | None = None  # why it was refused or failed
    files_seen: int = 0
    files_new: int = 0
    letters_read: int = 0
    reread: int = 0  # parts of the lake that are read again, as an older reader had read them
    duplicates: int = 0
    unsettled: int = 0  # files that changed while they were read; the next refresh reads them
    rejected: int = 0
    items: int = 0
    quarantined: int = 0
    first_quarantined: list[dict[str, Any]] = field(default_factory=list)  # so that a refusal can name them
    warnings: list[str] = field(default_factory=list)  # what the audit let pass and people should look at
    said_by_hand: int = 0  # releases of quarantined items, and undoings, that the publication takes in
    reclassified: int | None = None  # decisions that a changed vocabulary classed otherwise than before
    decisions_published: int | None = None
    published_to: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    path: Path | None = None

    @classmethod
    def begin(cls, home: Home, run_id: str) -> Record:
        """A new record, on disk. The identifier sorts by time and ends in the first 8 characters of Dagster's run."""
        now = utc_now()
        refresh_id = f"{now:%Y%m%dT%H%M%SZ}-{run_id[:8]}"
        record = cls(refresh_id, now.isoformat(timespec="seconds"), path=home.refreshes / f"{refresh_id}.json")
        record.save()
        return record

    @classmethod
    def of_run(cls, home: Home, run_id: str) -> Record:
        """The record that an earlier step of the same run began."""
        path = next(home.refreshes.glob(f"*-{run_id[:8]}.json"), None)
        if path is None:
            return cls.begin(home, run_id)  # a run that materialises a later step alone
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Record:
        return cls(**json.loads(path.read_text(encoding="utf-8")), path=path)

    def save(self) -> None:
        if self.path:
            write_json(self.path, {name: value for name, value in asdict(self).items() if name != "path"})

    def end(self, ending: Ending, message: str | None = None) -> None:
        self.ending, self.message = ending, message
        self.ended_at = utc_now().isoformat(timespec="seconds")
        self.save()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step. What it raises ends the refresh as failed, unless the step gave it an ending of its own."""
        started = time.perf_counter()
        try:
            yield
        except Exception as error:
            if self.ending == "running":
                self.end("failed", f"{name}: {error}")
            raise
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 2)
            self.save()


def last_record(home: Home) -> Record | None:
    """The record of the latest refresh on this home, None before the first."""
    paths = sorted(home.refreshes.glob("*.json"))
    return Record.load(paths[-1]) if paths else None


def utc_now() -> dt.datetime:
    """Now, in UTC and without a zone: how times stand in the lake and the warehouse."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
