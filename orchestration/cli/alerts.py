"""`imr alerts`: tell what is wrong now, try the channels, show what was told; and what a refresh says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

from orchestration.alerts.wording import NAME
from orchestration.cli.terminal import Problem, err, home_of, out, printable
from orchestration.home import Home
from orchestration.settings import Settings, load_settings

if TYPE_CHECKING:
    from orchestration.alerts.memory import Delivery

NARROW = 100
"""Columns of a terminal below which a list leaves the least useful out."""
_LATER = " It is told later if it still stands; 'imr status' shows it until then."
NO_CHANNEL = (
    "No channel is configured. Set IMR_ALERT_SLACK_WEBHOOK, IMR_ALERT_EMAIL_TO with IMR_SMTP_URL, or IMR_ALERT_WEBHOOK."
)


def check_now(home_path: str | None) -> int:
    """Tells what is new since it was told last. Returns the exit status: 1 where a channel could not be reached."""
    from orchestration.alerts.tell import look, still_standing, tell
    from orchestration.alerts.wording import standing_lines

    home, settings = _ready(home_path)
    if not home.refreshes.is_dir():
        raise Problem(f"No refresh has run in {home.root} yet. Run 'imr refresh' first, or name another --home.")
    situation = look(home, settings)
    for trouble in situation.for_new_channel:
        out.print(f"{trouble.status}: {printable(trouble.summary)}", markup=False, soft_wrap=True)
    standing = still_standing(home, settings)
    for line in standing_lines(standing):
        out.print(f"told, and still stands: {printable(line)}", markup=False, soft_wrap=True)
    if not situation.for_new_channel:
        out.print("Nothing else is wrong." if standing else "Nothing is wrong.")
    deliveries = tell(home, settings)
    if not deliveries:
        out.print("Nothing new to tell.")
    show_deliveries(deliveries)
    return int(not all(delivery.is_delivered for delivery in deliveries))


def try_all(home_path: str | None) -> int:
    """Sends a test message on every channel. Returns the exit status: 1 where a channel could not be reached."""
    from orchestration.alerts.tell import try_channels

    deliveries = try_channels(*_ready(home_path))
    show_deliveries(deliveries)
    return int(not all(delivery.is_delivered for delivery in deliveries))


def list_told(home_path: str | None, limit: int) -> int:
    """Prints the last deliveries, the latest first."""
    from orchestration.alerts.memory import load

    history = load(home_of(home_path)).history
    if not history:
        out.print("Nothing was told yet.")
        return 0
    out.print(_table(history[-limit:], out.width))
    return 0


def _table(deliveries: Sequence[Delivery], width: int) -> Table:
    """The latest first. A narrow one is without refreshes, seconds, and the name that begins each headline."""
    is_narrow = width < NARROW
    table = Table(box=None, header_style="dim", pad_edge=False)
    for column in ("when (UTC)", "channel", "status"):
        table.add_column(column, no_wrap=True)
    table.add_column("what", overflow="fold")
    if not is_narrow:
        table.add_column("refresh", no_wrap=True)
    table.add_column("arrived", overflow="fold")
    for delivery in reversed(deliveries):
        tries = f", {delivery.attempts} times" if delivery.attempts > 1 else ""
        arrived = f"no{tries}: {delivery.reason}" if not delivery.is_delivered else delivery.reason or "yes"
        when = delivery.at.replace("T", " ")[: 16 if width >= 70 else 10] if is_narrow else delivery.at
        what = delivery.headline.removeprefix(f"{NAME}: ") if is_narrow else delivery.headline
        refresh = () if is_narrow else (delivery.refresh_id,)
        cells = (when, delivery.channel, delivery.status, what, *refresh, arrived)
        table.add_row(*(printable(cell).replace("[", r"\[") for cell in cells))
    return table


def show_deliveries(deliveries: Sequence[Delivery]) -> None:
    """One line for what was told, one for each channel that could not be reached."""
    told = [delivery for delivery in deliveries if delivery.is_delivered]
    if told:
        channels = ", ".join(delivery.channel for delivery in told)
        out.print(f"Told {channels}: {told[0].headline}", markup=False, soft_wrap=True)
    for delivery in deliveries:
        if not delivery.is_delivered:
            err.print(
                f"Not told {delivery.channel}: {delivery.reason}." + ("" if delivery.is_test else _LATER),
                style="yellow",
                markup=False,
                soft_wrap=True,
            )
        elif delivery.reason:
            err.print(f"{delivery.channel}: {delivery.reason}", style="yellow", markup=False, soft_wrap=True)


def _ready(home_path: str | None) -> tuple[Home, Settings]:
    settings = load_settings(home=home_path)
    if not settings.has_channels:
        raise Problem(NO_CHANNEL, status=2)
    return home_of(home_path), settings
