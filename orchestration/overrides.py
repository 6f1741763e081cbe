"""What people decided by hand of quarantined items: read from the lake and added to it, never changed in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pyarrow as pa
from filelock import FileLock, Timeout

from orchestration import lake
from orchestration.home import Home, HomeError

Action = Literal["release", "undo"]
Place = tuple[str, int]
"""An item: its letter_id and its number."""
_PATIENCE = 30  # seconds for another command to write its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing said by hand of one item. `release` gives what the letter leaves open and nothing else; `undo` gives
    nothing: the item waits again."""

    action: Action
    letter_id: str
    item_number: int
    service_text: str | None  # as it was read when this was said
    reason_code: str  # why the item was quarantined
    outcome: str | None = None
    reviewer_basis: str | None = None
    given_service_text: str | None = None
    decided_by: str
    decided_at: dt.datetime  # UTC
    reason: str

    @property
    def place(self) -> Place:
        return self.letter_id, self.item_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Saying):
    """What was said, with its number in the lake."""

    override_number: int


def read_overrides(home: Home) -> list[Override]:
    """Everything that was said, in its order. Raises HomeError naming a part that cannot be read."""
    overrides = []
    for number in lake.part_numbers(home.overrides):
        path = home.overrides / lake.part_name(number)
        try:
            rows = lake.read(path, lake.OVERRIDES.names)
        except (pa.ArrowException, OSError) as error:
            told = str(error).splitlines()[0]
            raise HomeError(
                f"{path} is no whole part of the lake ({told}). It holds what was decided by hand: put it back from a "
                "copy, or remove it and release its item again."
            ) from None
        overrides += [Override(**row) for row in rows]
    return overrides


def in_force(overrides: Iterable[Override]) -> dict[Place, Override]:
    """The last word on each item, where it releases the item."""
    last = {override.place: override for override in overrides}
    return {place: override for place, override in last.items() if override.action == "release"}


def add(home: Home, saying: Saying) -> Override:
    """Writes what was said as the next part of the lake.

    A refresh may run meanwhile; the one after it takes it in. Raises HomeError where the home cannot be written.
    """
    try:
        home.overrides.mkdir(parents=True, exist_ok=True)
        with FileLock(home.overrides_lock, timeout=_PATIENCE):
            number = max(lake.part_numbers(home.overrides), default=0) + 1
            override = Override(**asdict(saying), override_number=number)
            lake.write(home.overrides / lake.part_name(number), lake.OVERRIDES, [asdict(override)])
    except Timeout:
        raise HomeError(f"Another command holds {home.overrides_lock}. Try again.") from None
    except OSError as error:
        raise HomeError(f"{home.overrides} cannot be written ({error.strerror or error}).") from None
    return override
