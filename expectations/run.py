"""The one function that runs a suite on a frame. Imports Great Expectations, late.

Great Expectations must never pass by accident: whatever raises, and whatever comes back without a result, has failed.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pandas as pd

from expectations.result import ROWS_NAMED, CheckResult
from expectations.suite import ROW_ID, Promise, Suite

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


@contextmanager
def great_expectations_alone() -> Iterator[None]:
    """Great Expectations imported, silent, and used by nobody else in this process."""
    with _one_at_a_time, _quiet():
        warm_up()
        yield


def run_suite(frames: pd.DataFrame | Iterable[pd.DataFrame], suite: Suite) -> list[CheckResult]:
    """Checks every promise of `suite` on a frame and returns one result per promise, in the suite's order.

    The frame comes whole or in pieces, one after the other, so that it need not fit into memory; only promises that
    each row keeps by itself can be checked in pieces, and others fail on more than one. It has NumPy dtypes (Arrow's
    hang) and the suite's columns; its index is ignored, and it is left as it was. A frame without rows keeps every
    promise about rows. Never raises for what is in the frame, nor for what raises while it is read: an expectation that
    cannot be checked, because a column is missing or has another type, has failed, with the exception's text as its
    reason.
    """
    pieces = [frames] if isinstance(frames, pd.DataFrame) else frames
    results: list[CheckResult] = []
    try:
        for frame in pieces:
            found = _run(frame, suite)
            results = (
                [_joined(*three) for three in zip(suite.promises, results, found, strict=True)] if results else found
            )
    except Exception as error:  # not read to its end: nothing has been proved
        words = (str(error).strip().splitlines() or ["without a message"])[0]
        return all_failed(suite, f"reading the rows raised {type(error).__name__}: {words}")
    return results or all_failed(suite, "no frame was given")


def all_failed(suite: Suite, reason: str) -> list[CheckResult]:
    """The results of a suite that could not be run: not one of its promises has been proved."""
    return [_failed(suite, promise, reason) for promise in suite.promises]


def _run(frame: pd.DataFrame, suite: Suite) -> list[CheckResult]:
    with great_expectations_alone():
        checked = _with_computed(frame.reset_index(drop=True), suite)
        try:
            found = _validate(checked, suite)
        except Exception as error:  # whatever the library raises, nothing has been proved
            return all_failed(suite, f"validation raised: {error!r}")
        return [_result(checked, suite, promise, found.get(n)) for n, promise in enumerate(suite.promises)]


def _joined(promise: Promise, first: CheckResult, second: CheckResult) -> CheckResult:
    """One result of two pieces. What raised in either tells so."""
    if not promise.is_row_by_row:
        reason = "cannot be checked in pieces"
        return replace(first, is_met=False, rows_checked=0, rows_unexpected=0, reason=reason, unexpected_rows=())
    return replace(
        first,
        is_met=first.is_met and second.is_met,
        rows_checked=first.rows_checked + second.rows_checked,
        rows_unexpected=first.rows_unexpected + second.rows_unexpected,
        reason=first.reason if first.reason != promise.reason else second.reason,
        unexpected_rows=(*first.unexpected_rows, *second.unexpected_rows)[:ROWS_NAMED],
    )


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
        if promise.of:
            return _counted(frame, suite, promise, result["observed_value"])
        return suite.checked(promise, is_met, len(frame), 0, ())
    unexpected = int(result["unexpected_count"])
    return suite.checked(
        promise,
        is_met and unexpected == 0,
        int(result["element_count"]) - int(result.get("missing_count") or 0),
        unexpected,
        _named(frame, suite, promise, result.get("partial_unexpected_index_list") or []),
    )


def _counted(frame: pd.DataFrame, suite: Suite, promise: Promise, observed: Any) -> CheckResult:
    """The result of a promise about a count. Who broke it is not in the frame."""
    if len(frame) != 1 or promise.of not in frame.columns or pd.isna(observed):
        return _failed(suite, promise, "nobody counted")
    return suite.checked(promise, bool(observed == 0), int(frame[promise.of].iloc[0]), int(observed), ())


def _raised(info: Any) -> Iterator[str]:
    """The texts of what raised. It comes flat, or once per metric; a mark without a text is a failure all the same."""
    if not isinstance(info, Mapping):
        return
    if info.get("raised_exception"):
        yield str(info.get("exception_message") or "an exception without a message")
    for value in info.values():
        yield from _raised(value)


def _named(frame: pd.DataFrame, suite: Suite, promise: Promise, labels: list[int]) -> tuple[dict[str, Any], ...]:
    """The first failing rows: the suite's key columns, and the values that the promise is about."""
    wanted = (ROW_ID, *suite.key_columns, *promise.column_name.split(", "))
    columns = [column for column in dict.fromkeys(wanted) if column in frame.columns]
    rows = frame.loc[labels[:ROWS_NAMED], columns].astype(object).itertuples(index=False, name=None)
    return tuple({c: _plain(v) for c, v in zip(columns, row, strict=True)} for row in rows)


def _plain(value: Any) -> Any:
    """A value as people write it: a day is a day, and not midnight of it."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) and value == value.normalize() else value


def _failed(suite: Suite, promise: Promise, reason: str) -> CheckResult:
    return suite.checked(promise, False, 0, 0, (), reason)


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
