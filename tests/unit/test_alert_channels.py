"""Channels against real servers on this machine: what arrives, what is tried again, what is said of a failure."""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import time
from pathlib import Path

import pytest

from orchestration.alerts import channels
from orchestration.alerts.channels import configured, send, send_all
from orchestration.alerts.memory import load
from orchestration.alerts.message import Message, compose
from orchestration.alerts.tell import owed, tell, tell_unrecorded, try_channels
from orchestration.alerts.trouble import Trouble
from orchestration.cli.alerts import show_deliveries
from orchestration.cli.status import show_status
from orchestration.home import Home
from orchestration.record import Record
from orchestration.settings import Settings, SettingsError, load_settings
from tests.channels import MESSAGE, settings_of
from tests.drill.receivers import SECRETS, Receivers, free_port

pytestmark = pytest.mark.usefixtures("hurry")

SETTINGS = ("IMR_ALERT_SLACK_WEBHOOK", "IMR_ALERT_WEBHOOK", "IMR_ALERT_EMAIL_TO", "IMR_SMTP_URL", "IMR_DATA_DOCS_URL")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).prepare()


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, home: Home, receivers: Receivers) -> Settings:
    return settings_of(monkeypatch, home.root, **receivers.settings())


def failed(home: Home, number: int = 1, message: str = "ingest: no disk", ending: str = "failed") -> None:
    name = f"2026030{number}T060000Z-aaaaaaaa"
    Record(
        name,
        f"2026-03-0{number}T06:00:00",
        ending,
        message=message,
        doing="ingest",
        path=home.refreshes / f"{name}.json",
    ).save()  # type: ignore[arg-type]


def test_every_channel_gets_one_message(home: Home, settings: Settings, receivers: Receivers) -> None:
    failed(home)
    deliveries = tell(home, settings)
    assert [(delivery.channel, delivery.is_delivered) for delivery in deliveries] == [
        ("slack", True),
        ("email", True),
        ("webhook", True),
    ]
    assert receivers.counts() == {"slack": 1, "email": 1, "webhook": 1}
    [email] = receivers.email
    assert email["To"] == "data@example.org, oncall@example.org"
    assert email.get_content_type() == "text/plain"
    assert email["Date"]
    assert email["Message-ID"].endswith("@localhost>")
    assert "no disk" in email.get_content()
    assert tell(home, settings) == []
    failed(home, 2, ending="published", message="")
    assert {delivery.status for delivery in tell(home, settings)} == {"recovered"}
    assert tell(home, settings) == []


def test_a_channel_that_is_down_is_told_later_and_never_raises(
    home: Home, settings: Settings, receivers: Receivers
) -> None:
    failed(home)
    receivers.down = {"slack", "email"}
    told = {delivery.channel: delivery for delivery in tell(home, settings)}
    assert {name: delivery.is_delivered for name, delivery in told.items()} == {
        "slack": False,
        "email": False,
        "webhook": True,
    }
    assert told["slack"].reason == "the receiver answers HTTP 503: no_service"
    assert "code 451" in str(told["email"].reason)
    assert receivers.attempts == 1 + 2 * channels.TRIES
    assert {delivery.channel for delivery in load(home).undelivered()} == {"slack", "email"}
    receivers.down = set()
    assert {delivery.channel for delivery in tell(home, settings)} == {"slack", "email"}
    assert receivers.counts() == {"slack": 1, "email": 1, "webhook": 1}
    assert load(home).undelivered() == []


def test_status_shows_what_did_not_arrive_while_it_is_owed(
    home: Home,
    settings: Settings,
    receivers: Receivers,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IMR_FRESHNESS_HOURS", "0")
    failed(home)
    receivers.down = {"slack"}
    tell(home, settings)
    assert [delivery.channel for delivery in owed(home, settings)] == ["slack"]
    show_status(str(home.root))
    assert "slack not told of IMR warehouse: refresh failed" in (said := " ".join(capsys.readouterr().out.split()))
    assert "stale" not in said
    failed(home, 2, ending="published", message="")
    assert len(load(home).undelivered()) == 1
    assert owed(home, settings) == []
    show_status(str(home.root))
    assert "not told" not in capsys.readouterr().out
    receivers.down = {"webhook"}
    shown = try_channels(home, settings)
    show_deliveries(shown)
    assert capsys.readouterr().err == "Not told webhook: the receiver answers HTTP 503.\n"
    assert owed(home, settings) == []


def test_status_tells_a_stale_warehouse(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed(home)
    monkeypatch.setenv("IMR_FRESHNESS_HOURS", "1")
    show_status(str(home.root))
    assert "Freshness nothing is published" in " ".join(capsys.readouterr().out.split())


def test_two_tellers_at_once_tell_once(home: Home, settings: Settings, receivers: Receivers) -> None:
    failed(home)
    tellers = [threading.Thread(target=tell, args=(home, settings)) for _ in range(4)]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    assert receivers.counts() == {"slack": 1, "email": 1, "webhook": 1}


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EROFS, errno.EACCES], ids=errno.errorcode.get)
def test_a_home_that_cannot_be_written_is_told_of(
    home: Home, settings: Settings, receivers: Receivers, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    failed(home)

    def refused(*_: object, **__: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr("orchestration.alerts.memory.write_json", refused)
    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    assert all(delivery.is_delivered for delivery in tell(home, settings))
    assert tell(home, settings) == []  # this process knows it
    assert all(delivery.is_delivered for delivery in tell_unrecorded(home, settings, "start", "disk full"))
    assert receivers.counts() == {"slack": 2, "email": 2, "webhook": 2}


def test_what_is_wrong_with_ourselves_fails_no_refresh(
    home: Home, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("https://hooks.example.org/secret")

    monkeypatch.setattr("orchestration.alerts.tell.look", broken)
    assert tell(home, settings) == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:{closed}/secret", "the receiver refuses the connection"),
        ("http://nowhere.invalid/secret", "the receiver has a name that cannot be looked up"),
        ("http://127.0.0.1:{silent}/secret", "the receiver does not answer within 1 s"),
        ("https://127.0.0.1:{http}/secret", "the receiver does not answer as an encrypted connection must"),
    ],
)
def test_why_a_webhook_failed_is_said_without_its_address(
    address: str, reason: str, receivers: Receivers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(channels, "SECONDS_PER_TRY", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        ports = {"closed": free_port(), "silent": silent.getsockname()[1], "http": receivers.http.rsplit(":", 1)[1]}
        settings = settings_of(monkeypatch, tmp_path, IMR_ALERT_WEBHOOK=address.format(**ports))
        [channel] = configured(settings)
        outcome = send(channel, MESSAGE)
    assert (outcome.is_delivered, outcome.reason) == (False, reason)


def test_no_secret_is_logged(
    home: Home,
    settings: Settings,
    receivers: Receivers,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    failed(home)
    receivers.down = {"slack", "webhook", "email"}
    tell(home, settings)
    receivers.down = set()
    tell(home, settings)
    kept = (home.alerts / "told.json").read_text()
    said = caplog.text + "".join(capfd.readouterr()) + repr(settings) + str(settings.model_dump()) + kept
    assert not [secret for secret in SECRETS if secret in said]


def test_a_receiver_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(channels, "SECONDS_IN_ALL", 1.0)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def drip() -> None:
            connection, _ = server.accept()
            for _ in range(30):
                connection.send(b"HTTP/1.1 200 OK\r\nX-A: "[:5])
                time.sleep(0.1)

        threading.Thread(target=drip, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        settings = settings_of(monkeypatch, tmp_path, IMR_ALERT_WEBHOOK=address)
        started = time.monotonic()
        [outcome] = send_all(dict.fromkeys(configured(settings), MESSAGE)).values()
    assert not outcome.is_delivered
    assert time.monotonic() - started < 2


def test_no_header_can_be_injected(settings: Settings, receivers: Receivers) -> None:
    evil = "/in/a\r\nBcc: victim@example.org\r\n\r\n<script>.txt"
    letter = {"letter_id": "a", "source_uri": evil, "item_number": 1, "reason_code": "x", "kind": "rejected"}
    trouble = Trouble("warning", "id", f"summary of {evil}", (), (letter,))
    message: Message = compose([trouble], [], 0, "https://docs.example.org", "")
    channel = configured(settings)[1]
    assert send(channel, message).is_delivered
    [email] = receivers.email
    assert set(email.keys()) >= {"Subject", "From", "To"}
    assert "Bcc" not in email
    assert email["To"] == "data@example.org, oncall@example.org"


def test_the_test_message_arrives_and_is_listed(home: Home, settings: Settings, receivers: Receivers) -> None:
    assert all(delivery.is_delivered for delivery in try_channels(home, settings))
    assert receivers.counts() == {"slack": 1, "email": 1, "webhook": 1}
    assert len(load(home).history) == 3
    [told], [mail], [blocks] = receivers.webhook, receivers.email, receivers.slack
    assert (told["status"], told["is_test"]) == ("recovered", True)  # the set of statuses is closed
    assert mail["X-IMR-Test"] == "true"
    assert blocks["text"].startswith("Test: ")


def test_what_is_meant_is_not_marked_as_a_test(home: Home, settings: Settings, receivers: Receivers) -> None:
    failed(home)
    tell(home, settings)
    [told], [mail], [blocks] = receivers.webhook, receivers.email, receivers.slack
    assert told["is_test"] is False
    assert "X-IMR-Test" not in mail
    assert "Test" not in blocks["text"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"IMR_ALERT_SLACK_WEBHOOK": "hooks.slack.com/services/secret"}, "IMR_ALERT_SLACK_WEBHOOK"),
        ({"IMR_ALERT_WEBHOOK": "ftp://host/secret"}, "IMR_ALERT_WEBHOOK"),
        ({"IMR_ALERT_WEBHOOK": "https://host:secret/"}, "IMR_ALERT_WEBHOOK"),
        ({"IMR_SMTP_URL": "http://u:secret@host"}, "IMR_SMTP_URL"),
        ({"IMR_SMTP_URL": "smtp://u:secret@host:99999"}, "IMR_SMTP_URL"),
        ({"IMR_ALERT_EMAIL_TO": "a@example.org"}, "IMR_SMTP_URL"),
        ({"IMR_ALERT_EMAIL_TO": "nobody", "IMR_SMTP_URL": "smtp://host"}, "IMR_ALERT_EMAIL_TO"),
        ({"IMR_ALERT_EMAIL_TO": "a@b.org\nBcc: c@d.org", "IMR_SMTP_URL": "smtp://host"}, "IMR_ALERT_EMAIL_TO"),
        ({"IMR_ALERT_EMAIL_FROM": "no address"}, "IMR_ALERT_EMAIL_FROM"),
        ({"IMR_FRESHNESS_HOURS": "-1"}, "IMR_FRESHNESS_HOURS"),
        ({"IMR_DATA_DOCS_URL": "/somewhere"}, "IMR_DATA_DOCS_URL"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_shown(
    values: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert named in str(raised.value)
    assert "secret" not in str(raised.value)


def test_empty_settings_are_no_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.setenv(name, " ")
    monkeypatch.setenv("IMR_FRESHNESS_HOURS", "none")
    settings = load_settings()
    assert not settings.has_channels
    assert configured(settings) == ()
    assert settings.freshness_hours == 0
