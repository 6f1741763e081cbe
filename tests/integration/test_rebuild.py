"""What nights of all kinds have built up equals what one refresh builds from the lake, row by row."""

from __future__ import annotations

import os
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.build import open_build
from orchestration.home import Home
from orchestration.letters.reader import READER_VERSION
from tests.benchmarks.archive import made_letter
from tests.conftest import Warehouse
from tests.maker import MadeItem, MadeLetter

SEED = 0 if os.environ.get("CI") else Random().randrange(1_000_000)
NIGHTS = 3
CASES = 6
TOLERANT = {"IMR_QUARANTINE_TOLERANCE": "1"}  # a third of the items that are decided here say no outcome


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


def put_back(warehouse: Warehouse, random: Random, name: str) -> None:  # noqa: ARG001
    """One of two letters of a case in one place, by turns: what lay there before lies there again."""
    letter = MadeLetter("CM15-2000001", items=[MadeItem("Soma 350mg #90", random.choice(("Upheld", "Overturned")))])
    warehouse.land("put back.txt", letter.text())


def link(warehouse: Warehouse, random: Random, name: str) -> None:
    """What cannot be opened, and in the same place by turns a letter of a case: the one row there becomes another."""
    place = warehouse.landing / f"linked {random.randrange(2)}.txt"
    place.unlink(missing_ok=True)
    if random.random() < 0.5:
        place.symlink_to(warehouse.landing / f"nothing {name}")
    else:
        service, outcome = f"Soma 350mg #{random.randint(30, 90)}", random.choice(("Upheld", "Overturned"))
        warehouse.land(place.name, MadeLetter("CM15-3000001", items=[MadeItem(service, outcome)]).text())


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


def edit_vocabulary(warehouse: Warehouse) -> None:
    """Another state of the models stands for an edited seed: the tests leave the project's files as they are."""
    with duckdb.connect(str(warehouse.published)) as connection:
        connection.execute("update publication set project_fingerprint = 'before the edit'")


HAPPENINGS = (arrive, decide, decide, decide, mend, put_back, link, copy, spoil, take_away)


def test_nights_end_where_one_refresh_over_everything_ends(warehouse: Warehouse) -> None:
    """The refresh over everything also reads again what an older reader had read, and no more."""
    random = Random(SEED)
    for night in range(NIGHTS):
        for number in range(18):
            random.choice(HAPPENINGS)(warehouse, random, f"{night}-{number}")
        if night == 1 and random.random() < 0.5:
            edit_vocabulary(warehouse)
        ran = warehouse.refresh(**TOLERANT)
        assert ran.status == 0, (SEED, ran.out, ran.err)
    nightly = warehouse.tables()

    letters = Home(warehouse.home).staged / "letters"
    first, second = letters / "part-000001.parquet", letters / "part-000002.parquet"
    older = pq.read_table(first)
    column = older.schema.get_field_index("reader_version")
    versions = pa.array([READER_VERSION - 1] * len(older), older.schema.field(column).type)
    pq.write_table(older.set_column(column, "reader_version", versions), first)
    untouched = second.stat().st_mtime_ns
    assert "Nothing new" in warehouse.refresh(**TOLERANT).out  # unasked it stays as it is

    ran = warehouse.imr("refresh", "--reread", **TOLERANT)
    assert ran.status == 0, (SEED, ran.out, ran.err)
    record = warehouse.record()
    assert (record["files_new"], record["reread"]) == (0, 1)
    assert set(pq.read_table(first)["reader_version"].to_pylist()) == {READER_VERSION}
    assert second.stat().st_mtime_ns == untouched
    anew = warehouse.tables()
    assert [name for name in nightly if anew[name] != nightly[name]] == [], SEED


def test_a_damaged_build_is_told_and_thrown_away(warehouse: Warehouse) -> None:
    warehouse.land("a.txt", made_letter(1))
    assert warehouse.refresh(**TOLERANT).status == 0
    home = Home(warehouse.home)
    before = warehouse.tables()
    whole = home.marts.read_bytes()
    home.marts.write_bytes(whole[: len(whole) * 2 // 3])
    found = warehouse.imr("doctor")
    assert found.status == 1
    assert "can be mended" in found.out and "the build cannot be read" in found.out
    home.marts.write_bytes(whole)
    assert warehouse.imr("doctor").status == 0

    spoil_blocks(home)
    assert "the build cannot be read" in warehouse.imr("doctor").out
    warehouse.land("b.txt", made_letter(2))
    met = warehouse.refresh(**TOLERANT)
    assert met.status == 1, met.out + met.err
    assert "The build is damaged and has been thrown away. Run 'imr refresh' again" in met.out
    assert warehouse.tables() == before
    assert warehouse.refresh(**TOLERANT).status == 0
    assert warehouse.query("select count(*) from quality_letters") == [(2,)]
    assert warehouse.imr("doctor").status == 0


def spoil_blocks(home: Home) -> None:
    """Other bytes in every block of the build without which it still opens."""
    content = bytearray(home.build.read_bytes())
    for offset in range(12_288 + 1_000, len(content), 262_144):
        content[offset] ^= 255
        home.build.write_bytes(content)
        try:
            with open_build(home) as connection:
                connection.execute("select fingerprint, refresh_id from imr.state.project, imr.state.refreshes")
                connection.execute("from imr.state.publication")
        except duckdb.Error:
            content[offset] ^= 255
    home.build.write_bytes(content)


def test_a_lost_part_is_told_and_comes_back_from_where_its_letters_lie(warehouse: Warehouse) -> None:
    for night in range(2):
        warehouse.land(f"{night}.txt", made_letter(night))
        warehouse.land("rejected.txt", f"No letter {night}.")
        assert warehouse.refresh(**TOLERANT).status == 0
    home = Home(warehouse.home)
    before = warehouse.tables()
    lost = home.letters / "part-000001.parquet"
    lost.unlink()

    found = warehouse.imr("doctor")
    assert found.status == 1
    assert f"wrong  {lost}" in found.out
    assert "2 received letters" in found.out
    # nothing is published without them, be it built anew or not
    for arguments in (["refresh"], ["refresh", "--full"]):
        refused = warehouse.imr(*arguments, **TOLERANT)
        assert refused.status == 3, refused.out + refused.err
        assert "'imr doctor' tells what brings its letters back" in refused.out
        assert warehouse.tables() == before

    warehouse.imr("doctor", "--mend")
    again = warehouse.refresh(**TOLERANT)
    # the first rejected.txt was replaced, and nobody has it any more
    assert again.status == 3, again.out + again.err
    warehouse.land("rejected.txt", "No letter 0.")
    again = warehouse.refresh(**TOLERANT)
    assert again.status == 0, again.out + again.err
    assert warehouse.imr("doctor").status == 0
    after = warehouse.tables()
    assert [name for name in before if len(after[name]) != len(before[name])] == []
    assert warehouse.query("select count(*) from quality_letters") == [(4,)]


def test_a_broken_part_is_named_and_what_can_be_made_again_is(warehouse: Warehouse) -> None:
    warehouse.land("a.txt", made_letter(1))
    assert warehouse.refresh(**TOLERANT).status == 0
    assert "Nothing is wrong" in warehouse.imr("doctor").out
    home = Home(warehouse.home)
    before = warehouse.tables()

    # a disk that changed a few bytes of what can be made again
    staged = home.staged / "items" / "part-000001.parquet"
    whole = staged.read_bytes()
    staged.write_bytes(whole[:64] + bytes(8) + whole[72:])
    found = warehouse.imr("doctor")
    assert found.status == 1
    assert str(staged) in found.out.replace("\n", "")
    mended = warehouse.imr("doctor", "--mend")
    assert mended.status == 0, mended.out
    assert not staged.exists()

    # and lost the end of a file that holds letters: who reads it names it, and readers keep what they have
    letters = home.letters / "part-000001.parquet"
    whole = letters.read_bytes()
    letters.write_bytes(whole[: len(whole) // 2])
    mended = warehouse.imr("doctor", "--mend")
    assert mended.status == 1
    assert letters.name in mended.out
    forced = warehouse.imr("refresh", "--full", **TOLERANT)
    assert forced.status == 1
    assert letters.name in forced.out + forced.err
    assert warehouse.tables() == before

    letters.write_bytes(whole)
    assert warehouse.refresh(**TOLERANT).status == 0
    assert warehouse.tables() == before
    assert warehouse.imr("doctor").status == 0
