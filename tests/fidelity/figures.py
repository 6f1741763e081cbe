"""Comparisons as figures: precision and recall of each field, and the floors below which none of them may fall."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.fidelity.compare import FIELDS, Comparison

FLOORS = Path(__file__).with_name("floors.json")


@dataclass(slots=True)
class Figures:
    """How often a field was labelled, how often found, and how often found as labelled."""

    expected: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float | None:
        """The share of what was found that is right; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """The share of what was labelled that was found right; None where nothing was labelled."""
        return self.right / self.expected if self.expected else None


def figures(comparisons: Iterable[Comparison]) -> dict[str, Figures]:
    """The figures of every field, in printed order, also of those that nothing was compared for."""
    by_field = {field: Figures() for fields in FIELDS.values() for field in fields}
    for comparison in comparisons:
        counts = by_field[comparison.field]
        counts.expected += comparison.expected is not None
        counts.found += comparison.found is not None
        counts.right += comparison.is_right
    return by_field


def broken_floors(by_field: dict[str, Figures]) -> list[str]:
    """A sentence for each figure that is below its floor, and for each that has no floor or nothing to be held by it."""
    floors: dict[str, dict[str, float]] = json.loads(FLOORS.read_text(encoding="utf-8"))
    broken = [f"{field} has no floor in {FLOORS.name}" for field in by_field if field not in floors]
    broken += [f"{field} has a floor in {FLOORS.name}, but is no field" for field in floors if field not in by_field]
    for field, counts in by_field.items():
        for name, figure in (("precision", counts.precision), ("recall", counts.recall)):
            floor = floors.get(field, {}).get(name)
            if floor is None:
                broken += [f"{field} has no floor of {name} in {FLOORS.name}"] if field in floors else []
            elif figure is None:
                broken.append(f"{field}: no {name}, as nothing was {'found' if name == 'precision' else 'labelled'}")
            elif figure < floor:
                broken.append(f"{field}: {name} {figure:.4f} is below its floor {floor:.4f}")
    return broken
