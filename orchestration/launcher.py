"""How Dagster starts a run, and learns that one has died: killed, or ended with the machine, it says so to nobody."""

from __future__ import annotations

import time
from pathlib import Path

from dagster import DagsterRun
from dagster._core.launcher import DefaultRunLauncher
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from orchestration.home import Home

_SECONDS_TO_BEGIN = 60.0
"""How long a run may take, once Dagster counts it as started, until it says that it works."""
_SECONDS_TO_END = 5.0
"""How long one that no longer works may take until Dagster counts it as ended."""


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's own launcher, which also tells the daemon's monitoring whether a run still works.

    A run that died would count as running for ever, and keep every later one waiting: one runs at a time. It holds a
    lock while it works, which the system lets go whatever becomes of the process.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the run works; one that has only begun, or is about to end, counts as one that does."""
        home = Home(Path(self._instance.root_directory).parent)
        record = self._instance.get_run_record_by_id(run.run_id)
        begun = record.start_time if record else None
        if home.is_working(run.run_id) or (begun is not None and time.time() - begun < _SECONDS_TO_BEGIN):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        time.sleep(_SECONDS_TO_END)  # the daemon looks at the run once more before it ends it
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process has ended without a word")
