"""`imr doctor`: what is wrong with a home, and with `--mend` setting right what can be made again."""

from __future__ import annotations

import os
from contextlib import nullcontext

from rich.markup import escape
from rich.progress import track

from orchestration.cli.terminal import Problem, err, home_of, out, printable
from orchestration.home import BUSY, HOME_MARK, HomeBusy, HomeError


def run_doctor(home_path: str | None, mend: bool) -> int:
    """Exit status 0 where nothing is wrong or all of it was mended, 1 where something is left."""
    from orchestration.doctor import examine, part_count

    home = home_of(home_path)
    if not home.letters.exists() and not (home.root / HOME_MARK).exists():
        raise Problem(f"There is no warehouse in {home.root} yet. Run 'imr refresh' first, or name another --home.", 2)
    # A home that cannot be written can be examined: nobody refreshes it meanwhile either.
    is_writable = mend or os.access(home.root, os.W_OK)
    try:
        with home.held() if is_writable else nullcontext():
            out.print(f"Examining {escape(str(home.root))}: {part_count(home):,} parts, build and publication ...")
            left = mendable = 0
            for finding in track(examine(home), description="", console=err, disable=not err.is_terminal):
                can_mend = finding.mend is not None
                if mend and finding.mend:
                    finding.mend()
                mark = (
                    "[green]mended[/]"
                    if mend and can_mend
                    else "[yellow]can be mended[/]"
                    if can_mend
                    else "[red]wrong[/]"
                )
                left += not (mend and can_mend)
                mendable += can_mend
                out.print(
                    f"{mark}  {escape(printable(finding.path))}: {escape(printable(finding.what))}", soft_wrap=True
                )
                out.print(f"  {escape(printable(finding.advice))}", soft_wrap=True)
    except HomeBusy:
        raise Problem(BUSY.format(home=home.root)) from None
    except HomeError as error:
        raise Problem(str(error), status=2) from None
    if mend and left:
        out.print(f"{left} left for you.")
    elif mendable and not mend:
        out.print("'imr doctor --mend' sets right what can be made or received again.")
    if not left:
        out.print("[green]Nothing is wrong.[/]")
    return 1 if left else 0
