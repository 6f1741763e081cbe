"""What a target is, and which of them the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from orchestration.settings import Settings
from orchestration.targets.tables import Table


class TargetError(Exception):
    """A publication did not reach its target, which holds what it held before. The text says why and what to do, and
    holds no secret."""


class Target(Protocol):
    """A place that gets a copy of each publication."""

    @property
    def name(self) -> str:
        """What settings, alerts and `imr status` call it: 'parquet', 'postgres'."""

    @property
    def place(self) -> str:
        """Where it is, as people are shown it: without passwords. Another place is another target."""

    def publish(self, published: Path, tables: Sequence[Table], refresh_id: str) -> Mapping[str, int]:
        """Copies the published file, so that readers see all of it or what was there before. Returns rows by table.

        Raises TargetError. Doing it again is harmless.
        """

    def still_holds(self, refresh_id: str) -> bool:
        """Whether a publication that was copied is still there, as far as this machine can tell by itself."""


def configured(settings: Settings) -> tuple[Target, ...]:
    """The targets of the settings, none where none is set."""
    targets: list[Target] = []
    if settings.publish_parquet:
        from orchestration.targets.parquet import Parquet

        targets.append(Parquet(settings.publish_parquet))
    if settings.publish_postgres:
        from orchestration.targets.postgres.target import Postgres

        targets.append(
            Postgres(settings.publish_postgres, settings.publish_postgres_schema, settings.publish_postgres_readers)
        )
    return tuple(targets)
