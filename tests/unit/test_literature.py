"""How citations of anything but the known guidelines are read: journals, labels, manuals, policies, statutes."""

from __future__ import annotations

import pytest

from orchestration.letters.guidelines.cutter import cut_guidelines
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
        ("Foot Clinics, 2011, Surgery of the plantar fascia.", "Surgery of the plantar fascia", 2011, []),
        # kinds of document, and bodies known by their letters alone
        ("Centers for Medicare and Medicaid Services, National Coverage Determination (NCD) for Cochlear Implantation.", "Cochlear Implantation", None, []),
        ("CMS, Local Coverage Determination L33642, Outpatient Sleep Studies.", "Outpatient Sleep Studies", None, []),
        ("National Institute for Health and Care Excellence (NICE), Low back pain and sciatica in over 16s, 2016.", "Low back pain and sciatica in over 16s", 2016, []),
        ("NASS, Evidence-based guidelines for multidisciplinary spine care, 2012.", "Evidence-based guidelines for multidisciplinary spine care", 2012, []),
        ("HRSA/SAMHSA, Guidelines for the care of opioid use disorder in primary care, 2016.", "Guidelines for the care of opioid use disorder in primary care", 2016, []),
        ("National Heart, Lung, and Blood Institute, Expert Panel Report 4: Update on Asthma, 2020.", "Expert Panel Report 4: Update on Asthma", 2020, []),
        ("Clinical Textbook, Management of Bursitis, Tendinitis, and Other Soft Tissue Disorders, 2012.", "Management of Bursitis, Tendinitis, and Other Soft Tissue Disorders", 2012, []),
        # the one initial of the only author, and of the last one
        ("Bruder M. Stimulation of the vagus nerve in pain. Headache. 2014.", "Stimulation of the vagus nerve in pain", 2014, []),
        ("Rompe JD, Furia J, Maffulli N. Eccentric loading of the Achilles tendon. Am J Sports Med. 2009.", "Eccentric loading of the Achilles tendon", 2009, []),
        # a drug that looks like an author's name
        ("Physicians' Desk Reference (PDR), Wellbutrin XL.", "Wellbutrin XL", None, []),
    ],
)  # fmt: skip
def test_literature(printed: str, title: str | None, year: int | None, pages: list[tuple[int, int]]) -> None:
    assert cut(NON_MTUS + printed) == [("non_mtus", None, pages, title, year)]


def test_a_journal_that_is_called_as_a_chapter_of_the_odg_is_not_taken_for_it() -> None:
    [article] = cut_guidelines(
        f"{NON_MTUS}Kapural L, Yu C, Doust MW. Comparison of two stimulators. Pain. 2015."
    ).citations
    assert (article.guideline_text, article.section_text) == (None, "Comparison of two stimulators")
    [chapter] = cut_guidelines(f"{NON_MTUS}Pain (Chronic), Stimulators, 2015.").citations
    assert chapter.guideline_text == "Pain (Chronic)"
