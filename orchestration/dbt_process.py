"""dbt, in a process that ends with the one that started it.

Where a refresh is killed, the dbt that it had started would work on by itself, and open the build under the next one.
"""

from __future__ import annotations

import os

from orchestration.tied import end_at_once, tie


def main() -> None:
    tie(os.getppid(), end_at_once)  # DuckDB's files stand that
    from dbt.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
