"""`imr explain`: decisions beside the passages of the letter that they came from."""

from __future__ import annotations

from typing import Any

import duckdb
from rich.table import Table
from rich.text import Text

from orchestration import lookup
from orchestration.cli.passages import Place, passage, places_of_others
from orchestration.cli.quarantine import has_overrides
from orchestration.cli.terminal import Problem, home_of, out, printable, published

Row = dict[str, Any]
_LETTER = """
    select letter_id, source_uri, status, detail from quality_letters
    where status != 'duplicate' and list_contains(?, letter_id)
    order by status, source_uri
"""
_SET = {"outcome": "outcome", "reviewer_basis": "reviewer basis", "given_service_text": "item"}
_DATES = ("decision_date", "application_received_date", "assigned_date", "ur_denial_date", "injury_date")


def run_explain(case_or_letter: str, item: int | None, home_path: str | None) -> int:
    home = home_of(home_path)
    with published(home) as connection:
        letters = _rows(connection, _LETTER, [list(lookup.named(home, case_or_letter))])
        if not letters:
            raise Problem(
                f"No letter is known as {case_or_letter!r}. Try a case number, a letter_id or a file name; "
                "'imr query \"from quality_letters\"' lists them."
            )
        if len(current := [letter for letter in letters if letter["status"] == "read"]) == 1:
            letters = current  # a letter mended in its place has the name of the one that it replaced
        if len({letter["letter_id"] for letter in letters}) > 1:
            names = "\n".join(
                f"  {letter['letter_id'][:16]}  {printable(letter['source_uri'])}" for letter in letters[:10]
            )
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
        by_hand = []
        if has_overrides(connection):
            by_hand = _rows(
                connection, "select * from quality_overrides where is_applied and letter_id = ?", [letter["letter_id"]]
            )
    received = lookup.receipts(home, [letter["letter_id"]]).values()
    text = lookup.texts(home, received).get(letter["letter_id"], "")
    staged = {kind: lookup.staged(home, kind, received) for kind in ("letters", "credentials", "items")}
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
            said = next((one for one in by_hand if one["item_number"] == row["item_number"]), None)
            _print_item(
                row,
                decision,
                held,
                said,
                [one for one in citations if decision and one["decision_key"] == decision["decision_key"]],
                text,
                places_of_others(staged["items"], row["item_number"]),
            )
    return 0


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[Row]:
    cursor = connection.execute(sql, parameters)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _print_letter(letter: Row, staged: dict[str, list[Row]], text: str) -> None:
    out.print(Text.assemble(("Letter  ", "bold"), printable(letter["source_uri"])), soft_wrap=True)
    out.print(Text.assemble(("        ", ""), f"{letter['letter_id']}  {letter['status']}"), soft_wrap=True)
    if letter["detail"]:
        out.print(Text(f"        {printable(letter['detail'])}"), soft_wrap=True)
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


def _print_item(
    item: Row,
    decision: Row | None,
    held: Row | None,
    said: Row | None,
    citations: list[Row],
    text: str,
    others: list[Place],
) -> None:
    title = Text.assemble((f"Item {item['item_number']}  ", "bold"), printable(item["service_text"] or "(not printed)"))
    if said:
        fields = ("outcome", "reviewer_basis", "given_service_text")
        decided = ", ".join(f"{_SET[field]} {said[field]}" for field in fields if said[field])
        title.append(
            f"   set by hand: {printable(decided)}. By {printable(said['decided_by'])}, "
            f"{said['decided_at']:%Y-%m-%d %H:%M} UTC: {printable(said['reason'])}",
            style="magenta",
        )
    if held:
        title.append(f"   quarantined: {held['reason_code']}. {printable(held['detail'])}", style="yellow")
    out.print(title, soft_wrap=True)
    table = _evidence_table()

    def add(field: str, value: Any, start: int | None, end: int | None) -> None:
        table.add_row(field, Text("" if value is None else printable(value)), passage(text, start, end, others))

    add(
        "service",
        f"{decision['service_name']} ({decision['service_category']})" if decision else item["service_text"],
        item["service_start"],
        item["service_end"],
    )
    for field in ("quantity", "laterality", "spine_levels", "strength"):
        if decision and decision[field] is not None:
            add(field, decision[field], item["service_start"], item["service_end"])
    printed = item["outcome"] or "not printed"
    outcome = f"{said['outcome']} (set by hand; the letter: {printed})" if said and said["outcome"] else printed
    add("outcome", outcome, item["outcome_start"], item["outcome_end"])
    for side, prefix in (("claims_administrator", "claims"), ("reviewer", "reviewer")):
        add(
            f"{prefix} basis",
            _basis(decision, said, prefix),
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


def _basis(decision: Row | None, said: Row | None, prefix: str) -> str:
    basis = str(decision[f"{prefix}_basis"]) if decision else ""
    return f"{basis} (set by hand)" if prefix == "reviewer" and said and said["reviewer_basis"] else basis


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
