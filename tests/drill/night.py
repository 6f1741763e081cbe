"""A warehouse with receivers of alerts, on which drills are run one after the other: each makes a trouble, and says what
must arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.conftest import Ran, Warehouse
from tests.drill.receivers import CHANNELS, SECRETS, Receivers

NEVER_STALE = "1000"


@dataclass(frozen=True)
class Row:
    """One drill: what was expected, what arrived, and what was wrong with it."""

    name: str
    expected: str  # a status, or 'silence'
    received: dict[str, int]
    faults: tuple[str, ...]
    text: str  # what arrived, as a person reads it

    @property
    def is_ok(self) -> bool:
        return not self.faults


@dataclass
class Night:
    """Runs drills and keeps their rows."""

    warehouse: Warehouse
    receivers: Receivers
    rows: list[Row] = field(default_factory=list)
    on_start: Callable[[str], None] = lambda _name: None
    on_row: Callable[[Row], None] = lambda _row: None
    said: list[str] = field(default_factory=list)  # everything that the commands printed

    def imr(self, *arguments: str, **settings: str) -> Ran:
        own = {"IMR_FRESHNESS_HOURS": NEVER_STALE, "IMR_QUARANTINE_TOLERANCE": "0.01"}
        ran = self.warehouse.imr(*arguments, **{**own, **self.receivers.settings(), **settings})
        self.said += [ran.out, ran.err]
        return ran

    def refresh(self, status: int = 0, **settings: str) -> Ran:
        """One refresh; a drill that does not end as it must is no drill."""
        ran = self.imr("refresh", **settings)
        assert ran.status == status, ran.out + ran.err
        return ran

    def drill(
        self,
        name: str,
        expected: str,
        act: Callable[[], Ran],
        names: Sequence[str] = (),
        checks: Sequence[str] = (),
        on: Sequence[str] = CHANNELS,
        keeps: bool = True,
    ) -> Ran:
        """Does `act` and compares what arrives: one message of status `expected` on each channel of `on`, none elsewhere.

        `names` must stand in every message, `checks` are 'suite/expectation' of the JSON's checks. Where `keeps`, readers
        must have the very file that they had before.
        """
        self.on_start(name)
        self.receivers.clear()
        before = self._published()
        ran = act()
        faults = list(self._faults(expected, names, checks, on))
        if keeps and self._published() != before:
            faults.append("readers have another file than before")
        self.rows.append(Row(name, expected, self.receivers.counts(), tuple(faults), self._text()))
        self.on_row(self.rows[-1])
        return ran

    def no_secrets(self) -> None:
        """The last drill: no secret stands in what was printed, in what arrived, or in a file of the home."""
        name = "no secret in output, files, alerts"
        self.on_start(name)
        self.receivers.clear()
        files = [path for path in self.warehouse.home.rglob("*") if path.is_file()]
        found = [str(path) for path in files if any(secret.encode() in path.read_bytes() for secret in SECRETS)]
        found += ["output" for text in self.said if any(secret in text for secret in SECRETS)]
        found += ["alert" for row in self.rows for secret in SECRETS if secret in row.text]
        row = Row(name, "silence", self.receivers.counts(), tuple(found), "")
        self.rows.append(row)
        self.on_row(row)

    def _published(self) -> bytes | None:
        return self.warehouse.published.read_bytes() if self.warehouse.published.exists() else None

    def _faults(self, expected: str, names: Sequence[str], checks: Sequence[str], on: Sequence[str]) -> Sequence[str]:
        faults = []
        counts, texts = self.receivers.counts(), self.receivers.texts()
        for channel in CHANNELS:
            wanted = int(channel in on and expected != "silence")
            if counts[channel] != wanted:
                faults.append(f"{channel} has {counts[channel]} messages, not {wanted}")
            if wanted:
                faults += [f"{channel} does not name {name!r}" for name in names if name not in texts[channel]]
        statuses = self.receivers.statuses()
        for channel in ("email", "webhook"):
            faults += [f"{channel} has status {status}" for status in statuses[channel] if status != expected]
        for message in self.receivers.webhook:
            if set(message) != {"refresh_id", "status", "checks", "letters", "data_docs", "message", "is_test"}:
                faults.append(f"the JSON has keys {sorted(message)}")
            told = {f"{check['suite']}/{check['expectation']}" for check in message["checks"]}
            faults += [f"the JSON does not have check {check}" for check in checks if check not in told]
        is_audited = not any(check.startswith("dbt/") for check in checks)  # else the pages have nothing of it
        for message in self.receivers.slack:
            if is_audited != any("docs.example.org/imr/index.html" in str(block) for block in message["blocks"]):
                faults.append("slack has no link to the Data Docs, or one to pages without it")
        return faults

    def _text(self) -> str:
        if self.receivers.email:
            email = self.receivers.email[0]
            return f"Subject: {email['Subject']}\n\n{email.get_content()}"
        found = [text for text in self.receivers.texts().values() if text]
        return found[0] if found else ""
