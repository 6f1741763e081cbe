"""The vocabulary as its seeds stand, compiled once for all tests of this folder."""

from __future__ import annotations

import pytest

from orchestration.home import Home
from orchestration.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("vocabulary"))


@pytest.fixture(scope="session")
def vocabulary(home: Home) -> Vocabulary:
    """As it stands on disk; tests leave it as it is."""
    return Vocabulary(home)
