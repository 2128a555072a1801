"""Counting the rows of a run in the database, whatever others write to it meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from colonydesk.exchange.alyx.models import IMPORTED, Link, Model
from colonydesk.exchange.alyx.report import Check


class Counting:
    """The rows that were created at ``now`` in the tables of these models, counted before and after.

    A row of a many-to-many table has no time of its own: that of the record it belongs to counts.
    """

    def __init__(self, connection: Connection, models: Sequence[Model], now: datetime) -> None:
        self._connection = connection
        tables = {model.table for model in models} | {IMPORTED}
        self._counts = {table: _created_at(table, now) for table in tables}
        for model in models:
            self._counts |= {link.table: _linked(link, model, now) for link in model.links}
        self._before = {table: self._count(table) for table in self._counts}

    def empty_tables(self) -> set[Table]:
        """Those in which there is nothing at all now."""
        return {
            table
            for table in self._counts
            if self._connection.execute(select(1).select_from(table).limit(1)).first() is None
        }

    def compare(self, written: dict[Table, int], check: Check) -> None:
        """Enter into ``check`` how many rows were written, and how many are found."""
        for table in sorted(self._counts, key=lambda table: table.name):
            found = self._count(table) - self._before[table]
            check.tables[table.name] = written.get(table, 0), found

    def _count(self, table: Table) -> int:
        return int(self._connection.execute(self._counts[table]).scalar_one())


def _created_at(table: Table, now: datetime) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.created_at == now)


def _linked(link: Link, owner: Model, now: datetime) -> Select[Any]:
    joined = link.table.join(owner.table, link.table.c[link.left] == owner.table.c.id)
    return select(func.count()).select_from(joined).where(owner.table.c.created_at == now)
