"""An archive of made letters for the benchmarks: as many as asked for, all different, as long and as mixed as real ones.

Templates come in the shares of the years in which they were used, items 1.6 a letter, one in eight overturned. What is
asked for is made of the vocabulary, prose of sentences of the labelled letters. One seed gives one archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from orchestration.letters.model import Item, Rejection
from orchestration.letters.reader import read_letter
from tests.benchmarks.vocabulary import made_item
from tests.maker import MadeItem, MadeLetter
from tests.properties.mutations import letters
from tests.vocabulary.test_aliases import seed

SEED = 20_150_701
LETTERS_PER_FOLDER = 2_500  # a working day
EARLY_SHARE = 0.10  # of the templates before the two later ones
PROSE_SHARE = 0.18  # of `issues_prose`
OVERTURNED_SHARE = 0.127
_ITEM_COUNTS = (1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4)
_EARLY = ("professional", "notice", "decisions")
_CASE_NUMBER = re.compile(r"CM\d\d-\d{7}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_NUMBER = re.compile(r"\b\d{1,3}\b(?!-)")
_NOTHING = "The Claims Administrator did not cite any medical evidence for its decision."
_SPECIALTIES = (
    "Anesthesiology, Pain Management",
    "Physical Medicine & Rehabilitation",
    "Orthopedic Surgery",
    "Occupational Medicine",
    "Family Practice",
    "Neurology, Pain Medicine",
    "Psychiatry",
    "Internal Medicine, Cardiology",
)
_STATES = ("California", "California, Nevada", "Texas, Florida", "New York", "Arizona, Maryland", "California, Oregon")


class _Pools(NamedTuple):
    """What letters are made of."""

    drugs: list[str]
    terms: list[str]
    guidelines: list[str]
    reasons: list[str]
    summaries: list[str]
    early: list[str]


@cache
def _pools() -> _Pools:
    guidelines, reasons, summaries, early = list[str](), list[str](), list[str](), list[str]()
    for name, text in sorted(letters().items()):
        reading = read_letter(text)
        if isinstance(reading, Rejection):
            continue
        if name.startswith(_EARLY) and all(_is_whole(item) for item in reading.items):
            early.append(text)
        if reading.case_summary:
            summaries += _SENTENCE.split(reading.case_summary.text)
        for item in reading.items:
            reasons += _SENTENCE.split(item.rationale.text) if item.rationale else []
            if not name.startswith(_EARLY):
                guidelines += [one.text for one in (item.claims_guideline, item.reviewer_guideline) if one]
    drugs, terms = ([row["alias"] for row in seed(name)] for name in ("drugs", "service_terms"))
    return _Pools(drugs, terms, sorted(set(guidelines)), reasons, summaries, early)


def _is_whole(item: Item) -> bool:
    """Whether an item would stay out of quarantine, which an archive of these letters must not overflow."""
    is_told = item.outcome and item.service and item.reviewer_guideline
    return bool(is_told) and item.restated_outcome in (None, item.outcome)


def made_letter(number: int, seed_number: int = SEED) -> str:
    """Letter `number` of the archive. Its case number is its own."""
    pools, random = _pools(), Random(f"{seed_number}-{number}")
    case_number = f"CM{13 + number // 10_000_000:02d}-{number % 10_000_000:07d}"
    if random.random() < EARLY_SHARE:
        return _CASE_NUMBER.sub(case_number, _with_own_numbers(random, random.choice(pools.early)))
    items = []
    for _ in range(random.choice(_ITEM_COUNTS)):
        items.append(
            MadeItem(
                service=made_item(random, pools.drugs, pools.terms),
                outcome="Overturned" if random.random() < OVERTURNED_SHARE else "Upheld",
                claims=_NOTHING if random.random() < 0.3 else _guideline(random, pools),
                reviewer=_guideline(random, pools),
                rationale=_prose(random, pools.reasons, random.randint(6, 14)),
            )
        )
    return MadeLetter(
        case_number=case_number,
        decision_date=f"{random.randint(1, 12):02d}/{random.randint(1, 28):02d}/2016",
        items=items,
        summary=f"The injured worker is a {random.randint(20, 70)} year old {random.choice(('male', 'female'))}. "
        + _prose(random, pools.summaries, random.randint(7, 16)),
        specialties=random.choice(_SPECIALTIES),
        states=random.choice(_STATES),
        prose=random.random() < PROSE_SHARE,
        line_gap=random.choice((" \n\n", " \n", "\n")),
        paragraph_gap=" \n\n \n\n",
    ).text()


def _guideline(random: Random, pools: _Pools) -> str:
    """A paragraph as letters print it, every second one with pages that few others have."""
    paragraph = random.choice(pools.guidelines)
    return paragraph if random.random() < 0.5 else _with_own_pages(random, paragraph)


def _with_own_pages(random: Random, words: str) -> str:
    return re.sub(r"(?<=Page\(s\): )\d+", lambda _: str(random.randint(1, 127)), words)


def _with_own_numbers(random: Random, text: str) -> str:
    """The letter with other numbers in the sentences of its case summary, so that no two are the same."""
    start = text.upper().find("CASE SUMMARY")
    end = text.upper().find("DOCUMENTS REVIEWED", start)
    end = end if end > start else start + 1500
    return text[:start] + _NUMBER.sub(lambda _: str(random.randint(10, 99)), text[start:end]) + text[end:]


def _prose(random: Random, sentences: list[str], count: int) -> str:
    chosen = " ".join(random.choice(sentences) for _ in range(count))
    return _NUMBER.sub(lambda _: str(random.randint(2, 99)), chosen)


def write_archive(folder: Path, start: int, end: int, seed_number: int = SEED) -> None:
    """Writes letters `start` up to `end` as text files, a folder for each working day, on both cores."""
    days = [(at, min(at + LETTERS_PER_FOLDER, end)) for at in range(start, end, LETTERS_PER_FOLDER)]
    with ProcessPoolExecutor(2) as pool:
        for _ in pool.map(partial(_write_day, folder, seed_number), days):
            pass


def _write_day(folder: Path, seed_number: int, day: tuple[int, int]) -> None:
    place = folder / f"{day[0]:08d}"
    place.mkdir(parents=True, exist_ok=True)
    for number, text in _numbered(day, seed_number):
        (place / f"{number:08d}.txt").write_text(text, encoding="utf-8")


def _numbered(day: tuple[int, int], seed_number: int) -> Iterator[tuple[int, str]]:
    for number in range(*day):
        yield number, made_letter(number, seed_number)
