"""The vocabulary's seeds as somebody left them, before dbt loads them: told by file and line what is wrong with one.

dbt guesses how a file is written, and takes a stray quote for a part of a name.
"""

from __future__ import annotations

import csv
from pathlib import Path

import yaml

from orchestration.settings import DBT_PROJECT

SEEDS = DBT_PROJECT / "seeds"


class SeedError(ValueError):
    """A seed that cannot be loaded as it stands; the message names the file, the line and what to mend."""


def check_seeds(seeds: Path = SEEDS) -> None:
    """Raises SeedError for the first seed whose text, columns or rows are not what the models expect."""
    for described in sorted(seeds.rglob("*.yml")):
        for seed in yaml.safe_load(described.read_text(encoding="utf-8")).get("seeds", []):
            _check(described.with_name(f"{seed['name']}.csv"), list(seed["config"]["column_types"]))


def _check(path: Path, columns: list[str]) -> None:
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").splitlines()
    except OSError as error:
        raise SeedError(f"{path} cannot be read: {error.strerror or error}.") from None
    if not lines:
        raise SeedError(f"{path} is empty; its first line names the columns: {','.join(columns)}")
    header = _fields(path, 1, lines[0])
    if header == lines[0].decode().split(",") and len(header) == 1 and ";" in header[0]:
        raise SeedError(f"{path} has semicolons between its columns. Save it with commas.")
    if sorted(header) != sorted(columns):
        missing = [name for name in columns if name not in header]
        unknown = [name for name in header if name not in columns]
        told = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(unknown)} besides"] * bool(unknown)
        raise SeedError(f"{path}: the first line must name the columns {','.join(columns)}; it {' and '.join(told)}.")
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        if (found := len(_fields(path, number, line))) != len(header):
            raise SeedError(f"{path}, line {number}: {found} values for {len(header)} columns: {line.decode()}")


def _fields(path: Path, number: int, line: bytes) -> list[str]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        shown = line.decode("utf-8", errors="replace")
        raise SeedError(f"{path}, line {number}: not UTF-8. Save the file as UTF-8: {shown}") from None
    try:
        fields = next(csv.reader([text], strict=True), [])
    except csv.Error:
        fields = ['"']
    if any('"' in field for field in fields):
        raise SeedError(f"{path}, line {number}: a quote that is not closed, or within a value: {text}")
    return fields
