"""The one function that runs a suite on a frame. The only module that imports Great Expectations, and it does so late.

Great Expectations must never pass by accident: whatever raises, and whatever comes back without a result, has failed.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd

from expectations.result import ROWS_NAMED, CheckResult
from expectations.suite import Promise, Suite

# SUMMARY without index columns gives the labels of failing rows at once. With `unexpected_index_column_names`, or with
# COMPLETE, every failing row is looked up and copied one by one: minutes where 1,000,000 rows fail.
RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": ROWS_NAMED}

# Result rows are matched to promises by this mark in `meta`: Great Expectations returns them in an order of its own.
PROMISE_NUMBER = "promise_number"

# Great Expectations keeps its current context and its logger per process, so suites run one at a time.
_one_at_a_time = threading.RLock()


def warm_up() -> None:
    """Imports Great Expectations, which takes seconds; worth a thread while something else runs."""
    # Read at import, and again per context: nothing may be sent anywhere.
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with _quiet():
        import great_expectations
        import great_expectations.expectations  # noqa: F401  (registers the expectations)


def run_suite(frame: pd.DataFrame, suite: Suite) -> list[CheckResult]:
    """Checks every promise of `suite` on `frame` and returns one result per promise, in the suite's order.

    `frame` has NumPy dtypes (Arrow's hang) and the suite's columns; its index is ignored, and it is left as it was. A
    frame without rows keeps every promise about rows. Never raises for what is in the frame: an expectation that cannot
    be checked, because a column is missing or has another type, has failed, with the exception's text as its reason.
    """
    with _one_at_a_time, _quiet():
        warm_up()
        checked = _with_computed(frame.reset_index(drop=True), suite)
        try:
            found = _validate(checked, suite)
        except Exception as error:  # whatever the library raises, nothing has been proved
            return [_failed(suite, promise, f"validation raised: {error!r}") for promise in suite.promises]
        return [_result(checked, suite, promise, found.get(n)) for n, promise in enumerate(suite.promises)]


def _with_computed(frame: pd.DataFrame, suite: Suite) -> pd.DataFrame:
    for name, expression in suite.computed.items():
        try:
            values: Any = frame.eval(expression, engine="python")
            frame = frame.assign(**{name: values})
        except Exception:  # a column it needs is missing: the promises over it fail for want of it, and say so
            logging.getLogger(__name__).debug("could not compute %s.%s", suite.name, name, exc_info=True)
    return frame


def _validate(frame: pd.DataFrame, suite: Suite) -> dict[int, dict[str, Any]]:
    """Validation results as plain dicts, by the promise's number in the suite."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import DataContextConfig, ProgressBarsConfig
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    config = DataContextConfig(
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        store_backend_defaults=gx.data_context.types.base.InMemoryStoreBackendDefaults(),
    )
    # A context per run costs milliseconds, and shares no cached metrics with the frame before.
    context = gx.get_context(mode="ephemeral", project_config=config)
    source = context.data_sources.add_pandas("frames")
    whole = source.add_dataframe_asset(suite.name).add_batch_definition_whole_dataframe("whole")
    try:
        batch = whole.get_batch(batch_parameters={"dataframe": frame})
        # Given at once, not added one by one: adding replaces an expectation of the same type on the same column.
        expectations = gx.ExpectationSuite(
            name=suite.name,
            expectations=[
                ExpectationConfiguration(
                    type=promise.expectation,
                    kwargs=dict(promise.arguments),
                    meta={PROMISE_NUMBER: number, "reason": promise.reason, "severity": promise.severity},
                    severity=promise.severity,
                ).to_domain_obj()
                for number, promise in enumerate(suite.promises)
            ],
        )
        validation = batch.validate(expectations, result_format=RESULT_FORMAT)
    finally:
        # The process's last context stays alive, and would keep the frame with it.
        context.data_sources.delete("frames")
    return {
        result.expectation_config.meta[PROMISE_NUMBER]: {
            "success": result.success,
            "result": result.result,
            "exception_info": result.exception_info,
        }
        for result in validation.results
    }


def _result(frame: pd.DataFrame, suite: Suite, promise: Promise, found: Mapping[str, Any] | None) -> CheckResult:
    if found is None:
        return _failed(suite, promise, "validation returned no result for this expectation")
    raised = next(_raised(found["exception_info"]), None)
    if raised is not None:
        return _failed(suite, promise, raised)
    result: Mapping[str, Any] = found["result"] or {}
    is_met = found["success"] is True
    if "unexpected_count" not in result:
        if "observed_value" not in result:
            return _failed(suite, promise, "validation returned an empty result for this expectation")
        return _checked(suite, promise, is_met, len(frame), 0, ())
    unexpected = int(result["unexpected_count"])
    return _checked(
        suite,
        promise,
        is_met and unexpected == 0,
        int(result["element_count"]) - int(result.get("missing_count") or 0),
        unexpected,
        _named(frame, suite, result.get("partial_unexpected_index_list") or []),
    )


def _raised(info: Any) -> Iterator[str]:
    """The texts of what raised. It comes flat, or once per metric; a mark without a text is a failure all the same."""
    if not isinstance(info, Mapping):
        return
    if info.get("raised_exception"):
        yield str(info.get("exception_message") or "an exception without a message")
    for value in info.values():
        yield from _raised(value)


def _named(frame: pd.DataFrame, suite: Suite, labels: list[int]) -> tuple[dict[str, Any], ...]:
    columns = [column for column in suite.key_columns if column in frame.columns]
    rows = frame.loc[labels[:ROWS_NAMED], columns].astype(object).itertuples(index=False, name=None)
    return tuple({c: None if pd.isna(v) else v for c, v in zip(columns, row, strict=True)} for row in rows)


def _failed(suite: Suite, promise: Promise, reason: str) -> CheckResult:
    return _checked(suite, promise, False, 0, 0, (), reason)


def _checked(
    suite: Suite,
    promise: Promise,
    is_met: bool,
    rows_checked: int,
    rows_unexpected: int,
    unexpected_rows: tuple[dict[str, Any], ...],
    reason: str = "",
) -> CheckResult:
    return CheckResult(
        suite=suite.name,
        expectation=promise.label,
        column_name=promise.column_name,
        severity=promise.severity,
        is_met=is_met,
        rows_checked=rows_checked,
        rows_unexpected=rows_unexpected,
        reason=reason or promise.reason,
        unexpected_rows=unexpected_rows,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Great Expectations logs what it also returns, and its imports warn: results say it, once."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
