"""`imr serve`: Dagster's page and daemon together, on one home, until a signal ends both."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from orchestration.cli.terminal import Problem, err, home_of
from orchestration.home import Home, HomeBusy
from orchestration.settings import PROJECT_ROOT, Settings, load_settings

_GRACE_SECONDS = 30.0
"""How long the two may take to end after a signal, before they are killed."""
_PORT_PATIENCE_SECONDS = 10.0
"""How long the page of one that was killed may hold the port."""
# Else it prints each look of each sensor, every few seconds, and each minute that it has made its code server anew.
_QUIET = ["--log-level", "warning", "--code-server-log-level", "error"]
_MODULE = ["-m", "orchestration.definitions"]


def run_serve(home_path: str | None, host: str, port: int, is_automatic: bool) -> int:
    """Runs page and daemon. Without `is_automatic` nothing starts by itself: no schedule, no look at the landing place.

    Returns 0 when a signal ended it, 1 when one of the two ended by itself.
    """
    settings = load_settings(home=home_path)
    home = home_of(home_path).prepare()
    try:
        with home.served():
            return _serve(settings, home, host, port, is_automatic)
    except HomeBusy as error:
        raise Problem(str(error)) from None


def _serve(settings: Settings, home: Home, host: str, port: int, is_automatic: bool) -> int:
    from orchestration.dbt import DbtError, prepare_manifest
    from orchestration.definitions import build_definitions
    from orchestration.runner import prepare_instance

    _check_port(host, port)
    try:
        prepare_manifest(home)
    except DbtError as error:
        raise Problem(str(error)) from None
    build_definitions(settings)  # a schedule that is none is told here, and not by each of the two
    prepare_instance(home, settings)
    environment = {**os.environ, "DAGSTER_HOME": str(home.dagster), "IMR_HOME": str(home.root)}
    if not is_automatic:
        environment |= {"IMR_SCHEDULE": "off", "IMR_SETTLE_SECONDS": "0"}
    python = [sys.executable, "-m", "orchestration.tied", str(os.getpid())]
    commands = {
        "page": [*python, "dagster_webserver", *_MODULE, "-h", host, "-p", str(port)],
        "daemon": [*python, "dagster._daemon", "run", *_QUIET, *_MODULE],
    }
    asked = _Asked()
    running = {
        # Each in a group of its own: the terminal's Ctrl+C reaches this process alone, which ends them in order.
        name: subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, start_new_session=True)
        for name, command in commands.items()
    }
    err.print(f"Dagster's page for {home.root}: http://{host}:{port}  (Ctrl+C ends it)")
    try:
        while not asked.to_end:
            for name, process in running.items():
                if process.poll() is not None:
                    err.print(f"The {name} ended by itself (status {process.returncode}); ending the other.")
                    return 1
            time.sleep(0.2)
    finally:
        _end(list(running.values()))
    return 0


class _Asked:
    """Whether a signal has asked to end."""

    def __init__(self) -> None:
        self.to_end = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.to_end = True


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ends processes and all that they started: kindly, and after a while not."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    for process in processes:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # what they started and left behind
        except ProcessLookupError:
            continue
        process.wait()


def _check_port(host: str, port: int) -> None:
    deadline = time.monotonic() + _PORT_PATIENCE_SECONDS
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                    raise Problem(
                        f"{host}:{port} cannot be listened on ({error.strerror}). Try another --port or --host."
                    ) from None
            else:
                return
        time.sleep(0.5)
