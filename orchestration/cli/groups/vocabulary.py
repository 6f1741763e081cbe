"""`imr vocabulary`: arguments and help."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orchestration.cli.options import Home

group = typer.Typer(
    name="vocabulary", help="What the vocabulary does not know yet, and what it makes of a text.", no_args_is_help=True
)


@group.command()
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


@group.command()
def test(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT ...", help="Service texts.", show_default=False)],
    home: Home = None,
) -> None:
    """Show what a service text maps to, and by which rows of the seeds as they stand on disk."""
    from orchestration.cli.vocabulary import test_texts

    raise typer.Exit(test_texts(texts, home))
