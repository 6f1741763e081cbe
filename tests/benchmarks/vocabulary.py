"""How long the vocabulary takes to classify 1,000,000 items from scratch, and 1,000 new ones. Run by `make benchmark`.

The SQL is that of the models, on two threads. Items are made of the vocabulary's own aliases with numbers, dates, sides
and regions around them: about one in three is a text that no other item prints, as in letters.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random

from orchestration.home import Home
from orchestration.vocabulary import Vocabulary
from tests.vocabulary.test_aliases import seed

ITEMS = 1_000_000
NEW_ITEMS = 1_000
LIMIT_SECONDS = 60.0
SEED = 20_150_701


def made_item(random: Random, drugs: list[str], terms: list[str]) -> str:
    if random.random() < 0.45:
        strength, count = random.choice((5, 10, 20, 50, 100, 300)), random.choice((30, 60, 90, 120))
        return f"{random.choice(drugs).title()} {strength}mg #{count}{random.choice(('', ' with 2 refills', ', one po bid'))}"
    front = random.choice(("", "1 ", "Associated surgical service: ", "2 x 6 ", "Retrospective "))
    where = random.choice(("", ", right knee", ", left shoulder", " lumbar spine", " C5-6", ", bilateral wrists"))
    day = f" (DOS {random.randint(1, 12)}/{random.randint(1, 28)}/2014)" if random.random() < 0.1 else ""
    return f"{front}{random.choice(terms)}{where}{day}"


def classified(vocabulary: Vocabulary, items: list[str]) -> tuple[float, int]:
    """Seconds to classify what is new among the items, and how many texts that is."""
    started = time.perf_counter()
    count = vocabulary.count_classified(vocabulary.new_among(items))
    return time.perf_counter() - started, count


def main() -> int:
    """Exit status 1 where the limit is missed."""
    random = Random(SEED)
    drugs, terms = ([row["alias"] for row in seed(name)] for name in ("drugs", "service_terms"))
    items = [made_item(random, drugs, terms) for _ in range(ITEMS)]
    new = [f"{made_item(random, drugs, terms)} (new)" for _ in range(NEW_ITEMS)]
    with tempfile.TemporaryDirectory() as folder:
        vocabulary = Vocabulary(Home(Path(folder)), threads=2)
        vocabulary.remember([])
        few, _ = classified(vocabulary, new)
        taken, distinct = classified(vocabulary, items)
        vocabulary.remember(items)
        again, _ = classified(vocabulary, new)
    print(f"{ITEMS:,} items, {distinct:,} distinct texts     {taken:6.1f} s   (limit {LIMIT_SECONDS:g} s)")
    print(f"{NEW_ITEMS:,} new items: {few:.2f} s where none is known, {again:.2f} s where {ITEMS:,} are")
    return 0 if taken <= LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
