"""What waits in quarantine, in the publication and in a refresh that was refused, and what would release it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.build import open_build
from orchestration.home import Home
from orchestration.overrides import Place

_WAITING = """
    select letter_id, source_uri, item_number, service_text, reason_code, detail, ? as is_published
    from quality_quarantined_items order by all
"""
OPEN_BY_HAND = ("outcome", "reviewer_basis", "service_text")
"""What a letter may leave open of an item, and a hand may give."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item in quarantine. `is_published` is false where only a refresh that was refused holds it."""

    letter_id: str
    source_uri: str
    item_number: int
    service_text: str | None
    reason_code: str
    detail: str
    is_published: bool

    @property
    def place(self) -> Place:
        return self.letter_id, self.item_number


class BuildBusy(RuntimeError):
    """A refresh holds the build; what it keeps back cannot be told before it ends."""


def published_waiting(connection: duckdb.DuckDBPyConnection) -> list[Waiting]:
    """What waits in a publication, in a fixed order."""
    return [Waiting(*row) for row in connection.execute(_WAITING, [True]).fetchall()]


def refused_waiting(home: Home) -> list[Waiting]:
    """What waits in the build, the warehouse as the last refresh would have it. Nothing where there is no build yet.

    Raises BuildBusy while a refresh holds the build.
    """
    if not home.build.exists() or not home.marts.exists():
        return []
    try:
        with open_build(home) as connection:
            rows = connection.execute(_WAITING, [False]).fetchall()
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise BuildBusy from None
        return []  # no warehouse: the next refresh makes it anew
    except duckdb.Error:  # a build that did not come so far
        return []
    return [Waiting(*row) for row in rows]


def left_open(item: dict[str, Any]) -> tuple[str, ...]:
    """What a letter leaves open of an item, a row of the staged items: what has to be given to release it.

    The rule is that of `int_items`; nothing where the item keeps its promises.
    """
    is_contradictory = item["restated_outcome"] is not None and item["restated_outcome"] != item["outcome"]
    is_open = {
        "outcome": item["outcome"] is None or is_contradictory,
        "reviewer_basis": item["reviewer_guideline_text"] is None,
        "service_text": item["service_text"] is None,
    }
    return tuple(name for name in OPEN_BY_HAND if is_open[name])
