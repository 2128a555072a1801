"""Reports as the tests ask for them, and read them."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from colonydesk.db.engine import Database
from colonydesk.queries.reports import Report, report
from tests.queries.colony import NOW, Colony

# In London NOW is Monday 31 March, half past midnight.
TODAY = date(2025, 3, 31)
YESTERDAY = TODAY - timedelta(days=1)


def made(db: Database, name: str, *days: date, now: datetime = NOW, **scope: Any) -> Report:
    with db.read() as connection:
        return report(connection, name, now, *days, **scope)


def table(found: Report, *keys: str) -> list[tuple[Any, ...]]:
    """These columns of a report, counts as numbers."""
    places = [next(p for p, one in enumerate(found.columns) if one.key == key) for key in keys]
    counts = {p for p, one in enumerate(found.columns) if one.kind == "count"}
    return [tuple(len(row.cells[p]) if p in counts else row.cells[p] for p in places) for row in found.rows]


def names(found: Report) -> list[str]:
    return [name for (name,) in table(found, "nickname")]


def by_reference(colony: Colony, **values: Any) -> UUID:
    """A lab in London that goes by the reference weight alone, at 80 %."""
    return colony.lab(**{"reference_weight_pct": 0.8, "zscore_weight_pct": 0.0, **values})
