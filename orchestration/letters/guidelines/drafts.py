"""Where in a statement each citation starts, and which kind of guideline it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice, pairwise

from orchestration.letters.guidelines.names import (
    DETAIL,
    ELEMENT,
    MTUS_FRONT,
    ODG_CHAPTER,
    ODG_FRONT,
    ODG_NEXT,
    TITLE_AND_YEAR,
)
from orchestration.letters.guidelines.pages import Ranges, read_pages
from orchestration.letters.guidelines.words import TRIM, details, skip, trimmed
from orchestration.letters.model import Scheme

NAMED = frozenset(("chronic_pain", "postsurgical", "acupuncture", "opioids", "formulary"))  # the DWC's own guidelines
LITERATURE = "other"
_FRONT = re.compile(
    r"(?:the )?(?:ca(?:lifornia)?[ /-]{1,3})?(?:mtus\b|medical treatment utili[sz]ation schedule)(?: ?\(mtus\))?"
    r"(?: guidelines?(?=[\s,:;.]{0,2}(?:$|the |acoem|chronic|post)))?"
)
# Behind the pages: 'Table 13-5', 'of 127', '(pdf format)'
_NO_TOPIC = re.compile(
    r"(?:tables?|figures?|fig\.|algorithms?|appendix) ?[\da-z-]{0,8}|of \d{1,3}|pdf\b(?: format)?|respectively"
)
_SPLITS = re.compile(r"(?:[;.,:/)]\s?|\band |\bor |\balso |\bfrom )(?:also |and |or )?(?:the |in the |on the |per )?$")
_SPLITS_HARD = re.compile(r"(?:;\s?|\.\s|\band |\bor |\balso )(?:the |on the |from )?$")
_SPLITS_LITERATURE = re.compile(r"(?:;\s|\balso |[,;] and )(?:the )?$")


# Names, chapters and pages of one statement. The longest of real letters have some thirty.
_MOST_ELEMENTS = 60


_INSTITUTION = re.compile(
    r"(?:[a-z][a-z.&'-]{1,19} ){0,5}"
    r"(?:university|health system|society|academy|association|college|institutes?|foundation|task force)\b"
)
_TITLES_ANOTHER = re.compile(r"[\s,(]{0,3}(?:(?:19|20)\d\d|section|chapter|page)")
_AND = re.compile(r",? (?:and|or|as well as) ")


@dataclass(slots=True)
class Draft:
    """A citation in the making. `carried` marks one that takes its name from the one before."""

    kind: str
    start: int
    detail: int  # where the name's own words end and chapter, edition, topic begin
    name: tuple[int, int] | None
    carried: bool = False
    end: int = 0
    pages_start: int | None = None
    pages_end: int | None = None
    pages: Ranges = ()
    chaptered: bool = False
    titled: bool = False


def drafts_of(low: str, start: int, end: int, scheme: Scheme | None) -> list[Draft]:
    """The citations between `start` and `end` in printed order, each with its pages, not yet read further."""
    current = _first(low, start, end, scheme)
    drafts = [current]
    for element in islice(ELEMENT.finditer(low, current.detail, end), _MOST_ELEMENTS):
        kind = element.lastgroup or ""
        pos = element.start()
        if pos < (current.pages_end or current.detail):
            continue
        if current.pages_end is not None and current.kind != LITERATURE:
            topic = _topic_behind(low, current.pages_end, pos)
            if topic is not None:
                current = _carry(low, drafts, current, topic)
        if kind == "page":
            ranges, list_end = read_pages(low, element.end(), end)
            if ranges:
                current.pages += ranges
                current.pages_end = list_end
                if current.pages_start is None:
                    current.pages_start = pos
        elif kind == "chapter":
            if current.kind in ("acoem", *NAMED) and (current.pages or current.chaptered):
                current = _carry(low, drafts, current, pos)
                current.kind = "acoem"
            current.chaptered = True
        elif _opens(low, current, kind, pos, element.end(), scheme):
            current = Draft("acoem" if kind == "title" else kind, pos, element.end(), (pos, element.end()))
            if kind == LITERATURE:
                current.detail = pos
            current.titled = kind == "title"
            drafts.append(current)
        elif kind == "title":
            current.titled = True
    if current.pages_end is not None and current.kind != LITERATURE:
        topic = _topic_behind(low, current.pages_end, end)
        if topic is not None:
            _carry(low, drafts, current, topic)
    for draft, after in pairwise(drafts):
        draft.end = after.start
    drafts[-1].end = end
    return [part for draft in drafts for part in _by_chapter(low, draft)]


def _by_chapter(low: str, draft: Draft) -> list[Draft]:
    """A citation of the ODG, parted where a further chapter follows a topic; any other as it is."""
    if draft.kind != "odg":
        return [draft]
    stop = draft.pages_start if draft.pages_start is not None else draft.end
    topic, _, _, titled = details(low, draft.detail, stop, "odg")
    parts = [draft]
    starts = [(topic, 0)] if titled and _is_chapter(low, topic, stop) else []
    starts += [(match.start(match.lastgroup or 0), match.end()) for match in ODG_NEXT.finditer(low, topic, stop)]
    for at, behind in starts:
        if (at - 2 <= topic and behind) or low.count("(", topic, at) > low.count(")", topic, at):
            continue
        if not titled and low[behind:stop].strip(TRIM + ")") == "":
            continue  # 'ODG, Office visits, Pain Chapter': the chapter behind its topic
        last = parts[-1]
        parts.append(Draft("odg", at, at, None, True, last.end, last.pages_start, last.pages_end, last.pages))
        last.end, last.pages_start, last.pages_end, last.pages = at, None, None, ()
        titled = True
    return parts


def names_mtus(low: str, start: int, end: int) -> bool:
    """Whether a statement begins with the MTUS, of which what follows is then a part: 'the MTUS, ACOEM, Chapter 8'."""
    front = _FRONT.match(low, skip(low, start, end), end)
    return front is not None and low.startswith((",", ":", " ", "/"), front.end()) and not _AND.match(low, front.end())


def _first(low: str, start: int, end: int, scheme: Scheme | None) -> Draft:
    pos = skip(low, start, end)
    front = _FRONT.match(low, pos, end)
    begin = pos
    if front and low.startswith((" and ", ", and "), front.end()):  # 'the MTUS and the ODG'
        return Draft("mtus", begin, front.end(), front.span())
    if front:
        pos = skip(low, front.end(), end)
    # 'MTUS (Effective July 18, 2009) Chronic Pain': dates and regulations before the name
    detail = DETAIL.match(low, pos, end) if front else None
    while detail and detail.lastgroup is None:
        pos = skip(low, detail.end(), end)
        detail = DETAIL.match(low, pos, end)
    element = ELEMENT.match(low, pos, end)
    kind = element.lastgroup if element else None
    if element and kind not in ("page", "chapter"):
        kind = "acoem" if kind == "title" else kind or ""
        name_end = pos if kind == LITERATURE else element.end()
        return Draft(kind, begin, name_end, (pos, element.end()), titled=element.lastgroup == "title")
    if kind == "chapter":
        return Draft("acoem", begin, pos, None)
    if scheme != "non_mtus":
        named = MTUS_FRONT.match(low, pos, end)
        if named:
            return Draft(named.lastgroup or "", begin, named.end(), named.span())
        if scheme == "mtus" or front:
            titled = TITLE_AND_YEAR.match(low, pos, end)
            if titled:
                name_end = trimmed(low, pos, titled.end())[1]
                return Draft("mtus", begin, name_end, (pos, name_end))
    if scheme != "mtus" and ODG_FRONT.match(low, pos, end):
        return Draft("odg", begin, pos, None)
    if scheme == "mtus" or (front and scheme is None):
        return Draft("mtus", begin, pos, front.span() if front else None)
    return Draft(LITERATURE, pos, pos, None)


def _opens(low: str, current: Draft, kind: str, pos: int, stop: int, scheme: Scheme | None) -> bool:
    """Whether a name found at `pos` begins a citation of its own, rather than being part of the current one."""
    start = current.pages_end or current.detail
    depth = low.count("(", current.detail, pos) - low.count(")", current.detail, pos)
    if depth > 0:  # 'Elbow Disorders (ACOEM Practice Guidelines, ...)'
        return False
    before = low[max(start, pos - 24) : pos]
    if kind == "title":
        if low.find("section(s)", current.detail, pos) >= 0 and not _TITLES_ANOTHER.match(low, stop):
            return False  # 'Eye Disorders 2017, Section(s): Visual Acuity Testing and General Approach'
        if current.kind == "acoem":
            return bool(current.pages) or (current.titled and _SPLITS_HARD.search(before) is not None)
        return (
            scheme != "non_mtus"
            and current.kind in (*NAMED, "mtus")
            and (bool(current.pages) or _SPLITS_HARD.search(before) is not None or before.endswith("mtus "))
        )
    if kind == current.kind:
        if kind == LITERATURE:
            return _SPLITS_LITERATURE.search(before) is not None and not low.startswith(("pubmed", "medline"), pos)
        if not current.pages and (_is_filler(low, current, pos) or (kind == "acoem" and current.titled)):
            return False
        return bool(current.pages) or _SPLITS.search(before) is not None
    if kind == LITERATURE:
        return (bool(current.pages) or _SPLITS.search(before) is not None) and not low.startswith(" approv", stop)
    if kind in NAMED and current.kind in NAMED and "guideline" in low[pos:stop]:
        return bool(current.pages) or _SPLITS.search(before) is not None
    if kind in NAMED and current.kind in ("odg", *NAMED):
        return bool(current.pages) or _SPLITS_HARD.search(before) is not None
    if kind == "acoem" and current.kind == "mtus" and _is_filler(low, current, pos):
        current.kind, current.detail, current.name = "acoem", stop, (pos, stop)
        return False
    return bool(current.pages) or before.strip() == "" or _SPLITS.search(before) is not None or before.endswith("mtus ")


def _is_filler(low: str, current: Draft, pos: int) -> bool:
    """Whether nothing of substance stands before `pos`: 'ODG, Treatment Index, ODG Pain Chapter'."""
    at = details(low, current.detail, pos, current.kind)[0]
    return at >= pos - 1 and not (current.kind == "odg" and "chapter" in low[current.detail : pos])


def _carry(low: str, drafts: list[Draft], current: Draft, pos: int) -> Draft:
    """A further citation of the same guideline, or one of literature where its words name an institution."""
    if _INSTITUTION.match(low, pos):  # 'page 78, and the University of Michigan Health System Guidelines ..., page 33'
        fresh = Draft(LITERATURE, pos, pos, None)
    else:
        fresh = Draft(current.kind, pos, pos, None, carried=True)
    drafts.append(fresh)
    return fresh


def _is_chapter(low: str, pos: int, end: int) -> bool:
    match = ODG_CHAPTER.match(low, skip(low, pos, end), end)
    return match is not None and not low[match.end() : end].strip(TRIM + ")")


def _topic_behind(low: str, pos: int, end: int) -> int | None:
    """Where words of substance begin behind a list of pages, if any do."""
    while True:
        pos = skip(low, pos, end)
        match = _NO_TOPIC.match(low, pos, end) or DETAIL.match(low, pos, end)
        if match is None or match.lastgroup is not None or match.end() == pos:
            break
        pos = match.end()
    rest = low[pos:end].strip(TRIM + "()")
    return pos if len(rest) >= 3 and not rest.isdigit() else None
