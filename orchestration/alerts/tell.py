"""Looks at a home, and tells on every channel what is new there. Never raises for a channel, nor for its own memory."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.alerts import memory
from orchestration.alerts.memory import Delivery, Plan, delivery_of
from orchestration.alerts.message import Message, compose, trial_message
from orchestration.alerts.trouble import WENT_WELL, Freshness, Trouble, assess, has_died
from orchestration.alerts.waiting import is_over
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
            last = record
            break
    return Situation(assess(last, False, _freshness(home, settings), now), last)


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
    docs = data_docs(home, settings)
    last_id = situation.last.refresh_id if situation.last else ""

    judged: dict[tuple[object, ...], bool] = {}  # the channels know the same troubles, and judging asks the publication

    def over(trouble: Trouble) -> bool:
        key = (trouble.status, trouble.refresh_id, trouble.causes, trouble.names)
        if key not in judged:
            judged[key] = is_over(trouble, situation.troubles, situation.last, home)
        return judged[key]

    plans: dict[Channel, Plan] = {
        channel: memory.plan(kept.channels.get(channel.name, []), situation.troubles, over, docs, last_id)
        for channel in _channels(settings)
    }
    deliveries = _send({channel: plan.message for channel, plan in plans.items() if plan.message})
    arrived = {delivery.channel: delivery.is_delivered for delivery in deliveries}
    for channel, plan in plans.items():
        kept.channels[channel.name] = plan.when_told if arrived.get(channel.name, True) else plan.when_not
    for delivery in deliveries:
        kept.note(delivery)
    if deliveries:
        memory.save(home, kept)
    return deliveries


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
