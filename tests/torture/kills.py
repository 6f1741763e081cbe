"""Instants to kill at."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.warm import Kill

KILLS_A_CASE = 4


def random_kills(random: Random, count: int, seconds: float) -> Iterator[list[Kill]]:
    """So many instants within a refresh that takes so long, in cases of refreshes that are killed one after the other.

    Every second one leaves the processes alive that the refresh had started, dbt among them.
    """
    for start in range(0, count, KILLS_A_CASE):
        yield [
            Kill(after_seconds=random.uniform(0, seconds), with_children=random.random() < 0.5)
            for _ in range(min(KILLS_A_CASE, count - start))
        ]
