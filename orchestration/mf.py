"""`mf`, MetricFlow's own command, on the publication.

It wants a dbt project around it: one is laid out for it in a folder that goes when it ends, with the definitions of the
publication and a profile that opens the published file as readers open it.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from orchestration.home import Home
from orchestration.publication import READ_ONLY

_PROFILE = "published"


def lay_out(home: Home, folder: Path) -> None:
    """Writes a dbt project of the publication and nothing else into a folder. Raises OSError where that fails."""
    project = {
        "name": "imr",
        "config-version": 2,
        "profile": _PROFILE,
        "flags": {"send_anonymous_usage_stats": False, "use_colors": False},
    }
    opened = {
        "type": "duckdb",
        "path": str(home.published),
        "schema": "main",
        "config_options": {"access_mode": "READ_ONLY", **READ_ONLY},
    }
    profiles = {_PROFILE: {"target": _PROFILE, "outputs": {_PROFILE: opened}}}
    for name, content in (("dbt_project.yml", project), ("profiles.yml", profiles)):
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")  # which is YAML as well
    target = folder / "target"
    target.mkdir()
    shutil.copyfile(home.metrics, target / "semantic_manifest.json")


def run(home: Home, arguments: Sequence[str]) -> int:
    """Runs `mf` with these arguments in this process, which it changes: nothing else should follow. Returns its status.

    It would ask the package index for a newer version of itself, and unpickle the last answer from a file in the folder
    for temporary files, where anybody on the machine may have put another: what does that is not imported.
    """
    sys.modules["update_checker"] = _without_updates()
    with tempfile.TemporaryDirectory(prefix="imr-mf-") as name:
        folder = Path(name)
        lay_out(home, folder)
        os.environ |= {
            "DBT_PROJECT_DIR": name,
            "DBT_PROFILES_DIR": name,
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_VERSION_CHECK": "false",
        }
        import dbt_metricflow.cli.main as mf

        try:
            mf.cli.main(args=list(arguments), prog_name="imr metrics mf")
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _without_updates() -> ModuleType:
    """What stands for the module that looks for them. There is none to tell of: uv.lock says which one belongs here."""
    module = ModuleType("update_checker")
    module.__dict__["UpdateChecker"] = _NoUpdates
    return module


class _NoUpdates:
    def check(self, *_: Any) -> None:
        return None
