"""Passages of a letter on a terminal: the words that count in their own sentence, and nothing of another item."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from orchestration.cli.passages import Place, passage, places_of_others


def shown(text: str, words: str, foreign: Iterable[Place] = ()) -> str:
    start = text.index(words)
    return passage(text, start, start + len(words), foreign).plain


@pytest.mark.parametrize("end", [".", "?", "!", '."', ".)", ". \n"])
def test_nothing_follows_a_passage_that_ends_its_sentence(end: str) -> None:
    text = f"The rental is of twice that length{end}\n\n4) Soma: Upheld\n\nThe Claims Administrator says so. More."
    assert shown(text, f"The rental is of twice that length{end}").endswith(f"length{end.strip()}")


def test_the_sentence_of_a_passage_is_shown_to_its_end() -> None:
    text = "Not this. The physician finds that Soma is not needed here. Nor this."
    assert shown(text, "Soma") == "The physician finds that Soma is not needed here."


def test_no_words_of_another_item_stand_around_a_passage() -> None:
    text = "Norco: Upheld\nSoma\nMRI of the knee: Overturned\n"
    items = [staged(1, text, "Norco", "Upheld"), staged(2, text, "Soma"), staged(3, text, "MRI of", "Overturned")]
    assert shown(text, "Soma") == "Norco: Upheld Soma MRI of the knee: Overturned"
    assert shown(text, "Soma", places_of_others(items, 2)).split() == ["Soma"]


def staged(number: int, text: str, service: str, outcome: str | None = None) -> dict[str, Any]:
    """A staged row of an item with its places."""
    names = ("service", "outcome", "restated_outcome", "claims_guideline", "reviewer_guideline", "rationale")
    row: dict[str, Any] = {"item_number": number, **{f"{n}_{at}": None for n in names for at in ("start", "end")}}
    for name, words in {"service": service, "outcome": outcome}.items():
        if words:
            row |= {f"{name}_start": text.index(words), f"{name}_end": text.index(words) + len(words)}
    return row
