"""One side's guideline paragraph: which statements it makes, and under which scheme (MTUS or not) each stands.

Later letters print 'Decision based on MTUS ...' and 'Decision based on Non-MTUS Citation ...'; the earlier ones write
prose: 'based its decision on the ..., which is part of the MTUS, and the ..., which is not part of the MTUS.'
How one statement is cut into citations stands in `parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from orchestration.letters.guidelines.adoption import adopts_other_side, points_to_other_side, relies_on_both
from orchestration.letters.guidelines.drafts import NAMED
from orchestration.letters.guidelines.names import ELEMENT
from orchestration.letters.guidelines.pages import read_pages
from orchestration.letters.guidelines.parts import cut_statement
from orchestration.letters.model import Citation, GuidelineParagraph, Scheme

_NON_MTUS = (
    r"(?:non-? ?mtus(?: (?:citations?|guidelines?|evidence|sources?)| ?(?=:))"
    r"|other medical treatment guidelines? (?:or|and|/) ?(?:other )?medical evidence)[\s:.]{0,3}"
)
_Clause = tuple[int, int, Scheme | None, Scheme | None]  # start, end, the scheme stated and the scheme implied
_GUIDELINES = frozenset(("odg", "acoem", "title", *NAMED))
# What opens a statement, and the words that it is found by.
_OPENING_WORDS = ("based ", "decision", "non", "other med", "relie", "administrator ", "reviewer ", "also ")
_OPENING = re.compile(
    r"(?:"
    r"(?P<stated>decisions? (?:is |was |were )?based (?:up)?on(?:[\s:]{1,2}|$)"
    rf"(?P<stated_non>(?:the |a )?{_NON_MTUS})?)|(?P<non>{_NON_MTUS})"
    r"|(?P<prose>(?:based (?:its|his/her|his or her|their|his|her|the) (?:[a-z]{2,20} )?"
    r"(?:decisions?|determinations?|denials?|opinions?) (?:up)?on"
    r"|(?:relied|relies) (?:[a-z]{2,12} )?(?:up)?on"
    r"|reviewer found(?: that)?(?= the (?:mtus|acoem|odg|official|chronic))"
    r"|(?:administrator|reviewer) (?:also )?(?:cited|utilized|used|applied)"
    r"|also (?:cited|utilized|used|applied|referenced)(?= (?:the|on)\b|:))(?! by\b)[\s:]{1,2}))"
)
# ', which is part of the MTUS', 'not part of the Medical Treatment Utilization Schedule (MTUS)'
_PART_OF = re.compile(
    r"part of (?:the )?(?:california.?s? )?(?:mtus|medical treatment utili[sz]ation schedule)(?: ?\(mtus\))?\)?"
)
_BEFORE_PART_OF = re.compile(
    r"[\s,(]{0,3}(?:(?:which|that|both of which|all of which|both|all) )?"
    r"(?:(?:is|are|was|were) )?(?:(?:also|likewise|equally|currently|itself|themselves) ){0,2}(not )?"
    r"(?:considered )?(?:a )?$"
)
# What may stand in front of it: ', which is a medical treatment guideline that is', ', was also cited, which is'
_KIND_OF_GUIDELINE = re.compile(
    r"(?:[\s,(]{0,3}(?:(?:which|that) (?:is|are|was|were) (?:an? |both )?|an? |another )(?:evidence[- ]based )?"
    r"(?:medical )?treatment guidelines?(?: ?\(mtgs?\))?"
    r"|,? (?:was|were) (?:also )?(?:cited|used|referenced|relied (?:up)?on))"
    r"[\s,]{0,2}$"
)
_LONGEST_KIND = 90
_LIST_FOLLOWS = ": "
_LONGEST_WHICH = 40
_WHICH = ", which "
_WHICH_IS = {
    ", which is ": False, ", which are ": False, ", which is not ": True, ", which are not ": True,
}  # fmt: skip
# 'based his/her decision on the ODG, ..., and on Bellamy N et al., ...': a further source of one sentence
_FOUND_RIGHT = re.compile(r",? (?:to be |is |are |was |were )?(?:both )?(?:relevant|appropriate|applicable)\b")
_AND_ON = re.compile(r",? and (?:also )?(?:up)?on (?:the )?(?!(?:the )?(?:pages?|pp?\.?|tables?|figures?)\b)")
_PAGES_ONLY = re.compile(r"[\s,(]{0,3}(?:pages?|pgs?|pp?)(?:\(s\))?[\s.:]{1,2}(?=\d)")
_PROSE_END = re.compile(
    r",? (?:because|since|inasmuch as) "
    r"|(?<![\s.][a-z])\.\s(?!the (?:[a-z]{2,20} ){0,4}(?:journal|lancet|annals|archives)\b)"
    r"(?=(?:the|this|these|per|in|he|she|it|however|there|no|his|her|a|an|as|therefore) )|\.$"
)
_STATED_END = re.compile(
    r"\.\s(?=(?:the )?(?:claims administrator|(?:expert|physician|professional) reviewer) |per the strength )"
)
# What says that nothing was cited, or only whose choice was found right.
_SAYS_NOTHING = re.compile(
    r"\b(?:did not|didn.t|does not|do not|has not|failed to) "
    r"|\bno (?:section|part|chapter|guidelines?|evidence|medical|citations?|criteria|specific|mtus|basis|reference)\b"
    r"|^(?:none|n/?a|no|nothing|not|unknown|unspecified|unstated)\b|strength of evidence hierarchy"
    r"|\b(?:none|not|nothing) (?:was |were )?(?:cited|stated|provided|specified|given|available|applicable)"
    r"|\b(?:relevant and appropriate|found the (?:mtus|guidelines?)|by (?:the )?claims administrator)\b"
)


@lru_cache(maxsize=32_768)  # letters say the same few thousand sentences over and over
def cut_guidelines(paragraph: str) -> GuidelineParagraph:
    """The citations of one side, in printed order.

    `paragraph` is what stands after 'Claims Administrator guideline:' or 'MAXIMUS guideline:', or the sentences of an
    earlier template, white space folded. No citations: it says that nothing was cited (or only that the other side's
    guidelines were found appropriate). Never raises.
    """
    low = paragraph.lower()
    if len(low) != len(paragraph):  # 'İ' grows when it is made small
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in paragraph)
    if (points := points_to_other_side(low)) is not None:
        return GuidelineParagraph((), points)
    plain, plain_low = _without_membership(paragraph, low)
    cited: list[Citation] = []
    for start, end, scheme, said in _clauses(low):
        pages = _PAGES_ONLY.match(low, start, end)
        if pages and cited and not cited[-1].pages:  # '..., which is part of the MTUS, pages 98-99'
            ranges, behind = read_pages(low, pages.end(), end)
            text = paragraph[cited[-1].start : behind]
            cited[-1] = cited[-1]._replace(pages=ranges, citation_text=text, end=behind)
            continue
        found = cut_statement(plain, plain_low, start, end, scheme, said)
        if plain is not paragraph:
            found = [one._replace(citation_text=paragraph[one.start : one.end]) for one in found]
        cited.extend(citation for citation in found if _says_something(citation))
    is_behind = relies_on_both(low)
    return GuidelineParagraph(tuple(cited), is_behind or adopts_other_side(low), is_behind)


def _without_membership(paragraph: str, low: str) -> tuple[str, str]:
    """The paragraph, and it in small letters, with blanks for what stands between a guideline and its list of topics:
    'the Chronic Pain Guidelines, which are part of the MTUS: Opioids, page 78; Weaning, page 124'."""
    for match in _PART_OF.finditer(low):
        if low.startswith(_LIST_FOLLOWS, match.end()) and (before := _before_part_of(low, 0, match.start())):
            blank = " " * (match.end() - before[0])
            paragraph, low = (text[: before[0]] + blank + text[match.end() :] for text in (paragraph, low))
    return paragraph, low


def _says_something(citation: Citation) -> bool:
    """Not 'addition to the section used by the Claims Administrator', whose citations are taken over."""
    words = citation.citation_text
    return any(map(str.isalnum, words)) and "by the claims administrator" not in words.lower()


def _clauses(low: str) -> Iterator[_Clause]:
    """Each piece that names guidelines."""
    openings = _openings(low)
    start = _behind_denials(low, 0, openings[0].start() if openings else len(low))
    said: Scheme | None = "non_mtus" if "not base" in low[:start] or "no section of the mtus" in low[:start] else None
    first = openings[0].start() if openings else len(low)
    yield from _unopened(low, 0, start)
    if start < first and (not openings or _names_guideline(low, start, first)):
        yield from _parts(low, start, first, None, said)
    for number, opening in enumerate(openings, 1):
        stop = openings[number].start() if number < len(openings) else len(low)
        sentence_end = (_PROSE_END if opening.lastgroup == "prose" else _STATED_END).search(low, opening.end(), stop)
        end = sentence_end.start() if sentence_end else stop
        yield from _opened(low, opening, end, said)
        if sentence_end and sentence_end[0].endswith(" "):
            yield from _behind_reason(low, sentence_end.end(), stop)
        yield from _unopened(low, end, stop)


def _opened(low: str, opening: re.Match[str], end: int, said: Scheme | None) -> Iterator[_Clause]:
    """The pieces of what `opening` opens."""
    start, kind = opening.end(), opening.lastgroup
    if low.startswith("reviewer found", opening.start()):
        # 'found the MTUS, ACOEM, pages 210-211 relevant and appropriate'
        right = _FOUND_RIGHT.search(low, start, end)
        if not right or "administrator" in low[start:end] or not _names_guideline(low, start, end):
            return
        end = right.start()
    elif "claims administrator" in low[start:end] and not _names_guideline(low, start, end):
        return  # 'the same guidelines as the Claims Administrator'
    if kind == "non" or opening["stated_non"]:
        yield start, end, "non_mtus", None
    elif kind == "prose":
        for first, last, part_of, _ in _parts(low, start, end, None, None):
            for at, stop in _sources(low, first, last):
                yield at, stop, part_of, None
    else:
        scheme: Scheme | None = (
            "mtus" if low.startswith(("mtus", "the mtus", "ca mtus", "california mtus"), start) else None
        )
        yield from _parts(low, start, end, scheme, said)


def _behind_reason(low: str, start: int, end: int) -> Iterator[_Clause]:
    """Further sources of a sentence that gives its reason in between: 'relied on the ACOEM, which is part of the MTUS,
    because it names the visit, and on Kaplan & Sadock, Synopsis of Psychiatry, which is not part of the MTUS'."""
    reason_end = _PROSE_END.search(low, start, end)
    stop = reason_end.start() if reason_end else end
    further = _AND_ON.search(low, start, stop)
    if further and _PART_OF.search(low, further.end(), stop):
        yield from _parts(low, further.end(), stop, None, None)
    if further and reason_end and reason_end[0].endswith(" "):
        yield from _behind_reason(low, reason_end.end(), end)


def _unopened(low: str, start: int, end: int) -> Iterator[_Clause]:
    """Guidelines of sentences that nothing opens, which say whether they are part of the MTUS: 'The Official Disability
    Guidelines (ODG), Knee Chapter, Braces, which is not part of the MTUS, was used instead.'"""
    for match in _PART_OF.finditer(low, start, end):
        stop = match.start()
        sentence = max(start, low.rfind(". ", start, stop) + 1)
        named = next((name for name in ELEMENT.finditer(low, sentence, stop) if name.lastgroup in _GUIDELINES), None)
        before = _before_part_of(low, named.start(), stop) if named else None
        if named and before and low[before[0] : stop].strip(" ,("):  # 'is', 'not', and not 'any part of the MTUS'
            yield named.start(), before[0], "non_mtus" if before[1] else "mtus", None


def _openings(low: str) -> list[re.Match[str]]:
    """What opens the statements of a paragraph, in printed order."""
    places = []
    for word in _OPENING_WORDS:
        if word in low:
            at = low.find(word)
            while at >= 0:
                places.append(at)
                at = low.find(word, at + 1)
    openings: list[re.Match[str]] = []
    end = 0
    for at in sorted(places):
        if at >= end and (opening := _OPENING.match(low, at)):
            openings.append(opening)
            end = opening.end()
    return openings


def _parts(low: str, start: int, end: int, scheme: Scheme | None, said: Scheme | None) -> Iterator[_Clause]:
    """A statement, parted behind each 'which is (not) part of the MTUS'."""
    stated = False
    for match in _PART_OF.finditer(low, start, end):
        before = _before_part_of(low, start, match.start())
        if before is None:
            continue
        membership: Scheme = "non_mtus" if before[1] else "mtus"
        if low.startswith(_LIST_FOLLOWS, match.end()):
            scheme = membership
            continue
        yield start, before[0], membership, None
        start, stated = match.end(), True
    if (
        stated
        and not _names_guideline(low, start, end)
        and not _PAGES_ONLY.match(low, start, end)
        and not _AND_ON.match(low, start, end)
    ):
        return  # ', and thus applies here'
    yield start, end, scheme, said


def _before_part_of(low: str, start: int, end: int) -> tuple[int, bool] | None:
    """Where ', which is' in front of 'part of the MTUS' begins, and whether 'not' is behind it."""
    floor = max(start, end - _LONGEST_WHICH)
    which = low.rfind(_WHICH, floor, end)
    is_not = _WHICH_IS.get(low[which:end]) if which >= 0 else None
    if is_not is None or (which > floor and low[which - 1] in " ,("):  # not the usual words, told without a search
        match = _BEFORE_PART_OF.search(low, floor, end)
        if match is None:
            return None
        which, is_not = match.start(), match[1] is not None
    kind = None
    if low.endswith(("guideline", "guidelines", ")", "cited", "used", "referenced", "on", ","), floor, which):
        kind = _KIND_OF_GUIDELINE.search(low, max(start, which - _LONGEST_KIND), which)
    return kind.start() if kind else which, is_not


def _sources(low: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence's pieces between one ', and on ' and the next."""
    for further in _AND_ON.finditer(low, start, end) if low.find(" and ", start, end) >= 0 else ():
        if further.start() > start:
            yield start, further.start()
        start = further.end()
    yield start, end


def _names_guideline(low: str, start: int, end: int) -> bool:
    return any(element.lastgroup in _GUIDELINES for element in ELEMENT.finditer(low, start, end))


@lru_cache(maxsize=4096)  # the commonest sentences of all
def _says_nothing(sentence: str) -> bool:
    return _SAYS_NOTHING.search(sentence) is not None


def _behind_denials(low: str, start: int, end: int) -> int:
    """Where the sentences end that say what was not cited."""
    while start < end:
        stop = low.find(". ", start, end)
        stop = stop + 2 if stop >= 0 else end
        if not _says_nothing(low[start:stop]):
            break
        start = stop
    return start
