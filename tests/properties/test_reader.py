"""Properties of the reader over mutated letters. What a spoiled letter says is nobody's business here; that its reading
is whole, placed and the same every time, is.

With `CI` set the examples are the same in every run; elsewhere each run draws new ones.
"""

from __future__ import annotations

import os
import re
import sys
from itertools import chain, zip_longest

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from orchestration.letters.model import Reading, Rejection
from tests.properties.holding import Rows, check, ending, rows_of, values
from tests.properties.mutations import KINDS, MOST_TIMES, NOISE, Mutation, letters, mutate

NAMES = sorted(letters())

settings.register_profile(
    "reader",
    deadline=None,  # what reading may cost is measured by `make benchmark`
    database=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=list(HealthCheck),
)
READER = settings.get_profile("reader")

places = st.integers(min_value=0, max_value=20_000)
mutations = st.builds(
    Mutation,
    kind=st.sampled_from(KINDS),
    at=places,
    to=places,
    times=st.sampled_from((1, 2, 3, 10, 100, 1_000, MOST_TIMES)),
    other=st.integers(min_value=0, max_value=len(NOISE) - 1),
)
names = st.sampled_from(NAMES)
spoiled = st.builds(
    lambda name, made: mutate(letters()[name], made), names, st.lists(mutations, min_size=1, max_size=4)
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_holds_of_any_reading_holds_of_labelled_letters(name: str) -> None:
    reading, rows = check(letters()[name])
    assert isinstance(reading, Reading)
    assert next(values(reading))
    assert rows["items"]


@given(names, st.lists(mutations, min_size=1, max_size=4))
@settings(READER, max_examples=1_500)
def test_what_holds_of_any_reading_holds_of_mutated_letters(name: str, made: list[Mutation]) -> None:
    reading, _ = check(mutate(letters()[name], made))
    event("rejected" if isinstance(reading, Rejection) else "read")


@given(st.lists(st.sampled_from(NOISE), max_size=60).map("".join))
@settings(READER, max_examples=500)
def test_what_holds_of_any_reading_holds_of_noise_behind_a_heading(noise: str) -> None:
    for heading in (
        "IMR ISSUES, DECISIONS AND RATIONALES\n",
        "Notice of Independent Medical Review Determination\n",
        "",
    ):
        check(heading + noise)


@given(names, places)
@settings(READER, max_examples=1_000)
def test_a_cut_letter_holds_the_first_items_of_the_whole(name: str, at: int) -> None:
    whole = letters()[name]
    assert_first_items_of(whole, whole[: at % (len(whole) + 1)])


def assert_first_items_of(whole_text: str, cut_text: str) -> None:
    """The items of a cut letter are those of the whole letter. From some item on they may lack their outcomes (a letter
    may list what is disputed first and decide it later), or be missing."""
    cut, whole = check(cut_text)[0], check(whole_text)[0]
    if isinstance(cut, Rejection):
        return
    assert isinstance(whole, Reading), "a letter that is rejected whole is read when it is cut"
    found = [(item.service and item.service.text, item.outcome) for item in cut.items]
    wanted = [(item.service and item.service.text, item.outcome) for item in whole.items[: len(found)]]
    assert [service for service, _ in found] == [service for service, _ in wanted]
    decided = max((number for number, (_, outcome) in enumerate(found, start=1) if outcome), default=0)
    assert found[:decided] == wanted[:decided]


@given(spoiled)
@settings(READER, max_examples=300)
def test_reading_is_the_same_every_time(text: str) -> None:
    with ending():
        warm = rows_of(text)
        assert rows_of(text) == warm
        clear_caches()
        assert rows_of(text) == warm


def clear_caches() -> None:
    """Empties every cache of the reader, so that nothing is known from letters read before."""
    modules = [module for name, module in sys.modules.items() if name.startswith("orchestration.letters")]
    caches = [member for module in modules for member in vars(module).values() if hasattr(member, "cache_clear")]
    assert caches
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_line_ends_change_no_value_of_labelled_letters(name: str) -> None:
    assert_same_with_crlf(letters()[name])


def test_lines_may_end_with_returns_alone_or_with_several() -> None:
    unix = letters()["decisions-rationales-1"].replace("\r\n", "\n")
    assert "\r" not in unix
    wanted = rows_of(unix)[1]
    assert_same(wanted, rows_of(unix.replace("\n", "\r"))[1])
    for row, other in zip(wanted["items"], rows_of(unix.replace("\n", "\r\r\n"))[1]["items"], strict=True):
        assert row["service_text"] == other["service_text"]
        assert other["service_start"] == row["service_start"] + 2 * unix.count("\n", 0, row["service_start"])


@pytest.mark.parametrize("name", [name for name in NAMES if "\f" in letters()[name]])
@pytest.mark.parametrize("end", ["\n\f", " \n\f", "\r\n\f", " \n\n\f", "\n\f\n"])
def test_a_page_ends_with_a_line_or_with_a_blank_one(name: str, end: str) -> None:
    whole = letters()[name]
    other = re.sub(r"[^\S\f]*\f[^\S\f]*", lambda _: end, whole)
    fields = ("item_number", "service_text", "outcome")
    one, two = rows_of(whole)[1]["items"], rows_of(other)[1]["items"]
    assert [[row[name] for name in fields] for row in one] == [[row[name] for name in fields] for row in two]


# A page's end that is told from the gap of a paragraph only by spaces in a blank line.
@example(mutate(letters()["decisions-rationales-1"], [Mutation("move_line", at=8383, to=408, times=1, other=0)]))
@given(spoiled)
@settings(READER, max_examples=400)
def test_line_ends_change_no_value_of_mutated_letters(text: str) -> None:
    assert_same_with_crlf(text)


def assert_same_with_crlf(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    with ending():
        one, other = rows_of(unix)[1], rows_of(unix.replace("\n", "\r\n"))[1]
    for row in chain.from_iterable(one.values()):
        for name in row:
            if name.endswith(("_start", "_end")) and row[name] is not None:
                row[name] += unix.count("\n", 0, row[name])
    assert_same(one, other)


def assert_same(one: Rows, other: Rows) -> None:
    """Rows are the same. Says where they first differ, and only that."""
    for kind in one:
        for number, (left, right) in enumerate(zip_longest(one[kind], other[kind]), start=1):
            assert left is not None and right is not None, (
                f"{kind}: {len(one[kind])} rows, {len(other[kind])} with CRLF"
            )
            for name in left:
                assert left[name] == right[name], f"{kind} {number}, {name}: {left[name]!r}, {right[name]!r} with CRLF"
