"""What may be decided by hand, and how it is kept. Whole refreshes with it stand in tests/integration."""

from __future__ import annotations

import csv
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rich.text import Text

from orchestration import lake, overrides
from orchestration.assets.publish import count_said_by_hand
from orchestration.cli.quarantine import _words, check_given
from orchestration.cli.quarantine_list import _write_csv
from orchestration.cli.terminal import Problem
from orchestration.home import Home, HomeError
from orchestration.overrides import Saying
from orchestration.quarantine import left_open

WHOLE = {
    "service_text": "Norco",
    "outcome": "upheld",
    "restated_outcome": None,
    "reviewer_guideline_text": "MTUS",
}
NOTHING = {"outcome": None, "reviewer_basis": None, "service_text": None}


def item(**changed: str | None) -> dict[str, Any]:
    return {**WHOLE, **changed}


def saying(number: int = 1, **changed: Any) -> Saying:
    said: dict[str, Any] = {
        "action": "release",
        "letter_id": "a" * 64,
        "item_number": number,
        "service_text": "Norco",
        "reason_code": "missing_outcome",
        "outcome": "upheld",
        "decided_by": "anna",
        "decided_at": dt.datetime(2026, 1, 2, 3, 4, 5),
        "reason": "As the rationale ends.",
    }
    return Saying(**{**said, **changed})


@pytest.mark.parametrize(
    ("changed", "is_open"),
    [
        ({}, ()),
        ({"restated_outcome": "upheld"}, ()),
        ({"outcome": None}, ("outcome",)),
        ({"restated_outcome": "overturned"}, ("outcome",)),
        ({"reviewer_guideline_text": None}, ("reviewer_basis",)),
        ({"service_text": None}, ("service_text",)),
        ({"outcome": None, "reviewer_guideline_text": None}, ("outcome", "reviewer_basis")),
    ],
)
def test_what_a_letter_leaves_open(changed: dict[str, str | None], is_open: tuple[str, ...]) -> None:
    assert left_open(item(**changed)) == is_open


def test_exactly_what_is_open_is_kept() -> None:
    assert check_given("Item 1", item(outcome=None), {**NOTHING, "outcome": "upheld"}) == {
        **NOTHING,
        "outcome": "upheld",
    }
    # a contradiction may be settled either way
    for outcome in ("upheld", "overturned"):
        kept = check_given("Item 1", item(restated_outcome="overturned"), {**NOTHING, "outcome": outcome})
        assert kept["outcome"] == outcome
    # what the letter says as well is no part of the override
    given = {"outcome": "upheld", "reviewer_basis": "none", "service_text": None}
    assert check_given("Item 1", item(reviewer_guideline_text=None), given) == {**NOTHING, "reviewer_basis": "none"}


@pytest.mark.parametrize(
    ("changed", "given", "words"),
    [
        ({"outcome": None}, {}, "needs --outcome upheld/overturned: the letter prints no outcome"),
        ({"restated_outcome": "overturned"}, {}, "decides upheld in one place and overturned in another"),
        ({"reviewer_guideline_text": None}, {"outcome": "upheld"}, "needs --reviewer-basis"),
        ({"outcome": None, "reviewer_guideline_text": None}, {}, "--outcome upheld/overturned and --reviewer-basis"),
        ({"service_text": None}, {}, "needs --service"),
        ({"reviewer_guideline_text": None}, {"reviewer_basis": "none", "outcome": "overturned"}, "says 'upheld'"),
        ({"outcome": None}, {"outcome": "upheld", "reviewer_basis": "none"}, "Leave --reviewer-basis out"),
        ({"outcome": None}, {"outcome": "upheld", "service_text": "Soma"}, "says 'Norco'"),
    ],
)
def test_what_is_missing_or_contradicts_the_letter_is_refused(
    changed: dict[str, str | None], given: dict[str, str | None], words: str
) -> None:
    with pytest.raises(Problem) as caught:
        check_given("Item 1", item(**changed), {**NOTHING, **given})
    assert words in str(caught.value)
    assert caught.value.status == 2


def test_a_reason_is_words() -> None:
    assert _words("--reason", "  as the\nrationale ends ") == "as the rationale ends"
    for empty in ("", "  \n", "...", '"..."', "no text \udcff"):
        with pytest.raises(Problem) as caught:
            _words("--reason", empty)
        assert "--reason" in str(caught.value)
        assert caught.value.status == 2


def test_a_cell_of_the_csv_is_no_formula(tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\t=1", "1 - 1", Text("=cmd"), "a\x1b\u202e\nb", 3, None]
    columns = [f"c{number}" for number in range(len(cells))]
    _write_csv(str(tmp_path / "held.csv"), [dict(zip(columns, cells, strict=True))], columns)
    with (tmp_path / "held.csv").open(encoding="utf-8", newline="") as handle:
        [_, row] = csv.reader(handle)
    assert row == ["'=1+1", "'+1", "'-1", "'@x", "'␉=1", "1 - 1", "'=cmd", "a␛<U+202E>␊b", "3", ""]


def test_what_was_said_is_kept_in_its_order_and_the_last_word_counts(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert overrides.read_overrides(home) == []
    first = overrides.add(home, saying(1))
    overrides.add(home, saying(2))
    again = overrides.add(home, saying(1, outcome="overturned"))
    overrides.add(home, saying(2, action="undo", outcome=None))
    lake.found(home)  # the empty part that a refresh lays is none
    said = overrides.read_overrides(home)
    assert [one.override_number for one in said] == [1, 2, 3, 4]
    assert said[0] == first
    assert overrides.in_force(said) == {again.place: again}
    back = overrides.add(home, saying(2, outcome="overturned"))
    assert overrides.in_force([*said, back]) == {again.place: again, back.place: back}


def test_an_item_of_which_two_things_were_said_is_one(tmp_path: Path) -> None:
    unfinished = tmp_path / "unfinished.duckdb"
    with duckdb.connect(str(unfinished)) as connection:
        connection.execute(
            "create table quality_overrides as select * from"
            " (values (1, 'a', 1), (2, 'a', 1), (3, 'a', 2)) as t(override_number, letter_id, item_number)"
        )
    assert count_said_by_hand(Home(tmp_path), unfinished) == 2


def test_two_who_speak_at_once_are_both_heard(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: overrides.add(home, saying(number)), range(1, 17)))
    said = overrides.read_overrides(home)
    assert sorted(one.item_number for one in said) == list(range(1, 17))
    assert [one.override_number for one in said] == list(range(1, 17))


def test_a_part_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path)
    overrides.add(home, saying())
    part = home.overrides / "part-000001.parquet"
    for content in (b"", part.read_bytes()[:-20]):
        part.write_bytes(content)
        with pytest.raises(HomeError, match=r"part-000001\.parquet is no whole part"):
            overrides.read_overrides(home)
