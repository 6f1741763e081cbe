"""Report tables against figures that are counted anew from the facts, decision by decision and not by their SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import median
from typing import Any

import pytest

from tests.conftest import Warehouse

Row = dict[str, Any]


def rows(warehouse: Warehouse, table: str) -> list[Row]:
    columns = [
        name
        for (name,) in warehouse.query(
            f"select column_name from duckdb_columns() where table_name = '{table}' order by column_index"
        )
    ]
    return [dict(zip(columns, row, strict=True)) for row in warehouse.query(f'from "{table}"')]


@pytest.fixture(scope="module")
def decisions(golden: Warehouse) -> list[Row]:
    """The facts, each with its service, letter and year."""
    services = {row["service_key"]: row for row in rows(golden, "dim_services")}
    letters = {row["determination_key"]: row for row in rows(golden, "dim_determinations")}
    found = []
    for row in rows(golden, "fct_decisions"):
        letter = letters[row["determination_key"]]
        year = str(letter["decision_date"].year) if letter["decision_date"] else "not_stated"
        found.append({**services[row["service_key"]], **letter, **row, "year": year})
    assert len(found) > 100
    return found


def of_periods(decisions: list[Row]) -> dict[str, list[Row]]:
    periods = defaultdict(list, all=decisions)
    for decision in decisions:
        periods[decision["year"]].append(decision)
    assert len(periods) > 3
    return periods


def overturned(decisions: list[Row]) -> int:
    return sum(decision["outcome"] == "overturned" for decision in decisions)


def test_letters_and_decisions_by_month(golden: Warehouse, decisions: list[Row]) -> None:
    report = {(row["period"], row["decision_month"]): row for row in rows(golden, "rpt_volume")}
    months: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for decision in decisions:
        date = decision["decision_date"]
        month = f"{date:%Y-%m}" if date else "not_stated"
        for key in ((decision["year"], month), (decision["year"], "all"), ("all", "all")):
            months[key].append(decision)
    assert report.keys() == months.keys()
    for key, counted in months.items():
        letters = {decision["determination_key"] for decision in counted}
        row = report[key]
        assert (row["letter_count"], row["decision_count"], row["overturned_count"]) == (
            len(letters),
            len(counted),
            overturned(counted),
        )
        assert row["decisions_per_letter"] == pytest.approx(len(counted) / len(letters))


def test_services_by_category_and_subcategory(golden: Warehouse, decisions: list[Row]) -> None:
    report = {
        (row["period"], row["service_category"], row["service_subcategory"]): row
        for row in rows(golden, "rpt_services")
    }
    seen = set()
    for period, counted in of_periods(decisions).items():
        groups = defaultdict(list)
        for decision in counted:
            category, subcategory = decision["service_category"], decision["service_subcategory"] or "unspecified"
            for group in ((category, subcategory), (category, "all"), ("all", "all")):
                groups[group].append(decision)
        for group, members in groups.items():
            row = report[(period, *group)]
            assert (row["decision_count"], row["overturned_count"]) == (len(members), overturned(members))
            assert row["decision_share"] == pytest.approx(len(members) / len(counted))
            assert row["overturn_rate"] == pytest.approx(overturned(members) / len(members))
            seen.add((period, *group))
    assert seen == report.keys()


def test_opioids_topicals_and_compounds(golden: Warehouse, decisions: list[Row]) -> None:
    drugs = [decision for decision in decisions if decision["service_category"] == "Pharmaceuticals"]
    report = {
        row["drug_group"]: row
        for row in rows(golden, "rpt_drugs")
        if row["period"] == "all" and row["drug_class"] == "all" and row["drug_ingredient"] == "all"
    }
    topical = {"Topical analgesics": "topicals", "Compounded topicals": "compounds"}
    counts = Counter(
        topical.get(drug["service_subcategory"] or "", "opioids" if drug["is_opioid"] else "others") for drug in drugs
    )
    assert {group: row["decision_count"] for group, row in report.items()} == {**counts, "all": len(drugs)}
    assert len(counts) == 4
    assert report["all"]["opioid_count"] == sum(drug["is_opioid"] for drug in drugs)
    assert report["all"]["drug_share"] == 1
    assert report["all"]["decision_share"] == pytest.approx(len(drugs) / len(decisions))


def test_guidelines_count_a_decision_once(golden: Warehouse, decisions: list[Row]) -> None:
    guidelines = {row["guideline_key"]: row for row in rows(golden, "dim_guidelines")}
    cited: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for citation in rows(golden, "fct_guideline_citations"):
        guideline = guidelines[citation["guideline_key"]]
        family, title = guideline["guideline_family"], guideline["guideline_title"]
        for group in ((family, title), (family, "all"), ("all", "all")):
            cited[(citation["cited_by"], *group)][citation["decision_key"]] += 1
    report = {
        (row["cited_by"], row["guideline_family"], row["guideline_title"]): row
        for row in rows(golden, "rpt_guidelines")
        if row["period"] == "all"
    }
    assert report.keys() == cited.keys()
    outcome = {decision["decision_key"]: decision["is_overturned"] for decision in decisions}
    for key, counted in list(cited.items()):
        other = "reviewer" if key[0] == "claims_administrator" else "claims_administrator"
        row = report[key]
        assert row["decision_count"] == len(counted)
        assert row["citation_count"] == sum(counted.values())
        assert row["both_sides_count"] == len(counted.keys() & cited[(other, *key[1:])].keys())
        assert row["overturned_count"] == sum(outcome[decision] for decision in counted)
        assert row["decision_share"] == pytest.approx(len(counted) / len(decisions))
    assert any(row["citation_count"] > row["decision_count"] for row in report.values())
    assert any(0 < row["both_sides_count"] < row["decision_count"] for row in report.values())


def test_guidelines_that_reviewers_cite_for_a_kind_of_service(golden: Warehouse, decisions: list[Row]) -> None:
    guidelines = {row["guideline_key"]: row for row in rows(golden, "dim_guidelines")}
    cited: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for citation in rows(golden, "fct_guideline_citations"):
        if citation["cited_by"] == "reviewer":
            guideline = guidelines[citation["guideline_key"]]
            cited[citation["decision_key"]].add((guideline["guideline_family"], guideline["guideline_title"]))
    report = rows(golden, "rpt_service_guidelines")
    for period, counted in of_periods(decisions).items():
        opioids = [decision for decision in counted if decision["service_subcategory"] == "Opioids"]
        expected = Counter(title for decision in opioids for title in cited[decision["decision_key"]])
        found = {
            (row["guideline_family"], row["guideline_title"]): row
            for row in report
            if row["period"] == period and row["service_subcategory"] == "Opioids"
        }
        assert {title: row["decision_count"] for title, row in found.items()} == expected
        for title, row in found.items():
            theirs = [decision for decision in opioids if title in cited[decision["decision_key"]]]
            assert row["overturned_count"] == overturned(theirs)
            assert row["decision_share"] == pytest.approx(len(theirs) / len(opioids))
    assert any(row["decision_count"] > 1 for row in report)


def test_what_both_sides_rely_on_and_on_nothing(golden: Warehouse, decisions: list[Row]) -> None:
    report = {
        (row["period"], row["service_category"], row["claims_basis"], row["reviewer_basis"]): row
        for row in rows(golden, "rpt_guideline_bases")
    }
    for period, counted in of_periods(decisions).items():
        on_nothing = [decision for decision in counted if decision["reviewer_basis"] == "none"]
        row = report.get((period, "all", "all", "none"), {"decision_count": 0})
        assert row["decision_count"] == len(on_nothing)
        row = report[(period, "all", "all", "all")]
        assert row["same_guideline_count"] == sum(decision["is_same_guideline"] for decision in counted)
        assert row["decision_share"] == 1
    surgery = [decision for decision in decisions if decision["service_category"] == "Surgery"]
    silent = [decision for decision in surgery if decision["claims_basis"] == "none"]
    row = report[("all", "Surgery", "none", "all")]
    assert row["decision_count"] == len(silent) > 0
    assert row["decision_share"] == pytest.approx(len(silent) / len(surgery))


def test_reviewers_count_for_each_of_their_specialties(golden: Warehouse, decisions: list[Row]) -> None:
    held: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(golden, "bridge_reviewer_specialties"):
        held["subspecialty" if row["is_subspecialty"] else "specialty"][row["reviewer_key"]].append(row["specialty"])
    for row in rows(golden, "bridge_reviewer_states"):
        held["state"][row["reviewer_key"]].append(row["state_code"])
    expected: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for decision in decisions:
        for credential in ("specialty", "subspecialty", "state"):
            for name in held[credential].get(decision["reviewer_key"], ["not_stated"]):
                expected[(credential, name)].append(decision)
    report = {
        (row["credential"], row["credential_name"]): (row["decision_count"], row["overturned_count"])
        for row in rows(golden, "rpt_reviewers")
        if row["period"] == "all"
    }
    assert report == {key: (len(members), overturned(members)) for key, members in expected.items()}
    states = sum(count for (credential, _), (count, _) in report.items() if credential == "state")
    assert states > len(decisions), "no reviewer here is licensed in two states"


def test_days_from_application_to_decision(golden: Warehouse, decisions: list[Row]) -> None:
    letters = {decision["determination_key"]: decision for decision in decisions}.values()
    days = [letter["days_to_decision"] for letter in letters if (letter["days_to_decision"] or -1) >= 0]
    report = {
        (row["counted_from"], row["priority"]): row
        for row in rows(golden, "rpt_days_to_decision")
        if row["period"] == "all"
    }
    row = report[("application", "all")]
    assert (row["letter_count"], row["dated_letter_count"]) == (len(letters), len(days))
    assert row["days_median"] == median(days)
    # The 90th percentile lies nine tenths of the way from the first letter to the last, counted from 0.
    place = 0.9 * (len(days) - 1)
    below, above = sorted(days)[int(place)], sorted(days)[int(place) + 1]
    assert row["days_p90"] == pytest.approx(below + (place - int(place)) * (above - below))
    expedited = [letter["days_to_decision"] for letter in letters if letter["priority"] == "expedited"]
    assert report[("application", "expedited")]["days_median"] == median(expedited)


def test_letters_and_patients(golden: Warehouse, decisions: list[Row]) -> None:
    by_letter: dict[str, list[Row]] = defaultdict(list)
    for decision in decisions:
        by_letter[decision["determination_key"]].append(decision)
    report = {
        (row["attribute"], row["attribute_value"]): row["letter_count"]
        for row in rows(golden, "rpt_letters")
        if row["period"] == "all"
    }
    sizes = Counter(len(members) for members in by_letter.values())
    assert {int(value): n for (attribute, value), n in report.items() if attribute == "decisions_per_letter"} == sizes
    partly = sum(0 < overturned(members) < len(members) for members in by_letter.values())
    assert report[("outcome", "partially_overturned")] == partly > 0
    amended = sum(members[0]["version"] > 1 for members in by_letter.values())
    assert report[("version", "amended")] == amended > 0
    patients = {
        (row["patient_sex"], row["age_group"]): row for row in rows(golden, "rpt_patients") if row["period"] == "all"
    }
    women = [m for m in by_letter.values() if m[0]["patient_sex"] == "female"]
    middle = [m for m in women if m[0]["patient_age"] in range(45, 55)]
    assert patients[("female", "all")]["letter_count"] == len(women)
    assert patients[("female", "45 to 54")]["letter_count"] == len(middle) > 0
    assert patients[("female", "45 to 54")]["decision_count"] == sum(map(len, middle))


def test_what_is_missing(golden: Warehouse, decisions: list[Row]) -> None:
    report = {
        (row["subject"], row["result"], row["reason"]): row["row_count"]
        for row in rows(golden, "rpt_completeness")
        if row["period"] == "all"
    }
    files = Counter(("file", row["status"], row["reason_code"] or "none") for row in rows(golden, "quality_letters"))
    items = Counter(("item", "quarantined", row["reason_code"]) for row in rows(golden, "quality_quarantined_items"))
    services = Counter(("service", decision["mapping_method"], "none") for decision in decisions)
    assert report == {**files, **items, **services, ("item", "decided", "none"): len(decisions)}


def test_an_interval_holds_its_rate(golden: Warehouse) -> None:
    """2 of 3 is anything from a fifth to all (statsmodels: 0.20766 to 0.938508)."""
    found = 0
    for row in rows(golden, "rpt_services"):
        assert 0 <= row["overturn_rate_low"] <= row["overturn_rate"] <= row["overturn_rate_high"] <= 1
        if (row["overturned_count"], row["decision_count"]) == (2, 3):
            assert (row["overturn_rate_low"], row["overturn_rate_high"]) == (0.20766, 0.938508)
            found += 1
    assert found
