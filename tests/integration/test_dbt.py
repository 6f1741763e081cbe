"""dbt's own unit tests, on the tables of a real build."""

from __future__ import annotations

import subprocess

from orchestration.dbt import environment, executable
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT
from tests.conftest import Warehouse


def test_dbt_unit_tests_pass(golden: Warehouse) -> None:
    done = subprocess.run(
        [executable(), "--no-use-colors", "test", "--select", "test_type:unit"],
        env=environment(Home(golden.home)),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "PASS=9" in done.stdout, done.stdout
