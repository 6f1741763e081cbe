"""What is laid out for `mf`, and that it asks nobody for a newer version of itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from orchestration import mf
from orchestration.home import Home


def home_with_metrics(root: Path) -> Home:
    home = Home(root / "home")
    home.metrics.parent.mkdir(parents=True)
    home.metrics.write_text("{}")
    return home


def test_the_profile_opens_the_published_file_as_readers_do(tmp_path: Path) -> None:
    home = home_with_metrics(tmp_path)
    folder = tmp_path / "project"
    folder.mkdir()
    mf.lay_out(home, folder)
    profile = json.loads((folder / "profiles.yml").read_text())["published"]["outputs"]["published"]
    assert profile["path"] == str(home.published)
    assert profile["config_options"] == {
        "access_mode": "READ_ONLY",
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
        "lock_configuration": "true",
    }
    assert (folder / "target" / "semantic_manifest.json").read_text() == "{}"


def test_no_newer_version_is_looked_for_and_no_pickle_read(tmp_path: Path) -> None:
    home = home_with_metrics(tmp_path)
    code = f"""
import sys
from pathlib import Path
from orchestration import mf
from orchestration.home import Home
status = mf.run(Home(Path({str(home.root)!r})), ["--version"])
assert status == 0, status
assert not hasattr(sys.modules["update_checker"], "cache_results"), "the real one was imported"
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "version" in ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["home"]  # what was laid out is gone
