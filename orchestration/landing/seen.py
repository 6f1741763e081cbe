"""Which files of the landing place were received whole, by path, size and time: they are not opened again.

A memory only. Without it every file is read once more, and known content makes no new row.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from orchestration import lake
from orchestration.home import Home
from orchestration.landing.places import Found


def split(home: Home, found: Sequence[Found]) -> tuple[list[Found], int]:
    """The files that are new or other than they were, in the order given, and how many letters the rest held."""
    regular = [number for number, file in enumerate(found) if file.is_regular]
    listing = pa.table(
        {
            "number": pa.array(regular, pa.int64()),
            "file_uri": pa.array([found[number].uri for number in regular], pa.string()),
            "byte_count": pa.array([found[number].size for number in regular], pa.int64()),
            "changed": pa.array([found[number].changed for number in regular], pa.int64()),
        }
    )
    if not any(home.files.glob("*.parquet")):
        return list(found), 0  # before the first refresh
    with duckdb.connect() as connection:
        connection.register("listing", listing)
        known = connection.execute(
            "select listing.number, max(files.letters) from listing"
            " inner join read_parquet(?) as files using (file_uri, byte_count, changed) group by listing.number",
            [str(home.files / "*.parquet")],
        ).fetchall()
    numbers = {number for number, _ in known}
    return [file for number, file in enumerate(found) if number not in numbers], sum(letters for _, letters in known)


def emptied(home: Home, places: Sequence[str], found: Sequence[Found]) -> dict[str, int]:
    """Places in which no file lies now, each with how many files were received from it before."""
    bare = [place for place in places if not any(_is_within(file.uri, place) for file in found)]
    if not bare or not any(home.files.glob("*.parquet")):
        return {}
    with duckdb.connect() as connection:
        counted = connection.execute(
            "select place, count(distinct file_uri) from (select unnest(?) as place)"
            " inner join read_parquet(?) on starts_with(file_uri, rtrim(place, '/') || '/') group by place",
            [bare, str(home.files / "*.parquet")],
        ).fetchall()
    return dict(counted)


def _is_within(uri: str, place: str) -> bool:
    return uri == place or uri.startswith(place.rstrip("/") + "/")


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
