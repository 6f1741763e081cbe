"""Letters printed into PDF files, line by line, as the tests need them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.enums import AccessPermission
from PIL import Image

_MARGIN, _SIZE = 54.0, 11.0  # points
_PAGE_WIDTH, _PAGE_HEIGHT = 612.0, 792.0
_PRINTED_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Printer:
    """How a letter is set. What is drawn and what a reader of the page sees differ by the order of drawing alone.

    `line_gap` is the distance of two lines of the text file in points: a blank line of the file is an empty line on the
    page. A form feed begins a page. `footer` stands at the foot of each page; '{page}' in it is the page's number.
    """

    line_gap: float = 11.5
    lines_on_page: int = 56
    footer: str | None = None
    is_footer_first: bool = False
    is_shuffled: bool = False  # lines are drawn in any order
    by_word: bool = False  # each word is a text of its own, set by its place
    is_spread: bool = False  # a run of spaces is a gap, not characters
    rotation: int = 0  # of the page, in degrees
    font: str = "Times"
    user_password: str | None = None
    owner_password: str | None = None

    def print(self, text: str) -> bytes:
        """The PDF's bytes. The text must be Windows-1252's."""
        pdf = FPDF(unit="pt", format=(_PAGE_WIDTH, _PAGE_HEIGHT))
        pdf.core_fonts_encoding = "windows-1252"
        pdf.set_creation_date(_PRINTED_AT)  # the same letter gives the same bytes
        pdf.set_auto_page_break(False)
        if self.owner_password is not None:
            pdf.set_encryption(self.owner_password, self.user_password, permissions=AccessPermission.none())
        for number, lines in enumerate(self._pages(text), 1):
            pdf.add_page()
            pdf.set_font(self.font, size=_SIZE)
            drawn = [(_MARGIN + _SIZE + at * self.line_gap, line) for at, line in enumerate(lines) if line.strip()]
            if self.is_shuffled:
                random.Random(number).shuffle(drawn)
            if self.footer is not None:
                place = 0 if self.is_footer_first else len(drawn)
                drawn.insert(place, (_PAGE_HEIGHT - 36, self.footer.format(page=number)))
            for y, line in drawn:
                self._draw(pdf, y, line)
        data = bytes(pdf.output())
        if self.rotation:
            data = data.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % self.rotation)
        return data

    def _pages(self, text: str) -> list[list[str]]:
        pages = []
        for sheet in text.split("\f"):
            lines = [line.rstrip() for line in sheet.replace("\r", "").split("\n")]
            pages += [lines[at : at + self.lines_on_page] for at in range(0, len(lines), self.lines_on_page)]
        return pages

    def _draw(self, pdf: FPDF, y: float, line: str) -> None:
        if not self.by_word and not self.is_spread:
            pdf.text(_MARGIN, y, line)
            return
        at, gap = 0, " " if self.by_word else "  "
        while at < len(line):
            end = line.find(gap, at)
            end = len(line) if end < 0 else end
            if line[at:end].strip():
                pdf.text(_MARGIN + pdf.get_string_width(line[:at]), y, line[at:end])
            at = max(end, at + 1)
            while at < len(line) and line[at] == " ":
                at += 1


# Ways in which one letter may lie in a PDF file; a reader of the pages sees the same words.
PRINTERS = (
    Printer(),
    Printer(footer="Final Determination Letter for IMR Case Number CM15-0184276      {page}", is_footer_first=True),
    Printer(is_shuffled=True),
    Printer(by_word=True, lines_on_page=40, line_gap=14),
    Printer(is_spread=True, owner_password="for the author only"),
    Printer(rotation=90),
)


def scanned(texts: list[str | None]) -> bytes:
    """A PDF in which every page is a picture; what is given for a page is printed upon it as text."""
    pdf = FPDF(unit="pt", format=(_PAGE_WIDTH, _PAGE_HEIGHT))
    picture = Image.new("L", (85, 110), 200)
    for text in texts:
        pdf.add_page()
        pdf.image(picture, 0, 0, _PAGE_WIDTH, _PAGE_HEIGHT)
        pdf.set_font("Times", size=_SIZE)
        if text:
            pdf.text(_MARGIN, _PAGE_HEIGHT - 36, text)
    return bytes(pdf.output())
