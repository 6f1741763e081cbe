"""What is wrong with a home, and what of it can be mended: parts against their checksums, lake against build against
publication.

Only `lake/letters` holds what cannot be made again. Everything else is made by the next refresh once what is broken
is out of its way.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration import lake
from orchestration.alerts.trouble import counted
from orchestration.build import forget_build, open_build
from orchestration.home import UNFINISHED, Home
from orchestration.landing import seen
from orchestration.landing.places import look
from orchestration.lost import Lost, find_lost
from orchestration.publication import connect_read_only, project_fingerprint, read_publication

SPARE_BYTES = 1 << 30
"""Free space below which a refresh may not find room, beside that of another publication."""
PARTS_NAMED = 5
BROKEN, LOST = ".broken", ".lost"
"""How the names of files end that are laid aside."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong. `mend` sets it right as far as it can be; None where only people can."""

    path: Path
    what: str
    advice: str
    mend: Callable[[], None] | None = None


def examine(home: Home) -> Iterator[Finding]:
    """Everything that is wrong with a home, in the order in which data flows. Reads every part of the lake."""
    yield from _space(home)
    yield from _unfinished(home)
    yield from _parts(home)
    yield from _lost(home)
    yield from _records(home)
    yield from _build(home)
    yield from _publication(home)


def part_count(home: Home) -> int:
    """Parts that `examine` reads."""
    return sum(1 for folder, _ in _folders(home) for _ in folder.glob("*.parquet"))


def _space(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(home.root).free
    needed = SPARE_BYTES + sum(path.stat().st_size for path in (home.marts, home.build) if path.exists())
    if free < needed:
        yield Finding(
            home.root,
            f"{free / 1e9:.1f} GB are free; a refresh may need {needed / 1e9:.1f} GB",
            "Free some space on this disk, or move the home.",
        )


def _unfinished(home: Home) -> Iterator[Finding]:
    for path in sorted(home.root.rglob(f".*{UNFINISHED}")):
        yield Finding(path, "left by a refresh that was killed", "It is no part of anything.", path.unlink)


def _folders(home: Home) -> list[tuple[Path, pa.Schema]]:
    return [
        (home.letters, lake.LETTERS),
        (home.files, lake.FILES),
        *((home.staged / kind, schema) for kind, schema in lake.STAGED.items()),
        (home.checks, lake.CHECKS),
    ]


def _parts(home: Home) -> Iterator[Finding]:
    for folder, schema in _folders(home):
        for path in sorted(folder.glob("*.parquet")):
            fault = _fault(path, schema)
            if fault is None:
                continue
            if folder == home.letters:
                advice = (
                    "It holds letters as they were received: put it back from a copy. Without one move it out of "
                    "the lake, and 'imr doctor' tells which of them can be received again."
                )
                yield Finding(path, fault, advice)
            elif folder == home.checks:
                yield Finding(path, fault, "Without it the history of one refresh's checks is lost.", path.unlink)
            elif folder == home.files:
                yield Finding(path, fault, "The next refresh opens files anew that are in it.", _aside(path))
            elif path not in lake.orphaned_parts(home):  # which are told of below
                yield Finding(path, fault, "The next refresh makes it again.", path.unlink)


def _lost(home: Home) -> Iterator[Finding]:
    """Letters that are in no part any more. What is known of them is laid aside or kept, and never deleted."""
    with contextlib.suppress(duckdb.Error):  # a part that cannot be read has been told of
        yield from _lost_letters(home, find_lost(home))
    for path in lake.orphaned_parts(home):
        yield Finding(
            path,
            "was read from a part of letters that is gone",
            f"Its rows lead back to nothing, and are laid aside as {path.with_suffix(LOST).name}.",
            _aside(path, LOST),
        )


def _lost_letters(home: Home, lost: Lost) -> Iterator[Finding]:
    if not lost.letters:
        return
    names = [lake.part_name(number) for number in lost.parts]
    told = ", ".join(names[:PARTS_NAMED]) + (f" and {len(names) - PARTS_NAMED:,} more" * (len(names) > PARTS_NAMED))
    yield Finding(
        home.letters / names[0] if len(names) == 1 else home.letters,
        (f"{told}: gone, and " if names else "") + f"no part holds {counted(lost.letters, 'received letter')}",
        "Put what is gone back from a copy. Without one, 'imr doctor --mend' and then 'imr refresh' receive again "
        "what still lies where it was received from. To publish without the rest, remove lake/files and "
        "published/imr.duckdb of this home: nobody knows of the rest then.",
    )
    there = [uri for uri in lost.files if look(uri).is_regular]
    away = sorted(set(lost.files) - set(there))
    if there:
        yield Finding(
            home.files,
            f"{counted(len(there), 'file')} of these letters can be received again ({there[0]})",
            "What is remembered of them goes, so that the next 'imr refresh' receives them.",
            partial(_receive_again, home, there),
        )
    if away:
        yield Finding(
            home.files,
            f"{counted(len(away), 'file')} of these letters cannot be found ({away[0]})",
            "Put back where it was what still exists of them, and examine again.",
        )


def _receive_again(home: Home, uris: list[str]) -> None:
    forget_build(home)  # first: it holds these letters by the numbers of parts that are gone
    seen.forget(home, uris)


def _fault(path: Path, schema: pa.Schema) -> str | None:
    """Why a part cannot be read to its end, or does not hold what it should."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as part:
            missing = set(schema.names) - set(part.schema_arrow.names)
            for batch in part.iter_batches():
                batch.validate()
    except (OSError, pa.ArrowException) as error:
        return f"cannot be read ({str(error).splitlines()[0][:200]})"
    return f"lacks the columns {', '.join(sorted(missing))}" if missing else None


def _records(home: Home) -> Iterator[Finding]:
    for path in sorted(home.refreshes.glob("*.json")):
        try:
            json.loads(path.read_text(encoding="utf-8"))["refresh_id"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield Finding(
                path,
                f"the record of a refresh cannot be read ({type(error).__name__})",
                f"It is laid aside as {path.with_suffix(BROKEN).name}.",
                _aside(path),
            )


def _aside(path: Path, suffix: str = BROKEN) -> Callable[[], None]:
    """Mends by giving a file another name: what it tells is perhaps the last that is known of something."""

    def lay_aside() -> None:
        path.replace(path.with_suffix(suffix))

    return lay_aside


def _build(home: Home) -> Iterator[Finding]:
    """The build is only told of where a refresh would go on from it."""
    publication = read_publication(home)
    if publication is None or not home.build.exists() or publication.project_fingerprint != project_fingerprint():
        return

    advice = "The next refresh that has something to publish builds everything anew from the lake."
    mend = partial(forget_build, home)
    try:
        with open_build(home) as connection:
            built, staged = connection.execute(
                "select (select count(*) from intermediate.int_letter_versions where part_number <= $part),"
                " (select count(*) from staging.stg_letters where reason_code is null and part_number <= $part)",
                {"part": publication.part_number},
            ).fetchall()[0]
            _read_everything(connection)
    except duckdb.Error as error:
        yield Finding(home.build, f"the build cannot be read ({_first_line(error)})", advice, mend)
        return
    if built != staged:
        yield Finding(home.build, f"the build holds {built:,} letters and the lake {staged:,}", advice, mend)


def _publication(home: Home) -> Iterator[Finding]:
    if not home.published.exists():
        return
    publication = read_publication(home)
    if publication is None:
        yield Finding(
            home.published,
            "the publication cannot be read",
            f"It is laid aside as {home.published.with_suffix(BROKEN).name}; the next refresh makes it again.",
            _aside(home.published),
        )
        return
    try:
        with connect_read_only(home.published) as connection:
            _read_everything(connection)
    except duckdb.Error as error:
        yield Finding(
            home.published,
            f"a table of the publication cannot be read ({_first_line(error)})",
            f"It is laid aside as {home.published.with_suffix(BROKEN).name}; the next refresh makes it again.",
            _aside(home.published),
        )


def _read_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Every block of every column of every table has a checksum, which reading compares."""
    tables = connection.execute(
        "select database_name, schema_name, table_name, list(column_name) from duckdb_columns() as columns"
        " semi join duckdb_tables() as tables using (database_name, schema_name, table_name) group by all order by all"
    ).fetchall()
    for database, schema, table, columns in tables:
        read = ", ".join(f'max("{name}")' for name in columns)
        connection.execute(f'select {read} from "{database}"."{schema}"."{table}"').fetchall()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
