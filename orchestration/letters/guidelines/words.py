"""Walking over a citation's words: separators, what stands between name and topic, and the trimming of what is left."""

from __future__ import annotations

import re

from orchestration.letters.guidelines.names import ACOEM_SHORT, DETAIL, ELEMENT, ODG_CHAPTER

TRIM = " ,;:.-–—/[&"
_TRIM_END = " ,;:.-–—/[(&"
_LOOSE = frozenset(("and", "or", "the", "on", "in", "also"))
_SEPARATORS = frozenset(" ,:;.()/[]&–—-")
_GLUES = (
    *("also ", "and ", "or ", "as well as ", "the ", "non-mtus ", "on ", "in ", "from ", "per ", "citing ", "see "),
    *("under ", "of "),
)
_GLUE_BEGINNINGS = frozenset(glue[:2] for glue in _GLUES)
_GLUE = re.compile(rf"(?:{'|'.join(_GLUES)})+")
_YEAR = re.compile(r"(?:19|20)\d\d(?<![\d-]\d{4})(?![\d/-])")
_CENTURY = re.compile(r"(?:19|20)\d\d")
_TAIL = re.compile(
    r"[\s,;(\[-]{1,4}(?:(?:last |recently )?(?:updated?|revised|accessed|effective|version|dated)[\s:]{0,2}(?:on )?)?"
    r"(?:\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}/\d{2,4}|(?:[a-z]{3,9}\.? (?:\d{1,2},? )?)?(?:19|20)\d\d(?: updates?)?"
    r"|on-?line (?:version|edition)|web(?: version)?"
    r"|treatment index|twc|procedure summary|mtus)[)\]\s.,]{0,3}$"
)
_TAIL_ENDS = ("update", "updates", "version", "edition", "web", "index", "twc", "summary", "mtus")
_LONGEST_TAIL = 60


def skip(low: str, pos: int, end: int) -> int:
    """Past separators and words like 'and the'."""
    while True:
        start = pos
        pos = _behind_glue(low, behind_separators(low, pos, end), end)
        if pos == start:
            return pos


def behind_separators(low: str, pos: int, end: int) -> int:
    """Past white space, commas, brackets and their like. There are one or two: a pattern takes longer to start."""
    while pos < end and low[pos] in _SEPARATORS:
        pos += 1
    return pos


def _behind_glue(low: str, pos: int, end: int) -> int:
    if low[pos : pos + 2] not in _GLUE_BEGINNINGS:
        return pos
    glue = _GLUE.match(low, pos, end)
    return glue.end() if glue else pos


def details(low: str, pos: int, end: int, kind: str) -> tuple[int, int, int | None, bool]:
    """Walks over chapter, title, edition, date and regulation.

    Returns where the topic begins, where the name ends, the chapter's number, and whether a chapter or title was seen.
    """
    name_end, chapter, titled = pos, None, False
    while pos < end:
        at = behind_separators(low, pos, end)
        if kind in ("odg", "acoem"):  # 'Shoulder Complaints Chapter of the ACOEM Practice Guidelines'
            at = _behind_glue(low, at, end)
        detail = DETAIL.match(low, at, end)
        if detail and detail.end() > at:
            if detail.lastgroup == "chapter" and kind in ("acoem", "mtus", "odg"):
                if chapter is not None:
                    break
                chapter, name_end = int(re.findall(r"\d+", detail[0])[0]), detail.end()
            elif detail.lastgroup == "section":
                return detail.end(), name_end, chapter, titled
            pos = detail.end()
            continue
        found = None
        if kind == "odg":
            found = ODG_CHAPTER.match(low, at, end)
            if found and titled and not low[found.end() : end].strip(TRIM + ")"):
                break  # 'Pulmonary Chapter; Burns Chapter' are two, 'Pain and Low Back Chapters, Opioids' is one
            titled = titled or found is not None
        elif kind == "acoem" and not titled:
            found = ACOEM_SHORT.match(low, at, end)
            titled = found is not None
        if found is None:
            found = ELEMENT.match(low, at, end)
            if found is None or found.lastgroup != kind:
                break
        pos = name_end = found.end()
    return behind_separators(low, pos, end), name_end, chapter, titled


def holds_year(low: str, start: int, end: int) -> bool:
    """Whether four digits are there that a year may be among: most citations are passed over by them alone."""
    return _CENTURY.search(low, start, end) is not None


def first_year(low: str, start: int, end: int) -> int | None:
    """The first year printed with four digits; no part of a regulation's number."""
    match = _YEAR.search(low, start, end)
    return int(match[0]) if match else None


def without_tail(low: str, start: int, end: int) -> int:
    """The end of a topic before what trails behind it: ', updated 4/3/14', ', online version', an address."""
    address = low.find("http", start, end)
    if address >= 0:
        end = address
    last = low[max(start, end - _LONGEST_TAIL) : end].rstrip(")] .,")
    if not last[-1:].isdigit() and not last.endswith(_TAIL_ENDS):  # as most topics
        return end
    match = _TAIL.search(low, max(start, end - _LONGEST_TAIL), end)
    return match.start() if match else end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without separators and loose words at its ends."""
    words = text[start:end].lstrip(TRIM)
    start = end - len(words)
    while True:
        words = words.rstrip(_TRIM_END)
        last = words.rfind(" ") + 1
        if words[last:].lower() not in _LOOSE:
            return start, start + len(words)
        words = words[:last]


def closed(text: str, start: int, end: int) -> str:
    """The words between, with the bracket closed that is open, or without the one that was never opened."""
    words = text[start:end]
    missing = words.count("(") - words.count(")")
    if missing > 0:
        if text[end : end + missing] == ")" * missing:
            return text[start : end + missing]
        opened = words.rfind("(")
        return words[:opened].rstrip(TRIM + " ") if len(words) - opened < 3 else words
    while missing < 0 and words.endswith(")"):
        words, missing = words[:-1].rstrip(), missing + 1
    return words
