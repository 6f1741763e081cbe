"""Opens a fresh publication in DuckDB clients from 1.1 to 2.0. Run by `make test-clients`: it needs the package index.

Usage: clients.py PATH_TO_UV
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

VERSIONS = ("1.1.3", "1.2.2", "1.3.2", "1.4.1", "2.0.0")
ROOT = Path(__file__).resolve().parents[1]
QUERY = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("select count(*) from fct_decisions inner join dim_services using (service_key)").fetchone()[0])
"""


def main() -> int:
    uv = str(Path(sys.argv[1]).absolute())
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "IMR_HOME": home, "IMR_LETTERS": str(ROOT / "data" / "letters")}
        subprocess.run([str(Path(sys.executable).with_name("imr")), "refresh"], env=environment, check=True)
        failed = 0
        for version in VERSIONS:
            command = [uv, "run", "--quiet", "--no-project", "--isolated", "--python", sys.executable]
            command += ["--with", f"duckdb=={version}", "python", "-c", QUERY, f"{home}/published/imr.duckdb"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            passed = done.returncode == 0 and done.stdout.strip() == "14"
            failed += not passed
            print(f"DuckDB {version}: {'opens' if passed else 'FAILED ' + done.stderr.strip()[-400:]}")
    print(f"{len(VERSIONS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
