"""Publish: the marts into one file that readers open, in one rename, after the audit."""

from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import lake
from orchestration.assets.common import OWNERS, Refresh
from orchestration.home import Home, written_whole
from orchestration.publication import connect_read_only, project_fingerprint, read_publication
from orchestration.record import Record, utc_now

# Files of this version open in every DuckDB client from 1.0 on; those of 2.0 only in 2.0.
STORAGE_VERSION = "v1.0.0"


def build_publish(marts: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The publication of these marts, after the audit's verdict."""

    @dg.asset(
        key=["published", "imr"],
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
        with record.step("publish"):
            counts = publish(refresh, record)
            record.published_to = str(refresh.home.published)
            record.decisions_published = counts["fct_decisions"]
        record.end("published")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": counts["fct_decisions"],
                "path": dg.MetadataValue.path(str(refresh.home.published)),
                "bytes": refresh.home.published.stat().st_size,
                "rows": dg.MetadataValue.json(counts),
                "seconds": record.seconds["publish"],
            }
        )

    return published_warehouse


def publish(refresh: Refresh, record: Record) -> dict[str, int]:
    """Copies every table of the marts, with its comments, and puts the file in place. Returns rows by table."""
    with written_whole(refresh.home.published) as unfinished:
        counts = _copy(refresh, record, unfinished)
        record.said_by_hand = count_said_by_hand(refresh.home, unfinished)
        record.reclassified = count_reclassified(refresh.home, unfinished)
        with connect_read_only(unfinished) as connection:  # what readers will get, opened as they open it
            for table, count in counts.items():
                arrived = connection.sql(f'select count(*) from "{table}"').fetchall()[0][0]
                if arrived != count:
                    raise RuntimeError(f"{table} has {arrived} rows in the new publication, {count} in the build")
    return counts


def _copy(refresh: Refresh, record: Record, target: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {_quoted(refresh.home.build)} as build (read_only)")
        connection.execute(f"attach {_quoted(target)} as published (storage_version '{STORAGE_VERSION}')")
        tables = connection.execute(
            "select table_name, comment from duckdb_tables() where database_name = 'build' and schema_name = 'main'"
            " union all select view_name, comment from duckdb_views()"
            " where database_name = 'build' and schema_name = 'main' and not internal order by 1"
        ).fetchall()
        refresh.progress.step("publish", len(tables))
        for table, comment in tables:
            connection.execute(f'create table published."{table}" as select * from build.main."{table}"')
            counts[table] = connection.sql(f'select count(*) from published."{table}"').fetchall()[0][0]
            if comment:
                connection.execute(f'comment on table published."{table}" is {_quoted(comment)}')
            refresh.progress.advance()
        columns = connection.execute(
            "select table_name, column_name, comment from duckdb_columns()"
            " where database_name = 'build' and schema_name = 'main' and comment is not null"
        ).fetchall()
        for table, column, comment in columns:
            connection.execute(f'comment on column published."{table}"."{column}" is {_quoted(comment)}')
        connection.execute(
            "create table published.publication as select ?::varchar as refresh_id, ?::timestamp as published_at,"
            " ?::integer as part_number, ?::varchar as project_fingerprint,"
            # not the lake's last: what was decided by hand while this refresh ran waits for the next one
            " (select coalesce(max(override_number), 0)::integer from build.staging.stg_overrides) as override_number",
            [
                record.refresh_id,
                utc_now(),
                max(lake.part_numbers(refresh.home.letters), default=0),
                project_fingerprint(),
            ],
        )
        connection.execute("comment on table published.publication is 'grain: the one publication that this file is'")
        connection.execute("detach published")
    return counts


def count_said_by_hand(home: Home, unfinished: Path) -> int:
    """How many things were said by hand of quarantined items since the last publication."""
    before = read_publication(home)
    with connect_read_only(unfinished) as connection:
        counted = connection.execute(
            "select count(*) from quality_overrides where override_number > ?",
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
        connection.execute(f"attach {_quoted(home.published)} as before (read_only)")
        connection.execute(f"attach {_quoted(unfinished)} as after (read_only)")
        try:
            changed = connection.execute(
                "select count(*) from after.fct_decisions as after inner join before.fct_decisions as before"
                " on after.decision_key = before.decision_key and after.service_text = before.service_text"
                " where after.service_key != before.service_key"
            ).fetchall()
        except duckdb.Error:  # a publication of other tables than today's
            return None
        return int(changed[0][0])


def _quoted(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"
