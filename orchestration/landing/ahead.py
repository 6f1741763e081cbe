"""A listing that begins before it is asked for: while a refresh imports what it needs on one core, another one lists.

With a million files in the landing places that is seconds of a night's refresh. `python -m orchestration.landing.ahead
PLACE ...` lists the places, and hands its Arrow columns over on its standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pyarrow as pa

from orchestration import lake
from orchestration.home import Home
from orchestration.landing.listing import Listing, list_files
from orchestration.workers import Workers

_WORTH_A_PROCESS = 50_000
"""Files that are known; fewer are listed before a process has started."""
_REST = b"imr.listing"
"""In the metadata of the columns: what a listing holds beside its files."""


class Ahead:
    """The listing of these places, made by a process of its own from now on. For use in a `with` block."""

    def __init__(self, places: Sequence[str], home: Home, workers: int) -> None:
        self._places = tuple(places)
        self._process: subprocess.Popen[bytes] | None = None
        known = lake.row_count(home.files, lake.part_numbers(home.files)) if workers > 1 else 0
        if known >= _WORTH_A_PROCESS:
            command = [sys.executable, "-m", "orchestration.landing.ahead", *places]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def take(self, places: Sequence[str]) -> Listing | None:
        """The listing, waited for. None where it was not begun or has been taken, is of other places, or could not be
        made: whoever makes it then learns why."""
        process, self._process = self._process, None
        if process is None:
            return None
        with process:
            try:
                if tuple(places) != self._places or process.stdout is None:
                    return None
                with pa.ipc.open_stream(process.stdout) as stream:
                    files = stream.read_all()
            except pa.ArrowInvalid:  # it ended before
                return None
            finally:
                process.kill()
        return Listing(files.replace_schema_metadata(), **json.loads(files.schema.metadata[_REST]))


def main(places: Sequence[str]) -> None:
    """Lists the places and writes the listing as an Arrow stream."""
    with Workers(1) as alone:
        files, bare, closed = list_files(places, alone)
    schema = files.schema.with_metadata({_REST: json.dumps({"bare": bare, "closed": closed})})
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
        stream.write_table(files)


if __name__ == "__main__":
    main(sys.argv[1:])
