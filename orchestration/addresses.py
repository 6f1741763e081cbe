"""Addresses of receivers, mailboxes and databases in settings: refused in words that do not repeat them, as they may
hold a password. Pure."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import urlsplit

_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def check_address(given: str, schemes: tuple[str, ...]) -> None:
    """Refuses what is no address, without saying what was given: it may hold a password."""
    kinds = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(given.strip())
        whole = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if not whole or any(sign.isspace() or not sign.isprintable() for sign in given):
        raise ValueError(f"is no address that begins with {kinds} and names a host")


def check_mail_server(given: str) -> None:
    """Refuses what is no address of a mail server, and one whose password is not written as it should be: what stands
    behind a sign @ or / of it would be taken for the host, and be looked up in the network."""
    try:
        parts = urlsplit(given.strip())
        whole = given.count("@") <= 1 and parts.path in ("", "/") and not parts.query and not parts.fragment
    except ValueError:
        whole = False
    if not whole or "?" in given or "#" in given:
        raise ValueError(
            "is no address such as smtp://user:password@host:port;"
            " signs such as @ / ? # % in a password are written %40 %2F %3F %23 %25"
        )
    check_address(given, ("smtp", "smtps"))


def check_database(given: str) -> None:
    """Refuses what PostgreSQL's library could not read, and would then quote in its error, the password with it.

    Without a host the server of this machine is meant: `postgresql:///name?host=/var/run/postgresql`.
    """
    try:
        parts = urlsplit(given)
        # A sign @ further back: what stands before it belongs to a password that is not written as it should be.
        whole = parts.scheme in ("postgresql", "postgres") and "@" not in parts.path + parts.query + parts.fragment
        whole = whole and parts.netloc.count("@") <= 1 and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    whole = whole and not _BROKEN_PERCENT.search(given) and given.isascii()
    if not whole or any(sign.isspace() or not sign.isprintable() for sign in given):
        raise ValueError(
            "is no address such as postgresql://user:password@host:port/database;"
            " signs such as @ : / % in a password are written %40 %3A %2F %25"
        )


def check_mailbox(given: str) -> None:
    """Refuses what is no e-mail address. It is no secret, and is said."""
    try:
        whole = bool(Address(addr_spec=given).username) and bool(Address(addr_spec=given).domain)
    except (HeaderParseError, ValueError, IndexError):
        whole = False
    if not whole or any(sign.isspace() or not sign.isprintable() for sign in given):
        raise ValueError(f"{given!r} is no e-mail address (name@host)")
