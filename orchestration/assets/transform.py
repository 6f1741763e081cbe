"""Transform: dbt builds the marts out of the staged rows, one asset a model, each dbt test an asset check."""

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation, dbt_assets
from packaging.version import Version

from orchestration.assets.common import OWNERS, Refresh
from orchestration.build import forgotten_where_damaged, is_damaged, mark_built, open_build, prepare_build
from orchestration.dbt import command, environment
from orchestration.failed_tests import FailedTest, with_rows
from orchestration.home import Home
from orchestration.publication import read_publication
from orchestration.record import Record
from orchestration.seeds import SeedError, check_seeds
from orchestration.settings import DBT_PROJECT

_DBT_VERSION = Version("1.11.16")
_TESTS_TOLD = 5
_RUN_RESULTS = "run_results.json"


class Translator(DagsterDbtTranslator):
    """Models in group `transform`, keyed by schema and name; sources keyed as the steps before dbt key them."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        schema = dbt_resource_props["schema"]
        return dg.AssetKey(["marts" if schema == "main" else schema, dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return "transform" if dbt_resource_props["resource_type"] != "source" else None

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props.get("description") or "")

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002 (of the base class)
        return OWNERS


def build_transform(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The dbt project as assets. One run of dbt builds and tests them all."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="transform")
    def transform(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]) -> Any:
        record = refresh.record(context.run.run_id)
        with record.step("transform"), forgotten_where_damaged(refresh.home):
            goes_on = prepare_build(refresh.home, read_publication(refresh.home))
            try:
                check_seeds()
            except SeedError as error:
                raise dg.Failure(str(error), allow_retries=False) from None
            yield from _run_dbt(context, refresh, record, manifest, goes_on)

    return transform


def _run_dbt(
    context: dg.AssetExecutionContext, refresh: Refresh, record: Record, manifest: Mapping[str, Any], goes_on: bool
) -> Iterator[Any]:
    nodes = [
        node for node in manifest["nodes"].values() if not (goes_on and node["original_file_path"].startswith("seeds"))
    ]
    refresh.progress.step("transform", len(nodes))
    (refresh.home.dbt_target / _RUN_RESULTS).unlink(missing_ok=True)  # of the refresh before
    # dbt works in a process of its own and this one waits: time to import what the audit needs.
    warm_up = threading.Thread(target=_warm_up, daemon=True)
    warm_up.start()
    # A build that goes on holds these very seeds: other ones would have made it start anew.
    leave = ["--exclude", "path:seeds"] if goes_on else []
    # What a build only reports as nothing to do.
    leave += [word for kind in ("unit_test", "exposure", "saved_query") for word in ("--exclude-resource-type", kind)]
    # Not DbtCliResource.cli: it asks 'dbt --version' first, which looks for newer releases in the network, and opens a
    # second connection to the file that dbt holds.
    run = DbtCliInvocation.run(
        args=command("build", *leave),
        env={**environment(refresh.home), "DBT_LOG_FORMAT": "json", "DAGSTER_DBT_CLI": "true"},
        manifest=manifest,
        dagster_dbt_translator=Translator(),
        project_dir=DBT_PROJECT,
        target_path=refresh.home.dbt_target,
        raise_on_error=False,
        context=context,
        adapter=None,
        cli_version=_DBT_VERSION,
    )
    events = []
    # dbt's lines go to a file beside its own log; what matters of them comes as events.
    with (refresh.home.dbt_target / "stdout.log").open("w", encoding="utf-8") as log, contextlib.redirect_stdout(log):
        for event in run.stream():
            events.append(event)
            refresh.progress.advance()
        succeeded = run.is_successful()
    warm_up.join()
    rows = _row_counts(refresh.home)
    results = _results(run)
    raised = {result["unique_id"] for result in results if result["status"] == "error"}  # whose SQL could not be run
    failed_tests = {}
    for event in events:
        if isinstance(event, dg.AssetCheckResult):
            unique_id = str(event.metadata["unique_id"].value)
            if event.passed is False and event.severity == dg.AssetCheckSeverity.ERROR and unique_id not in raised:
                failed_tests[unique_id] = _failed_test(event)
            yield event
        elif isinstance(event, dg.Output):
            name = str(event.metadata["unique_id"].value).rsplit(".", 1)[-1]
            counted = {"dagster/row_count": rows[name]} if name in rows else {}
            yield event.with_metadata({**event.metadata, **counted})
        else:
            yield event
    if is_damaged(errors := _errors(run, results)):
        raise dg.Failure(errors, allow_retries=False)  # also where it was a test that met it: that refuses nothing
    if failed_tests:
        raise dg.Failure(_refuse(refresh.home, record, failed_tests, results), allow_retries=False)
    if not succeeded:
        raise dg.Failure(f"dbt failed; its log is {refresh.home.dbt_target / 'dbt.log'}\n{errors}")
    mark_built(refresh.home, record.refresh_id)


def _failed_test(event: dg.AssetCheckResult) -> FailedTest:
    table = event.asset_key.to_user_string() if event.asset_key else "the warehouse"
    rows = event.metadata.get("dagster_dbt/failed_row_count")
    return FailedTest(table, event.check_name or "test", int(str(rows.value)) if rows is not None else 0)


def _refuse(home: Home, record: Record, tests: Mapping[str, FailedTest], results: Sequence[Mapping[str, Any]]) -> str:
    """Ends the refresh as refused by these tests, and returns why."""
    failed = sorted(with_rows(home, tests, results), key=str)
    for test in failed:
        reason = f"A dbt test failed, a fault of this project or of its vocabulary and not of a letter: {test}"
        record.note_unmet("dbt", test.name, "critical", test.row_count, reason)
        record.note_named(test.letters, test.name)
    several = "" if len(failed) == 1 else "s"
    why = f"{len(failed):,} dbt test{several} failed: {'; '.join(map(str, failed[:_TESTS_TOLD]))}"
    record.end("refused", why)
    return why


def _warm_up() -> None:
    from expectations.run import warm_up

    warm_up()


def _results(run: DbtCliInvocation) -> list[dict[str, Any]]:
    """What dbt says of each node that it ran; nothing where it ended before."""
    try:
        results: list[dict[str, Any]] = run.get_artifact(_RUN_RESULTS)["results"]
    except (OSError, KeyError, ValueError):
        return []
    return results


def _errors(run: DbtCliInvocation, results: Sequence[Mapping[str, Any]]) -> str:
    """What dbt says that went wrong: with its models and tests or, where it did not come to them, at all."""
    failed = ((result["unique_id"], str(result["message"])) for result in results if result["status"] == "error")
    told = "\n".join(f"{name}: {message.split('  > in macro')[0].rstrip()}" for name, message in failed)
    return told or str(run.get_error() or "")


def _row_counts(home: Home) -> dict[str, int]:
    with open_build(home) as connection:
        tables = connection.execute(
            "select database_name, schema_name, table_name from duckdb_tables() where schema_name != 'state'"
            # not the view quality_checks: it is complete only after the audit
            " union all select database_name, schema_name, view_name from duckdb_views() where schema_name = 'staging'"
        ).fetchall()
        return {
            name: connection.sql(f'select count(*) from "{database}"."{schema}"."{name}"').fetchall()[0][0]
            for database, schema, name in tables
        }
