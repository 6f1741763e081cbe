"""How citations of anything but the known guidelines are read: journals, labels, manuals, policies, statutes."""

from __future__ import annotations

import pytest

from tests.unit.test_guidelines import NON_MTUS, cut


@pytest.mark.parametrize(
    ("printed", "title", "year", "pages"),
    [
        ("FDA: Ambien.", "Ambien", None, []),
        ("PDR, Prilosec", "Prilosec", None, []),
        ("Aetna Clinical Policy Bulletin: Cold Therapy Devices, Number 0297.", "Cold Therapy Devices", None, []),
        ("AMA Guides to the Evaluation of Permanent Impairment, 5th Edition.", "Guides to the Evaluation of Permanent Impairment", None, []),
        ("California Labor Code section 4600(a).", None, None, []),
        ("http://www.ncbi.nlm.nih.gov/pubmed/12345678.", None, None, []),
        ("Anderson BC. Evaluation of shoulder pain. UpToDate, 2014.", "Evaluation of shoulder pain", 2014, []),
        ("Chou R, Huffman LH. Medications for back pain: a review. Ann Intern Med. 2007;147(7):505-514.", "Medications for back pain: a review", 2007, [(505, 514)]),
        ("American Academy of Orthopaedic Surgeons, Clinical Practice Guideline on the Treatment of Osteoarthritis, 2013.", "Treatment of Osteoarthritis", 2013, []),
        ("Journal of Bone and Joint Surgery, Complications of Arthroplasty, 2014, pages 12-19.", "Complications of Arthroplasty", 2014, [(12, 19)]),
        ("Medical Disability Advisor, Rotator Cuff Tear.", "Rotator Cuff Tear", None, []),
        # a journal with year and pages, and only then the title
        ("Hand Clinics, Volume 29, 2013, pages 245-250, Flexor tenolysis.", "Flexor tenolysis", 2013, [(245, 250)]),
        ("JAMA, 2014, pages 507-520, Management of High Blood Pressure in Adults.", "Management of High Blood Pressure in Adults", 2014, [(507, 520)]),
        ("Treatment of tennis elbow, 2014, pages 12-19.", "Treatment of tennis elbow", 2014, [(12, 19)]),
        # a drug that looks like an author's name
        ("Physicians' Desk Reference (PDR), Wellbutrin XL.", "Wellbutrin XL", None, []),
    ],
)  # fmt: skip
def test_literature(printed: str, title: str | None, year: int | None, pages: list[tuple[int, int]]) -> None:
    assert cut(NON_MTUS + printed) == [("non_mtus", None, pages, title, year)]
