"""What lies beside the published file: data dictionary, definitions of the metrics, dbt's documentation, report page.

They are made of the file before it takes its name, and put in place right after it did. Dictionary and page say of
which publication they are, so one that was left behind by an accident is never taken for another's; dbt's documentation
says of which state of the project it is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.dbt import read_manifest
from orchestration.dbt_docs import is_current, read_page
from orchestration.dictionary.entries import read_dictionary
from orchestration.dictionary.markdown import to_markdown
from orchestration.dictionary.page import to_page
from orchestration.home import Home, written_whole
from orchestration.metrics import definitions_of

Maker = Callable[[Home, Path], dict[Path, str]]
"""Makes what is to lie beside a publication, by its path, out of the file, closed, that will be published."""


def make_dictionary(home: Home, unfinished: Path) -> dict[Path, str]:
    dictionary = read_dictionary(unfinished, read_manifest(home))
    return {home.dictionary: to_markdown(dictionary), home.dictionary_page: to_page(dictionary)}


def make_metrics(home: Home, _: Path) -> dict[Path, str]:
    definitions = definitions_of(home)
    return {} if definitions is None else {home.metrics: definitions}


def make_dbt_docs(home: Home, _: Path) -> dict[Path, str]:
    """Once for each state of the project: nothing in it comes from the data."""
    return {} if is_current(home) else {home.dbt_docs: read_page(home)}


def make_report(home: Home, unfinished: Path) -> dict[Path, str]:
    from orchestration.report import page  # Altair is slow to import
    from orchestration.report.reading import read_figures

    return {home.report: page.to_page(read_figures(unfinished))}


MAKERS: dict[str, Maker] = {
    "data dictionary": make_dictionary,
    "definitions of the metrics": make_metrics,
    "documentation of the models": make_dbt_docs,
    "report page": make_report,
}
"""By the name under which people are told that one could not be made."""


def put_beside(made: dict[Path, str]) -> None:
    """Writes each of them whole. Raises OSError where one cannot be written."""
    for path, text in made.items():
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
