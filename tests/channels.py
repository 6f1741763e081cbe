"""What the tests of alert channels share: a message, and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.alerts.message import trial_message
from orchestration.settings import Settings, load_settings

MESSAGE = trial_message("https://docs.example.org/index.html")


def settings_of(monkeypatch: pytest.MonkeyPatch, home: Path, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings(home=home, freshness_hours=0)
