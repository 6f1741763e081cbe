"""dbt in a process of its own that need not import everything first; as `tests.warm` does for `imr`.

A server imports dbt once and forks for each command. `command` names this file's other half, a
client that hands over its own streams, environment and folder, waits, and ends as dbt ended; where the client is killed,
its dbt ends with it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

_CLIENT = Path(__file__).with_name("dbt_client.py")


class WarmDbt:
    """The server, started when this is made; it ends with the process that made it."""

    def __init__(self) -> None:
        self._address = str(Path(tempfile.mkdtemp(prefix="dbt-")) / "socket")
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(self._address)
        listening.listen(64)
        parent = os.getpid()
        if os.fork() == 0:
            _serve(listening, parent)
        listening.close()

    def command(self, *arguments: str) -> list[str]:
        """In place of `orchestration.dbt.command`."""
        return [sys.executable, "-I", "-S", str(_CLIENT), self._address, "--no-use-colors", *arguments]


def _serve(listening: socket.socket, parent: int) -> None:
    """Forks for every request. Does not return."""
    import dbt.cli.main  # and no more: its parser does not survive a fork
    import dbt.task.build

    assert dbt.task.build
    gc.freeze()  # what is never collected stays shared with every fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that answer
    while os.getppid() == parent:
        ready, _, _ = select.select([listening], [], [], 1)
        if ready:
            connection, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(connection)
            connection.close()
    os._exit(0)


def _answer(connection: socket.socket) -> None:
    """This process as dbt. Does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _, streams, _, _ = socket.recv_fds(connection, 1, 3)
    request = json.loads(connection.makefile("rb").readline())
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    sys.argv = ["dbt", *request["arguments"]]
    code: object = 1
    try:
        from dbt.cli.main import cli

        cli()
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(b"%d" % (code if isinstance(code, int) else 1))
        os._exit(0)


def _end_with(client: socket.socket) -> None:
    client.recv(1)  # it says no more: this is its end
    os._exit(1)
