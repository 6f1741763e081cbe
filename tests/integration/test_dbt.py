"""dbt's own unit tests, on the tables of a real build."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from orchestration.build import open_build
from orchestration.dbt import command, environment
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT
from tests.conftest import Warehouse


@pytest.fixture
def home(golden: Warehouse, tmp_path: Path) -> Home:
    """A home with a build of its own: dbt holds it alone."""
    home = Home(tmp_path / "home")
    shutil.copytree(golden.home / "build", home.build.parent)
    return home


def dbt_test(home: Home, select: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("test", "--select", select),
        env=environment(home),
        cwd=DBT_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_dbt_unit_tests_pass(home: Home) -> None:
    done = dbt_test(home, "test_type:unit")
    assert done.returncode == 0, done.stdout
    assert "PASS=9" in done.stdout, done.stdout


def test_citations_that_are_not_as_their_decision_fail(home: Home) -> None:
    with open_build(home, read_only=False) as connection:
        cited = "select distinct decision_key from marts.fct_guideline_citations order by all limit 2"
        (overturned,), (gone,) = connection.execute(cited).fetchall()
        (wrong,) = connection.execute(
            "select count(*) from marts.fct_guideline_citations where decision_key in (?, ?)", [overturned, gone]
        ).fetchall()[0]
        connection.execute(
            "update marts.fct_decisions set is_overturned = not is_overturned where decision_key = ?", [overturned]
        )
        connection.execute("delete from marts.fct_decisions where decision_key = ?", [gone])
    done = dbt_test(home, "fct_guideline_citations,test_name:relationships")
    assert f"Got {wrong} results, configured to fail if != 0" in done.stdout, done.stdout
    assert "PASS=2 WARN=0 ERROR=1" in done.stdout, done.stdout


def test_a_report_that_counts_other_citations_than_the_facts_fails(home: Home) -> None:
    with open_build(home, read_only=False) as connection:
        ((citation_key,),) = connection.execute(
            "select citation_key from marts.fct_guideline_citations where decided_date_key > 0 order by all limit 1"
        ).fetchall()
        connection.execute("delete from marts.fct_guideline_citations where citation_key = ?", [citation_key])
    done = dbt_test(home, "reports_reconcile")
    assert "Got 2 results, configured to fail if != 0" in done.stdout, done.stdout  # of its year, and of all
