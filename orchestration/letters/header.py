"""The block of case number, priority and dates on the first page of a letter."""

from __future__ import annotations

import datetime as dt
import re

from orchestration.letters.model import Header, Value
from orchestration.letters.page import fold, labelled, value, weight

_LABEL = re.compile(
    r"(case\s+number|date\s+assigned|date\s+of\s+injury|decision\s+date|ur\s+denial\s+date|priority"
    r"|application\s+received)\s*:",
)
_CASE_NUMBER = re.compile(r"cm\s?\d\d\s?-\s?\d{5,8}")
_DATE = re.compile(r"(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4}|\d\d)\b")
_PRIORITY = re.compile(r"[a-z]+")
_DATE_FIELDS = {
    "date assigned": "assigned",
    "date of injury": "injury",
    "decision date": "decision",
    "ur denial date": "ur_denial",
    "application received": "application_received",
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_header(clean: str, low: str, end: int) -> Header:
    """Reads the block before `end`. A date that no calendar has is left out, like one that isn't printed."""
    case_number = priority = None
    dates: dict[str, tuple[dt.date, Value]] = {}
    wording = 0
    for label, stop in labelled(list(_LABEL.finditer(low, 0, end)), end):
        name = fold(label[1])
        wording += weight(fold(label[0]))
        if name == "case number":
            case_number = case_number or _found(_CASE_NUMBER, clean, low, label.end(), stop)
        elif name == "priority":
            priority = priority or _found(_PRIORITY, clean, low, label.end(), stop)
        elif name_of_date := _DATE_FIELDS.get(name):
            printed = _found(_DATE, clean, low, label.end(), stop)
            day = parse_date(printed.text) if printed else None
            if printed and day and name_of_date not in dates:
                dates[name_of_date] = (day, printed)
    return Header(case_number, priority, dates, wording)


def _found(pattern: re.Pattern[str], clean: str, low: str, start: int, stop: int) -> Value | None:
    match = pattern.search(low, start, stop)
    return value(clean, match.start(), match.end()) if match else None


def parse_date(printed: str) -> dt.date | None:
    """'03/19/2008' as a day; None for a day that is on no calendar or outside 1900 to 2100."""
    match = _DATE.search(printed)
    if not match:
        return None
    month, day, year = int(match[1]), int(match[2]), int(match[3])
    if year < 100:
        year += 2000 if year < 50 else 1900
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
