"""A first load that is killed on its way with all its processes, as by a machine that stops, and goes on each time."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.build import quoted


def killed_load(command: Sequence[str], environment: Mapping[str, str], seconds: float, kills: int) -> list[float]:
    """Kills the command so many times, spread over what an undisturbed run takes, then lets it end.

    Returns the seconds of each run. Raises RuntimeError where the last one does not end well.
    """
    ran = []
    for number in range(kills + 1):
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=environment, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            # A later kill finds the work of the runs before done: together they get through all steps.
            _, errors = process.communicate(timeout=seconds * (number + 1) / (kills + 1) if number < kills else None)
            if process.returncode:
                raise RuntimeError(errors.decode())
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        ran.append(round(time.perf_counter() - started, 1))
    return ran


def equal(one: Path, other: Path) -> None:
    """Compares two publications by the hashes of their rows, but for when letters were received. Raises AssertionError naming
    the table."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach {quoted(path)} as {name} (read_only)")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'one'"
            " and table_name not in ('publication', 'quality_checks')"
        ).fetchall()
        for (table,) in tables:
            seen = [
                connection.execute(
                    "select count(*), sum(hash(row)::hugeint) from"
                    f" (select columns(lambda name: name != 'received_at') from {name}.main.{table}) as row"
                ).fetchall()
                for name in ("one", "other")
            ]
            assert seen[0] == seen[1], f"{table} differs: {seen}"
