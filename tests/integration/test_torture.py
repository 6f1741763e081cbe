"""A few of the kills of `make torture`, at other instants in each run but those of CI."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from tests.torture.kills import random_kills
from tests.torture.nights import later_night
from tests.warm import Kill

KILLED = -9
SEED = 0 if os.environ.get("CI") else Random().randrange(1_000_000)


def test_a_refresh_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    night = later_night(tmp_path)
    random = Random(SEED)
    [instants] = random_kills(random, 2, night.seconds)
    at_a_name = Kill(at_name=random.randint(1, 20), is_done=random.random() < 0.5)
    ended = night.tormented([at_a_name, *instants])
    assert ended[0] == KILLED, SEED
