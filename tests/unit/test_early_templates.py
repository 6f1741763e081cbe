"""How letters of the three earlier templates are read, case by case; expected values are written by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from orchestration.letters.model import Item, Reading, Rejection
from orchestration.letters.reader import read_letter
from orchestration.letters.rows import citation_rows

NOT = "not medically necessary and appropriate"
YES = "medically necessary and appropriate"


def notice(
    *requests: tuple[str, str],
    second: tuple[tuple[str, str], ...] | None = None,
    sections: tuple[tuple[str, str, str], ...] | None = None,
    numbered: bool = True,
    guidelines: str = "The Expert Reviewer based his/her decision on the Chronic Pain Medical Treatment Guidelines "
    "(2009), Opioids, page 78, which is part of the MTUS.",
) -> str:
    """A notice: the requests with what is said of them, the second list where it differs, and the sections."""

    def sentences(pairs: tuple[tuple[str, str], ...]) -> str:
        return "\n\n".join(
            f"{f'{n}) ' if numbered else ''}MAXIMUS Federal Services, Inc. has determined the request for {request} {said}."
            for n, (request, said) in enumerate(pairs, 1)
        )

    if sections is None:
        sections = tuple((str(n), request, said) for n, (request, said) in enumerate(requests, 1))
    parts = [
        "Notice of Independent Medical Review Determination\n\nDated: 11/4/2013\n\nMAXIMUS Case Number:     CM13-0011974",
        sentences(requests),
        "INDEPENDENT MEDICAL REVIEW DECISION AND RATIONALE",
        sentences(requests if second is None else second),
        "Medical Qualifications of the Expert Reviewer:\nThe physician reviewer is Board Certified in Neurology and is "
        "licensed to practice in Ohio.",
        "Case Summary:\nThe employee is a 46 year-old female.",
        "Documents Reviewed for Determination:\n•  Application for Independent Medical Review",
    ]
    for number, request, said in sections:
        parts.append(
            f"{f'{number}) ' if numbered else ''}Regarding the request for {request}:\n\n"
            "Section of the Medical Treatment Utilization Schedule Relied Upon by the Expert\n"
            f"Reviewer to Make His/Her Decision\n\n{guidelines}\n\n"
            f"Rationale for the Decision:\nThe records show no benefit. The request for {request} {said}."
        )
    return "\n\n".join([*parts, "Effect of the Decision:\nThis determination is binding on all parties.\n"])


def read(text: str) -> tuple[Item, ...]:
    reading = read_letter(text)
    assert isinstance(reading, Reading), reading
    return reading.items


def told(text: str) -> list[tuple[str | None, str | None]]:
    return [(item.service.text if item.service else None, item.outcome) for item in read(text)]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (f"is {NOT}", "upheld"),
        (f"is {YES}", "overturned"),
        ("is notmedically necessary and appropriate", "upheld"),
        ("isnot medically necessary and appropriate", "upheld"),
        ("is NOT medically necessary", "upheld"),
        (f"are {YES}", "overturned"),
        (f"was {NOT}", "upheld"),
        ("is not considered medically necessary and appropriate", "upheld"),
        (
            "is not\n\nFinal Letter of Determination      Form Effective 5.16.13      Page 1 of 6\n\n\n\nmedically necessary",
            "upheld",
        ),
    ],
)
def test_words_that_decide(said: str, outcome: str) -> None:
    for text in (notice(("Norco 10/325mg #60", said)), decisions(("1. Norco 10/325mg #60", said))):
        assert told(text) == [("Norco 10/325mg #60", outcome)]


@pytest.mark.parametrize("printed", ["11/4/2013", "November 4, 2013", "Nov. 4, 2013", "NOVEMBER 4 2013"])
def test_the_day_of_a_notice_in_figures_or_words(printed: str) -> None:
    text = notice(("one urine drug screen", f"is {YES}")).replace("Dated: 11/4/2013", f"Dated: {printed}")
    reading = read_letter(text)
    assert isinstance(reading, Reading)
    day, value = reading.header.dates["decision"]
    assert (day, value.text) == (dt.date(2013, 11, 4), printed)


def test_an_item_of_a_notice_stands_three_times_and_is_one() -> None:
    text = notice(("one urine drug screen", f"is {YES}"), ("Soma 350mg #90", f"is {NOT}"))
    assert told(text) == [("one urine drug screen", "overturned"), ("Soma 350mg #90", "upheld")]
    assert [item.restated_outcome for item in read(text)] == ["overturned", "upheld"]
    assert [item.rationale.text[:16] for item in read(text) if item.rationale] == ["The records show"] * 2


def test_a_section_that_contradicts_its_sentence_is_told() -> None:
    requests = (("Norco", f"is {YES}"), ("Soma", f"is {NOT}"))
    by_section = notice(*requests, sections=(("1", "Norco", f"is {NOT}"), ("2", "Soma", f"is {NOT}")))
    by_list = notice(*requests, second=(("Norco", f"is {NOT}"), ("Soma", f"is {NOT}")))
    for text in (by_section, by_list):
        assert [(item.outcome, item.restated_outcome) for item in read(text)] == [
            ("overturned", "upheld"),
            ("upheld", "upheld"),
        ]


def test_what_a_rationale_says_of_something_else_is_no_contradiction() -> None:
    text = notice(("a cervical epidural injection", f"is {NOT}")).replace(
        "The records show no benefit.",
        "The request for an MRI was medically necessary at the time. A trial of therapy is medically necessary first.",
    )
    assert [(item.outcome, item.restated_outcome) for item in read(text)] == [("upheld", "upheld")]


def test_sections_find_their_sentences_by_words_and_then_by_number() -> None:
    requests = (("Norco 10/325mg", f"is {YES}"), ("a lumbar brace", f"is {NOT}"))
    swapped = (("1", "a lumbar brace", f"is {NOT}"), ("2", "Norco 10/325mg", f"is {YES}"))
    items = read(notice(*requests, sections=swapped))
    assert [(item.outcome, item.restated_outcome) for item in items] == [("overturned",) * 2, ("upheld",) * 2]
    without_numbers = notice(*requests, numbered=False)
    assert told(without_numbers) == [("Norco 10/325mg", "overturned"), ("a lumbar brace", "upheld")]


def test_a_section_that_is_missing_leaves_the_item_without_guidelines() -> None:
    text = notice(("Norco", f"is {YES}"), ("Soma", f"is {NOT}"), sections=(("2", "Soma", f"is {NOT}"),))
    assert [item.reviewer_guideline is None for item in read(text)] == [True, False]


def test_a_notice_without_its_first_page_is_read_from_the_second_list() -> None:
    text = notice(("Norco", f"is {YES}"), ("Soma", f"is {NOT}"))
    text = text[text.index("INDEPENDENT MEDICAL REVIEW DECISION") :]
    assert told(text) == [("Norco", "overturned"), ("Soma", "upheld")]


def test_a_word_broken_at_the_end_of_a_line_is_taken_from_where_it_is_whole() -> None:
    text = notice(("post-discogram CT", f"is {NOT}")).replace(
        "the request for post-discogram", "the request for post-\ndiscogram", 1
    )
    assert told(text) == [("post-discogram CT", "upheld")]


CLAIMS = "The Claims Administrator based its decision on the Official Disability Guidelines (ODG), Pain Chapter, {topic}, which is not part of the MTUS."


@pytest.mark.parametrize(
    ("reviewer", "topics"),
    [
        (
            "The Expert Reviewer found the MTUS section used by the Claims Administrator relevant and appropriate.",
            ["Soma"],
        ),
        ("The Expert Reviewer found the guidelines used by the\n\nClaims Administrator to be appropriate.", ["Soma"]),
        ("The Expert Reviewer agrees with the guidelines cited by the Claims Administrator.", ["Soma"]),
        ("The Expert Reviewer found the guidelines used by the Claims Administrator not relevant.", []),
        (
            "The Expert Reviewer based his/her decision on the Official Disability Guidelines (ODG), Pain Chapter, Opioids, which is not part of the MTUS.",
            ["Opioids"],
        ),
    ],
)
def test_a_reviewer_who_finds_the_other_guidelines_appropriate_relies_on_them(reviewer: str, topics: list[str]) -> None:
    text = notice(("Soma", f"is {NOT}"), guidelines=f"{CLAIMS.format(topic='Soma')} {reviewer}")
    reading = read_letter(text)
    assert isinstance(reading, Reading)
    rows = citation_rows("x", reading.clean, reading.items[0])
    assert [row["section_text"] for row in rows if row["cited_by"] == "claims_administrator"] == ["Soma"]
    assert [row["section_text"] for row in rows if row["cited_by"] == "reviewer"] == topics
    for row in rows:
        assert " ".join(reading.clean[row["span_start"] : row["span_end"]].split()) == row["citation_text"]


BOTH = (
    "The Claims Administrator did not cite any medical evidence for its decision.\n\nThe Physician Reviewer based his/her "
    "decision on the Chronic Pain Medical Treatment Guidelines, page 78, which is part of the MTUS."
)


def decisions(*items: tuple[str, str], paragraphs: str = BOTH, gap: str = "\n\n") -> str:
    parts = ["IMR DECISION(S) AND RATIONALE(S)"]
    parts.append("The Final Determination was based on decisions for the disputed items/services set forth below:")
    for service, said in items:
        parts += [f"{service} {said}.".replace(" .", ""), paragraphs]
        parts.append(
            "The Physician Reviewer's decision rationale: The guideline asks for benefit, which is not shown. The request "
            f"for {service.split('. ', 1)[-1]} {said}."
        )
    return gap.join(part for part in parts if part) + "\n"


@pytest.mark.parametrize("gap", ["\n\n", "\n", " \n\n \n\n"])
def test_a_rationale_closes_in_the_words_that_an_item_is_made_of(gap: str) -> None:
    items = (
        ("1. The request for Norco", f"is {NOT}"),
        ("2. MRI of the knee", f"is {YES}"),
        ("3. 12 sessions of therapy", f"is {NOT}"),
    )
    assert told(decisions(*items, gap=gap)) == [
        ("Norco", "upheld"),
        ("MRI of the knee", "overturned"),
        ("12 sessions of therapy", "upheld"),
    ]


def test_items_without_numbers() -> None:
    text = decisions(("Norco 10/325mg #60", f"is {NOT}"), ("The request for a walker", f"is {YES}"))
    assert told(text) == [("Norco 10/325mg #60", "upheld"), ("a walker", "overturned")]


def test_an_item_that_the_letter_does_not_decide_has_no_outcome() -> None:
    text = decisions(("1. Norco", f"is {NOT}"), ("2. Soma 350mg #90", ""), ("3. A walker", f"is {YES}"))
    assert told(text) == [("Norco", "upheld"), ("Soma 350mg #90", None), ("A walker", "overturned")]


def test_an_item_with_no_paragraphs_has_no_guidelines() -> None:
    text = decisions(("1. Norco", f"is {NOT}"), paragraphs="")
    assert [(item.outcome, item.reviewer_guideline) for item in read(text)] == [("upheld", None)]
    associated = decisions(("1. Knee arthroscopy", f"is {NOT}")) + (
        f"\n2. Assistant surgeon is {NOT}.\n\nSince the primary procedure is not medically necessary, none of the "
        "associated services are medically necessary.\n"
    )
    assert told(associated) == [("Knee arthroscopy", "upheld"), ("Assistant surgeon", "upheld")]


def professional(issues: str, *rationales: str) -> str:
    return "\n\n".join(
        [
            "MEDICAL PROFESSIONAL REVIEW\n\nIMR Case Number:   CM13-0000412",
            f"ISSUE AT DISPUTE:\n\n{issues}",
            "CASE SUMMARY:\n\nThe employee is a 51 year-old male tile setter.",
            "MEDICAL TREATMENT GUIDELINE(S) RELIED UPON BY PROFESSIONAL\nREVIEWER AND WHY:\n\nThe professional reviewer "
            "relied on the Shoulder Complaints Chapter (ACOEM Practice Guidelines, 2nd Edition (2004), Chapter 9), page 209, "
            "which is part of the MTUS.",
            *(
                f"RATIONALE FOR WHY THE REQUESTED TREATMENT/SERVICE {said} MEDICALLY\nNECESSARY:\n\nNo injection was given."
                for said in rationales
            ),
            "MEDICAL REVIEWER QUALIFICATIONS:\n\nThe medical professional reviewer is Board Certified in Orthopedic Surgery.",
        ]
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("IS/WAS NOT", "upheld"),
        ("IS/WAS", "overturned"),
        ("IS", "overturned"),
        ("IS NOT", "upheld"),
        ("WAS\nNOT", "upheld"),
        ("IS/WAS [NOT]", None),
    ],
)
def test_the_heading_of_the_rationale_decides(said: str, outcome: str | None) -> None:
    assert told(professional("Right shoulder arthroscopy", said)) == [("Right shoulder arthroscopy", outcome)]


def test_several_issues_share_one_rationale_or_have_one_each() -> None:
    issues = "1. Right shoulder arthroscopy with\nMumford procedure\n2. Cold therapy unit"
    services = ["Right shoulder arthroscopy with Mumford procedure", "Cold therapy unit"]
    shared = told(professional(issues, "IS/WAS NOT"))
    assert shared == [(service, "upheld") for service in services]
    apart = told(professional(issues, "IS/WAS NOT", "IS/WAS"))
    assert apart == list(zip(services, ["upheld", "overturned"], strict=True))
    # which of three the two rationales are about cannot be told
    unclear = told(professional(f"{issues}\n3. Sling", "IS/WAS NOT", "IS/WAS"))
    assert [outcome for _, outcome in unclear] == [None] * 3


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (
            notice(("a cervical injection", f"is {NOT}"), ("Soma 350mg #90", f"is {YES}"), ("a walker", f"is {NOT}")),
            {1, 2, 3},
        ),
        (
            decisions(("1. Norco", f"is {NOT}"), ("2. Soma 350mg #90", f"is {YES}"), ("3. A walker", f"is {NOT}")),
            {1, 2, 3},
        ),
        (professional("1. Shoulder arthroscopy\n2. Cold therapy unit", "IS/WAS NOT"), {0, 2}),  # decided together
    ],
    ids=["notice", "decisions", "professional"],
)
def test_a_letter_cut_anywhere_gives_a_prefix_of_its_items_or_a_reason(text: str, counts: set[int]) -> None:
    whole = told(text)
    met = set()
    for end in range(0, len(text), 3):
        reading = read_letter(text[:end])
        if isinstance(reading, Rejection):
            continue
        found = [(item.service.text, item.outcome) for item in reading.items if item.service and item.outcome]
        assert found == whole[: len(found)], text[:end][-80:]
        met.add(len(found))
    assert met == counts


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("is not\n\n3 of 6\n\nmedically necessary and appropriate", "upheld"),
        ("is not\n\nMAXIMUS FEDERAL SERVICES, INC.\n\nmedically necessary and appropriate", "upheld"),
        ("is not\u200b medically necessary and appropriate", "upheld"),
        ("isn't medically necessary and appropriate", "upheld"),
        ("is no longer medically necessary and appropriate", "upheld"),
        ("is not, therefore, medically necessary and appropriate", "upheld"),
        ("is not shown to be medically necessary and appropriate", "upheld"),
        ("is no t medically necessary and appropriate", None),
        ("is partially medically necessary and appropriate", None),
        ("is nto medically necessary and appropriate", None),
    ],
)
def test_no_outcome_is_guessed(said: str, outcome: str | None) -> None:
    """Whatever stands between the verb and 'medically' is known, or the letter says nothing."""
    assert told(decisions(("1. Norco 10/325mg #60", said))) == [("Norco 10/325mg #60", outcome)]


def test_a_sentence_that_decides_twice_decides_nothing() -> None:
    item = f"1. Norco #120 is {NOT} and Norco #60"
    assert [outcome for _, outcome in told(decisions((item, f"is {YES}"), ("2. MRI of the neck", f"is {YES}")))] == [
        None,
        "overturned",
    ]


def test_a_list_in_a_rationale_is_no_item() -> None:
    text = decisions(("1. Norco", f"is {NOT}"), ("2. Home care", f"is {NOT}")).replace(
        "The guideline asks for benefit, which is not shown.",
        f"An earlier review said:\n\n2. Home care 2 hours a day is {YES}.\n\nBenefit is not shown.",
        1,
    )
    assert told(text) == [("Norco", "upheld"), ("Home care", "upheld")]


def test_a_page_may_end_within_a_heading_or_a_name() -> None:
    footer = "\n\nFinal Letter of Determination      Form Effective 5.16.13      Page 3 of 6\n\n\n"
    text = notice(("Norco", f"is {NOT}"), ("Soma", f"is {YES}"))
    whole = [("upheld", True), ("overturned", True)]
    assert [(item.outcome, bool(item.reviewer_guideline)) for item in read(text)] == whole
    for words in ("Regarding the request for Norco", "The Expert Reviewer based"):
        for at in (number for number, sign in enumerate(words) if sign == " "):
            broken = text.replace(words, words[:at] + footer + words[at:].lstrip(), 1)
            assert broken.count(footer) == 1
            assert [(item.outcome, bool(item.reviewer_guideline)) for item in read(broken)] == whole, broken


def test_issues_of_a_list_in_brackets_or_in_one_line() -> None:
    for issues in ("(1) Shoulder arthroscopy\n(2) Cold therapy unit", "1. Shoulder arthroscopy 2. Cold therapy unit"):
        assert told(professional(issues, "IS/WAS NOT")) == [
            ("Shoulder arthroscopy", "upheld"),
            ("Cold therapy unit", "upheld"),
        ]
    assert told(professional("Norco 5/325 mg 1. tab daily", "IS NOT")) == [("Norco 5/325 mg 1. tab daily", "upheld")]
