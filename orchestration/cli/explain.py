"""`imr explain`: decisions beside the passages of the letter that they came from."""

from __future__ import annotations

import re
from typing import Any

import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.cli.terminal import Problem, home_of, out, printable, published
from orchestration.home import Home
from orchestration.letters.model import Reading
from orchestration.letters.page import fold
from orchestration.letters.reader import read_letter

Row = dict[str, Any]
CONTEXT = 240
"""At most so many characters of the letter before and after the words that count."""
_LETTER = """
    select letter_id, source_uri, status, detail from quality_letters
    left join dim_determinations as determinations using (letter_id, source_uri)
    where status != 'duplicate' and (
        upper(determinations.case_number) = upper($1) or determinations.determination_key = $1
        or (length($1) >= 6 and starts_with(letter_id, lower($1)))
        or source_uri = $1 or ends_with(source_uri, '/' || $1) or ends_with(source_uri, '!' || $1)
    )
    order by status, source_uri
"""
_DATES = ("decision_date", "application_received_date", "assigned_date", "ur_denial_date", "injury_date")


def run_explain(case_or_letter: str, item: int | None, home_path: str | None) -> int:
    home = home_of(home_path)
    with published(home) as connection:
        letters = _rows(connection, _LETTER, [case_or_letter])
        if not letters:
            raise Problem(
                f"No letter is known as {case_or_letter!r}. Try a case number, a letter_id or a file name; "
                "'imr query \"from quality_letters\"' lists them."
            )
        if len(current := [letter for letter in letters if letter["status"] == "read"]) == 1:
            letters = current  # a letter mended in its place has the name of the one that it replaced
        if len({letter["letter_id"] for letter in letters}) > 1:
            names = "\n".join(f"  {letter['letter_id'][:16]}  {letter['source_uri']}" for letter in letters[:10])
            raise Problem(f"{case_or_letter!r} names several letters:\n{names}")
        letter = letters[0]
        decided = _rows(
            connection,
            "select decisions.*, services.service_name, services.service_category from fct_decisions as decisions"
            " inner join dim_services as services using (service_key)"
            " inner join dim_determinations as determinations using (determination_key)"
            " where determinations.letter_id = ? order by item_number",
            [letter["letter_id"]],
        )
        citations = _rows(
            connection,
            "select citations.*, guidelines.guideline_family, guidelines.guideline_title, guidelines.chapter_number"
            " from fct_guideline_citations as citations inner join dim_guidelines as guidelines using (guideline_key)"
            " where list_contains(?, citations.decision_key) order by all",
            [[decision["decision_key"] for decision in decided]],
        )
        waiting = _rows(
            connection, "select * from quality_quarantined_items where letter_id = ?", [letter["letter_id"]]
        )
    text = _text(home, letter["letter_id"])
    staged = _staged(home, letter["letter_id"])
    _print_letter(letter, staged, text)
    if not staged["items"]:
        return 0
    numbers = [row["item_number"] for row in staged["items"]]
    if item is not None and item not in numbers:
        raise Problem(f"The letter has items {numbers[0]} to {numbers[-1]}; there is no item {item}.")
    for row in staged["items"]:
        if item is None or row["item_number"] == item:
            decision = next((one for one in decided if one["item_number"] == row["item_number"]), None)
            held = next((one for one in waiting if one["item_number"] == row["item_number"]), None)
            _print_item(
                row,
                decision,
                held,
                [one for one in citations if decision and one["decision_key"] == decision["decision_key"]],
                text,
            )
    return 0


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[Row]:
    cursor = connection.execute(sql, parameters)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _text(home: Home, letter_id: str) -> str:
    with duckdb.connect() as connection:
        found = connection.execute(
            "select text from read_parquet(?) where letter_id = ? and text is not null",
            [str(home.letters / "*.parquet"), letter_id],
        ).fetchone()
    if not found:
        return ""
    reading = read_letter(found[0])
    return reading.clean if isinstance(reading, Reading) else str(found[0])


def _staged(home: Home, letter_id: str) -> dict[str, list[Row]]:
    with duckdb.connect() as connection:
        return {
            kind: _rows(
                connection,
                "select * from read_parquet(?) where letter_id = ?",
                [str(home.staged / kind / "*.parquet"), letter_id],
            )
            for kind in ("letters", "credentials", "items")
        }


def _print_letter(letter: Row, staged: dict[str, list[Row]], text: str) -> None:
    out.print(Text.assemble(("Letter  ", "bold"), letter["source_uri"]), soft_wrap=True)
    out.print(Text.assemble(("        ", ""), f"{letter['letter_id']}  {letter['status']}"), soft_wrap=True)
    if letter["detail"]:
        out.print(Text(f"        {letter['detail']}"), soft_wrap=True)
    if not staged["letters"] or staged["letters"][0]["reason_code"]:
        return
    row = staged["letters"][0]
    table = _evidence_table()
    for name in ("case_number", "priority", *_DATES, "patient_age", "patient_sex"):
        if row[name] is not None:
            table.add_row(name, Text(printable(row[name])), passage(text, row[f"{name}_start"], row[f"{name}_end"]))
    for credential in staged["credentials"]:
        table.add_row(
            credential["credential_kind"],
            Text(printable(credential["credential_text"])),
            passage(text, credential["span_start"], credential["span_end"]),
        )
    out.print(table)


def _print_item(item: Row, decision: Row | None, held: Row | None, citations: list[Row], text: str) -> None:
    title = Text.assemble((f"Item {item['item_number']}  ", "bold"), printable(item["service_text"] or "(not printed)"))
    if held:
        title.append(f"   quarantined: {held['reason_code']}. {held['detail']}", style="yellow")
    out.print(title, soft_wrap=True)
    table = _evidence_table()

    def add(field: str, value: Any, start: int | None, end: int | None) -> None:
        table.add_row(field, Text("" if value is None else printable(value)), passage(text, start, end))

    add(
        "service",
        f"{decision['service_name']} ({decision['service_category']})" if decision else item["service_text"],
        item["service_start"],
        item["service_end"],
    )
    for field in ("quantity", "laterality", "spine_levels", "strength"):
        if decision and decision[field] is not None:
            add(field, decision[field], item["service_start"], item["service_end"])
    add("outcome", item["outcome"] or "not printed", item["outcome_start"], item["outcome_end"])
    for side, prefix in (("claims_administrator", "claims"), ("reviewer", "reviewer")):
        add(
            f"{prefix} basis",
            decision[f"{prefix}_basis"] if decision else "",
            item[f"{prefix}_guideline_start"],
            item[f"{prefix}_guideline_end"],
        )
        for citation in citations:
            if citation["cited_by"] == side:
                add(f"{prefix} cites", _guideline(citation), citation["span_start"], citation["span_end"])
    if item["restated_outcome"] and item["restated_outcome"] != item["outcome"]:
        add("restated outcome", item["restated_outcome"], item["restated_outcome_start"], item["restated_outcome_end"])
    add("rationale", f"{item['rationale_words']} words", item["rationale_start"], item["rationale_end"])
    out.print(table)


def _guideline(citation: Row) -> str:
    parts = [citation["guideline_family"], citation["guideline_title"]]
    if citation["chapter_number"]:
        parts.append(f"chapter {citation['chapter_number']}")
    if citation["section_text"]:
        parts.append(citation["section_text"])
    if citation["pages"]:
        parts.append(f"pages {citation['pages']}")
    return ", ".join(part for part in parts if part)


def _evidence_table() -> Table:
    table = Table(header_style="dim", pad_edge=False, show_lines=True)
    table.add_column("field", style="dim", no_wrap=True)
    table.add_column("in the warehouse", ratio=2, overflow="fold")
    table.add_column("in the letter", ratio=5, overflow="fold")
    return table


def passage(text: str, start: int | None, end: int | None) -> Text:
    """The words between two places, highlighted, in the sentence that they stand in; `text` has its footers blanked."""
    if start is None or end is None:
        return Text("not printed", style="dim")
    first = max(
        (match.end() for match in _BREAK.finditer(text, max(0, start - CONTEXT), start)),
        default=max(0, start - CONTEXT),
    )
    after = _BREAK.search(text, end, end + CONTEXT)
    last = after.end() if after else min(len(text), end + CONTEXT)
    before, words, behind = (
        printable(fold(text[slice(*span)])) for span in ((first, start), (start, end), (end, last))
    )
    if len(words) > 3 * CONTEXT:
        words = f"{words[: 2 * CONTEXT]} … {words[-CONTEXT:]}"
    shown = Text(before + " " if before and text[start - 1].isspace() else before)
    shown.append(words, style="bold black on yellow")
    shown.append((" " if behind and text[end : end + 1].isspace() else "") + behind)
    return shown


_BREAK = re.compile(r"[.!?]\s|\n[ \t\r\xa0]*\n[ \t\xa0]+\n|\n{3,}")
