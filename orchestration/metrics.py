"""Metrics of the publication: what is defined, by what it can be grouped, and the SQL that a question becomes.

Definitions stand in `dbt_project/models/metrics`. A publication keeps those that it was built with beside it, and
MetricFlow makes SQL of them; nothing in here opens a database. The SQL runs in any client that opens
the published file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.home import Home

if TYPE_CHECKING:
    from metricflow.engine.metricflow_engine import MetricFlowEngine


_GRAIN = re.compile("__(day|week|month|quarter|year)$")


class MetricsError(ValueError):
    """A question that cannot be answered; the message says why, in MetricFlow's words where it knows."""


@dataclass(frozen=True, slots=True)
class Described:
    """A metric, a saved query or a dimension."""

    name: str
    description: str
    kind: str = ""
    """Of a metric: simple or ratio. Of a dimension: categorical or time."""


@dataclass(frozen=True, slots=True)
class Question:
    """Metrics by dimensions, or a saved query by its name."""

    metrics: Sequence[str] = ()
    dimensions: Sequence[str] = ()
    where: Sequence[str] = ()
    saved: str | None = None


def definitions_of(home: Home) -> str | None:
    """The definitions that dbt wrote at its last build, as JSON, with tables named as in the published file.

    None where the build left none: the publication has then no metrics.
    """
    path = home.dbt_target / "semantic_manifest.json"
    if not path.exists():
        return None
    manifest = json.loads(path.read_text(encoding="utf-8"))
    spines = manifest["project_configuration"]["time_spines"]
    for node in (*manifest["semantic_models"], *spines):
        relation = node["node_relation"]
        relation |= {"database": None, "relation_name": f'"{relation["schema_name"]}"."{relation["alias"]}"'}
    return json.dumps(manifest, indent=1) + "\n"


def no_definitions(home: Home) -> MetricsError:
    """What to raise of a publication that has none beside it."""
    return MetricsError(f"{home.metrics} is not there. 'imr refresh --full' publishes it with the warehouse.")


class Metrics:
    """The metrics of one publication."""

    def __init__(self, home: Home) -> None:
        """Raises MetricsError where the publication has no definitions beside it."""
        if not home.metrics.exists():
            raise no_definitions(home)
        self._engine = _engine(home.metrics.read_text(encoding="utf-8"))

    def metrics(self) -> list[Described]:
        found = self._engine.list_metrics(include_dimensions=False)
        return [Described(metric.name, metric.description or "", metric.type.value) for metric in found]

    def saved(self) -> list[Described]:
        return [Described(query.name, query.description or "") for query in self._engine.list_saved_queries()]

    def dimensions(self, metrics: Sequence[str]) -> list[Described]:
        """What all of these metrics can be grouped by. Raises MetricsError for a metric that is not there."""
        self._check(metrics)
        found = self._engine.list_dimensions(metric_names=list(metrics))
        named = {item.dunder_name: item for item in found}
        return [Described(name, item.description or "", item.type.value) for name, item in sorted(named.items())]

    def sql(self, question: Question) -> str:
        """The SQL that answers a question. Raises MetricsError for one that names what is not there."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest
        from metricflow_semantics.errors.error_classes import MetricFlowException

        self._check(question.metrics)
        if question.saved and question.saved not in (names := [query.name for query in self.saved()]):
            raise MetricsError(f"No saved query is called {question.saved!r}. There are: {', '.join(sorted(names))}.")
        request = MetricFlowQueryRequest.create(
            saved_query_name=question.saved,
            metric_names=list(question.metrics) or None,
            group_by_names=list(question.dimensions) or None,
            where_constraints=list(question.where) or None,
        )
        try:
            return str(self._engine.explain(request).sql_statement.without_descriptions.sql)
        except MetricFlowException as error:
            raise MetricsError(self._why_not(question) or str(error)) from None

    def _why_not(self, question: Question) -> str:
        """Which dimensions are not there, in a sentence; MetricFlow's own words fill a page."""
        if not question.metrics:
            return ""
        known = {"metric_time", *(dimension.name for dimension in self.dimensions(question.metrics))}
        unknown = [name for name in question.dimensions if _GRAIN.sub("", name) not in known]
        asked = " and ".join(question.metrics)
        listed = f"'imr metrics list {' '.join(question.metrics)}' lists those that there are."
        return f"{asked} cannot be grouped by {', '.join(map(repr, unknown))}. {listed}" if unknown else ""

    def _check(self, metrics: Sequence[str]) -> None:
        names = sorted(metric.name for metric in self.metrics())
        for metric in metrics:
            if metric not in names:
                raise MetricsError(f"No metric is called {metric!r}. There are: {', '.join(names)}.")


def _engine(definitions: str) -> MetricFlowEngine:
    from metricflow.engine.metricflow_engine import MetricFlowEngine
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    class Dialect:
        """DuckDB's. MetricFlow asks its client for no more where it only makes SQL."""

        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

    client: Any = Dialect()
    return MetricFlowEngine(SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(definitions)), client)
