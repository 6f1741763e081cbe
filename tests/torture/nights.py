"""A home, a night's letters for it, and what becomes of both when the refresh of that night is killed."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import lake
from orchestration.assets import ingest
from orchestration.assets.common import Refresh
from orchestration.compaction import LEAST_PARTS
from orchestration.home import UNFINISHED, Home
from orchestration.progress import Silent
from orchestration.publication import connect_read_only
from orchestration.record import Record
from orchestration.settings import load_settings
from tests.benchmarks.archive import made_letter
from tests.conftest import Warehouse
from tests.maker import MadeItem, MadeLetter
from tests.warm import Kill

Tables = dict[str, list[tuple[Any, ...]]]
# Quarantine of so few letters would refuse them.
SETTINGS = {"IMR_QUARANTINE_TOLERANCE": "0.5"}
_OF_THE_REFRESH = ("publication", "quality_checks")  # tables that tell of the refresh, not of letters
_WHEN = "columns(lambda name: name != 'received_at')"


NEVER = Kill(at_name=sys.maxsize)


class Broken(AssertionError):
    """A killed refresh left something that it must not."""


@dataclass(frozen=True, slots=True)
class Night:
    """A home as it was in the evening, and what it and its publication are after an undisturbed refresh."""

    warehouse: Warehouse
    evening: Path
    before: Tables | None
    after: Tables
    seconds: float
    """How long the undisturbed refresh took, run as those are that are killed."""

    def tormented(self, kills: Sequence[Kill]) -> list[int]:
        """Refreshes that are killed one after the other, then one that is not. Returns how the killed ones ended.

        Raises Broken where the last refresh does not end well or not in the warehouse of the undisturbed one, where
        unfinished files stay, where the doctor finds something, or where a reader saw anything else than `before` or
        `after` meanwhile.
        """
        shutil.rmtree(self.warehouse.home)
        shutil.copytree(self.evening, self.warehouse.home, symlinks=True)
        with self._watched():
            ended = [self.warehouse.killed(kill, "refresh", **SETTINGS).status for kill in kills]
            last = self.warehouse.refresh(**SETTINGS)
        if last.status:
            raise Broken(f"the refresh after the kills ended with {last.status}:\n{last.out}{last.err}")
        if (found := tables(self.warehouse)) != self.after:
            raise Broken(f"other rows in {[name for name in self.after if found.get(name) != self.after[name]]}")
        doctor = self.warehouse.imr("doctor")
        if doctor.status and "are free" not in doctor.out:
            raise Broken(doctor.out)
        if left := [str(path) for path in self.warehouse.home.rglob(f".*{UNFINISHED}")]:
            raise Broken(f"unfinished files stay: {left}")
        return ended

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """A reader that opens the publication again and again."""
        wrong: list[str] = []
        is_over = threading.Event()
        expected = [counts(known) for known in (self.before, self.after) if known is not None]

        def watch() -> None:
            while not is_over.wait(0.1):
                try:
                    seen = read_counts(self.warehouse.published)
                except duckdb.Error as error:
                    wrong.append(str(error))
                    continue
                if seen not in expected and not (seen is None and self.before is None):
                    wrong.append(f"a reader saw {seen}")

        reader = threading.Thread(target=watch)
        reader.start()
        try:
            yield
        finally:
            is_over.set()
            reader.join()
        if wrong:
            raise Broken(wrong[0])


def tables(warehouse: Warehouse) -> Tables:
    """Every published row that letters alone decide."""
    with connect_read_only(warehouse.published) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: connection.execute(f'select {_WHEN} from "{name}" order by all').fetchall()
            for name in names
            if name not in _OF_THE_REFRESH
        }


def counts(known: Tables) -> dict[str, int]:
    return {name: len(rows) for name, rows in known.items()}


def read_counts(published: Path) -> dict[str, int] | None:
    """Rows of each table as one reader sees them; None where nothing is published."""
    if not published.exists():
        return None
    with connect_read_only(published) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {
            name: connection.execute(f'select count(*) from "{name}"').fetchall()[0][0]
            for name in names
            if name not in _OF_THE_REFRESH
        }


def first_night(root: Path) -> Night:
    """Everything is new: letters, an archive, an amendment, two names of one letter, what is no letter."""
    warehouse = _landed(root)
    _land_more(warehouse)
    Home(warehouse.home).prepare()
    return _undisturbed(warehouse, None)


def later_night(root: Path) -> Night:
    """A published warehouse whose lake has so many small parts that they will be made one, and new letters for it."""
    warehouse = _landed(root)
    home = Home(warehouse.home).prepare()
    settings = load_settings(home=str(home.root), letters=(str(warehouse.landing),))
    lake.found(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest, "LETTERS_PER_PART", 1)
        ingest.ingest(Refresh(settings, home, Silent()), Record.begin(home, "00000000"))
    first = warehouse.refresh(**SETTINGS)
    assert first.status == 0, first.out + first.err
    _land_more(warehouse)
    return _undisturbed(warehouse, tables(warehouse))


def _undisturbed(warehouse: Warehouse, before: Tables | None) -> Night:
    evening = warehouse.root / "evening"
    shutil.copytree(warehouse.home, evening, symlinks=True)
    warehouse.imr("--version")  # what is imported once for all commands is no part of a refresh
    started = time.monotonic()
    ran = warehouse.killed(NEVER, **SETTINGS)
    seconds = time.monotonic() - started
    assert ran.status == 0, ran.out + ran.err
    after = tables(warehouse)
    assert after != before
    return Night(warehouse, evening, before, after, seconds)


def _landed(root: Path) -> Warehouse:
    warehouse = Warehouse(root)
    for number in range(LEAST_PARTS):
        warehouse.land(f"{number}.txt", made_letter(number))
    return warehouse


def _land_more(warehouse: Warehouse) -> None:
    for number in range(1_000, 1_008):
        warehouse.land(f"new/{number}.txt", made_letter(number))
    warehouse.land_golden(
        "issues-credentials-1", "issues-credentials-2", "issues-prose-2"
    )  # the second amends the first
    warehouse.land("another name.txt", made_letter(3))
    warehouse.land("invoice.txt", "Dear Sir, please find enclosed the bill for our services.")
    warehouse.land("quarantined.txt", MadeLetter(items=[MadeItem("Norco"), MadeItem("Soma", outcome=None)]).text())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(2_000, 2_004):
            archive.writestr(f"{number}.txt", made_letter(number))
    warehouse.land("archive.zip", packed.getvalue())
