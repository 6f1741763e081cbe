"""What the page is made of: sections, each with charts, a choice of the reader's, and figures below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from orchestration.report.figures import Rows


@dataclass(frozen=True, slots=True)
class Column:
    """Of the table below a chart."""

    field: str
    head: str
    form: Literal["text", "number", "percent"] = "text"


@dataclass(frozen=True, slots=True)
class Chart:
    identifier: str
    dataset: str
    draw: Callable[[], dict[str, Any]]
    finding: Callable[[Rows], str]
    shows: str
    """What is drawn and how, for who cannot see it."""
    columns: tuple[Column, ...]
    found_in: str = ""
    """The dataset that the finding is told from, where it is another one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader chooses beside the year. Sections with the same name choose together."""

    name: str
    label: str
    first: tuple[str, ...] = ("all",)
    """Values in front; the first one is chosen at the beginning."""
    words: str = "all"
    """What `all` reads as."""


@dataclass(frozen=True, slots=True)
class Section:
    identifier: str
    heading: str
    charts: tuple[Chart, ...]
    choice: Choice | None = None
    note: str = ""
