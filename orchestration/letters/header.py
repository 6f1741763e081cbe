"""The block of case number, priority and dates on the first page of a letter."""

from __future__ import annotations

import datetime as dt
import re

from orchestration.letters.model import Header, Value
from orchestration.letters.page import Page, fold, labelled

# Names of people and claims are taken out of published letters; their labels only end the value in front of them.
_LABEL = re.compile(
    r"(?=[acdeimpu])(?<![a-z])(?:(?:imr\s+|maximus\s+)?(case\s+number)|(date\s+assigned|date\s+of\s+injury|decision\s+date"
    r"|ur\s+denial\s+date|date\s+of\s+ur\s+decision|priority|(?:imr\s+)?application\s+received|dated)"
    r"|(?:claims?\s+number|employee(?:\s+name)?|provider(?:\s+name)?))\s*:",
)
_CASE_NUMBER = re.compile(r"cm\s?\d\d\s?-\s?\d{5,8}")
# What stands in the place of a case number and has not its shape: 'CM15-O020341'. It is what the letter says.
_LIKE_CASE_NUMBER = re.compile(r"[ \n]{0,40}(cm[a-z\d-]{2,20})\b")
_DATE = re.compile(r"(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4}|\d\d)\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 'December 9, 2013', 'Dec. 9, 2013'
_DATE_IN_WORDS = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]{{0,6}}\.? (\d{{1,2}}),? (\d{{4}})\b")
_PRIORITY = re.compile(r"[a-z]+")
_DATE_FIELDS = {
    "date assigned": "assigned",
    "date of injury": "injury",
    "decision date": "decision",
    "dated": "decision",  # notices
    "ur denial date": "ur_denial",
    "date of ur decision": "ur_denial",  # notices
    "application received": "application_received",
    "imr application received": "application_received",
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_header(page: Page, end: int) -> Header:
    """Reads the block before `end`. Of a date that no calendar has only the place is told."""
    low, marks = page.low, page.marks
    case_number = priority = None
    dates: dict[str, tuple[dt.date | None, Value]] = {}
    for label, stop in labelled(list(_LABEL.finditer(low, 0, end)), end):
        marks.append(label.span())
        if label[1]:
            if match := _CASE_NUMBER.search(low, label.end(), stop):
                marks.append(match.span())  # a cover prints what the second page prints again: the later one counts
                case_number = page.value(*match.span())
            elif case_number is None and (match := _LIKE_CASE_NUMBER.match(low, label.end(), stop)):
                marks.append(match.span(1))
                case_number = page.value(*match.span(1))
            continue
        name = fold(label[2] or "")
        field = _DATE_FIELDS.get(name)
        if field and (match := _DATE.search(low, label.end(), stop) or _DATE_IN_WORDS.search(low, label.end(), stop)):
            marks.append(match.span())
            day = _day(match)
            known = field in dates and dates[field][0] is not None
            if not (known and (day is None or name == "dated")) and (value := page.value(*match.span())):
                dates[field] = (day, value)
        elif name == "priority" and (match := _PRIORITY.search(low, label.end(), stop)):
            marks.append(match.span())
            priority = page.value(*match.span())
    return Header(case_number, priority, dates)


def _day(printed: re.Match[str]) -> dt.date | None:
    """'03/19/2008' or 'March 19, 2008' as a day; None for one that is on no calendar or outside 1900 to 2100."""
    month = int(printed[1]) if printed[1].isdigit() else _MONTHS.index(printed[1]) + 1
    day, year = int(printed[2]), int(printed[3])
    if year < 100:
        year += 2000 if year < 50 else 1900
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
