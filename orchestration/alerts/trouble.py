"""What is wrong now, judged from the record of the last refresh and from the age of what it left. Pure: no files.

Statuses, and when each of them is over:

- refused: the audit, or a dbt test, kept a refresh from its readers. Over when a later refresh is published, or finds
  that nothing waits any more.
- failed: a refresh raised, or was killed before its publication was in place. Over when a later refresh comes to a
  verdict: it is published, finds nothing new or is refused.
- stale: no refresh found the publication up to date for longer than `IMR_FRESHNESS_HOURS`. A publication to which
  nothing new came is as fresh as the last refresh that looked. Where nothing was published yet, time runs from the
  first refresh; a home without any refresh is not in use, and not stale. Over when it is fresh again.
- warning: a refresh was published, and held items back, rejected letters or broke promises that only warn. It stands
  until every letter and item that it names is mended (`waiting`), and each promise about a whole refresh (drift, or a
  check that raised) is met by a later publication. A warning that nobody mends is told once and is never over. A file
  that was rejected waits for nobody, as a file that is no letter cannot be mended: it is over, without a word, with the
  next refresh that goes well.
- warning as well: a refresh did not reach a target of `IMR_PUBLISH_...`. Over when a later one does, or when the target
  is no longer set.
- warning as well: no file lies in a landing place any more that had some: a drive that is away looks like that. Over
  when a later refresh finds files there, or no longer looks there.
- warning as well: a folder in a landing place cannot be opened. Over when a later refresh can.
- warning as well: items wait in quarantine, and a channel has no memory of what it was told: it is new, or its memory
  was lost. Over as other warnings about items are.

What is over is told once, as 'recovered', and only while nothing refused, failed or stale stands.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from orchestration.record import Record, label_of

Status = Literal["refused", "warning", "failed", "stale", "recovered"]
RANK: tuple[Status, ...] = ("refused", "failed", "stale", "warning", "recovered")
"""The worse first: a message about several troubles has the status of the worst."""
REFRESH = "refresh"
"""Suite of what is no expectation: a step that died, a warehouse that is stale."""
TARGETS = "targets"
"""Suite of targets that a publication did not reach; `expectation` is the target."""
DBT = "dbt"
"""Suite of dbt's tests; `expectation` is the test. They run before the audit, whose pages know nothing of them."""
LANDING = "landing"
"""Suite of landing places that have become empty, and of folders in them that cannot be opened; `expectation` is the
place or folder."""
EMPTIED = "No file lies in {place}, from where {files:,} were received before. Is a drive away, or was it cleared?"
CLOSED = "The folder {folder} cannot be opened ({reason}); what lies in it was not received."
QUARANTINE = "quarantine"
"""Suite of what waits in quarantine from before a channel can remember; `expectation` is 'waiting'."""
WENT_WELL = ("published", "nothing_new")
WAITING = "This channel is new, or what it was told was lost: all that waits is told once."
_NAMES = ("letter_id", "source_uri", "item_number", "reason_code")
_VARYING = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)  # numbers of processes, sizes, times in an error's text


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. `checks` and `letters` have the keys of the record's `unmet` and `letters`."""

    status: Status
    refresh_id: str
    summary: str  # own words only, no letter's: it becomes a subject and a notification
    checks: tuple[Mapping[str, Any], ...] = ()
    letters: tuple[Mapping[str, Any], ...] = ()
    services: tuple[tuple[str, int, str], ...] = ()  # letter_id, item_number and words of items that are named
    from_to: tuple[str, str] = ("", "")  # when its refresh began and ended, UTC
    unnamed: int = 0  # items and letters beyond those that are named
    mended: tuple[
        Mapping[str, Any], ...
    ] = ()  # letters and items that were among `letters`, and are over by themselves

    @property
    def causes(self) -> frozenset[str]:
        """What it is about: suite, expectation and column; of a failure its error as well, without what varies."""
        return frozenset(
            "/".join(
                [str(check[key]) for key in ("suite", "expectation", "column")]
                + ([_VARYING.sub("#", check["reason"])] if self.status == "failed" else [])
            )
            for check in self.checks
        )

    @property
    def names(self) -> frozenset[str]:
        """The letters and items that make it another trouble, each with its cause."""
        return frozenset(name_of(letter) for letter in self.waiting)

    @property
    def waiting(self) -> tuple[Mapping[str, Any], ...]:
        """Letters and items that stand each by itself. Drift names others each night, and stays itself."""
        drift = [check for check in self.checks if is_against_history(check)]
        drifting = {name for check in drift for name in (label_of(check), check["expectation"])}  # as was kept before
        return tuple(letter for letter in self.letters if letter["reason_code"] not in drifting)

    @property
    def whole_checks(self) -> tuple[Mapping[str, Any], ...]:
        """Promises about a whole refresh; the others are kept again when the letters that broke them are mended."""
        is_named = any(letter["kind"] != "rejected" for letter in (*self.letters, *self.mended))
        return tuple(
            check for check in self.checks if is_against_history(check) or not check["rows_unexpected"] or not is_named
        )

    @property
    def ends_quietly(self) -> bool:
        """Whether it is about rejected files alone, whose end is no news."""
        about = (*self.letters, *self.mended)
        return not self.checks and bool(about) and all(letter["kind"] == "rejected" for letter in about)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Trouble:
        """Raises KeyError, TypeError or ValueError where it was kept by another version."""
        services = tuple((str(letter), int(item), str(words)) for letter, item, words in kept["services"])
        begun, ended = kept["from_to"]
        lists = {name: tuple(kept.get(name, ())) for name in ("checks", "letters", "mended")}
        return cls(**{**kept, **lists, "services": services, "from_to": (begun, ended)})


@dataclass(frozen=True, slots=True)
class Freshness:
    """Since when nobody found the publication up to date, and how long that is allowed."""

    since: dt.datetime
    hours_allowed: float
    is_published: bool


def name_of(letter: Mapping[str, Any]) -> str:
    """A letter or item with the cause for which it is named: the same item with another cause is another name."""
    return "/".join(str(letter[key]) for key in ("reason_code", "letter_id", "source_uri", "item_number"))


def is_against_history(check: Mapping[str, Any]) -> bool:
    """Whether a check is about a whole refresh held against earlier ones, and not about single letters."""
    return check["suite"] == "drift" or str(check["expectation"]).endswith("within_history")


def assess(record: Record | None, is_held: bool, freshness: Freshness | None, now: dt.datetime) -> tuple[Trouble, ...]:
    """What is wrong now, the worst first. `is_held`: a refresh runs, so its record is not judged yet."""
    found = [
        _of_refresh(record, is_held) if record else None,
        _of_targets(record) if record else None,
        _of_landing(record) if record else None,
        _stale(freshness, record, now),
    ]
    return tuple(sorted((trouble for trouble in found if trouble), key=lambda trouble: RANK.index(trouble.status)))


def has_died(record: Record, is_held: bool) -> bool:
    """Whether a refresh was killed: it is in a step, and nobody works on the home."""
    return record.ending == "running" and record.doing is not None and not is_held


def _of_refresh(record: Record, is_held: bool) -> Trouble | None:
    if record.ending == "running" and not has_died(record, is_held):
        return None
    status: Status
    if record.ending == "refused":
        status, summary, checks = "refused", f"publication refused, {_promises(record)}", record.unmet
    elif record.ending in ("failed", "running"):
        step = record.doing or "start"
        error = (record.message or "").removeprefix(f"{step}: ") or "It was killed, and left no error."
        status, summary = "failed", f"refresh failed in step '{step}'"
        checks = [*record.unmet, _own_check(step, error)]
    elif record.unmet or record.letters:
        status, summary, checks = "warning", _warned_of(record), record.unmet
    else:
        return None
    named = [letter["kind"] for letter in record.letters]
    return Trouble(
        status,
        record.refresh_id,
        summary,
        tuple(sorted(checks, key=lambda check: check["severity"] != "critical")),
        tuple(record.letters),
        tuple(
            (item["letter_id"], item["item_number"], item["service_text"])
            for item in record.first_quarantined
            if item["service_text"]
        ),
        (record.started_at, record.ended_at or record.started_at),
        max(0, record.quarantined - named.count("quarantined")) + max(0, record.rejected - named.count("rejected")),
    )


def _of_targets(record: Record) -> Trouble | None:
    missed = {outcome["target"]: outcome["reason"] for outcome in record.targets_missed}
    return _warning(record, f"not published to {' and '.join(missed)}", TARGETS, missed)


def _of_landing(record: Record) -> Trouble | None:
    closed = {folder["folder"]: CLOSED.format(**folder) for folder in record.closed}
    empty = {place["place"]: EMPTIED.format(**place) for place in record.emptied}
    told = [f"no file in {counted(len(empty), 'landing place')}"] if empty else []
    told += [f"{counted(len(closed), 'folder')} not opened"] if closed else []
    return _warning(record, ", ".join(told), LANDING, closed | empty)


def unseen(record: Record) -> frozenset[str]:
    """The landing places in which no file lies any more, and the folders in them that could not be opened."""
    return frozenset(
        [*(str(place["place"]) for place in record.emptied), *(str(folder["folder"]) for folder in record.closed)]
    )


def _warning(record: Record, summary: str, suite: str, reasons: Mapping[str, str]) -> Trouble | None:
    """A warning that is about no letter and no promise; None without a reason."""
    checks = tuple(_own_check(name, reason, suite, "warning") for name, reason in reasons.items())
    when = (record.started_at, record.ended_at or record.started_at)
    return Trouble("warning", record.refresh_id, summary, checks, from_to=when) if checks else None


def waiting_since_before(
    named: Sequence[Mapping[str, Any]], count: int, record: Record | None, now: dt.datetime
) -> Trouble:
    """The warning of what waits in quarantine from before the last refresh, for a channel that remembers nothing.

    `named` are the first of `count` items: `letter_id`, `source_uri`, `item_number`, `reason_code`, `service_text`.
    """
    check = _own_check("waiting", WAITING, QUARANTINE, "warning")
    return Trouble(
        "warning",
        record.refresh_id if record else "",
        f"{counted(count, 'item')} of earlier refreshes {'waits' if count == 1 else 'wait'} in quarantine",
        ({**check, "rows_unexpected": count},),
        tuple({**{key: item[key] for key in _NAMES}, "kind": "quarantined"} for item in named),
        tuple((item["letter_id"], item["item_number"], item["service_text"]) for item in named if item["service_text"]),
        (dt.datetime.min.isoformat(), record.started_at if record else now.isoformat(timespec="seconds")),
        count - len(named),
    )


def _stale(freshness: Freshness | None, record: Record | None, now: dt.datetime) -> Trouble | None:
    if freshness is None or now - freshness.since <= dt.timedelta(hours=freshness.hours_allowed):
        return None
    since = f"{freshness.since:%Y-%m-%d %H:%M} UTC"
    what = "The publication was last up to date" if freshness.is_published else "Nothing is published; first tried"
    reason = f"{what} at {since}; IMR_FRESHNESS_HOURS allows {freshness.hours_allowed:g} hours."
    summary = f"stale, not up to date since {since}" if freshness.is_published else "nothing is published"
    return Trouble("stale", record.refresh_id if record else "", summary, (_own_check("freshness", reason),))


def _own_check(expectation: str, reason: str, suite: str = REFRESH, severity: str = "critical") -> dict[str, Any]:
    return {
        "suite": suite,
        "expectation": expectation,
        "column": "",
        "severity": severity,
        "rows_unexpected": 0,
        "reason": reason,
    }


def _promises(record: Record) -> str:
    broken = sum(check["severity"] == "critical" for check in record.unmet)
    return (
        counted(broken, "dbt test") + " failed"
        if record.is_refused_by_dbt
        else counted(broken, "promise") + " not kept"
    )


def _warned_of(record: Record) -> str:
    told = []
    if record.quarantined:
        told.append(f"{counted(record.quarantined, 'item')} quarantined")
    if record.rejected:
        told.append(f"{counted(record.rejected, 'letter')} rejected")
    # What the items break is told by the items in quarantine, unless checking itself went wrong.
    others = [check for check in record.unmet if check["suite"] != "items" or not check["rows_unexpected"]]
    if others or not told:
        told.append(f"{counted(len(others or record.unmet), 'expectation')} not met")
    return f"published with warnings, {', '.join(told)}"


def counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
