"""The record of a refresh: what it found, how long each step took and how it ended. One JSON file in the home."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any, Literal

from expectations.result import CheckResult, label
from orchestration.home import Home, write_json

Ending = Literal["running", "published", "nothing_new", "refused", "failed"]
INTERRUPTED = "A signal interrupted it. Nothing is lost: the next refresh carries on."
"""What a refresh says that was asked to end, and not by what it met."""
LETTERS_NAMED = 20
"""So many letters and items a record names."""
_BEFORE_BUILDING = ("start", "ingest")
_REASON_CHARACTERS = 1_000  # an exception's text can be a page


@dataclass(slots=True)
class Record:
    """What one refresh says of itself. Counts are of this refresh, not of the warehouse."""

    refresh_id: str
    started_at: str
    ending: Ending = "running"
    ended_at: str | None = None
    message: str | None = None  # why it was refused or failed
    files_seen: int = 0
    files_new: int = 0
    letters_read: int = 0
    reread: int = 0  # parts of the lake that are read again, as an older reader had read them
    duplicates: int = 0
    emptied: list[dict[str, Any]] = field(default_factory=list)  # places that had files and have none: place, files
    closed: list[dict[str, Any]] = field(default_factory=list)  # folders that cannot be opened: folder, reason
    unsettled: int = 0  # files that changed while they were read; the next refresh reads them
    rejected: int = 0
    items: int = 0
    quarantined: int = 0
    first_quarantined: list[dict[str, Any]] = field(default_factory=list)  # so that a refusal can name them
    warnings: list[str] = field(default_factory=list)  # what the audit let pass and people should look at
    said_by_hand: int = 0  # quarantined items of which something was said by hand that the publication takes in
    reclassified: int | None = None  # decisions that a changed vocabulary classed otherwise than before
    decisions_published: int | None = None
    compacted: int = 0  # parts of the lake that were made into larger ones
    published_to: str | None = None
    # What was copied to targets, or not: target, place, refresh_id of the publication, rows, seconds, and the reason
    # where it did not arrive.
    targets: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    doing: str | None = None  # the step that runs; of a refresh that failed or was killed, the one it died in
    # Expectations not met: suite, expectation, column, severity, rows_unexpected, reason.
    unmet: list[dict[str, Any]] = field(default_factory=list)
    # The first letters and items that were rejected, quarantined or named by an expectation: letter_id, source_uri,
    # item_number (None of a whole letter), reason_code (of a named one the promise's label), and by which of the three
    # they got here (kind).
    letters: list[dict[str, Any]] = field(default_factory=list)
    path: Path | None = None

    @classmethod
    def begin(cls, home: Home, run_id: str) -> Record:
        """A new record, on disk. The identifier sorts by time and ends in the first 8 characters of Dagster's run.

        A run that begins again, because its first step is tried again, begins the same record again. Where the clock
        was set back, the refresh begins a second after the last one: in a home, later is later.
        """
        now = utc_now()
        if (last := next(records(home), None)) is not None:
            now = max(now, dt.datetime.fromisoformat(last.ended_at or last.started_at) + dt.timedelta(seconds=1))
        again = next(home.refreshes.glob(f"*-{run_id[:8]}.json"), None)
        refresh_id = again.stem if again else f"{now:%Y%m%dT%H%M%SZ}-{run_id[:8]}"
        record = cls(refresh_id, now.isoformat(timespec="seconds"), path=home.refreshes / f"{refresh_id}.json")
        record.save()
        return record

    @classmethod
    def of_run(cls, home: Home, run_id: str) -> Record:
        """The record that an earlier step of the same run began."""
        path = next(home.refreshes.glob(f"*-{run_id[:8]}.json"), None)
        if path is None:
            return cls.begin(home, run_id)  # a run that materialises a later step alone
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Record:
        return cls(**json.loads(path.read_text(encoding="utf-8")), path=path)

    def save(self) -> None:
        if self.path:
            write_json(self.path, {name: value for name, value in asdict(self).items() if name != "path"})

    def end(self, ending: Ending, message: str | None = None) -> None:
        self.ending, self.message = ending, message
        self.ended_at = max(utc_now().isoformat(timespec="seconds"), self.started_at)
        self.save()

    def now(self) -> dt.datetime:
        """The time, in UTC and without a zone, and never before this refresh began."""
        return max(utc_now(), dt.datetime.fromisoformat(self.started_at))

    def note_target(self, outcome: Mapping[str, Any]) -> None:
        """Adds how the copy to a target went, in place of an earlier try of this refresh."""
        self.targets = [*(known for known in self.targets if known["target"] != outcome["target"]), dict(outcome)]
        self.save()

    def in_a_line(self) -> str:
        """How it went, in a line for a log."""
        counts = ("files_new", "letters_read", "items", "rejected", "quarantined")
        words = ", ".join(f"{name.replace('_', ' ')} {getattr(self, name):,}" for name in counts)
        ending, seconds = self.ending.replace("_", " "), sum(self.seconds.values())
        return f"Refresh {self.refresh_id}: {ending}; {words}; {seconds:.1f} s"

    @property
    def targets_missed(self) -> list[dict[str, Any]]:
        """The targets that this refresh could not reach."""
        return [outcome for outcome in self.targets if outcome["reason"] is not None]

    @property
    def is_refused_by_dbt(self) -> bool:
        """Whether a dbt test refused it, before the audit: Data Docs and `quality_checks` then hold nothing of it."""
        return self.ending == "refused" and any(check["suite"] == "dbt" for check in self.unmet)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times a step. What it raises ends the refresh as failed, unless the step gave it an ending of its own.

        A step that is tried again takes the failure of its first try back.
        """
        if self.ending == "failed":
            self.ending, self.message, self.ended_at = "running", None, None
        self.doing = name
        self.save()
        started = time.perf_counter()
        try:
            yield
            self.doing = None
        except Exception as error:
            if self.ending == "running":
                self.end("failed", f"{name}: {error}")
            raise
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 2)
            self.save()

    def note_rejected(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Names letters that could not be read, by `letter_id`, `source_uri` and `reason_code`."""
        self._name_letters(_named(row, "rejected", row["reason_code"]) for row in rows)

    def note_named(self, rows: Iterable[Mapping[str, Any]], reason_code: str) -> None:
        """Names letters, or items of them, by `letter_id`, `source_uri` and `item_number`, that broke a promise."""
        self._name_letters(_named(row, "named", reason_code) for row in rows)

    def _name_letters(self, letters: Iterable[dict[str, Any]]) -> None:
        self.letters += islice(letters, max(0, LETTERS_NAMED - len(self.letters)))

    def note_unmet(
        self, suite: str, expectation: str, severity: str, rows_unexpected: int, reason: str, column: str = ""
    ) -> None:
        """Adds a promise that was not kept. One that is known already, by suite, expectation and column, stays."""
        if not any(
            (known["suite"], known["expectation"], known["column"]) == (suite, expectation, column)
            for known in self.unmet
        ):
            self.unmet.append(
                {
                    "suite": suite,
                    "expectation": expectation,
                    "column": column,
                    "severity": severity,
                    "rows_unexpected": rows_unexpected,
                    "reason": reason[:_REASON_CHARACTERS],
                }
            )

    def note_audit(self, results: Sequence[CheckResult], held: Sequence[Mapping[str, Any]]) -> None:
        """Takes from the audit what people must learn of: expectations not met, items held back, letters named.

        `held` are the first items in quarantine, with `quarantine_reason`. All kinds of letters get their place among
        those that are named, so that a flood of one kind hides none of another.
        """
        self.unmet = []  # of an audit that was tried before in this run
        unmet = [check for check in results if not check.is_met]
        for check in unmet:
            self.note_unmet(
                check.suite,
                check.expectation,
                check.severity,
                check.rows_unexpected,
                check.reason,
                check.column_name,
            )
        quarantined = [_named(item, "quarantined", item["quarantine_reason"]) for item in held]
        seen = {(letter["letter_id"], letter["item_number"]) for letter in quarantined}
        by_checks = []
        for row, name in ((row, check.label) for check in unmet for row in check.unexpected_rows):
            if not (row.get("letter_id") or row.get("source_uri")):
                continue
            letter = _named(row, "named", name)
            if (letter["letter_id"], letter["item_number"]) not in seen:
                seen.add((letter["letter_id"], letter["item_number"]))
                by_checks.append(letter)
        rejected = [letter for letter in self.letters if letter["kind"] == "rejected"]
        in_turn = chain.from_iterable(zip_longest(quarantined, rejected, by_checks))
        self.letters = [letter for letter in in_turn if letter is not None][:LETTERS_NAMED]


def _named(row: Mapping[str, Any], kind: str, reason_code: str) -> dict[str, Any]:
    number = row.get("item_number")
    return {
        "letter_id": row.get("letter_id"),
        "source_uri": row.get("source_uri"),
        "item_number": None if number is None else int(number),
        "reason_code": reason_code,
        "kind": kind,
    }


def label_of(check: Mapping[str, Any]) -> str:
    """The label of a promise that is among the `unmet`: letters that it names have it as their reason."""
    return label(str(check["expectation"]), str(check["column"]))


def records(home: Home) -> Iterator[Record]:
    """The records of refreshes on this home, the latest first. One that cannot be read is left out."""
    for path in sorted(home.refreshes.glob("*.json"), reverse=True):
        try:
            yield Record.load(path)
        except (OSError, ValueError, TypeError):
            continue


def is_unfinished(home: Home, record: Record) -> bool:
    """Whether the last refresh before this one that came to build did not come to publish: what it brings waits."""
    before = (other for other in records(home) if other.refresh_id != record.refresh_id)
    built = (
        other for other in before if other.ending not in ("failed", "running") or other.doing not in _BEFORE_BUILDING
    )
    last = next(built, None)
    return last is not None and last.ending not in ("published", "nothing_new")


def last_record(home: Home) -> Record | None:
    """The record of the latest refresh on this home, None before the first."""
    paths = sorted(home.refreshes.glob("*.json"))
    return Record.load(paths[-1]) if paths else None


def utc_now() -> dt.datetime:
    """Now, in UTC and without a zone: how times stand in the lake and the warehouse."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
