"""What was told on which channel, so that a trouble is told once a channel, and its end once. `HOME/alerts/told.json`.

Each channel has its own list of open troubles: a channel that was down is told later, the others are not told again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from filelock import FileLock, Timeout

from orchestration.alerts.message import TRIAL, Message, compose
from orchestration.alerts.trouble import RANK, Trouble, name_of
from orchestration.alerts.wording import standing_lines
from orchestration.home import Home, clear_half_written, write_json

HISTORY_KEPT = 200
OPEN_KEPT = 200
"""Open troubles of a channel; older ones are forgotten. An item in quarantine that nobody mends stays open for ever."""
_SECONDS_TO_WAIT = 60.0
_STANDING = ("refused", "failed", "stale")
# What could not be written to a home that is full or read-only: kept for as long as this process lives.
_unwritten: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to tell something on one channel, and how it went."""

    at: str  # UTC
    channel: str
    status: str
    refresh_id: str
    headline: str
    is_delivered: bool
    reason: str | None = None
    attempts: int = 1

    @property
    def is_test(self) -> bool:
        """Whether it tried the channel: nothing that could stand."""
        return self.refresh_id == TRIAL


@dataclass(frozen=True, slots=True)
class Open:
    """A trouble that is not over, and whether the channel was told of it."""

    trouble: Trouble
    is_told: bool


@dataclass(slots=True)
class Memory:
    """Open troubles by channel, and the last deliveries, the oldest first."""

    channels: dict[str, list[Open]] = field(default_factory=dict)
    history: list[Delivery] = field(default_factory=list)

    def note(self, delivery: Delivery) -> None:
        """Adds a delivery. One that fails again takes the place of the attempt before."""
        for place, before in enumerate(self.history):
            same = (before.channel, before.status, before.refresh_id, before.headline)
            if not before.is_delivered and same == (
                delivery.channel,
                delivery.status,
                delivery.refresh_id,
                delivery.headline,
            ):
                again = {name: getattr(delivery, name) for name in Delivery.__slots__}
                delivery = Delivery(**{**again, "attempts": before.attempts + delivery.attempts})
                del self.history[place]
                break
        self.history = [*self.history, delivery][-HISTORY_KEPT:]

    def undelivered(self) -> list[Delivery]:
        """The last delivery of each channel that was no test, where it failed."""
        last = {delivery.channel: delivery for delivery in self.history if not delivery.is_test}
        return [delivery for delivery in last.values() if not delivery.is_delivered]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to say on a channel now, and what is open there afterwards, told or not."""

    message: Message | None
    when_told: list[Open]
    when_not: list[Open]


def plan(
    before: Sequence[Open], now: Sequence[Trouble], is_over: Callable[[Trouble], bool], data_docs: str, refresh_id: str
) -> Plan:
    """What a channel must be told, given what it knows and what is wrong now. Pure.

    A trouble is known where a channel was told all its causes, and each letter and item with its cause, under the same
    status, and they stand since. `before` is without what is mended: an item that comes back is news.
    """
    told = [entry.trouble for entry in before if entry.is_told]
    over = [trouble for trouble in told if is_over(trouble)]
    standing = [trouble for trouble in told if not is_over(trouble)]
    new = [trouble for trouble in now if not is_known(trouble, standing)]
    # A warning is an event of one refresh: where it could not be told then, it is told as long as it stands; of
    # files that were rejected, which do not stand, as soon as the channel is back.
    late = [
        entry.trouble
        for entry in before
        if not entry.is_told
        and entry.trouble.status == "warning"
        and (entry.trouble.ends_quietly or not is_over(entry.trouble))
        and not is_known(entry.trouble, [*standing, *new])
    ]
    news = sorted([*new, *late], key=lambda trouble: RANK.index(trouble.status))
    waiting = [Open(trouble, False) for trouble in news if trouble.status == "warning"]
    end = [trouble for trouble in over if not trouble.ends_quietly]
    unchanged = [Open(trouble, True) for trouble in told if trouble in standing or trouble in end]
    warnings = [trouble for trouble in standing if trouble.status == "warning"]
    stands = any(trouble.status in _STANDING for trouble in (*standing, *now))
    if not news and (stands or not end):
        return Plan(None, unchanged, unchanged)
    ended = _once(end, [*standing, *news, *now])
    return Plan(
        compose(news, ended, len(warnings), data_docs, refresh_id, standing_lines(warnings)),
        [Open(trouble, True) for trouble in (*standing, *news)][-OPEN_KEPT:],
        [*unchanged, *waiting][-OPEN_KEPT:],
    )


def is_known(trouble: Trouble, told: Sequence[Trouble]) -> bool:
    """Whether all that a trouble is about was told with others that stand, under the same status."""
    same = [known for known in told if known.status == trouble.status]
    causes = frozenset[str]().union(*(known.causes for known in same))
    names = frozenset[str]().union(*(known.names for known in same))
    return bool(same) and trouble.causes <= causes and trouble.names <= names


def _once(over: Sequence[Trouble], standing: Sequence[Trouble]) -> list[Trouble]:
    """Troubles that are over, each letter and item in one of them, and none that came back."""
    said = {name for trouble in standing for name in trouble.names}
    left = []
    for trouble in over:
        letters, mended = (
            tuple(letter for letter in named if name_of(letter) not in said)
            for named in (trouble.letters, trouble.mended)
        )
        said |= {name_of(letter) for letter in (*letters, *mended)}
        left.append(replace(trouble, letters=letters, mended=mended))
    return left


@contextlib.contextmanager
def locked(home: Home) -> Iterator[None]:
    """One teller at a time, so that the command line and a sensor do not tell the same twice.

    Where the home cannot be written there is no lock: better told twice than not. Raises TimeoutError where another
    process tells for too long.
    """
    lock = None
    try:
        home.alerts.mkdir(exist_ok=True)
        lock = FileLock(home.alerts / ".lock", timeout=_SECONDS_TO_WAIT)
        lock.acquire()
        clear_half_written(home.alerts)
    except Timeout:
        raise TimeoutError("another process is telling") from None
    except OSError:
        lock = None
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def load(home: Home) -> Memory:
    """What was told on this home. A file that is missing, broken or of another version tells nothing."""
    kept = _unwritten.get(str(home.root))
    try:
        if kept is None:
            kept = json.loads((home.alerts / "told.json").read_text(encoding="utf-8"))
        return Memory(
            {
                str(channel): [Open(Trouble.from_dict(entry["trouble"]), bool(entry["is_told"])) for entry in entries]
                for channel, entries in kept["channels"].items()
            },
            [Delivery(**delivery) for delivery in kept["history"]],
        )
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        logging.getLogger(__name__).warning("%s cannot be read; what it told is forgotten", home.alerts / "told.json")
        return Memory()


def save(home: Home, memory: Memory) -> None:
    """Keeps the memory; in this process alone where the home is full or read-only."""
    content: Mapping[str, Any] = {
        "channels": {
            channel: [{"is_told": entry.is_told, "trouble": entry.trouble.as_dict()} for entry in entries]
            for channel, entries in memory.channels.items()
        },
        "history": [{name: getattr(delivery, name) for name in Delivery.__slots__} for delivery in memory.history],
    }
    try:
        write_json(home.alerts / "told.json", dict(content))
        _unwritten.pop(str(home.root), None)
    except OSError:
        _unwritten[str(home.root)] = json.loads(json.dumps(content, default=str))


def delivery_of(channel: str, message: Message, is_delivered: bool, reason: str | None, at: dt.datetime) -> Delivery:
    return Delivery(
        at.isoformat(timespec="seconds"),
        channel,
        message.status,
        message.refresh_id,
        message.headline,
        is_delivered,
        reason,
    )
