"""Homes and refreshes for tests: the command line as a user runs it, in a process of its own, on a home of the test's."""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock

from orchestration.alerts import channels
from orchestration.build import open_build
from orchestration.dbt import manifest_path, prepare_manifest
from orchestration.home import Home
from tests.database import Database, Server
from tests.drill.receivers import Receivers, listening
from tests.warm import Kill, WarmImr

ROOT = Path(__file__).resolve().parents[1]
LETTERS = ROOT / "tests" / "golden" / "letters"
WARM = WarmImr()
IMR = Path(sys.executable).with_name("imr")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Warehouse:
    """A landing folder and a home, and the commands on them."""

    root: Path

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def published(self) -> Path:
        return self.home / "published" / "imr.duckdb"

    def land(self, name: str, content: str | bytes) -> Path:
        path = self.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def land_golden(self, *names: str) -> None:
        for name in names:
            found = next(LETTERS.rglob(f"{name}.txt"))
            self.land(found.name, found.read_bytes())

    def imr(self, *arguments: str, **settings: str) -> Ran:
        if arguments == ("refresh",):
            lend_manifest(Home(self.home))
        return Ran(*WARM.run(arguments, self.environment(**settings), self.root))

    def killed(self, kill: Kill, *arguments: str, **settings: str) -> Ran:
        return Ran(*WARM.run(arguments or ("refresh",), self.environment(**settings), self.root, kill))

    def environment(self, **settings: str) -> dict[str, str]:
        mine = {"IMR_HOME": str(self.home), "IMR_LETTERS": str(self.landing), "COLUMNS": "160", **settings}
        return {**{name: value for name, value in os.environ.items() if not name.startswith("IMR_")}, **mine}

    def refresh(self, **settings: str) -> Ran:
        return self.imr("refresh", **settings)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published warehouse."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def build(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the build, where letters that were replaced or quarantined are as well."""
        with open_build(Home(self.home)) as connection:
            return connection.execute(sql).fetchall()

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every published table whole, in a fixed order, without what differs from refresh to refresh."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
            return {
                name: connection.execute(f'select * from "{name}" order by all').fetchall()
                for name in names
                if name not in ("publication", "quality_checks")
            }

    def record(self) -> dict[str, Any]:
        """The record of the last refresh."""
        path = max((self.home / "refreshes").glob("*.json"))
        record: dict[str, Any] = json.loads(path.read_text())
        return record


@cache
def parsed() -> bytes:
    """dbt's manifest of the project, which says nothing of a home."""
    with tempfile.TemporaryDirectory() as folder:
        return prepare_manifest(Home(Path(folder))).read_bytes()


def lend_manifest(home: Home) -> None:
    """Spares a new home that dbt parses the project for it: the refresh does so once more when it builds."""
    path = manifest_path(home)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(parsed())


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    (tmp_path / "landing").mkdir()
    return Warehouse(tmp_path)


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """One refresh over every golden letter; tests read it and leave it as it is. Processes of one run share it."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder
    warehouse = Warehouse(folder / "golden")
    with FileLock(folder / "golden.lock"):
        if not warehouse.published.exists():
            for path in sorted(LETTERS.rglob("*.txt")):
                warehouse.land(path.name, path.read_bytes())
            # many of these letters are here for what is wrong in them
            ran = warehouse.refresh(IMR_QUARANTINE_TOLERANCE="0.2")
            assert ran.status == 0, ran.out + ran.err
    return warehouse


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    server = Server.make()
    yield server
    server.remove()


@pytest.fixture
def database(postgres_server: Server) -> Database:
    """An empty database."""
    name = f"imr_{secrets.token_hex(4)}"
    Database(postgres_server, "postgres").query(f"create database {name}")
    return Database(postgres_server, name)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Channels of alerts are tried again at once, and nobody's settings count."""
    monkeypatch.setattr(channels, "WAIT", 0.01)
    for name in [name for name in os.environ if name.startswith("IMR_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    """Servers on this machine that get alerts."""
    with listening() as found:
        yield found
