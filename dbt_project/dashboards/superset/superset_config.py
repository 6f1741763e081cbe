"""How Superset is set for this warehouse: where its own things lie, and that DuckDB is the publication, read-only.

Read by Superset when it starts. `start.py` sets what stands here in the environment: IMR_HOME and SUPERSET_HOME.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from publications import newest
from sqlalchemy.engine.url import URL

_PUBLISHED = Path(os.environ["IMR_HOME"]) / "published" / "imr.duckdb"
_OWN = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (_OWN / "secret_key").read_text()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_OWN / 'superset.db'}"
LOG_LEVEL = "WARNING"

# No answer is kept: the next query is of the publication that stands then.
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}

# Browsers are told to ask nobody but this server: neither maps nor Superset's counter of its users.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
# Cookies don't tell ports apart: beside another Superset on this machine both would be logged out in turns.
SESSION_COOKIE_NAME = "imr_superset"

# The same for all: DuckDB refuses a second connection to a file with other settings, and Superset would add to them
# from which of its pages a query comes.
_READING = {
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "lock_configuration": True,
    "memory_limit": "1500MB",
}


def DB_CONNECTION_MUTATOR(url: URL, params: dict[str, Any], *_: object) -> tuple[URL, dict[str, Any]]:
    """Whatever a DuckDB connection says in Superset, it gets the publication, read-only, and no way to other files,
    networks or settings."""
    if url.get_backend_name() == "duckdb":
        url = url.set(database=str(newest(_PUBLISHED, _OWN / "publications")), query={})
        params["connect_args"] = {"read_only": True, "config": dict(_READING)}
    return url, params
