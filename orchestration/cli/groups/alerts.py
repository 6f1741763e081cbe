"""`imr alerts`: arguments and help."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.options import Home

group = typer.Typer(
    name="alerts",
    help="Tell people by Slack, e-mail or HTTP what is wrong with the warehouse, and when it is over.",
    no_args_is_help=True,
)


@group.command()
def check(home: Home = None) -> None:
    """Look what is wrong now, and tell what was not told yet: a refresh that was killed, a warehouse that is stale.

    Every refresh tells how it ended by itself; have cron run this every few minutes for what no refresh can tell.

    Exit status: 0 told or nothing to tell, 1 a channel could not be reached, 2 no channel is configured.
    """
    from orchestration.cli.alerts import check_now

    raise typer.Exit(check_now(home))


@group.command("test")
def try_channels(home: Home = None) -> None:
    """Send a harmless test message on every channel.

    Exit status: 0 it arrived on all, 1 not on all, 2 no channel is configured.
    """
    from orchestration.cli.alerts import try_all

    raise typer.Exit(try_all(home))


@group.command("list")
def list_alerts(
    limit: Annotated[int, typer.Option(help="How many to show, the latest first.", min=1)] = 20,
    home: Home = None,
) -> None:
    """Show what was told, on which channel, and what could not be delivered and why."""
    from orchestration.cli.alerts import list_told

    raise typer.Exit(list_told(home, limit))
