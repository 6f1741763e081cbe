"""`imr quarantine`: arguments and help."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orchestration.cli.options import Home, Letter

group = typer.Typer(
    name="quarantine",
    help="Items that break a promise: what waits, and how to decide by hand what a letter leaves open.",
    no_args_is_help=True,
)
Item = Annotated[int, typer.Argument(help="Number of the item.", show_default=False)]
Why = Annotated[str, typer.Option(help="Why, in words. Kept and published.", show_default=False)]
By = Annotated[str | None, typer.Option(help="Who decides. [default: the system's user]", show_default=False)]


@group.command("list")
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


@group.command()
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


@group.command()
def undo(letter: Letter, item: Item, reason: Why, by: By = None, home: Home = None) -> None:
    """Take back what was decided by hand; the next refresh puts the item into quarantine again."""
    from orchestration.cli.quarantine import run_undo

    raise typer.Exit(run_undo(letter, item, reason, by, home))
