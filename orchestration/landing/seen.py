"""Which files of the landing place were received whole, by path, size and time: they are not opened again.

A memory only. Without it every file is read once more, and known content makes no new row.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

import duckdb
import pyarrow as pa

from orchestration import lake
from orchestration.home import Home
from orchestration.landing.places import Found


def split(home: Home, found: Sequence[Found]) -> tuple[list[Found], int]:
    """The files that are new or other than they were, in the order given, and how many letters the rest held."""
    if not any(home.files.glob("*.parquet")):
        return list(found), 0  # before the first refresh
    listing = pa.table(
        {
            "number": pa.array(range(len(found)), pa.int64()),
            "file_uri": pa.array([file.uri for file in found], pa.string()),
            "byte_count": pa.array(list(map(itemgetter(1), found)), pa.int64()),  # odd ones have a size that none has
            "changed": pa.array(list(map(itemgetter(2), found)), pa.int64()),
        }
    )
    with duckdb.connect() as connection:
        connection.register("listing", listing)
        # Of a million files that are known nothing comes back but how many letters they held.
        connection.execute(
            "create temp table known as select listing.number, max(files.letters) as letters from listing"
            " inner join read_parquet(?) as files using (file_uri, byte_count, changed) group by listing.number",
            [str(home.files / "*.parquet")],
        )
        ((letters,),) = connection.execute("select coalesce(sum(letters), 0)::bigint from known").fetchall()
        new = connection.execute("select number from listing anti join known using (number) order by all").fetchall()
    return [found[number] for (number,) in new], letters


def emptied(home: Home, places: Sequence[str], found: Sequence[Found]) -> dict[str, int]:
    """Places in which no file lies now, each with how many files were received from it before. `found` is sorted."""
    bare = [place for place in places if not _lies_in(found, place)]
    if not bare or not any(home.files.glob("*.parquet")):
        return {}
    with duckdb.connect() as connection:
        counted = connection.execute(
            "select place, count(distinct file_uri) from (select unnest(?) as place)"
            " inner join read_parquet(?) on starts_with(file_uri, rtrim(place, '/') || '/') group by place",
            [bare, str(home.files / "*.parquet")],
        ).fetchall()
    return dict(counted)


def _lies_in(found: Sequence[Found], place: str) -> bool:
    """Whether the place is one of the files, or a folder of one."""
    folder = place.rstrip("/") + "/"
    at, below = (bisect_left(found, path, key=itemgetter(0)) for path in (place, folder))
    return (at < len(found) and found[at].path == place) or (
        below < len(found) and found[below].path.startswith(folder)
    )


def remember(home: Home, received: Sequence[tuple[Found, int]], refresh_id: str) -> None:
    """Adds files that were received whole, each with the number of letters it held."""
    rows = [
        {
            "file_uri": file.uri,
            "byte_count": file.size,
            "changed": file.changed,
            "letters": letters,
            "refresh_id": refresh_id,
        }
        for file, letters in received
        if file.is_regular
    ]
    if rows:
        number = max(lake.part_numbers(home.files), default=0) + 1
        lake.write(home.files / lake.part_name(number), lake.FILES, rows)
