"""How letters of the two later templates are read, case by case; expected values are written by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from orchestration.letters.model import Reading, Rejection
from orchestration.letters.page import fold
from orchestration.letters.reader import read_letter
from orchestration.letters.rows import letter_row
from tests.maker import RATIONALE, MadeItem, MadeLetter

LAYOUTS = {
    "double spaced": {"line_gap": " \n\n", "paragraph_gap": " \n\n \n\n"},
    "single spaced": {"line_gap": "\n", "paragraph_gap": "\n\n"},
    "no paragraphs": {"line_gap": "\n", "paragraph_gap": "\n"},
    "no paragraphs, double spaced": {"line_gap": " \n\n", "paragraph_gap": " \n\n"},
    "crlf": {"line_gap": " \r\n\r\n", "paragraph_gap": " \r\n\r\n \r\n\r\n"},
    "non-breaking": {"line_gap": "\xa0\n\n", "paragraph_gap": "\n\n\xa0\n\n"},
}
LONG = (
    "Left L3, L4 and L5 medial branch radiofrequency ablation under fluoroscopic guidance with monitored anesthesia care "
    "and post-procedure observation at an ambulatory surgery center"
)


def read(letter: MadeLetter | str) -> Reading:
    reading = read_letter(letter if isinstance(letter, str) else letter.text())
    assert isinstance(reading, Reading), reading
    return reading


def services(reading: Reading) -> list[tuple[str | None, str | None]]:
    return [(item.service.text if item.service else None, item.outcome) for item in reading.items]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_items_in_every_layout(layout: dict[str, str]) -> None:
    items = (MadeItem("1 MRI of the knee"), MadeItem(LONG, "Overturned"), MadeItem("Norco 10/325mg #90"))
    reading = read(MadeLetter(items=items, **layout))
    assert services(reading) == [
        ("1 MRI of the knee", "upheld"),
        (LONG, "overturned"),
        ("Norco 10/325mg #90", "upheld"),
    ]
    assert [item.rationale.text for item in reading.items if item.rationale] == [RATIONALE] * 3


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("heading_width", [24, 48, 62])
def test_headings_break_long_before_the_prose_does(layout: dict[str, str], heading_width: int) -> None:
    names = ["Massage therapy 6 visits (97124)", LONG.upper(), "Nucynta ER 150mg #60, Fill date: 4/28/15"]
    reading = read(MadeLetter(items=[MadeItem(name) for name in names], heading_width=heading_width, **layout))
    assert [service for service, _ in services(reading)] == names
    assert [item.rationale.text for item in reading.items if item.rationale] == [RATIONALE] * 3


@pytest.mark.parametrize("heading_width", [48, 95])
@pytest.mark.parametrize("page_end", ["\n\n\n\n", "\n\f\n", "\n\nPage 3 of 7 \n\n\f"])
def test_a_page_may_end_in_the_middle_of_a_heading(page_end: str, heading_width: int) -> None:
    text = MadeLetter(items=(MadeItem("Norco"), MadeItem(LONG.upper())), heading_width=heading_width).text()
    at = text.index("\n", text.index("LEFT L3"))
    assert services(read(text[:at] + page_end + text[at:].lstrip()))[1] == (LONG.upper(), "upheld")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_value_is_what_stands_at_its_place(layout: dict[str, str]) -> None:
    text = MadeLetter(items=(MadeItem(), MadeItem(LONG)), **layout).text()
    reading = read(text)
    values = [reading.header.case_number, reading.header.priority, reading.case_summary, reading.patient.age_value]
    values += [printed for _, printed in reading.header.dates.values()]
    values += [credential.value for credential in reading.credentials]
    for item in reading.items:
        values += [item.service, item.outcome_value, item.claims_guideline, item.reviewer_guideline, item.rationale]
    assert len(values) == 23
    for value in values:
        assert value is not None
        assert fold(text[value.start : value.end]) == value.text


@pytest.mark.parametrize(
    ("printed", "service"),
    [
        ("1. MRI of the knee", "MRI of the knee"),
        ("2) MRI of the knee", "MRI of the knee"),
        ("1 MRI of the knee", "1 MRI of the knee"),
        ("Topical compound: Flurbiprofen 20%, Lidocaine 5%", "Topical compound: Flurbiprofen 20%, Lidocaine 5%"),
        ("Norco 5/325mg (Rx 06/10/15) #90", "Norco 5/325mg (Rx 06/10/15) #90"),
        ("Omeprazole 20mg #60 (see also CM13-0034567)", "Omeprazole 20mg #60 (see also CM13-0034567)"),
        ("2.5 mg Xarelto x 12", "2.5 mg Xarelto x 12"),
    ],
)
def test_the_number_of_the_list_goes_and_the_rest_stays(printed: str, service: str) -> None:
    assert services(read(MadeLetter(items=(MadeItem("Norco"), MadeItem(printed)))))[1] == (service, "upheld")


def test_a_heading_is_found_where_a_page_ends_in_it() -> None:
    letter = MadeLetter(items=(MadeItem("Norco"),)).text()
    parted = letter.replace("DECISIONS AND RATIONALES", "DECISIONS AND \n\fPage 2 of 4\n\nRATIONALES")
    assert parted != letter
    assert services(read(parted)) == [("Norco", "upheld")]


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        ("Norco #90: Upheld", "upheld"),
        ("Norco #90: UPHELD", "upheld"),
        ("Norco #90 : Overturned", "overturned"),
        ("Norco #90: \n\nOverturned", "overturned"),
        ("Norco #90:\fUpheld.", "upheld"),
        ("Norco #90: Modified", None),
        ("Norco #90: Upheld in the first decision only", None),
    ],
)
def test_outcomes(printed: str, outcome: str | None) -> None:
    letter = MadeLetter(items=(MadeItem("ITEM"),)).text()
    assert [item.outcome for item in read(letter.replace("ITEM: Upheld", printed)).items] == [outcome]


def test_an_outcome_word_in_a_rationale_is_no_item() -> None:
    rationale = "The earlier determination reads as follows. Norco: Upheld\n\nIt was appealed. The request is medically necessary."
    reading = read(MadeLetter(items=(MadeItem("Norco", rationale=rationale), MadeItem("Soma", "Overturned"))))
    assert services(reading) == [("Norco", "upheld"), ("Soma", "overturned")]


def test_an_item_without_outcome_is_still_an_item() -> None:
    items = (
        MadeItem("Norco"),
        MadeItem("Queen size memory foam mattress", outcome=None),
        MadeItem("Soma", "Overturned"),
    )
    assert services(read(MadeLetter(items=items))) == [
        ("Norco", "upheld"),
        ("Queen size memory foam mattress", None),
        ("Soma", "overturned"),
    ]


def test_an_item_without_guidelines_has_none() -> None:
    items = (MadeItem("Norco", claims=None, reviewer=None), MadeItem("Soma", claims=None))
    first, second = read(MadeLetter(items=items)).items
    assert (first.claims_guideline, first.reviewer_guideline) == (None, None)
    assert second.claims_guideline is None
    assert second.reviewer_guideline is not None


@pytest.mark.parametrize(
    "footer",
    [
        "\n\nFinal Determination Letter for IMR Case Number CM15-0184276                              4 \n\n",
        "\n\nPage 4 of 7\n\n\f",
        "\n\n 4 \n\f",
        "\n\n\n\n\n",
        "\n\f\n",
        "\n\nCM15-0184276\n\n",
    ],
)
def test_a_page_may_end_in_mid_sentence(footer: str) -> None:
    text = MadeLetter(items=(MadeItem("Norco"), MadeItem("Soma"))).text()
    broken = text.replace("functional", f"{footer}functional").replace(
        "Claims Administrator guideline:", f"{footer}Claims Administrator guideline:"
    )
    assert broken.count(footer) >= 4
    reading = read(broken)
    assert services(reading) == [("Norco", "upheld"), ("Soma", "upheld")]
    assert [item.rationale.text for item in reading.items if item.rationale] == [RATIONALE, RATIONALE]


def test_header_and_dates() -> None:
    header = read(MadeLetter()).header
    assert header.case_number is not None
    assert header.case_number.text == "CM15-0000001"
    assert header.priority is not None
    assert header.priority.text == "Standard"
    assert {name: day for name, (day, _) in header.dates.items()} == {
        "assigned": dt.date(2015, 5, 28),
        "injury": dt.date(2010, 9, 23),
        "decision": dt.date(2015, 7, 1),
        "ur_denial": dt.date(2015, 4, 24),
        "application_received": dt.date(2015, 5, 20),
    }


def test_a_letter_that_starts_on_its_second_page_has_no_header() -> None:
    header = read(MadeLetter(case_number=None)).header
    assert (header.case_number, header.priority, header.dates) == (None, None, {})


def test_a_date_on_no_calendar_is_no_date() -> None:
    letter = MadeLetter(decision_date="02/30/2015")
    header = read(letter).header
    day, printed = header.dates["decision"]
    assert (day, printed.text) == (None, "02/30/2015")
    assert header.dates["injury"][0] is not None
    row = letter_row("letter", read(letter))
    assert (row["decision_date"], row["decision_date_start"]) == (None, printed.start)


@pytest.mark.parametrize("number", ["CM15-O020341", "CM1-5X"])
def test_a_case_number_of_another_shape_is_what_the_letter_says(number: str) -> None:
    header = read(MadeLetter(case_number=number)).header
    assert header.case_number and header.case_number.text == number


@pytest.mark.parametrize(
    ("summary", "age", "sex"),
    [
        ("The patient is a 48-year-old male with date of injury of 05/15/2011.", 48, "male"),
        ("The injured worker is a 52 year old, right-hand dominant female who fell.", 52, "female"),
        ("The claimant is a forty-four year old woman.", 44, "female"),
        ("This 61 y/o gentleman was struck.", 61, "male"),
        ("The applicant is a 39-year-\n\nold female nursing assistant.", 39, "female"),
        ("The employee is 45 years of age. He was hurt on a 10 year old machine.", 45, None),
        ("The patient has filed a claim for lumbago. His 12 year old son drove him.", None, None),
        ("The injured worker was a female, injured on 4/2/2010.", None, "female"),
        ("This is a 38 y.o. male, date of injury 4/2/2010.", 38, "male"),
        ("Female, age 47, injured on 4/2/2010.", 47, "female"),
        ("The patient is a 48 year, 6 month old male.", 48, "male"),
        ("The employee is a gentleman of 64 years. He is 10 years a widower.", 64, "male"),
        ("The patient, a woman of 33 who drives a bus, has neck pain.", 33, "female"),
        ("The patient is a 50–year–old man.", 50, "male"),
        ("The claim concerns a 20 year old injury. The patient is male.", None, "male"),
    ],
)
def test_age_and_sex_where_the_summary_states_them(summary: str, age: int | None, sex: str | None) -> None:
    patient = read(MadeLetter(summary=summary)).patient
    assert (patient.age, patient.sex) == (age, sex)


@pytest.mark.parametrize(
    ("specialties", "states", "expected"),
    [
        ("Occupational Medicine", "California", (["Occupational Medicine"], [], ["California"])),
        (
            "Preventive Medicine and Occupational Medicine",
            "California, Nevada, and New Mexico",
            (["Preventive Medicine", "Occupational Medicine"], [], ["California", "Nevada", "New Mexico"]),
        ),
        (
            "Physical Medicine and Rehabilitation, has a subspecialty in Pain Management and Sports Medicine",
            "Ohio",
            (["Physical Medicine and Rehabilitation"], ["Pain Management", "Sports Medicine"], ["Ohio"]),
        ),
        ("LICENSED Psychology", "Texas", (["Psychology"], [], ["Texas"])),
        ("DOCTOR Chiropractic and Acupuncture", "Ohio", (["Chiropractic", "Acupuncture"], [], ["Ohio"])),
        (
            "Physical Medicine and Rehabilitation has a subspecialty in Interventional Spine",
            "West Virginia and Ohio",
            (["Physical Medicine and Rehabilitation"], ["Interventional Spine"], ["West Virginia", "Ohio"]),
        ),
    ],
)
def test_credentials_in_a_sentence(specialties: str, states: str, expected: tuple[list[str], ...]) -> None:
    text = MadeLetter(prose=True, specialties=specialties, states=states, width=2000).text()
    for printed, words in (("DOCTOR", "a Doctor of"), ("LICENSED", "licensed in")):
        text = text.replace(f"Board Certified in {printed}", words)
    reading = read(text)
    assert reading.template == "issues_prose"
    found = tuple(
        [one.value.text for one in reading.credentials if one.kind == kind]
        for kind in ("specialty", "subspecialty", "state")
    )
    assert found == expected


def test_credentials_in_a_block() -> None:
    reading = read(
        MadeLetter(specialties="Physical Medicine & Rehabilitation, Pain Management", states="New York, Texas")
    )
    assert reading.template == "issues_credentials"
    assert [(one.kind, one.value.text) for one in reading.credentials] == [
        ("state", "New York"),
        ("state", "Texas"),
        ("specialty", "Physical Medicine & Rehabilitation"),
        ("specialty", "Pain Management"),
    ]


def test_a_list_of_credentials_may_go_on_in_the_next_line() -> None:
    printed = "Physical Medicine & Rehabilitation, Pain Management, Neuromuscular\n\nMedicine"
    reading = read(MadeLetter(specialties=printed))
    assert [one.value.text for one in reading.credentials if one.kind == "specialty"][-1] == "Neuromuscular Medicine"


def test_a_letter_read_whole_has_almost_nothing_unread() -> None:
    assert read(MadeLetter()).unread_share < 0.01
    foreign = "A new paragraph that the form never had before, with words that no field takes. " * 5
    for heading in ("HOW THE IMR", "CLINICAL CASE SUMMARY"):
        text = MadeLetter().text().replace(heading, f"{foreign}\n\n{heading}")
        assert read(text).unread_share > 0.05


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Dear Sir, please find enclosed the bill.", "unknown_template"),
        ("IMR DECISION(S) AND RATIONALE(S)\n1. Norco is not", "no_items"),
        ("Notice of Independent Medical Review Determination\nDated: 11/4/2013", "no_items"),
        ("ISSUE AT DISPUTE:\nRight shoulder arthro", "no_items"),
        ("IMR ISSUES, DECISIONS AND RATIONALES\nThe Final Determination was based on", "no_items"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, reason: str) -> None:
    rejection = read_letter(text)
    assert isinstance(rejection, Rejection)
    assert rejection.reason_code == reason


def test_a_letter_cut_anywhere_gives_a_prefix_of_its_items_or_a_reason() -> None:
    items = (MadeItem("Norco #90"), MadeItem(LONG, "Overturned"), MadeItem("Soma #30"))
    text = MadeLetter(items=items).text()
    whole = [item.service.text for item in read(text).items if item.service]
    counts = []
    for end in range(0, len(text), 7):
        reading = read_letter(text[:end])
        if isinstance(reading, Rejection):
            assert not counts, text[:end][-80:]  # once an item can be read, a longer cut has it too
            continue
        decided = [item.service.text for item in reading.items if item.outcome and item.service]
        assert decided == whole[: len(decided)], text[:end][-80:]
        counts.append(len(decided))
    assert set(counts) == {1, 2, 3}


def test_layouts_do_not_share_state() -> None:
    one = MadeLetter()
    other = replace(one, line_gap="\n", paragraph_gap="\n\n")
    assert services(read(one)) == services(read(other)) == services(read(one))


@pytest.mark.parametrize(
    "footer",
    [
        "IMR Final Determination Letter CM15-0000001      Page 2 of 6",
        "Page | 2",
        "Independent Medical Review Case Number CM15-0000001",
    ],
)
def test_a_line_of_the_form_between_two_pages_belongs_to_no_item(footer: str) -> None:
    whole = MadeLetter(items=[MadeItem(), MadeItem(LONG)], line_gap="\n", paragraph_gap="\n\n")
    at = whole.text().index("Left L3")
    text = whole.text()[:at] + f"{footer}\n" + whole.text()[at:]
    assert services(read(text)) == services(read(whole))


def test_a_word_that_a_line_parts_is_whole() -> None:
    text = MadeLetter(
        items=[MadeItem("Lumbar discogram at L3-L4 with POST CT scan, PRE and postoperative visits")]
    ).text()
    text = text.replace("POST ", "post-\ndiscogram ").replace("PRE", "pre- \n\n")
    [(service, _)] = services(read(text))
    assert service == "Lumbar discogram at L3-L4 with post-discogram CT scan, pre- and postoperative visits"


@pytest.mark.parametrize(
    ("summary", "age", "sex"),
    [
        ("The patient is a fifty-three (53) year-old female who fell.", 53, "female"),
        ("The patient (52, female) reports that her injury happened at work.", 52, "female"),
        ("The employee, 47, a male, was hurt.", 47, "male"),
        ("The worker was 33 years old when he was hurt. He is now 36 years of age.", 36, None),
        ("The worker was 33 years old when he was hurt.", 33, None),
        ("The patient is a 115 year old male.", 115, "male"),
    ],
)
def test_age_and_sex_in_other_words(summary: str, age: int, sex: str | None) -> None:
    patient = read(MadeLetter(summary=summary)).patient
    assert (patient.age, patient.sex) == (age, sex)


@pytest.mark.parametrize(
    ("specialties", "names"),
    [
        ("Acupuncture & Pain Medicine", ["Acupuncture", "Pain Medicine"]),
        ("Cornea and External Disease", ["Cornea and External Disease"]),
        ("Physical Medicine & Rehabilitation", ["Physical Medicine & Rehabilitation"]),
    ],
)
def test_names_that_hold_an_and_and_names_that_it_parts(specialties: str, names: list[str]) -> None:
    found = read(MadeLetter(specialties=specialties, states="Virginia and the District of Columbia")).credentials
    assert [one.value.text for one in found if one.kind == "specialty"] == names
    assert [one.value.text for one in found if one.kind == "state"] == ["Virginia", "District of Columbia"]
