"""What the report page says of hand-made rows, above all where few of them allow nothing to be said."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.report import findings
from orchestration.report.findings import NOTHING
from orchestration.report.intervals import Share, wilson
from orchestration.report.words import listed, percent

Row = dict[str, Any]
SPACE = "\N{NO-BREAK SPACE}"


def rate(name: str, value: float, low: float, high: float, **more: Any) -> Row:
    """A row with an overturn rate, in a whole of which 20 % (18 to 22) are overturned."""
    bounds = {"overturn_rate": value, "overturn_rate_low": low, "overturn_rate_high": high}
    return {"name": name, **bounds, "whole_rate": 0.2, "whole_low": 0.18, "whole_high": 0.22, **more}


def amount(name: str, count: int, whole: int) -> Row:
    return {"name": name, "amount": count, "share": count / whole, "whole_amount": whole}


def month(name: str, decisions: int, overturned: int, letters: int = 1) -> Row:
    share = wilson(overturned, decisions)
    return rate(
        name, *share, decision_count=decisions, overturned_count=overturned, letter_count=letters
    )  # of whole months of a year


def test_wilson_intervals_are_those_of_the_textbook() -> None:
    """statsmodels.stats.proportion.proportion_confint(2, 3, method="wilson"), and so for 0 of 10 and 10 of 10."""
    assert wilson(2, 3) == pytest.approx((2 / 3, 0.207660, 0.938508), abs=1e-6)
    assert wilson(0, 10) == pytest.approx((0, 0, 0.277533), abs=1e-6)
    assert wilson(10, 10) == pytest.approx((1, 0.722467, 1), abs=1e-6)


def test_a_share_is_above_another_only_where_the_intervals_part() -> None:
    assert Share(0.5, 0.41, 0.6).is_above(Share(0.3, 0.2, 0.4))
    assert not Share(0.5, 0.4, 0.6).is_above(Share(0.3, 0.2, 0.4))
    assert not Share(0.3, 0.2, 0.4).is_above(Share(0.5, 0.41, 0.6))


def test_rates_name_who_stands_out_and_not_two_of_three() -> None:
    rows = [
        rate("Drugs", 0.1, 0.08, 0.12),
        rate("Surgery", 0.3, 0.25, 0.35),
        rate("Home_Health", 0.6667, 0.2077, 0.9385),  # 2 of 3: more than three times the whole, and no finding
    ]
    said = f"Against the overall overturn rate of 20.0{SPACE}%"
    assert findings.rates(rows) == f"{said}, clearly higher: Surgery; clearly lower: Drugs"
    assert findings.rates([*rows[2:], rate("Other", 0.1, 0.05, 0.19)]) == (
        f"None clearly differs from the overall overturn rate of 20.0{SPACE}%"
    )
    assert findings.rates(rows[2:]) == f"Home Health: 66.7{SPACE}% overturned (20.8 to 93.8{SPACE}%)"


def test_rates_name_the_farthest_first_and_three_at_most() -> None:
    rows = [
        rate(name, value, value - 0.05, value + 0.05)
        for name, value in zip("ABCDE", (0.3, 0.5, 0.4, 0.6, 0.2), strict=True)
    ]
    assert findings.rates(rows).endswith("clearly higher: D, B, C and 1 other")


def test_the_most_frequent_leads_only_where_it_is_clear() -> None:
    """60 of 100 is 50 to 69 %, 20 of 100 13 to 29 %; 3 of 5 is 23 to 88 %, 2 of 5 12 to 77 %."""
    clear = [amount("Drugs", 60, 100), amount("Surgery", 20, 100), amount("Other", 20, 100)]
    assert findings.most_decisions(clear) == (
        f"Most frequent: Drugs, 60.0{SPACE}% of 100 decisions; then Surgery (20.0{SPACE}%)"
    )
    assert findings.most_letters([amount("not_stated", 3, 5), amount("male", 2, 5)]) == (
        f"Most frequent: not stated, 60.0{SPACE}% of 5 letters, not clearly ahead of male (40.0{SPACE}%)"
    )
    assert findings.most_letters([amount("male", 1, 1)]) == "male: 1 of 1 letter"


def test_volume_names_the_peak_and_all_of_them_where_they_tie() -> None:
    rows = [month("2015-01", 3, 1), month("2015-02", 9, 1, 4), month("not_stated", 20, 1)]
    assert findings.volume(rows) == "32 decisions in 6 letters, most in February 2015 (9)"
    assert findings.volume([month("2014", 3, 0), month("2015", 3, 1)]) == (
        "6 decisions in 2 letters, most in 2014 and 2015 (3 each)"
    )
    assert findings.volume([month("2015-03", 1, 0)]) == "1 decision in 1 letter, all in March 2015"
    assert findings.volume([month("not_stated", 2, 0)]) == "2 decisions in 1 letter, all without a date"


def test_rates_over_time_tell_a_year_that_stands_out_of_the_whole() -> None:
    """100 of 400 is 21.0 to 29.5 %; 70 of 100 lies far above it, 10 of 100 (5.5 to 17.4 %) below."""
    rows = [month("2013", 100, 70), month("2014", 100, 10), month("2015", 200, 20)]
    said = f"25.0{SPACE}% of denials are overturned (21.0 to 29.5{SPACE}%)"
    assert findings.rate_over_time(rows) == f"{said}: clearly higher in 2013 and lower in 2014 and 2015"
    assert findings.rate_over_time([month("2015-01", 4, 1), month("2015-02", 4, 2)]).endswith(
        "; no month clearly differs"
    )
    assert findings.rate_over_time([month("2015", 400, 100)]) == said


def test_guidelines_of_each_side() -> None:
    def cited(side: str, name: str, count: int) -> Row:
        share = {"decision_count": count, "decision_share": count / 100, "whole_amount": 100.0}
        return {"cited_by": side, "name": name, **share}

    reviewer = [cited("reviewer", "ODG", 20), cited("reviewer", "MTUS", 60)]
    claims = [cited("claims_administrator", "MTUS", 21), cited("claims_administrator", "ODG", 20)]
    assert findings.cited([*reviewer, *claims]) == (
        f"Reviewers cite MTUS (60.0{SPACE}% of decisions) most, before ODG (20.0{SPACE}%); claims administrators cite "
        f"MTUS (21.0{SPACE}% of decisions) most, not clearly more than ODG (20.0{SPACE}%)"
    )
    assert findings.cited(claims[:1]) == f"Claims administrators cite MTUS (21.0{SPACE}% of decisions)"


def test_what_both_sides_rely_on() -> None:
    row = {"decision_count": 3, "same_guideline_count": 2, "no_evidence_count": 0}
    assert findings.agreement([row]) == (
        f"Both sides cite a guideline in common in 66.7{SPACE}% of decisions (20.8 to 93.9{SPACE}%); "
        f"reviewers cite no evidence in 0.0{SPACE}%"
    )


def test_nine_of_ten_are_told_of_ten_letters_and_more() -> None:
    def days(letters: int) -> Row:
        told = {"dated_letter_count": letters, "days_median": 28.0, "days_p90": 1041.6}
        return {"counted_from": "application", "priority": "all", **told}

    assert findings.days([days(9)]) == "28 days from application to decision in the median of 9 letters"
    assert findings.days([days(10)]).endswith("median of 10 letters; nine of ten are decided within 1,042")
    other = {**days(10), "counted_from": "denial"}
    assert findings.days([other]) == "No letter prints both application and decision date"


@pytest.mark.parametrize(
    "finding",
    [
        findings.volume,
        findings.rate_over_time,
        findings.rates,
        findings.most_decisions,
        findings.most_letters,
        findings.cited,
        findings.agreement,
        findings.days,
    ],
)
def test_nothing_is_told_of_nothing(finding: Any) -> None:
    assert finding([]) == NOTHING


def test_lists_and_percents() -> None:
    assert [listed(list(names)) for names in ("", "A", "AB", "ABC", "ABCD", "ABCDE")] == [
        "",
        "A",
        "A and B",
        "A, B and C",
        "A, B, C and 1 other",
        "A, B, C and 2 others",
    ]
    assert percent(0.12345) == f"12.3{SPACE}%"
