"""Key figures and the state of the data, of hand-made figures: what is compared with what, and what is left unsaid."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orchestration.report.figures import Figures, Row
from orchestration.report.headline import key_figures
from orchestration.report.intervals import wilson
from orchestration.report.quality import standings

SPACE = "\N{NO-BREAK SPACE}"


def volume(period: str, name: str, letters: int, decisions: int, overturned: int) -> dict[str, Any]:
    share = wilson(overturned, decisions)
    return {
        "period": period,
        "choice": "all",
        "name": name,
        "letter_count": letters,
        "decision_count": decisions,
        "decisions_per_letter": decisions / letters,
        "overturned_count": overturned,
        "overturn_rate": share.value,
        "overturn_rate_low": share.low,
        "overturn_rate_high": share.high,
    }


def figures(months: list[Row], totals: dict[str, Row], **datasets: list[Row]) -> Figures:
    at = dt.datetime(2026, 3, 1, 6)
    return Figures("r-1", at, totals, {"volume": months, "agreement": [], "days": [], **datasets}, [], [])


TWO_YEARS = figures(
    [
        volume("2014", "2014-01", 100, 200, 20),
        volume("2014", "2014-02", 100, 200, 20),
        volume("2014", "2014-12", 900, 1600, 160),
        volume("2015", "2015-01", 110, 240, 60),
        volume("2015", "2015-02", 110, 200, 50),
    ],
    {
        "2014": volume("2014", "all", 1100, 2000, 200),
        "2015": volume("2015", "all", 220, 440, 110),
        "all": volume("all", "all", 1320, 2440, 310),
    },
)


def by_label(figures: Figures, period: str) -> dict[str, Any]:
    return {figure.label: figure for figure in key_figures(figures, period)}


def test_a_year_that_is_not_over_is_compared_with_the_same_months() -> None:
    letters = by_label(TWO_YEARS, "2015")["Letters"]
    assert (letters.value, letters.detail) == ("220", "in 2015")
    assert letters.change == "2015 until February: 220, a year before 200 (+10 %)"


def test_all_years_tell_the_change_of_the_last_one() -> None:
    found = by_label(TWO_YEARS, "all")
    assert (found["Decisions"].value, found["Decisions"].detail) == ("2,440", "1.8 a letter")
    assert found["Decisions"].change == "2015 until February: 440, a year before 400 (+10 %)"
    rate = found["Denials overturned"]
    assert rate.value == f"12.7{SPACE}%"
    # 110 of 440 is 21.2 to 29.2 %, 200 of 2,000 8.8 to 11.4 %
    assert rate.change == f"2015: 25.0{SPACE}%, clearly more than 10.0{SPACE}% in 2014"


def test_the_first_year_is_compared_with_nothing() -> None:
    assert [figure.change for figure in key_figures(TWO_YEARS, "2014")] == ["", "", "", ""]
    assert key_figures(TWO_YEARS, "2013") == []


def test_few_letters_have_no_change_in_percent_and_no_clear_difference() -> None:
    months = [volume("2014", "2014-12", 1, 3, 0), volume("2015", "2015-12", 2, 3, 2)]
    few = figures(months, {row["period"]: {**row, "name": "all"} for row in months})
    found = by_label(few, "2015")
    assert found["Letters"].change == "2015: 2, a year before 1"
    assert found["Denials overturned"].change == f"not clearly different from 0.0{SPACE}% in 2014"


def test_days_are_of_letters_that_print_both_dates() -> None:
    def days(period: str, median: float) -> Row:
        told = {"dated_letter_count": 1, "days_median": median}
        return {"period": period, "choice": "all", "counted_from": "application", "priority": "all", **told}

    label = "Median days from application to decision"
    assert by_label(TWO_YEARS, "2015")[label].detail == "no letter in 2015 prints both dates"
    dated = figures(list(TWO_YEARS.datasets["volume"]), TWO_YEARS.totals, days=[days("2014", 30), days("2015", 28)])
    found = by_label(dated, "2015")[label]
    assert (found.value, found.detail, found.change) == ("28", "1 letter", "2015: 28, a year before 30")


def test_the_state_of_the_data_names_what_is_missing_and_why() -> None:
    def lost(subject: str, result: str, reason: str, count: int, share: float) -> Row:
        return {"subject": subject, "result": result, "reason": reason, "row_count": count, "row_share": share}

    check = {"suite": "items", "severity": "warning", "rows_checked": 7, "column_name": "outcome"}
    found = standings(
        Figures(
            "r-1",
            dt.datetime(2026, 3, 1),
            TWO_YEARS.totals,
            TWO_YEARS.datasets,
            [
                lost("file", "read", "none", 6, 0.6),
                lost("file", "rejected", "too_large", 4, 0.4),
                lost("service", "vocabulary", "none", 9, 1.0),
            ],
            [
                {**check, "expectation": "expect_column_values_to_not_be_null", "is_met": False, "rows_unexpected": 2},
                {**check, "expectation": "x", "is_met": True, "rows_unexpected": 0},
            ],
        )
    )
    assert [(one.label, one.value, one.is_good) for one in found] == [
        ("Newest decision", "February 2015", True),
        ("Files received", f"10, 4 rejected (40.0{SPACE}%)", False),
        ("Services", f"9, 0 unmapped (0.0{SPACE}%)", True),
        ("Promises", "1 of 2 kept in the audit of this publication", False),
    ]
    assert found[1].details == ("read 6", "rejected: too large 4")
    assert found[3].details == ("warning: items, outcome to not be null, 2 of 7 rows",)


def test_an_empty_warehouse_has_no_key_figures() -> None:
    empty = figures([], {})
    assert key_figures(empty, "all") == []
    assert [(one.value, one.is_good) for one in standings(empty)] == [("none yet", False)]


def test_letters_without_a_date_are_counted_and_compared_with_nothing() -> None:
    undated = volume("not_stated", "not_stated", 5, 14, 3)
    found = figures(
        [undated, {**undated, "period": "all"}], {"not_stated": undated, "all": {**undated, "period": "all"}}
    )
    assert [one.value for one in standings(found)] == ["no letter prints a date"]
    for period, words in (("all", "over all years"), ("not_stated", "without a date")):
        keys = key_figures(found, period)
        assert [(one.value, one.change) for one in keys[:2]] == [("5", ""), ("14", "")]
        assert (keys[0].detail, keys[3].detail) == (words, f"no letter {words} prints both dates")
