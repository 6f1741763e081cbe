"""Letters that were received and are in no part of the lake any more: what is known of them, and their files.

Three know of a letter beside its part: `lake/files`, the last publication, and files that repeat its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import lake
from orchestration.build import quoted
from orchestration.home import Home
from orchestration.publication import read_publication

_AROUND = (
    "unnest([array_to_string(string_split(source_uri, '!')[:depth], '!')"
    " for depth in range(1, len(string_split(source_uri, '!')) + 1)])"
)
"""A letter's place, and the archives around it; a file's own name may hold the sign as well."""
FILES_WITHOUT_LETTERS = f"""
    select file_uri, letters from (
        select file_uri, max(letters) as letters from received_files
        anti join (select source_uri as file_uri from received_letters) using (file_uri)
        group by file_uri
    )
    anti join (
        select split_part(source_uri, '!', 1) as file_uri from received_letters where contains(source_uri, '!')
        union all
        select {_AROUND} from received_letters where source_uri like '%!%!%'
    ) using (file_uri)
"""
"""Files that were received and of which the lake holds nothing: each has at least one row there, read or not. Reads
`received_files` and `received_letters`."""
OUTCOMES = "select letter_id, source_uri, received_at from {} where reason_code is distinct from 'unreadable'"
"""What `quality_letters` tells of files, without those that could not be opened: later they perhaps could."""
_LOST_LETTERS = """
    create temp table lost_letters as
    select letter_id, source_uri, received_at from published_letters
    anti join received_letters using (letter_id, source_uri)
    union all
    select letter_id, source_uri, received_at from received_letters where is_duplicate
    and letter_id not in (select letter_id from received_letters where not is_duplicate)
"""
# What another letter has replaced since is not what lies there now.
_FILES_OF_LOST_LETTERS = f"""
    select distinct file_uri from received_files where file_uri in (
        select {_AROUND} from lost_letters
        left join (
            select source_uri, max(received_at) as last_received_at from received_letters
            where source_uri in (select source_uri from lost_letters) group by source_uri
        ) using (source_uri)
        where last_received_at is null or last_received_at <= received_at
    )
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """What the lake has lost, as far as others know of it."""

    parts: list[int]
    """Numbers of parts of letters that are gone; among them those whose letters have been received again."""
    letters: int
    files: list[str]
    """Files that held these letters, as they are remembered."""


def find_lost(home: Home) -> Lost:
    """Raises duckdb.Error where a part cannot be read to say what it holds."""
    publication = read_publication(home)
    parts = lake.lost_parts(home, publication.part_number if publication else 0)
    staged = lake.row_count(home.staged / "letters", set(parts) & set(lake.part_numbers(home.staged / "letters")))
    with duckdb.connect() as connection:
        connection.read_parquet(f"{home.letters}/*.parquet").create_view("received_letters")
        connection.read_parquet(f"{home.files}/*.parquet").create_view("received_files")
        attach_published(connection, home.published)
        connection.execute(_LOST_LETTERS)
        ((published,),) = connection.execute("select count(*) from lost_letters").fetchall()
        unlettered = connection.execute(FILES_WITHOUT_LETTERS).fetchall()
        files = {uri for uri, _ in unlettered} | {
            uri for (uri,) in connection.execute(_FILES_OF_LOST_LETTERS).fetchall()
        }
    return Lost(parts, max(staged, published, sum(count for _, count in unlettered)), sorted(files))


def attach_published(connection: duckdb.DuckDBPyConnection, published: Path | None) -> None:
    """Makes the table `published_letters`; of a publication that is not there, or cannot be read, it has no rows."""
    connection.execute(
        "create temp table published_letters (letter_id varchar, source_uri varchar, received_at timestamp)"
    )
    if published is None or not published.exists():
        return
    try:
        connection.execute(f"attach {quoted(published)} as last_publication (read_only)")
        connection.execute(f"insert into published_letters {OUTCOMES.format('last_publication.quality_letters')}")
    except duckdb.Error:  # the doctor tells what is wrong with it
        connection.execute("delete from published_letters")
