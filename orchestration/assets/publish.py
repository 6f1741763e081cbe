"""Publish: the marts into one file that readers open, in one rename, after the audit."""

import logging
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow as pa

from orchestration import lake
from orchestration.assets.common import OWNERS, PUBLISHED, Refresh
from orchestration.build import forgotten_where_damaged, open_build, quoted
from orchestration.compaction import compact
from orchestration.companions import MAKERS, put_beside
from orchestration.home import Home, written_whole
from orchestration.publication import connect_read_only, project_fingerprint, read_publication
from orchestration.record import Record, utc_now

_STAGES = ("copy", "finish", "read back")
_PUBLICATION = {
    "refresh_id": "The refresh that published it.",
    "published_at": "When, UTC.",
    "part_number": "Up to which part of the lake it has read letters.",
    "project_fingerprint": "A hash of models and vocabulary: another one means that all was classified anew.",
    "override_number": "Up to which decision made by hand it knows.",
}


def build_publish(marts: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The publication of these marts, after the audit's verdict."""

    @dg.asset(
        key=PUBLISHED,
        group_name="publish",
        kinds={"duckdb"},
        owners=OWNERS,
        deps=[dg.AssetKey(["audit", "verdict"]), *marts],
        description="What readers open. Replaced in one rename; whoever holds the old file reads on.",
    )
    def published_warehouse(
        context: dg.AssetExecutionContext, refresh: dg.ResourceParam[Refresh]
    ) -> dg.MaterializeResult[None]:
        record = refresh.record(context.run.run_id)
        with record.step("publish"), forgotten_where_damaged(refresh.home):
            counts = publish(refresh, record)
            record.published_to = str(refresh.home.published)
            record.decisions_published = counts["fct_decisions"]
            try:
                record.compacted = compact(refresh.home, max(lake.part_numbers(refresh.home.letters), default=0))
            except (OSError, pa.ArrowException) as error:  # readers have their publication; small parts can wait
                context.log.warning(f"The lake could not be compacted: {error}")
        record.end("published")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": counts["fct_decisions"],
                "path": dg.MetadataValue.path(str(refresh.home.published)),
                "bytes": refresh.home.published.stat().st_size,
                "rows": dg.MetadataValue.json(counts),
                "parts_compacted": record.compacted,
                "seconds": record.seconds["publish"],
            }
        )

    return published_warehouse


def publish(refresh: Refresh, record: Record) -> dict[str, int]:
    """Copies the marts and puts the copy in place. Returns rows by table."""
    home = refresh.home
    refresh.progress.step("publish", len(_STAGES))
    with written_whole(home.published) as unfinished:
        refresh.copy.take(home.marts, unfinished)
        refresh.progress.advance()
        counts = _finish(home, record, unfinished)
        refresh.progress.advance()
        record.said_by_hand = count_said_by_hand(home, unfinished)
        record.reclassified = count_reclassified(home, unfinished)
        with connect_read_only(unfinished) as connection:  # what readers will get, opened as they open it
            for table, count in counts.items():
                arrived = connection.sql(f'select count(*) from "{table}"').fetchall()[0][0]
                if arrived != count:
                    raise RuntimeError(f"{table} has {arrived} rows in the new publication, {count} in the build")
        refresh.progress.advance()
        companions = _companions(home, record, unfinished)
    try:
        put_beside(companions)
    except OSError as error:
        record.warnings.append(f"What lies beside the publication could not be written: {error}")
    return counts


def _companions(home: Home, record: Record, unfinished: Path) -> dict[Path, str]:
    """What lies beside the new publication. What cannot be made is told of, and refuses nothing."""
    made: dict[Path, str] = {}
    for name, make in MAKERS.items():
        try:
            made |= make(home, unfinished)
        except Exception as error:  # whatever it is, it is about the data and not the data
            logging.getLogger(__name__).exception(f"The {name} could not be made")
            record.warnings.append(f"The {name} could not be made anew, what there is is older: {error}")
    return made


def _finish(home: Home, record: Record, unfinished: Path) -> dict[str, int]:
    """Makes tables of the copy's views, which read the lake, and says of the copy which publication it is. Returns
    how many rows each table has in the build."""
    with open_build(home) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'marts' union all select view_name"
            " from duckdb_views() where database_name = 'marts' and not internal order by 1"
        ).fetchall()
        counts = {
            name: connection.sql(f'select count(*) from marts.main."{name}"').fetchall()[0][0] for (name,) in tables
        }
        connection.execute(f"attach {quoted(unfinished)} as published")
        views = connection.execute(
            "select view_name, comment from duckdb_views() where database_name = 'published' and not internal"
        ).fetchall()
        for view, comment in views:
            columns = connection.execute(
                "select column_name, comment from duckdb_columns()"
                " where database_name = 'published' and table_name = ? and comment is not null",
                [view],
            ).fetchall()
            connection.execute(f'drop view published."{view}"')
            connection.execute(f'create table published."{view}" as select * from marts.main."{view}"')
            connection.execute(f'comment on table published."{view}" is {quoted(comment or "")}')
            for column, words in columns:
                connection.execute(f'comment on column published."{view}"."{column}" is {quoted(words)}')
        connection.execute(
            "create table published.publication as select ?::varchar as refresh_id, ?::timestamp as published_at,"
            " ?::integer as part_number, ?::varchar as project_fingerprint,"
            # not the lake's last: what was decided by hand while this refresh ran waits for the next one
            " (select coalesce(max(override_number), 0)::integer from staging.stg_overrides) as override_number",
            [
                record.refresh_id,
                utc_now(),
                max(lake.part_numbers(home.letters), default=0),
                project_fingerprint(),
            ],
        )
        connection.execute("comment on table published.publication is 'grain: the one publication that this file is'")
        for column, words in _PUBLICATION.items():
            connection.execute(f"comment on column published.publication.{column} is {quoted(words)}")
        connection.execute("detach published")
    return counts


def count_said_by_hand(home: Home, unfinished: Path) -> int:
    """Of how many quarantined items something was said by hand since the last publication."""
    before = read_publication(home)
    with connect_read_only(unfinished) as connection:
        counted = connection.execute(
            "select count(distinct (letter_id, item_number)) from quality_overrides where override_number > ?",
            [before.override_number if before else 0],
        )
        return int(counted.fetchall()[0][0])


def count_reclassified(home: Home, unfinished: Path) -> int | None:
    """How many decisions, of those that were published before, belong to another kind of service now.

    None where the models and the vocabulary are those of the last publication, or where there is none to compare with.
    """
    publication = read_publication(home)
    if publication is None or publication.project_fingerprint == project_fingerprint():
        return None
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(home.published)} as before (read_only)")
        connection.execute(f"attach {quoted(unfinished)} as after (read_only)")
        try:
            changed = connection.execute(
                "select count(*) from after.fct_decisions as after inner join before.fct_decisions as before"
                " on after.decision_key = before.decision_key and after.service_text = before.service_text"
                " where after.service_key != before.service_key"
            ).fetchall()
        except duckdb.Error:  # a publication of other tables than today's
            return None
        return int(changed[0][0])
