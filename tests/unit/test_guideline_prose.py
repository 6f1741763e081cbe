"""The cutting of the paragraphs that the earlier templates print as prose, and of wordings met in letters later on."""

from __future__ import annotations

import pytest

from orchestration.letters.guidelines.cutter import cut_guidelines
from tests.unit.test_guidelines import MTUS, NON_MTUS, OTHER, Cut, cut


@pytest.mark.parametrize(
    ("paragraph", "citations"),
    [
        (
            "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines, Opioids, page 78, "
            "which is part of the MTUS and the Official Disability Guidelines (ODG), Pain Chapter, Opioids, "
            "which is not part of the MTUS.",
            [("mtus", None, [(78, 78)], "Opioids", None), ("non_mtus", None, [], "Opioids", None)],
        ),
        # the pages behind the scheme
        (
            "The Expert Reviewer based his/her decision on the Chronic Pain Medical Treatment Guidelines, "
            "which is part of the MTUS, pages 98-99.",
            [("mtus", None, [(98, 99)], None, None)],
        ),
        (
            "The Claims Administrator based its decision on the Shoulder Complaints Chapter of the ACOEM Practice "
            "Guidelines, 2nd Edition (2004), (no page cited), which is part of the MTUS.",
            [("mtus", None, [], None, 2004)],
        ),
        # no scheme stated: the guideline's own name tells it
        (
            "The Expert Reviewer relied upon the Chronic Pain Medical Treatment Guidelines, Spinal cord stimulators, page 107.",
            [("mtus", None, [(107, 107)], "Spinal cord stimulators", None)],
        ),
    ],
)
def test_prose(paragraph: str, citations: list[Cut]) -> None:
    assert cut(paragraph) == citations


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (
            "The Physician Reviewer based his/her decision on the MTUS, ACOEM Practice Guidelines, 2nd Edition (2004), Chapter 8, "
            "pages 177-179 and on the ODG, Neck Chapter, MRI.",
            [("mtus", 8, None, ((177, 179),)), ("non_mtus", None, "MRI", ())],
        ),
        (
            "The Expert Reviewer found the MTUS, ACOEM Practice Guidelines, Chapter 9, pages 210-211 relevant and appropriate for "
            "the employee's clinical circumstance.",
            [("mtus", 9, None, ((210, 211),))],
        ),
        (
            "The Claims Administrator based its decision on the Non-MTUS Official Disability Guidelines (ODG), Pain Chapter, Opioids.",
            [("non_mtus", None, "Opioids", ())],
        ),
        ("The Physician Reviewer based his/her decision on the same guidelines as the Claims Administrator.", []),
        ("The Expert Reviewer found the MTUS section used by the Claims Administrator relevant and appropriate.", []),
    ],
)
def test_prose_of_the_earlier_templates(paragraph: str, expected: list[tuple[object, ...]]) -> None:
    found = cut_guidelines(paragraph).citations
    assert [(one.scheme, one.chapter_number, one.section_text, one.pages) for one in found] == expected


@pytest.mark.parametrize(
    ("paragraph", "citations"),
    [
        (  # a clause of reason is no citation, whatever it names
            "The Professional Reviewer relied on the Low Back Complaints (ACOEM Practice Guidelines, 2nd Edition (2004), "
            "Chapter 12), page 305, which is part of the MTUS, because surgery for low back complaints is requested.",
            [("mtus", 12, [(305, 305)], None, 2004)],
        ),
        (
            "The Expert Reviewer based his/her decision on the ODG, Elbow Chapter, Injections, which is not part of the MTUS, and "
            "on Platelets in Tennis Elbow, American Journal of Sports Medicine, 2010, pages 255-262, because these apply.",
            [
                ("non_mtus", None, [], "Injections", None),
                ("non_mtus", None, [(255, 262)], "Platelets in Tennis Elbow", 2010),
            ],
        ),
        (
            "The Claims Administrator based its decision on the ODG, Knee Chapter, Cold packs, which is a medical treatment "
            "guideline that is not part of the MTUS.",
            [("non_mtus", None, [], "Cold packs", None)],
        ),
        (
            "The Claims Administrator based its decision on the ODG, Ankle Chapter, Bracing (immobilization), a medical treatment "
            "guideline (MTG) which is not part of the MTUS.",
            [("non_mtus", None, [], "Bracing (immobilization)", None)],
        ),
        (
            "The Claims Administrator based its decision on the ODG, Low Back Chapter, Lumbar supports section, which is not "
            "part of the MTUS.",
            [("non_mtus", None, [], "Lumbar supports", None)],
        ),
        (
            "The Claims Administrator based its decision on the MTUS/ACOEM Guidelines, Low Back Complaints, pages 303-305.",
            [("mtus", None, [(303, 305)], None, None)],
        ),
        (
            "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines, NSAIDs, page 72. "
            "Also cited: ODG, Pain Chapter, Ketorolac, not part of the MTUS.",
            [("mtus", None, [(72, 72)], "NSAIDs", None), ("non_mtus", None, [], "Ketorolac", None)],
        ),
        (
            "The Claims Administrator based its decision on the Chronic Pain Medical Treatment Guidelines, NSAIDs, page 72. "
            "The ODG, Pain Chapter, Ketorolac, was also cited, which is not part of the MTUS.",
            [("mtus", None, [(72, 72)], "NSAIDs", None), ("non_mtus", None, [], "Ketorolac", None)],
        ),
        (
            "The MTUS does not address hyaluronic acid. Per the strength of evidence hierarchy of the Department, the Official "
            "Disability Guidelines (ODG), Knee & Leg Chapter, Hyaluronic acid injections, which is not part of the MTUS, was used.",
            [("non_mtus", None, [], "Hyaluronic acid injections", None)],
        ),
        (
            "The Physician Reviewer based his/her decision on the Chronic Pain Medical Treatment Guidelines, Opioids, page 78, and "
            "the University of Michigan Guidelines: Managing Pain, page 33.",
            [
                ("mtus", None, [(78, 78)], "Opioids", None),
                ("non_mtus", None, [(33, 33)], "University of Michigan Guidelines: Managing Pain", None),
            ],
        ),
        (
            f"{MTUS}Eye Disorders 2017, Section(s): Visual Acuity Testing and General Approach.",
            [("mtus", None, [], "Visual Acuity Testing and General Approach", 2017)],
        ),
        (
            f"{MTUS}COVID-19 (Coronavirus) 2022, Section(s): Rehabilitation.",
            [("mtus", None, [], "Rehabilitation", 2022)],
        ),
        (
            f"{NON_MTUS}ODG by MCG, Low Back, Facet blocks (injections), 2023.",
            [("non_mtus", None, [], "Facet blocks (injections)", 2023)],
        ),
        (
            f"{NON_MTUS}Official Disablity Guidelines (ODG) by MCG, Low Back, Facet blocks (injections), 2023.",
            [("non_mtus", None, [], "Facet blocks (injections)", 2023)],
        ),
        (
            f"{NON_MTUS}Medicare Claims Processing Manual, Chapter 20, Durable medical equipment.",
            [("non_mtus", 20, [], "Durable medical equipment", None)],
        ),
        (
            f"{NON_MTUS}(ODG) Mental Illness and Stress Chapter, topic: Cognitive Therapy, June 2014 update.",
            [("non_mtus", None, [], "Cognitive Therapy", 2014)],
        ),
        (
            f"{OTHER}The use of naltrexone in chronic pain, 2014.",
            [("non_mtus", None, [], "The use of naltrexone in chronic pain", 2014)],
        ),
        (  # the topic, and its pages, in front of the guideline
            "The professional reviewer relied on the Massage therapy section, page 60, of the Chronic Pain Medical Treatment "
            "Guidelines, which is equally part of the MTUS, and on the section on Lumbar supports of the ODG.",
            [("mtus", None, [(60, 60)], "Massage therapy", None), ("non_mtus", None, [], "Lumbar supports", None)],
        ),
        (
            "The Claims Administrator based its decision on pages 338 and 339 of the Knee Complaints Chapter (ACOEM Practice "
            "Guidelines, 2nd Edition (2004), Chapter 13), which is part of the MTUS.",
            [("mtus", 13, [(338, 338), (339, 339)], None, 2004)],
        ),
        (
            "The Claims Administrator based its decision on page 58 of the Chronic Pain Medical Treatment Guidelines, section "
            "titled Manual therapy, which is part of the MTUS.",
            [("mtus", None, [(58, 58)], "Manual therapy", None)],
        ),
        (  # a list of topics behind what the guideline is part of
            "The reviewer relied on the Chronic Pain Medical Treatment Guidelines, part of the MTUS: NSAIDs, page 67; and "
            "Topical Analgesics, pages 111-113. These apply.",
            [("mtus", None, [(67, 67)], "NSAIDs", None), ("mtus", None, [(111, 113)], "Topical Analgesics", None)],
        ),
        (  # a further source behind the reason for the first
            "The reviewer relied on the Shoulder Complaints (ACOEM Practice Guidelines, Chapter 9), page 203, part of the MTUS, "
            "because it names injections, and on the Cochrane Library, Corticosteroid injections for shoulder pain, which is not "
            "part of the MTUS, because it is newer.",
            [
                ("mtus", 9, [(203, 203)], None, None),
                ("non_mtus", None, [], "Corticosteroid injections for shoulder pain", None),
            ],
        ),
        (  # and a reason that goes on is none
            "The reviewer relied on the Shoulder Complaints (ACOEM Practice Guidelines, Chapter 9), page 203, part of the MTUS, "
            "because the employee is off work and on the waiting list for surgery.",
            [("mtus", 9, [(203, 203)], None, None)],
        ),
        (  # literature behind a semicolon, by its writers or by the body that issued it
            f"{NON_MTUS}ODG, Elbow Chapter, Injections; and Krogh TP, Bartels EM, Ellingsen T. Treatment of lateral "
            "epicondylitis. Am J Sports Med. 2013.",
            [
                ("non_mtus", None, [], "Injections", None),
                ("non_mtus", None, [], "Treatment of lateral epicondylitis", 2013),
            ],
        ),
        (
            f"{NON_MTUS}ODG, Pain Chapter, Opioids; Colorado Department of Labor and Employment, Chronic Pain Disorder, 2012.",
            [("non_mtus", None, [], "Opioids", None), ("non_mtus", None, [], "Chronic Pain Disorder", 2012)],
        ),
        (f"{MTUS}Low Back Complaints 2004, Section(s): Work; and Rest.", [("mtus", None, [], "Work; and Rest", 2004)]),
        (
            "Decision based on Non-MTUS: ODG, Knee Chapter, Walking aids.",
            [("non_mtus", None, [], "Walking aids", None)],
        ),
        (
            f"{NON_MTUS}U.S. Preventive Services Task Force, Screening for Osteoporosis, 2011.",
            [("non_mtus", None, [], "Screening for Osteoporosis", 2011)],
        ),
    ],
)
def test_citations_as_letters_never_seen_before_print_them(paragraph: str, citations: list[Cut]) -> None:
    assert cut(paragraph) == citations


@pytest.mark.parametrize(
    ("paragraph", "is_adopting"),
    [
        ("See above.", True),
        ("Same as above", True),
        ("Same as claims administrator.", True),
        ("See rationale below.", False),
        ("See attached.", False),
    ],
)
def test_a_paragraph_that_only_points_elsewhere_cites_nothing(paragraph: str, is_adopting: bool) -> None:
    found = cut_guidelines(paragraph)
    assert (found.citations, found.adopts_other_side) == ((), is_adopting)


def test_a_reviewer_who_relies_on_the_other_side_as_well_cites_both() -> None:
    found = cut_guidelines(
        "The Expert Reviewer relied on the Chronic Pain Medical Treatment Guidelines, Opioids, page 49, in addition to the "
        "section used by the Claims Administrator."
    )
    assert len(found.citations) == 1
    assert found.adopts_other_side
