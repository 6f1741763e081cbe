"""What reading costs: letters a second on one core, text to rows, beside eyecite with its Hyperscan tokenizer on the same
texts, and the slowest of many mutated letters. Run by `make benchmark`.

eyecite finds citations of court cases, which is a part of what this reader does, and is what a fast reader of its kind
looks like. Both take turns in the same minutes on the same core, so that the ratio means something on any machine.
The goal is held against letters that are all new to the reader: its caches are emptied before every pass.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import pkgutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from random import Random

from eyecite import get_citations
from eyecite.tokenizers import HyperscanTokenizer

import orchestration.letters
from orchestration.letters.model import Rejection
from orchestration.letters.reader import read_letter
from tests.properties.holding import rows_of, values
from tests.properties.mutations import MOST_TIMES, NOISE, Mutation, drawn, letters, mutate

GOAL, AIM = 5.0, 10.0  # times as many letters a second as eyecite
BOUND_MS = 50.0  # for any text of a letter's size
ROUNDS = 9
MUTATED = 10_000
SEED = 20_150_701
REPEATS = 5  # of a letter little above the bound: another process may have had the core
SHOWN = 3  # of the slowest letters, where none is above the bound
SHOWN_ABOVE = 10


def reader_caches() -> list[Callable[[], None]]:
    """What empties each cache of the reader, wherever in its modules it is."""
    found: dict[int, Callable[[], None]] = {}
    for module in pkgutil.walk_packages(orchestration.letters.__path__, "orchestration.letters."):
        for member in vars(importlib.import_module(module.name)).values():
            if hasattr(member, "cache_clear"):
                found[id(member)] = member.cache_clear
    return list(found.values())


def seconds(work: Callable[[str], object], texts: list[str]) -> float:
    started = time.process_time()  # what other processes do on the core meanwhile is not counted
    for text in texts:
        work(text)
    return time.process_time() - started


def compare(texts: list[str], rounds: int) -> tuple[float, float]:
    """Prints letters a second of both; returns how many times faster the reader is, with empty caches and with warm."""
    caches = reader_caches()
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = HyperscanTokenizer(cache_dir=folder)

        def cite(text: str) -> object:
            return get_citations(text, tokenizer=tokenizer)

        print("eyecite builds its Hyperscan database ...", flush=True)
        seconds(cite, texts)
        seconds(rows_of, texts)
        taken: dict[str, list[float]] = {"new": [], "warm": [], "eyecite": []}
        for _ in range(rounds):
            gc.collect()
            for clear in caches:
                clear()
            taken["new"].append(seconds(rows_of, texts))
            taken["eyecite"].append(seconds(cite, texts))
            taken["warm"].append(seconds(rows_of, texts))
    rates = {name: len(texts) / statistics.median(passes) for name, passes in taken.items()}
    ratios = {
        name: statistics.median(slow / fast for slow, fast in zip(taken["eyecite"], taken[name], strict=True))
        for name in ("new", "warm")
    }
    print(
        f"{len(texts)} letters of {statistics.mean(map(len, texts)):,.0f} characters on average, one core, {rounds} rounds, medians"
    )
    print(f"reader, {len(caches)} caches emptied before each pass  {rates['new']:8,.0f} letters/s")
    print(f"reader, caches warm                        {rates['warm']:8,.0f} letters/s")
    print(f"eyecite with Hyperscan                     {rates['eyecite']:8,.0f} letters/s")
    print(f"reader / eyecite, caches emptied           {ratios['new']:8.1f} x   (goal {GOAL:g} x, aim {AIM:g} x)")
    print(f"reader / eyecite, caches warm              {ratios['warm']:8.1f} x")
    return ratios["new"], ratios["warm"]


def by_template(texts: list[str]) -> None:
    """Prints milliseconds a letter by template, caches emptied before each letter: the dearest way to read."""
    caches, taken = reader_caches(), dict[str, list[float]]()
    for text in texts:
        reading = read_letter(text)
        best = min(cold(text, caches) for _ in range(REPEATS))
        taken.setdefault(reading.template if not isinstance(reading, Rejection) else "rejected", []).append(best)
    for template, times in sorted(taken.items()):
        print(f"  {template:<22} {statistics.median(times) * 1000:6.2f} ms a letter, no cache at all")


def cold(text: str, caches: list[Callable[[], None]]) -> float:
    for clear in caches:
        clear()
    return seconds(rows_of, [text])


def places_of_values() -> dict[str, list[int]]:
    """Where each labelled letter holds something that is read, by name."""
    found = {}
    for name, text in letters().items():
        reading = read_letter(text)
        found[name] = sorted({value.start for _, value in values(reading)}) or [len(text) // 2]
    return found


def slowest_mutated(count: int, seed: int) -> float:
    """Reads mutated letters, each with empty caches; prints the slowest and returns its milliseconds.

    Every second one has a long run of noise in front of a value, where patterns look closest.
    """
    random, whole, caches, places = Random(seed), letters(), reader_caches(), places_of_values()
    names = sorted(whole)
    taken: list[tuple[float, str, list[Mutation]]] = []
    for number in range(count):
        name = random.choice(names)
        mutations = [drawn(random) for _ in range(random.randint(1, 4))]
        if number % 2:
            at, other = random.choice(places[name]), random.randrange(len(NOISE))
            mutations = [Mutation("insert", at, at, random.choice((100, MOST_TIMES)), other)]
        text = mutate(whole[name], mutations)
        spent = cold(text, caches) * 1000
        if BOUND_MS < spent < BOUND_MS * 10:
            spent = min(spent, *(cold(text, caches) * 1000 for _ in range(REPEATS)))
        taken.append((spent, name, mutations))
    taken.sort(key=lambda one: -one[0])
    print(f"\nslowest of {count:,} mutated letters         {taken[0][0]:8.1f} ms   (bound {BOUND_MS:g} ms)")
    above = [one for one in taken if one[0] > BOUND_MS]
    if above:
        print(f"{len(above)} of them are above the bound; the slowest:")
    for spent, name, mutations in above[:SHOWN_ABOVE] or taken[:SHOWN]:
        length = len(mutate(whole[name], mutations))
        print(f"  {spent:6.1f} ms  {name}, {length:,} characters")
        for mutation in mutations:
            noise = f"  noise {NOISE[mutation.other]!r}" if mutation.kind in ("insert", "replace") else ""
            print(f"             {mutation}{noise}")
    return taken[0][0]


def main() -> int:
    """Exit status 1 where the goal or the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--mutated", type=int, default=MUTATED, help="how many mutated letters to read, 0 for none")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rejected = [name for name, text in letters().items() if isinstance(read_letter(text), Rejection)]
    texts = [text for name, text in letters().items() if name not in rejected]
    if rejected:  # they cost next to nothing, and would flatter the figure
        print(f"left out, as the reader rejects them: {', '.join(rejected)}")
    ratio, _ = compare(texts, options.rounds)
    by_template(texts)
    slowest = slowest_mutated(options.mutated, options.seed) if options.mutated else 0.0
    if ratio < GOAL:
        print(f"The reader is {ratio:.1f} x as fast as eyecite; the goal is {GOAL:g} x.")
    return 0 if ratio >= GOAL and slowest <= BOUND_MS else 1


if __name__ == "__main__":
    sys.exit(main())
