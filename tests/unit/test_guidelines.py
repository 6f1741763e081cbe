"""The cutting of guideline paragraphs into citations, by paragraphs written for the purpose."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import pytest

from orchestration.letters.guidelines.cutter import cut_guidelines
from orchestration.letters.guidelines.pages import read_pages

GOLDEN = Path(__file__).parents[1] / "golden" / "citations.csv"
MTUS = "Decision based on MTUS "
NON_MTUS = "The Expert Reviewer did not base their decision on the MTUS. Decision based on Non-MTUS Citation "
OTHER = "Decision based on Other Medical Treatment Guideline or Medical Evidence: "
Cut = tuple[str, int | None, list[tuple[int, int]], str | None, int | None]


def golden_paragraphs() -> list[str]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [row["citation_text"] for row in csv.DictReader(file)]


def cut(paragraph: str) -> list[Cut]:
    """scheme, chapter, pages, topic, year of each citation."""
    return [
        (one.scheme, one.chapter_number, list(one.pages), one.section_text, one.edition_year)
        for one in cut_guidelines(paragraph).citations
    ]


@pytest.mark.parametrize(
    ("printed", "ranges"),
    [
        ("46,47.", [(46, 46), (47, 47)]),
        ("9, 74-96.", [(9, 9), (74, 96)]),
        ("22 & 98-99", [(22, 22), (98, 99)]),
        ("30 through 34", [(30, 34)]),
        ("304- 305", [(304, 305)]),
        ("111-3", [(111, 113)]),
        ("9 74-96.", [(9, 9), (74, 96)]),
        ("78 and page 124", [(78, 78), (124, 124)]),
        ("303f", [(303, 303)]),
        ("301, 2004", [(301, 301)]),  # a year
        ("127, 8 C.C.R. 9792.24", [(127, 127)]),  # a regulation
        ("16, 2nd Edition", [(16, 16)]),
        ("308, Table 12-8", [(308, 308)]),
    ],
)
def test_pages(printed: str, ranges: list[tuple[int, int]]) -> None:
    assert list(read_pages(printed.lower(), 0, len(printed))[0]) == ranges


@pytest.mark.parametrize(
    ("paragraph", "citations"),
    [
        # topics with their own pages are citations of their own; topics that share a list stay together
        (
            MTUS + "Chronic Pain Treatment Guidelines Tramadol (Ultram) Page(s): 113, Opioids Page(s): 74-80.",
            [("mtus", None, [(113, 113)], "Tramadol (Ultram)", None), ("mtus", None, [(74, 80)], "Opioids", None)],
        ),
        (
            MTUS + "Chronic Pain Treatment Guidelines Opioids, dosing; When to Continue Opioids. Page(s): 86, 80.",
            [("mtus", None, [(86, 86), (80, 80)], "Opioids, dosing; When to Continue Opioids", None)],
        ),
        # the topic behind its pages
        (
            MTUS + "Chronic Pain Treatment Guidelines Page(s): 76-80, Opioids, criteria for use.",
            [("mtus", None, [(76, 80)], "Opioids, criteria for use", None)],
        ),
        # a year printed once counts for both topics
        (
            MTUS
            + "Chronic Pain Treatment Guidelines (May 2009), Lidoderm, pages 56-57; Topical analgesics, pages 111-112.",
            [("mtus", None, [(56, 57)], "Lidoderm", 2009), ("mtus", None, [(111, 112)], "Topical analgesics", 2009)],
        ),
        # chapters of ACOEM, by number and by title, in either order
        (
            MTUS + "ACOEM Chapter 8 Neck and Upper Back Complaints, Chapter 12 Low Back Complaints Page(s): 299-300.",
            [("mtus", 8, [], None, None), ("mtus", 12, [(299, 300)], None, None)],
        ),
        (
            MTUS + "ACOEM Chapter 9 Shoulder Complaints Surgical Considerations Page(s): 209-211.",
            [("mtus", 9, [(209, 211)], "Surgical Considerations", None)],
        ),
        (MTUS + "ACOEM Chapter 8 Neck and Upper Back Complaints Page(s): Table 8-8.", [("mtus", 8, [], None, None)]),
        (
            MTUS
            + "ACOEM Chapter 12 Low Back Complaints, Chronic Pain Treatment Guidelines Physical Medicine Page(s): 98.",
            [("mtus", 12, [], None, None), ("mtus", None, [(98, 98)], "Physical Medicine", None)],
        ),
        # titles with years, known or not
        (MTUS + "Traumatic Brain Injury 2018, Section(s): Vision.", [("mtus", None, [], "Vision", 2018)]),
        (MTUS + "Toe Conditions 2030, Section(s): Toe Box.", [("mtus", None, [], "Toe Box", 2030)]),
        (
            MTUS + "Low Back Complaints 2004; Chronic Pain 2017; Opioids 2017.",
            [("mtus", None, [], None, 2004), ("mtus", None, [], None, 2017), ("mtus", None, [], None, 2017)],
        ),
        (MTUS + "Drug Formulary.", [("mtus", None, [], None, None)]),
        # what stands between the ODG and its topic
        (
            NON_MTUS + "ODG-TWC, Neck and Upper Back Procedure Summary (updated 4/3/14), MRI.",
            [("non_mtus", None, [], "MRI", None)],
        ),
        (NON_MTUS + "Official Disability Guidelines - Pain - Lidoderm.", [("non_mtus", None, [], "Lidoderm", None)]),
        (
            NON_MTUS + "ODG Pain (Chronic) Tizanidine (Zanaflex)",
            [("non_mtus", None, [], "Tizanidine (Zanaflex)", None)],
        ),
        (
            NON_MTUS + "Official Disability Guides, Office visits, Pain Chapter",
            [("non_mtus", None, [], "Office visits", None)],
        ),
        # a further chapter is a further citation; a further topic is not
        (
            NON_MTUS + "ODG, Ankle & Foot, Ankle foot orthosis (AFO), and Knee & Leg, Walking aids; Knee brace.",
            [
                ("non_mtus", None, [], "Ankle foot orthosis (AFO)", None),
                ("non_mtus", None, [], "Walking aids; Knee brace", None),
            ],
        ),
        (NON_MTUS + "ODG, Burns Chapter; Hernia Chapter.", [("non_mtus", None, [], None, None)] * 2),
        # chapters of the ODG without its name
        (
            NON_MTUS + "Knee & Leg Chapter, Knee joint replacement.",
            [("non_mtus", None, [], "Knee joint replacement", None)],
        ),
        # ACOEM outside the MTUS
        (
            NON_MTUS + "ACOEM, OMPG (Second Edition, 2004), Chapter 7 page(s) 127, 156.",
            [("non_mtus", 7, [(127, 127), (156, 156)], None, 2004)],
        ),
        (OTHER + "ACOEM, Chronic Pain, 2017, Topical lidocaine.", [("non_mtus", None, [], "Topical lidocaine", 2017)]),
    ],
)
def test_guidelines(paragraph: str, citations: list[Cut]) -> None:
    assert cut(paragraph) == citations


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        " . ",
        "None cited.",
        "N/A",
        "The Expert Reviewer did not cite any medical evidence for its decision.",
        "The Claims Administrator did not base their decision on the MTUS.",
        "The Claims Administrator did not cite any evidence-based criteria in its utilization review determination letter.",
        "The Expert Reviewer found the guidelines used by the Claims Administrator relevant and appropriate.",
    ],
)
def test_nothing_cited(paragraph: str) -> None:
    assert cut(paragraph) == []


def test_unknown_is_one_citation_rather_than_nothing() -> None:
    assert cut("Textbook of Podiatry") == [("non_mtus", None, [], "Textbook of Podiatry", None)]


def test_names_are_without_topic_and_pages() -> None:
    paragraph = (
        MTUS + "Chronic Pain Medical Treatment 2009, Section(s): Opioids. Decision based on Non-MTUS Citation "
        "Official Disability Guidelines (ODG) Knee and Leg Chapter, Knee brace, and Shoulder Chapter, Slings, page 4."
    )
    assert [one.guideline_text for one in cut_guidelines(paragraph).citations] == [
        "Chronic Pain Medical Treatment",
        "Official Disability Guidelines (ODG) Knee and Leg Chapter",
        "Official Disability Guidelines (ODG), Shoulder Chapter",
    ]


def test_damaged_paragraphs_are_cut_within_their_bounds() -> None:
    """Cut short, shuffled or with odd characters: no error, and every citation stands where it says."""
    paragraphs = golden_paragraphs()
    source = random.Random(7)
    cut_at_all = 0
    for number in range(3000):
        paragraph = source.choice(paragraphs)
        if number % 3 == 0:
            paragraph = paragraph[source.randrange(len(paragraph)) :]
        elif number % 3 == 1:
            paragraph = " ".join(source.sample(paragraph.split(), k=len(paragraph.split())))
        else:
            at = source.randrange(len(paragraph))
            paragraph = paragraph[:at] + source.choice(["(", ")", "İ", "§", "\n", "²", "0", "”"]) + paragraph[at + 2 :]
        last = 0
        found = cut_guidelines(paragraph).citations
        cut_at_all += bool(found)
        for one in found:
            assert paragraph[one.start : one.end] == one.citation_text != ""
            assert one.start >= last
            assert all(first <= final for first, final in one.pages)
            last = one.end
    assert cut_at_all > 2_900  # what is left of most still cites something


@pytest.mark.parametrize(
    "part", ["low back ", "page 1, ", "(x. ", "odg, pain chapter, ", "American ", " and ", "J. Med "]
)
def test_no_text_takes_long(part: str) -> None:
    started = time.process_time()
    cut_guidelines(NON_MTUS + part * (20_000 // len(part)))
    assert time.process_time() - started < 2
