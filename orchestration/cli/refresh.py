"""`imr refresh`: the same Dagster job that a schedule runs, in this process, with progress and a summary."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from orchestration.cli.terminal import Problem, err, out, printable
from orchestration.home import BUSY, Home, HomeBusy, HomeError
from orchestration.record import Ending, Record, last_record
from orchestration.settings import Settings, load_settings

EXIT_STATUS: dict[Ending, int] = {"published": 0, "nothing_new": 0, "refused": 3, "failed": 1, "running": 1}
_DOING = {
    "ingest": "Receiving files",
    "extract": "Reading letters",
    "transform": "Building tables (dbt)",
    "audit": "Auditing",
    "publish": "Publishing",
}


class TerminalProgress:
    """Bars on a terminal, one line a step elsewhere."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=err,
            disable=not err.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._finish()
        self._bars.stop()

    def step(self, name: str, total: int | None = None) -> None:
        self._finish()
        doing = _DOING.get(name, name)
        self._task = self._bars.add_task(doing, total=total)
        if self._bars.disable:
            err.print(f"{doing} ...")

    def advance(self, count: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, count)

    def _finish(self) -> None:
        """The step that was running is done, however many units it had been said to have."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done or 1, completed=done or 1)
            self._bars.stop_task(self._task)


def run_refresh(letters: Sequence[str], home_path: str | None) -> int:
    """Runs one refresh and prints how it went. Returns the exit status."""
    started = time.perf_counter()
    settings = load_settings(letters=tuple(letters) or None, home=home_path)
    for place in settings.letters:
        if not place.exists():
            raise Problem(
                f"There is no folder or file {place}. Point --letters or IMR_LETTERS at your letters.", status=2
            )
    home = Home(settings.home)
    try:
        home.prepare()
    except HomeError as error:
        raise Problem(str(error), status=2) from None
    if home.is_held():
        raise HomeBusy(BUSY.format(home=home.root))
    with TerminalProgress() as progress:
        record, fault = _run(settings, home, progress)
    if record is None:
        raise Problem(fault or "The refresh did not start.")
    _summarise(record, fault, home, time.perf_counter() - started)
    return EXIT_STATUS[record.ending]


def _run(settings: Settings, home: Home, progress: TerminalProgress) -> tuple[Record | None, str | None]:
    """The record that the run left, and the words of what went wrong."""
    progress.step("Getting ready")
    from orchestration.dbt import DbtError, prepare_manifest
    from orchestration.runner import run_job

    try:
        prepare_manifest(home)
    except DbtError as error:
        raise Problem(str(error)) from None
    before = last_record(home)
    fault = run_job(settings, home, progress)
    after = last_record(home)
    if after is None or (before is not None and after.refresh_id == before.refresh_id):
        return None, fault
    if after.ending == "running":
        after.end("failed", fault or "The run stopped before its last step.")
    return after, fault


def _summarise(record: Record, fault: str | None, home: Home, seconds: float) -> None:
    headline = {
        "published": f"[bold green]Published[/] {home.published}",
        "nothing_new": "[bold]Nothing new.[/] The publication stands as it was.",
        "refused": "[bold yellow]The audit refused this refresh.[/] "
        + ("The last good publication stands." if home.published.exists() else "Nothing is published yet."),
        "failed": "[bold red]The refresh failed.[/] "
        + ("The last good publication stands." if home.published.exists() else "Nothing is published yet."),
        "running": "[bold red]The refresh stopped.[/]",
    }[record.ending]
    out.print(headline, soft_wrap=True)
    if record.ending in ("refused", "failed"):
        out.print(record.message or fault or "", markup=False, soft_wrap=True)
        for line in _advice(record):
            out.print(line, markup=False, soft_wrap=True)
    index = home.data_docs / "index.html"
    if (record.ending == "refused" or record.warnings) and index.exists():
        out.print(f"What the audit found: {index.as_uri()}", markup=False, soft_wrap=True)
    for warning in record.warnings:
        out.print(f"Warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("files seen", f"{record.files_seen:,}", "")
    table.add_row("new", f"{record.files_new:,}", f"{record.letters_read:,} letters read")
    table.add_row("duplicate", f"{record.duplicates:,}", "")
    table.add_row("rejected", f"{record.rejected:,}", "named in quality_letters" if record.rejected else "")
    if record.ending != "nothing_new":
        named = "named in quality_quarantined_items" if record.ending == "published" else "the first are named above"
        table.add_row("items", f"{record.items:,}", "")
        table.add_row("quarantined", f"{record.quarantined:,}", named if record.quarantined else "")
    if record.reclassified is not None:
        table.add_row("changed class", f"{record.reclassified:,}", "decisions, as vocabulary or models changed")
    steps = ", ".join(f"{name} {taken:.1f}" for name, taken in record.seconds.items())
    table.add_row("seconds", f"{seconds:.1f}", steps)
    out.print(table)


def _advice(record: Record) -> Iterator[str]:
    """What to do about a refresh that was not published."""
    message = record.message or ""
    if record.ending == "refused":
        for item in record.first_quarantined:
            service = printable(item["service_text"] or "(no item printed)")
            yield f"  {item['quarantine_reason']}  {item['source_uri']}, item {item['item_number']}: {service}"
        if record.quarantined:
            yield "Mend or remove these letters, or allow more with IMR_QUARANTINE_TOLERANCE, and refresh again."
    elif "lake/staged" in message:
        yield "Delete the folder lake/staged of the home: the next refresh reads the letters again from lake/letters."
    elif "lake/letters" in message:
        yield "This part holds letters as they were received: put it back from a copy, or land them in a new home."
