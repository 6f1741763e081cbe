"""What a chart shows, in a sentence: pure functions from the rows that it draws.

A count is told as it is. That one share or rate is larger than another is said only where their intervals do not
overlap (see `intervals`); of ties and of groups too small to tell, the sentence says that.
"""

from __future__ import annotations

from orchestration.report.figures import Row, Rows
from orchestration.report.intervals import Share, wilson
from orchestration.report.words import counted, in_period, interval, listed, named, percent, time_name

NOTHING = "There is nothing to show for this choice."
FEW_LETTERS = 10
"""Of fewer letters nine of ten say nothing that the slowest letter does not."""


def rate_of(row: Row) -> Share:
    """The overturn rate of a row of any report table."""
    return Share(row["overturn_rate"], row["overturn_rate_low"], row["overturn_rate_high"])


def volume(rows: Rows) -> str:
    """Decisions by year, or by month of one year."""
    if not rows:
        return NOTHING
    decisions, letters = (sum(row[column] for row in rows) for column in ("decision_count", "letter_count"))
    what = f"{counted(decisions, 'decision')} in {counted(letters, 'letter')}"
    dated = [row for row in rows if row["name"] != "not_stated"]
    if len(rows) == 1:
        return f"{what}, all {in_period(rows[0]['name'])}"
    most = max(row["decision_count"] for row in dated)
    peaks = [time_name(row["name"]) for row in dated if row["decision_count"] == most]
    return f"{what}, most in {listed(peaks)} ({most:,}{' each' if len(peaks) > 1 else ''})"


def rate_over_time(rows: Rows) -> str:
    """Overturn rates by year, or by month of one year. The whole is all of them."""
    if not rows:
        return NOTHING
    overturned, decisions = (sum(row[column] for row in rows) for column in ("overturned_count", "decision_count"))
    whole = wilson(overturned, decisions)
    said = f"{percent(whole.value)} of denials are overturned ({interval(whole.low, whole.high)})"
    dated = [row for row in rows if row["name"] != "not_stated"]
    if len(dated) < 2:
        return said
    more, less = _standing_out(dated, whole)
    told = [f"{word} in {listed([time_name(name) for name in names])}" for word, names in _told(more, less)]
    unit = "month" if "-" in dated[0]["name"] else "year"
    return f"{said}: clearly {' and '.join(told)}" if told else f"{said}; no {unit} clearly differs"


def rates(rows: Rows) -> str:
    """Overturn rates of names, beside the rate of their whole."""
    if not rows:
        return NOTHING
    whole = Share(rows[0]["whole_rate"], rows[0]["whole_low"], rows[0]["whole_high"])
    of_all = f"the overall overturn rate of {percent(whole.value)}"
    if len(rows) == 1:
        mine = rate_of(rows[0])
        return f"{named(rows[0]['name'])}: {percent(mine.value)} overturned ({interval(mine.low, mine.high)})"
    more, less = _standing_out(rows, whole)
    told = [f"clearly {word}: {listed([named(name) for name in names])}" for word, names in _told(more, less)]
    said = f"Against {of_all}, {'; '.join(told)}"
    return said if told else f"None clearly differs from {of_all}"


def most_decisions(rows: Rows) -> str:
    return _most_frequent(rows, "decisions")


def most_letters(rows: Rows) -> str:
    return _most_frequent(rows, "letters")


def _most_frequent(rows: Rows, unit: str) -> str:
    """Counts of names that are parts of a whole. One leads only where its share is clearly the largest."""
    if not rows:
        return NOTHING
    first, *others = sorted(rows, key=lambda row: -row["amount"])
    whole = first["whole_amount"]
    said = f"Most frequent: {named(first['name'])}, {percent(first['share'])} of {whole:,} {unit}"
    if not others:
        return f"{named(first['name'])}: {first['amount']:,} of {counted(whole, unit[:-1])}"
    mine = wilson(first["amount"], whole)
    rivals = [row for row in others if not mine.is_above(wilson(row["amount"], whole))]
    if rivals:
        return f"{said}, not clearly ahead of {listed([_with_share(row) for row in rivals], limit=2)}"
    return f"{said}; then {_with_share(others[0])}"


def cited(rows: Rows) -> str:
    """Guidelines by the side that cites them."""
    told = [
        f"{people} cite {said}"
        for side, people in (("reviewer", "reviewers"), ("claims_administrator", "claims administrators"))
        if (said := _cited_most([row for row in rows if row["cited_by"] == side]))
    ]
    sentence = "; ".join(told)
    return sentence[:1].upper() + sentence[1:] if sentence else NOTHING


def _cited_most(rows: Rows) -> str:
    """What one side cites most, or the two that it cites most where neither is clearly ahead."""
    told = [
        f"{named(row['name'])} ({percent(row['decision_share'])} of decisions)"
        for row in sorted(rows, key=lambda row: -row["decision_count"])
    ]
    shares = sorted((wilson(row["decision_count"], int(row["whole_amount"])) for row in rows), reverse=True)
    if len(told) < 2:
        return "".join(told)
    if shares[0].is_above(shares[1]):
        return f"{told[0]} most, before {told[1].removesuffix(' of decisions)')})"
    return f"{told[0]} most, not clearly more than {told[1].removesuffix(' of decisions)')})"


def agreement(rows: Rows) -> str:
    """How often both sides rely on the same, and reviewers on nothing."""
    if not rows:
        return NOTHING
    (row,) = rows
    same = wilson(row["same_guideline_count"], row["decision_count"])
    nothing = wilson(row["no_evidence_count"], row["decision_count"])
    return (
        f"Both sides cite a guideline in common in {percent(same.value)} of decisions"
        f" ({interval(same.low, same.high)}); reviewers cite no evidence in {percent(nothing.value)}"
    )


def days(rows: Rows) -> str:
    """Days from the application to the decision, in letters of any priority."""
    row = next((row for row in rows if row["counted_from"] == "application" and row["priority"] == "all"), None)
    if row is None:
        return "No letter prints both application and decision date" if rows else NOTHING
    letters = counted(row["dated_letter_count"], "letter")
    said = f"{row['days_median']:,.0f} days from application to decision in the median of {letters}"
    if row["dated_letter_count"] < FEW_LETTERS:
        return said
    return f"{said}; nine of ten are decided within {row['days_p90']:,.0f}"


def _with_share(row: Row) -> str:
    return f"{named(row['name'])} ({percent(row['share'])})"


def _standing_out(rows: Rows, whole: Share) -> tuple[list[str], list[str]]:
    """Names whose interval lies above that of the whole, and below: the farthest first."""
    above = sorted((row for row in rows if rate_of(row).is_above(whole)), key=lambda row: -row["overturn_rate"])
    below = sorted((row for row in rows if whole.is_above(rate_of(row))), key=lambda row: row["overturn_rate"])
    return [row["name"] for row in above], [row["name"] for row in below]


def _told(more: list[str], less: list[str]) -> list[tuple[str, list[str]]]:
    return [(word, names) for word, names in (("higher", more), ("lower", less)) if names]
