"""`imr report`: opens the page of the publication, and makes it where it is missing or of an older one."""

from __future__ import annotations

from rich.markup import escape

from orchestration.cli.terminal import Problem, err, home_of, out, published
from orchestration.home import Home

_HEAD_CHARACTERS = 2_000
"""So early in the page it says of which refresh it is."""


def open_report(home_path: str | None, is_opened: bool) -> int:
    """Prints the page's address and, if wanted, opens it in the browser. Raises Problem where nothing is published."""
    home = home_of(home_path)
    with published(home) as connection:
        ((refresh_id,),) = connection.execute("select refresh_id from publication").fetchall()
    if not _is_of(home, refresh_id):
        _make(home)
    out.print(escape(home.report.resolve().as_uri()), soft_wrap=True)
    if is_opened:
        import webbrowser

        if not webbrowser.open(home.report.resolve().as_uri()):
            err.print("There is no browser here. Open this address in one, or copy the file: it needs nothing else.")
    return 0


def _is_of(home: Home, refresh_id: str) -> bool:
    try:
        with home.report.open(encoding="utf-8") as page:
            return f'content="{refresh_id}"' in page.read(_HEAD_CHARACTERS)
    except OSError:
        return False


def _make(home: Home) -> None:
    import duckdb

    from orchestration.companions import make_report, put_beside

    err.print("Making the report page ...")
    try:
        put_beside(make_report(home, home.published))
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise Problem(
            f"{home.published} has not the report tables that the page shows ({told}). 'imr refresh' makes it anew."
        ) from None
    except OSError as error:
        raise Problem(f"{home.report} cannot be written ({error.strerror or error}).") from None
