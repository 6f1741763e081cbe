"""`imr ui`: Dagster's web page on a home."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from orchestration.cli.terminal import Problem, err, home_of
from orchestration.settings import PROJECT_ROOT


def run_ui(home_path: Path | None, host: str, port: int) -> int:
    from orchestration.dbt import DbtError, prepare_manifest
    from orchestration.runner import write_instance_config

    home = home_of(home_path).prepare()
    try:
        prepare_manifest(home)
    except DbtError as error:
        raise Problem(str(error)) from None
    write_instance_config(home)
    err.print(f"Dagster's page for {home.root}: http://{host}:{port}  (Ctrl+C ends it)")
    os.environ.update({"DAGSTER_HOME": str(home.dagster), "IMR_HOME": str(home.root)})
    os.chdir(PROJECT_ROOT)
    command = [
        sys.executable,
        "-m",
        "dagster_webserver",
        "-m",
        "orchestration.definitions",
        "-h",
        host,
        "-p",
        str(port),
    ]
    os.execv(sys.executable, command)
