"""dbt's own unit tests, on the tables of a real build."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from orchestration.dbt import command, environment
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT
from tests.conftest import Warehouse


def test_dbt_unit_tests_pass(golden: Warehouse, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")  # dbt holds the build of its home alone
    shutil.copytree(golden.home / "build", home.build.parent)
    done = subprocess.run(
        command("test", "--select", "test_type:unit"),
        env=environment(home),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "PASS=9" in done.stdout, done.stdout
