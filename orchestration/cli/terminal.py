"""What every command shares: where it prints, how it complains, and how it finds the publication."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from orchestration.home import Home
from orchestration.settings import load_settings

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


class Problem(Exception):
    """Something the user can mend; the message says what and how."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


def complain(message: str) -> None:
    err.print(Text.assemble(("imr: ", "bold red"), message), soft_wrap=True)


def home_of(given: Path | None) -> Home:
    return Home(load_settings(home=given).home)


def published(home: Home) -> Path:
    """The published file. Raises Problem where there is none yet."""
    if not home.published.exists():
        raise Problem(f"Nothing is published in {home.root} yet. Run 'imr refresh' first, or name another --home.")
    return home.published
