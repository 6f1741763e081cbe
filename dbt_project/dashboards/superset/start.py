"""Sets up Superset on a home's publication, and serves it on this machine only. Run by `make superset`, in Superset's
own environment.

What Superset keeps lies in HOME/superset: its database, its secret key and the password of `admin`, which only their
owner may read. Every start takes over the dashboards as the YAML files beside this one have them.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def main() -> None:
    """Ends with a message where nothing is published, or where Superset does not take the files."""
    options = _options()
    home = options.home.absolute()
    if not (home / "published" / "imr.duckdb").exists():
        sys.exit(f"Nothing is published in {home} yet: run 'make warehouse', or name another home by IMR_HOME.")
    own = home / "superset"
    own.mkdir(mode=0o700, exist_ok=True)
    _make_secret(own / "secret_key", 42)
    is_new = _make_secret(own / "password", 15)
    os.environ |= {"IMR_HOME": str(home), "SUPERSET_HOME": str(own), "PYTHONPATH": str(HERE)}
    os.environ["SUPERSET_CONFIG_PATH"] = str(HERE / "superset_config.py")
    print(f"Setting up Superset in {own} ...", flush=True)
    log = own / "set_up.log"
    with log.open("w") as told:
        command = [sys.executable, str(HERE / "set_up.py"), *(["--new-password"] if is_new else [])]
        done = subprocess.run(command, stdout=told, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        last = "\n".join(log.read_text().splitlines()[-10:])
        sys.exit(f"{last}\nSuperset could not be set up: see {log}.")
    print(f"Superset: http://127.0.0.1:{options.port}  user: admin  password: in {own / 'password'}", flush=True)
    # One process: DuckDB answers on several cores, and SQLite has one writer.
    server = ["gunicorn", "--bind", f"127.0.0.1:{options.port}", "--worker-class", "gthread", "--threads", "8"]
    server += ["--timeout", "120", "--log-level", "warning", "superset.app:create_app()"]
    os.execv(Path(sys.executable).with_name("gunicorn"), server)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    home = Path(os.environ.get("IMR_HOME") or ROOT / "data")
    parser.add_argument("--home", type=Path, default=home, help="the warehouse's home (IMR_HOME, else data)")
    parser.add_argument("--port", type=int, default=8088, help="of 127.0.0.1 (8088)")
    return parser.parse_args()


def _make_secret(path: Path, size: int) -> bool:
    """Makes a file that only its owner may read. False where it is there already."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(opened, "w") as file:
        file.write(secrets.token_urlsafe(size))
    return True


if __name__ == "__main__":
    main()
