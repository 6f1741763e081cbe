"""`imr vocabulary`: what the vocabulary does not know yet, and what it makes of a text."""

from __future__ import annotations

import csv
import sys
from typing import Any, Literal

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from orchestration.cli.terminal import Problem, home_of, out, printable, published
from orchestration.letters.measures import quantity, spine_levels, strength

Kind = Literal["services", "guidelines", "specialties"]
EXAMPLES = 3


def _gap_query(text: str, rows: str, is_gap: str, *, decisions: str = "count(*)", group: str | None = None) -> str:
    """Texts that are a gap, each spelling of one counted with the others, with the first letters that print them."""
    letter = "coalesce(determinations.case_number, determinations.determination_key)"
    return f"""
        select min({text}) as text, {decisions} as decisions,
            list(distinct {letter} order by {letter})[1:{EXAMPLES}] as examples
        from {rows}
        inner join dim_determinations as determinations using (determination_key)
        where {is_gap}
        group by {group or f"lower({text})"}
    """


_GAPS = {
    "services": _gap_query(
        "decisions.service_text",
        "fct_decisions as decisions inner join dim_services as services using (service_key)",
        "services.mapping_method in (select unnest($methods::varchar[]))",
    ),
    "guidelines": _gap_query(
        "citations.citation_text",
        """fct_guideline_citations as citations
        inner join dim_guidelines as guidelines using (guideline_key)
        inner join fct_decisions as decisions using (decision_key)""",
        """guidelines.guideline_family in ('unknown', 'MTUS')
            or (guidelines.guideline_family = 'Other' and guidelines.publisher is null)""",
    ),
    "specialties": _gap_query(
        "specialty",
        "bridge_reviewer_specialties inner join fct_decisions as decisions using (reviewer_key)",
        "lower(specialty) not in (select unnest($known::varchar[]))",
        decisions="count(distinct decisions.decision_key)",
        group="specialty",
    ),
}
_SEEDS = {
    "services": "dbt_project/seeds/services (drugs.csv, service_terms.csv)",
    "guidelines": "dbt_project/seeds/guidelines/guidelines.csv",
    "specialties": "dbt_project/seeds/reviewers/specialties.csv",
}


def show_gaps(kind: Kind, weak: bool, limit: int, as_csv: bool, home_path: str | None) -> int:
    """Prints what is printed most often and matched by no row of the vocabulary; with `weak` also what only a generic
    word was found in ('mg', 'unit')."""
    with published(home_of(home_path)) as connection:
        parameters: dict[str, list[str]] | None = None
        if kind == "specialties":
            parameters = {"known": _known_specialties()}
        elif kind == "services":
            parameters = {"methods": ["unmapped", "keyword"] if weak else ["unmapped"]}
        rows = connection.execute(f"{_GAPS[kind]} order by decisions desc, text", parameters).fetchall()
        whole = connection.execute("select count(*) from fct_decisions").fetchall()[0][0]
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("text", "decisions", "examples"))
        writer.writerows((text, count, "; ".join(examples)) for text, count, examples in rows[:limit])
        return 0
    if not rows:
        out.print(f"The vocabulary knows all {kind} of {whole:,} decisions.")
        return 0
    table = Table(header_style="bold", pad_edge=False)
    table.add_column("text as printed", overflow="fold")
    table.add_column("decisions", justify="right")
    table.add_column("for example in", overflow="fold")
    for text, count, examples in rows[:limit]:
        table.add_row(Text(printable(text)), f"{count:,}", Text(printable(", ".join(examples))))
    out.print(table)
    missed = sum(count for _, count, _ in rows)
    out.print(
        f"{len(rows):,} texts of {missed:,} {'citations' if kind == 'guidelines' else 'decisions'} are not known. "
        f"Add rows to {_SEEDS[kind]}; 'imr refresh' classifies everything anew."
        + (" --weak lists texts of generic words as well." if kind == "services" and not weak else "")
    )
    return 0


def _known_specialties() -> list[str]:
    from orchestration.vocabulary import SEEDS

    with (SEEDS / "reviewers" / "specialties.csv").open(encoding="utf-8", newline="") as handle:
        return sorted({value.lower() for row in csv.DictReader(handle) for value in row.values() if value})


def test_texts(texts: list[str], home_path: str | None) -> int:
    """Prints what the vocabulary, as its seeds stand on disk, makes of each text, and by which rows."""
    from orchestration.dbt import DbtError
    from orchestration.seeds import SeedError
    from orchestration.vocabulary import Vocabulary

    try:
        rows = Vocabulary(home_of(home_path)).classify(texts)
    except (DbtError, SeedError) as error:
        raise Problem(str(error)) from None
    for row in rows:
        _print_class(row)
    return 0


def _print_class(row: dict[str, Any]) -> None:
    text = row["service_text"]
    parts = [row["service_category"], row["service_subcategory"], row["service_name"], row["body_region"]]
    out.print(Text(printable(text), style="bold"), soft_wrap=True)
    out.print(escape(" / ".join(part for part in parts if part)), soft_wrap=True)
    details = {
        "ingredient": row["drug_ingredient"],
        "class": row["drug_class"],
        "opioid": "yes" if row["is_opioid"] else None,
        "side": row["laterality"],
        "quantity": quantity(text),
        "strength": strength(text),
        "levels": spine_levels(text),
        "method": row["mapping_method"],
    }
    out.print(
        "  ".join(f"[dim]{name}[/] {escape(printable(value))}" for name, value in details.items() if value is not None)
    )
    if not row["matches"]:
        out.print(
            "[dim]no row of the vocabulary is found in it; its words:[/] " + escape(printable(" ".join(row["words"])))
        )
        out.print()
        return
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 2))
    for column in ("seed", "alias", "names", "precedence", "at word"):
        table.add_column(column, justify="right" if column in ("precedence", "at word") else "left")
    for match in row["matches"]:
        names = " / ".join(part for part in (match["category"], match["subcategory"], match["names"]) if part)
        weight = str(match["precedence"]) if match["category"] else ""
        table.add_row(match["vocabulary"], Text(match["alias"]), Text(names), weight, str(match["starts_at"]))
    out.print(table)
    out.print()
