"""One statement about guidelines, cut into citations: name, chapter, year, topic and pages of each."""

from __future__ import annotations

import re
from itertools import pairwise

from orchestration.letters.guidelines.drafts import LITERATURE, NAMED, Draft, drafts_of, names_mtus
from orchestration.letters.guidelines.literature import cut_literature, further_sources
from orchestration.letters.guidelines.names import CHAPTER, ELEMENT, ODG_NEXT
from orchestration.letters.guidelines.pages import read_pages
from orchestration.letters.guidelines.words import TRIM, closed, details, first_year, holds_year, trimmed, without_tail
from orchestration.letters.model import Citation, Scheme

# 'NSAIDs 67-73', 'Opioids 9, 74-96': pages without the word
_BARE_PAGES = re.compile(
    r"(?<!table)(?<!figure)(?<!section)[\s,]{1,2}(?=\d{1,3} ?[–,-] ?\d{1,3}[\d ,–-]{0,40}[\s.]{0,2}$)"
)
# 'ODG, Low Back Chapter, under Lumbar supports', 'topic: Cognitive therapy', 'the section on Opioids'
_BEFORE_TOPIC = re.compile(
    r"(?:the )?(?:under (?=[a-z])|topics?(?: of)?: ?|sections? (?:on|titled|entitled|called) (?:the )?)"
)
# 'the H-wave section, pages 117-118, of the Chronic Pain Medical Treatment Guidelines', 'page 60 of the ...'
_PAGES = r"(?:pages?|pgs?\.?|pp?\.?) (?P<{}>\d[\d ,–&-]{{0,40}}(?:and \d[\d–-]{{0,8}})?)[,)]{{0,2}} "
_TOPIC_FIRST = re.compile(
    r"(?:the )?(?:(?:sections? (?:on|about|titled|entitled) (?P<on>[^;.]{3,90}?)|(?P<topic>[^;.]{3,90}?) sections?)"
    rf"[\s,(]{{1,2}}(?:{_PAGES.format('pages')})?|{_PAGES.format('bare_pages')})"
    rf"(?:of|in|from|within) (?:the )?(?={ELEMENT.pattern})"
)
_PAGE_WORDS = ("the page", "page", "pp", "pg", "p. ")
_SECTION = " section"
_ARTICLE = "The "
_EMPTY_PAGES = re.compile(r"\bpages? ?\(s\)")  # 'Page(s): Table 8-8'


def cut_statement(
    text: str, low: str, start: int, end: int, scheme: Scheme | None, said: Scheme | None
) -> list[Citation]:
    """The citations between `start` and `end`. `scheme` is what the statement says, `said` what comes before."""
    may_stand_first = low.find("section", start, end) >= 0 or low.startswith(_PAGE_WORDS, start)
    if may_stand_first and (topic := _TOPIC_FIRST.match(low, start, end)):
        behind = cut_statement(text, low, topic.end(), end, scheme, said)
        if behind and (behind[0].section_text is None or topic["bare_pages"]):
            return [_with_topic(text, low, behind[0], topic), *behind[1:]]
    cited: list[Citation] = []
    head: str | None = None  # 'Official Disability Guidelines (ODG)', for the further chapters of one statement
    kind = ""
    if scheme is None and names_mtus(low, start, end):  # 'the MTUS, ACOEM Practice Guidelines, Chapter 8'
        said = "mtus"
    further = further_sources(text, low, start, end)
    drafts = drafts_of(low, start, further[0] if further else end, scheme)
    for source, stop in pairwise([*further, end]):
        drafts += drafts_of(low, source, stop, "non_mtus")
    for draft in drafts:
        carried_from = cited[-1] if cited and draft.carried and draft.kind == kind else None
        kind = draft.kind
        if kind == LITERATURE:
            cited.append(_literature(text, low, draft, scheme or "non_mtus"))
            continue
        if carried_from is None:
            head = text[slice(*draft.name)] if draft.name else None
        citation = _citation(text, low, draft, _scheme_of(kind, scheme, said), head, carried_from)
        if carried_from and _is_late_topic(carried_from, citation):
            cited[-1] = _joined(text, carried_from, citation)
        else:
            cited.append(citation)
    return cited


def _scheme_of(kind: str, scheme: Scheme | None, said: Scheme | None) -> Scheme:
    if kind == "odg":
        return "non_mtus"
    if scheme or said:
        return scheme or said or "non_mtus"
    return "mtus" if kind in NAMED or kind == "mtus" else "non_mtus"


def _citation(text: str, low: str, draft: Draft, scheme: Scheme, head: str | None, before: Citation | None) -> Citation:
    stop = draft.pages_start if draft.pages_start is not None else draft.end
    topic_start, name_end, chapter, _ = details(low, draft.detail, stop, draft.kind)
    name_start = draft.name[0] if draft.name else draft.detail
    if before is None and draft.kind in NAMED and draft.name:
        name = head
    else:
        name = own = closed(text, *trimmed(text, name_start, name_end)) or None
        if before is not None:
            name = (f"{head}, {own}" if head else own) if own else before.guideline_text
            chapter = chapter if own else before.chapter_number
    if draft.kind == "acoem" and chapter is None and (later := CHAPTER.search(low, topic_start, stop)):
        # 'ACOEM, Special Studies, Chapter 12'
        chapter = int(later[1])
        after = details(low, later.end(), stop, "acoem")[0]
        if low[after:stop].strip(TRIM + "()"):
            topic_start = after
        else:
            stop = later.start()
    if low.find("(s)", topic_start, stop) >= 0 and (empty := _EMPTY_PAGES.search(low, topic_start, stop)):
        stop = empty.start()
    pages = draft.pages
    if not pages and draft.kind in ("acoem", *NAMED) and (bare := _BARE_PAGES.search(low, topic_start, stop)):
        pages, stop = read_pages(low, bare.end(), stop)[0], bare.start()
    named = topic_start
    if lead := _BEFORE_TOPIC.match(low, topic_start, stop):
        topic_start = lead.end()
    topic_stop = without_tail(low, topic_start, stop)
    bare_stop = trimmed(low, topic_start, topic_stop)[1]
    if low.endswith(_SECTION, topic_start + 1, bare_stop):  # 'Knee Chapter, Cryotherapies section'
        topic_stop = bare_stop - len(_SECTION)
    year = None
    if holds_year(low, draft.start, draft.end):
        year = first_year(low, draft.start, named) or first_year(low, topic_stop, stop)
        if year is None and draft.pages_end is not None:
            year = first_year(low, draft.pages_end, draft.end)
    if year is None and before is not None:
        year = before.edition_year
    topic = closed(text, *trimmed(text, topic_start, topic_stop)) or None
    if draft.kind == "odg" and topic and (behind := _chapter_behind(topic)):
        name, topic = f"{name}, {topic[behind:].strip(TRIM)}" if name else topic[behind:], topic[:behind].strip(TRIM)
    start, end = trimmed(text, draft.start, draft.end)
    return Citation(scheme, name, chapter, topic, pages, year, text[start:end], start, end)


def _with_topic(text: str, low: str, citation: Citation, topic: re.Match[str]) -> Citation:
    """A citation whose topic, and perhaps whose pages, stand in front of the guideline's name."""
    pages = next((topic.span(group) for group in ("pages", "bare_pages") if topic[group]), None)
    named = next((topic.span(group) for group in ("on", "topic") if topic[group]), None)
    start = trimmed(text, topic.start(), citation.end)[0]
    return citation._replace(
        section_text=citation.section_text or (closed(text, *trimmed(text, *named)) if named else None),
        pages=citation.pages or (read_pages(low, *pages)[0] if pages else ()),
        citation_text=text[start : citation.end],
        start=start,
    )


def _chapter_behind(topic: str) -> int | None:
    """Where a chapter stands behind its topic: 'Office visits, Pain Chapter'."""
    for match in ODG_NEXT.finditer(topic.lower()):
        if match.end() >= len(topic) - 1:
            return match.start()
    return None


def _is_late_topic(before: Citation, citation: Citation) -> bool:
    """A topic behind the pages it belongs to: 'pages 76-80, Opioids, criteria for use'."""
    return (
        before.section_text is None
        and bool(before.pages)
        and not citation.pages
        and citation.guideline_text == before.guideline_text
    )


def _joined(text: str, before: Citation, topic: Citation) -> Citation:
    start, end = trimmed(text, before.start, max(before.end, topic.end))
    return before._replace(
        section_text=topic.section_text,
        edition_year=before.edition_year or topic.edition_year,
        citation_text=text[start:end],
        end=end,
    )


def _literature(text: str, low: str, draft: Draft, scheme: Scheme) -> Citation:
    start, end = trimmed(text, draft.start, draft.end)
    found = cut_literature(text, low, start, end)
    name = text[slice(*found.name)].strip(TRIM) if found.name else None
    title = closed(text, *trimmed(text, *found.title)) or None if found.title else None
    if title and found.title and found.title[0] == start and text.endswith(_ARTICLE, 0, start):
        title, start = _ARTICLE + title, start - len(_ARTICLE)  # 'Evidence: The use of low-dose naltrexone'
    pages = draft.pages or found.pages
    return Citation(scheme, name, found.chapter, title, pages, found.year, text[start:end], start, end)
