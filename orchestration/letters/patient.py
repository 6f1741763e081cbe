"""Age and sex of the injured worker, from the clinical case summary and only where it states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from orchestration.letters.model import Patient, Value
from orchestration.letters.page import Page

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_TEENS = {"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
# '48-year-old', '55 year old', '62 y/o', '45 years of age', 'forty-four year old'
_AGE = re.compile(
    r"(?:(?<![\d.,/-])(\d{2,3})|\b("
    + "|".join([*_TENS, *_TEENS])
    + r")(?:[\s-]{1,8}("
    + "|".join(_ONES)
    + r"))?(?:\s{1,8}\(\d{2}\))?)"
    r"[\s\x7f-]{0,8}(?:(?:years?|yrs?\.?)(?:,?\s{1,8}(?:and\s{1,8})?\d{1,2}\s{1,8}months?)?[\s\x7f-]{0,8}(?:old\b|of\s{1,8}age\b)|y[./\s-]{0,2}o\b\.?)"
)
_LOWEST, _HIGHEST = 10, 150  # a number beyond is no age; one that no worker has is told by the audit
_UNIT = re.compile(r"y(?:ears?\b|rs?\b|[./\s-]{0,2}o\b)")
_LONGEST_NUMBER = 32  # 'seventy - three '
_AGED = re.compile(r"\b(?:aged|age\s+of|age)[\s:]{1,2}(\d{2})\b")
# 'The patient (52, female)', 'The patient, 52, a female'
_BESIDE = re.compile(
    r"\b(?:patient|employee|worker|claimant|applicant)\s?,?\s\(?(\d{2}),\s(?:an?\s)?(male|female|man|woman)\b"
)
# 'a gentleman of 64 years', 'a woman of 47 who'
_OF_YEARS = re.compile(
    r"\b(male|female|man|woman|gentleman|lady),?\s{1,8}of\s{1,8}(\d{2})(?=\s{1,8}years?\b|[,.]|\s{1,8}(?:who|with)\b)"
)
_AT_INJURY = re.compile(r"[\s,]{1,3}(?:(?:fe)?male\s|man\s|woman\s)?(?:when|at\s+the\s+time|on\s+the\s+date)\b")
_TODAY = re.compile(r"\b(?:now|currently|presently)\s(?:an?\s)?$")
_SEX: dict[str, Literal["female", "male"]] = {
    **dict.fromkeys(("male", "man", "gentleman", "m"), "male"),
    **dict.fromkeys(("female", "woman", "lady", "f"), "female"),
}
_STATED_SEX = re.compile(
    r"\b(?:is|was)\s+(?:an?\s+)?(?:[a-z-]{1,20}\s+){0,3}(male|female|man|woman|gentleman|lady)\b"
    r"|\b(male|female),?\s+aged?\b"
)
_WORDS_OF_SEX = ("male", "man", "lady")  # within 'female', 'woman', 'gentleman' as well
_OTHER_THINGS = ("injury", "claim", "accident", "mri", "fracture", "surgery", "fusion", "machine", "case")
_CLAUSE_STARTS = frozenset(("who", "whose", "with", "that", "and", "which", "when", "while", "has", "had", "is", "was"))
_PRINTED = re.compile(r"\S+")
_LONGEST_WAY = 120
_WORDS_BETWEEN = 7  # '54 year old, right-hand dominant male'
_NOT_THE_WORKER = ("his", "her", "their", "son", "daughter", "wife", "husband", "brother", "sister", "mother", "father")


def read_patient(page: Page, start: int, end: int) -> Patient:
    """The first age that the summary states of the worker, and the sex beside it."""
    low = page.low
    aged = _AGED.finditer(low, start, end) if low.find("age", start, end) >= 0 else ()
    for matches in (_ages(low, start, end), aged):
        for match in matches:
            age = _number(match)
            before = low[max(start, match.start() - 24) : match.start()].split()
            behind = low[match.end() : min(end, match.end() + 24)].split()
            if not _LOWEST <= age <= _HIGHEST or (before and before[-1].strip(",") in _NOT_THE_WORKER):
                continue
            if behind and behind[0].strip(".,;") in _OTHER_THINGS:
                continue  # 'a 20 year old injury'
            if now := _now(low, match.end(), end):  # 'was 33 years old when he sustained ... He is now 36 years of age'
                match, age = now, _number(now)
            age_value = page.value(*match.span())
            sex, sex_value = _sex_after(page, match.end(), end)
            if sex is None:
                sex, sex_value = _sex_stated(page, start, end)
            return Patient(age, age_value, sex, sex_value)
    if beside := _BESIDE.search(low, start, end):
        return Patient(int(beside[1]), page.value(*beside.span(1)), _SEX[beside[2]], page.value(*beside.span(2)))
    if of_years := _OF_YEARS.search(low, start, end):
        age_value, sex_value = page.value(*of_years.span(2)), page.value(*of_years.span(1))
        return Patient(int(of_years[2]), age_value, _SEX[of_years[1]], sex_value)
    return Patient(None, None, *_sex_stated(page, start, end))


def _ages(low: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Ages in printed order, found from the word behind the number."""
    for unit in _UNIT.finditer(low, start, end):
        floor, stop = max(start, unit.start() - _LONGEST_NUMBER), min(end, unit.end() + _LONGEST_NUMBER)
        number = low[floor : unit.start()].rstrip(" \n\x7f-")
        first = floor + len(number.rstrip("0123456789"))
        # Straight from the digits, as nearly all letters print it, where nothing in front of them can be an age.
        plain = _AGE.match(low, first, stop) if "y" not in number else None
        if match := plain or _AGE.search(low, floor, stop):
            yield match


def _now(low: str, at: int, end: int) -> re.Match[str] | None:
    """The age that the summary tells of today, where the one that ends at `at` is that of the injury."""
    if not _AT_INJURY.match(low, at, end):
        return None
    ages = (
        age for age in _ages(low, at, end) if _TODAY.search(low, max(at, age.start() - _LONGEST_NUMBER), age.start())
    )
    return next(ages, None)


def _number(match: re.Match[str]) -> int:
    if match.lastindex == 1 and match[1].isdigit():
        return int(match[1])
    tens = match[2]
    return _TEENS.get(tens) or _TENS[tens] + _ONES.get(match[3] or "", 0)


def _sex_after(page: Page, start: int, end: int) -> tuple[Literal["female", "male"] | None, Value | None]:
    for count, word in enumerate(_PRINTED.finditer(page.low, start, min(end, start + _LONGEST_WAY))):
        bare = word[0].strip(".,;:()-")
        if bare in _SEX:
            at = word.start() + word[0].index(bare)
            return _SEX[bare], page.value(at, at + len(bare))
        if bare in _CLAUSE_STARTS or word[0].endswith(".") or count >= _WORDS_BETWEEN:
            break
    return None, None


def _sex_stated(page: Page, start: int, end: int) -> tuple[Literal["female", "male"] | None, Value | None]:
    if all(page.low.find(word, start, end) < 0 for word in _WORDS_OF_SEX):
        return None, None
    match = _STATED_SEX.search(page.low, start, end)
    if not match:
        return None, None
    return _SEX[match[match.lastindex or 1]], page.value(*match.span(match.lastindex or 1))
