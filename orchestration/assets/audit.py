"""Audit: Great Expectations on the refresh's items and on the marts. What it refuses is not published."""

import json
from typing import Any

import dagster as dg

from expectations.items import ITEMS
from expectations.marts import CITATIONS, DECISIONS, DETERMINATIONS, RECONCILIATION
from expectations.result import CheckResult
from expectations.suite import Suite
from orchestration import lake
from orchestration.assets.common import OWNERS, Refresh
from orchestration.build import open_build
from orchestration.drift import LETTERS, unread_share_check
from orchestration.home import Home
from orchestration.record import Record, utc_now

TOLERATED_ITEMS = 5
"""So many quarantined items never refuse a publication, whatever their share."""

WITHIN_TOLERANCE = "quarantined_within_tolerance"
"""The promise that a flood of quarantined items breaks."""

ITEMS_NAMED = 20
_NEW_ITEMS = """
    select items.*, letters.source_uri from intermediate.int_items as items
    inner join intermediate.int_letter_versions as letters using (letter_id)
    where letters.is_current and items.part_number > (select coalesce(max(part_number), 0) from state.publication)
"""
# What each suite reads: only the columns it needs.
FRAMES: tuple[tuple[Suite, str], ...] = (
    (
        ITEMS,
        f"""select source_uri, letter_id, item_number, service_text, outcome, reviewer_basis, claims_basis,
            quarantine_reason
        from ({_NEW_ITEMS})""",
    ),
    (
        DECISIONS,
        """select decision_key, letter_id, item_number, outcome, claims_basis, reviewer_basis, is_overturned
        from marts.fct_decisions inner join marts.dim_determinations using (determination_key)""",
    ),
    (CITATIONS, "select citation_key, cited_by, citation_number, guideline_key from marts.fct_guideline_citations"),
    (
        DETERMINATIONS,
        """select determination_key, letter_id, unread_share, item_count, overturned_count, patient_age
        from marts.dim_determinations where determination_key != 'unknown'""",
    ),
    (
        RECONCILIATION,
        """select
            (select coalesce(sum(item_count), 0) from intermediate.int_letter_versions where is_current) as items_read,
            (select count(*) from marts.fct_decisions) as items_decided,
            (select count(*) from marts.quality_quarantined_items) as items_quarantined,
            count(*) filter (where is_broken and quarantine_reason is null) as broken_not_quarantined,
            count(*) filter (where not is_broken and quarantine_reason is not null) as quarantined_not_broken
        from (
            select items.quarantine_reason,
                items.outcome is null or items.reviewer_basis is null or items.service_text is null
                    or coalesce(items.restated_outcome != items.outcome and items.override_number is null, false)
                    as is_broken
            from intermediate.int_items as items
            inner join intermediate.int_letter_versions as letters using (letter_id)
            where letters.is_current
        )""",
    ),
)
SUITE_NAMES = (*(suite.name for suite, _ in FRAMES), LETTERS)


@dg.asset(
    key=["audit", "verdict"],
    group_name="audit",
    kinds={"greatexpectations", "parquet"},
    owners=OWNERS,
    description="Every item has an outcome and a guideline source, every mart keeps what it promises. One row for each "
    "expectation goes to the lake; publication waits for it.",
    check_specs=[
        dg.AssetCheckSpec(
            suite.name,
            asset=["audit", "verdict"],
            blocking=True,
            description=f"Great Expectations suite '{suite.name}'.",
        )
        for suite, _ in FRAMES
    ]
    + [
        dg.AssetCheckSpec(
            LETTERS,
            asset=["audit", "verdict"],
            description="Whether more of the letters is left unread than in earlier refreshes. Warns and names them.",
        )
    ],
    deps=[["marts", name] for name in ("fct_decisions", "fct_guideline_citations", "dim_determinations")]
    + [["marts", "quality_quarantined_items"], ["intermediate", "int_items"]],
)
def audit_verdict(context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]) -> Any:
    record = refresh.record(context.run.run_id)
    with record.step("audit"):
        results = audit(refresh, record)
        flood = too_many_quarantined(record, refresh.settings.quarantine_tolerance)
        if flood:
            record.note_unmet(ITEMS.name, WITHIN_TOLERANCE, "critical", record.quarantined, flood)
        broken = [check for check in results if not check.is_met and check.severity == "critical"]
        if flood or broken:
            record.end("refused", "; ".join([*([flood] if flood else []), *(_sentence(check) for check in broken[:5])]))
    for name in SUITE_NAMES:
        yield _check_result(
            name, [check for check in results if check.suite == name], flood if name == ITEMS.name else None
        )
    yield dg.MaterializeResult(
        asset_key=["audit", "verdict"],
        metadata={
            "dagster/row_count": len(results),
            "not_met": sum(not check.is_met for check in results),
            "quarantined": record.quarantined,
            "seconds": record.seconds["audit"],
        },
    )


def audit(refresh: Refresh, record: Record) -> list[CheckResult]:
    """Runs every suite, writes the results to the lake and counts the refresh's items into the record."""
    from expectations.run import run_suite  # late: importing Great Expectations takes seconds

    refresh.progress.step("audit", len(FRAMES))
    results: list[CheckResult] = []
    with open_build(refresh.home) as connection:
        for suite, query in FRAMES:
            # .df() gives NumPy dtypes; Great Expectations hangs on Arrow's.
            frame = connection.execute(query).df()
            results += run_suite(frame, suite)
            if suite is ITEMS:
                record.items = len(frame)
                held = frame[frame["quarantine_reason"].notna()]
                record.quarantined = len(held)
                columns = ["source_uri", "letter_id", "item_number", "service_text", "quarantine_reason"]
                # Sorted, so that the same items are named by every refresh that finds them.
                first = held.sort_values(columns[:3]).head(ITEMS_NAMED)[columns].itertuples(index=False, name=None)
                record.first_quarantined = [dict(zip(columns, row, strict=True)) for row in first]
            refresh.progress.advance()
        results.append(unread_share_check(connection, record.refresh_id))
    record.note_audit(results, record.first_quarantined)
    record.warnings = [_warning(check) for check in results if not check.is_met and check.severity == "warning"]
    keep(refresh.home, record, results)
    return results


def keep(home: Home, record: Record, results: list[CheckResult]) -> None:
    """Writes results as a part of the lake; the part is named by the refresh, so that doing it again replaces it."""
    now = utc_now()
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


def too_many_quarantined(record: Record, tolerance: float) -> str | None:
    """Why the refresh's quarantine is too large to publish, or None where it is not."""
    share = record.quarantined / record.items if record.items else 0.0
    if record.quarantined <= TOLERATED_ITEMS or share <= tolerance:
        return None
    return (
        f"{record.quarantined} of {record.items} new items are quarantined ({share:.1%}); "
        f"IMR_QUARANTINE_TOLERANCE allows {tolerance:.1%}"
    )


def _check_result(name: str, checks: list[CheckResult], flood: str | None) -> dg.AssetCheckResult:
    unmet = [check for check in checks if not check.is_met]
    is_critical = flood is not None or any(check.severity == "critical" for check in unmet)
    metadata: dict[str, Any] = {
        "expectations": len(checks),
        "not_met": dg.MetadataValue.md("\n".join(f"- {_sentence(check)}" for check in unmet) or "none"),
        "rows": dg.MetadataValue.json(
            json.loads(json.dumps([row for check in unmet for row in check.unexpected_rows], default=str))
        ),
    }
    if flood:
        metadata["refused"] = flood
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=["audit", "verdict"],
        passed=not unmet and flood is None,
        severity=dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def _warning(check: CheckResult) -> str:
    letters = [str(row["source_uri"]) for row in check.unexpected_rows if "source_uri" in row]
    return "\n".join([_sentence(check), *(f"  {letter}" for letter in dict.fromkeys(letters))])


def _sentence(check: CheckResult) -> str:
    what = f"{check.suite}: {check.expectation}" + (f" of {check.column_name}" if check.column_name else "")
    return f"{what}, {check.rows_unexpected} of {check.rows_checked} rows ({check.reason})"
