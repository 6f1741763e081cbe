"""dbt's page, filled with what a manifest and a catalog may hold: nothing breaks out of it, nothing of the machine is in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dbt.task.docs
import pytest

from orchestration import dbt_docs
from orchestration.dbt_docs import DocsError, cleaned, is_current, to_page
from orchestration.home import Home
from orchestration.settings import DBT_PROJECT

MANIFEST: dict[str, Any] = {
    "metadata": {
        "dbt_version": "1.11.16",
        "env": {"DBT_ENV_CUSTOM_ENV_TOKEN": "secret"},
        "user_id": "7d0d1ba5",
        "invocation_id": "6f3f8b40",
        "send_anonymous_usage_stats": True,
    },
    "nodes": {
        "model.imr.stg_letters": {
            "root_path": str(DBT_PROJECT),
            "compiled_path": "/srv/imr/build/dbt/compiled/imr/models/staging/stg_letters.sql",
            "compiled_code": "select * from read_parquet('/srv/imr/lake/staged/letters/*.parquet')",
            "refs": [{"path": f"{DBT_PROJECT}/models/staging/stg_letters.sql"}],
        }
    },
}


def test_nothing_of_the_machine_is_left() -> None:
    manifest = cleaned(MANIFEST, Home(Path("/srv/imr")))
    assert manifest == {
        "metadata": {"dbt_version": "1.11.16", "send_anonymous_usage_stats": False},
        "nodes": {
            "model.imr.stg_letters": {
                "compiled_code": "select * from read_parquet('HOME/lake/staged/letters/*.parquet')",
                "refs": [{"path": "models/staging/stg_letters.sql"}],
            }
        },
    }


def test_no_text_breaks_out_of_the_script() -> None:
    text = "</script><script>alert(1)</script><!-- \u2028"
    page = to_page({"nodes": {"a": text}}, {"nodes": {}})
    assert text not in page
    assert "alert(1)" in page
    start = page.index('{"nodes":{"a":')
    assert json.JSONDecoder().raw_decode(page[start:])[0] == {"nodes": {"a": text}}


def test_another_page_of_dbt_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "index.html"
    other.write_text("<html><head></head></html>")
    monkeypatch.setattr(dbt.task.docs, "DOCS_INDEX_FILE_PATH", str(other))
    with pytest.raises(DocsError, match=r"the page of dbt-core .* has no "):
        to_page({}, {})


def test_a_page_is_of_one_state_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    assert not is_current(home)
    home.dbt_docs.parent.mkdir()
    home.dbt_docs.write_text(to_page({}, {}), encoding="utf-8")
    assert is_current(home)
    monkeypatch.setattr(dbt_docs, "project_fingerprint", lambda *_: "another")
    assert not is_current(home)


def test_a_build_without_a_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocsError, match=r"manifest\.json is not there"):
        dbt_docs.read_page(Home(tmp_path))
