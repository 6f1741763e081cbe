"""Dashboards in a real Superset: every chart has data, numbers are those of report tables and report page, nothing can be
written and nothing else be read, and a publication shows on the next query. Run by `make test-bi`: it needs Superset's
environment. `make test` does not collect this file.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
import yaml
from playwright.sync_api import BrowserContext, expect

from orchestration.report.queries import DATASETS
from tests.bi.superset import START, Board, Superset, running, signed_in
from tests.browser import chromium
from tests.conftest import LETTERS, Warehouse
from tests.maker import MadeLetter

RATE = ["decisions", "overturned", "overturn_rate", "overturn_rate_low", "overturn_rate_high"]
COUNTED = "decision_count, overturned_count, overturn_rate, overturn_rate_low, overturn_rate_high"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Every golden letter and an empty file: items in quarantine, files rejected, promises not kept."""
    warehouse = Warehouse(tmp_path_factory.mktemp("bi"))
    for path in sorted(LETTERS.rglob("*.txt")):
        warehouse.land(path.name, path.read_bytes())
    warehouse.land("empty.txt", "")
    ran = warehouse.refresh(IMR_QUARANTINE_TOLERANCE="0.2")
    assert ran.status == 0, ran.out + ran.err
    return warehouse


@pytest.fixture(scope="module")
def superset(warehouse: Warehouse) -> Iterator[Superset]:
    with running(warehouse.home) as superset:
        yield superset


@pytest.fixture(scope="module")
def context(superset: Superset) -> Iterator[BrowserContext]:
    with chromium() as browser, signed_in(browser, superset) as context:
        yield context


@pytest.fixture(scope="module")
def outcomes(context: BrowserContext, superset: Superset) -> Board:
    return Board.open(context, superset, "outcomes")


def charts_of(board: str) -> list[str]:
    cells = yaml.safe_load((START.parent / "dashboards" / f"{board}.yaml").read_text())["position"].values()
    return [cell["meta"]["sliceName"] for cell in cells if isinstance(cell, dict) and cell["type"] == "CHART"]


def approx(rows: list[tuple[Any, ...]]) -> list[Any]:
    """In order, and equal but for the last digits of shares."""
    return [
        tuple(pytest.approx(one, abs=1e-6) if isinstance(one, float) else one for one in row) for row in sorted(rows)
    ]


@pytest.mark.parametrize(("name", "slug"), [("outcomes", "outcomes"), ("data_quality", "data-quality")])
def test_every_chart_has_data(context: BrowserContext, superset: Superset, name: str, slug: str) -> None:
    board = Board.open(context, superset, slug)
    titles = charts_of(name)
    assert len(titles) > 15
    for title in titles:
        chart = board.chart(title)
        said = chart.inner_text()
        assert not re.search(r"no results|no data|error|unexpected", said.replace(title, ""), re.I), f"{title}: {said}"
        assert chart.locator("canvas, tbody tr, .header-line").count(), title
        for figure in chart.locator(".header-line").all():
            assert re.search(r"\d", figure.inner_text()), title
    assert board.failed == []
    assert board.hosts == {superset.address.removeprefix("http://")}, "somebody else was asked"
    board.page.close()


def test_what_share_of_opioid_denials_was_overturned(outcomes: Board, superset: Superset, warehouse: Warehouse) -> None:
    answer = superset.ask("decisions", RATE, ["decision_year"], service_subcategory="Opioids")
    table = warehouse.query(
        f"select period, {COUNTED} from rpt_drugs where drug_group = 'opioids' and drug_class = 'all' and period != 'all'"
    )
    page = warehouse.query(
        f"select period, {COUNTED} from ({DATASETS['drugs']}) where choice = 'group' and name = 'opioids' and period != 'all'"
    )
    assert answer == approx(table) == approx(page)
    assert len(answer) > 1
    shown = outcomes.rows("Prescribed opioids: share of denials overturned, by year")
    assert {(row[0], row[1], row[2], row[3]) for row in shown} == {
        (year, f"{count:,}", f"{overturned:,}", f"{100 * rate:.1f}%") for year, count, overturned, rate, _, _ in table
    }


def test_which_guideline_decided_most_of_them(outcomes: Board, superset: Superset, warehouse: Warehouse) -> None:
    asked = {"service_subcategory": "Opioids", "cited_by": "reviewer"}
    answer = superset.ask("citations", ["citing_decisions", "overturned"], ["guideline_title"], **asked)
    by_hand = warehouse.query("""
        select replace(guideline_title, 'Official Disability Guidelines', 'ODG'), count(distinct decision_key),
            count(distinct decision_key) filter (where is_overturned)
        from fct_guideline_citations inner join fct_decisions using (decision_key)
        inner join dim_services using (service_key) inner join dim_guidelines using (guideline_key)
        where cited_by = 'reviewer' and service_subcategory = 'Opioids' group by 1
    """)
    assert answer == sorted(by_hand)
    most = max(by_hand, key=lambda row: row[1])
    assert outcomes.rows("Prescribed opioids: guidelines that reviewers cite")[0][:2] == [most[0], str(most[1])]


def test_whether_reviewers_in_pain_medicine_overturn_more(superset: Superset, warehouse: Warehouse) -> None:
    answer = {row[0]: row[1:] for row in superset.ask("decisions", RATE, ["pain_medicine"])}
    for label, credential in (("Pain medicine", "specialty"), ("Pain medicine as a subspecialty only", "subspecialty")):
        rows = warehouse.query(
            f"select {COUNTED} from ({DATASETS['reviewers']})"
            f" where period = 'all' and choice = '{credential}' and name = 'Pain Medicine'"
        )
        assert [answer[label]] == approx(rows), label
    everybody = warehouse.query("select decision_count, overturned_count from rpt_volume where period = 'all'")[0]
    assert tuple(sum(row[at] for row in answer.values()) for at in (0, 1)) == everybody


@pytest.mark.parametrize(
    ("dataset", "metrics", "by", "equal", "report"),
    [
        ("decisions", ["letters", *RATE], ["decision_year"], {}, f"period, letter_count, {COUNTED} from rpt_volume where decision_month = 'all' and period != 'all'"),
        ("decisions", RATE, ["service_category", "service_subcategory"], {}, f"service_category, service_subcategory, {COUNTED} from rpt_services where period = 'all' and service_subcategory != 'all' and service_category != 'all'"),
        ("decisions", ["decisions"], ["drug_class"], {"service_category": "Pharmaceuticals"}, "drug_class, sum(decision_count)::bigint from rpt_drugs where period = 'all' and drug_class != 'all' and drug_ingredient = 'all' group by 1"),
        ("decisions", RATE, ["claims_basis", "reviewer_basis"], {}, f"claims_basis, reviewer_basis, {COUNTED} from ({DATASETS['bases']}) where period = 'all' and choice = 'all'"),
        ("decisions", ["same_guideline_share"], [], {}, "same_guideline_share from rpt_guideline_bases where period = 'all' and service_category = 'all' and claims_basis = 'all' and reviewer_basis = 'all'"),
        ("decisions", ["letters"], ["patient_sex"], {}, "patient_sex, letter_count from rpt_patients where period = 'all' and age_group = 'all' and patient_sex != 'all'"),
        ("decisions", ["letters"], ["age_group"], {}, "replace(age_group, 'under 25', '24 and under'), letter_count from rpt_patients where period = 'all' and patient_sex = 'all' and age_group != 'all'"),
        ("citations", ["citing_decisions", *RATE[1:], "citations"], ["decision_year", "guideline_family"], {"cited_by": "reviewer"}, f"period, guideline_family, {COUNTED}, citation_count from rpt_guidelines where cited_by = 'reviewer' and period != 'all' and guideline_family != 'all' and guideline_title = 'all'"),
        ("reviewers", RATE, ["decision_year", "credential_name"], {"credential": "specialty"}, f"period, credential_name, {COUNTED} from rpt_reviewers where credential = 'specialty' and period != 'all'"),
        ("reviewers", RATE, ["credential_name"], {"credential": "state"}, f"credential_name, {COUNTED} from rpt_reviewers where credential = 'state' and period = 'all'"),
        ("days_to_decision", ["letters", "dated_letters", "days_median", "days_p90"], ["decision_year"], {"counted_from": "application"}, "period, letter_count, dated_letter_count, days_median, days_p90 from rpt_days_to_decision where counted_from = 'application' and priority = 'all' and period != 'all'"),
        ("quality_letters", ["files"], ["status"], {}, "result, sum(row_count)::bigint from rpt_completeness where subject = 'file' and period = 'all' group by 1"),
        ("quality_checks by refresh", ["promises", "not_kept"], ["suite"], {}, "suite, count(*), count(*) filter (where not is_met) from quality_checks group by 1"),
    ],
)  # fmt: skip
def test_numbers_are_those_of_the_report_tables(
    superset: Superset,
    warehouse: Warehouse,
    dataset: str,
    metrics: list[str],
    by: list[str],
    equal: dict[str, str],
    report: str,
) -> None:
    answer = superset.ask(dataset, metrics, by, **equal)
    assert answer == approx(warehouse.query(f"select {report}"))
    assert answer


def test_a_year_chosen_is_that_of_every_chart(
    context: BrowserContext, superset: Superset, warehouse: Warehouse
) -> None:
    (year, count, opioids), *_ = warehouse.query(
        "select period, rpt_volume.decision_count, rpt_drugs.decision_count from rpt_volume inner join rpt_drugs using (period)"
        " where decision_month = 'all' and drug_group = 'opioids' and drug_class = 'all' and period != 'all' order by 2 desc"
    )
    board = Board.open(context, superset, "outcomes", 2600)
    board.chart("Decisions and overturn rate by year")
    board.choose("Year", year)
    figure = board.chart("Decisions").locator(".header-line")
    expect(figure).to_have_text(f"{count:,}", timeout=30_000)
    assert [row[0] for row in board.rows("Decisions and overturn rate by year")] == [year]
    assert [row[:2] for row in board.rows("Prescribed opioids: share of denials overturned, by year")] == [
        [year, str(opioids)]
    ]
    assert board.failed == []
    board.page.close()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("select * from read_text('/etc/passwd')", "disabled by configuration"),
        ("select * from read_csv('https://example.org/a.csv')", "disabled by configuration"),
        ("select * from '/etc/passwd'", "does not exist"),
        ("copy fct_decisions to '/tmp/mine.csv'", "disabled by configuration"),
        ("attach '/tmp/mine.duckdb'", "disabled by configuration"),
        ("install httpfs", "disabled by configuration"),
        ("set enable_external_access = true", "has been locked"),
        ("create table mine as select 1", "does not allow for DDL/DML"),
        ("delete from fct_decisions", "does not allow for DDL/DML"),
        ("drop table fct_decisions", "does not allow for DDL/DML"),
    ],
)
def test_nothing_else_is_read_and_nothing_is_written(superset: Superset, statement: str, why: str) -> None:
    refused = superset.sql(statement)
    assert refused.status_code >= 400
    assert why in refused.text
    assert superset.sql("select count(*) as n from fct_decisions").json()["data"][0]["n"] > 0


def test_nor_by_a_connection_of_ones_own(superset: Superset, tmp_path: Path) -> None:
    """Whatever file another DuckDB connection names, it is the publication."""
    other = tmp_path / "other.duckdb"
    made = superset.post(
        "database/",
        {"database_name": "Other", "sqlalchemy_uri": f"duckdb:///{other}", "allow_dml": True, "expose_in_sqllab": True},
    )
    assert made.status_code == 201, made.text
    ask = {"database_id": made.json()["id"], "schema": "main"}
    assert superset.post("sqllab/execute/", {**ask, "sql": "select count(*) as n from fct_decisions"}).json()["data"][
        0
    ]["n"]
    refused = superset.post("sqllab/execute/", {**ask, "sql": "create table mine as select 1"})
    assert refused.status_code >= 400 and "read-only" in refused.text
    assert not other.exists()


def test_only_this_machine_and_this_user_get_at_it(superset: Superset, warehouse: Warehouse) -> None:
    server = psutil.Process(superset.process.pid)
    listening = [
        connection.laddr.ip
        for process in (server, *server.children(recursive=True))
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    own = warehouse.home / "superset"
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    for name in ("secret_key", "password"):
        assert stat.S_IMODE((own / name).stat().st_mode) == 0o600
    anonymous = requests.get(f"{superset.address}/api/v1/dashboard/", timeout=60)
    assert anonymous.status_code == 401 or anonymous.json()["count"] == 0


def test_a_publication_shows_on_the_next_query(superset: Superset, warehouse: Warehouse) -> None:
    """Also while somebody's query of the one before runs, as DuckDB shares what is open in a process."""
    before = superset.ask("decisions", ["decisions"], [])[0][0]
    with ThreadPoolExecutor(1) as pool:
        warehouse.land("new.txt", MadeLetter(case_number="CM16-7654321").text())
        slow = pool.submit(superset.sql, "select count(*) as n, sleep_ms(60000) as waited from fct_decisions")
        ran = warehouse.refresh()
        assert ran.status == 0, ran.out + ran.err
        assert superset.ask("decisions", ["decisions"], []) == [(before + 1,)]
        assert not slow.done(), "the refresh took longer than the query that was to outlast it"
        assert slow.result().json()["data"][0]["n"] == before
    assert superset.ask("publication", [], ["refresh_id"]) == warehouse.query("select refresh_id from publication")
    opened = list((warehouse.home / "superset" / "publications").iterdir())
    assert len(opened) <= 2


def test_a_second_start_keeps_what_people_made(superset: Superset, warehouse: Warehouse) -> None:
    of = {"datasource_id": superset.ids("dataset", "table_name")["decisions"], "datasource_type": "table"}
    made = superset.post("chart/", {"slice_name": "Mine", "viz_type": "table", "params": "{}", **of})
    assert made.status_code == 201, made.text
    before = superset.ids("chart", "slice_name")
    with running(warehouse.home) as again:
        assert again.password == superset.password
        assert again.ids("chart", "slice_name") == before
        assert set(again.ids("dashboard", "dashboard_title")) == {"Outcomes", "Data quality"}
