"""Mail against real servers on this machine: encryption, logins, addressees."""

from __future__ import annotations

import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from orchestration.alerts import channels
from orchestration.alerts.channels import configured, send
from orchestration.settings import SettingsError, load_settings
from tests.channels import MESSAGE, settings_of
from tests.drill.receivers import Receivers, free_port

pytestmark = pytest.mark.usefixtures("hurry")


class Inbox:
    """A mail server's handler that keeps what came, and whether it was encrypted by STARTTLS."""

    def __init__(self) -> None:
        self.mails: list[tuple[EmailMessage, bool]] = []

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("gone"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self.mails.append((message_from_bytes(content, _class=EmailMessage, policy=default), session.ssl is not None))
        return "250 ok"


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_mail_is_encrypted_where_the_server_offers_it(
    scheme: str, trusted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, inbox = trustme.CA(), Inbox()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    if trusted:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    encryption = {"tls_context": context} if scheme == "smtp" else {"ssl_context": context}
    server = Controller(inbox, hostname="localhost", port=free_port(), **encryption)  # type: ignore[arg-type]
    server.start()
    try:
        settings = settings_of(
            monkeypatch,
            tmp_path,
            IMR_ALERT_EMAIL_TO="a@example.org",
            IMR_SMTP_URL=f"{scheme}://localhost:{server.port}",
        )
        [channel] = configured(settings)
        outcome = send(channel, MESSAGE)
    finally:
        server.stop()
    if trusted:
        assert outcome.is_delivered, outcome
        # what is encrypted from the first sign on needs no mark that it began later
        assert [encrypted for _, encrypted in inbox.mails] == [scheme == "smtp"]
    else:
        assert outcome.reason == "the mail server shows a certificate that is not trusted"
        assert inbox.mails == []


def test_one_addressee_that_is_refused_keeps_no_mail_from_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inbox = Inbox()
    server = Controller(inbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        url = f"smtp://127.0.0.1:{server.port}"
        settings = settings_of(monkeypatch, tmp_path, IMR_ALERT_EMAIL_TO="a@x.org,gone@x.org", IMR_SMTP_URL=url)
        [channel] = configured(settings)
        outcome = send(channel, MESSAGE)
        assert (outcome.is_delivered, outcome.reason) == (True, "the mail server refuses gone@x.org")
        monkeypatch.setenv("IMR_ALERT_EMAIL_TO", "gone@x.org")
        [channel] = configured(load_settings())
        assert send(channel, MESSAGE).reason == "the mail server refuses every addressee"
    finally:
        server.stop()
    assert len(inbox.mails) == 1


def test_no_password_goes_out_in_the_clear(
    receivers: Receivers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(channels, "_is_local", lambda _: False)
    [_, channel, _] = configured(settings_of(monkeypatch, tmp_path, **receivers.settings()))
    assert send(channel, MESSAGE).reason == "the mail server offers no encryption to send a password through"


def test_a_server_without_a_login_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = Controller(Inbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        url = f"smtp://user:secret@127.0.0.1:{server.port}"
        [channel] = configured(settings_of(monkeypatch, tmp_path, IMR_ALERT_EMAIL_TO="a@x.org", IMR_SMTP_URL=url))
        assert send(channel, MESSAGE).reason == "the mail server offers no login; leave user and password out"
    finally:
        server.stop()


@pytest.mark.parametrize("password", ["p@ss-secret", "p/ss-secret", "1/secret", "p?secret", "p#secret"])
def test_a_password_that_would_be_taken_for_a_host_is_refused(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMR_SMTP_URL", f"smtp://user:{password}@mail.example.org:587")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "IMR_SMTP_URL" in str(raised.value)
    assert "%40 %2F" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_wrong_password_is_said_and_not_tried_again(
    receivers: Receivers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"smtp://drill:wrong@{receivers.smtp}"
    [_, channel, _] = configured(settings_of(monkeypatch, tmp_path, **receivers.settings(IMR_SMTP_URL=url)))
    assert send(channel, MESSAGE).reason == "the mail server refuses user and password (code 535)"
