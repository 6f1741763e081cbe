"""How fast letters come out of PDF files, and how much of that time is the PDF library's own.

The library's own time is that of opening the same files and asking for the text of each page, in the same process. What
is on top puts lines in order, finds paragraphs and checks that nothing is broken; through the process that guards
against bad files there is the way there and back besides.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from orchestration.files.pdf import extract_text  # noqa: E402
from orchestration.files.pdf_process import PdfReader  # noqa: E402
from orchestration.letters.decoding import decode  # noqa: E402
from tests.printer import Printer  # noqa: E402

LETTERS = ROOT / "tests" / "golden" / "letters"
RUNS = 15
COPIES = 4
SETTINGS = {
    "as printed": Printer(),
    "drawn in any order": Printer(is_shuffled=True, footer="Page {page}", is_footer_first=True),
    "word by word": Printer(by_word=True),
}


def library_alone(data: bytes) -> int:
    """Opens the file and asks for the text of its pages, no more. Returns their number."""
    with pdfium.PdfDocument(data) as document:
        count = len(document)
        for number in range(count):
            page = document[number]
            text_page = page.get_textpage()
            text_page.get_text_range()
            text_page.close()
            page.close()
    return count


def seconds(read: Callable[[bytes], object], files: list[bytes]) -> float:
    started = time.perf_counter()
    for data in files:
        read(data)
    return time.perf_counter() - started


def main() -> int:
    letters = [decode(path.read_bytes()) for path in sorted(LETTERS.rglob("*.txt"))]
    texts = [letter[0] for letter in letters if isinstance(letter, tuple)]
    print(f"{'':<20} {'pages/s':>9} {'of which':>9} {'process':>9}")
    print(f"{'':<20} {'':>9} {'library':>9} {'pages/s':>9}")
    with PdfReader() as reader:
        for name, printer in SETTINGS.items():
            files = [printer.print(text) for text in texts] * COPIES
            pages = sum(library_alone(data) for data in files)
            # in turn, so that a busy minute meets all of them
            taken = [
                tuple(seconds(read, files) for read in (library_alone, extract_text, reader.extract_text))
                for _ in range(RUNS)
            ]
            _, whole, guarded = (statistics.median(column) for column in zip(*taken, strict=True))
            share = statistics.median(run[0] / run[1] for run in taken)
            print(f"{name:<20} {pages / whole:>9,.0f} {share:>9.0%} {pages / guarded:>9,.0f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
