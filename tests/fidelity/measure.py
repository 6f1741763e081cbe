"""From labelled letters to comparisons: a whole refresh on a home of its own, then label against warehouse."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Warehouse
from tests.fidelity.compare import Comparison, compare_letter, compare_rows
from tests.fidelity.labelled import LabelledLetter, labelled_rows, land_letters, land_lists
from tests.fidelity.warehouse import facts, found_citations, found_services, readings, received


class MeasureError(RuntimeError):
    """The refresh failed; the message is what it said."""


@dataclass(frozen=True)
class Measured:
    """All comparisons of a run. `letters` names what was measured, lists included."""

    letters: tuple[str, ...]
    comparisons: list[Comparison] = field(repr=False)
    rejected: dict[str, str]  # letter: reason
    was_refused: bool  # by the audit; the tables of the build were measured then


def measure(letters: dict[str, LabelledLetter], with_lists: bool) -> Measured:
    """Lands the letters, and the lists if wanted, refreshes, and compares. Raises MeasureError."""
    with tempfile.TemporaryDirectory(prefix="imr-fidelity-") as folder:
        warehouse = Warehouse(Path(folder).resolve())
        land_letters(warehouse, letters)
        if with_lists:
            land_lists(warehouse)
        # Labelled letters show defects on purpose: how many there are is no reason to refuse here.
        ran = warehouse.refresh(IMR_QUARANTINE_TOLERANCE="1")
        if ran.status not in (0, 3):
            raise MeasureError(f"The refresh ended with status {ran.status}.\n{ran.out}{ran.err}")
        return _compare(warehouse, letters, with_lists, was_refused=ran.status == 3)


def _compare(warehouse: Warehouse, letters: dict[str, LabelledLetter], with_lists: bool, was_refused: bool) -> Measured:
    files, read = received(warehouse), readings(warehouse)
    comparisons: list[Comparison] = []
    rejected: dict[str, str] = {}
    statuses = _statuses(letters, {name: files[f"letters/{letter.landed}"][1] for name, letter in letters.items()})
    for name, letter in letters.items():
        letter_id, status, reason = files[f"letters/{letter.landed}"]
        if "duplicate_of" not in letter.expected:
            comparisons += compare_letter(name, letter.expected, read.get(letter_id))
        if status == "rejected":
            rejected[name] = reason or "no reason given"
        expected, found = statuses[name]
        if expected or found:
            comparisons.append(Comparison(name, "", "status", expected, found))
    if with_lists:
        query = facts(warehouse)
        comparisons += compare_rows("services", "service_text", labelled_rows("services.csv"), found_services(query))
        comparisons += compare_rows(
            "citations", "citation_text", labelled_rows("citations.csv"), found_citations(query)
        )
    names = (*letters, "services.csv", "citations.csv") if with_lists else tuple(letters)
    return Measured(names, comparisons, rejected, was_refused)


def _statuses(letters: dict[str, LabelledLetter], found: dict[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Whether each letter is a duplicate or superseded, as labelled and as found; None is neither.

    Of letters with the same bytes the first name is read and the others are duplicates, whichever was labelled so.
    """
    expected: dict[str, str] = {}
    copies: dict[str, list[str]] = defaultdict(list)
    for name, letter in letters.items():
        if original := letter.expected.get("duplicate_of"):
            expected[name] = "duplicate"
            copies[original].append(name)
        if replaced := letter.expected.get("amends"):
            expected[replaced] = "superseded"
    found = dict(found)
    for original, others in copies.items():
        same: Sequence[str] = [name for name in (original, *others) if name in found]
        in_order = sorted((found[name] for name in same), key="duplicate".__eq__)
        found |= dict(zip(same, in_order, strict=True))
    return {
        name: (expected.get(name), status if (status := found[name]) in ("duplicate", "superseded") else None)
        for name in letters
    }
