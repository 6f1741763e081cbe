"""Troubles in words: one message a refresh and channel, as text, as Slack's blocks, as e-mail and as JSON. Pure.

What a letter says, what a file is called and what an exception printed are other people's words. They are shown as text
and never understood as anything else: on one line each, without control and direction characters, in Slack in blocks of
plain text, in e-mail below the header, and never in a headline, which consists of own words only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import quote, urlsplit

from orchestration.alerts.trouble import DBT, LANDING, QUARANTINE, TARGETS, Status, Trouble, counted
from orchestration.alerts.wording import NAME, Group, checks_of, letters_of, plain, recovered_of

CHECK_KEYS = ("suite", "expectation", "column", "severity", "rows_unexpected", "reason")
LETTER_KEYS = ("letter_id", "source_uri", "item_number", "reason_code")
# Slack refuses a whole message for one block too many or too long: 50 blocks, 3,000 characters a section, 150 a header.
_SLACK_BLOCKS, _SLACK_SECTION, _SLACK_HEADER, _SLACK_TOTAL = 40, 2_800, 140, 12_000
TRIAL = "test"
"""What a message that tries a channel has in place of a refresh."""
_ONE_LINE_HEADERS = SMTP.clone(max_line_length=500)
_STANDS = {
    "refused": "What was published before stands, and readers see nothing of this refresh.",
    "failed": "What was published before stands. The next refresh carries on.",
    "stale": "Readers see the warehouse as it was then.",
    "warning": "This refresh was published. What is quarantined or rejected stays out of the facts until it is mended.",
}
_STANDS_OF_SUITE = {
    TARGETS: "Its readers see what they saw before, and all others the new publication. The next refresh tries again.",
    QUARANTINE: "It stays out of the facts until it is mended; 'imr quarantine list' shows it in its letters.",
    LANDING: "What was received from there stays. The next refresh looks again.",
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is told. `checks` and `letters` have exactly the keys of `CHECK_KEYS` and `LETTER_KEYS`."""

    status: Status
    refresh_id: str
    headline: str
    groups: tuple[Group, ...]
    checks: tuple[Mapping[str, Any], ...]
    letters: tuple[Mapping[str, Any], ...]
    data_docs: str  # '' where they have nothing of what is told
    is_test: bool = False  # it tries a channel: nothing is wrong, and nothing is over


def compose(
    new: Sequence[Trouble],
    over: Sequence[Trouble],
    still: int,
    data_docs: str,
    refresh_id: str,
    standing: Sequence[str] = (),
) -> Message:
    """One message for troubles that are new, the worst first, or, where there are none, for those that are over.

    `still` is the number of earlier warnings that stand, `standing` what they are about, a line each; `refresh_id`
    is that of the last refresh.
    """
    groups: list[Group] = []
    for trouble in new:
        suite = trouble.checks[0]["suite"] if trouble.checks else ""  # a trouble of these suites is about nothing else
        stands = _STANDS_OF_SUITE.get(suite) or _STANDS[trouble.status]
        groups.append(Group(_sentence(trouble.summary), (stands,)))
        groups += checks_of(trouble)
        groups += letters_of(trouble)
    ended = [(trouble, _ended(trouble)) for trouble in over]
    if over:
        title = "Over since then" if new else "What was told before is over"
        groups.append(Group(title, tuple(f"{trouble.summary} ({trouble.refresh_id})" for trouble in over)))
        groups += [group for trouble, letters in ended for group in recovered_of(trouble, letters)]
    if still and not new:
        groups.append(Group(f"Still standing, {counted(still, 'earlier warning')}", tuple(standing)))
    told = [letter for trouble in new for letter in trouble.letters]
    is_unaudited = bool(new) and any(check["suite"] == DBT for check in new[0].checks)
    return Message(
        new[0].status if new else "recovered",
        new[0].refresh_id if new else refresh_id,
        f"{NAME}: {new[0].summary if new else 'all well again' if not still else 'recovered'}"
        + (f" (and {counted(len(new) - 1, 'more trouble')})" if len(new) > 1 else ""),
        tuple(groups),
        tuple(_only(CHECK_KEYS, check) for trouble in new or over for check in trouble.checks),
        tuple(_only(LETTER_KEYS, letter) for letter in (told if new else [row for _, rows in ended for row in rows])),
        "" if is_unaudited else data_docs,
    )


def _ended(trouble: Trouble) -> list[Mapping[str, Any]]:
    """The letters and items of a trouble that is over; for a file that was no letter nobody waited."""
    return [letter for letter in (*trouble.mended, *trouble.waiting) if letter["kind"] != "rejected"]


def trial_message(data_docs: str) -> Message:
    """A harmless message that shows whether a channel works. `is_test` tells it from one that is meant."""
    words = "This is a test. Nothing is wrong; alerts of this warehouse will arrive here."
    return Message("recovered", TRIAL, f"Test: {NAME}, alerts", (Group(words, ()),), (), (), data_docs, is_test=True)


def as_text(message: Message) -> str:
    parts = [plain(message.headline)]
    for group in message.groups:
        parts.append("\n".join([plain(group.title), *(f"  - {plain(line)}" for line in group.lines)]))
    docs = f"Data Docs: {message.data_docs}\n" if message.data_docs else ""
    parts.append(f"{docs}Refresh: {plain(message.refresh_id) or 'none'}")
    return "\n\n".join(parts) + "\n"


def as_json(message: Message) -> dict[str, Any]:
    return {
        "refresh_id": message.refresh_id,
        "status": message.status,
        "is_test": message.is_test,
        "checks": [dict(check) for check in message.checks],
        "letters": [dict(letter) for letter in message.letters],
        "data_docs": message.data_docs,
        "message": as_text(message),
    }


def as_email(message: Message, sender: str, addressees: Sequence[str]) -> EmailMessage:
    """An e-mail of plain text. Its subject is the headline; no header holds a word of a letter."""
    email = EmailMessage(policy=_ONE_LINE_HEADERS)
    email["Subject"] = plain(message.headline, 200)
    email["From"] = sender
    email["To"] = ", ".join(addressees)
    email["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers
    email["X-IMR-Status"] = message.status
    if message.is_test:
        email["X-IMR-Test"] = "true"
    email.set_content(as_text(message))
    return email


def as_slack(message: Message) -> dict[str, Any]:
    """Blocks for a Slack webhook. `text` is what notifications show, and holds own words only."""
    headline = _header(message.headline)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": _plain_text(headline)}]
    total = 0
    for section in (section for group in message.groups for section in _sections(group)):
        total += len(section["text"]["text"])
        if len(blocks) >= _SLACK_BLOCKS or total > _SLACK_TOTAL:
            blocks.append(
                {
                    "type": "section",
                    "text": _plain_text(
                        "More stands in the Data Docs." if message.data_docs else "More stands in the home's records."
                    ),
                }
            )
            break
        blocks.append(section)
    docs: dict[str, Any] = _plain_text(plain(f"Data Docs: {message.data_docs}", 1_000))
    if urlsplit(message.data_docs).scheme in ("http", "https"):
        address = quote(message.data_docs, safe=":/?#[]@!$&'()*+,;=%~")
        docs = {"type": "mrkdwn", "text": f"<{_escaped(address)}|Data Docs>"}
    refresh = _plain_text(plain(f"Refresh {message.refresh_id or 'none'}"))
    blocks.append({"type": "context", "elements": [docs, refresh] if message.data_docs else [refresh]})
    return {"text": _escaped(headline), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _header(headline: str) -> str:
    """As much of it as is short enough when it is escaped."""
    text = plain(headline, _SLACK_HEADER)
    while len(_escaped(text)) > _SLACK_HEADER:
        text = plain(text, len(text) - 1)
    return text


def _sections(group: Group) -> Iterator[dict[str, Any]]:
    kept: list[str] = []
    for line in (plain(group.title), *(f"• {plain(line)}" for line in group.lines)):
        if kept and sum(len(_escaped(earlier)) + 1 for earlier in (*kept, line)) > _SLACK_SECTION:
            yield {"type": "section", "text": _plain_text("\n".join(kept))}
            kept = []
        kept.append(line)
    yield {"type": "section", "text": _plain_text("\n".join(kept) or "-")}


def _plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": _escaped(text), "emoji": False}


def _escaped(text: str) -> str:
    """Slack takes these three for the beginning of mentions and links, wherever they stand."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _only(keys: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in keys}


def _sentence(summary: str) -> str:
    return f"{summary[:1].upper()}{summary[1:]}."
