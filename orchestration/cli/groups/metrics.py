"""`imr metrics`: arguments and help."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orchestration.cli.options import AsCsv, AsJson, Home
from orchestration.cli.terminal import Problem

group = typer.Typer(
    name="metrics",
    help="Numbers defined once (decisions, overturn_rate, days_to_decision), by any dimension.",
    no_args_is_help=True,
)


@group.command("list")
def list_metrics_(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[METRIC ...]", help="List what these can be grouped by.", show_default=False),
    ] = None,
    home: Home = None,
) -> None:
    """List metrics and saved queries; with names of metrics, the dimensions to group them by."""
    from orchestration.cli.metrics import list_metrics

    raise typer.Exit(list_metrics(names or (), home))


@group.command("query")
def query_metrics(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[METRIC ...]", help="One metric or several.", show_default=False)
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Dimension to group by, such as service__service_category or metric_time__year; may be repeated.",
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Condition, as MetricFlow writes it: \"{{ Dimension('service__is_opioid') }}\"; may be repeated.",
            show_default=False,
        ),
    ] = None,
    saved: Annotated[
        str | None, typer.Option(metavar="NAME", help="A saved query, instead of metrics.", show_default=False)
    ] = None,
    order: Annotated[
        list[str] | None,
        typer.Option(
            help="Column to sort by, '-' before it for the largest first; may be repeated. [default: the first column]",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(help="How many rows at most.", min=1, show_default=False)] = None,
    csv: AsCsv = False,
    json: AsJson = False,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL and do not run it.")] = False,
    home: Home = None,
) -> None:
    """Ask the published warehouse for metrics by dimensions."""
    from orchestration.cli.metrics import run_metrics
    from orchestration.metrics import Question

    if bool(names) == bool(saved):
        raise Problem("Name either metrics or a saved query with --saved. 'imr metrics list' shows both.", status=2)
    if saved and by:
        raise Problem("A saved query has its own dimensions; leave --by out.", status=2)
    if csv + json + sql > 1:
        raise Problem("--csv, --json and --sql exclude each other.", status=2)
    form: Literal["table", "csv", "json", "sql"] = "csv" if csv else "json" if json else "sql" if sql else "table"
    question = Question(names or (), by or (), where or (), saved)
    raise typer.Exit(run_metrics(question, order or (), limit, form, home))


# What stands behind the name is mf's, and so is --help: only --home, in front of it, is ours.
@group.command(
    "mf",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []},
    add_help_option=False,
)
def mf_(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[ARGUMENT ...]", help="As dbt's documentation has them.")
    ] = None,
    home: Home = None,
) -> None:
    """Run MetricFlow's own command on the publication: imr metrics mf query --metrics decisions --group-by ...

    --home stands in front of what mf gets.
    """
    from orchestration.cli.metrics import run_mf

    raise typer.Exit(run_mf(arguments or ["--help"], home))
