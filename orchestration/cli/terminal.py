"""What every command shares: where it prints, how it complains, and how it finds the publication."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from rich.console import Console
from rich.text import Text

from expectations.visible import visible
from orchestration.home import Home
from orchestration.publication import connect_read_only
from orchestration.settings import load_settings

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


class Problem(Exception):
    """Something the user can mend; the message says what and how."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def complain(message: str) -> None:
    err.print(Text.assemble(("imr: ", "bold red"), printable(message, lines=True)), soft_wrap=True)


def home_of(given: str | None) -> Home:
    home = Home(load_settings(home=given).home)
    if home.root.exists() and not home.root.is_dir():
        raise Problem(f"The home {home.root} is no folder. Point --home or IMR_HOME at one.", status=2)
    return home


def printable(text: object, lines: bool = False) -> str:
    """A text with its control characters shown, not sent to the terminal: letters are other people's words.

    `lines`: of several lines, which stay.
    """
    return visible(text, lines)


@contextmanager
def published(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading. Raises Problem where there is none, or where it is no warehouse."""
    if not home.published.exists():
        raise Problem(f"Nothing is published in {home.root} yet. Run 'imr refresh' first, or name another --home.")
    try:
        connection = connect_read_only(home.published)
    except duckdb.Error:
        raise Problem(f"{home.published} is no warehouse that DuckDB can open. 'imr refresh' makes it anew.") from None
    with connection:
        try:
            yield connection
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            raise Problem(
                f"{home.published} is damaged or none of ours ({told}). Remove it; 'imr refresh' makes it anew."
            ) from None
