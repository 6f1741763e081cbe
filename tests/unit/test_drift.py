"""The bounds that history sets, over made nights: neither crying every night nor asleep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pytest

from expectations.drift import DRIFT, REASONS
from expectations.result import CheckResult
from expectations.run import run_suite
from orchestration.drift import measures, with_letters

_TABLES = """
    create schema staging; create schema intermediate;
    create table staging.stg_received_files
        (part_number integer, refresh_id varchar, letter_id varchar, source_uri varchar, reason_code varchar,
        is_duplicate boolean);
    create table staging.stg_letters
        (part_number integer, letter_id varchar, template varchar, unread_share double, reason_code varchar);
    create table intermediate.int_letter_versions (letter_id varchar, is_current boolean);
    create table intermediate.int_items (part_number integer, letter_id varchar, item_number integer, service_text varchar,
        service_category varchar, mapping_method varchar, quarantine_reason varchar, outcome varchar);
"""


@dataclass
class Nights:
    """A warehouse after some refreshes. Shares are chances, drawn with a fixed seed."""

    connection: duckdb.DuckDBPyConnection
    random: random.Random = field(default_factory=lambda: random.Random(7))
    count: int = 0

    def night(
        self,
        letters: int,
        rejected: float = 0.01,
        quarantined: float = 0.01,
        unmapped: float = 0.03,
        overturned: float = 0.15,
        unread: float = 0.002,
    ) -> None:
        """One refresh of so many letters with an item each, half of them drugs."""
        self.count += 1
        seed = self.random.random()
        self.connection.execute("select setseed(?)", [seed])
        self.connection.execute(
            """create or replace temp table night as
            select ? || '-' || i as letter_id, random() < ? as rejected, random() < ? as quarantined,
                random() < ? as unmapped, random() < ? as overturned, i % 2 = 0 as is_drug,
                ? * (0.9 + 0.2 * random()) as unread_share
            from range(?) as letters(i)""",
            [f"n{self.count:03}", rejected, quarantined, unmapped, overturned, unread, letters],
        )
        for statement in (
            f"""insert into staging.stg_received_files
                select {self.count}, 'n{self.count:03}', letter_id, '/letters/' || letter_id, null, false from night""",
            f"""insert into staging.stg_letters select {self.count}, letter_id, 'notice', if(rejected, null, unread_share),
                if(rejected, 'unknown_template', null) from night""",
            "insert into intermediate.int_letter_versions select letter_id, true from night where not rejected",
            f"""insert into intermediate.int_items select {self.count}, letter_id, 1,
                if(unmapped, 'Zyx', if(is_drug, 'Norco', 'MRI')),
                if(unmapped, 'Unclassified', if(is_drug, 'Pharmaceuticals', 'Diagnostic Testing')),
                if(unmapped, 'unmapped', 'vocabulary'), if(quarantined, 'missing_outcome', null),
                if(overturned, 'overturned', 'upheld') from night where not rejected""",
        ):
            self.connection.execute(statement)

    def told(self) -> dict[str, CheckResult]:
        """Checks not met, by name."""
        checks = run_suite(measures(self.connection), DRIFT)
        assert checks[0].is_met, checks[0]
        return {check.expectation: with_letters(self.connection, check) for check in checks if not check.is_met}


@pytest.fixture
def nights() -> Iterator[Nights]:
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        yield Nights(connection)


def history(nights: Nights, count: int = 8, letters: int = 400) -> None:
    for _ in range(count):
        nights.night(letters)


def test_every_measure_is_taken_even_of_nothing(nights: Nights) -> None:
    assert nights.told() == {}
    assert set(measures(nights.connection)["measure"]) == set(REASONS)
    nights.night(3)
    assert nights.told() == {}


def test_years_at_once_and_then_nights_do_not_cry(nights: Nights) -> None:
    nights.night(100_000, rejected=0.03, unmapped=0.06, overturned=0.1)
    cried = {}
    for number in range(1, 31):
        nights.night(300 + 50 * (number % 5), overturned=0.13)
        if told := nights.told():
            cried[number] = [check.reason for check in told.values()]
    assert cried == {}


def test_nights_that_differ_by_more_than_chance_do_not_cry(nights: Nights) -> None:
    draw = random.Random(3)
    cried = []
    for number in range(25):
        nights.night(2_000, overturned=draw.uniform(0.1, 0.3), unmapped=draw.uniform(0.02, 0.08))
        if number >= 8:
            cried += nights.told()
    assert len(cried) <= 1


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"rejected": 0.08}, "rejected_share_not_above"),
        ({"quarantined": 0.08}, "quarantined_share_not_above"),
        ({"unmapped": 0.15}, "unmapped_share_not_above"),
        ({"unread": 0.05}, "unread_share_not_above"),
    ],
)
def test_a_rise_is_told_with_its_letters_and_again_while_it_lasts(
    nights: Nights, change: dict[str, float], measure: str
) -> None:
    history(nights)
    for _ in range(2):
        nights.night(400, **change)
        told = nights.told()
        assert list(told) == [measure]
        rows = told[measure].unexpected_rows
        assert len(rows) == 20
        assert all(row["letter_id"].startswith(f"n{nights.count:03}-") for row in rows)
        assert all(row["source_uri"] == f"/letters/{row['letter_id']}" for row in rows)
        if measure.startswith(("quarantined", "unmapped")):
            assert {row["item_number"] for row in rows} == {1}
        assert "Now " in told[measure].reason
    nights.night(400)
    assert nights.told() == {}


@pytest.mark.parametrize(
    ("overturned", "measure"), [(0.45, "overturn_rate_not_above"), (0.0, "overturn_rate_not_below")]
)
def test_a_category_that_is_decided_otherwise_is_told(nights: Nights, overturned: float, measure: str) -> None:
    history(nights, letters=1_200)
    nights.night(1_200, overturned=overturned)
    told = nights.told()
    assert list(told) == [measure]
    assert "of Pharmaceuticals is" in told[measure].reason
    assert "of Diagnostic Testing is" in told[measure].reason


def test_a_fall_of_what_is_wrong_troubles_nobody(nights: Nights) -> None:
    for _ in range(8):
        nights.night(400, rejected=0.2, quarantined=0.2, unmapped=0.3)
    nights.night(400, rejected=0, quarantined=0, unmapped=0)
    assert nights.told() == {}


def test_few_letters_and_little_history_tell_nothing(nights: Nights) -> None:
    history(nights, 2)
    nights.night(400, rejected=0.5)
    assert nights.told() == {}
    history(nights, 6)
    nights.night(15, rejected=1)
    assert "rejected_share_not_above" not in nights.told()


def test_what_never_happened_before_may_happen_once(nights: Nights) -> None:
    for _ in range(8):
        nights.night(50, rejected=0, quarantined=0, unmapped=0)
    nights.night(50, rejected=0.02, quarantined=0.02, unmapped=0.02)
    assert nights.told() == {}


@pytest.mark.parametrize(
    ("letters", "measure"), [(100, ["letters_not_below"]), (5_000, ["letters_not_above"]), (250, []), (900, [])]
)
def test_volume_is_held_against_the_median(nights: Nights, letters: int, measure: list[str]) -> None:
    nights.night(50_000)
    history(nights, 6)
    nights.night(letters)
    assert list(nights.told()) == measure


def test_a_small_house_is_not_told_of_its_size(nights: Nights) -> None:
    for letters in (5, 3, 12, 1, 7, 30):
        nights.night(letters)
    nights.night(45)
    assert nights.told() == {}


def test_a_refusal_that_is_tried_again_is_measured_again(nights: Nights) -> None:
    history(nights)
    nights.night(400, rejected=0.3)
    first = nights.told()
    assert nights.told().keys() == first.keys() == {"rejected_share_not_above"}
