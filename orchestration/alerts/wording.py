"""Words for what a trouble names: promises that were not kept, letters and items, and what of it still stands. Pure.

What a letter says, what a file is called and what an exception printed are shown as text on one line each, without
control and direction characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from expectations.visible import INVISIBLE
from orchestration.alerts.trouble import LANDING, QUARANTINE, REFRESH, TARGETS, Trouble, counted
from orchestration.record import label_of

NAME = "IMR warehouse"
CHECKS_SHOWN = 20
LETTERS_SHOWN = 20
STANDING_SHOWN = 10
LINE = 300
"""Characters of a line; the rest is cut, and the Data Docs have it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a line of their own."""

    title: str
    lines: tuple[str, ...]


def plain(text: object, limit: int = LINE) -> str:
    """Any text as one line of visible characters, at most `limit` of them."""
    shown = "".join(
        " " if sign.isspace() else "" if unicodedata.category(sign) in INVISIBLE else sign for sign in str(text)
    )
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def checks_of(trouble: Trouble) -> Iterator[Group]:
    """Promises that were not kept, by why: what breaks many of them at once is said once."""
    by_reason: dict[str, list[str]] = {}
    for check in trouble.checks[:CHECKS_SHOWN]:
        if check["suite"] in (LANDING, QUARANTINE):
            by_reason[check["reason"]] = []
        elif check["suite"] in (REFRESH, TARGETS):
            by_reason[f"{check['expectation']}: {check['reason']}"] = []
        else:
            by_reason.setdefault(check["reason"], []).append(_check_line(check))
    for reason, lines in by_reason.items():
        yield Group(reason, tuple(lines))
    if len(trouble.checks) > CHECKS_SHOWN:
        yield Group(f"and {counted(len(trouble.checks) - CHECKS_SHOWN, 'more promise')}", ())


def _check_line(check: Mapping[str, Any]) -> str:
    return f"{check['suite']}, {label_of(check)}, {counted(check['rows_unexpected'], 'row')} ({check['severity']})"


def letters_of(trouble: Trouble) -> Iterator[Group]:
    """Letters and items that a trouble names, by what is wrong with them."""
    yield from _by_reason(trouble.letters[:LETTERS_SHOWN], trouble, "")
    more = trouble.unnamed + max(0, len(trouble.letters) - LETTERS_SHOWN)
    if more:
        yield Group(f"and {more:,} more, in quality_quarantined_items and quality_letters once published", ())


def recovered_of(trouble: Trouble, letters: Sequence[Mapping[str, Any]]) -> Iterator[Group]:
    """The letters and items of a trouble that are over."""
    yield from _by_reason(letters[:LETTERS_SHOWN], trouble, "no longer ")
    if more := max(0, len(letters) - LETTERS_SHOWN):
        yield Group(f"and {more:,} more", ())


def standing_lines(troubles: Sequence[Trouble]) -> tuple[str, ...]:
    """What stands of earlier troubles, one line each: letters and items, promises about a whole refresh."""
    lines: dict[str, None] = {}  # in order, and once each
    unnamed = sum(trouble.unnamed for trouble in troubles)
    for trouble in troubles:
        lines |= {f"{_where(letter)}: {plain(letter['reason_code'], 100)}": None for letter in trouble.waiting}
        checks = trouble.whole_checks
        lines |= {plain(f"{check['suite']}, {label_of(check)}"): None for check in checks}
        if not (trouble.waiting or checks or trouble.unnamed):
            lines[trouble.summary] = None
    shown = list(lines)[:STANDING_SHOWN]
    if more := len(lines) - len(shown) + unnamed:
        shown.append(f"and {more:,} more; 'imr quarantine list' has the items")
    return tuple(shown)


def _by_reason(letters: Sequence[Mapping[str, Any]], trouble: Trouble, before: str) -> Iterator[Group]:
    services = {(letter, item): words for letter, item, words in trouble.services}
    shown = sorted(letters, key=lambda letter: (letter["kind"], letter["reason_code"]))
    for (kind, reason), alike in groupby(shown, key=lambda letter: (letter["kind"], letter["reason_code"])):
        lines = []
        for letter in alike:
            words = services.get((letter["letter_id"], letter["item_number"]))
            lines.append(f"{_where(letter)}{f': {plain(words, 100)}' if words else ''}")
        yield Group(f"{before}{kind}".capitalize() + f": {reason}", tuple(lines))


def _where(letter: Mapping[str, Any]) -> str:
    where = plain(letter["source_uri"] or f"letter {letter['letter_id']}", 150)
    return where if letter["item_number"] is None else f"{where}, item {letter['item_number']}"
