"""Who may know whom. A border that no test holds is gone within a month."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "dbt_project" / "models"


def imports(path: Path) -> set[str]:
    """Modules that a file imports, at any depth of its code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def modules(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, folder
    return found


@pytest.mark.parametrize("path", modules("orchestration/letters"), ids=lambda path: path.name)
def test_the_reader_knows_letters_and_the_standard_library_only(path: Path) -> None:
    for name in imports(path):
        inside = name.startswith("orchestration.letters.")
        assert inside or name.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {name}"
        assert name.split(".")[0] not in ("pathlib", "os", "io", "shutil", "sqlite3"), (
            f"{path.name} touches files: {name}"
        )


@pytest.mark.parametrize("path", modules("orchestration"), ids=lambda path: path.name)
def test_great_expectations_is_imported_in_expectations_only(path: Path) -> None:
    assert not any(name.startswith("great_expectations") for name in imports(path))


@pytest.mark.parametrize("path", modules("expectations"), ids=lambda path: path.name)
def test_expectations_know_frames_only(path: Path) -> None:
    forbidden = ("dagster", "duckdb", "orchestration", "dbt")
    assert not any(name.split(".")[0] in forbidden for name in imports(path))


@pytest.mark.parametrize("path", modules("expectations"), ids=lambda path: path.name)
def test_great_expectations_is_imported_late_and_files_are_for_pages(path: Path) -> None:
    """What Data Docs look like is loaded by Great Expectations itself, by name; nobody else may."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_import = {name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name in _names(node)}
    if path.name != "docs_view.py":
        assert not any(name.startswith("great_expectations") for name in at_import)
        assert "expectations.docs_view" not in imports(path)
    if path.name not in ("docs.py", "docs_view.py"):
        assert not {"pathlib", "shutil", "io"} & imports(path)


@pytest.mark.parametrize(
    "path", [*modules("orchestration/audited"), ROOT / "orchestration" / "drift.py"], ids=lambda path: path.name
)
def test_what_is_audited_is_sql_and_knows_no_dagster(path: Path) -> None:
    names = imports(path)
    assert not any(name.split(".")[0] in ("dagster", "dbt") for name in names)
    assert not any(name.startswith("orchestration.assets") for name in names)


@pytest.mark.parametrize("path", modules("orchestration/cli"), ids=lambda path: path.name)
def test_the_command_line_starts_without_dagster(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_import = {name for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom) for name in _names(node)}
    slow = (
        "dagster",
        "dagster_dbt",
        "great_expectations",
        "dbt",
        "pandas",
        "orchestration.definitions",
        "orchestration.runner",
    )
    assert not at_import & set(slow)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def test_importing_the_definitions_starts_nothing() -> None:
    """No database, no dbt process, no network: the three would show up as an open file or a child."""
    code = (
        "import sys, subprocess, socket, duckdb, dagster, dagster_dbt\n"
        "def refuse(*a, **k): raise AssertionError('started something')\n"
        "subprocess.Popen = refuse; duckdb.connect = refuse; socket.socket.connect = refuse\n"
        "import orchestration.definitions\n"
        "assert 'great_expectations' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def models() -> dict[str, str]:
    found = {path.stem: path.read_text(encoding="utf-8") for path in MODELS.rglob("*.sql")}
    assert len(found) > 20
    return found


def layer(model: str) -> str:
    return model.split("_", 1)[0]


@pytest.mark.parametrize(("model", "sql"), sorted(models().items()))
def test_models_read_only_the_layer_that_they_may(model: str, sql: str) -> None:
    refs = set(re.findall(r"ref\('(\w+)'\)", sql))
    assert ("source(" in sql) == (layer(model) == "stg"), f"{model}: sources are read by staging models only"
    read = {layer(ref) for ref in refs if ref in models()}
    if layer(model) == "stg":
        assert not refs
    elif layer(model) == "int":
        assert read <= {"stg", "int"}
    elif layer(model) in ("dim", "bridge"):
        assert not read & {"fct", "decision"}, f"{model}: dimensions never read facts"


def test_every_model_is_described_and_begins_with_its_grain() -> None:
    described = {}
    for path in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            described[model["name"]] = model["description"]
    assert set(described) == set(models())
    assert not [name for name, description in described.items() if not description.startswith("grain: ")]


def test_the_marts_are_the_tables_of_the_contract() -> None:
    contract = yaml.safe_load((ROOT / "tests" / "contract" / "warehouse.yml").read_text(encoding="utf-8"))
    assert {path.stem for path in (MODELS / "marts").glob("*.sql")} == set(contract)
