"""What is told of a seed that somebody edited, before dbt loads it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.seeds import SEEDS, SeedError, check_seeds


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[bytes, bytes], Path]:
    """The seeds with a change in `drugs.csv`."""
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)

    def edit(old: bytes, new: bytes) -> Path:
        path = seeds / "services" / "drugs.csv"
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new))
        return seeds

    return edit


def line_of(alias: bytes) -> int:
    lines = (SEEDS / "services" / "drugs.csv").read_bytes().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(alias + b","))


def test_the_seeds_of_the_project_are_sound() -> None:
    check_seeds()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b"\nnorco,Norco", b'\nnorco,"Norco', ", line {}: a quote that is not closed, or within a value: norco,"),
        (b"\nnorco,Norco", b'\n"norco,Norco', ", line {}: a quote that is not closed, or within a value"),
        (b"\nnorco,Norco", b'\nnorco,Nor"co', ", line {}: a quote that is not closed, or within a value"),
        (b"\nnorco,Norco,", b"\nnorco,", ", line {}: 6 values for 7 columns: norco,"),
        (b"\nnorco,Norco", b"\nnorco,Norco,more", ", line {}: 8 values for 7 columns: norco,Norco,more"),
        (b"\nnorco,Norco", b"\nnorco,Norc\xe9", ", line {}: not UTF-8. Save the file as UTF-8: norco"),
        (b",", b";", " has semicolons between its columns. Save it with commas."),
        (b"drug_class,", b"", "it lacks drug_class."),
        (b"drug_class,", b"class,", "it lacks drug_class and has class besides."),
    ],
)
def test_what_is_wrong_is_named(edited: Callable[[bytes, bytes], Path], old: bytes, new: bytes, told: str) -> None:
    with pytest.raises(SeedError, match=f"drugs.csv.*{re.escape(told.replace('{}', str(line_of(b'norco'))))}"):
        check_seeds(edited(old, new))


def test_a_seed_that_is_empty_or_gone_is_named(edited: Callable[[bytes, bytes], Path]) -> None:
    seeds = edited(b"\nnorco,", b"\nnorco,")
    (seeds / "services" / "drugs.csv").write_bytes(b"")
    with pytest.raises(SeedError, match=r"drugs\.csv is empty; its first line names the columns: alias,drug_name"):
        check_seeds(seeds)
    (seeds / "services" / "drugs.csv").unlink()
    with pytest.raises(SeedError, match=r"drugs\.csv cannot be read: No such file"):
        check_seeds(seeds)


def test_a_byte_order_mark_windows_line_ends_and_quoted_commas_are_sound(
    edited: Callable[[bytes, bytes], Path],
) -> None:
    seeds = edited(b"\n", b"\r\n")
    path = seeds / "services" / "drugs.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b'some drug,"A, or B",b,C,false,systemic,\r\n\r\n')
    check_seeds(seeds)
