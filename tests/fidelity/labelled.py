"""What was labelled by hand: folders of letters with their expected results, and the two lists. Nothing about what was
found belongs in here."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import LETTERS, ROOT, Warehouse
from tests.maker import MadeItem, MadeLetter

LISTS = ROOT / "tests" / "golden"
LETTER_SUFFIXES = (".txt", ".pdf")
ITEMS_PER_LETTER = 12

# Columns of the lists; those of the citations hold several values, joined with ';'.
SERVICE_COLUMNS = ("category", "subcategory", "body_region", "laterality", "drug_ingredient", "quantity")
CITATION_COLUMNS = ("basis", "families", "chapters", "pages", "sections", "years")


class LabelsError(ValueError):
    """A folder that is no folder of labelled letters; the message says why."""


@dataclass(frozen=True)
class LabelledLetter:
    """A letter file, where it is put in the landing folder, and what a correct reading of it gives."""

    name: str
    path: Path
    landed: str
    expected: dict[str, Any]


def labelled_letters(folder: Path = LETTERS) -> dict[str, LabelledLetter]:
    """The labelled letters of a folder, at any depth, by name: the file's, without its ending.

    Raises LabelsError where a letter lacks its expected result or the other way round.
    """
    letters = {path.with_suffix(""): path for path in sorted(folder.rglob("*")) if path.suffix in LETTER_SUFFIXES}
    labels = {path.with_suffix(""): path for path in sorted(folder.rglob("*.json"))}
    if not letters:
        raise LabelsError(f"{folder} holds no letters ({', '.join(LETTER_SUFFIXES)}).")
    if odd := sorted(letters.keys() ^ labels.keys()):
        kind = "expected result (.json)" if odd[0] in letters else "letter"
        raise LabelsError(f"{odd[0]} lacks its {kind}; {len(odd)} in all.")
    stems = Counter(place.name for place in letters)
    found = {}
    for place, path in letters.items():
        inside = place.relative_to(folder)
        name = place.name if stems[place.name] == 1 else inside.as_posix()
        expected = json.loads(labels[place].read_text(encoding="utf-8"))
        found[name] = LabelledLetter(name, path, path.relative_to(folder).as_posix(), expected)
    return found


def labelled_rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the lists, `services.csv` or `citations.csv`."""
    with (LISTS / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def land_letters(warehouse: Warehouse, letters: dict[str, LabelledLetter]) -> None:
    """Puts letters into a landing folder, byte for byte."""
    for letter in letters.values():
        warehouse.land(f"letters/{letter.landed}", letter.path.read_bytes())


def land_lists(warehouse: Warehouse) -> None:
    """Prints both lists into letters, so that they go the way that letters go: services in letters with the case
    numbers CM15-0000000 and on, guideline paragraphs in letters with CM16-0000000 and on."""
    printed = {
        "CM15": [MadeItem(row["service_text"]) for row in labelled_rows("services.csv")],
        "CM16": [
            MadeItem(f"Service {number}", reviewer=row["citation_text"])
            for number, row in enumerate(labelled_rows("citations.csv"))
        ],
    }
    for series, items in printed.items():
        for start in range(0, len(items), ITEMS_PER_LETTER):
            case_number = f"{series}-{start:07}"
            letter = MadeLetter(case_number=case_number, items=items[start : start + ITEMS_PER_LETTER])
            warehouse.land(f"lists/{case_number}.txt", letter.text())
