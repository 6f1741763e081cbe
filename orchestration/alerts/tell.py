"""Looks at a home, and tells on every channel what is new there. Never raises for a channel, nor for its own memory."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orchestration.alerts import memory
from orchestration.alerts.memory import Delivery, Open, Plan, delivery_of
from orchestration.alerts.message import Message, compose, trial_message
from orchestration.alerts.trouble import WENT_WELL, Freshness, Trouble, assess, has_died
from orchestration.alerts.waiting import is_over, waiting_unremembered, without_mended
from orchestration.home import Home
from orchestration.publication import read_publication
from orchestration.record import Record, records, utc_now
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.alerts.channels import Channel


@dataclass(frozen=True, slots=True)
class Situation:
    """What is wrong on a home now, and the last refresh that tells of it."""

    troubles: tuple[Trouble, ...]
    last: Record | None
    unremembered: Trouble | None = None  # what waits besides, for a channel that has no memory of what it was told

    @property
    def for_new_channel(self) -> tuple[Trouble, ...]:
        return (*self.troubles, *([self.unremembered] if self.unremembered else []))


def tell(home: Home, settings: Settings) -> list[Delivery]:
    """Tells what is new since it was told last, once a channel. Returns what was sent, and what could not be."""
    if not settings.has_channels:
        return []
    try:
        with memory.locked(home):
            return _tell(home, settings)
    except Exception as error:  # whatever it is, a refresh must not fail for it; its text may quote an address
        logging.getLogger(__name__).warning("Nothing could be told: %s", type(error).__name__)
        return []


def tell_unrecorded(home: Home, settings: Settings, step: str, error: str) -> list[Delivery]:
    """Tells of a refresh that could leave no record, because its home cannot be written."""
    now = utc_now()
    record = Record(f"{now:%Y%m%dT%H%M%SZ}", now.isoformat(timespec="seconds"), "failed", message=error, doing=step)
    [trouble] = assess(record, False, None, now)
    return _send(dict.fromkeys(_channels(settings), compose([trouble], [], 0, data_docs(home, settings), "")))


def try_channels(home: Home, settings: Settings) -> list[Delivery]:
    """Sends a harmless message on every channel."""
    deliveries = _send(dict.fromkeys(_channels(settings), trial_message(data_docs(home, settings))))
    if home.root.is_dir():
        with memory.locked(home):
            kept = memory.load(home)
            for delivery in deliveries:
                kept.note(delivery)
            memory.save(home, kept)
    return deliveries


def look(home: Home, settings: Settings, now: dt.datetime | None = None) -> Situation:
    """Judges a home by its records, its lock and its publication. Writes nothing."""
    now = now or utc_now()
    last = None
    for record in records(home):
        # The lock is looked at only where it matters: looking takes it for an instant.
        is_held = record.ending == "running" and record.doing is not None and home.is_held()
        if record.ending != "running" or has_died(record, is_held):
            last = _as_published(record, home)
            break
    troubles = assess(last, False, _freshness(home, settings), now)
    names = {channel.name for channel in _channels(settings)}
    is_lost = not names <= set(memory.load(home).channels)
    return Situation(troubles, last, waiting_unremembered(last, home, now) if is_lost else None)


def _as_published(record: Record, home: Home) -> Record:
    """A refresh that was killed when its publication was in place already has published, whatever it came to note."""
    publication = read_publication(home) if record.ending == "running" else None
    if publication is None or publication.refresh_id != record.refresh_id:
        return record
    return replace(record, ending="published", ended_at=publication.published_at.isoformat(timespec="seconds"))


def still_standing(home: Home, settings: Settings) -> tuple[Trouble, ...]:
    """What some channel was told before and is not over, without what `look` finds wrong now. Writes nothing."""
    situation = look(home, settings)
    judge = _Judge(home, situation)
    found: dict[tuple[object, ...], Trouble] = {}
    for entries in memory.load(home).channels.values():
        for entry in entries:
            left = judge.without_mended(entry.trouble)
            if entry.is_told and not judge.is_over(left) and not memory.is_known(left, situation.troubles):
                found.setdefault(_key(left), left)
    return tuple(found.values())


def owed(home: Home, settings: Settings) -> list[Delivery]:
    """The last deliveries that failed, of channels that would be told something now. Writes nothing.

    Channels are those of the memory: who asks need not have the settings of who tells.
    """
    kept = memory.load(home)
    failed = kept.undelivered()
    if not failed:
        return []
    situation = look(home, settings)
    judge = _Judge(home, situation)
    return [
        delivery
        for delivery in failed
        if _plan(home, settings, situation, judge, kept.channels.get(delivery.channel)).message
    ]


def data_docs(home: Home, settings: Settings) -> str:
    """Where a reader finds the Data Docs."""
    if settings.data_docs_url:
        return f"{settings.data_docs_url.rstrip('/')}/index.html"
    return (home.published.parent / "data_docs" / "index.html").as_uri()


def _channels(settings: Settings) -> tuple[Channel, ...]:
    if not settings.has_channels:
        return ()
    from orchestration.alerts.channels import configured  # late: what sends takes time to import, and is rarely needed

    return configured(settings)


def _tell(home: Home, settings: Settings) -> list[Delivery]:
    situation = look(home, settings)
    kept = memory.load(home)
    judge = _Judge(home, situation)
    plans: dict[Channel, Plan] = {
        channel: _plan(home, settings, situation, judge, kept.channels.get(channel.name))
        for channel in _channels(settings)
    }
    deliveries = _send({channel: plan.message for channel, plan in plans.items() if plan.message})
    arrived = {delivery.channel: delivery.is_delivered for delivery in deliveries}
    known = dict(kept.channels)
    for channel, plan in plans.items():
        kept.channels[channel.name] = plan.when_told if arrived.get(channel.name, True) else plan.when_not
    for delivery in deliveries:
        kept.note(delivery)
    if deliveries or kept.channels != known:
        memory.save(home, kept)  # also what was mended without a word, so that it is news when it comes back
    return deliveries


def _plan(home: Home, settings: Settings, situation: Situation, judge: _Judge, kept: Sequence[Open] | None) -> Plan:
    """What to say on a channel; `kept` is what it remembers, None where it has no memory."""
    before = [Open(judge.without_mended(entry.trouble), True) if entry.is_told else entry for entry in kept or ()]
    now = situation.for_new_channel if kept is None else situation.troubles
    last_id = situation.last.refresh_id if situation.last else ""
    return memory.plan(before, now, judge.is_over, data_docs(home, settings), last_id)


class _Judge:
    """Judges troubles that were told. The channels know the same ones, and judging asks the publication: once each."""

    def __init__(self, home: Home, situation: Situation) -> None:
        self._home, self._situation = home, situation
        self._left: dict[tuple[object, ...], Trouble] = {}
        self._over: dict[tuple[object, ...], bool] = {}

    def without_mended(self, trouble: Trouble) -> Trouble:
        key = _key(trouble)
        if key not in self._left:
            self._left[key] = without_mended(trouble, self._situation.last, self._home)
        return self._left[key]

    def is_over(self, trouble: Trouble) -> bool:
        key = _key(trouble)
        if key not in self._over:
            self._over[key] = is_over(trouble, self._situation.troubles, self._situation.last, self._home)
        return self._over[key]


def _key(trouble: Trouble) -> tuple[object, ...]:
    return (trouble.status, trouble.refresh_id, trouble.causes, trouble.names)


def _send(messages: dict[Channel, Message]) -> list[Delivery]:
    if not messages:
        return []
    from orchestration.alerts.channels import send_all

    now = utc_now()
    return [
        delivery_of(channel.name, messages[channel], outcome.is_delivered, outcome.reason, now)
        for channel, outcome in send_all(messages).items()
    ]


def _freshness(home: Home, settings: Settings) -> Freshness | None:
    if not settings.freshness_hours:
        return None
    publication = read_publication(home)
    since: list[dt.datetime] = []
    oldest = None
    for record in records(home):
        oldest = record
        if publication and record.ending in WENT_WELL and record.ended_at:
            since.append(dt.datetime.fromisoformat(record.ended_at))
            break
    if publication:
        since.append(publication.published_at)
    elif oldest:
        since.append(dt.datetime.fromisoformat(oldest.started_at))
    return Freshness(max(since), settings.freshness_hours, publication is not None) if since else None
