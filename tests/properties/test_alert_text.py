"""Whatever a letter says, a file is called or an exception prints: in an alert it is text, and within the limits."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.alerts.message import as_email, as_json, as_slack, as_text, compose
from orchestration.alerts.trouble import Trouble

MARKUP = st.sampled_from(
    ["<!channel>", "<@U123>", "<https://evil.example|here>", "*bold*", "`code`", "&lt;!here&gt;", "\r\nBcc: a@b.org", "\u202e", "\u2028", "\x1b[31m", "\x00", "\ud800", "😀" * 50, "x" * 4000]
)  # fmt: skip
ANY = st.text(st.characters(codec=None), max_size=60)
TEXT = st.lists(st.one_of(MARKUP, ANY), min_size=1, max_size=6).map("".join)
CHECK = st.fixed_dictionaries(
    {"suite": TEXT, "expectation": TEXT, "column": TEXT, "reason": TEXT}
    | {"severity": st.sampled_from(["critical", "warning"]), "rows_unexpected": st.integers(0, 10**9)}
)
LETTER = st.fixed_dictionaries(
    {"letter_id": TEXT, "source_uri": st.none() | TEXT, "item_number": st.none() | st.integers(0, 99)}
    | {"reason_code": TEXT, "kind": st.sampled_from(["quarantined", "rejected", "named"])}
)
TROUBLE = st.builds(
    Trouble,
    status=st.sampled_from(["refused", "failed", "stale", "warning"]),
    refresh_id=st.just("20260301T060000Z-aaaaaaaa"),
    summary=TEXT,
    checks=st.lists(CHECK, max_size=30).map(tuple),
    letters=st.lists(LETTER, max_size=30).map(tuple),
    services=st.lists(st.tuples(TEXT, st.integers(0, 9), TEXT), max_size=3).map(tuple),
    unnamed=st.integers(0, 10**6),
)
ADDRESS = st.sampled_from(["https://docs.example.org/a|b<c>/index.html", "file:///home/x/index.html"])


def texts(block: Any) -> list[dict[str, str]]:
    return [block["text"]] if "text" in block else list(block["elements"])


@settings(max_examples=80, deadline=None)
@given(st.lists(TROUBLE, min_size=1, max_size=3), st.lists(TROUBLE, max_size=2), ADDRESS)
def test_slack_gets_text_and_no_markup(new: list[Trouble], over: list[Trouble], address: str) -> None:
    payload = as_slack(compose(new, over, 0, address, "id"))
    json.dumps(payload).encode("utf-8")
    assert len(payload["blocks"]) <= 50
    assert "<" not in payload["text"]
    assert ">" not in payload["text"]
    link = 0
    for block in payload["blocks"]:
        for text in texts(block):
            limit = 150 if block["type"] == "header" else 3_000
            assert 0 < len(text["text"]) <= limit
            said = text["text"]
            if text["type"] == "mrkdwn":  # the one link, of our own words and an encoded address
                link += 1
                assert said == "<https://docs.example.org/a%7Cb%3Cc%3E/index.html|Data Docs>"
                continue
            assert text == {"type": "plain_text", "text": said, "emoji": False}
            assert "<" not in said
            assert ">" not in said
            assert "&" not in said.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
            assert not [sign for sign in said if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"]
    assert link == address.startswith("https")


@settings(max_examples=80, deadline=None)
@given(st.lists(TROUBLE, min_size=1, max_size=3), ADDRESS)
def test_mail_and_json_hold_it_as_text(troubles: list[Trouble], address: str) -> None:
    message = compose(troubles, [], 0, address, "id")
    email = as_email(message, "a@example.org", ["b@example.org"])
    sent = email.as_bytes()
    header = sent.split(b"\r\n\r\n", 1)[0].decode("ascii")
    assert email["To"] == "b@example.org"
    assert not [line for line in header.split("\r\n") if line.startswith("Bcc")]
    assert max(map(len, sent.split(b"\r\n"))) <= 998
    assert not [sign for sign in as_text(message) if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"]
    json.dumps(as_json(message)).encode("utf-8")
