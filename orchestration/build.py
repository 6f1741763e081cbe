"""The build: two DuckDB files that only a refresh opens, `imr` with what leads to the marts and `marts` with the marts.

The marts stand in a file of their own so that publishing them is the copy of a file, however many rows they have.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from orchestration import lake
from orchestration.disk import words_of
from orchestration.home import Home
from orchestration.publication import Publication, project_fingerprint

# Files of this version open in every DuckDB client from 1.0 on; those of 2.0 only in 2.0. As in profiles.yml.
STORAGE_VERSION = "v1.0.0"
MEMORY_LIMIT = "1500MB"
"""As in profiles.yml: what does not fit is spilled to disk."""
_PATIENCE_SECONDS = 60.0
# As DuckDB puts it, alone or in an error of dbt.
_DAMAGED = ("corrupt database file", "computed checksum", "valid duckdb database file", "could not read enough bytes")


class DamagedBuild(RuntimeError):
    """The build could not be read and has been thrown away; the message says what to do."""


@contextlib.contextmanager
def open_build(home: Home, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both files in one connection, as `imr` and `marts`, as dbt names them. Tables need no database in front."""
    with duckdb.connect(config={"memory_limit": MEMORY_LIMIT, "temp_directory": str(home.spilled)}) as connection:
        mode = "read_only, " if read_only else ""
        connection.execute(f"attach {quoted(home.build)} as imr{' (read_only)' if read_only else ''}")
        connection.execute(f"attach {quoted(home.marts)} as marts ({mode}storage_version '{STORAGE_VERSION}')")
        schemas = connection.execute(
            "select 'imr.' || schema_name from duckdb_schemas()"
            " where database_name = 'imr' and not internal order by all"
        ).fetchall()
        connection.execute(f"set search_path = {quoted(','.join(['marts.main', *(name for (name,) in schemas)]))}")
        yield connection


def prepare_build(home: Home, publication: Publication | None) -> bool:
    """Opens or makes the build, and tells it which publication it goes on from; False where it starts anew.

    A build that other models made, that the publication does not know or that cannot be opened is thrown away: the
    lake holds all it is made of.
    """
    for path in (home.build, home.marts):
        _wait_until_free(path)
    shutil.rmtree(home.spilled, ignore_errors=True)  # of a build that was killed
    fingerprint = project_fingerprint()
    goes_on_from = (0, 0)
    # A lake with fewer overrides than were published is another lake, or a part of it was taken away.
    has_overrides = publication and max(lake.part_numbers(home.overrides), default=0) >= publication.override_number
    if publication and has_overrides and _is_descendant(home, publication.refresh_id, fingerprint):
        goes_on_from = (publication.part_number, publication.override_number)
    else:
        publication = None
        forget_build(home)
    with open_build(home, read_only=False) as connection:
        connection.execute("create schema if not exists imr.state")
        connection.execute("create table if not exists imr.state.project (fingerprint varchar)")
        connection.execute("create table if not exists imr.state.refreshes (refresh_id varchar)")
        connection.execute(
            "create or replace table imr.state.publication (part_number integer, override_number integer)"
        )
        connection.execute("insert into imr.state.publication values (?, ?)", goes_on_from)
        connection.execute("delete from imr.state.project")
        connection.execute("insert into imr.state.project values (?)", [fingerprint])
    return publication is not None


def forget_build(home: Home) -> None:
    """Throws the build away: the next one starts anew from the lake."""
    for path in (home.build, home.marts):
        path.unlink(missing_ok=True)
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)


def is_damaged(words: str) -> bool:
    """Whether an error of these words is about a database file that is not as it was written."""
    low = words.lower()
    return any(sign in low for sign in _DAMAGED)


@contextlib.contextmanager
def forgotten_where_damaged(home: Home) -> Iterator[None]:
    """Throws the build away where it proves to be damaged, as each later refresh would meet the same. Raises
    DamagedBuild then."""
    try:
        yield
    except Exception as error:
        words = words_of(error)
        if not is_damaged(words):
            raise
        forget_build(home)
        told = next(line for line in words.splitlines() if is_damaged(line))
        raise DamagedBuild(
            "The build is damaged and has been thrown away. Run 'imr refresh' again: it builds everything anew from "
            f"the lake. ({told.strip()})"
        ) from error


def mark_built(home: Home, refresh_id: str) -> None:
    """Notes that a refresh has built all models: what it publishes is what this build goes on from."""
    with open_build(home, read_only=False) as connection:
        connection.execute("insert into imr.state.refreshes values (?)", [refresh_id])


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def _wait_until_free(path: Path) -> None:
    """Waits for the dbt of a refresh that was killed: it works on by itself and holds the build for a while."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while path.exists():
        try:
            duckdb.connect(str(path)).close()
        except duckdb.Error as error:
            if "lock" not in str(error).lower():
                return  # broken, not held: it is thrown away
            if time.monotonic() > deadline:
                raise RuntimeError(f"Another program holds {path}. End it and refresh again.") from None
            time.sleep(0.5)
        else:
            return


def _is_descendant(home: Home, published_refresh: str, fingerprint: str) -> bool:
    if not home.build.exists() or not home.marts.exists():
        return False
    try:
        with open_build(home) as connection:
            same_project = connection.execute("select fingerprint from imr.state.project").fetchone() == (fingerprint,)
            knows = connection.execute("select 1 from imr.state.refreshes where refresh_id = ?", [published_refresh])
            return same_project and knows.fetchone() is not None
    except duckdb.Error:
        return False
