"""Small parts of the lake made into large ones, so that years of nights do not make thousands of files.

A large part takes the number of the last of the small ones and their rows as they are, each with the number of the part
that it came in: nothing that counts on those numbers notices. It replaces that last part in one rename and says in its
metadata which is the first it holds; the others go afterwards, or at the next start where a kill came between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import lake
from orchestration.home import Home, written_whole

LEAST_PARTS = 32
"""So many small parts in a row are worth it; a year of nights leaves some twelve large ones."""
SMALL_ROWS = 5_000
LARGE_ROWS = 50_000


def compact(home: Home, last_number: int) -> int:
    """Makes large parts of small ones up to `last_number`, the last that is published. Returns how many parts went."""
    gone = 0
    for group in list(_groups(home.letters, last_number)):
        gone += _merge(home.letters, group, lake.LETTERS)
    # Staged rows follow their letters, also where a kill came between the two.
    for first, last in lake.part_ranges(home.letters):
        for kind, schema in lake.STAGED.items():
            folder = home.staged / kind
            gone += _merge(folder, [n for n in lake.part_numbers(folder) if first <= n <= last], schema)
    for group in list(_groups(home.files, max(lake.part_numbers(home.files), default=0))):
        gone += _merge(home.files, group, lake.FILES)
    return gone


def clear_leftovers(home: Home) -> None:
    """Takes away parts whose rows a large part holds as well: compaction was killed before it could."""
    for folder in (home.letters, home.files, *(home.staged / kind for kind in lake.STAGED)):
        for first, last in lake.part_ranges(folder):
            for number in lake.part_numbers(folder):
                if first <= number < last:
                    (folder / lake.part_name(number)).unlink()


def _groups(folder: Path, last_number: int) -> Iterator[list[int]]:
    """Neighbouring small parts that make a large one together."""
    group: list[int] = []
    rows = 0
    groups: list[list[int]] = []
    for number in lake.part_numbers(folder):
        if number > last_number:
            break
        count = pq.read_metadata(folder / lake.part_name(number)).num_rows
        if count >= SMALL_ROWS or rows + count > LARGE_ROWS:
            groups.append(group)
            group, rows = [], 0
        if count < SMALL_ROWS:
            group.append(number)
            rows += count
    groups.append(group)
    return (group for group in groups if len(group) >= LEAST_PARTS)


def _merge(folder: Path, numbers: Sequence[int], schema: pa.Schema) -> int:
    """One part of several, in their order. Returns how many of them went."""
    if len(numbers) < 2:
        return 0
    paths = [folder / lake.part_name(number) for number in numbers]
    first = min([numbers[0], *(first for first, last in lake.part_ranges(folder) if last in numbers)])
    schema = schema.with_metadata({lake.FIRST_PART: str(first).encode()})
    with (
        written_whole(paths[-1]) as unfinished,
        pq.ParquetWriter(unfinished, schema, compression="zstd", write_page_checksum=True) as writer,
    ):
        for path in paths:
            # By name: a part may be older than one of the columns.
            table = pq.read_table(path, page_checksum_verification=True)
            missing = [field for field in schema if field.name not in table.schema.names]
            for field in missing:
                table = table.append_column(field, pa.nulls(len(table), field.type))
            writer.write_table(table.select(schema.names).cast(schema))
    for path in paths[:-1]:
        path.unlink()
    return len(paths) - 1
