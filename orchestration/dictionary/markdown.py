"""The dictionary as Markdown."""

from __future__ import annotations

from orchestration.dictionary.entries import Column, Dictionary, Table

_HEAD = ("column", "type", "meaning", "values", "in the letter", "example")


def to_markdown(dictionary: Dictionary) -> str:
    lines = [
        "# Data dictionary",
        "",
        f"Of the publication by refresh `{dictionary.refresh_id}`, {dictionary.published_at}.",
        "",
        *_rows(("table", "rows", "one row is"), [_summary(table) for table in dictionary.tables]),
    ]
    for table in dictionary.tables:
        lines += ["", f"## {table.name}", "", _text(table.meaning)]
        if table.key:
            lines += ["", f"Key: {', '.join(f'`{column}`' for column in table.key)}"]
        lines += ["", *_rows(_HEAD, [_cells(column) for column in table.columns])]
    if dictionary.metrics:
        lines += ["", "## Metrics", "", "Asked with `imr metrics query`.", ""]
        lines += _rows(
            ("metric", "meaning"), [(f"`{metric.name}`", _text(metric.meaning)) for metric in dictionary.metrics]
        )
    return "\n".join(lines) + "\n"


def _summary(table: Table) -> tuple[str, ...]:
    return f"[{table.name}](#{table.name})", f"{table.row_count:,}", _text(table.meaning)


def _cells(column: Column) -> tuple[str, ...]:
    values = ", ".join(_code(value) for value in column.values)
    if column.refers_to:
        values = f"of {_code(column.refers_to)}"
    data_type = column.data_type + (", may be empty" if column.is_nullable else "")
    example = _code(column.example) if column.example else ""
    return f"`{column.name}`", data_type, _text(column.meaning), values, _text(column.in_letter), example


def _rows(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def _text(text: str) -> str:
    """A text that a table's cell can hold. What stands in backticks is code, where signs stay as they are."""
    parts = text.replace("|", "\\|").split("`")
    plain = [
        part.replace("<", "&lt;").replace("*", "\\*") if place % 2 == 0 else part for place, part in enumerate(parts)
    ]
    return "`".join(plain)


def _code(text: str) -> str:
    """A text as code; letters print whatever they like, backticks among it."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"
