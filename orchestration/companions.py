"""What lies beside the published file: the data dictionary, and the definitions of its metrics.

Both are made of the file before it takes its name, and put in place right after it did. A dictionary says of which
publication it is, so one that was left behind by an accident is never taken for another's.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.dbt import read_manifest
from orchestration.dictionary.entries import read_dictionary
from orchestration.dictionary.markdown import to_markdown
from orchestration.dictionary.page import to_page
from orchestration.home import Home, written_whole
from orchestration.metrics import definitions_of


def make_companions(home: Home, unfinished: Path) -> dict[Path, str]:
    """What is to lie beside a publication, by its path. `unfinished` is the file, closed, that will be published."""
    dictionary = read_dictionary(unfinished, read_manifest(home))
    made = {home.dictionary: to_markdown(dictionary), home.dictionary_page: to_page(dictionary)}
    if (definitions := definitions_of(home)) is not None:
        made[home.metrics] = definitions
    return made


def put_beside(made: dict[Path, str]) -> None:
    """Writes each of them whole. Raises OSError where one cannot be written."""
    for path, text in made.items():
        with written_whole(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
