"""The quick event log: what Dagster's own would have written, for a home made before it and after it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.event_log import QuickSqliteEventLog, forget_old_runs
from orchestration.home import Home
from orchestration.runner import write_instance_config
from orchestration.settings import load_settings

KEY = dg.AssetKey("letters")


@dg.asset(key=KEY, check_specs=[dg.AssetCheckSpec("counted", asset=KEY)])
def letters() -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster reads the annotation
    return dg.MaterializeResult(
        metadata={"rows": 5}, check_results=[dg.AssetCheckResult(passed=False, check_name="counted")]
    )


def told(instance: dg.DagsterInstance) -> tuple[list[object], list[object], int]:
    """Rows of each materialization, whether each check passed (the latest first), and how many runs there were."""
    materialized = instance.fetch_materializations(KEY, limit=9).records
    checks = instance.event_log_storage.get_asset_check_execution_history(dg.AssetCheckKey(KEY, "counted"), limit=9)
    return (
        [
            record.asset_materialization.metadata["rows"].value
            for record in materialized
            if record.asset_materialization
        ],
        [record.evaluation.passed for record in checks if record.evaluation],
        instance.get_runs_count(),
    )


def test_dagster_reads_it_as_its_own_and_the_other_way(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    with dg.DagsterInstance.from_config(str(home.dagster)) as own:  # no configuration yet
        dg.materialize([letters], instance=own)
    write_instance_config(home, load_settings(home=str(tmp_path)))
    with dg.DagsterInstance.from_config(str(home.dagster)) as quick:
        assert isinstance(quick.event_log_storage, QuickSqliteEventLog)
        assert told(quick) == ([5], [False], 1)
        dg.materialize([letters], instance=quick)
        with dg.DagsterInstance.from_config(str(home.dagster)) as page:  # beside a writer that is still open
            assert told(page) == told(quick) == ([5, 5], [False, False], 2)
    (home.dagster / "dagster.yaml").unlink()
    with dg.DagsterInstance.from_config(str(home.dagster)) as own:
        assert not isinstance(own.event_log_storage, QuickSqliteEventLog)
        assert told(own) == ([5, 5], [False, False], 2)


def test_of_many_runs_the_latest_are_kept_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    write_instance_config(home, load_settings(home=str(tmp_path)))
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        runs = [dg.materialize([letters], instance=instance).run_id for _ in range(5)]
        forget_old_runs(instance, kept=2)
        assert told(instance) == ([5, 5], [False, False], 2)
        assert set(instance.get_run_ids()) == set(runs[-2:])
        files = {path.stem for path in (home.dagster / "history" / "runs").glob("*.db")}
        assert files == {"index", *runs[-2:]}
        dg.materialize([letters], instance=instance)
        assert told(instance) == ([5, 5, 5], [False] * 3, 3)
