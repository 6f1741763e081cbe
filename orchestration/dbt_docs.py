"""dbt's documentation as one page: models, columns, tests, SQL and the graph of what is made of what.

`dbt docs generate --static` takes eight seconds and opens the build for writing, to put two things into a page that
dbt brings along: the manifest of its last build, and a catalog of what tables are there. Both are at hand when a
refresh publishes, so that is done here in a fraction of a second; a test holds it equal to what dbt does. Nothing of a
letter is in it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.build import open_build
from orchestration.home import Home
from orchestration.publication import project_fingerprint
from orchestration.settings import DBT_PROJECT

# What dbt replaces in its page.
_MANIFEST = '"MANIFEST.JSON INLINE DATA"'
_CATALOG = '"CATALOG.JSON INLINE DATA"'
# The page may ask for nothing. dbt's own icon leads nowhere, and each icon of its menus, before it is known which one
# it is, to a file named "{{ getIcon(...) }}"; its statistics of use would ask a server if told to.
_ICON = "${require('./assets/favicons/favicon.ico')}"
_MENU_ICON = 'xlink:href="{{ getIcon('
_MENU_ICON_ONCE_KNOWN = 'ng-attr-href="{{ getIcon('
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:;"
    " font-src data:; base-uri 'none'; form-action 'none'"
)
_HEAD = "<head>"
_HEAD_CHARACTERS = 2_000
"""So early in the page it says of which state of the project it is."""
_OF_A_RUN = ("invocation_id", "invocation_started_at", "run_started_at", "generated_at", "env", "user_id", "project_id")
_PATHS = ("build_path", "compiled_path", "root_path")
_NO_STATS = {
    "has_stats": {
        "id": "has_stats",
        "label": "Has Stats?",
        "value": False,
        "include": False,
        "description": "Indicates whether there are statistics for this table",
    }
}
_COLUMNS = """
    with relations as (
        select database_name, schema_name, table_name, comment as meaning, 'BASE TABLE' as kind from duckdb_tables()
        union all
        select database_name, schema_name, view_name, comment, 'VIEW' from duckdb_views()
    )
    select database_name, schema_name, table_name, kind, meaning, column_name, data_type, column_index, comment
    from relations inner join duckdb_columns() using (database_name, schema_name, table_name)
    where database_name in ('imr', 'marts')
    order by database_name, schema_name, table_name, column_index
"""


class DocsError(RuntimeError):
    """The page cannot be made; the message says what is missing."""


def state() -> str:
    """Of which state of the project, and of which dbt, a page is. Rows of seeds do not stand in it."""
    return f"{project_fingerprint('.sql', '.yml', '.md')} dbt-core {version('dbt-core')}"


def is_current(home: Home) -> bool:
    """Whether the page beside the publication is of the project as it stands: it need not be made again then."""
    try:
        with home.dbt_docs.open(encoding="utf-8") as page:
            return _mark() in page.read(_HEAD_CHARACTERS)
    except (OSError, UnicodeDecodeError):
        return False


def read_page(home: Home) -> str:
    """The page of the last build. Nobody may be writing to the build.

    Raises DocsError where dbt left no manifest or brings another page than the one known here, OSError and duckdb.Error
    where files cannot be read.
    """
    path = home.dbt_target / "manifest.json"
    if not path.exists():
        raise DocsError(f"{path} is not there")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return to_page(cleaned(manifest, home), read_catalog(home, manifest))


def read_catalog(home: Home, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Tables, views and columns of the build by node of the manifest, as dbt writes them to `catalog.json`."""
    relations: dict[tuple[str, str, str], dict[str, Any]] = {}
    columns: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    with open_build(home) as connection:
        rows = connection.execute(_COLUMNS).fetchall()
    for database, schema, name, kind, meaning, column, data_type, index, comment in rows:
        relation = {
            "type": kind,
            "schema": schema,
            "name": name,
            "database": database,
            "comment": meaning,
            "owner": None,
        }
        relations[database, schema, name] = relation
        columns[database, schema, name][column] = {
            "type": data_type,
            "index": index,
            "name": column,
            "comment": comment,
        }

    def of(nodes: Mapping[str, Any]) -> dict[str, Any]:
        known = {}
        for unique_id, node in nodes.items():
            key = (node["database"], node["schema"], node.get("alias") or node.get("identifier"))
            if key in relations:
                known[unique_id] = {
                    "metadata": relations[key],
                    "columns": columns[key],
                    "stats": _NO_STATS,
                    "unique_id": unique_id,
                }
        return known

    metadata = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json",
        "dbt_version": manifest["metadata"]["dbt_version"],
        "generated_at": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%S}Z",
    }
    return {"metadata": metadata, "nodes": of(manifest["nodes"]), "sources": of(manifest["sources"]), "errors": None}


def cleaned(manifest: Mapping[str, Any], home: Home) -> dict[str, Any]:
    """The manifest without what is of one machine: people pass the page on. `HOME` stands for the home's path."""
    whole = {
        **manifest,
        "metadata": {
            **{name: value for name, value in manifest["metadata"].items() if name not in _OF_A_RUN},
            "send_anonymous_usage_stats": False,
        },
    }
    result: dict[str, Any] = _without_paths(whole, {f"{DBT_PROJECT}/": "", f"{home.root}/": "HOME/"})
    return result


def to_page(manifest: Mapping[str, Any], catalog: Mapping[str, Any]) -> str:
    """dbt's page, with both of them in it. Raises DocsError where that has no place for them."""
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    head = f'{_HEAD}<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">{_mark()}'
    for place, content in (
        (_HEAD, head),
        (_ICON, "data:,"),
        (_MENU_ICON, _MENU_ICON_ONCE_KNOWN),
        (_MANIFEST, _literal(manifest)),
        (_CATALOG, _literal(catalog)),
    ):
        if place not in page:
            raise DocsError(f"the page of dbt-core {version('dbt-core')} has no {place}")
        page = page.replace(place, content)
    return page


def _mark() -> str:
    return f'<meta name="project-state" content="{state()}">'


def _literal(content: Mapping[str, Any]) -> str:
    """As a script in a page may hold it."""
    return json.dumps(content, separators=(",", ":")).replace("<", "\\u003c")


def _without_paths(value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for path, name in named.items():
            value = value.replace(path, name)
        return value
    if isinstance(value, list):
        return [_without_paths(item, named) for item in value]
    if isinstance(value, dict):
        return {name: _without_paths(item, named) for name, item in value.items() if name not in _PATHS}
    return value
