"""The measuring itself: a missed value counts once, null counts nowhere, floors are held."""

from __future__ import annotations

from typing import Any

from tests.fidelity.compare import FIELDS, align, compare_letter, compare_rows
from tests.fidelity.figures import Figures, broken_floors, figures
from tests.fidelity.record import by_letter, changes


def citation(family: str, *pages: list[int], section: str | None = None) -> dict[str, Any]:
    return {"family": family, "chapter": None, "pages": list(pages), "section": section, "year": None}


def item(number: int, service: str, *reviewer: dict[str, Any], outcome: str = "upheld") -> dict[str, Any]:
    side = {"basis": "mtus" if reviewer else "none", "citations": list(reviewer)}
    none = {"basis": "none", "citations": []}
    return {
        "number": number,
        "service_text": service,
        "outcome": outcome,
        "category": "Other",
        "claims_administrator": none,
        "reviewer": side,
    }


def letter(*items: dict[str, Any], specialties: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "template": "notice",
        "case_number": None,
        "dates": dict.fromkeys(("decision", "injury", "ur_denial", "application_received", "assigned")),
        "priority": None,
        "patient": {"age": 48, "sex": None},
        "reviewer": {"specialties": list(specialties), "subspecialties": [], "states": []},
        "items": list(items),
    }


def counted(expected: dict[str, Any], found: dict[str, Any] | None) -> dict[str, tuple[int, int, int]]:
    by_field = figures(compare_letter("letter", expected, found))
    return {field: (counts.expected, counts.found, counts.right) for field, counts in by_field.items()}


def test_a_letter_compared_with_itself_is_right_throughout() -> None:
    one = letter(item(1, "MRI", citation("ODG", [1, 2])), specialties=("Pain Management", "Neurology"))
    comparisons = compare_letter("letter", one, one)
    assert [comparison.label for comparison in comparisons if not comparison.is_right] == []
    counts = counted(one, one)
    assert {field for field, (expected, _, _) in counts.items() if expected} == {
        *("template", "age", "specialties", "items", "service_text", "outcome", "category"),
        *("claims.basis", "reviewer.basis", "reviewer.citations", "reviewer.family", "reviewer.pages"),
    }
    assert counts["specialties"] == (2, 2, 2)


def test_null_on_both_sides_counts_for_neither() -> None:
    counts = counted(letter(), letter())
    assert counts["case_number"] == (0, 0, 0)
    assert counts["age"] == (1, 1, 1)


def test_a_missed_item_does_not_shift_those_behind_it() -> None:
    items = [item(n, text) for n, text in enumerate(("MRI of the knee", "Norco #60", "Acupuncture x 6"), 1)]
    counts = counted(letter(*items), letter(items[0], item(2, "Acupuncture x 6")))
    assert counts["items"] == counts["service_text"] == counts["outcome"] == (3, 2, 2)


def test_a_service_cut_wrong_is_the_same_item_and_another_one_is_not() -> None:
    wanted = letter(item(1, "MRI of the knee"))
    assert counted(wanted, letter(item(1, "MRI of the")))["items"] == (1, 1, 1)
    assert counted(wanted, letter(item(1, "MRI of the")))["service_text"] == (1, 1, 0)
    assert counted(wanted, letter(item(1, "Norco 10/325 #60 refills: 2")))["items"] == (1, 1, 0)


def test_a_missed_citation_does_not_shift_those_behind_it() -> None:
    first, second = citation("ODG", section="Knee"), citation("MTUS ACOEM", [303, 304], [310, 310])
    counts = counted(letter(item(1, "MRI", first, second)), letter(item(1, "MRI", second)))
    assert counts["reviewer.citations"] == counts["reviewer.family"] == (2, 1, 1)
    assert counts["reviewer.pages"] == (2, 2, 2)
    assert counts["reviewer.section"] == (1, 0, 0)


def test_a_rejected_letter_is_missed_whole() -> None:
    counts = counted(letter(item(1, "MRI")), None)
    assert counts["template"] == counts["items"] == counts["claims.basis"] == (1, 0, 0)


def test_order_matters_in_lists() -> None:
    aligned = align(["a", "b"], ["b", "a"], lambda one, other: float(one == other))
    assert aligned == [("a", None), ("b", "b"), (None, "a")]
    counts = counted(letter(specialties=("a", "b")), letter(specialties=("b", "a")))
    assert counts["specialties"] == (2, 2, 1)


def test_rows_of_a_list_compare_value_by_value() -> None:
    labelled = [{"citation_text": "x", "families": "ODG;MTUS", "years": ""}]
    counts = figures(compare_rows("citations", "citation_text", labelled, {"x": {"families": "MTUS", "years": "2009"}}))
    assert (counts["citations.families"].recall, counts["citations.families"].precision) == (0.5, 1.0)
    assert (counts["citations.years"].recall, counts["citations.years"].precision) == (None, 0.0)


def test_gains_and_losses_are_told_by_letter() -> None:
    right, wrong = letter(item(1, "MRI")), letter(item(1, "MRI", outcome="overturned"))
    before = by_letter(["a"], compare_letter("a", right, wrong))
    after = by_letter(["a"], compare_letter("a", right, right))
    assert [(one.letter, one.gains, one.losses) for one in changes(before, after)] == [("a", ("item 1 · outcome",), ())]
    assert [(one.gains, one.losses) for one in changes(after, before)] == [((), ("item 1 · outcome",))]
    assert changes(after, after) == []


def test_every_field_has_a_floor_and_a_figure_below_it_is_named() -> None:
    whole = {field: Figures(1000, 1000, 1000) for fields in FIELDS.values() for field in fields}
    assert broken_floors(whole) == []
    whole["outcome"] = Figures(expected=1000, found=1000, right=500)
    sentences = broken_floors(whole)
    assert [sentence.split(" is ")[0] for sentence in sentences] == [
        "outcome: precision 0.5000",
        "outcome: recall 0.5000",
    ]


def test_a_field_of_which_nothing_was_labelled_or_found_is_named() -> None:
    whole = {field: Figures(1000, 1000, 1000) for fields in FIELDS.values() for field in fields}
    assert broken_floors(whole | {"outcome": Figures()}) == [
        "outcome: no precision, as nothing was found",
        "outcome: no recall, as nothing was labelled",
    ]
    assert broken_floors({field: counts for field, counts in whole.items() if field != "outcome"}) == [
        "outcome has a floor in floors.json, but is no field"
    ]
    assert broken_floors(whole | {"colour": Figures(1, 1, 1)}) == ["colour has no floor in floors.json"]
