"""`imr metrics`: what is defined, and questions to it, answered by the published file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.table import Table

from orchestration.cli.query import run_query
from orchestration.cli.terminal import Problem, home_of, out, published
from orchestration.home import Home
from orchestration.metrics import Described, Metrics, MetricsError, Question, no_definitions


def list_metrics(metrics: Sequence[str], home_path: str | None) -> int:
    """Prints metrics and saved queries; with names of metrics, what all of these can be grouped by."""
    known = _metrics(home_path)
    try:
        if metrics:
            _print("dimension", known.dimensions(metrics))
        else:
            _print("metric", known.metrics())
            _print("saved query", known.saved())
    except MetricsError as error:
        raise Problem(str(error), status=2) from None
    return 0


def run_metrics(
    question: Question,
    order: Sequence[str],
    limit: int | None,
    form: Literal["table", "csv", "json", "sql"],
    home_path: str | None,
) -> int:
    """Prints the answer, in the order asked for, else by its first columns; or the SQL that gives it."""
    try:
        sql = ordered(_metrics(home_path).sql(question), order, limit)
    except MetricsError as error:
        raise Problem(str(error), status=2) from None
    if form == "sql":
        out.print(sql, markup=False, soft_wrap=True)
        return 0
    return run_query(sql, form, home_path)


def ordered(sql: str, order: Sequence[str], limit: int | None) -> str:
    """A statement whose rows come by these columns, a '-' before those that go down, and no more than so many."""
    keys = [f'"{name.removeprefix("-")}"' + (" desc" if name.startswith("-") else "") for name in order]
    return f"select * from (\n{sql}\n) order by {', '.join(keys) or 'all'}" + (f" limit {limit}" if limit else "")


def run_mf(arguments: Sequence[str], home_path: str | None) -> int:
    """Runs MetricFlow's own command. Returns its status."""
    from orchestration.mf import run  # and with it dbt, which takes seconds to import

    home = _published(home_path)
    if not home.metrics.exists():
        raise Problem(str(no_definitions(home)))
    return run(home, arguments)


def _published(home_path: str | None) -> Home:
    home = home_of(home_path)
    with published(home):  # says what is wrong where nothing is published
        pass
    return home


def _metrics(home_path: str | None) -> Metrics:
    home = _published(home_path)
    try:
        return Metrics(home)
    except MetricsError as error:
        raise Problem(str(error)) from None


def _print(title: str, described: Iterable[Described]) -> None:
    table = Table(header_style="bold", pad_edge=False)
    for column in (title, "kind", "meaning"):
        table.add_column(column, overflow="fold")
    for item in described:
        table.add_row(item.name, item.kind, item.description)
    out.print(table)
