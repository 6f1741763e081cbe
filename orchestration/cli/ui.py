"""`imr ui`: Dagster's web page on a home."""

from __future__ import annotations

import os
import socket
import sys

from orchestration.cli.terminal import Problem, err, home_of
from orchestration.settings import PROJECT_ROOT


def run_ui(home_path: str | None, host: str, port: int) -> int:
    from orchestration.dbt import DbtError, prepare_manifest
    from orchestration.runner import write_instance_config

    home = home_of(home_path).prepare()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Problem(
                f"{host}:{port} cannot be listened on ({error.strerror}). Try another --port or --host."
            ) from None
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
