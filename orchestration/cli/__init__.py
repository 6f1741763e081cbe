"""The command line `imr`: a thin face. Commands import what they need when they run: help and queries stay quick."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from orchestration.cli.terminal import Problem, complain

app = typer.Typer(
    name="imr",
    help="California's Independent Medical Review decisions as a warehouse that anyone can query.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="Where lake, build and publication live. [env: IMR_HOME; default: data]",
        show_default=False,
    ),
]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"imr {version('imr-warehouse')}")
        raise typer.Exit


@app.callback()
def imr(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """California's Independent Medical Review decisions as a warehouse that anyone can query."""


@app.command(context_settings={"allow_extra_args": True})
def refresh(
    context: typer.Context,
    letters: Annotated[
        list[str] | None,
        typer.Option(
            help="Folders or files to read letters from. [env: IMR_LETTERS; default: data/letters]",
            show_default=False,
            metavar="PATH ...",
        ),
    ] = None,
    home: Home = None,
    full: Annotated[bool, typer.Option("--full", help="Build everything anew from the lake.")] = False,
    reread: Annotated[
        bool, typer.Option("--reread", help="Read again the letters that an older reader read, and build anew.")
    ] = False,
) -> None:
    """Read what is new, build, audit and publish, then copy the publication to the targets of IMR_PUBLISH_...

    Exit status: 0 published or nothing new, 3 the audit refused and the last good publication stands, 4 all well but a
    target was not reached, 2 wrong usage or settings, 1 anything else.
    """
    from orchestration.cli.refresh import run_refresh

    if context.args and not letters:
        raise Problem(f"Unexpected argument {context.args[0]!r}. Letters are given with --letters PATH ...", status=2)
    raise typer.Exit(run_refresh((*(letters or ()), *context.args), home, full, reread))


@app.command()
def status(home: Home = None) -> None:
    """Tell how the last refresh ended, how old the publication is, what it holds, what is in quarantine and what
    each target holds."""
    from orchestration.cli.status import show_status

    raise typer.Exit(show_status(home))


@app.command()
def report(
    home: Home = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print its address.")] = False,
) -> None:
    """Open the report page of the publication: figures and charts, in one file that needs no network."""
    from orchestration.cli.report import open_report

    raise typer.Exit(open_report(home, not no_open))


@app.command()
def doctor(
    home: Home = None,
    mend: Annotated[bool, typer.Option("--mend", help="Set right what can be made again.")] = False,
) -> None:
    """Examine a home: parts against their checksums, lake against build against publication.

    Exit status: 0 nothing is wrong or all of it is mended, 1 something is left.
    """
    from orchestration.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(home, mend))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement, in DuckDB's dialect.", show_default=False)],
    csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print all rows as a JSON array of objects.")] = False,
    home: Home = None,
) -> None:
    """Ask the published warehouse, read-only and with no access to other files."""
    from orchestration.cli.query import run_query

    if csv and json:
        raise Problem("--csv and --json exclude each other.", status=2)
    raise typer.Exit(run_query(sql, "csv" if csv else "json" if json else "table", home))


@app.command()
def explain(
    case_or_letter: Annotated[
        str,
        typer.Argument(
            help="Case number, letter_id (its first 6 characters will do) or file name.", show_default=False
        ),
    ],
    item: Annotated[
        int | None, typer.Argument(help="Number of the item; all items without it.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Show decisions beside the passages of the letter that they came from."""
    from orchestration.cli.explain import run_explain

    raise typer.Exit(run_explain(case_or_letter, item, home))


vocabulary = typer.Typer(
    name="vocabulary", help="What the vocabulary does not know yet, and what it makes of a text.", no_args_is_help=True
)
app.add_typer(vocabulary)


@vocabulary.command()
def gaps(
    kind: Annotated[
        Literal["services", "guidelines", "specialties"],
        typer.Option("--of", help="What to look for: services, guidelines or specialties."),
    ] = "services",
    weak: Annotated[
        bool,
        typer.Option("--weak", help="Also services of which only a generic word is known ('mg', 'unit', 'patch')."),
    ] = False,
    limit: Annotated[int, typer.Option(help="How many to show, the most frequent first.", min=1)] = 30,
    csv: Annotated[bool, typer.Option("--csv", help="Print them as CSV.")] = False,
    home: Home = None,
) -> None:
    """List the most frequent texts that no row of the vocabulary matches, with letters that print them."""
    from orchestration.cli.vocabulary import show_gaps

    raise typer.Exit(show_gaps(kind, weak, limit, csv, home))


@vocabulary.command()
def test(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT ...", help="Service texts.", show_default=False)],
    home: Home = None,
) -> None:
    """Show what a service text maps to, and by which rows of the seeds as they stand on disk."""
    from orchestration.cli.vocabulary import test_texts

    raise typer.Exit(test_texts(texts, home))


metrics = typer.Typer(
    name="metrics",
    help="Numbers defined once (decisions, overturn_rate, days_to_decision), by any dimension.",
    no_args_is_help=True,
)
app.add_typer(metrics)


@metrics.command("list")
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


@metrics.command("query")
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
    csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print all rows as a JSON array of objects.")] = False,
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


quarantine = typer.Typer(
    name="quarantine",
    help="Items that break a promise: what waits, and how to decide by hand what a letter leaves open.",
    no_args_is_help=True,
)
app.add_typer(quarantine)

Letter = Annotated[
    str,
    typer.Argument(help="Case number, letter_id (its first 6 characters will do) or file name.", show_default=False),
]
Item = Annotated[int, typer.Argument(help="Number of the item.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why, in words. Kept and published.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who decides. [default: the system's user]", show_default=False)]


@quarantine.command("list")
def list_(
    reason: Annotated[
        Literal["missing_outcome", "missing_guideline", "contradictory_outcome"] | None,
        typer.Option(help="Only items quarantined for this.", show_default=False),
    ] = None,
    released: Annotated[bool, typer.Option("--released", help="What was decided by hand, by whom and why.")] = False,
    limit: Annotated[
        int | None, typer.Option(help="How many to show. [default: 20; as CSV all]", min=1, show_default=False)
    ] = None,
    csv: Annotated[
        str | None,
        typer.Option("--csv", metavar="FILE", help="Write them as CSV; '-' prints it.", show_default=False),
    ] = None,
    home: Home = None,
) -> None:
    """List what waits, since when, with the passages of its letter and the command that would release it.

    What a refused refresh holds back is among it, and marked.
    """
    from orchestration.cli.quarantine_list import run_list, run_list_released

    raise typer.Exit((run_list_released if released else run_list)(reason, limit, csv, home))


@quarantine.command()
def release(
    letter: Letter,
    item: Item,
    reason: Why,
    outcome: Annotated[
        Literal["upheld", "overturned"] | None,
        typer.Option(help="Of the denial, where the letter prints none or two.", show_default=False),
    ] = None,
    reviewer_basis: Annotated[
        Literal["mtus", "non_mtus", "both", "none"] | None,
        typer.Option(help="What the reviewer relied on, where the letter does not say.", show_default=False),
    ] = None,
    service: Annotated[
        str | None, typer.Option(help="What was asked for, where the letter names no item.", show_default=False)
    ] = None,
    by: By = None,
    home: Home = None,
) -> None:
    """Decide by hand what a letter leaves open of an item; the next refresh brings it into the facts.

    Exactly what is open has to be given. A letter that is clear is never overruled.
    """
    from orchestration.cli.quarantine import run_release

    given = {"outcome": outcome, "reviewer_basis": reviewer_basis, "service_text": service}
    raise typer.Exit(run_release(letter, item, given, reason, by, home))


@quarantine.command()
def undo(letter: Letter, item: Item, reason: Why, by: By = None, home: Home = None) -> None:
    """Take back what was decided by hand; the next refresh puts the item into quarantine again."""
    from orchestration.cli.quarantine import run_undo

    raise typer.Exit(run_undo(letter, item, reason, by, home))


alerts = typer.Typer(
    name="alerts",
    help="Tell people by Slack, e-mail or HTTP what is wrong with the warehouse, and when it is over.",
    no_args_is_help=True,
)
app.add_typer(alerts)


@alerts.command()
def check(home: Home = None) -> None:
    """Look what is wrong now, and tell what was not told yet: a refresh that was killed, a warehouse that is stale.

    Every refresh tells how it ended by itself; have cron run this every few minutes for what no refresh can tell.

    Exit status: 0 told or nothing to tell, 1 a channel could not be reached, 2 no channel is configured.
    """
    from orchestration.cli.alerts import check_now

    raise typer.Exit(check_now(home))


@alerts.command("test")
def try_channels(home: Home = None) -> None:
    """Send a harmless test message on every channel.

    Exit status: 0 it arrived on all, 1 not on all, 2 no channel is configured.
    """
    from orchestration.cli.alerts import try_all

    raise typer.Exit(try_all(home))


@alerts.command("list")
def list_alerts(
    limit: Annotated[int, typer.Option(help="How many to show, the latest first.", min=1)] = 20,
    home: Home = None,
) -> None:
    """Show what was told, on which channel, and what could not be delivered and why."""
    from orchestration.cli.alerts import list_told

    raise typer.Exit(list_told(home, limit))


@app.command()
def ui(
    home: Home = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 3000,
) -> None:
    """Open Dagster's web page on a home: lineage, runs, checks, and a button to refresh. Nothing starts by itself."""
    from orchestration.cli.serve import run_serve

    raise typer.Exit(run_serve(home, host, port, is_automatic=False))


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 3000,
) -> None:
    """Run for good: Dagster's page, and a daemon that refreshes on schedule and soon after letters arrive.

    IMR_SCHEDULE and IMR_SETTLE_SECONDS say when. Ends on SIGTERM or Ctrl+C.
    """
    from orchestration.cli.serve import run_serve

    raise typer.Exit(run_serve(home, host, port, is_automatic=True))


def main() -> None:
    """Runs the command line; whatever can be told in a sentence is told in one, without a traceback."""
    from orchestration.home import HomeError
    from orchestration.settings import SettingsError

    try:
        app()
    except Problem as problem:
        complain(str(problem))
        sys.exit(problem.status)
    except SettingsError as error:
        complain(f"A setting is wrong. {error}")
        sys.exit(2)
    except HomeError as error:
        complain(str(error))
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        complain(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        sys.exit(1)
    except KeyboardInterrupt:
        complain("Interrupted. What was published stands; the next refresh carries on.")
        sys.exit(1)
