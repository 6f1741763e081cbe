"""Quantities, strengths and spine levels, each with its expected reading written by hand before the rules were run."""

from __future__ import annotations

import csv
import random
import time
from pathlib import Path

import pytest

from orchestration.letters.measures import quantity, spine_levels, strength

LABELLED = Path(__file__).parents[1] / "golden" / "services.csv"

QUANTITIES: list[tuple[str, int | None]] = [
    # counted goods
    ("Norco 5/325mg (Rx 06/10/15) #90", 90),
    ("Percocet 10/325 mg, 120 tablets", 120),
    ("MS Contin 30mg # 60, 2 refills", 60),
    ("OxyContin 40 mg q12h #60 (to be filled 4/1/15) x 3 months", 60),
    ("Ultram 50mg one tablet every 6 hours as needed", None),
    ("Soma 350mg take 1-2 tablets at bedtime, #45", 45),
    ("Ibuprofen 800 mg, 1 tablet three times a day, ninety (90) tablets", 90),
    ("Prilosec 20mg 1 capsule daily", None),
    ("Neurontin 300mg Qty 90", 90),
    ("Ambien CR 12.5 mg (quantity: 30.00)", 30),
    ("Quantity 30 of Nexium 40 mg", 30),
    ("Motrin 600mg, number 60", 60),
    ("Flexeril 7.5 mg No. 60", 60),
    ("Ativan 1mg, count 30", 30),
    ("Naprosyn 500mg, dispense 60", 60),
    ("Tylenol #3", None),
    ("Tylenol #4 #90 with 1 refill", 90),
    ("Acetaminophen-Codeine #3 300/30mg, sixty tablets", 60),
    ("1 prescription for Ultracet 37.5/325 mg", 1),
    ("2 prescriptions of Butrans 10mcg/hr patch", 2),
    ("One prescription of Voltaren gel 1%, 100 grams", 1),
    ("1 prescription of Oxycodone 15mg #180 between 3/1/2014 and 4/30/2014", 180),
    ("Lidocaine 5% ointment 35.44 gm", None),
    ("Capsaicin cream 0.025% 60 gm x 2", 2),
    ("Dendracin lotion 120 ml, 2 bottles", 2),
    ("Ketoprofen/gabapentin/lidocaine compound, 30 gram tube", None),
    ("Toradol 60mg IM injection x 1", 1),
    ("Vitamin B12 injection", None),
    ("Norco 10/325mg, 30 day supply", None),
    ("1 month supply of Tramadol ER 150 mg", None),
    ("Hydrocodone 10/325 mg (90)", 90),
    ("Sumatriptan 6 mg/0.5 ml, 4 syringes", 4),
    ("Zofran 4mg #1,000", 1000),
    ("Fioricet 50/325/40mg, 1 PO Q6H", None),
    # therapy
    ("Physical therapy three times a week for four weeks", 12),
    ("Physical therapy 2-3 times a week for 6 weeks", 18),
    ("PT 1-2x/week for 4-6 weeks", 12),
    ("Physical therapy twice a week for 6 weeks, right shoulder", 12),
    ("Acupuncture once a week for six (6) weeks", 6),
    ("Acupuncture weekly x 8 weeks", 8),
    ("Twelve (12) sessions of physical therapy, 2 times a week for 6 weeks", 12),
    ("Chiropractic care 2x6", 12),
    ("Chiropractic treatment, two (2) times a week for three (3) weeks", 6),
    ("Physical therapy; eight visits", 8),
    ("Additional 6 acupuncture visits", 6),
    ("Six sessions of cognitive behavioral therapy", 6),
    ("12 physical therapy visits for the lumbar spine", 12),
    ("Physical therapy, lumbar spine, x12", 12),
    ("Aqua therapy 2 x per week x 4 weeks", 8),
    ("Post-operative physical therapy 3 times per week for 4 weeks (12 visits)", 12),
    ("Hand therapy 6-8 sessions", 8),
    ("Massage therapy 1 time a week for 6 weeks", 6),
    ("Physical therapy 2 times weekly times 4 weeks", 8),
    ("PT 2 x wk x 6 wks L/S", 12),
    ("Psychotherapy one session per month for 6 months", 6),
    ("Physical therapy 2 visits per week for 2 weeks then 1 visit per week", 4),
    ("Chiropractic sessions for the neck, quantity 10", 10),
    ("Total of 24 physical therapy sessions", 24),
    ("Biofeedback therapy times 6", 6),
    ("Work conditioning, 10 visits over 5 weeks", 10),
    # devices, rental, stay, membership
    ("Gym membership x 12 months", None),
    ("One year gym membership", None),
    ("Six month gym membership with pool", None),
    ("TENS unit, 2 month rental", None),
    ("Cold therapy unit rental for 7 days", None),
    ("Four wheeled walker", None),
    ("3-in-1 commode", None),
    ("2 pairs of compression stockings", 2),
    ("Electrodes, 4 packs per month", 4),
    ("One TENS unit, 30 day trial", 1),
    ("Hospital stay, 2 days", None),
    ("Inpatient stay x 3 days", None),
    ("Purchase of two (2) lumbar support cushions", 2),
    ("Hinged knee brace x 1, left knee", 1),
    # procedures, tests, visits
    ("Left L4-5 and L5-S1 transforaminal epidural steroid injection", None),
    ("One right sacroiliac joint injection", 1),
    ("2 lumbar epidural steroid injections at L4-L5", 2),
    ("Series of three (3) Supartz injections to the right knee", 3),
    ("Synvisc injections x3 bilateral knees", 3),
    ("Three trigger point injections", 3),
    ("X-ray of the cervical spine, 5 views", None),
    ("3 Tesla MRI of the right wrist", None),
    ("10 panel urine drug screen", None),
    ("Urine drug screen x 4 per year", 4),
    ("24-hour Holter monitor", None),
    ("EMG/NCS of the bilateral upper extremities (CPT 95886, 95911)", None),
    ("Two level anterior cervical fusion C5-C7", None),
    ("Three phase bone scan", None),
    ("1 follow-up visit in 4 weeks", 1),
    ("Follow-up visit in 6 weeks", None),
    ("Follow up visits monthly x 6", 6),
    ("Six follow-up visits", 6),
    ("Psychological testing, 5 hours", 5),
    ("Botox injections, 155 units, for chronic migraine", None),
    ("Functional restoration program, 160 hours", 160),
    ("Functional restoration program for 2 weeks", None),
    ("Home health aide 4 hours per day, 3 days a week for 6 weeks", 72),
    ("a home health aide four hours a day, five days a week, for six weeks", 120),
    ("Home health care 6 hours per week for 8 weeks", 48),
    ("Home health nurse, 2 visits per week for 3 weeks", 6),
    ("Transportation for 6 physical therapy visits", 6),
    ("Associated surgical service: 12 post-operative physical therapy sessions", 12),
    ("one urine drug screen", 1),
    ("a right S1 transforaminal epidural steroid injection", None),
    ("MRI of the lumbar spine (DOS 12/4/2013)", None),
    ("Retrospective request for 1 MRI of the left knee (DOS: 1/2/14)", 1),
    # a second round, written after the rules stood
    ("Physical therapy 2 x a week for 4 weeks, cervical spine", 8),
    ("PT two to three times a week for four to six weeks", 18),
    ("Norco 10/325mg, sixty count", 60),
    ("Tizanidine 4mg tablets, 90", 90),
    ("Home health aide, 20 hours per week for 4 weeks", 80),
    ("Home health aide 8 hours/day x 7 days/week x 4 weeks", 224),
    ("CBT 1 x 10", 10),
    ("Acupuncture two visits per week for four weeks", 8),
    ("Physical Therapy 12 sessions 2x6", 12),
    ("Outpatient physical therapy three (3) times a week for four (4) weeks to the left knee", 12),
    ("Interpreter services x 1", 1),
    ("Twenty-four acupuncture treatments", 24),
    ("Lidoderm patches 5%, 1 box (30 patches)", 1),
    ("Ice pack", None),
    ("Extracorporeal shockwave therapy once a week for 3 weeks", 3),
    ("ESWT 3 sessions left heel", 3),
    ("MRI 3.0 Tesla of the cervical spine", None),
    ("Bilateral lumbar facet blocks x two", 2),
    ("One-time psychiatric consultation", None),
    ("Hyalgan injections, series of 5, left knee", 5),
    ("Synvisc-One injection 6 ml x 1", 1),
    ("DVT compression pump 30 day rental", None),
    ("CPM machine x 21 days", None),
    ("Aspen LSO brace purchase", None),
    ("60 Norco 10/325mg", 60),
    ("90 tablets of Ultram 50 mg", 90),
    ("Tramadol 50mg, 1-2 tabs q4-6h prn pain #120", 120),
    ("Metformin 500 mg BID for 30 days", None),
    ("Gabapentin 300mg three times daily", None),
    ("Flector patches 1.3% 12 hours on 12 hours off #30", 30),
    ("Morphine sulfate ER 15 mg Q8H #90 (one month supply)", 90),
    ("Physiatry follow up visits, 4", 4),
    ("Pool therapy twice weekly for 6 weeks", 12),
    ("Occupational therapy 2 times per week over 4 weeks", 8),
    ("Two-level cervical disc replacement C5-6 and C6-7", None),
    ("MRI of cervical, thoracic and lumbar spine", None),
    ("Group therapy, 1x weekly x 8", 8),
    ("Psychological treatment 6 visits over 3 months", 6),
    ("Five day inpatient rehab stay", None),
    ("Post op PT 3x4", 12),
    ("Post op PT 3 x wk x 4 wks", 12),
    ("Labs: CBC x 1", 1),
    ("Crutches, one pair", 1),
    ("Purchase of a TENS unit", None),
    ("Three in one commode chair", None),
    ("Shower chair (1)", 1),
    ("8 additional sessions of chiropractic treatment", 8),
    ("Additional chiropractic treatment, once per week for eight weeks", 8),
    ("Physical therapy 2 times per week for 1 month", 8),
    ("Medial branch block at L3, L4, and L5 x 1", 1),
    ("Compound 240 gm jar", None),
    ("Soma 350 mg one po bid, 60 tabs", 60),
    ("Kera-Tek gel 4 oz, 1 bottle", 1),
    ("Xolido 2% cream 118 ml", None),
    ("Ambien 10 mg at bedtime as needed, #30, 0 refills", 30),
    ("Rhizotomy at L4-5 and L5-S1", None),
    ("1 Internal Medicine consultation", 1),
    ("Sleep number bed", None),
    ("Functional restoration program x 80 hours", 80),
    ("Pain psychology sessions (4)", 4),
    ("work hardening, 2 weeks", None),
    ("Acupuncture 6 visits - lumbar", 6),
    ("Acupuncture, 2 times per wk for 3 wks (6)", 6),
    ("", None),
    ("#", None),
    ("x", None),
]

STRENGTHS: list[tuple[str, str | None]] = [
    ("Norco 10/325mg #120 (prescribed 3/14/14)", "10/325 mg"),
    ("Norco 10-325 MG #60", "10/325 mg"),
    ("Percocet 10 mg/325 mg #90", "10/325 mg"),
    ("Suboxone 8mg/2mg SL film, qty 60", "8/2 mg"),
    ("Fioricet 50/325/40mg", "50/325/40 mg"),
    ("Lidoderm 5% patches #30", "5%"),
    ("Fentanyl 50mcg/hr transdermal patches #15", "50 mcg/hr"),
    ("Duragesic 25 mcg/hour #10", "25 mcg/hr"),
    ("Aimovig 140 mg/mL autoinjector #1", "140 mg/mL"),
    ("Morphine elixir 10mg/5ml 240 ml", "10 mg/5 mL"),
    ("Compound cream: Flurbiprofen 20%/Tramadol 20% in Mediderm base, 210 grams", "20%; 20%"),
    ("CAPSAICIN 0.025%, FLURBIPROFEN 15%, MENTHOL 2% 180GMS", "0.025%; 15%; 2%"),
    ("Flurbiprofen 25%, Cyclobenzaprine 02%, 240g", "25%; 2%"),
    ("Xanax .5 mg #60", "0.5 mg"),
    ("Vitamin D 50,000 IU #4", "50000 IU"),
    ("Metformin 1,000 mg #60", "1000 mg"),
    ("Subacromial injection R shoulder w/ Kenalog 40mg and Lidocaine 1%", "40 mg; 1%"),
    ("Levothyroxine 50 micrograms", "50 mcg"),
    ("Tylenol with Codeine #3, #60", None),
    ("Terocin lotion 120ml", None),
    ("Menthoderm Gel 120gm", None),
    ("MRI of the Right Shoulder without contrast", None),
    ("", None),
]

LEVELS: list[tuple[str, str | None]] = [
    ("1 EPIDURAL STEROID INJECTION AT C3-C4", "C3-C4"),
    ("discogram at L3-L4, L4-L5 and L5-S1 with CT", "L3-L4; L4-L5; L5-S1"),
    ("Provacative discogram at L3-4, L4-5, L5-S1", "L3-L4; L4-L5; L5-S1"),
    ("Right L4-5 and L5-S1 transforaminal epidural", "L4-L5; L5-S1"),
    ("fusion C5-6, C6-7", "C5-C6; C6-C7"),
    ("Left L3, L4 and L5 medial branch radiofrequency ablation", "L3; L4; L5"),
    ("Left C3, C4, C5 radiofrequency ablation (RFA)", "C3; C4; C5"),
    ("medial branch block at C3, 4, 5 and 6 bilaterally", "C3; C4; C5; C6"),
    ("a right S1 transforaminal epidural steroid injection", "S1"),
    ("C7-T1 INTERLAMINAR CERVICAL EPIDURAL", "C7-T1"),
    ("T12-L1 epidural", "T12-L1"),
    ("L4/5 laminectomy", "L4-L5"),
    ("L4/L5 and L5/S1 facet blocks", "L4-L5; L5-S1"),
    ("L5 - S1 microdiscectomy", "L5-S1"),
    ("L4 to S1 fusion", "L4-S1"),
    ("L4-L5-S1 decompression", "L4-L5; L5-S1"),
    ("L3-4-5 laminectomy", "L3-L4; L4-L5"),
    ("bilateral l4-5, l5-s1 facet injections", "L4-L5; L5-S1"),
    ("L4–5 epidural", "L4-L5"),
    ("L 4-5 epidural", "L4-L5"),
    ("ACDF C4-C7", "C4-C7"),
    ("L5-1 injection", "L5-S1"),
    ("L4-5 injection and repeat L4-5 injection", "L4-L5"),
    ("Melatonin L 5 mg", None),
    ("Vitamin B12 injection", None),
    ("Vitamin C 500 mg", None),
    ("LSO brace L0631", None),
    ("TSH, T3, T4", None),
    ("MRI with T2 weighted images", None),
    ("L4, 2 injections", "L4"),
    ("Hemoglobin A1c, C-reactive protein", None),
    ("Tylenol #3", None),
    ("L9 block, T13", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), QUANTITIES)
def test_quantity(text: str, expected: int | None) -> None:
    assert quantity(text) == expected


def test_quantity_of_the_labelled_services() -> None:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wrong = {
        row["service_text"]: (quantity(row["service_text"]), row["quantity"])
        for row in rows
        if str(quantity(row["service_text"]) or "") != row["quantity"]
    }
    assert len(rows) >= 127
    assert wrong == {}


@pytest.mark.parametrize(("text", "expected"), STRENGTHS)
def test_strength(text: str, expected: str | None) -> None:
    assert strength(text) == expected


@pytest.mark.parametrize(("text", "expected"), LEVELS)
def test_spine_levels(text: str, expected: str | None) -> None:
    assert spine_levels(text) == expected


def test_nothing_raises_and_nothing_takes_long() -> None:
    rng = random.Random(1)
    alphabet = [
        "#",
        "1",
        "99",
        "²",
        "٣",
        "x",
        " x ",
        "times",
        " a week",
        " for ",
        "(",
        ")",
        "mg",
        "%",
        "/",
        "-",
        ",",
        "L",
        "C5",
        "S",
        " ",
    ]
    texts = ["".join(rng.choice(alphabet) for _ in range(rng.randrange(60))) for _ in range(3000)]
    texts += [part * 5000 for part in ("1 ", "1", "x 1 ", "L4-", "L4, ", "10/", "one (1) ", "a ", "#", " ", "1 a b ")]
    started = time.perf_counter()
    for text in texts:
        for measure in (quantity, strength, spine_levels):
            measure(text)
    assert time.perf_counter() - started < 10
