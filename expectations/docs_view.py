"""How Data Docs look. Great Expectations imports this by name when it builds a site; nothing else does.

Its own views put texts into pages as they are. What stands in a letter is text here and never markup: every string that
is not a template of the renderer is escaped, and a test holds it.
"""

from __future__ import annotations

import html
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

_PAGES = Path(__file__).with_name("pages")


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


def _status(is_met: bool, severity: str) -> Any:
    words = "✔ met" if is_met else f"✘ {severity}"
    color = "text-success" if is_met else "text-danger"
    return RenderedStringTemplateContent(string_template={"template": words, "styling": {"classes": [color]}})


def _named(check: str, columns: list[str], rows: list[list[str]], unexpected_count: int, **_: Any) -> Any:
    more = f" (the first {len(rows)} of {unexpected_count:,})" if unexpected_count > len(rows) else ""
    return RenderedSectionContent(
        section_name=f"Rows: {check}",
        content_blocks=[
            RenderedHeaderContent(header=f"Rows that break {check}{more}"),
            RenderedTableContent(
                header_row=columns,
                table=rows,
                styling={"body": {"classes": ["table", "rows"]}},
            ),
        ],
    )


def _escaped(block: Any) -> Any:
    """A block without markup of its own: blocks of the renderer pass, texts are escaped."""
    if isinstance(block, str):
        return html.escape(block)
    if isinstance(block, list):
        return [_escaped(part) for part in block]
    if isinstance(block, dict) and "content_block_type" not in block:
        return html.escape(str(block))
    return block
