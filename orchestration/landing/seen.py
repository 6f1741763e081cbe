"""Which files of the landing place were received whole, by path, size and time: they are not opened again.

A memory only. Without it every file is read once more, and known content makes no new row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration import lake
from orchestration.home import Home, written_whole
from orchestration.landing.listing import to_found, uris
from orchestration.landing.places import Found


def split(home: Home, files: pa.Table) -> tuple[list[Found], int]:
    """Of files as they were listed those that are new or other than they were, and how many letters the rest held."""
    if not any(home.files.glob("*.parquet")):
        return to_found(files), 0  # before the first refresh
    # What is no regular file has a size that none has, and is never known.
    listing = files.rename_columns({"size": "byte_count"}).append_column("file_uri", uris(files))
    with duckdb.connect() as connection:
        connection.register("listing", listing)
        connection.read_parquet(str(home.files / "*.parquet")).create_view("files")
        # Of a million files that are known nothing comes back but how many letters they held.
        ((letters,),) = connection.execute(
            "select coalesce(sum(letters), 0)::bigint from (select max(letters) as letters from listing"
            " inner join files using (file_uri, byte_count, changed) group by file_uri)"
        ).fetchall()
        new = connection.sql(
            "select path, byte_count as size, changed from listing"
            " anti join files using (file_uri, byte_count, changed)"
        ).to_arrow_table()
    return to_found(new), letters


def emptied(home: Home, bare: Sequence[str]) -> dict[str, int]:
    """Of places in which no file lies now, each with how many files were received from it before, if any."""
    if not bare or not any(home.files.glob("*.parquet")):
        return {}
    with duckdb.connect() as connection:
        counted = connection.execute(
            "select place, count(distinct file_uri) from (select unnest(?) as place)"
            " inner join read_parquet(?) on starts_with(file_uri, rtrim(place, '/') || '/') group by place",
            [bare, str(home.files / "*.parquet")],
        ).fetchall()
    return dict(counted)


def forget(home: Home, uris: Collection[str]) -> None:
    """Takes files out of the memory: where they lie they are received again."""
    gone = pa.array(uris, pa.string())
    for number in lake.part_numbers(home.files):
        path = home.files / lake.part_name(number)
        table = pq.read_table(path)
        kept = table.filter(pc.invert(pc.is_in(table["file_uri"], gone)))
        if len(kept) < len(table):
            with written_whole(path) as unfinished:
                pq.write_table(kept, unfinished, compression="zstd", write_page_checksum=True)


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
