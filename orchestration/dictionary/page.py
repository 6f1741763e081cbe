"""The dictionary as one page that needs neither network nor server."""

from __future__ import annotations

from pathlib import Path

from orchestration.dictionary.entries import Dictionary

_TEMPLATE = Path(__file__).with_name("page.html.j2")


def to_page(dictionary: Dictionary) -> str:
    from jinja2 import Environment, StrictUndefined

    # Examples are other people's words: everything is escaped.
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(dictionary=dictionary) + "\n"
