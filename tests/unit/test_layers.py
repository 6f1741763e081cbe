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


def imports(path: Path, at_once: bool = False) -> set[str]:
    """Modules that a file imports, at any depth of its code or only at once. All imports name their module in full."""
    found: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path.name}, line {node.lineno}: a relative import"
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


@pytest.mark.parametrize("path", modules("orchestration/alerts"), ids=lambda path: path.name)
def test_alerts_know_the_home_and_no_machinery(path: Path) -> None:
    """They must work, and quickly, where Dagster, dbt or Great Expectations is what broke."""
    forbidden = ("dagster", "dagster_dbt", "dbt", "great_expectations", "expectations", "pandas", "rich", "typer")
    for name in imports(path):
        is_words_only = name == "expectations.visible"  # which knows the standard library alone
        assert is_words_only or name.split(".")[0] not in forbidden, f"{path.name} imports {name}"
        assert not name.startswith(("orchestration.cli", "orchestration.assets", "orchestration.definitions"))
    if path.name in ("trouble.py", "message.py"):
        outside = ("pathlib", "os", "io", "duckdb", "requests", "smtplib", "socket")
        assert not any(name.split(".")[0] in outside for name in imports(path)), f"{path.name} is pure"


def test_nothing_that_sends_is_imported_before_there_is_something_to_send() -> None:
    code = (
        "import sys, orchestration.cli.status, orchestration.cli.refresh, orchestration.cli.alerts\n"
        "assert not {'requests', 'tenacity', 'smtplib'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", modules("orchestration/targets"), ids=lambda path: path.name)
def test_targets_know_the_publication_and_no_dagster(path: Path) -> None:
    names = imports(path)
    assert not any(name.split(".")[0] in ("dagster", "dbt", "rich", "typer", "psycopg2") for name in names)
    assert not any(
        name.startswith(("orchestration.cli", "orchestration.assets", "orchestration.alerts")) for name in names
    )
    assert not any(name.startswith("adbc_driver") for name in imports(path, at_once=True)), "only where it is needed"


@pytest.mark.parametrize("path", modules("orchestration/report"), ids=lambda path: path.name)
def test_the_report_page_knows_the_publication_and_its_findings_are_pure(path: Path) -> None:
    names = imports(path)
    assert not any(name.split(".")[0] in ("dagster", "dbt", "pandas", "rich", "typer") for name in names)
    assert not any(
        name.startswith(("orchestration.cli", "orchestration.assets", "orchestration.dbt")) for name in names
    )
    assert path.name == "reading.py" or "duckdb" not in names
    assert path.name in ("charts.py", "axes.py") or "altair" not in names
    if path.name in (
        "findings.py",
        "headline.py",
        "quality.py",
        "intervals.py",
        "words.py",
        "queries.py",
        "figures.py",
    ):
        pure = ("findings", "headline", "quality", "intervals", "words", "figures")
        inside = {f"orchestration.report.{name}" for name in pure}
        assert all(name in inside or name in sys.stdlib_module_names or name == "collections.abc" for name in names)
        assert not {"pathlib", "os", "io"} & names


def test_charts_are_imported_when_a_page_is_made() -> None:
    code = "import sys, orchestration.companions, orchestration.cli.report; print({'altair', 'vl_convert'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("path", modules("expectations"), ids=lambda path: path.name)
def test_great_expectations_is_imported_late_and_files_are_for_pages(path: Path) -> None:
    """What Data Docs look like is loaded by Great Expectations itself, by name; nobody else may."""
    at_import = imports(path, at_once=True)
    if path.name not in ("docs_view.py", "docs_index.py"):
        assert not any(name.startswith("great_expectations") for name in at_import)
        assert not {"expectations.docs_view", "expectations.docs_index"} & imports(path)
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
    """Whatever a command's module imports when it is imported, and what that imports in turn."""
    slow = (
        "dagster",
        "dagster_dbt",
        "great_expectations",
        "dbt",
        "pandas",
        "orchestration.definitions",
        "orchestration.runner",
    )
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    code = f"import sys, {name}; print(*sorted(sys.modules.keys() & {set(slow)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


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


def refs(sql: str) -> set[str]:
    return set(re.findall(r"""\bref\(\s*['"](\w+)['"]""", sql))


def models() -> dict[str, str]:
    found = {path.stem: path.read_text(encoding="utf-8") for path in MODELS.rglob("*.sql")}
    assert len(found) > 20
    return found


def layer(model: str) -> str:
    return model.split("_", 1)[0]


@pytest.mark.parametrize(("model", "sql"), sorted(models().items()))
def test_models_read_only_the_layer_that_they_may(model: str, sql: str) -> None:
    assert ("source(" in sql) == (layer(model) == "stg"), f"{model}: sources are read by staging models only"
    read = {layer(ref) for ref in refs(sql) if ref in models()}
    if layer(model) == "stg":
        assert not refs(sql)
    elif layer(model) == "int":
        assert read <= {"stg", "int"}
    elif layer(model) in ("dim", "bridge"):
        assert not read & {"fct", "decision"}, f"{model}: dimensions never read facts"
    elif layer(model) == "rpt":
        assert read <= {"fct", "dim", "bridge", "quality"}, f"{model}: reports read what readers can read as well"


def test_macros_read_no_layer_on_behalf_of_a_model() -> None:
    """They read seeds; those of incremental.sql read what is new, which every model from int_ on may."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "dbt_project" / "macros").glob("*.sql")}
    assert any(refs(sql) for sql in found.values())
    read = {name: {layer(ref) for ref in refs(sql) & models().keys()} for name, sql in found.items()}
    assert read.pop("incremental.sql") <= {"stg", "int"}
    assert [name for name, layers in read.items() if layers] == []
    assert [name for name, sql in found.items() if "source(" in sql] == ["incremental.sql"]


def test_every_model_is_described_and_begins_with_its_grain() -> None:
    described = {}
    for path in MODELS.rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            described[model["name"]] = model["description"]
    assert set(described) == set(models())
    assert not [name for name, description in described.items() if not description.startswith("grain: ")]


BEYOND_THE_CONTRACT = {"quality_overrides"}
"""Tables that the warehouse has besides what the contract asks for."""


def test_every_report_says_which_question_it_answers() -> None:
    found = [
        model
        for path in (MODELS / "reports").glob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    ]
    assert len(found) == len(list((MODELS / "reports").glob("rpt_*.sql"))) > 0
    for model in found:
        assert re.search(r"Answers: [A-Z].*[?]", model["description"]), model["name"]
        assert all(column.get("description") for column in model["columns"]), model["name"]


def test_the_marts_are_the_tables_of_the_contract() -> None:
    contract = yaml.safe_load((ROOT / "tests" / "contract" / "warehouse.yml").read_text(encoding="utf-8"))
    assert {path.stem for path in (MODELS / "marts").glob("*.sql")} == set(contract) | BEYOND_THE_CONTRACT
