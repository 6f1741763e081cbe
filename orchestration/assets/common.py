"""What the five steps share: owners, and the resources that a run hands to each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.copied import Copy
from orchestration.home import Home
from orchestration.landing.ahead import Ahead
from orchestration.progress import Progress
from orchestration.record import Record
from orchestration.settings import Settings

OWNERS = ["team:data"]
PUBLISHED = ["published", "imr"]
"""Key of what readers open."""
FULL_TAG = "imr/full"
"""Tag of a run that builds everything anew from the lake."""
REREAD_TAG = "imr/reread"
"""Tag of a run that reads again what older readers read, and then builds everything anew."""
LETTERS_TAG = "imr/letters"
"""Tag of a run that names where to look for letters this once: a folder or URL of one month, to catch it up."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a step needs: the settings, the home it works on, and who is told of its progress."""

    settings: Settings
    home: Home
    progress: Progress
    is_patient: bool = False
    """Whether nobody waits in front of it: what can pass by itself is then tried again."""
    ahead: Ahead | None = None
    """The listing of the landing places, where it was begun before this run."""
    copy: Copy = field(default_factory=Copy)
    """Of the marts, begun by the audit for the publication."""

    def record(self, run_id: str) -> Record:
        return Record.of_run(self.home, run_id)


def per_second(count: int, seconds: float) -> float:
    """A rate for the page; hundredths of a second are as exact as a step is timed."""
    return round(count / max(seconds, 0.01), 1)
