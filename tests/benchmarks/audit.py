"""How long the audit of 1,000,000 items takes, and how much memory, in a process of its own. Run by `make benchmark`.

The build is one of five real letters, multiplied: each copy is a letter of its own, with text, staged rows, decisions and
citations. All of it is new, as after a change of the models; a night's letters are audited in a second or two.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from orchestration.build import open_build
from orchestration.home import Home

ROOT = Path(__file__).resolve().parents[2]
IMR = str(Path(sys.executable).with_name("imr"))
ITEMS = 1_000_000
LIMIT_SECONDS = 30.0
LIMIT_GIB = 1.5

# A copy has another letter_id and another case number; keys of what hangs on it begin with the latter.
_COPIES = """
    create temp table copies as
    select letter_id, determination_key, sha256(letter_id || copy) as new_letter_id,
        format('CM{:02d}-{:07d}', 30 + row_number() over (partition by copy order by letter_id), copy) as new_key
    from intermediate.int_letter_versions, range(1, ?) as copies(copy)
"""
_KEYS = {
    "letter_id": "copies.new_letter_id",
    "determination_key": "copies.new_key",
    "review_key": "copies.new_key",
    "case_number": "copies.new_key",
    "source_uri": "t.source_uri || '/' || copies.new_key",
    "decision_key": "replace(t.decision_key, copies.determination_key, copies.new_key)",
    "citation_key": "replace(t.citation_key, copies.determination_key, copies.new_key)",
    "text": "copies.new_letter_id || t.text",
    "part_number": "2",
}
_BY_DECISION = "copies.determination_key = regexp_replace(t.decision_key, '-[0-9]+$', '')"


def multiplied(connection: duckdb.DuckDBPyConnection, table: str, on: str) -> str:
    """SQL for the copies of a table's rows."""
    columns = [column[0] for column in connection.execute(f"select * from {table} limit 0").description or ()]
    new = ", ".join(f"{_KEYS[column]} as {column}" for column in columns if column in _KEYS)
    return f"select t.* replace ({new}) from {table} as t inner join copies on {on}"


def make(home: Home) -> int:
    """Fills a home with `ITEMS` items that wait for their audit. Returns how many there are."""
    environment = {**os.environ, "IMR_HOME": str(home.root), "IMR_LETTERS": str(ROOT / "data" / "letters")}
    subprocess.run([IMR, "refresh"], env=environment, check=True, capture_output=True)
    with open_build(home, read_only=False) as connection:
        items = connection.execute("select count(*) from marts.fct_decisions").fetchall()[0][0]
        connection.execute(_COPIES, [ITEMS // items + 1])
        by_letter, by_key = "t.letter_id = copies.letter_id", "t.determination_key = copies.determination_key"
        for folder in (home.letters, *(home.staged / kind for kind in ("letters", "items", "citations"))):
            rows = multiplied(connection, f"read_parquet('{folder}/*.parquet')", by_letter)
            target = folder / "part-000002.parquet"
            connection.execute(
                f"copy ({rows}) to '{target}.new' (format parquet, compression zstd, row_group_size 8192)"
            )
            Path(f"{target}.new").rename(target)
        for table, on in (
            ("intermediate.int_letter_versions", by_letter),
            ("intermediate.int_items", by_letter),
            ("marts.dim_determinations", by_key),
            ("marts.quality_letters", by_letter),
            ("marts.fct_guideline_citations", _BY_DECISION),
            ("marts.decision_texts", _BY_DECISION),
            ("marts.fct_decisions", by_key),
        ):
            connection.execute(f"insert into {table} {multiplied(connection, table, on)}")
        connection.execute("update imr.state.publication set part_number = 0")
        return int(connection.execute("select count(*) from marts.fct_decisions").fetchall()[0][0])


def measure(home: Home) -> None:
    """Runs the audit and prints what it took as JSON. The refresh has imported the library by then, while dbt worked."""
    from expectations.run import warm_up
    from orchestration.assets.audit import audit
    from orchestration.assets.common import Refresh
    from orchestration.progress import Silent
    from orchestration.record import Record
    from orchestration.settings import load_settings

    warm_up()
    started = time.perf_counter()
    results = audit(Refresh(load_settings(home=home.root), home, Silent()), Record.begin(home, "benchmark"))
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
                "checks": len(results),
                "not_met": [
                    f"{check.suite} {check.expectation}: {check.reason}" for check in results if not check.is_met
                ],
            }
        )
    )


def main() -> int:
    """Exit status 1 where a limit is missed, or where a promise is not kept: nothing in these letters breaks one."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        items = make(home)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.audit", folder],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"{found['checks']} promises over {items:,} items   {found['seconds']:6.1f} s    (limit {LIMIT_SECONDS:g} s)")
    print(f"most memory                          {found['gib']:6.2f} GiB  (limit {LIMIT_GIB:g} GiB)")
    for broken in found["not_met"]:
        print(f"not met: {broken}")
    return 0 if found["seconds"] < LIMIT_SECONDS and found["gib"] < LIMIT_GIB and not found["not_met"] else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(Home(Path(sys.argv[1])))
    else:
        sys.exit(main())
