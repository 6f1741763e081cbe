"""The publication in PostgreSQL: whole for its readers at every moment, with keys, comments, their views and rights."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest
import yaml
from pydantic import SecretStr

from orchestration.dbt import read_manifest
from orchestration.home import Home
from orchestration.targets.postgres import merge
from orchestration.targets.postgres.target import Postgres
from orchestration.targets.tables import Column, Table, read_tables
from orchestration.targets.target import TargetError
from tests.conftest import ROOT, Warehouse
from tests.database import PASSWORD, Database
from tests.published import DECISIONS, PUBLICATION, SERVICES, TABLES, publication, refresh_id

CONTRACT = yaml.safe_load((ROOT / "tests" / "contract" / "warehouse.yml").read_text(encoding="utf-8"))


def publish(database: Database, path: Path, tables: tuple[Table, ...] = TABLES, **more: Any) -> None:
    Postgres(SecretStr(database.url), **more).publish(path, tables, "")


def test_every_table_arrives_with_all_its_rows(golden: Warehouse, database: Database) -> None:
    tables = read_tables(golden.published, read_manifest(Home(golden.home)))
    publish(database, golden.published, tables)
    held = {
        name
        for (name,) in database.query("select table_name from information_schema.tables where table_schema = 'imr'")
    }
    assert held == {name for (name,) in golden.query("select table_name from duckdb_tables()")}
    assert held > {*CONTRACT, "quality_overrides", "publication", "rpt_volume"}
    for name in held:
        there = database.query(f"select * from imr.{name}")
        assert sorted(map(repr, there)) == sorted(map(repr, golden.query(f'select * from "{name}"'))), name
    assert len(database.query("select 1 from imr.fct_decisions")) > 100


def test_keys_are_those_of_the_contract(golden: Warehouse, database: Database) -> None:
    publish(database, golden.published, read_tables(golden.published, read_manifest(Home(golden.home))))
    constraints = database.query(
        "set search_path = pg_catalog;"  # so that names are written out: user and schema have the same name
        " select conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'imr'::regnamespace"
    )
    keys = {(table, words) for table, kind, words in constraints if kind == "p"}
    for name, table in CONTRACT.items():
        assert (f"imr.{name}", f"PRIMARY KEY ({', '.join(table['key'])})") in keys
    references = {(table, words) for table, kind, words in constraints if kind == "f"}
    for name, table in CONTRACT.items():
        for column, to in table.get("refs", {}).items():
            other, _, key = to.partition(".")
            assert (f"imr.{name}", f"FOREIGN KEY ({column}) REFERENCES imr.{other}({key or column})") in references
    [(words,)] = database.query("select obj_description('imr.fct_decisions'::regclass, 'pg_class')")
    assert words == "grain: one disputed item or service, decided in the current version of one determination letter"
    [(words,)] = database.query("select col_description('imr.fct_decisions'::regclass, 4)")
    assert words == "The profile of the reviewer; `unknown` where the letter states no credentials."
    indexed = database.query("select indexdef from pg_indexes where schemaname = 'imr' and tablename = 'fct_decisions'")
    for column in ("determination_key", "service_key", "reviewer_key", "decision_date_key"):
        assert any(f"({column})" in definition for (definition,) in indexed), column


class Reader(threading.Thread):
    """Asks without a pause, and keeps every answer that is not of one whole publication, and every error."""

    def __init__(self, database: Database, user: str, sql: str) -> None:
        super().__init__(daemon=True)
        self.database, self.user, self.sql = database, user, sql
        self.wrong: list[object] = []
        self.seen: set[int] = set()
        self.longest = 0.0
        self.is_over = threading.Event()

    def run(self) -> None:
        try:
            connection = self.database.connect(self.user)
            with connection.cursor() as cursor:
                while not self.is_over.is_set():
                    started = time.perf_counter()
                    cursor.execute(self.sql)
                    counted, told, generations, generation = cursor.fetchone()
                    self.longest = max(self.longest, time.perf_counter() - started)
                    self.seen.add(generation)
                    if counted != told or generations != [generation]:
                        self.wrong.append((counted, told, generations, generation))
            connection.close()
        except psycopg2.Error as error:
            self.wrong.append(error)


WHOLE = """
    select (select count(*) from imr.fct_decisions), decision_count,
        (select array_agg(distinct decisions.generation)
            from imr.fct_decisions as decisions inner join imr.dim_services as services using (service_key)
            where services.service_name like '% ' || decisions.generation),
        generation
    from imr.publication
"""


def test_readers_see_whole_publications_through_ten_swaps(tmp_path: Path, database: Database) -> None:
    database.query("create schema reporting")
    database.query("create role analyst login password '" + PASSWORD + "'")
    try:
        publish(database, publication(tmp_path, 0, 500), readers="analyst")
        database.query(f"create view reporting.whole as {WHOLE}")
        database.query("grant usage on schema reporting to analyst")
        database.query("grant select on reporting.whole to analyst")
        readers = [
            Reader(database, "imr", WHOLE),
            Reader(database, "analyst", WHOLE),
            Reader(database, "analyst", "select * from reporting.whole"),
        ]
        for reader in readers:
            reader.start()
        dashboard = database.connect()  # a query that is never done holds its locks through all of it
        dashboard.autocommit = False
        with dashboard.cursor() as cursor:
            cursor.execute("select count(*) from imr.fct_decisions, imr.publication")
            for generation in range(1, 11):
                publish(
                    database,
                    publication(tmp_path, generation, 500 + 37 * generation * (-1) ** generation),
                    readers="analyst",
                )
            cursor.execute("select count(*) from imr.fct_decisions")
        dashboard.close()
        time.sleep(0.2)
        for reader in readers:
            reader.is_over.set()
            reader.join()
            assert reader.wrong == []
            assert len(reader.seen) >= 5
            assert max(reader.seen) == 10
            assert reader.longest < 5
        assert database.query("select * from reporting.whole") == [(870, 870, [10], 10)]
    finally:
        database.query("drop owned by analyst")
        database.query("drop role analyst")


def test_only_what_differs_is_written(tmp_path: Path, database: Database) -> None:
    publish(database, publication(tmp_path, 1, 10))
    before = dict(database.query("select decision_key, xmin::text from imr.fct_decisions"))
    changes = (
        "update fct_decisions set generation = 1",
        "update fct_decisions set service_key = 'A' where decision_key = 'CM-3'",
        "delete from fct_decisions where decision_key = 'CM-4'",
        "insert into fct_decisions values ('CM-new', 'A', 0, null)",
    )
    publish(database, publication(tmp_path, 2, 10, *changes))
    after = dict(database.query("select decision_key, xmin::text from imr.fct_decisions"))
    assert before.keys() - after.keys() == {"CM-4"}
    assert after.keys() - before.keys() == {"CM-new"}
    assert {key for key in before.keys() & after.keys() if before[key] != after[key]} == {"CM-3"}


def test_a_column_more_keeps_views_and_rights(tmp_path: Path, database: Database) -> None:
    publish(database, publication(tmp_path, 1, 10))
    database.query("create view mrts as select * from imr.fct_decisions where service_key = 'A'")
    database.query("create role auditor")
    try:
        database.query("grant select on imr.fct_decisions to auditor")
        more = "alter table fct_decisions add column is_urgent boolean default true"
        wider = replace(DECISIONS, columns=(*DECISIONS.columns, Column("is_urgent", "BOOLEAN", False, "New.")))
        publish(database, publication(tmp_path, 2, 12, more), (SERVICES, wider, PUBLICATION))
        assert database.query("select count(*) from mrts") == [(6,)]
        assert database.query("select distinct is_urgent from imr.fct_decisions") == [(True,)]
        assert database.query("select has_table_privilege('auditor', 'imr.fct_decisions', 'select')") == [(True,)]
    finally:
        database.query("drop owned by auditor")
        database.query("drop role auditor")


def test_a_column_that_a_view_needs_is_not_taken_from_it(tmp_path: Path, database: Database) -> None:
    publish(database, publication(tmp_path, 1, 10))
    database.query("create view by_day as select decision_date_key, count(*) from imr.fct_decisions group by 1")
    fewer = replace(DECISIONS, columns=tuple(c for c in DECISIONS.columns if c.name != "decision_date_key"))
    path = publication(tmp_path, 2, 20, "alter table fct_decisions drop column decision_date_key")
    with pytest.raises(TargetError, match=r"by_day.*decision_date_key.*drop them") as caught:
        publish(database, path, (SERVICES, fewer, PUBLICATION))
    assert "CASCADE" not in str(caught.value)
    assert database.query("select generation from imr.publication") == [(1,)]
    assert database.query("select count from by_day order by 1") == [(3,), (3,), (4,)]
    database.query("drop view by_day")
    publish(database, path, (SERVICES, fewer, PUBLICATION))
    assert database.query("select generation, decision_count from imr.publication") == [(2, 20)]


def test_types_keys_and_tables_follow_the_models(tmp_path: Path, database: Database) -> None:
    publish(database, publication(tmp_path, 1, 10))
    retyped = replace(
        SERVICES, columns=(replace(SERVICES.columns[0], data_type="INTEGER"), replace(SERVICES.columns[1], name="name"))
    )
    more = (
        "drop table fct_decisions",
        "create or replace table dim_services as select 7::integer as service_key, 'MRI' as name",
    )
    publish(database, publication(tmp_path, 2, 10, *more), (retyped, PUBLICATION))
    assert database.query("select service_key + 1, name from imr.dim_services") == [(8, "MRI")]
    assert database.query("select to_regclass('imr.fct_decisions')") == [(None,)]
    publish(database, publication(tmp_path, 3, 11))
    assert database.query("select service_key, service_name from imr.dim_services") == [
        ("A", "MRI 3"),
        ("B", "Norco 3"),
    ]
    assert database.query("select count(*) from imr.fct_decisions") == [(11,)]


def test_what_others_keep_in_the_schema_stays(tmp_path: Path, database: Database) -> None:
    database.query("create schema imr")
    database.query("create table imr.notes as select 'mine' as note")
    publish(database, publication(tmp_path, 1, 10))
    publish(database, publication(tmp_path, 2, 10))
    assert database.query("select note from imr.notes") == [("mine",)]
    database.query("create schema other")
    database.query("create view other.publication as select 1 as one")
    with pytest.raises(TargetError, match=r"other\.publication is there already and no table of ours"):
        publish(database, publication(tmp_path, 3, 10), schema="other")


def test_readers_may_read_and_nothing_else(tmp_path: Path, database: Database) -> None:
    with pytest.raises(TargetError, match="there is no role analyst, which IMR_PUBLISH_POSTGRES_READERS names"):
        publish(database, publication(tmp_path, 1, 10), readers="analyst")
    assert database.query("select to_regclass('imr.publication')") == [(None,)]
    database.query(f"create role \"BI Tools\" login password '{PASSWORD}'")
    try:
        publish(database, publication(tmp_path, 2, 10), readers="BI Tools")
        as_reader = psycopg2.connect(database.url.replace("//imr:", "//BI%20Tools:"))
        with as_reader.cursor() as cursor:
            cursor.execute("select count(*) from imr.fct_decisions")
            assert cursor.fetchone() == (10,)
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute("delete from imr.fct_decisions")
        as_reader.close()
    finally:
        database.query('drop owned by "BI Tools"')
        database.query('drop role "BI Tools"')


def test_the_roles_that_the_readme_makes_do(tmp_path: Path, database: Database) -> None:
    """Neither is a superuser, and who reads is only a member of the role that may."""
    made = f"""
        create role imr_writer login password '{PASSWORD}';
        create role imr_readers;
        create role ana login password '{PASSWORD}' in role imr_readers;
        alter database {database.name} owner to imr_writer
    """
    database.query(made)
    try:
        url = SecretStr(database.server.url(database.name, "imr_writer"))
        for generation in (1, 2):
            Postgres(url, readers="imr_readers").publish(publication(tmp_path, generation, 10), TABLES, "")
        assert database.query("select generation, decision_count from imr.publication", user="ana") == [(2, 10)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            database.query("delete from imr.publication", user="ana")
    finally:
        database.query(f"alter database {database.name} owner to imr")
        for role in ("ana", "imr_readers", "imr_writer"):
            database.query(f"drop owned by {role}; drop role {role}")


def test_a_lock_that_is_not_given_back_ends_in_words(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(database, publication(tmp_path, 1, 10))
    monkeypatch.setattr(merge, "LOCK_TIMEOUT", "200ms")
    monkeypatch.setattr(merge, "WAIT", 0.1)
    monkeypatch.setattr(merge, "TRIES", 3)
    other = database.connect()
    other.autocommit = False
    with other.cursor() as cursor:
        cursor.execute("lock table imr.fct_decisions in share mode")  # as one who makes an index does
        with pytest.raises(TargetError, match="locked by other sessions at each of 3 tries"):
            publish(database, publication(tmp_path, 2, 20))
        assert database.query("select generation from imr.publication") == [(1,)]
    threading.Timer(0.3, other.rollback).start()
    monkeypatch.setattr(merge, "TRIES", 8)
    publish(database, publication(tmp_path, 3, 30))
    other.close()
    assert database.query("select generation from imr.publication") == [(3,)]


def test_a_change_of_the_models_gives_up_before_it_holds_up_readers(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(database, publication(tmp_path, 1, 10))
    monkeypatch.setattr(merge, "WAIT", 0.1)
    monkeypatch.setattr(merge, "TRIES", 2)
    fewer = replace(DECISIONS, columns=DECISIONS.columns[:2])
    path = publication(
        tmp_path, 2, 20, "alter table fct_decisions drop generation", "alter table fct_decisions drop decision_date_key"
    )
    dashboard = database.connect()
    dashboard.autocommit = False
    reader = Reader(database, "imr", WHOLE)
    with dashboard.cursor() as cursor:
        cursor.execute("select count(*) from imr.fct_decisions")
        reader.start()
        with pytest.raises(TargetError, match="locked by other sessions at each of 2 tries"):
            publish(database, path, (SERVICES, fewer, PUBLICATION))
    reader.is_over.set()
    reader.join()
    assert reader.wrong == []
    assert reader.longest < 5
    dashboard.close()
    publish(database, path, (SERVICES, fewer, PUBLICATION))
    assert database.query("select count(*) from imr.fct_decisions") == [(20,)]


def test_a_limit_for_queries_does_not_end_a_copy(tmp_path: Path, database: Database) -> None:
    database.query(f"alter database {database.name} set statement_timeout = '250ms'")
    publish(database, publication(tmp_path, 1, 200_000))
    database.query(f"alter database {database.name} reset statement_timeout")
    assert database.query("select count(*) from imr.fct_decisions") == [(200_000,)]


def test_two_refreshes_do_not_publish_to_one_schema_at_once(tmp_path: Path, database: Database) -> None:
    other = database.connect()
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtextextended('imr-warehouse imr', 0))")
        with pytest.raises(TargetError, match="another refresh publishes to schema imr"):
            publish(database, publication(tmp_path, 1, 10))
    other.close()


def test_a_sign_that_postgres_cannot_hold_is_left_out(tmp_path: Path, database: Database) -> None:
    changed = "update dim_services set service_name = 'M' || chr(0) || 'RI' where service_key = 'A'"
    publish(database, publication(tmp_path, 1, 10, changed))
    assert database.query("select service_name from imr.dim_services where service_key = 'A'") == [("MRI",)]


def test_a_row_that_breaks_a_key_is_refused_whole(tmp_path: Path, database: Database) -> None:
    publish(database, publication(tmp_path, 1, 10))
    with pytest.raises(TargetError, match="fct_decisions_service_key_fkey"):
        publish(database, publication(tmp_path, 2, 20, "delete from dim_services where service_key = 'B'"))
    assert database.query("select generation, decision_count from imr.publication") == [(1, 10)]
    assert database.query("select refresh_id from imr.publication") == [(refresh_id(1),)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((PASSWORD, "wr0ng-one"), "password authentication failed"),
        (("?host=", "?host=/nowhere"), "No such file or directory"),
        (("/imr_", "/no_"), "does not exist"),
        (("?host=", "?nonsense=1&host="), "invalid URI query parameter"),
    ],
)
def test_errors_say_where_and_never_the_password(
    tmp_path: Path, database: Database, change: tuple[str, str], words: str
) -> None:
    url = database.url.replace(*change)
    with pytest.raises(TargetError) as caught:
        Postgres(SecretStr(url)).publish(publication(tmp_path, 1, 10), TABLES, "")
    told = str(caught.value)
    assert words in told
    assert "SQLSTATE" not in told
    assert "postgresql://imr@" in told
    assert PASSWORD not in told
    assert "wr0ng-one" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_publication_that_cannot_be_read_is_no_fault_of_the_database(tmp_path: Path, database: Database) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"nothing")
    with pytest.raises(duckdb.Error):
        publish(database, tmp_path / "broken.duckdb")
