"""Citations of anything but the known guidelines: journals, labels, manuals, policies, statutes.

Such a citation is a list of pieces (authors, title, edition, journal, year, address). What is none of the others is
its title.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from orchestration.letters.guidelines.names import AND, CHAPTER, DATE, EDITION, ELEMENT, ODG_CHAPTER, PUBLISHERS
from orchestration.letters.guidelines.pages import Ranges, read_pages

Span = tuple[int, int]


class Literature(NamedTuple):
    name: Span | None  # publisher or journal
    title: Span | None
    year: int | None
    chapter: int | None
    pages: Ranges = ()  # from a locator such as '2013;14(2):180-229'


# Where one piece ends. No full stop behind an initial or in 'vs. ', 'et al. '; dashes only between spaces.
_PIECE_END = re.compile(
    r"[,;]\s|\s[-–—]\s|(?<![\s.][a-z])(?<!\bvs)(?<!\bst)(?<!\bdr)(?<!\bno)\.\s|:\s(?=https?|www)|\s(?=https?:"
    r"|www\.)|\.$|$"
)
_ADDRESS = re.compile(
    r"https?:|www\.|[\w.-]{2,60}\.(?:com|org|gov|edu|net)\b|doi\b|pmid\b|pmc ?\d|available (?:at|from|online)"
    r"|accessed|retrieved"
)
_YEAR = re.compile(r"(?<!phila pa )(?<![\d/.-])((?:19|20)\d\d)(?![\d-])")
_BARE = re.compile(
    rf"(?:[(\[]?(?:in )?(?:{DATE}|{EDITION}|(?:vol(?:ume)?|no|number|issue|art(?:icle)?|suppl(?:ement)?|table"
    rf"|figure)\.? ?[\d-]{{1,8}}"
    r"|(?:pages?|pp?\.?) ?(?:\(s\))?:? ?\d{1,5}(?:[-–]\d{1,5})?|epub|abstract|online|website|internet|web|pdf"
    r"|p\.?m\.?i\.?d\.?:? ?\d{1,9}|\d{1,4}(?: ?\(\d{1,3}\))?(?:: ?[\d-]{1,11})?"
    r"|chapter \d{1,2}(?:\.\d{1,2})?|inc|et al\.?|and|references?|review)[)\]]?[\s.,:;]{0,3}){1,4}$"
)
# '2013;14(2):180-229'
_LOCATOR = re.compile(r"(?:[;,\s]\d{1,4}(?: ?\([\w. -]{1,12}\))?|\(\d{1,4}\)): ?(?=\d{1,5}[-–]\d)")
# 'Harden RN et al.', 'Smith JA', 'Chou R, Huffman LH'
_AUTHOR = re.compile(
    r"(?:[A-Z][\w'’-]{1,20}\s){1,2}[A-Z]{1,3}\.?(?:\s(?:and"
    r"|&)\s[A-Z][\w'’-]{1,20}\s[A-Z]{1,3})?(?:,?\set\sal\.?)?$|.{2,60}\set\sal\.?$|et\sal\.?$"
)
# The one initial of the last author ends no piece: 'Arbogast G, Snell E. The efficacy of prolotherapy'
_LAST_AUTHOR = re.compile(r"[A-Z][\w'’-]{1,24} [A-Z]\. (?=[A-Z\d](?:\S{0,30} ){3})")
_JOURNAL = re.compile(
    r"(?:the )?(?:[\w&.-]{1,20} ){0,4}(?:journal|annals|archives|proceedings)\b"
    r"|(?:[a-z&]{1,9}\.? ){0,3}j\.? (?:[a-z]{2,12}\.? ?){1,4}"
    r"|(?:am|br|can|eur|int|ann|arch|clin|curr|acta|scand|phys|med|rev|expert(?= opin| rev)|bmc)"
    r" (?:[a-z]{1,12}\.? ?){1,4}"
    r"|(?:the )?(?:jama|bmj|bmj open|lancet|spine(?: \(phila pa 1976\))?|nejm|pain|pain physician|pain medicine"
    r"|pain med|pain pract(?:ice)?|anesthesiology|neurology"
    r"|arthroscopy|headache|chest|circulation|pediatrics|radiology|cns drugs|drugs|biomed res int|plos one"
    r"|american family physician|"
    r"muscle (?:&|and) nerve|physical therapy|clinical rehabilitation|annals of [a-z ]{3,40})(?=\W|$)"
)
_JOURNAL_WORDS = (
    "reports",
    "reviews",
    "medicine",
    "surgery",
    "clinics",
    "research",
    "practice",
    "therapy",
    "sciences",
    "america",
)
_JOURNAL_END = re.compile(r"[\s,.]{0,2}(?:\(?(?:19|20)\d\d|vol|\d{1,4}[(:;]|$)")
_JOURNAL_BEHIND = re.compile(r"[\s,.;]{1,3}\(?(?:(?:19|20)\d\d|vol)")
_LONGEST_JOURNAL = 5  # spaces between its words
_SHORTEST_TITLE = 1
# ', Volume 86, 2016, pages 1818-1826, ', ', 2014, '
_PLACE = re.compile(
    r"(?:[\s,;.(]{1,3}(?:(?:vol(?:ume)?|no|number|issue)\.? ?[\d()-]{1,9}|(?:19|20)\d\d)\)?){1,4}"
    r"(?:[\s,;.]{1,3}(?:pages?|pp?\.?) ?(?:\(s\):?)? ?\d{1,5}(?:[-–]\d{1,5})?)?[\s,;.:-]{1,3}"
)
_BODY_NOUN = (
    r"(?:academy|association|college|society|institutes?|administration|agency|organi[sz]ation|centers?|department"
    r"|task force"
    r"|foundation|board|council|service|library|university|ministry|division)"
)
# An issuing body at the front: 'American Academy of Orthopaedic Surgeons', 'Washington State Department of Labor'
_ORGANISATION = re.compile(
    rf"(?:the )?(?:american|national|international|u\.?s\.?|united states|european|british|canadian|north american"
    rf"|world|agency|centers?"
    rf"|institute|department|washington|colorado|new york|state|society|association|academy|college|cleveland"
    rf"|harvard|johns|orthopa?edic)"
    rf"[^,;:.\d]{{0,60}}?\b{_BODY_NOUN}\b|(?:agency|centers?|institute|department|society|association|academy"
    rf"|college|board) (?:of|for|on) "
)
_ORGANISATION_PART = re.compile(
    r"(?:(?:of|for|on) )?[^,;:.\d]{0,90}?(?=[,;:.\d(]|$| and (?:the )?(?:american|national|international"
    r"|u\.?s\.?) |\s(?:position|guidelines?|practice|clinical|policy|consensus|recommendations?|statement)\b)"
)
_INITIALS = re.compile(r"([A-Z]{2,6}(?:/[A-Z]{2,6}){0,3})\s(?=Guidelines?\sfor\b)")  # 'AHA/ASA Guidelines for ...'
# 'AANEM, Proper performance of electrodiagnostic studies'
_ACRONYM = re.compile(r"(?:[A-Z]{3,8}|[A-Z]{2,8}(?:/[A-Z]{2,8}){1,3})(?=, )")
_WORDS_OF_TITLE = 4  # spaces between them: 'TENS, chronic pain' is no body and what it wrote
_PUBLISHER = re.compile(rf"(?:{'|'.join(PUBLISHERS)})")
# Kinds of document that are no part of the title: 'Clinical Policy Bulletin', 'Prescribing Information'
_DOCUMENT = re.compile(
    r"[\s,:(–-]{0,3}(?:position statements?|(?:clinical |medical |coverage )?(?:policy|coverage)(?: bulletins?"
    r"| positions?)?(?: number)?(?: ?#?\d{3,5})?"
    r"|(?:national|local) coverage determinations?(?: ?\((?:ncd|lcd)\))?(?: (?:for|on)(?= ))?"
    r"(?: ?#?l?\d{1,5}(?:\.\d{1,3}){0,2})?"
    r"|(?:full )?prescribing information|package inserts?|drug (?:label|information|safety communication)s?"
    r"|labels?(?:ing)?(?= ?[,:;]|$)|medication guides?"
    r"|(?:[a-z]{2,6} )?(?:clinical )?(?:practice )?guidelines?(?: on(?: the)?(?= )|(?= ?[,:;.(–-]|$))(?!\w)"
    r"|(?:preferred )?practice patterns?|consensus statements?|monographs?|website|online|\(?(?:19|20)\d\d\)?"
    r"|(?:acr )?appropriateness criteria[®™]?|drug (?:index|database)|\([^()]{2,40}\)|(?:gov|com)\b)(?=[\s,:;.)–-]|$)"
)
_SOURCE = re.compile(
    r"[^,;]{0,60}\b(?:advis[eo]r|manual|handbook|textbook|encyclop[a-z]{3,6}|clinics?|hospitals?|guidelines"
    r"|polic(?:y|ies)|bulletins?"
    r"|association|society|academy|college|institute|foundation|university|medicine)"
)
_STATUTE = re.compile(
    r"(?:california |ca |cal\.? )?(?:labor|business" + AND + r"professions|civil|health" + AND + r"safety) code\b"
    r"|title \d{1,2},? (?:of (?:the )?)?(?:ccr|c\.c\.r|california code)|8,? (?:ccr|c\.c\.r)"
    r"|california code of reg|ccr\b"
)


_WRITER = r"[A-Z][\w'’-]{1,24}(?:[ -][A-Z][\w'’-]{1,24})? [A-Z]{1,3}"
_WRITERS = rf"{_WRITER}(?:(?:,|,? and|,? &) {_WRITER}){{1,24}}[.,:] |{_WRITER},? et al\b"
_FURTHER = re.compile(rf"; (?:and |also |as well as )?(?:the )?(?:(?={_WRITERS})|(?P<body>))")


def further_sources(text: str, low: str, start: int, end: int) -> list[int]:
    """Where literature begins behind a semicolon, told by those who wrote it or by the body that issued it: 'ODG, Pain
    Chapter, Drug testing; and Washington State Department of Labor, ...'."""
    return [
        match.end()
        for match in (_FURTHER.finditer(text, start, end) if low.find(";", start, end) >= 0 else ())
        if match["body"] is None
        or (_ORGANISATION.match(low, match.end(), end) and not ELEMENT.match(low, match.end(), end))
    ]


def cut_literature(text: str, low: str, start: int, end: int) -> Literature:
    """The pieces of one such citation."""
    chapter_match = CHAPTER.search(low, start, end)
    chapter = int(chapter_match[1]) if chapter_match else None
    year = _year(low, start, end)
    if _STATUTE.match(low, start):
        return Literature((start, end), None, year, chapter)
    name, pos = _issuer(text, low, start, end)
    title: Span | None = None
    journal: Span | None = None
    is_behind_author = False
    for piece in _pieces(low, pos, end):
        is_behind_name = bool(name or journal)
        is_author_here = is_behind_author or (piece[0] == start and year is not None)
        if is_author_here and title is None and (author := _LAST_AUTHOR.match(text, *piece)):
            piece = author.end(), piece[1]
        kind = _kind(text, low, piece, title, end, is_behind_name)
        is_behind_author = _AUTHOR.match(text, *piece) is not None
        if kind == "journal":
            journal = journal or piece
        elif kind == "title" and title and not is_behind_name and _is_place(low, title, piece):
            journal, title = title, piece
        elif kind == "title" and (title is None or _adjoins(low, title, piece) or _is_chapter_of(low, title, piece)):
            if title and name is None and _SOURCE.fullmatch(low, *title):
                name, title = title, None  # 'Medical Disability Advisor, Rotator Cuff Tear'
            title = (title[0] if title else piece[0], piece[1])
    if journal and (as_chapter := ODG_CHAPTER.match(low, *journal)) and as_chapter.end() == journal[1]:
        journal = None  # 'Pain' and 'Burns' are journals, but alone the names of chapters of the ODG
    return Literature(name or journal, title, year, chapter, _locator(low, start, end))


def _locator(low: str, start: int, end: int) -> Ranges:
    match = _LOCATOR.search(low, start, end)
    return read_pages(low, match.end(), end)[0] if match else ()


def _issuer(text: str, low: str, start: int, end: int) -> tuple[Span | None, int]:
    """The issuing body at the front with the kind of document, and where the rest begins."""
    if initials := _INITIALS.match(text, start, end):
        return initials.span(1), initials.end()
    acronym = _ACRONYM.match(text, start, end)
    if acronym and low.count(" ", acronym.end(), end) > _WORDS_OF_TITLE:
        return acronym.span(), acronym.end()
    match = _PUBLISHER.match(low, start, end)
    pos = match.end() if match else start
    while match is None and (body := _ORGANISATION.match(low, pos, end)):
        more = _ORGANISATION_PART.match(low, body.end(), end)
        pos = more.end() if more else body.end()
        if not low.startswith(" and ", pos):  # 'American College of Cardiology and American Heart Association'
            break
        pos += 5
    if pos == start:
        return None, start
    name_end = pos
    while document := _DOCUMENT.match(low, pos, end):
        if document.end() == pos:
            break
        pos = document.end()
    return (start, name_end), pos


def _pieces(low: str, pos: int, end: int) -> list[Span]:
    pieces = []
    depth_end = pos
    while pos < end:
        match = _PIECE_END.search(low, max(pos, depth_end), end)
        stop = match.start() if match else end
        if match and low.count("(", pos, stop) > low.count(")", pos, stop):
            depth_end = match.end() if match.end() > stop else stop + 1
            if depth_end < end:
                continue
            stop = end
        first, last = pos, stop
        while first < last and low[first] in " ,;:.-–—\"“”'/":
            first += 1
        while last > first and low[last - 1] in ' ,;:-–—"“”/':
            last -= 1
        if first < last:
            pieces.append((first, last))
        pos = max(match.end() if match else end, stop, pos + 1)
        depth_end = pos
    return pieces


def _kind(text: str, low: str, piece: Span, title: Span | None, end: int, is_behind_name: bool) -> str:
    first, last = piece
    if _ADDRESS.match(low, first, last) or _BARE.match(low, first, last):
        return "none"
    # Authors come before what they wrote: 'Physicians' Desk Reference, Wellbutrin XL' names a drug.
    if _AUTHOR.match(text, first, last) and not (is_behind_name and title is None and low[last:end].strip(" .") == ""):
        return "none"
    publisher = _PUBLISHER.match(low, first, last)
    if publisher and publisher.end() == last:
        return "journal"
    document = _DOCUMENT.match(low, first, last)
    if document and document.end() == last:
        return "none"
    journal = _JOURNAL.match(low, first, last)
    if journal and not title and " " not in low[first:last].strip():
        journal = None  # 'ACR Appropriateness Criteria, Headache': a topic, and only behind one a journal
    if journal and (
        journal.end() >= last - 1
        or title
        or _JOURNAL_END.match(low, journal.end(), end)
        or low.startswith(("journal", "annals", "archives"), first)
    ):
        return "journal"
    # A few words straight before year or volume are the journal: '..., Biological Psychiatry, 2016'
    words = 5 if low.endswith(_JOURNAL_WORDS, first, last) else 3
    is_short = low.count(" ", first, last) <= words and not low.startswith("and ", first)
    if title and is_short and _JOURNAL_BEHIND.match(low, last, end):
        return "journal"
    return "title"


def _is_place(low: str, title: Span, piece: Span) -> bool:
    """Whether a year, and perhaps volume and pages, lie between, and what seemed a title is the journal that they are
    of: 'Hand Clinics, Volume 29, 2013, pages 245-250, Flexor tenolysis'."""
    return (
        low.count(" ", *title) <= _LONGEST_JOURNAL
        and low.count(" ", *piece) >= _SHORTEST_TITLE
        and _PLACE.fullmatch(low, title[1], piece[0]) is not None
        and _YEAR.search(low, title[1], piece[0]) is not None
    )


def _is_chapter_of(low: str, source: Span, piece: Span) -> bool:
    """Whether these are a source and a chapter of it: 'Medicare Claims Manual, Chapter 7, Home Health Services'."""
    return (
        _SOURCE.fullmatch(low, *source) is not None
        and CHAPTER.fullmatch(low[source[1] : piece[0]].strip(" ,;:")) is not None
    )


def _adjoins(low: str, title: Span, piece: Span) -> bool:
    """Whether only a comma or a dash lies between: commas belong to titles, full stops end them."""
    return low[title[1] : piece[0]].strip() in (",", "-", "–", "—", "", ":")


def _year(low: str, start: int, end: int) -> int | None:
    for match in _YEAR.finditer(low, start, end):
        word = low.rfind(" ", start, match.start())
        if not _ADDRESS.match(low, word + 1 if word >= 0 else start, end):
            return int(match[1])
    return None
