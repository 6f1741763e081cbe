"""Letters as they are kept: printed into PDF files, in archives, in archives of archives. The facts stay the same."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.letters.decoding import decode
from tests.conftest import LETTERS, Warehouse
from tests.maker import MadeLetter
from tests.printer import PRINTERS, Printer, scanned
from tests.unit.test_web import serving

# The same bytes as issues-credentials-3, which no two PDF files of one letter are.
NOT_PRINTED = "issues-credentials-4"
NAME = r"regexp_extract(determinations.source_uri, '([^/!]+)\.\w+$', 1)"
FACTS = f"""select {NAME} as letter, item_number, service_text, outcome, quantity, laterality, strength, spine_levels,
    claims_basis, reviewer_basis, is_same_guideline, rationale_words, service_category
from fct_decisions inner join dim_determinations as determinations using (determination_key) inner join dim_services using (service_key)
order by all"""
CITATIONS = f"""select {NAME} as letter, item_number, cited_by, citation_number, guideline_title, edition_year, pages, section_text, citation_text
from fct_guideline_citations inner join fct_decisions using (decision_key)
inner join dim_determinations as determinations using (determination_key) inner join dim_guidelines using (guideline_key) order by all"""
DETERMINATIONS = f"""select {NAME} as letter, determinations.* exclude (determination_key, letter_id, source_uri, received_at, unread_share) from dim_determinations as determinations
where determination_key != 'unknown' order by letter"""


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return packed.getvalue()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """One refresh over every golden letter in print, alone or in archives."""
    warehouse = Warehouse(tmp_path_factory.mktemp("printed"))
    folder: dict[str, bytes] = {}
    inner: dict[str, bytes] = {}
    for number, path in enumerate(sorted(LETTERS.rglob("*.txt"))):
        decoded = decode(path.read_bytes())
        assert isinstance(decoded, tuple)
        letter = PRINTERS[number % len(PRINTERS)].print(decoded[0])
        if path.stem == NOT_PRINTED:
            continue
        if number % 3 == 0:
            warehouse.land(f"{path.stem}.pdf", letter)
        else:
            (folder if number % 3 == 1 else inner)[f"{number}/{path.stem}.pdf"] = letter
    assert inner
    warehouse.land("2015/letters.zip", zipped(folder | {"older/inner.zip": zipped(inner), "__MACOSX/._x.pdf": b"x"}))
    # some of the letters show what is quarantined, which is no matter of how they are kept
    ran = warehouse.refresh(IMR_QUARANTINE_TOLERANCE="1")
    assert ran.status == 0, ran.out + ran.err
    return warehouse


def test_facts_do_not_depend_on_how_a_letter_is_kept(golden: Warehouse, printed: Warehouse) -> None:
    for sql in (FACTS, CITATIONS, DETERMINATIONS):
        found, expected = printed.query(sql), golden.query(sql)
        assert expected
        for one, other in zip(found, expected, strict=False):
            assert one == other
        assert len(found) == len(expected)


def test_a_letter_in_an_archive_is_known_by_its_place_and_bytes(printed: Warehouse) -> None:
    rows = dict(printed.query("select source_uri, letter_id from quality_letters"))
    assert len(rows) == printed.record()["files_seen"] == len(list(LETTERS.rglob("*.txt"))) - 1
    archive = f"{printed.landing}/2015/letters.zip"
    nested = next(uri for uri in rows if uri.startswith(f"{archive}!older/inner.zip!"))
    with zipfile.ZipFile(archive) as outer, zipfile.ZipFile(io.BytesIO(outer.read("older/inner.zip"))) as inner:
        data = inner.read(nested.split("!")[-1])
    assert rows[nested] == hashlib.sha256(data).hexdigest()
    assert "Nothing new" in printed.refresh().out


def test_letters_behind_a_web_server_are_received_once(warehouse: Warehouse) -> None:
    warehouse.land("2015/one.txt", MadeLetter(case_number="CM15-0000001").text())
    warehouse.land("all.zip", zipped({"two.txt": MadeLetter(case_number="CM15-0000002").text().encode()}))
    with serving(warehouse.landing) as site:
        ran = warehouse.refresh(IMR_LETTERS=site.url)
        assert (ran.status, warehouse.record()["unsettled"]) == (0, 0), ran.out + ran.err
        rows = warehouse.query("select source_uri, status from quality_letters order by all")
        assert rows == [(f"{site.url}2015/one.txt", "read"), (f"{site.url}all.zip!two.txt", "read")]
        assert "Nothing new" in warehouse.refresh(IMR_LETTERS=site.url).out
        assert warehouse.record()["files_seen"] == len(rows)


def test_files_that_cannot_be_read_are_named_wherever_they_lie(warehouse: Warehouse) -> None:
    good = Printer().print(MadeLetter(case_number="CM15-0000001").text())
    bad = {
        "scan.pdf": scanned([None, "Page 2"]),
        "locked.pdf": Printer(owner_password="owner", user_password="user").print("words"),
        "cut off.pdf": good[: len(good) // 2],
        "nonsense.pdf": b"%PDF-1.4 and nothing that a PDF has",
        "bomb.txt": b" " * 30_000_000,
        "empty.txt": b"",
        "cut off.zip": zipped({"a.txt": b"letter"})[:50],
        "nothing.zip": zipped({}),
        "report.docx": zipped({"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>", "word/document.xml": b"<x/>"}),
    }
    expected = {
        "scan.pdf": "no_text_layer",
        "locked.pdf": "encrypted_pdf",
        "cut off.pdf": "damaged_file",
        "nonsense.pdf": "damaged_file",
        "bomb.txt": "too_large",
        "empty.txt": "empty_file",
        "cut off.zip": "damaged_file",
        "nothing.zip": "empty_file",
        "report.docx": "not_text",
    }
    for name, data in bad.items():
        warehouse.land(name, data)
    one = MadeLetter(case_number="CM15-0000002").text().encode()
    whole = zipped({**bad, "good.pdf": good, "one.txt": one, "same.txt": one, "broken.txt": b"words"})
    at = whole.index(b"broken.txt") + len("broken.txt")
    warehouse.land("all.zip", whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    ran = warehouse.refresh()
    assert ran.status == 0, ran.out + ran.err
    rows = warehouse.query("select source_uri, status, reason_code, detail from quality_letters")
    told: dict[str, Any] = {
        uri.removeprefix(f"{warehouse.landing}/"): (status, reason) for uri, status, reason, _ in rows
    }
    assert told == {
        **{f"{place}{name}": ("rejected", reason) for place in ("", "all.zip!") for name, reason in expected.items()},
        "all.zip!good.pdf": ("read", None),
        "all.zip!one.txt": ("read", None),
        "all.zip!same.txt": ("duplicate", None),
        "all.zip!broken.txt": ("rejected", "damaged_file"),
    }
    assert len(rows) == len(told)
    assert all(detail.endswith(".") for _, status, _, detail in rows if status == "rejected")
    assert not list(Path(warehouse.home).rglob("*.pdf"))
