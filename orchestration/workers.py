"""Work over the cores of the machine: one function over many tasks, results in the order of the tasks."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from orchestration.tied import end_at_once, tie

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 3
"""Tasks for each process that are prepared before the first result is taken: enough that none waits, few to hold."""


def core_count() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


class Workers:
    """Processes that start with the first work worth them. For use in a `with` block.

    loky's processes import nothing of the program that starts them, and a process that dies is an error, not a hang.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._executor: Any = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=kind is not None)

    def spread(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], least: int = 2
    ) -> Iterator[tuple[Task, Result]]:
        """Each task with its result. Fewer tasks than `least`, or one core, are worked on in this process.

        What the function raises is raised here.
        """
        tasks = iter(tasks)
        first = list(islice(tasks, least))
        if self._count < 2 or len(first) < least:
            for task in chain(first, tasks):
                yield task, function(task)
            return
        submit = self._started().submit
        running: deque[tuple[Task, Any]] = deque()
        for task in chain(first, tasks):
            running.append((task, submit(function, task)))
            if len(running) >= self._count * _AHEAD:
                done, future = running.popleft()
                yield done, future.result()
        for done, future in running:
            yield done, future.result()

    def _started(self) -> Any:
        if self._executor is None:
            from loky import ProcessPoolExecutor  # late: little work does without

            self._executor = ProcessPoolExecutor(self._count, initializer=_tie, initargs=(os.getpid(),))
        return self._executor


def _tie(parent: int) -> None:
    tie(parent, end_at_once)  # they would wait for work for ever
