"""Slack, e-mail and any HTTP receiver: each sends one message, tries again for a while, and says plainly why it failed.

Addresses of webhooks and passwords of mail servers are secrets, and libraries put them into their exceptions: what went
wrong is told here in words of our own, and no exception leaves this module.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import format_datetime, make_msgid
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_exponential

from orchestration.alerts.message import Message, as_email, as_json, as_slack
from orchestration.record import utc_now
from orchestration.settings import Settings

TRIES = 3
WAIT = 1.0
"""Seconds between the first tries; twice as long between the next."""
SECONDS_PER_TRY = 3.0
"""How long a receiver may keep silent, connecting and answering."""
SECONDS = 8.0
"""No try begins later than so long after the first."""
SECONDS_IN_ALL = 15.0
"""After which sending is given up, also where a receiver answers, but only a sign at a time."""
_PORTS = {"smtp": 25, "smtps": 465}
_SLACK_REASON = re.compile(r"[a-z_]{1,40}")  # 'no_service', 'invalid_blocks': Slack's answer, and nothing of ours


class Undelivered(Exception):
    """A message did not arrive; the text says why and holds no secret. `again`: another try may help."""

    def __init__(self, reason: str, again: bool) -> None:
        super().__init__(reason)
        self.again = again


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a message arrived. `reason`: why not, or whom of several it did not reach."""

    is_delivered: bool
    reason: str | None = None


class Channel(Protocol):
    """A way to people. `name` is what the memory and the user know it by."""

    @property
    def name(self) -> str: ...

    def send_once(self, message: Message) -> Outcome:
        """Raises Undelivered where the message reached nobody."""


@dataclass(frozen=True, slots=True)
class Slack:
    """An incoming webhook of Slack."""

    webhook: SecretStr
    name: str = "slack"

    def send_once(self, message: Message) -> Outcome:
        return _post(self.webhook, as_slack(message), tells_why=True)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Any HTTP receiver of JSON."""

    url: SecretStr
    name: str = "webhook"

    def send_once(self, message: Message) -> Outcome:
        return _post(self.url, as_json(message))


@dataclass(frozen=True, slots=True)
class Email:
    """A mail server. With smtp:// the connection is encrypted where the server offers it, with smtps:// always."""

    server: SecretStr
    sender: str
    addressees: Sequence[str]
    name: str = "email"

    def send_once(self, message: Message) -> Outcome:
        email = as_email(message, self.sender, self.addressees)
        email["Date"] = format_datetime(utc_now().replace(tzinfo=dt.UTC))
        email["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2])  # without both it looks like spam
        try:
            with self._connected() as server:
                refused = server.send_message(email)
        except smtplib.SMTPResponseException as error:
            # The server's own words may quote what it was sent; its code says enough.
            what = "refuses user and password" if isinstance(error, smtplib.SMTPAuthenticationError) else "refuses"
            raise Undelivered(
                f"the mail server {what} (code {error.smtp_code})", 400 <= error.smtp_code < 500
            ) from None
        except smtplib.SMTPRecipientsRefused:
            raise Undelivered("the mail server refuses every addressee", again=False) from None
        except smtplib.SMTPNotSupportedError:
            raise Undelivered("the mail server takes no such address", again=False) from None
        except OSError as error:  # smtplib's exceptions are among them
            raise _unreached("the mail server", error) from None
        # The others have it: telling them again because of one would be worse.
        return Outcome(True, f"the mail server refuses {', '.join(sorted(refused))}" if refused else None)

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.server.get_secret_value())
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        encryption = ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS_PER_TRY, context=encryption)
        else:
            server = smtplib.SMTP(host, port, timeout=SECONDS_PER_TRY)
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=encryption)
            elif parts.scheme == "smtp" and parts.password and not _is_local(server):
                raise Undelivered("the mail server offers no encryption to send a password through", again=False)
            server.ehlo_or_helo_if_needed()  # encrypted, it may offer more
            if parts.username and not server.has_extn("auth"):
                raise Undelivered("the mail server offers no login; leave user and password out", again=False)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def configured(settings: Settings) -> tuple[Channel, ...]:
    """The channels that the settings name."""
    channels: list[Channel] = []
    if settings.alert_slack_webhook:
        channels.append(Slack(settings.alert_slack_webhook))
    if settings.alert_email_to and settings.smtp_url:
        channels.append(Email(settings.smtp_url, settings.alert_email_from, settings.alert_email_to))
    if settings.alert_webhook:
        channels.append(Webhook(settings.alert_webhook))
    return tuple(channels)


def send_all(messages: Mapping[Channel, Message]) -> dict[Channel, Outcome]:
    """Sends to all channels at the same time."""
    outcomes: dict[Channel, Outcome] = {}

    def send_one(channel: Channel, message: Message) -> None:
        outcomes[channel] = send(channel, message)

    # Daemons: a receiver that never ends its answer must not keep the process from ending.
    threads = [
        threading.Thread(target=send_one, args=(channel, message), daemon=True) for channel, message in messages.items()
    ]
    deadline = time.monotonic() + SECONDS_IN_ALL
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = Outcome(False, f"no whole answer within {SECONDS_IN_ALL:.0f} s")
    return {channel: outcomes.get(channel, late) for channel in messages}


def send(channel: Channel, message: Message) -> Outcome:
    """Sends, and tries again where that may help. Never raises."""
    trying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, Undelivered) and error.again),
        stop=stop_after_attempt(TRIES) | stop_after_delay(SECONDS),
        wait=wait_exponential(multiplier=WAIT, max=4),
        reraise=True,
    )
    try:
        return trying(channel.send_once, message)
    except Undelivered as undelivered:
        return Outcome(False, str(undelivered))
    except Exception as error:  # an alert must never fail a refresh, and an unknown exception's text may hold a secret
        return Outcome(False, f"sending raised {type(error).__name__}")


def _post(address: SecretStr, payload: dict[str, Any], tells_why: bool = False) -> Outcome:
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # at DEBUG it logs the path: the secret
    try:
        with requests.post(
            address.get_secret_value(),
            json=payload,
            timeout=SECONDS_PER_TRY,
            allow_redirects=False,
            stream=True,
            headers={"User-Agent": "imr-warehouse"},
        ) as response:
            status = response.status_code
            said = response.raw.read(60, decode_content=True).decode("ascii", "replace").strip() if tells_why else ""
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise _unreached("the receiver", error) from None
    if 200 <= status < 300:
        return Outcome(True)
    why = f": {said}" if _SLACK_REASON.fullmatch(said) else ""
    raise Undelivered(f"the receiver answers HTTP {status}{why}", again=status >= 500 or status in (408, 425, 429))


def _unreached(who: str, error: BaseException) -> Undelivered:
    """Why no connection came about, without the exceptions' texts: those of `requests` quote the address."""
    chain = list(_chain(error))
    kinds: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, bool], ...] = (
        (ssl.SSLCertVerificationError, "shows a certificate that is not trusted", False),
        (ssl.SSLError, "does not answer as an encrypted connection must", False),
        (socket.gaierror, "has a name that cannot be looked up", True),
        ((TimeoutError, requests.Timeout), f"does not answer within {SECONDS_PER_TRY:.0f} s", True),
        (ConnectionRefusedError, "refuses the connection", True),
        (ConnectionError, "breaks the connection off", True),
        (smtplib.SMTPServerDisconnected, "breaks the connection off", True),
        (requests.exceptions.InvalidURL, "has an address that is none", False),
    )
    for kind, words, again in kinds:
        if any(isinstance(link, kind) for link in chain):
            return Undelivered(f"{who} {words}", again)
    return Undelivered(f"{who} cannot be reached ({type(error).__name__})", again=True)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, what caused it, and what it carries: libraries wrap the one that says why."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        link = waiting.pop()
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__, getattr(link, "reason", None), *link.args]


def _is_local(server: smtplib.SMTP) -> bool:
    peer = str(server.sock.getpeername()[0]) if server.sock else ""
    return peer.startswith("127.") or peer == "::1"
