"""Audit: Great Expectations on the refresh's letters and items and on the marts. What it refuses is not published."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dagster as dg
import duckdb
import pandas as pd

from expectations.drift import DRIFT
from expectations.items import ITEMS, WITHIN_TOLERANCE
from expectations.result import CheckResult
from expectations.suite import Promise, Suite
from orchestration import drift, lake
from orchestration.assets.common import OWNERS, Refresh
from orchestration.assets.targets import catch_up
from orchestration.audited.counts import COUNTED
from orchestration.audited.frames import open_audited, pieces
from orchestration.audited.rows import NEW_HELD_ITEMS, NEW_ITEM_COUNTS, ROWS
from orchestration.audited.tolerance import check_tolerance
from orchestration.audited.words import refusal, warnings
from orchestration.build import forgotten_where_damaged, is_damaged
from orchestration.home import Home
from orchestration.record import Record

ITEMS_NAMED = 20
SUITES: tuple[Suite, ...] = (
    *(rows.suite for rows in ROWS),
    *(counted.suite for counted in COUNTED),
    DRIFT,
)
"""What Great Expectations checks on frames."""
PROMISED: tuple[Suite, ...] = tuple(
    replace(suite, promises=(WITHIN_TOLERANCE, *suite.promises)) if suite is ITEMS else suite for suite in SUITES
)
"""All that is promised, with what the audit judges by itself."""
VERDICT = ["audit", "verdict"]
_HELD = ("source_uri", "letter_id", "item_number", "service_text", "quarantine_reason")


def check_name(suite: str, expectation: str, column_name: str) -> str:
    """What Dagster calls the check of one promise: 'items__outcome__not_be_null'. Unique, as promises are."""
    short = re.sub(r"^expect_(column_pair_values_|column_values_|column_|table_)?(to_)?", "", expectation)
    parts = [suite, *([column_name] if column_name and column_name != expectation else []), short]
    return "__".join(re.sub(r"\W+", "_", part) for part in parts)


def _spec(suite: Suite, promise: Promise) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        check_name(suite.name, promise.label, promise.column_name),
        asset=VERDICT,
        blocking=promise.severity == "critical",
        description=promise.reason,
        metadata={"suite": suite.name, "severity": promise.severity},
    )


@dg.asset(
    key=VERDICT,
    group_name="audit",
    kinds={"greatexpectations", "parquet"},
    owners=OWNERS,
    description="Every item has an outcome and a guideline source, every mart keeps what it promises. One row for each "
    "expectation goes to the lake; publication waits for it.",
    check_specs=[_spec(suite, promise) for suite in PROMISED for promise in suite.promises],
    deps=[
        *(["marts", name] for name in ("fct_decisions", "fct_guideline_citations", "decision_texts", "dim_dates")),
        *(["marts", f"dim_{name}"] for name in ("determinations", "services", "guidelines", "reviewers")),
        *(["marts", name] for name in ("quality_quarantined_items", "quality_letters")),
        *(["intermediate", name] for name in ("int_items", "int_letter_versions")),
    ],
)
def audit_verdict(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]) -> Any:
    record = refresh.record(context.run.run_id)
    with record.step("audit"), forgotten_where_damaged(refresh.home):
        refresh.copy.begin(refresh.home.marts, refresh.home.published)
        results = audit(refresh, record)
        if why := refusal(results):
            record.end("refused", why)
    if record.ending == "refused":
        catch_up(context, refresh, record)  # to the last good publication, which stands
    yield from map(_check_result, results)
    yield dg.MaterializeResult(
        asset_key=VERDICT,
        metadata={
            "dagster/row_count": len(results),
            "not_met": sum(not check.is_met for check in results),
            "quarantined": record.quarantined,
            "data_docs": dg.MetadataValue.path(str(refresh.home.data_docs / "index.html")),
            "seconds": record.seconds["audit"],
        },
    )


def audit(refresh: Refresh, record: Record) -> list[CheckResult]:
    """Runs every suite, writes results to the lake and to Data Docs, and counts the refresh's items into the record."""
    refresh.progress.step("audit", len(SUITES) + 1)
    results: list[CheckResult] = []
    with open_audited(refresh.home) as connection:
        for checks in run_suites(connection):
            results += checks
            refresh.progress.advance()
        record.items, record.quarantined = connection.execute(NEW_ITEM_COUNTS).fetchall()[0]
        held = connection.execute(f"{NEW_HELD_ITEMS} limit {ITEMS_NAMED}").fetchall()
        record.first_quarantined = [dict(zip(_HELD, row, strict=True)) for row in held]
    if damaged := next((check.reason for check in results if is_damaged(check.reason)), None):
        raise duckdb.IOException(damaged)  # no promise is broken, and no later refresh would get further
    tolerance = refresh.settings.quarantine_tolerance
    results.insert(0, check_tolerance(record.items, record.quarantined, tolerance, record.first_quarantined))
    record.note_audit(results, record.first_quarantined)
    record.warnings = warnings(results)
    keep(refresh.home, record, results)
    document(refresh.home, record, results)
    refresh.progress.advance()
    return results


def run_suites(connection: duckdb.DuckDBPyConnection) -> Iterator[list[CheckResult]]:
    """Results suite by suite, in the order of `SUITES`. What raises, in SQL or in a validation, is a failed check."""
    from expectations.run import run_suite  # late: importing Great Expectations takes seconds

    for rows in ROWS:
        checks = run_suite(pieces(connection, rows.checked), rows.suite)
        yield [_named(rows.with_names, connection, check) for check in checks]
    for counted in COUNTED:
        checks = run_suite(_made(lambda counted=counted: counted.frame(connection)), counted.suite)  # type: ignore[misc]
        yield [_named(counted.with_names, connection, check) for check in checks]
    checks = run_suite(_made(lambda: drift.measures(connection)), DRIFT)
    yield [_named(drift.with_letters, connection, check) for check in checks]


def _made(make: Callable[[], pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """A frame that is made only when it is asked for: what raises then is the suite's failure, and not the audit's."""
    yield make()


def _named(
    name: Callable[[duckdb.DuckDBPyConnection, CheckResult], CheckResult],
    connection: duckdb.DuckDBPyConnection,
    check: CheckResult,
) -> CheckResult:
    try:
        return name(connection, check)
    except duckdb.Error:  # the check has failed already, and is told without names
        logging.getLogger(__name__).warning("Rows of %s could not be named", check.expectation, exc_info=True)
        return check


def keep(home: Home, record: Record, results: list[CheckResult]) -> None:
    """Writes results as a part of the lake; the part is named by the refresh, so that doing it again replaces it."""
    now = record.now()
    rows = [
        {
            "refresh_id": record.refresh_id,
            "checked_at": now,
            "suite": check.suite,
            "expectation": check.expectation,
            "column_name": check.column_name,
            "severity": check.severity,
            "is_met": check.is_met,
            "rows_checked": check.rows_checked,
            "rows_unexpected": check.rows_unexpected,
            "reason": check.reason,
        }
        for check in results
    ]
    lake.write(home.checks / f"part-{record.refresh_id}.parquet", lake.CHECKS, rows)


def document(home: Home, record: Record, results: list[CheckResult]) -> None:
    """Adds this audit to Data Docs. A page that cannot be written is told of, and refuses nothing."""
    from expectations.docs import write_docs

    try:
        write_docs(home.data_docs, record.refresh_id, record.now(), PROMISED, results, record.rejected)
    except Exception as error:  # whatever it is, the pages are about the data and not the data
        if not isinstance(error, OSError):  # which is about the disk, and says all in a line
            logging.getLogger(__name__).exception("Data Docs could not be written")
        record.warnings.append(f"Data Docs could not be written to {home.data_docs}: {error}")


def _check_result(check: CheckResult) -> dg.AssetCheckResult:
    is_critical = check.severity == "critical"
    return dg.AssetCheckResult(
        check_name=check_name(check.suite, check.expectation, check.column_name),
        asset_key=VERDICT,
        passed=check.is_met,
        severity=dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN,
        description=check.reason,
        metadata={
            "rows_checked": check.rows_checked,
            "rows_unexpected": check.rows_unexpected,
            "reason": check.reason,
            "rows": dg.MetadataValue.json(json.loads(json.dumps(check.unexpected_rows, default=str))),
        },
    )
