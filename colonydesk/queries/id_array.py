"""Ids of a hundred thousand rows in sixteen bytes each, fetched as one value and reordered by numpy.

A database puts them together in one statement, during which Python's other threads go on: rows fetched one by
one would keep the window from answering.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, overload
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, LargeBinary, Select, func, literal_column, select

from colonydesk.db.plain import Floats
from colonydesk.db.raw import raw_id

_WIDTH = 16
Halves = npt.NDArray[np.uint64]
"""Two numbers an id: its first and its second eight bytes."""


class IdArray(Sequence[UUID]):
    """An unchangeable sequence of ids, equal to another of the same in this order; a slice is a tuple."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes = b"") -> None:
        """``data``: the ids' bytes, one after another."""
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // _WIDTH

    @overload
    def __getitem__(self, place: int) -> UUID: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[UUID, ...]: ...
    def __getitem__(self, place: int | slice) -> UUID | tuple[UUID, ...]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(place)
        return UUID(bytes=self._data[place * _WIDTH : (place + 1) * _WIDTH])

    def __iter__(self) -> Iterator[UUID]:
        return (self[place] for place in range(len(self)))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, UUID) and self.place(key) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdArray) and self._data == other._data

    def __hash__(self) -> int:
        return hash(self._data)

    def place(self, key: UUID) -> int | None:
        """Where ``key`` stands, None where it does not; some tenths of a ms at a hundred thousand."""
        found = self._data.find(key.bytes)
        while found >= 0 and found % _WIDTH:
            found = self._data.find(key.bytes, found + 1)
        return found // _WIDTH if found >= 0 else None

    def halves(self) -> Halves:
        """The ids as numbers, shape (n, 2)."""
        return np.frombuffer(self._data, dtype=">u8").reshape(-1, 2).astype(np.uint64)

    def take(self, places: npt.NDArray[np.intp]) -> IdArray:
        """The ids at these places, in this order."""
        rows = np.frombuffer(self._data, dtype=np.uint8).reshape(-1, _WIDTH)
        return IdArray(rows[places].tobytes())


def halves_of(ids: Sequence[UUID]) -> Halves:
    """Ids as numbers, shape (n, 2)."""
    return IdArray(b"".join(one.bytes for one in ids)).halves()


def fetch_ids(connection: Connection, statement: Select[Any], order: Sequence[Any]) -> IdArray:
    """The first column of ``statement``, an id, ordered by ``order``: one statement, one value."""
    [of] = statement.selected_columns
    if connection.dialect.name == "sqlite":
        # SQLite keeps the order of a subquery whose texts are put together (SF_OrderByReqd).
        inner = statement.with_only_columns(raw_id(of).label("id")).order_by(*order).subquery()
        text: str | None = connection.execute(select(func.group_concat(inner.c.id, ""))).scalar()
        return IdArray(bytes.fromhex(text or ""))
    from sqlalchemy.dialects.postgresql import aggregate_order_by

    bytes_ = func.uuid_send(of, type_=LargeBinary())
    nothing: Any = literal_column("''::bytea")
    all_ = func.string_agg(bytes_, aggregate_order_by(nothing, *order), type_=LargeBinary())
    found: bytes | None = connection.execute(statement.with_only_columns(all_)).scalar()
    return IdArray(bytes(found or b""))


def places_of(ids: IdArray, keys: Halves) -> npt.NDArray[np.intp]:
    """Where each key stands in ``ids``; -1 for one that does not."""
    if not len(ids) or not len(keys):
        return np.full(len(keys), -1, dtype=np.intp)
    known = ids.halves()
    order = np.argsort(known[:, 0], kind="stable")
    places = order[np.minimum(np.searchsorted(known[order, 0], keys[:, 0]), len(ids) - 1)]
    # Two ids with the same first half would be a wonder; they are told apart all the same.
    right = (known[places] == keys).all(axis=1)
    found = np.where(right, places, -1)
    for wrong in np.flatnonzero(~right & (known[places, 0] == keys[:, 0])):
        fitting = np.flatnonzero((known == keys[wrong]).all(axis=1))
        found[wrong] = fitting[0] if len(fitting) else -1
    return found


def by_value(ids: IdArray, places: npt.NDArray[np.intp], values: Floats, descending: bool) -> IdArray:
    """The ids with a value first, ordered by it; those without after them; else in the order they are in.

    ``values`` belong to ``places`` in ``ids``; places of -1 and NaN are passed over.
    """
    of_all = np.full(len(ids), np.nan)
    known = places >= 0
    of_all[places[known]] = values[known]
    # NaN sorts last, whatever the direction.
    return ids.take(np.argsort(-of_all if descending else of_all, kind="stable"))
