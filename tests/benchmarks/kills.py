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
from orchestration.progress import DOING


def killed_load(command: Sequence[str], environment: Mapping[str, str], seconds: Mapping[str, float]) -> list[float]:
    """Kills the command in the middle of each step, one step a run, and then lets it end.

    `seconds` is what each step of an undisturbed run takes. Returns the seconds of each run, the last one's included.
    Raises RuntimeError where a run ends before it is killed, or the last one does not end well.
    """
    ran = []
    for step in [*seconds, None]:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        if step is None:
            said, _ = process.communicate()
            if process.returncode:
                raise RuntimeError(said)
        else:
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith(DOING[step]):
                    time.sleep(seconds[step] / 2)
                    break
            else:
                process.wait()  # it said all that it had to say
            if process.poll() is not None:
                raise RuntimeError(f"It ended before it could be killed in {step}:\n{said}")
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
