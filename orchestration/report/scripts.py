"""Vega, Vega-Lite and Vega-Embed as one script that a page can hold.

Vega-Convert brings them along and takes some seconds to bundle them, so this is done once an environment: by
`make setup`, else by the first page that is made. `python -m orchestration.report.scripts` does it.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.metadata import version
from pathlib import Path

from orchestration.home import written_whole

_VEGA_LITE = "6.4"
"""Version of Vega-Lite; the one that Altair writes for."""


def vega_scripts(folder: Path | None = None) -> str:
    """JavaScript that defines `vegaEmbed`. Kept in `folder`, by default one of this
    environment; where that cannot be written it is bundled anew each time."""
    path = (folder or Path(sys.prefix) / "share" / "imr-warehouse") / f"vega-{version('vl-convert-python')}.js"
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8")
    scripts = _bundled()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as unfinished:
            unfinished.write_text(scripts, encoding="utf-8")
    return scripts


def _bundled() -> str:
    import vl_convert

    scripts = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=_VEGA_LITE)
    return str(scripts).replace("</script", "<\\/script")


if __name__ == "__main__":
    vega_scripts()
