"""Receivers of alerts on this machine: an HTTP server that takes Slack's and other JSON messages, and a mail server."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

SLACK_SECRET, WEBHOOK_SECRET, PASSWORD = "T0DRILL/B0DRILL/slackslackslack", "hookhookhook", "p@ss/word"
SECRETS = (SLACK_SECRET, WEBHOOK_SECRET, PASSWORD, "p%40ss%2Fword")
CHANNELS = ("slack", "email", "webhook")


@dataclass
class Receivers:
    """What arrived since the last `clear`, by channel. A channel in `down` answers with an error and takes nothing."""

    http: str = ""
    smtp: str = ""
    slack: list[dict[str, Any]] = field(default_factory=list)
    email: list[EmailMessage] = field(default_factory=list)
    webhook: list[dict[str, Any]] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    attempts: int = 0

    def clear(self) -> None:
        self.slack, self.email, self.webhook, self.attempts = [], [], [], 0

    def settings(self, **changed: str) -> dict[str, str]:
        """The settings that make them the channels of a warehouse."""
        return {
            "IMR_ALERT_SLACK_WEBHOOK": f"{self.http}/services/{SLACK_SECRET}",
            "IMR_ALERT_WEBHOOK": f"{self.http}/hook?token={WEBHOOK_SECRET}",
            "IMR_ALERT_EMAIL_TO": "data@example.org, oncall@example.org",
            "IMR_SMTP_URL": f"smtp://drill:p%40ss%2Fword@{self.smtp}",
            "IMR_DATA_DOCS_URL": "https://docs.example.org/imr",
            **changed,
        }

    def counts(self) -> dict[str, int]:
        return {channel: len(getattr(self, channel)) for channel in CHANNELS}

    def statuses(self) -> dict[str, list[str]]:
        """Statuses that arrived, by channel; Slack's messages carry none, and count as what they are headed by."""
        return {
            "slack": [str(message["text"]) for message in self.slack],
            "email": [str(message["X-IMR-Status"]) for message in self.email],
            "webhook": [str(message["status"]) for message in self.webhook],
        }

    def texts(self) -> dict[str, str]:
        """All words that arrived, by channel."""
        return {
            "slack": "\n".join(slack_text(message) for message in self.slack),
            "email": "\n".join(f"{message['Subject']}\n{message.get_content()}" for message in self.email),
            "webhook": "\n".join(json.dumps(message, ensure_ascii=False) for message in self.webhook),
        }


def slack_text(payload: dict[str, Any]) -> str:
    """The words of a Slack message as a person reads them."""
    blocks = payload["blocks"]
    texts = [block["text"]["text"] for block in blocks if "text" in block]
    texts += [element["text"] for block in blocks for element in block.get("elements", [])]
    return "\n".join(texts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@contextmanager
def listening() -> Iterator[Receivers]:
    """Receivers that listen until the block ends."""
    receivers = Receivers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            channel = "slack" if self.path.startswith("/services/") else "webhook"
            receivers.attempts += 1
            status = 503 if channel in receivers.down else 200
            if status == 200:
                getattr(receivers, channel).append(json.loads(content))
            answer = b"ok" if status == 200 else b"no_service"
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    class MailHandler:
        async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
            receivers.attempts += 1
            if not session.authenticated:
                return "530 who are you"
            if "email" in receivers.down:
                return "451 try again later"
            content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
            message = message_from_bytes(content, _class=EmailMessage, policy=default)
            receivers.email.append(message)
            return "250 taken"

    logging.getLogger("mail.log").setLevel(logging.ERROR)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mail = Controller(
        MailHandler(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=_is_drill,
        auth_require_tls=False,
    )
    mail.start()
    receivers.http, receivers.smtp = f"http://127.0.0.1:{server.server_port}", f"127.0.0.1:{mail.port}"
    try:
        yield receivers
    finally:
        mail.stop()
        server.shutdown()
        server.server_close()


def _is_drill(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (b"drill", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
