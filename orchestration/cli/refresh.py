"""`imr refresh`: the same Dagster job that a schedule runs, in this process, with progress and a summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from rich.table import Table

from orchestration.alerts.tell import tell, tell_unrecorded
from orchestration.alerts.trouble import CLOSED, EMPTIED, counted, has_died
from orchestration.assets.common import FULL_TAG, REREAD_TAG
from orchestration.cli.alerts import show_deliveries
from orchestration.cli.bars import progress_on
from orchestration.cli.terminal import Problem, err, out, printable
from orchestration.disk import what_to_mend, words_of
from orchestration.home import BUSY, Home, HomeBusy, HomeError
from orchestration.landing.ahead import Ahead
from orchestration.landing.places import is_url
from orchestration.progress import Progress
from orchestration.record import INTERRUPTED, Ending, Record, last_record
from orchestration.settings import Settings, load_settings

EXIT_STATUS: dict[Ending, int] = {"published": 0, "nothing_new": 0, "refused": 3, "failed": 1, "running": 1}
TARGET_MISSED = 4
"""Exit status of a refresh that went well and could not reach one of its targets."""
REJECTED_NAMED = 3


def run_refresh(letters: Sequence[str], home_path: str | None, full: bool = False, reread: bool = False) -> int:
    """Runs one refresh, prints how it went and tells who must learn of it. Returns the exit status."""
    settings = load_settings(letters=tuple(letters) or None, home=home_path)
    home = Home(settings.home)
    try:
        tags = ({FULL_TAG: "true"} if full else {}) | ({REREAD_TAG: "true"} if reread else {})
        _find_places(settings, is_typed=bool(letters))
        status = _refresh(settings, home, tags)
    except HomeBusy:
        raise
    except SystemExit:  # whoever reads what it prints has gone, such as 'head'
        tell(home, settings)
        raise
    except BaseException as error:
        # What was mistyped is told to who typed it; nobody reads what a nightly refresh prints.
        is_typed = bool(letters or home_path) or sys.stderr.isatty()
        if not (is_typed and isinstance(error, Problem) and error.status == 2):
            _tell_of_death(settings, home, error)
        if isinstance(error, Exception) and not isinstance(error, Problem) and (mend := _to_mend(home, error)):
            raise Problem(f"The refresh failed. {mend}") from None
        raise
    show_deliveries(tell(home, settings))
    return status


def _find_places(settings: Settings, is_typed: bool) -> None:
    """Raises Problem where a place is not there: wrong usage if it was typed, else a drive that may come back."""
    for place in settings.letters:
        if not is_url(place) and not Path(place).exists():
            raise Problem(
                f"There is no folder or file {place}. Point --letters or IMR_LETTERS at your letters.",
                status=2 if is_typed else 1,
            )


def _refresh(settings: Settings, home: Home, tags: Mapping[str, str]) -> int:
    started = time.perf_counter()
    try:
        home.prepare()
    except HomeError as error:
        raise Problem(str(error), status=2) from None
    if home.is_held():
        raise HomeBusy(BUSY.format(home=home.root))
    before = last_record(home)
    if before is not None and has_died(before, is_held=False):
        show_deliveries(tell(home, settings))  # nobody else may have told, and this refresh's record hides that one's
    with progress_on(err) as progress:
        record, fault = _run(settings, home, progress, tags)
    if record is None:
        if fault == BUSY.format(home=home.root):
            raise HomeBusy(fault)
        raise Problem(fault or "The refresh did not start.")
    _summarise(record, fault, home, time.perf_counter() - started)
    status = EXIT_STATUS[record.ending]
    return TARGET_MISSED if status == 0 and record.targets_missed else status


def _run(
    settings: Settings, home: Home, progress: Progress, tags: Mapping[str, str]
) -> tuple[Record | None, str | None]:
    """The record that the run left, and the words of what went wrong."""
    progress.step("Getting ready")
    with Ahead(settings.letters, home, settings.workers) as ahead:
        from orchestration.dbt import DbtError, prepare_manifest
        from orchestration.runner import run_job

        try:
            prepare_manifest(home)
        except DbtError as error:
            raise Problem(str(error)) from None
        before = last_record(home)
        fault = run_job(settings, home, progress, tags, ahead)
    after = last_record(home)
    if after is None or (before is not None and after.refresh_id == before.refresh_id):
        return None, fault
    if after.ending == "running":
        after.end("failed", fault or "The run stopped before its last step.")
    return after, fault


def _tell_of_death(settings: Settings, home: Home, error: BaseException) -> None:
    """Records and tells a refresh that ended before, or outside of, its steps."""
    words = INTERRUPTED if isinstance(error, KeyboardInterrupt) else str(error) or type(error).__name__
    words = _to_mend(home, error) or words
    try:
        if home.is_held():
            raise HomeBusy
        record = last_record(home)
        if record is None or not has_died(record, is_held=False):
            record = Record.begin(home, uuid4().hex)
        record.doing = record.doing or "start"
        record.end("failed", f"{record.doing}: {words}")
    except (OSError, HomeBusy):  # the home cannot be written, or another refresh has begun there
        show_deliveries(tell_unrecorded(home, settings, "start", words))
    else:
        show_deliveries(tell(home, settings))


def _to_mend(home: Home, error: BaseException) -> str | None:
    return what_to_mend(home.root, words_of(error))


def _summarise(record: Record, fault: str | None, home: Home, seconds: float) -> None:
    headline = {
        "published": f"[bold green]Published[/] {home.published}",
        "nothing_new": "[bold]Nothing new.[/] The publication stands as it was.",
        "refused": f"[bold yellow]{'A dbt test' if record.is_refused_by_dbt else 'The audit'} refused this refresh.[/] "
        + ("The last good publication stands." if home.published.exists() else "Nothing is published yet."),
        "failed": "[bold red]The refresh failed.[/] "
        + ("The last good publication stands." if home.published.exists() else "Nothing is published yet."),
        "running": "[bold red]The refresh stopped.[/]",
    }[record.ending]
    out.print(headline, soft_wrap=True)
    if record.ending in ("refused", "failed"):
        out.print(printable(record.message or fault or "", lines=True), markup=False, soft_wrap=True)
        for line in _advice(record, home):
            out.print(line, markup=False, soft_wrap=True)
    if record.ending == "published" and home.report.exists():
        out.print(f"Report: {home.report.as_uri()}", markup=False, soft_wrap=True)
    index = home.data_docs / "index.html"
    if (record.ending == "refused" or record.warnings) and index.exists() and not record.is_refused_by_dbt:
        out.print(f"What the audit found: {index.as_uri()}", markup=False, soft_wrap=True)
    places = [EMPTIED.format(**place) for place in record.emptied]
    for words in places + [CLOSED.format(**folder) for folder in record.closed]:
        out.print(printable(f"Warning: {words}"), style="yellow", markup=False, soft_wrap=True)
    for warning in record.warnings:
        out.print(f"Warning: {printable(warning, lines=True)}", style="yellow", markup=False, soft_wrap=True)
    for line in _rejected(record):
        out.print(line, style="yellow", markup=False, soft_wrap=True)
    for missed in record.targets_missed:
        words = f"Not published to {missed['target']} ({missed['place']}): {missed['reason']}"
        out.print(printable(words, lines=True), style="yellow", markup=False, soft_wrap=True)
    if record.targets_missed:
        out.print("Its readers see what they saw before. The next refresh tries again.", soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("files seen", f"{record.files_seen:,}", "")
    table.add_row("new", f"{record.files_new:,}", f"{counted(record.letters_read, 'letter')} read")
    table.add_row("duplicate", f"{record.duplicates:,}", "")
    if record.unsettled:
        table.add_row("unsettled", f"{record.unsettled:,}", "changed while they were read; the next refresh reads them")
    rejected = "named in quality_letters" if record.ending == "published" else "the first are named above"
    table.add_row("rejected", f"{record.rejected:,}", rejected if record.rejected else "")
    if record.ending != "nothing_new":
        named = "named in quality_quarantined_items" if record.ending == "published" else "the first are named above"
        table.add_row("items", f"{record.items:,}", "")
        table.add_row("quarantined", f"{record.quarantined:,}", named if record.quarantined else "")
    if record.said_by_hand:
        table.add_row(
            "by hand", f"{record.said_by_hand:,}", "items; 'imr quarantine list --released' tells what became of them"
        )
    if record.reclassified is not None:
        table.add_row("changed class", f"{record.reclassified:,}", "decisions, as vocabulary or models changed")
    for reached in (outcome for outcome in record.targets if outcome["reason"] is None):
        table.add_row(
            reached["target"], f"{reached['rows']:,}", f"rows in {reached['seconds']:.1f} s to {reached['place']}"
        )
    steps = ", ".join(f"{name} {taken:.1f}" for name, taken in record.seconds.items())
    table.add_row("seconds", f"{seconds:.1f}", steps)
    out.print(table)


def _rejected(record: Record) -> Iterator[str]:
    """The first files that could not be read, and why."""
    named = [letter for letter in record.letters if letter["kind"] == "rejected"][:REJECTED_NAMED]
    for letter in named:
        yield f"Rejected: {printable(letter['source_uri'])} ({letter['reason_code']})"
    if named and record.rejected > len(named):
        yield f"  and {record.rejected - len(named):,} more"


def _advice(record: Record, home: Home) -> Iterator[str]:
    """What to do about a refresh that was not published."""
    message = record.message or ""
    if record.ending == "refused":
        for item in record.first_quarantined:
            service = printable(item["service_text"] or "(no item printed)")
            uri = printable(item["source_uri"])
            yield f"  {item['quarantine_reason']}  {uri}, item {item['item_number']}: {service}"
        if record.quarantined:
            yield (
                "Put a mended letter in the place of each, decide their items by hand ('imr quarantine list' tells "
                "how), or allow more with IMR_QUARANTINE_TOLERANCE, and refresh again. A letter that is only removed "
                "stays received, and its items wait as before."
            )
    if mend := what_to_mend(home.root, message):
        yield mend
    elif record.ending == "refused":
        return
    elif "lake/staged" in message:
        yield "Delete the folder lake/staged of the home: the next refresh reads the letters again from lake/letters."
    elif "lake/overrides" in message:
        yield "This part holds what was decided by hand: put it back from a copy, or remove it and decide again."
    elif "lake/letters" in message:
        yield (
            "This part holds letters as they were received: put it back from a copy. Without one move it out of the "
            "lake, and 'imr doctor' tells which of them can be received again."
        )
