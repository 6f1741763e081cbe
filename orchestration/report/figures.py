"""The figures of a publication that its page shows: small tables, each a list of rows by column name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one publication. No letter's text is among them."""

    refresh_id: str
    published_at: dt.datetime
    """UTC."""
    totals: dict[str, Row]
    """By period: letters, decisions and overturn rate. Empty where nothing was decided."""
    datasets: dict[str, list[Row]]
    """What charts show, by name; rows have `period` and `choice`."""
    completeness: list[Row]
    checks: list[Row]
    """Promises of the refresh that published, those not kept first."""

    def rows(self, dataset: str, period: str, choice: str = "all") -> list[Row]:
        return [row for row in self.datasets[dataset] if row["period"] == period and row["choice"] == choice]

    @property
    def years(self) -> list[str]:
        return sorted(period for period in self.totals if period.isdigit())
