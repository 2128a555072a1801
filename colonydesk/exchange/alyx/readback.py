"""Reading written rows back, to see that the database holds what was in the file."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table

from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import comparable, is_structured

_MASK = (1 << 64) - 1


class ReadBack:
    """A sum over the rows that have ``created_at``, once as they were given and once as they are read.

    The sum does not hang on the order of the rows, and needs none of them in memory.
    """

    def __init__(self, storage: Storage, table: Table, columns: Sequence[str], created_at: Any) -> None:
        self._storage = storage
        self._table = table
        self._columns = columns
        self._structured = [index for index, name in enumerate(columns) if is_structured(table.c[name])]
        self._created_at = created_at
        self._expected = self._stored()

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Tell of rows that were written, as they are kept."""
        self._expected += sum(map(self._mark, rows))

    def agrees(self) -> bool:
        """Whether the database holds just what was told."""
        return self._stored() & _MASK == self._expected & _MASK

    def _stored(self) -> int:
        rows = self._storage.stream(self._table, self._columns, "created_at", self._created_at)
        return sum(self._mark(tuple(row)) for row in rows)

    def _mark(self, row: tuple[Any, ...]) -> int:
        for index in self._structured:
            if row[index] is not None:
                # The database may write JSON in other words.
                row = (*row[:index], comparable(json.loads(row[index])), *row[index + 1 :])
        return hash(row)
