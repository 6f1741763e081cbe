"""What nights of all kinds have built up equals what one refresh builds from the lake, row by row."""

from __future__ import annotations

import os
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.home import Home
from orchestration.letters.reader import READER_VERSION
from tests.benchmarks.archive import made_letter
from tests.conftest import Warehouse
from tests.maker import MadeItem, MadeLetter

SEED = 0 if os.environ.get("CI") else Random().randrange(1_000_000)
NIGHTS = 3
CASES = 6
TOLERANT = {"IMR_QUARANTINE_TOLERANCE": "0.5"}


def arrive(warehouse: Warehouse, random: Random, name: str) -> None:
    warehouse.land(f"{name}.txt", made_letter(random.randrange(1_000_000)))


def decide(warehouse: Warehouse, random: Random, name: str) -> None:
    """The first letter of a case, or an amendment: dated after, before or as the ones before it."""
    services = random.sample(["Norco 10/325mg #60", "Soma 350mg #90", "MRI of the lumbar spine", "Gym membership"], 2)
    letter = MadeLetter(
        case_number=f"CM15-100000{random.randrange(CASES)}",
        decision_date=f"0{random.randint(1, 3)}/01/2016",
        items=[MadeItem(service, random.choice(("Upheld", "Overturned", None))) for service in services],
    )
    warehouse.land(f"{name}.txt", letter.text())


def mend(warehouse: Warehouse, random: Random, name: str) -> None:  # noqa: ARG001
    """A letter without a case number, in the place of the one before it."""
    letter = MadeLetter(case_number=None, items=[MadeItem(f"Ambien {random.randint(1, 9)} mg #30")])
    warehouse.land(f"in place {random.randrange(2)}.txt", letter.text())


def copy(warehouse: Warehouse, random: Random, name: str) -> None:
    landed = sorted(path for path in warehouse.landing.iterdir() if path.is_file())
    if landed:
        warehouse.land(f"{name} copy.txt", random.choice(landed).read_bytes())


def spoil(warehouse: Warehouse, random: Random, name: str) -> None:
    warehouse.land(f"{name}.txt", random.choice(("", "No letter at all.", "\x00\x01")) + name)


def take_away(warehouse: Warehouse, random: Random, name: str) -> None:  # noqa: ARG001
    landed = sorted(path for path in warehouse.landing.iterdir() if path.is_file())
    if landed:
        random.choice(landed).unlink()


def edit_vocabulary(warehouse: Warehouse, random: Random, name: str) -> None:  # noqa: ARG001
    """Another state of the models stands for an edited seed: the tests leave the project's files as they are."""
    if warehouse.published.exists():
        with duckdb.connect(str(warehouse.published)) as connection:
            connection.execute("update publication set project_fingerprint = 'before the edit'")


HAPPENINGS = (arrive, decide, decide, decide, mend, copy, spoil, take_away)


def test_incremental_equals_full(warehouse: Warehouse) -> None:
    random = Random(SEED)
    for night in range(NIGHTS):
        for number in range(12):
            random.choice(HAPPENINGS)(warehouse, random, f"{night}-{number}")
        if night == 1:
            edit_vocabulary(warehouse, random, "")
        ran = warehouse.refresh(**TOLERANT)
        assert ran.status == 0, (SEED, ran.out, ran.err)
    nightly = warehouse.tables()
    full = warehouse.imr("refresh", "--full", **TOLERANT)
    assert full.status == 0, (SEED, full.out, full.err)
    assert warehouse.record()["files_new"] == 0
    anew = warehouse.tables()
    assert [name for name in nightly if anew[name] != nightly[name]] == [], SEED


def test_letters_of_an_older_reader_are_read_again_when_asked(warehouse: Warehouse) -> None:
    for number in range(2):
        warehouse.land(f"{number}.txt", made_letter(number))
        assert warehouse.refresh(**TOLERANT).status == 0
    letters = Home(warehouse.home).staged / "letters"
    [first, second] = sorted(path for path in letters.glob("*.parquet") if not path.name.endswith("000000.parquet"))
    older = pq.read_table(first)
    column = older.schema.get_field_index("reader_version")
    versions = pa.array([READER_VERSION - 1] * len(older), older.schema.field(column).type)
    pq.write_table(older.set_column(column, "reader_version", versions), first)
    before = warehouse.tables()
    untouched = second.stat().st_mtime_ns

    assert "Nothing new" in warehouse.refresh(**TOLERANT).out  # unasked it stays as it is
    ran = warehouse.imr("refresh", "--reread", **TOLERANT)
    assert ran.status == 0, ran.out + ran.err
    assert (warehouse.record()["reread"], warehouse.record()["letters_read"]) == (1, 1)
    assert set(pq.read_table(first)["reader_version"].to_pylist()) == {READER_VERSION}
    assert second.stat().st_mtime_ns == untouched
    assert warehouse.tables() == before


@pytest.mark.parametrize("kind", ["letters", "staged"])
def test_a_broken_part_is_named_and_what_can_be_made_again_is(warehouse: Warehouse, kind: str) -> None:
    warehouse.land("a.txt", made_letter(1))
    assert warehouse.refresh().status == 0
    assert "Nothing is wrong" in warehouse.imr("doctor").out
    home = Home(warehouse.home)
    part = (home.letters if kind == "letters" else home.staged / "items") / "part-000001.parquet"
    whole = part.read_bytes()
    # a disk that lost the end of a file, and one that changed a few bytes
    part.write_bytes(whole[: len(whole) // 2] if kind == "letters" else whole[:64] + bytes(8) + whole[72:])
    before = warehouse.published.read_bytes()
    warehouse.land("b.txt", made_letter(2))

    found = warehouse.imr("doctor")
    assert found.status == 1
    assert str(part) in found.out.replace("\n", "")
    mended = warehouse.imr("doctor", "--mend")
    if kind == "letters":  # cannot be made again: who reads it names it, and readers keep what they have
        assert mended.status == 1
        assert part.exists()
        forced = warehouse.imr("refresh", "--full")
        assert forced.status == 1
        assert part.name in forced.out + forced.err
        assert warehouse.published.read_bytes() == before
        part.write_bytes(whole)
    else:
        assert mended.status == 0, mended.out
    assert warehouse.refresh().status == 0
    assert warehouse.query("select count(*) from dim_determinations where determination_key != 'unknown'") == [(2,)]
    assert warehouse.imr("doctor").status == 0
