"""`imr quarantine release` and `undo`: an item decided by hand, and taken back."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
from rich.text import Text

from orchestration import lookup, overrides
from orchestration.cli.terminal import Problem, home_of, out, printable, published
from orchestration.home import Home
from orchestration.lookup import Receipt
from orchestration.overrides import Place, Saying
from orchestration.quarantine import BuildBusy, Waiting, left_open, published_waiting, refused_waiting
from orchestration.record import utc_now

Outcome = Literal["upheld", "overturned"]
Basis = Literal["mtus", "non_mtus", "both", "none"]
Given = dict[str, str | None]
"""What a hand gives, by the name that `left_open` has for it."""
OPTIONS = {
    "outcome": ("--outcome", "--outcome upheld/overturned"),
    "reviewer_basis": ("--reviewer-basis", "--reviewer-basis mtus/non_mtus/both/none"),
    "service_text": ("--service", '--service "..."'),
}
BUSY_NOTE = "A refresh is running; what it or a refused refresh before it holds back is told when it has ended."


@dataclass(frozen=True, slots=True)
class Held:
    """What a home holds back: what waits, published or not, and whether a running refresh hides some of it."""

    waiting: list[Waiting]
    is_partial: bool


def all_waiting(home: Home) -> Held:
    """What waits in the publication, and after it what waits in the build alone: in a refresh that was refused.

    Raises Problem where the home has neither publication nor build.
    """
    waiting: list[Waiting] = []
    if home.published.exists() or not home.build.exists():
        with published(home) as connection:
            waiting = published_waiting(connection)
    known = {item.place for item in waiting}
    try:
        return Held([*waiting, *(item for item in refused_waiting(home) if item.place not in known)], False)
    except BuildBusy:
        return Held(waiting, True)


def run_release(name: str, number: int, given: Given, reason: str, by: str | None, home_path: str | None) -> int:
    """Keeps a release in the lake. Raises Problem where the item is not quarantined, or where what is given is not
    exactly what its letter leaves open."""
    home, who, why = home_of(home_path), _words("--by", by or _user()), _words("--reason", reason)
    held = all_waiting(home)
    released = overrides.in_force(overrides.read_overrides(home))
    reasons = {place: one.reason_code for place, one in released.items()}
    reasons |= {item.place: item.reason_code for item in held.waiting}
    letter = _letter(home, name, set(reasons))
    item = _item(home, letter, number)
    place = (letter.letter_id, number)
    called = f"Item {number} of {printable(letter.source_uri)}"
    if place not in reasons:
        raise Problem(
            f"{called} is not in quarantine, so there is nothing to release. 'imr explain {letter.letter_id[:12]} "
            f"{number}' shows it." + (f" {BUSY_NOTE}" if held.is_partial else "")
        )
    if _superseded(home, {letter.letter_id}):
        raise Problem(f"{called}: a later letter of the case replaced this one, so nothing said of it counts.")
    wanted = check_given(called, item, given)
    saying = Saying(
        action="release",
        letter_id=letter.letter_id,
        item_number=number,
        service_text=item["service_text"],
        reason_code=reasons[place],
        outcome=wanted["outcome"],
        reviewer_basis=wanted["reviewer_basis"],
        given_service_text=wanted["service_text"],
        decided_by=who,
        decided_at=utc_now(),
        reason=why,
    )
    override = overrides.add(home, saying)
    decided = ", ".join(f"{field.replace('_', ' ')} {value}" for field, value in wanted.items() if value)
    replaces = " It replaces what was decided by hand before." if place in released else ""
    _tell(f"{called} is decided by hand: {decided}.{replaces}", override)
    out.print("It comes into the facts with the next 'imr refresh'.")
    return 0


def run_undo(name: str, number: int, reason: str, by: str | None, home_path: str | None) -> int:
    """Keeps an undo in the lake. Raises Problem where the item was not released."""
    home, who, why = home_of(home_path), _words("--by", by or _user()), _words("--reason", reason)
    released = overrides.in_force(overrides.read_overrides(home))
    if not released:
        all_waiting(home)  # says so where there is no warehouse at all
    letter = _letter(home, name, set(released))
    before = released.get((letter.letter_id, number))
    called = f"Item {number} of {printable(letter.source_uri)}"
    if before is None:
        raise Problem(
            f"{called} was not released by hand, so there is nothing to take back. "
            "'imr quarantine list --released' lists what was."
        )
    saying = Saying(
        action="undo",
        letter_id=before.letter_id,
        item_number=number,
        service_text=before.service_text,
        reason_code=before.reason_code,
        decided_by=who,
        decided_at=utc_now(),
        reason=why,
    )
    override = overrides.add(home, saying)
    _tell(f"What was decided by hand of item {number} of {printable(letter.source_uri)} is taken back.", override)
    out.print("It waits in quarantine again from the next 'imr refresh' on.")
    return 0


def check_given(called: str, item: dict[str, Any], given: Given) -> Given:
    """What is to be kept of what was given: all that the letter leaves open of `item`, a row of the staged items.

    Raises Problem, as wrong usage, where something is not given that has to be, or where the letter says it itself: to
    repeat the letter does no harm and is not kept, but an override never says otherwise than a letter that is clear.
    """
    open_fields = left_open(item)
    missing = [OPTIONS[field][1] for field in open_fields if not given[field]]
    if missing:
        raise Problem(f"{called} needs {' and '.join(missing)}: {_open_words(item, open_fields)}", status=2)
    for field, value in given.items():
        if not value or field in open_fields:
            continue
        if field == "reviewer_basis":
            raise Problem(
                f"{called}: the letter says which guideline the reviewer relied on, and its citations tell the basis. "
                f"Leave {OPTIONS[field][0]} out.",
                status=2,
            )
        if value != item[field]:
            raise Problem(
                f"{called}: the letter says {printable(item[field])!r}, and nothing else; an override cannot say "
                f"otherwise. Leave {OPTIONS[field][0]} out.",
                status=2,
            )
    return {field: given[field] if field in open_fields else None for field in given}


def _open_words(item: dict[str, Any], open_fields: tuple[str, ...]) -> str:
    outcome = "the letter prints no outcome that can be told"
    if item["outcome"]:
        outcome = f"the letter decides {item['outcome']} in one place and {item['restated_outcome']} in another"
    words = {
        "outcome": outcome,
        "reviewer_basis": "the letter does not say which guideline the reviewer relied on",
        "service_text": "the letter prints no item for its paragraphs",
    }
    return ", and ".join(words[field] for field in open_fields) + "."


def _letter(home: Home, name: str, held: set[Place]) -> Receipt:
    """The letter that `name` means: of several, the one of which something is held."""
    found = lookup.receipts(home, lookup.named(home, name))
    if not found:
        raise Problem(
            f"No letter is known as {name!r}. Try a case number, a letter_id or a file name; 'imr quarantine list' "
            "lists what waits."
        )
    ids = {letter_id for letter_id, _ in held} & set(found) or set(found)
    current = ids - _superseded(home, ids)
    if len(ids := current or ids) > 1:
        names = "\n".join(f"  {one[:16]}  {printable(found[one].source_uri)}" for one in sorted(ids)[:10])
        raise Problem(f"{name!r} names several letters:\n{names}")
    return found[ids.pop()]


def _superseded(home: Home, letter_ids: set[str]) -> set[str]:
    if not home.published.exists():
        return set()
    with published(home) as connection:
        rows = connection.execute(
            "select letter_id from quality_letters where status = 'superseded' and list_contains(?, letter_id)",
            [list(letter_ids)],
        ).fetchall()
    return {letter_id for (letter_id,) in rows}


def _item(home: Home, letter: Receipt, number: int) -> dict[str, Any]:
    items = lookup.staged(home, "items", [letter])
    if not items:
        raise Problem(
            f"No items were read from {printable(letter.source_uri)}. 'imr explain {letter.letter_id[:12]}' tells why."
        )
    numbers = [row["item_number"] for row in items]
    if number not in numbers:
        raise Problem(
            f"{printable(letter.source_uri)} has items {numbers[0]} to {numbers[-1]}; there is no item {number}."
        )
    return items[numbers.index(number)]


def _words(option: str, given: str) -> str:
    """A text that somebody will read later. Raises Problem where it has no word, or bytes that are no text."""
    words = " ".join(given.split())
    if not any(sign.isalnum() for sign in words):
        raise Problem(f"{option} is empty: say it in words, for those who find this decision later.", status=2)
    try:
        words.encode()
    except UnicodeEncodeError:
        raise Problem(f"{option} holds bytes that are no text in UTF-8.", status=2) from None
    return words


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise Problem("The system does not know who you are. Say it with --by.", status=2) from None


def _tell(sentence: str, override: overrides.Override) -> None:
    out.print(Text(printable(sentence)), soft_wrap=True)
    who = f"By {override.decided_by}, {override.decided_at:%Y-%m-%d %H:%M} UTC: {override.reason}"
    out.print(Text(printable(who)), soft_wrap=True)


def published_states(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """What became of each override that a publication knows, by number; nothing where it is older than overrides."""
    if not has_overrides(connection):
        return {}
    return dict(connection.execute("select override_number, state from quality_overrides").fetchall())


def has_overrides(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a publication has the table of what was decided by hand."""
    found = connection.execute("select 1 from duckdb_tables() where table_name = 'quality_overrides'").fetchone()
    return found is not None
