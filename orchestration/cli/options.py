"""Options and arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Home = Annotated[
    str | None,
    typer.Option(
        metavar="PATH",
        help="Where lake, build and publication live. [env: IMR_HOME; default: data]",
        show_default=False,
    ),
]
Letter = Annotated[
    str,
    typer.Argument(help="Case number, letter_id (its first 6 characters will do) or file name.", show_default=False),
]
AsCsv = Annotated[
    bool, typer.Option("--csv", help="Print all rows as CSV, for programs: values as they are, formulas among them.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print all rows as a JSON array of objects.")]
