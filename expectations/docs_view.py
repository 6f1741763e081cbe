"""How Data Docs look. Great Expectations imports this by name when it builds a site; nothing else does.

Its own views put texts into pages as they are. What stands in a letter is text here and never markup: every string that
is not a template of the renderer is escaped, its control and direction characters are shown, and a test holds it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from great_expectations.render import (
    RenderedHeaderContent,
    RenderedSectionContent,
    RenderedStringTemplateContent,
    RenderedTableContent,
)
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaIndexPageView, DefaultJinjaPageView
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context

from expectations.visible import visible

_PAGES = Path(__file__).with_name("pages")
_HASH = re.compile(r"[0-9a-f]{64}")
_HASH_SHOWN = 12
"""Characters of a letter's hash that are shown, as the commands print it; the whole is the cell's title."""
GOOD, ODD, BAD = "text-success", "text-warning", "text-danger"


class _Inert:
    """Templates of `pages` before those of the library, and escaped texts."""

    env: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.env.loader = ChoiceLoader([FileSystemLoader(_PAGES), self.env.loader])

    @pass_context
    def render_content_block(self, context: Any, content_block: Any, *arguments: Any, **options: Any) -> Any:
        block = _escaped(content_block)
        return super().render_content_block(context, block, *arguments, **options)  # type: ignore[misc]


class PageView(_Inert, DefaultJinjaPageView):
    """A page of results or of a suite."""


class IndexView(_Inert, DefaultJinjaIndexPageView):
    """The first page."""


class ResultsPage(ValidationResultsPageRenderer):
    """The results of a suite: what was promised and why, what was found, and the rows that broke it, by letter.

    One table in place of the library's one section a column, which know neither reasons nor severities; the suite's own
    page, which the header leads to, has each promise in the library's words.
    """

    @classmethod
    def _render_validation_header(cls, validation_results: Any) -> Any:
        header = super()._render_validation_header(validation_results)
        severities = [
            found.expectation_config.meta["severity"] for found in validation_results.results if not found.success
        ]
        words, color = standing({name: severities.count(name) for name in ("critical", "warning")})
        template = header.subheader.string_template
        template["params"] |= {"success": words, "html_success_icon": ""}
        template["styling"]["params"]["success"] = {"classes": [color]}
        return header

    def _collect_rendered_document_content_sections(
        self, validation_results: Any, overview: list[Any], *_: Any
    ) -> list[Any]:
        results = sorted(validation_results.results, key=lambda result: bool(result.success))
        failed = [result for result in results if result.result["rows"]]
        return [
            RenderedSectionContent(section_name="Overview", content_blocks=overview),
            RenderedSectionContent(section_name="Promises", content_blocks=[_promises(results)]),
            *(_named(**result.result) for result in failed),
        ]


def _promises(results: list[Any]) -> Any:
    table = []
    for result in results:
        found, meta = result.result, result.expectation_config.meta
        checked, unexpected = found["element_count"], found["unexpected_count"]
        rows = f"{unexpected:,} of {checked:,}" if checked else "not checked" if not result.success else "none"
        table.append([_status(result.success, meta["severity"]), found["check"], rows, meta["reason"]])
    return RenderedTableContent(
        header_row=["", "Promise", "Rows that break it", "Why it matters, or what went wrong"],
        table=table,
        styling={"body": {"classes": ["table"]}},
    )


def standing(unmet: Mapping[str, int]) -> tuple[str, str]:
    """How many promises of each severity were not kept, in words and with the class of their colour."""
    critical, warning = unmet["critical"], unmet["warning"]
    warned = f"⚠ {warning} warning{'' if warning == 1 else 's'}" if warning else ""
    if critical:
        return ", ".join(filter(None, (f"✘ {critical} critical", warned))), BAD
    return (warned, ODD) if warning else ("✔ met", GOOD)


def colored(words: str, color: str, **more: Any) -> Any:
    """Words of ours in a colour. Not for a letter's words: they would be understood as markup."""
    styling = {"classes": [color] if color else [], **more.pop("styling", {})}
    return RenderedStringTemplateContent(string_template={"template": words, "styling": styling, **more})


def _status(is_met: bool, severity: str) -> Any:
    if is_met:
        return colored("✔ met", GOOD)
    return colored("✘ critical", BAD) if severity == "critical" else colored("⚠ warning", ODD)


def _column(name: str) -> Any:
    """A name that may be broken at its underscores."""
    return colored(name.replace("_", "_<wbr>"), "") if re.fullmatch(r"\w+", name) else name


def _cell(text: str) -> Any:
    return colored(text[:_HASH_SHOWN], "", styling={"attributes": {"title": text}}) if _HASH.fullmatch(text) else text


def _named(check: str, columns: list[str], rows: list[list[str]], unexpected_count: int, **_: Any) -> Any:
    more = f" (the first {len(rows)} of {unexpected_count:,})" if unexpected_count > len(rows) else ""
    return RenderedSectionContent(
        section_name=f"Rows: {check}",
        content_blocks=[
            RenderedHeaderContent(header=f"Rows that break {check}{more}"),
            RenderedTableContent(
                header_row=[_column(name) for name in columns],
                table=[[_cell(text) for text in row] for row in rows],
                styling={"body": {"classes": ["table", "rows"]}},
            ),
        ],
    )


def _escaped(block: Any) -> Any:
    """A block without markup of its own: blocks of the renderer pass, texts are escaped."""
    if isinstance(block, str):
        return html.escape(visible(block, lines=True))
    if isinstance(block, list):
        return [_escaped(part) for part in block]
    if isinstance(block, dict) and "content_block_type" not in block:
        return html.escape(visible(block, lines=True))
    return block
