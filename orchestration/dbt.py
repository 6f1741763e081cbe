"""Starting dbt: where it runs, what it may know, and the manifest that Dagster draws its assets from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestration.home import Home
from orchestration.publication import project_fingerprint
from orchestration.settings import DBT_PROJECT


class DbtError(RuntimeError):
    """dbt could not read the project; the message is dbt's own."""


def command(*arguments: str) -> list[str]:
    """dbt's command line with these arguments."""
    return [sys.executable, "-m", "orchestration.dbt_process", "--no-use-colors", *arguments]


def environment(home: Home) -> dict[str, str]:
    """Absolute paths throughout: relative ones would break dbt's partial parsing when another folder calls it."""
    return {
        **os.environ,
        "IMR_HOME": str(home.root),
        "DBT_PROJECT_DIR": str(DBT_PROJECT),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(home.dbt_target),
        "DBT_LOG_PATH": str(home.dbt_target),
        "DBT_LOG_LEVEL_FILE": "info",  # what it says of each query costs a tenth of the time
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "PYTHONUNBUFFERED": "1",
    }


def manifest_path(home: Home) -> Path:
    """One manifest for each state of the code (rows of seeds don't change it), beside what dbt keeps of its parsing."""
    return home.dbt_target / f"manifest-{project_fingerprint('.sql', '.yml')}.json"


def prepare_manifest(home: Home) -> Path:
    """Parses the dbt project where that has not been done since it changed. Raises DbtError with dbt's words."""
    path = manifest_path(home)
    if path.exists():
        return path
    home.dbt_target.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command("parse"),
        env=environment(home),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DbtError(f"dbt cannot parse {DBT_PROJECT}:\n{done.stdout.strip() or done.stderr.strip()}")
    for older in home.dbt_target.glob("manifest-*.json"):
        older.unlink()
    (home.dbt_target / "manifest.json").replace(path)
    return path


def compiled_analysis(home: Home, name: str) -> str:
    """The SQL of an analysis of the project, compiled where that has not been done since the project changed.

    Opens no database. Raises DbtError with dbt's words.
    """
    path = home.dbt_target / f"{name}-{project_fingerprint('.sql', '.yml')}.sql"
    if not path.exists():
        home.dbt_target.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            command("compile", "--select", name, "--no-introspect", "--no-populate-cache"),
            env=environment(home),
            cwd=DBT_PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        compiled = home.dbt_target / "compiled" / "imr" / "analyses" / f"{name}.sql"
        if done.returncode or not compiled.exists():
            raise DbtError(f"dbt cannot compile {name}:\n{done.stdout.strip() or done.stderr.strip()}")
        for older in home.dbt_target.glob(f"{name}-*.sql"):
            older.unlink()
        compiled.replace(path)
    return path.read_text(encoding="utf-8")


def read_manifest(home: Home) -> dict[str, Any]:
    """The manifest that `prepare_manifest` left. Raises DbtError where there is none: definitions start no dbt."""
    path = manifest_path(home)
    if not path.exists():
        raise DbtError(f"The dbt project was not parsed for {home.root} yet; 'imr ui' and 'imr refresh' do that.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest
