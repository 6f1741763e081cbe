"""A PDF file's bytes to its text, page by page.

A letter is read whole or not at all: a page without a text layer, a page that cannot be opened and a file that was cut
off reject the letter, by name.
"""

from __future__ import annotations

import io
import math
import re
from ctypes import byref, c_double

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from orchestration.files.lines import Line, Piece, Word, lines_of, page_text, usual_gap
from orchestration.files.pdf_streams import count_texts, has_broken_stream
from orchestration.letters.decoding import LIGATURES
from orchestration.letters.model import Rejection

# A letter has ten pages or so, of 3,000 characters. What has a hundred times as many is no letter.
MAX_PAGES = 1_000
MAX_CHARACTERS = 5_000_000
# A hyphen at a line's end comes as one of these signs, and without a line break.
_PIECE = re.compile("([^\r\n\ufffe\x02]+)([\ufffe\x02]?)")
# Neither the end of a line nor of a paragraph, since a page may end anywhere: white space that is neither's.
_PAGE_END = "\n\f\n"
_WORD = re.compile(r"\S+")
# What is drawn, as text. A soft hyphen that is drawn is a hyphen; symbol fonts keep bullets in places of their own.
_DRAWN = str.maketrans(
    {
        **dict.fromkeys([*range(9), 11, *range(14, 32), 127, 0x200B, 0xFEFF, 0xFFFF]),
        **dict.fromkeys("\t\f\xa0\u2007\u202f", " "),
        **{"\xad": "-", "\uf0b7": "•", "\uf0a7": "▪"},
        **LIGATURES,
    }
)
# What a fax or an archive prints on a scanned page is shorter (characters), and the scan is larger (share of the page).
_STAMP = 200
_SCAN_SHARE = 0.5


def extract_text(data: bytes) -> str | Rejection:
    """The text of all pages, lines in the order in which they stand, each page but the first begun by a form feed.

    A rejection where the file cannot be read whole: `encrypted_pdf`, `damaged_file`, `no_text_layer`, or `too_large`
    for more than `MAX_PAGES` or `MAX_CHARACTERS`. A file that opens without a password is read, whatever its author
    would not have done to it.
    """
    if data.rfind(b"startxref") < data.rfind(b"endobj"):  # half a file may open, with half of its letter
        return Rejection("damaged_file", "The PDF is cut off: its end is missing.")
    try:
        with pdfium.PdfDocument(data) as document:
            plain = _without_encryption(document) if b"/Encrypt" in data else data
            if has_broken_stream(plain):
                return Rejection("damaged_file", "The PDF is damaged: a part of it does not match its checksum.")
            return _document_text(document, plain)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            return Rejection("encrypted_pdf", "The PDF needs a password to be opened.")
        return Rejection("damaged_file", "The PDF is damaged and cannot be opened.")


def _without_encryption(document: pdfium.PdfDocument) -> bytes:
    copy = io.BytesIO()
    document.save(copy, flags=raw.FPDF_REMOVE_SECURITY)
    return copy.getvalue()


def _document_text(document: pdfium.PdfDocument, plain: bytes) -> str | Rejection:
    count = len(document)
    if not count:
        return Rejection("damaged_file", "The PDF is damaged: it has no pages.")
    if count > MAX_PAGES:
        return Rejection("too_large", f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are read.")
    pages: list[list[Line]] = []
    unread: list[int] = []  # pages on which there is something, but no text
    blank: list[int] = []
    characters = 0
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
        except pdfium.PdfiumError:
            return Rejection("damaged_file", f"The PDF is damaged: page {number} of {count} cannot be opened.")
        try:
            lines = _page_lines(page, MAX_CHARACTERS - characters)
            if lines is None:
                return Rejection("too_large", f"The PDF has more than {MAX_CHARACTERS:,} characters.")
            on_page = sum(len(line.text) for line in lines)
            if on_page == 0:
                (unread if raw.FPDFPage_CountObjects(page) else blank).append(number)
            elif on_page < _STAMP and _is_scan(page):
                unread.append(number)
        finally:
            page.close()
        pages.append(lines)
        characters += on_page
    # A sheet may be blank. So looks one whose words are in the file but were lost on the way to the page.
    if blank and (not characters or count_texts(plain) > count - len(blank)):
        unread = sorted(unread + blank)
    if unread:
        return _without_text(unread, count)
    gap = usual_gap(pages)
    return _PAGE_END.join(page_text(lines, gap) for lines in pages) + "\n"


def _without_text(unread: list[int], count: int) -> Rejection:
    if len(unread) == count:
        return Rejection("no_text_layer", f"The PDF has no text layer on its {_pages(count)}, as scans have none.")
    named = ", ".join(str(number) for number in unread[:20]) + (", ..." if len(unread) > 20 else "")
    return Rejection("no_text_layer", f"The PDF has no text layer on {len(unread)} of {_pages(count)}: {named}.")


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _page_lines(page: pdfium.PdfPage, most: int) -> list[Line] | None:
    """The page's lines from top to bottom; None where the page has more than `most` characters."""
    text_page = page.get_textpage()
    try:
        if text_page.count_chars() > most:
            return None
        text = text_page.get_text_range()
        rotation = _text_rotation(text_page, text)
        if rotation != page.get_rotation():  # a sheet laid in sideways: its words would come last one first
            text_page.close()
            page.set_rotation(rotation)
            text_page = page.get_textpage()
            text = text_page.get_text_range()
        reading = _Reading(text_page, text, rotation)
        return lines_of(reading.pieces(), reading)
    finally:
        text_page.close()


def _text_rotation(text_page: pdfium.PdfTextPage, text: str) -> int:
    """How the page must be turned, in degrees clockwise, for its first words to stand upright."""
    word = _WORD.search(text)
    if word is None:
        return 0
    angle = math.degrees(raw.FPDFText_GetCharAngle(text_page, word.start()))
    return round(-angle / 90) * 90 % 360


class _Reading:
    """The text of one page and where its characters stand, for a page that is turned so that it can be read."""

    def __init__(self, text_page: pdfium.PdfTextPage, text: str, rotation: int) -> None:
        self._handle = text_page.raw
        self._rotation = rotation
        self._text = text
        # The text leaves out characters of the page that stand for nothing; mostly there are none.
        self._is_aligned = text_page.count_chars() == len(text)
        self._x, self._y, self._box = c_double(), c_double(), raw.FS_RECTF()

    def pieces(self) -> list[Piece]:
        """The page's text in the order in which it was drawn."""
        # For most of the letters nearly all of the time that is ours is spent in here: names are looked up once.
        handle, origin = self._handle, raw.FPDFText_GetCharOrigin
        x, y = self._x, self._y
        x_at, y_at = byref(x), byref(y)
        index = None if self._is_aligned else self._index
        turned = self._turned if self._rotation else None
        found = []
        for match in _PIECE.finditer(self._text):
            drawn, hyphen = match.groups()
            text = _as_text(drawn, hyphen)
            if text:
                at = match.start() + (len(drawn) - len(drawn.lstrip()) if drawn[0].isspace() else 0)
                origin(handle, index(at) if index else at, x_at, y_at)
                found.append(Piece(turned(x.value, y.value)[1] if turned else y.value, at, text))
        return found

    def reach(self, piece: Piece) -> tuple[float, float]:
        """How low and how high the letters of a piece reach, as its font has it."""
        _, low, _, high = self._extent(piece.at)
        return low, high

    def words(self, piece: Piece) -> list[Word]:
        """The words of a piece, each with its place."""
        printed = _PIECE.match(self._text, piece.at)
        if printed is None:
            return []
        found = []
        for word in _WORD.finditer(printed[1]):
            hyphen = printed[2] if word.end() == len(printed[1].rstrip()) else ""
            left, _, _, _ = self._extent(piece.at + word.start())
            _, _, right, _ = self._extent(piece.at + word.end() - 1)
            found.append(Word(left, right, _as_text(word[0], hyphen), piece.at))
        return found

    def _extent(self, at: int) -> tuple[float, float, float, float]:
        """Left, low, right and high of a character and the line it stands on."""
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._handle, self._index(at), box)
        (left, low), (right, high) = self._turned(box.left, box.bottom), self._turned(box.right, box.top)
        return min(left, right), min(low, high), max(left, right), max(low, high)

    def _turned(self, x: float, y: float) -> tuple[float, float]:
        """A place of the sheet as it lies, on the sheet as it is held."""
        if not self._rotation:
            return x, y
        return {90: (y, -x), 180: (-x, -y), 270: (-y, x)}[self._rotation]

    def _index(self, at: int) -> int:
        """The number of a character of the text among the characters of the page."""
        return at if self._is_aligned else raw.FPDFText_GetCharIndexFromTextIndex(self._handle, at)


def _as_text(drawn: str, hyphen: str) -> str:
    text = drawn.strip() + ("-" if hyphen else "")
    return text if text.isascii() and text.isprintable() else text.translate(_DRAWN).strip()


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Whether a page with little text is a picture that the text was printed upon."""
    width, height = page.get_size()
    outer = 0.0  # area of the picture, or of the form around it
    for shape in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM], max_depth=4):
        if shape.level == 0:
            left, low, right, high = shape.get_bounds()
            outer = (right - left) * (high - low)
        if shape.type == raw.FPDF_PAGEOBJ_IMAGE and outer > _SCAN_SHARE * width * height:
            return True
    return False
