"""What the five steps share: owners, and the resources that a run hands to each of them."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.home import Home
from orchestration.progress import Progress
from orchestration.record import Record
from orchestration.settings import Settings

OWNERS = ["team:data"]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a step needs: the settings, the home it works on, and who is told of its progress."""

    settings: Settings
    home: Home
    progress: Progress

    def record(self, run_id: str) -> Record:
        return Record.of_run(self.home, run_id)
