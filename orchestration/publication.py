"""What the published warehouse says of itself, and whether anything waits to be published."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import lake
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT

_IGNORED = ("target", "logs", "dbt_packages", "queries", "dashboards")
"""Folders of the dbt project from which nothing is built."""
READ_ONLY = {"enable_external_access": "false", "autoload_known_extensions": "false", "lock_configuration": "true"}
"""How readers open a file: with no way from SQL to other files, networks or settings."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The row of table `publication`: which refresh published, when, up to which part of the lake and which
    override, by which models."""

    refresh_id: str
    published_at: dt.datetime
    part_number: int
    project_fingerprint: str
    override_number: int


def connect_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse file, for reading only, with no way from SQL to other files, networks or settings."""
    return duckdb.connect(str(path), read_only=True, config=dict(READ_ONLY))


def read_publication(home: Home) -> Publication | None:
    """None where nothing was published yet, or where the file cannot be read: the next refresh makes it anew."""
    if not home.published.exists():
        return None
    try:
        with connect_read_only(home.published) as connection:
            cursor = connection.execute("from publication")
            columns = [column[0] for column in cursor.description or ()]
            row = dict(zip(columns, cursor.fetchone() or (), strict=True))
            return Publication(
                refresh_id=row["refresh_id"],
                published_at=row["published_at"],
                part_number=row["part_number"],
                project_fingerprint=row["project_fingerprint"],
                override_number=row.get("override_number", 0),  # before there were overrides
            )
    except (duckdb.Error, ValueError, KeyError):
        return None


def project_fingerprint(*suffixes: str) -> str:
    """A hash over models, macros, seeds and tests: another one means that everything is to be classified anew.

    With suffixes ('.sql', '.yml'), over such files only.
    """
    wanted = suffixes or (".sql", ".yml", ".csv")
    digest = hashlib.sha256()
    for path in sorted(DBT_PROJECT.rglob("*")):
        inside = path.relative_to(DBT_PROJECT)
        if path.is_file() and inside.parts[0] not in _IGNORED and path.suffix in wanted:
            digest.update(f"{inside.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def is_pending(home: Home) -> bool:
    """Whether the lake or the models are ahead of the publication, be it for new letters, for what was decided by
    hand, or for a refresh that failed; also where the lake lost letters, so that nobody is told that all is well."""
    publication = read_publication(home)
    if publication is None or publication.project_fingerprint != project_fingerprint():
        return True
    if max(lake.part_numbers(home.overrides), default=0) != publication.override_number:
        return True
    parts = set(lake.part_numbers(home.letters))
    if max(parts, default=0) > publication.part_number or not parts <= lake.staged_parts(home):
        return True
    return bool(lake.orphaned_parts(home))
