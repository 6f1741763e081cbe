"""The home of a warehouse: which folder holds what, who may write, and how a file is written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

HOME_MARK = ".imr-home"
"""An empty file that says of a folder that it is a home."""
OWN_FOLDERS = ("lake", "build", "published", "refreshes", "dagster", "alerts", "targets")
"""Folders of a home that are ours; letters may lie beside them."""
UNFINISHED = ".unfinished"
"""How the names of files end that are still being written; they begin with a dot."""
_UNUSABLE = "'\"{}"
SERVED = "'imr serve' or 'imr ui' works on {home} already. End it first, or use another --home."
BUSY = "Another refresh is running on {home}. Wait until it ends ('imr status' tells), or use another --home."


class HomeError(RuntimeError):
    """The home cannot be used; the message names the path and says what to do."""


class HomeBusy(HomeError):
    """Another refresh is running on the same home."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folders under `HOME`. Nothing in here reads or writes what they hold."""

    root: Path

    @property
    def letters(self) -> Path:
        """Parquet parts of ingest: one row for each file received, with the letter's text."""
        return self.root / "lake" / "letters"

    @property
    def files(self) -> Path:
        """Parquet parts of ingest: one row for each file of the landing place that was received whole."""
        return self.root / "lake" / "files"

    @property
    def staged(self) -> Path:
        """Parquet parts of extract, a folder for each kind of row."""
        return self.root / "lake" / "staged"

    @property
    def checks(self) -> Path:
        """Parquet parts of audit: one row for each expectation of each refresh."""
        return self.root / "lake" / "checks"

    @property
    def overrides(self) -> Path:
        """Parquet parts of `imr quarantine`: what people decided by hand, a part for each thing said."""
        return self.root / "lake" / "overrides"

    @property
    def build(self) -> Path:
        """The warehouse being built; nobody but the refresh opens it."""
        return self.root / "build" / "imr.duckdb"

    @property
    def marts(self) -> Path:
        """The marts being built, beside the rest of the build: a publication is a copy of it."""
        return self.root / "build" / "marts.duckdb"

    @property
    def spilled(self) -> Path:
        """What DuckDB lays aside while it builds, where memory is too small."""
        return self.root / "build" / "spilled"

    @property
    def dbt_target(self) -> Path:
        return self.root / "build" / "dbt"

    @property
    def published(self) -> Path:
        """What readers open. Replaced in one rename, after the audit."""
        return self.root / "published" / "imr.duckdb"

    @property
    def data_docs(self) -> Path:
        """Pages of what each recent audit found, published or refused: `index.html` and what it links to."""
        return self.root / "published" / "data_docs"

    @property
    def dictionary(self) -> Path:
        """What each published table and column means, as Markdown."""
        return self.root / "published" / "dictionary.md"

    @property
    def dictionary_page(self) -> Path:
        """The same as a page that needs no network."""
        return self.root / "published" / "dictionary.html"

    @property
    def report(self) -> Path:
        """Figures and charts of the publication, as a page that needs no network."""
        return self.root / "published" / "report.html"

    @property
    def dbt_docs(self) -> Path:
        """dbt's documentation of the models, with their lineage, as a page that needs no network."""
        return self.root / "published" / "dbt_docs.html"

    @property
    def metrics(self) -> Path:
        """Definitions of the metrics of the published tables, as MetricFlow reads them."""
        return self.root / "published" / "semantic_manifest.json"

    @property
    def refreshes(self) -> Path:
        """One JSON file for each refresh that did something: what it found and how it ended."""
        return self.root / "refreshes"

    @property
    def alerts(self) -> Path:
        """What people were told of, on which channel, and what could not be delivered."""
        return self.root / "alerts"

    @property
    def targets(self) -> Path:
        """What each target of `IMR_PUBLISH_...` holds, and what kept it from holding more. One JSON file a target."""
        return self.root / "targets"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def working_runs(self) -> Path:
        """A locked file for each run of Dagster that works."""
        return self.dagster / "working"

    @property
    def lock(self) -> Path:
        return self.root / ".refresh.lock"

    @property
    def overrides_lock(self) -> Path:
        """Held while an override is numbered and written; a refresh that runs does not stand in its way."""
        return self.root / ".overrides.lock"

    def prepare(self) -> Home:
        """Makes the folders. Raises HomeError where the home cannot be written or has a name that SQL cannot hold."""
        if any(sign in str(self.root) for sign in _UNUSABLE):
            raise HomeError(f"The home {self.root} has quotes or braces in its name, which dbt cannot take. Rename it.")
        try:
            for folder in (
                self.letters,
                self.staged,
                self.checks,
                self.overrides,
                self.build.parent,
                self.published.parent,
            ):
                folder.mkdir(parents=True, exist_ok=True)
            self.refreshes.mkdir(exist_ok=True)
            self.dagster.mkdir(exist_ok=True)
            (self.root / HOME_MARK).write_bytes(b"")
        except OSError as error:
            raise self._unwritable(error) from None
        if not os.access(self.published.parent, os.W_OK | os.X_OK):  # else it is found out at the very end
            raise HomeError(
                f"{self.published.parent} cannot be written (Permission denied). Allow it, and refresh again."
            )
        return self

    def _unwritable(self, error: OSError) -> HomeError:
        reason = error.strerror or error
        return HomeError(
            f"The home {self.root} cannot be written ({reason}). Point --home or IMR_HOME at a folder that can."
        )

    def clear_unfinished(self) -> None:
        """Takes away what a refresh that was killed left half written. Only for who holds the home: nobody else writes
        in these folders, but for overrides, which have a lock of their own."""
        folders = (
            self.letters,
            self.files,
            self.staged,
            self.checks,
            self.published.parent,
            self.refreshes,
            self.targets,
        )
        for folder in folders:
            clear_half_written(folder)
        with FileLock(self.overrides_lock):
            clear_half_written(self.overrides)

    @contextmanager
    def held(self, patience_seconds: float = 0) -> Iterator[None]:
        """Holds the home for one refresh. Raises HomeBusy where another process holds it for longer than so many
        seconds, HomeError where it cannot be written."""
        lock = FileLock(self.lock)
        try:
            lock.acquire(timeout=patience_seconds)
        except Timeout:
            raise HomeBusy(BUSY.format(home=self.root)) from None
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def served(self) -> Iterator[None]:
        """Holds the home for one Dagster daemon: two would start the same runs. Raises HomeBusy."""
        try:
            with FileLock(self.root / ".serve.lock", timeout=0):
                yield
        except Timeout:
            raise HomeBusy(SERVED.format(home=self.root)) from None

    @contextmanager
    def working(self, run_id: str) -> Iterator[None]:
        """Shows that a run of Dagster works, also while it waits for the home, by a lock that ends with its process."""
        self.working_runs.mkdir(exist_ok=True)
        lock = FileLock(self.working_runs / run_id)
        with lock:
            try:
                yield
            finally:
                Path(lock.lock_file).unlink(missing_ok=True)

    def is_working(self, run_id: str) -> bool:
        """Whether a run of Dagster works now. What one that died left of it goes."""
        path = self.working_runs / run_id
        if not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return True
        return False

    def is_held(self) -> bool:
        """Whether a refresh runs on this home now."""
        try:
            with self.held():
                return False
        except HomeBusy:
            return True
        except HomeError:
            return False


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path to write to. It takes the name `path` in one rename when the block ends well, and goes when it doesn't."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
    unfinished.unlink(missing_ok=True)
    try:
        yield unfinished
        with unfinished.open("rb") as handle:
            os.fsync(handle.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_json(path: Path, content: dict[str, Any]) -> None:
    with written_whole(path) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")


def clear_half_written(folder: Path) -> None:
    """Takes away what somebody who was killed was writing with `written_whole`. Only where nobody writes now."""
    for path in folder.rglob(f".*{UNFINISHED}"):
        if not path.is_dir() or path.is_symlink():
            path.unlink(missing_ok=True)
