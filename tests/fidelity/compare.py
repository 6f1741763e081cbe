"""Labelled against found, field by field. Pure: no files, no warehouse, no printing.

One letter becomes a list of comparisons. Null on both sides is none: neither found nor expected. Lists (items, citations,
specialties, pages) are aligned first, so that one missed element counts once and does not shift all behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, TypeVar

from tests.fidelity.labelled import CITATION_COLUMNS, SERVICE_COLUMNS

T = TypeVar("T")

DATES = ("decision", "injury", "ur_denial", "application_received", "assigned")
SIDES = {"claims": "claims_administrator", "reviewer": "reviewer"}
CITATION_PARTS = ("family", "chapter", "section", "year")

FIELDS: dict[str, tuple[str, ...]] = {
    "letter": (
        "template",
        "case_number",
        *(f"{name}_date" for name in DATES),
        "priority",
        "age",
        "sex",
        "specialties",
        "subspecialties",
        "states",
        "status",
    ),
    "item": ("items", "service_text", "outcome", "category", "defect"),
    **{
        side: tuple(
            f"{side}.{part}" for part in ("basis", "citations", "family", "chapter", "pages", "section", "year")
        )
        for side in SIDES
    },
    "services.csv": tuple(f"services.{column}" for column in SERVICE_COLUMNS),
    "citations.csv": tuple(f"citations.{column}" for column in CITATION_COLUMNS),
}
"""Every field that is measured, by the group under which it is printed."""

# Below this share of equal letters two service texts are two items, one missed and one made up.
_LEAST_LIKENESS = 0.4
_UNKNOWN_LIKENESS = 0.5  # of an item whose service is missing on one side: paired by its order


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value of one letter: as labelled and as found. `None` is not printed, or not found."""

    letter: str
    place: str  # within the letter: 'item 2, citation 1'; '' for the letter itself
    field: str
    expected: Any
    found: Any

    @property
    def is_right(self) -> bool:
        return bool(self.expected == self.found)

    @property
    def label(self) -> str:
        """Where the value stands: the same in every run."""
        return f"{self.place} · {self.field}" if self.place else self.field


def align(
    expected: Sequence[T], found: Sequence[T], likeness: Callable[[T, T], float]
) -> list[tuple[T | None, T | None]]:
    """Pairs two sequences in order so that the sum of likenesses is largest; what has no partner stands alone.

    A likeness below 0 never pairs; one of 0 or above pairs where nothing better is lost by it.
    """
    rows, columns = len(expected), len(found)
    scores = [[likeness(one, other) for other in found] for one in expected]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            best[row][column] = max(
                best[row + 1][column], best[row][column + 1], scores[row][column] + best[row + 1][column + 1]
            )
    pairs: list[tuple[T | None, T | None]] = []
    row = column = 0
    while row < rows and column < columns:
        if scores[row][column] >= 0 and best[row][column] == scores[row][column] + best[row + 1][column + 1]:
            pairs.append((expected[row], found[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            pairs.append((expected[row], None))
            row += 1
        else:
            pairs.append((None, found[column]))
            column += 1
    return pairs + [(one, None) for one in expected[row:]] + [(None, one) for one in found[column:]]


def compare_letter(name: str, expected: dict[str, Any], found: dict[str, Any] | None) -> list[Comparison]:
    """Every comparison of one letter; `found` is None for a letter that was not read, of which all is missed."""
    comparisons: list[Comparison] = []

    def add(place: str, field: str, one: Any, other: Any) -> None:
        if one is not None or other is not None:
            comparisons.append(Comparison(name, place, field, one, other))

    got: dict[str, Any] = found or {}
    for field in ("template", "case_number", "priority"):
        add("", field, expected[field], got.get(field))
    for date in DATES:
        add("", f"{date}_date", expected["dates"][date], got.get("dates", {}).get(date))
    for field in ("age", "sex"):
        add("", field, expected["patient"][field], got.get("patient", {}).get(field))
    for field in ("specialties", "subspecialties", "states"):
        for one, other in align(expected["reviewer"][field], got.get("reviewer", {}).get(field, []), _same):
            add("", field, one, other)
    unlabelled = 0
    for item, read in align(expected["items"], got.get("items", []), item_likeness):
        unlabelled += item is None
        place = f"item {item['number']}" if item else f"unlabelled item {unlabelled}"
        _compare_item(place, item or {}, read or {}, add)
    return comparisons


def _compare_item(
    place: str, expected: dict[str, Any], found: dict[str, Any], add: Callable[[str, str, Any, Any], None]
) -> None:
    add(place, "items", True if expected else None, True if found else None)
    for field in ("service_text", "outcome", "category", "defect"):
        add(place, field, expected.get(field), found.get(field))
    for side, key in SIDES.items():
        labelled, read = expected.get(key, {}), found.get(key, {})
        add(place, f"{side}.basis", labelled.get("basis"), read.get("basis"))
        pairs = align(labelled.get("citations", []), read.get("citations", []), citation_likeness)
        for number, (one, other) in enumerate(pairs, start=1):
            at = f"{place}, citation {number}"
            add(at, f"{side}.citations", one, other)
            for part in CITATION_PARTS:
                add(at, f"{side}.{part}", one and one[part], other and other[part])
            for pages in align(one["pages"] if one else [], other["pages"] if other else [], _same):
                add(at, f"{side}.pages", *pages)


def compare_rows(
    name: str, key: str, labelled: list[dict[str, str]], found: dict[str, dict[str, str]]
) -> list[Comparison]:
    """Every comparison of a list: 'services' or 'citations', whose rows are known by their text in column `key`."""
    comparisons = []
    for row in labelled:
        got = found.get(row[key], {})
        for column in (column for column in row if column != key):
            one, other = row[column], got.get(column, "")
            several = name == "citations"
            pairs = align(one.split(";"), other.split(";"), _same) if several and one and other else [(one, other)]
            for value, read in pairs:
                if value or read:
                    field = f"{name}.{column}"
                    comparisons.append(Comparison(f"{name}.csv", row[key], field, value or None, read or None))
    return comparisons


def item_likeness(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How much two items are the same one, from 0 to 1 by their service texts; negative where they are not."""
    left, right = one.get("service_text"), other.get("service_text")
    if not left or not right:
        return _UNKNOWN_LIKENESS
    if left == right:
        return 1.0
    ratio = SequenceMatcher(None, left.lower(), right.lower(), autojunk=False).ratio()
    return ratio if ratio >= _LEAST_LIKENESS else -1.0


def citation_likeness(one: dict[str, Any], other: dict[str, Any]) -> float:
    """How many of the five parts of two citations are equal; a part that both lack tells little."""
    return sum(1.0 if one[part] else 0.25 for part in (*CITATION_PARTS, "pages") if one[part] == other[part])


def _same(one: object, other: object) -> float:
    return 1.0 if one == other else 0.0
