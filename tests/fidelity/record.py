"""The last recorded run, and what a run gains and loses against it, letter by letter."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fidelity.compare import Comparison
from tests.fidelity.figures import figures

RECORDED = Path(__file__).with_name("recorded.json")

Letters = dict[str, dict[str, Any]]
"""By name: under `right` how many values of each field are right, under `wrong` where the others stand."""


@dataclass(frozen=True, slots=True)
class Change:
    """One letter against its recorded run: places that are right now, places that no longer are."""

    letter: str
    gains: tuple[str, ...]
    losses: tuple[str, ...]


def by_letter(names: Iterable[str], comparisons: Iterable[Comparison]) -> Letters:
    """A run as it is recorded."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: dict[str, set[str]] = defaultdict(set)
    for comparison in comparisons:
        if comparison.is_right:
            right[comparison.letter][comparison.field] += 1
        else:
            wrong[comparison.letter].add(comparison.label)
    return {name: {"right": dict(sorted(right[name].items())), "wrong": sorted(wrong[name])} for name in sorted(names)}


def changes(recorded: Letters, now: Letters) -> list[Change]:
    """What each letter of both runs gained and lost, in order of names; letters without a change are left out."""
    found = []
    for name in sorted(recorded.keys() & now.keys()):
        before, after = set(recorded[name]["wrong"]), set(now[name]["wrong"])
        if before != after:
            found.append(Change(name, tuple(sorted(before - after)), tuple(sorted(after - before))))
    return found


def recorded_letters() -> Letters | None:
    """The last recorded run; None where there is none."""
    if not RECORDED.exists():
        return None
    letters: Letters = json.loads(RECORDED.read_text(encoding="utf-8"))["letters"]
    return letters


def write_record(letters: Letters, comparisons: Iterable[Comparison]) -> None:
    """Records a run. One line to a wrong value, so that a change of the file reads as gains and losses."""
    fields = {
        field: {"expected": counts.expected, "found": counts.found, "right": counts.right}
        for field, counts in figures(comparisons).items()
    }
    head = ",\n".join(f"  {_json(field)}: {_json(counts)}" for field, counts in fields.items())
    body = ",\n".join(f"  {_json(name)}: {_letter(letter)}" for name, letter in letters.items())
    words = f'{{\n "fields": {{\n{head}\n }},\n "letters": {{\n{body}\n }}\n}}\n'
    RECORDED.write_text(words, encoding="utf-8")


def _letter(letter: dict[str, Any]) -> str:
    wrong = ",\n".join(f"    {_json(place)}" for place in letter["wrong"])
    listed = f"[\n{wrong}\n   ]" if wrong else "[]"
    return f'{{\n   "right": {_json(letter["right"])},\n   "wrong": {listed}\n  }}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
