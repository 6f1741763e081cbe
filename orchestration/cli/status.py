"""`imr status`: how the last refresh ended, what its audit found, what the publication holds, what is in quarantine."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from orchestration.alerts.tell import look, owed
from orchestration.alerts.trouble import counted
from orchestration.cli.quarantine import all_waiting
from orchestration.cli.terminal import home_of, out, printable, published
from orchestration.home import Home
from orchestration.publication import read_publication
from orchestration.record import Record, last_record, utc_now
from orchestration.settings import Settings, load_settings
from orchestration.targets.standing import load_all

QUARANTINED_SHOWN = 20
_HINT = "; 'imr quarantine list' shows them in their letters"
_COUNTS = """
    select
        (select count(*) from dim_determinations where determination_key != 'unknown') as determinations,
        (select count(*) from fct_decisions) as decisions,
        (select count(*) filter (where is_overturned) from fct_decisions) as overturned,
        (select count(*) from fct_guideline_citations) as citations,
        (select count(*) from quality_quarantined_items) as quarantined
"""


def show_status(home_path: str | None) -> int:
    home = home_of(home_path)
    record = last_record(home) if home.refreshes.exists() else None
    out.print(f"[bold]Home[/]          {escape(str(home.root))}", soft_wrap=True)
    out.print(f"[bold]Last refresh[/]  {_ending(record, home)}", soft_wrap=True)
    _show_alerts(home, load_settings(home=home_path))
    _show_targets(home)
    index = home.data_docs / "index.html"
    if index.exists():
        out.print(f"[bold]Data Docs[/]     {escape(index.as_uri())}", soft_wrap=True)
    if home.report.exists():
        out.print(f"[bold]Report[/]        {escape(home.report.as_uri())}", soft_wrap=True)
    if home.dbt_docs.exists():
        out.print(f"[bold]Models[/]        {escape(home.dbt_docs.as_uri())}", soft_wrap=True)
    publication = read_publication(home)
    if publication is None:
        broken = f"{escape(str(home.published))} cannot be read" if home.published.exists() else "none yet"
        out.print(f"[bold]Publication[/]   {broken}; 'imr refresh' makes one", soft_wrap=True)
        if not home.published.exists() and (more := _refused_too(home, record)):
            out.print(f"[bold]Quarantine[/]    {more}{_HINT}", soft_wrap=True)
        return 0
    age = _age(utc_now() - publication.published_at)
    out.print(f"[bold]Publication[/]   {escape(str(home.published))}", soft_wrap=True)
    out.print(f"              {age} old, by refresh {publication.refresh_id}")
    with published(home) as connection:
        counts = connection.sql(_COUNTS).fetchall()[0]
        letters = connection.sql(
            "select status, count(*) from quality_letters group by status order by status"
        ).fetchall()
        waiting = connection.sql(
            "select reason_code, item_number, service_text, source_uri from quality_quarantined_items order by all"
        ).fetchall()
    out.print(f"[bold]Files[/]         {', '.join(f'{count:,} {status}' for status, count in letters) or 'none'}")
    out.print(
        f"[bold]Holds[/]         {counted(counts[0], 'determination')}, {counted(counts[1], 'decision')} "
        f"({counts[2]:,} overturned), {counted(counts[3], 'citation')}"
    )
    held = ", ".join(filter(None, (counted(counts[4], "item"), _refused_too(home, record))))
    out.print(f"[bold]Quarantine[/]    {held}" + (_HINT if held != "0 items" else ""), soft_wrap=True)
    if waiting:
        table = Table(box=None, header_style="dim", padding=(0, 2, 0, 2))
        for column in ("reason", "item", "service", "letter"):
            table.add_column(column, overflow="fold")
        for reason, number, service, uri in waiting[:QUARANTINED_SHOWN]:
            table.add_row(reason, str(number), escape(printable(service or "")), escape(printable(Path(uri).name)))
        out.print(table)
        if len(waiting) > QUARANTINED_SHOWN:
            out.print(f"  and {len(waiting) - QUARANTINED_SHOWN:,} more in quality_quarantined_items")
    return 0


def _refused_too(home: Home, record: Record | None) -> str:
    """How many items wait in a refresh that was refused, beside those of the publication; '' where there are none."""
    if record is None or record.ending != "refused":
        return ""
    held = all_waiting(home)
    if held.is_partial:
        return ""
    more = sum(not item.is_published for item in held.waiting)
    if not more:
        return ""
    return (
        f"{more:,} more in the refused refresh"
        if home.published.exists()
        else (f"{counted(more, 'item')} in the refused refresh")
    )


def _show_alerts(home: Home, settings: Settings) -> None:
    """Whether the warehouse is stale, and the channels that could not be reached and are still owed a message."""
    for trouble in look(home, settings).troubles:
        if trouble.status == "stale":
            out.print(f"[bold]Freshness[/]     [yellow]{trouble.summary}[/]; 'imr refresh' looks for letters")
    for delivery in owed(home, settings):
        out.print(
            f"[bold]Alerts[/]        [red]{delivery.channel} not told[/] of {escape(printable(delivery.headline))} "
            f"at {delivery.at} UTC: {escape(printable(delivery.reason))}",
            soft_wrap=True,
        )


def _show_targets(home: Home) -> None:
    """What each target holds; one that is behind says why."""
    for known in load_all(home):
        holds = f"{known.rows:,} rows of refresh {known.refresh_id}, since {known.published_at} UTC"
        out.print(
            f"[bold]Target[/]        {known.target}, {escape(printable(known.place))}: "
            + (holds if known.refresh_id else "nothing yet"),
            soft_wrap=True,
        )
        if known.failure:
            words = escape(printable(known.failure, lines=True))
            out.print(f"              [red]behind[/] since {known.failing_since} UTC: {words}", soft_wrap=True)


def _ending(record: Record | None, home: Home) -> str:
    if record is None:
        return "none yet"
    how = {
        "published": "[green]published[/]",
        "nothing_new": "[green]nothing new[/]",
        "refused": f"[yellow]refused by {'a dbt test' if record.is_refused_by_dbt else 'the audit'}[/]",
        "failed": "[red]failed[/]",
        "running": "running now" if home.is_held() else "[red]died before it ended[/]; the next one carries on",
    }[record.ending]
    why = f": {escape(printable(record.message, lines=True))}" if record.message else ""
    if record.ending == "running":
        return f"began at {record.started_at} UTC ({record.refresh_id}), {how}"
    return f"{how} at {record.ended_at or record.started_at} UTC ({record.refresh_id}){why}"


def _age(age: dt.timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"
