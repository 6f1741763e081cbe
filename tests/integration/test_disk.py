"""A home on a disk that is full, or that takes no more writing: readers keep what they have, and the next refresh goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import UNFINISHED
from tests.conftest import Ran, Warehouse

DISK_MB = 96
MUCH_TOO_LITTLE, ENOUGH_TO_BEGIN = 0, 6_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}M", "none", place], capture_output=True, check=False
    )
    if mounted.returncode:
        # Only root can mount one. The words that are told of a disk are unit tests; CI runs as root, and must not skip.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(mounted.stderr.decode())
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def filled(disk: Path, left: int) -> Path:
    """A file that takes all room but so many bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - left)
    return ballast


def test_a_full_disk_costs_nothing_but_the_refresh(disk: Path, tmp_path: Path) -> None:
    warehouse = Warehouse(disk)
    warehouse.land_golden("issues-prose-1", "notice-1")
    assert warehouse.refresh().status == 0
    warehouse.land_golden("issues-credentials-1")
    before = warehouse.tables()

    undisturbed = Warehouse(tmp_path / "elsewhere")
    shutil.copytree(disk / "home", undisturbed.home, symlinks=True)
    assert undisturbed.imr("refresh", "--letters", str(warehouse.landing)).status == 0

    for left in (MUCH_TOO_LITTLE, ENOUGH_TO_BEGIN):
        ballast = filled(disk, left)
        ran = warehouse.refresh()
        assert ran.status == 1, ran.out
        assert f"The disk that holds {warehouse.home} is full" in said(ran)
        assert "Traceback" not in ran.err
        assert warehouse.tables() == before
        ballast.unlink()

    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    ran = warehouse.refresh()
    assert ran.status == 2
    assert "cannot be written (Read-only file system)" in ran.err
    assert "publication ..." in warehouse.imr("doctor").out  # it can be examined
    assert warehouse.tables() == before
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)

    assert warehouse.refresh().status == 0
    assert without_times(warehouse) == without_times(undisturbed)
    doctor = warehouse.imr("doctor")
    assert doctor.status == 0 or "are free" in doctor.out  # the disk is small
    assert not list(warehouse.home.rglob(f".*{UNFINISHED}"))


def said(ran: Ran) -> str:
    return " ".join((ran.out + ran.err).split())


def without_times(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Published rows but for when letters were received."""
    when = "columns(lambda name: name != 'received_at')"
    return {name: warehouse.query(f'select {when} from "{name}" order by all') for name in warehouse.tables()}


def test_a_landing_place_without_its_drive_is_told(warehouse: Warehouse) -> None:
    warehouse.land_golden("issues-prose-1")
    assert warehouse.refresh().status == 0
    shutil.move(warehouse.landing, warehouse.root / "away")
    warehouse.landing.mkdir()
    words = f"No file lies in {warehouse.landing}, from where 1 were received before."

    gone = warehouse.refresh()
    assert gone.status == 0
    assert words in said(gone)

    warehouse.landing.rmdir()
    shutil.move(warehouse.root / "away", warehouse.landing)
    back = warehouse.refresh()
    assert "Nothing new" in back.out
    assert words not in said(back)
