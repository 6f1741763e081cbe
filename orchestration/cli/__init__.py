"""The command line `imr`: a thin face. Commands import what they need when they run: help and queries stay quick."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from orchestration.cli.groups import alerts, metrics, quarantine, vocabulary
from orchestration.cli.options import AsCsv, AsJson, Home, Letter
from orchestration.cli.terminal import Problem, complain

app = typer.Typer(
    name="imr",
    help="California's Independent Medical Review decisions as a warehouse that anyone can query.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
        bool, typer.Option("--reread", help="Read again what an older reader read, if anything, and build anew then.")
    ] = False,
) -> None:
    """Read what is new, build, audit and publish, then copy the publication to the targets of IMR_PUBLISH_...

    Exit status: 0 published or nothing new, 3 the audit refused and the last good publication stands, 4 all well but a
    target was not reached, 2 wrong usage or settings, 1 anything else, such as a place of IMR_LETTERS
    that is not there now.
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
    sql: Annotated[
        str,
        typer.Argument(help="One SQL statement, in DuckDB's dialect, or the path of a .sql file.", show_default=False),
    ],
    csv: AsCsv = False,
    json: AsJson = False,
    home: Home = None,
) -> None:
    """Ask the published warehouse, read-only and with no access to other files."""
    from orchestration.cli.query import run_query

    if csv and json:
        raise Problem("--csv and --json exclude each other.", status=2)
    raise typer.Exit(run_query(sql, "csv" if csv else "json" if json else "table", home))


@app.command()
def explain(
    case_or_letter: Letter,
    item: Annotated[
        int | None, typer.Argument(help="Number of the item; all items without it.", show_default=False)
    ] = None,
    home: Home = None,
) -> None:
    """Show decisions beside the passages of the letter that they came from."""
    from orchestration.cli.explain import run_explain

    raise typer.Exit(run_explain(case_or_letter, item, home))


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


for group in (vocabulary, metrics, quarantine, alerts):
    app.add_typer(group.group)


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
