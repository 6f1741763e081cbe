"""The drills of `make drill`: each trouble is told once on each channel, and its end once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Warehouse
from tests.drill.drills import letters_night, machinery_night
from tests.drill.night import Night
from tests.drill.receivers import listening


@pytest.mark.parametrize("drills", [letters_night, machinery_night], ids=lambda drills: drills.__name__)
def test_every_trouble_is_told_once_on_each_channel(drills: Callable[[Night], None], warehouse: Warehouse) -> None:
    with listening() as receivers:
        night = Night(warehouse, receivers)
        drills(night)
    assert len(night.rows) > 6
    assert [(row.name, row.faults) for row in night.rows if not row.is_ok] == []
