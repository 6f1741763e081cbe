"""Data Docs: what each recent audit found, as static pages that Great Expectations builds, with the failing rows named.

A page shows results, and no frame is read for it: a check that was made piece by piece, or counted in SQL, or that
raised, has its page as well. The pages are built beside the old ones and take their place whole. They need no network
and no server; `pages` holds the templates and the style in place of those that load both from elsewhere.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from expectations.result import CheckResult
from expectations.run import great_expectations_alone
from expectations.suite import Promise, Suite

REFRESHES_KEPT = 30
SITE = "audits"
_RESULTS = "results"
"""Folder in the site with the results that its pages are made of, as JSON: the index is built anew from all of them."""
_WHOSE = ("source_uri", "letter_id", "item_number")
_VIEW = {"module_name": "expectations.docs_view", "class_name": "PageView"}


def write_docs(
    folder: Path,
    refresh_id: str,
    checked_at: dt.datetime,
    suites: Sequence[Suite],
    results: Iterable[CheckResult],
    rejected: int = 0,
) -> None:
    """Adds the results of one audit to the pages in `folder`, whose `index.html` leads to all of them.

    `checked_at` is in UTC and without a zone, `rejected` the number of files that were no letter: no promise is about
    them, and the index tells of them beside the verdict. Pages of the last `REFRESHES_KEPT` audits are kept. Raises
    OSError where the folder cannot be written; the pages that stood there stand then as they were.
    """
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    before = folder.with_name(f".{folder.name}.before")
    if before.exists() and not folder.exists():
        before.rename(folder)  # killed between the two renames below
    for leftover in (unfinished, before):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        if folder.exists():
            shutil.copytree(folder, unfinished)
        unfinished.mkdir(parents=True, exist_ok=True)
        _forget_old(unfinished, refresh_id)
        with great_expectations_alone():
            _build(unfinished, refresh_id, checked_at, suites, list(results), rejected)
        if folder.exists():
            folder.rename(before)
        unfinished.rename(folder)
    finally:
        for leftover in (unfinished, before):
            shutil.rmtree(leftover, ignore_errors=True)


def _forget_old(site: Path, refresh_id: str) -> None:
    """Removes refreshes that fall out of the history, so that `refresh_id` may come in. Names sort by time."""
    kept = site / _RESULTS
    known = {path.name for path in kept.glob("*/*") if path.is_dir()} - {refresh_id}
    gone = sorted(known, reverse=True)[REFRESHES_KEPT - 1 :]
    for name in (*gone, refresh_id):
        for found in (*kept.glob(f"*/{name}"), *(site / "validations").glob(f"*/{name}")):
            shutil.rmtree(found)


def _build(
    site: Path,
    refresh_id: str,
    checked_at: dt.datetime,
    suites: Sequence[Suite],
    results: Sequence[CheckResult],
    rejected: int,
) -> None:
    import great_expectations as gx
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    files = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(site)}
    defaults = InMemoryStoreBackendDefaults()
    defaults.stores[defaults.validation_results_store_name]["store_backend"] = {
        **files,
        "base_directory": str(site / _RESULTS),
    }
    defaults.data_docs_sites = {
        SITE: {
            "class_name": "SiteBuilder",
            "store_backend": files,
            "show_how_to_buttons": False,
            "site_index_builder": {
                "class_name": "DefaultSiteIndexBuilder",
                "view": {**_VIEW, "class_name": "IndexView"},
                "renderer": {"module_name": "expectations.docs_index", "class_name": "IndexPage"},
            },
            "site_section_builders": {
                "expectations": {"class_name": "DefaultSiteSectionBuilder", "view": _VIEW},
                "validations": {
                    "class_name": "DefaultSiteSectionBuilder",
                    "view": _VIEW,
                    "renderer": {"module_name": "expectations.docs_view", "class_name": "ResultsPage"},
                },
                "profiling": "none",
            },
        }
    }
    context = gx.get_context(
        mode="ephemeral", project_config=DataContextConfig(analytics_enabled=False, store_backend_defaults=defaults)
    )
    run = RunIdentifier(run_name=refresh_id, run_time=checked_at.replace(tzinfo=dt.UTC))
    pages: list[Any] = []
    for suite in suites:
        context.suites.add(_gx_suite(suite))
        name = ExpectationSuiteIdentifier(suite.name)
        page = ValidationResultIdentifier(name, run, batch_identifier=suite.name)
        found = [check for check in results if check.suite == suite.name]
        context.validation_results_store.set(page, _gx_results(suite, found, run, rejected))
        pages += [name, page]
    context.build_data_docs(site_names=[SITE], resource_identifiers=pages)
    # Great Expectations only logs what it could not render.
    written = {path.relative_to(site).parts[1] for path in site.glob(f"validations/*/{refresh_id}/*/*.html")}
    missing = {suite.name for suite in suites} - written
    if missing or not (site / "index.html").exists():
        raise OSError(f"Great Expectations could not render {sorted(missing) or 'the index'}")


def _gx_suite(suite: Suite) -> Any:
    import great_expectations as gx

    return gx.ExpectationSuite(
        name=suite.name,
        expectations=[
            _gx_expectation(promise, promise.reason, promise.severity).to_domain_obj() for promise in suite.promises
        ],
    )


def _gx_expectation(promise: Promise, reason: str, severity: str) -> Any:
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationConfiguration(
        type=promise.expectation,
        kwargs=dict(promise.arguments),
        meta={"reason": reason, "severity": severity},
        notes=f"{severity}: {reason}",
        severity=severity,
    )


def _gx_results(suite: Suite, results: Sequence[CheckResult], run: Any, rejected: int) -> Any:
    """The results of a suite as Great Expectations keeps them."""
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        ExpectationValidationResult,
    )

    promises = {(promise.label, promise.column_name): promise for promise in suite.promises}
    met = sum(check.is_met for check in results)
    return ExpectationSuiteValidationResult(
        success=met == len(results) > 0,
        results=[
            ExpectationValidationResult(
                success=check.is_met,
                expectation_config=_gx_expectation(
                    promises[check.expectation, check.column_name], check.reason, check.severity
                ),
                result=_counts(check),
                exception_info={"raised_exception": False, "exception_message": None, "exception_traceback": None},
                meta={},
            )
            for check in results
        ],
        suite_name=suite.name,
        suite_parameters={},
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": met,
            "unsuccessful_expectations": len(results) - met,
            "success_percent": 100 * met / len(results) if results else None,
        },
        # The index is given this, and of the rest whether everything was met.
        meta={"run_id": run, "batch_spec": {"data_asset_name": "the build", "rejected": rejected, **_unmet(results)}},
    )


def _unmet(results: Iterable[CheckResult]) -> dict[str, int]:
    """How many promises were not kept, by severity."""
    severities = [check.severity for check in results if not check.is_met]
    return {"critical": severities.count("critical"), "warning": severities.count("warning")}


def _counts(check: CheckResult) -> dict[str, Any]:
    share = 100 * check.rows_unexpected / check.rows_checked if check.rows_checked else 0.0
    columns = _in_order(check)
    return {
        "element_count": check.rows_checked,
        "unexpected_count": check.rows_unexpected,
        "unexpected_percent": share,
        "check": check.label,
        "columns": columns,
        "rows": [
            ["" if row.get(name) is None else str(row[name]) for name in columns] for row in check.unexpected_rows
        ],
    }


def _in_order(check: CheckResult) -> list[str]:
    """The columns of the rows that are named: whose they are, what the promise is about, and the rest."""
    known = list(check.unexpected_rows[0]) if check.unexpected_rows else []
    first = [name for name in (*_WHOSE, *check.column_name.split(", ")) if name in known]
    return list(dict.fromkeys([*first, *known]))
