"""What a refresh with nothing new costs, whole process, and how much of it is imports. Run by `make benchmark`.

A figure of one machine means little alone: beside the seconds stand the same runs as ratios to importing Dagster and
dagster-dbt in a fresh process, taken in turn in the same minutes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMR = str(Path(sys.executable).with_name("imr"))
IMPORTS = [sys.executable, "-c", "import dagster, dagster_dbt"]
RUNS = 5
LIMIT_SECONDS = 15


def seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "IMR_HOME": home, "IMR_LETTERS": str(ROOT / "data" / "letters")}
        refresh = [IMR, "refresh"]
        first = seconds(refresh, environment)
        pairs = []
        for run in range(RUNS):
            pairs.append((seconds(refresh, environment), seconds(IMPORTS, environment)))
            print(
                f"run {run + 1} of {RUNS}: nothing new {pairs[-1][0]:.1f} s, imports alone {pairs[-1][1]:.1f} s",
                flush=True,
            )
    nothing = statistics.median(new for new, _ in pairs)
    ratio = statistics.median(new / imports for new, imports in pairs)
    print(f"five letters, first refresh   {first:6.1f} s")
    print(f"nothing new, median           {nothing:6.1f} s   (limit {LIMIT_SECONDS} s)")
    print(f"nothing new / imports alone   {ratio:6.2f} x")
    return 0 if nothing < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
