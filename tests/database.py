"""A PostgreSQL server of the tests' own, on a socket in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

PASSWORD = "s3cret-of-the-tests"
_MISSING = "PostgreSQL is not installed on this machine: run 'make system-packages'"


def binary(name: str) -> str | None:
    """Debian keeps the server's programs out of the search path, in a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@dataclass(frozen=True)
class Server:
    """A server. It does not run as root, which PostgreSQL refuses."""

    folder: Path

    @classmethod
    def make(cls) -> Server:
        """Skips a test where PostgreSQL is missing, and fails it in CI, where it must not be."""
        if not (binary("initdb") and binary("pg_ctl")):
            (pytest.fail if os.environ.get("CI") else pytest.skip)(_MISSING)
        server = cls(Path(tempfile.mkdtemp(prefix="pg-")))
        password = server.folder / "password"
        password.write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (server.folder, password):
                shutil.chown(path, *_user())
        server._run("initdb", "-U", "imr", "-A", "scram-sha-256", f"--pwfile={password}", "-E", "UTF8", "--no-sync")
        server.start()
        return server

    def start(self) -> None:
        options = f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str, user: str = "imr", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        user, group = _user() if os.getuid() == 0 else (None, None)
        subprocess.run(
            [str(binary(program)), "-D", str(self.folder / "data"), *arguments],
            user=user,
            group=group,
            extra_groups=[] if user else None,
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # of the server as well: it would hold a pipe open
            stderr=subprocess.DEVNULL,
        )


@dataclass(frozen=True)
class Database:
    """A database of one test."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def connect(self, user: str = "imr") -> Any:
        connection = psycopg2.connect(self.server.url(self.name, user))
        connection.autocommit = True
        return connection

    def query(self, sql: str, user: str = "imr") -> list[tuple[Any, ...]]:
        """Rows; none of a statement that has no result."""
        connection = self.connect(user)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def _user() -> tuple[str, str]:
    """Debian's package makes it."""
    return "postgres", "postgres"
