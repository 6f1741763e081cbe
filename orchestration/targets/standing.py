"""What each target holds, and what kept it from holding more: `HOME/targets/NAME.json`.

Without these files every target counts as behind, and the next refresh copies to it anew.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.home import Home, write_json


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one target stands. Times are UTC, in ISO's form."""

    target: str
    place: str
    refresh_id: str | None = None
    """The refresh whose publication it holds; None where it never got one."""
    published_at: str | None = None
    rows: int = 0
    failure: str | None = None
    """Why the last try failed; None where it went well."""
    failing_since: str | None = None


def load(home: Home, target: str) -> Standing | None:
    """None where nothing was ever tried, or where the file cannot be read."""
    return _load(home.targets / f"{target}.json")


def load_all(home: Home) -> list[Standing]:
    """Of every target that was set when a refresh last looked, by name."""
    return [standing for path in sorted(home.targets.glob("*.json")) if (standing := _load(path))]


def save(home: Home, standing: Standing) -> None:
    home.targets.mkdir(exist_ok=True)
    write_json(home.targets / f"{standing.target}.json", asdict(standing))


def forget(home: Home, target: str) -> None:
    (home.targets / f"{target}.json").unlink(missing_ok=True)


def _load(path: Path) -> Standing | None:
    try:
        return Standing(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
