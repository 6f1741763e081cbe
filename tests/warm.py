"""`imr` in a process of its own that need not import everything first.

Dagster, dbt and Great Expectations take fifteen seconds to import, which is most of what a refresh of a few letters
costs. A server of each test session imports them once and forks for each command; what the command does, it does in a
process, with an environment and a working folder of its own, as from a shell.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.warm_dbt import WarmDbt

ROOT = Path(__file__).resolve().parents[1]
_LONGEST_REQUEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Kill:
    """An instant at which `imr` is killed, with signal 9."""

    after_seconds: float | None = None
    at_name: int | None = None
    """The how-manieth file it gives a name or takes one from."""
    is_done: bool = False
    """Whether the file has its name by then."""
    with_children: bool = True
    """Whether the processes that it started are killed with it, as when the machine stops; else they live on."""


class WarmImr:
    """The server, started with the first command."""

    def __init__(self) -> None:
        self._server: socket.socket | None = None
        self._starting = threading.Lock()  # some tests run commands side by side

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, kill: Kill | None = None
    ) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of `imr` with these arguments, killed on its way or not."""
        request = json.dumps(
            {
                "arguments": list(arguments),
                "environment": dict(environment),
                "folder": str(folder),
                "kill": kill and asdict(kill),
            }
        )
        ours, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, ours:
            with self._starting:
                self._server = self._server or _start()
                with theirs:
                    socket.send_fds(self._server, [b"x"], [theirs.fileno(), out.fileno(), err.fileno()])
            ours.sendall(request.encode())
            ours.shutdown(socket.SHUT_WR)
            answer = ours.recv(64)
            if not answer:
                raise RuntimeError("the server of warm processes has ended")
            out.seek(0)
            err.seek(0)
            return int(answer), out.read().decode(), err.read().decode()


def _start() -> socket.socket:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
    with theirs:
        subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    return ours


def serve(requests: socket.socket) -> None:
    """Forks for every request until the other end is closed."""
    from tests.warm_dbt import WarmDbt

    warm_dbt = WarmDbt()  # first: what it forks is small as yet

    import orchestration.event_log
    import orchestration.runner
    from expectations.run import warm_up

    assert orchestration.event_log
    assert orchestration.runner
    warm_up()
    gc.freeze()  # what is never collected stays shared with every fork
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that answer
    while True:
        message, handles, _, _ = socket.recv_fds(requests, 1, 3)
        if not message:
            return
        if os.fork() == 0:
            requests.close()
            _answer(warm_dbt, *handles)
        for handle in handles:
            os.close(handle)


def _answer(warm_dbt: WarmDbt, connection: int, out: int, err: int) -> None:
    """Runs the command in a child and says how it ended. Does not return."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with socket.socket(fileno=connection) as answers:
        request = bytearray()
        while piece := answers.recv(_LONGEST_REQUEST):
            request += piece
        asked = json.loads(request)
        kill = Kill(**asked["kill"]) if asked["kill"] else None
        child = os.fork()
        if child == 0:
            answers.close()
            if kill:
                _lead_own_group(kill)  # and starts dbt as users do: what a kill leaves of it is what the test is about
            else:
                _use(warm_dbt)
            _become(asked, out, err)
        code = os.waitstatus_to_exitcode(_end_of(child, kill))
        with contextlib.suppress(BrokenPipeError):
            answers.sendall(str(code).encode())
    os._exit(0)


def _use(warm_dbt: WarmDbt) -> None:
    import orchestration.assets.transform
    import orchestration.dbt

    for module in (orchestration.dbt, orchestration.assets.transform):
        module.command = warm_dbt.command  # type: ignore[attr-defined]


def _end_of(child: int, kill: Kill | None) -> int:
    """Waits for the child, or kills it. Returns its status."""
    if kill and kill.after_seconds is not None:
        deadline = time.monotonic() + kill.after_seconds
        while time.monotonic() < deadline:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.002)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if kill and kill.with_children and os.WIFSIGNALED(status):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    return status


def _lead_own_group(kill: Kill) -> None:
    """What this process starts can be killed with it; and at its own file it kills itself."""
    os.setpgid(0, 0)
    if kill.at_name is None:
        return
    names = 0

    def counted(naming: Any) -> Any:
        def name(*arguments: Any, **options: Any) -> Any:
            nonlocal names
            names += 1
            if names == kill.at_name and not kill.is_done:
                os.kill(os.getpid(), signal.SIGKILL)
            done = naming(*arguments, **options)
            if names == kill.at_name:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return name

    for change in ("replace", "rename", "unlink", "remove", "symlink"):
        setattr(os, change, counted(getattr(os, change)))


def _become(request: dict[str, object], out: int, err: int) -> None:
    """This process as `imr`. Does not return."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    os.chdir(str(request["folder"]))
    sys.argv = ["imr", *request["arguments"]]  # type: ignore[misc]
    sys.modules["__main__"].__spec__ = None  # usage texts name the program by it
    code: object = 1
    try:
        from orchestration.cli import main

        main()
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # At the end of a process as the interpreter ends it: threads are waited for, what is registered runs.
        threading._shutdown()  # type: ignore[attr-defined]
        import atexit

        atexit._run_exitfuncs()
        os._exit(code if isinstance(code, int) else 1 if code else 0)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as listening:
        serve(listening)
