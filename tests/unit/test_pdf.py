"""PDF pages to text: in the order in which a reader of the page reads, with paragraphs, whole or not at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fpdf import FPDF

from orchestration.files import pdf as pdf_module
from orchestration.files.kinds import is_pdf
from orchestration.files.pdf import extract_text
from orchestration.files.pdf_process import PdfReader
from orchestration.letters.decoding import decode
from orchestration.letters.model import Rejection
from orchestration.letters.reader import read_letter
from tests.conftest import LETTERS
from tests.printer import PRINTERS, Printer, scanned

LETTER = "Case Number: CM15-0000001     Date Assigned: 05/28/2015\n\nThe first line of a paragraph\nand its second line.\n\nAnother paragraph.\nIts end."
READ = "Case Number: CM15-0000001 Date Assigned: 05/28/2015\n\nThe first line of a paragraph\nand its second line.\n\nAnother paragraph.\nIts end.\n"


def drawn(*texts: tuple[float, float, str]) -> str:
    """The text of one page on which each text was drawn at its place, in the order given."""
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.core_fonts_encoding = "windows-1252"
    pdf.add_page()
    pdf.set_font("Times", size=11)
    for x, y, text in texts:
        pdf.text(x, y, text)
    read = extract_text(bytes(pdf.output()))
    assert isinstance(read, str), read
    return read


def reason(data: bytes) -> str:
    found = extract_text(data)
    assert isinstance(found, Rejection)
    assert found.detail.endswith(".")
    return found.reason_code


@pytest.mark.parametrize(
    "printer",
    [
        Printer(),
        Printer(is_shuffled=True),
        Printer(by_word=True, is_shuffled=True),
        Printer(is_spread=True),
        Printer(line_gap=22),
        Printer(font="Courier"),
        Printer(rotation=90),
        Printer(rotation=180, by_word=True),
        Printer(rotation=270, is_spread=True, is_shuffled=True),
        Printer(owner_password="for the author only"),
    ],
    ids=repr,
)
def test_a_letter_reads_the_same_however_it_was_drawn(printer: Printer) -> None:
    assert extract_text(printer.print(LETTER)) == READ


@pytest.mark.parametrize("path", sorted(LETTERS.rglob("*.txt")), ids=lambda path: path.stem)
def test_a_golden_letter_in_print_is_the_letter(path: Path) -> None:
    """Every line comes back, and what is read of it is the same, places apart."""
    decoded = decode(path.read_bytes())
    assert not isinstance(decoded, Rejection)
    for printer in PRINTERS:
        read = extract_text(printer.print(decoded[0]))
        assert isinstance(read, str), printer
        if printer.footer is None:
            assert lines_of(read) == lines_of(decoded[0]), printer
        assert facts_of(read) == facts_of(decoded[0]), printer


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.split()]


def facts_of(text: str) -> list[object]:
    """What a letter says, in the words of the letter."""
    reading = read_letter(text)
    assert not isinstance(reading, Rejection), reading
    values = [(item.service, item.claims_guideline, item.reviewer_guideline, item.rationale) for item in reading.items]
    return [
        reading.header.case_number and reading.header.case_number.text,
        {name: day for name, (day, _) in reading.header.dates.items()},
        reading.patient.age,
        [(credential.kind, credential.value.text) for credential in reading.credentials],
        [[value and value.text for value in of_item] for of_item in values],
        [item.outcome for item in reading.items],
    ]


def test_a_footer_that_was_drawn_first_stands_last() -> None:
    letter = "\n".join(f"Line {number}." for number in range(1, 61))
    read = extract_text(Printer(footer="CM15-0000001 Page {page}", is_footer_first=True).print(letter))
    assert isinstance(read, str)
    one, two = read.split("\f")
    assert one.startswith("Line 1.\nLine 2.\n")
    assert one.endswith("Line 56.\n\nCM15-0000001 Page 1\n")
    assert two.startswith("\nLine 57.\n")
    assert two.endswith("\n\nCM15-0000001 Page 2\n")


def test_one_line_drawn_in_several_goes_is_one_line() -> None:
    assert drawn((300, 100, "Right"), (50, 112, "Below"), (50, 100, "Left")) == "Left Right\nBelow\n"
    assert drawn((50, 100, "a"), (300, 100, "e"), (50, 114, "below"), (100, 100, "b c d")) == "a b c d e\nbelow\n"
    assert drawn((50, 112, "below"), (50, 100, "well-"), (300, 100, "known")) == "well- known\nbelow\n"


def test_a_raised_sign_stays_on_its_line() -> None:
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.add_page()
    for x, y, size, text in ((50, 100, 11, "Soma"), (76, 96, 6, "R"), (82, 100, 11, "350mg"), (50, 112, 11, "#90")):
        pdf.set_font("Times", size=size)
        pdf.text(x, y, text)
    read = extract_text(bytes(pdf.output()))
    assert isinstance(read, str)
    assert [line.replace(" ", "") for line in read.splitlines()] == ["SomaR350mg", "#90"]


def test_what_is_drawn_becomes_what_is_written() -> None:
    assert drawn((50, 100, "opioid drug-"), (50, 112, "taking")) == "opioid drug-\ntaking\n"
    assert drawn((50, 112, "taking"), (50, 100, "opioid drug-")) == "opioid drug-\ntaking\n"
    assert drawn((50, 100, "10\xa0mg of self\xadmade")) == "10 mg of self-made\n"
    assert pdf_module._as_text("the de\ufb01nition of \uf0b7 o\ufb03ce\x00", "") == "the definition of • office"


def test_a_heading_in_larger_print_begins_no_paragraph() -> None:
    lines = [(50, up, f"at {up}") for up in (100, 112, 124, 138, 157)]
    assert drawn(*lines) == "at 100\nat 112\nat 124\nat 138\n\nat 157\n"


def test_pages_without_text_reject_the_letter_and_are_named() -> None:
    assert reason(scanned([None, None])) == "no_text_layer"
    assert reason(scanned(["Received by fax, page 1 of 1"])) == "no_text_layer"
    part = FPDF(unit="pt", format=(612, 792))
    for page in range(3):
        part.add_page()
        part.set_font("Times", size=11)
        if page == 1:
            part.rect(50, 50, 400, 400)
        else:
            part.text(50, 50, "Words.")
    found = extract_text(bytes(part.output()))
    assert found == Rejection("no_text_layer", "The PDF has no text layer on 1 of 3 pages: 2.")
    assert reason(Printer().print("")) == "no_text_layer"


def test_a_blank_sheet_loses_nothing() -> None:
    assert extract_text(Printer().print("First.\f\fThird.")) == "First.\n\f\n\n\f\nThird.\n"


def test_a_password_is_told_from_damage() -> None:
    letter = Printer(owner_password="owner", user_password="user").print(LETTER)
    assert extract_text(letter) == Rejection("encrypted_pdf", "The PDF needs a password to be opened.")
    assert reason(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj") == "damaged_file"
    assert reason(b"%PDF-1.4\nThis is not what it says.") == "damaged_file"


def test_no_letter_is_read_in_part() -> None:
    lines = "\n".join(f"Line {number} of many." for number in range(1, 200))
    letter = Printer().print(lines)
    whole = extract_text(letter)
    assert isinstance(whole, str)
    assert whole.split("\n")[-2] == "Line 199 of many."
    for cut in range(0, len(letter) - 40, 97):
        assert isinstance(extract_text(letter[:cut]), Rejection), cut
    chance = random.Random(5)
    starts = [at for at in range(len(letter)) if letter.startswith(b"stream\n", at) and letter[at - 1 : at] == b"\n"]
    damaged = Rejection("damaged_file", "The PDF is damaged: a part of it does not match its checksum.")
    found = []
    for start in starts[:4]:  # the pages
        for _ in range(10):
            at = chance.randrange(start + 10, letter.index(b"endstream", start) - 8)
            broken = letter[:at] + bytes([letter[at] ^ 1 << chance.randrange(8)]) + letter[at + 1 :]
            found.append(extract_text(broken))
            assert found[-1] in (whole, damaged), at
    assert len(found) == 40
    assert found.count(damaged) > 30


def test_words_in_front_of_the_header_do_no_harm() -> None:
    letter = b"\xef\xbb\xbfX-Mailer: scan\r\n" + Printer().print(LETTER)
    assert is_pdf(letter)
    assert extract_text(letter) == READ
    assert not is_pdf(b" " * 1024 + b"%PDF-1.4")


def test_more_pages_or_words_than_a_letter_has(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = Printer().print("one\ftwo\fthree")
    monkeypatch.setattr(pdf_module, "MAX_PAGES", 2)
    assert reason(letter) == "too_large"
    monkeypatch.setattr(pdf_module, "MAX_PAGES", 3)
    assert extract_text(letter) == "one\n\f\ntwo\n\f\nthree\n"
    monkeypatch.setattr(pdf_module, "MAX_CHARACTERS", 8)
    assert reason(letter) == "too_large"


def test_the_process_reads_one_after_the_other_and_outlives_its_own_end() -> None:
    letter = Printer().print(LETTER)
    with PdfReader() as reader:
        assert reader.extract_text(letter) == READ
        first = reader._process
        assert first is not None
        assert isinstance(reader.extract_text(b"%PDF-1.4 damaged"), Rejection)
        assert reader._process is first
        first.kill()
        first.wait()
        assert reader.extract_text(letter) == READ  # the fault was not this letter's
        assert reader._process is not first
    assert reader._process is None


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with PdfReader(max_seconds=0.05) as reader:
        found = reader.extract_text(Printer(by_word=True).print("\f".join(["word " * 20 + "\n"] * 900)))
        assert isinstance(found, Rejection)
        assert found.detail == "The PDF is damaged: it was not read within 0.05 seconds."
        assert reader.extract_text(b"%PDF-1.4") == Rejection("damaged_file", "The PDF is damaged and cannot be opened.")
