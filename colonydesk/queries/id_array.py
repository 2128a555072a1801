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
Texts = npt.NDArray[np.bytes_]
_MOST = 400
_APART = 31  # the character that separates units, of which no name is made


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
    return _fetch(connection, statement, order)[0]


def fetch_texts(
    connection: Connection, statement: Select[Any], *texts: Any
) -> tuple[IdArray, tuple[Texts, ...]]:
    """The ids in no order, and texts of each row in UTF-8, each shape (n,); what is None is an empty one.

    One statement. Of a long text the first ``_MOST`` bytes.
    """
    mark = _mark(connection.dialect.name)
    plain = [func.coalesce(text, "").concat(mark) for text in texts]
    ids, joined = _fetch(connection, statement, (), *plain)
    return ids, tuple(_texts(one) for one in joined)


def fetch_references(
    connection: Connection, statement: Select[Any], text: Any, reference: Any
) -> tuple[IdArray, Texts, IdArray]:
    """The ids in no order, a text of each row that is never None, and the id it refers to, zeros for none."""
    sqlite, mark = connection.dialect.name == "sqlite", _mark(connection.dialect.name)
    digits = raw_id(reference) if sqlite else func.replace(raw_id(reference), "-", "")
    plain = text.concat(mark)
    ids, joined = _fetch(connection, statement, (), plain, func.coalesce(digits, "0" * 32))
    return ids, _texts(joined[0]), IdArray(bytes.fromhex(joined[1]))


def free_text(dialect: str, text: Any) -> Any:
    """A text that a person typed, in small letters and without what the texts are told apart by."""
    return func.replace(func.lower(text), _mark(dialect), " ")


def _mark(dialect: str) -> Any:
    return func.char(_APART) if dialect == "sqlite" else func.chr(_APART)


def _fetch(
    connection: Connection, statement: Select[Any], order: Sequence[Any], *beside: Any
) -> tuple[IdArray, list[str]]:
    """The ids, and the texts of each column beside them one after another."""
    [of] = statement.selected_columns
    sqlite = connection.dialect.name == "sqlite"
    named = [(raw_id(of) if sqlite else of).label("id")]
    named += [one.label(f"beside{place}") for place, one in enumerate(beside)]
    # Both engines keep the order of a subquery whose values are put together.
    inner = statement.with_only_columns(*named).order_by(*order).subquery()
    of, *others = inner.c
    if sqlite:
        joined: Any = func.group_concat(of, "")
    else:
        joined = func.string_agg(func.uuid_send(of), literal_column("''::bytea"), type_=LargeBinary())
    together = func.group_concat if sqlite else func.string_agg
    data, *texts = connection.execute(select(joined, *(together(one, "") for one in others))).one()
    ids = bytes.fromhex(data or "") if sqlite else bytes(data or b"")
    return IdArray(ids), [text or "" for text in texts]


def order_of(texts: Texts, ids: IdArray, *, descending: bool = False) -> npt.NDArray[np.intp]:
    """The places of the rows by text, the same ones by id, which always goes upwards."""
    words = _words(texts)
    keys = [~word if descending else word for word in words]
    order = np.lexsort(keys[::-1])
    twice = np.ones(max(0, len(order) - 1), dtype=bool)
    for word in words:
        twice &= np.diff(word[order]) == 0
    if not twice.any():
        return order
    first, second = ids.halves().T
    return np.lexsort([second, first, *keys[::-1]])


def _words(texts: Texts) -> list[npt.NDArray[np.uint64]]:
    """Texts as numbers of eight bytes each, the first ones first: numpy compares texts ten times slower."""
    width = texts.dtype.itemsize
    padded = np.zeros((len(texts), -(-width // 8) * 8), dtype=np.uint8)
    padded[:, :width] = texts.view(np.uint8).reshape(-1, width)
    return list(np.ascontiguousarray(padded.view(">u8").T).astype(np.uint64))


def _texts(joined: str) -> Texts:
    data = np.frombuffer(joined.encode(), dtype=np.uint8)
    ends = np.flatnonzero(data == _APART)
    begins = np.concatenate((np.zeros(1, dtype=np.intp), ends[:-1] + 1))[: len(ends)]
    lengths = np.minimum(ends - begins, _MOST)
    width = max(1, int(lengths.max(initial=0)))
    filled = np.zeros((len(ends), width), dtype=np.uint8)
    for place in range(width):
        there = np.flatnonzero(lengths > place)
        filled[there, place] = data[begins[there] + place]
    return filled.view(f"S{width}").ravel()


def ranks_of(texts: Texts) -> Floats:
    """Each text's place among all that there are, the same for the same ones; NaN for the empty one."""
    ranks = np.zeros(len(texts), dtype=np.int64)
    for word in _words(texts):
        _, finer = np.unique(word, return_inverse=True)
        _, ranks = np.unique(ranks * (len(texts) + 1) + finer, return_inverse=True)
    return np.where(texts == b"", np.nan, ranks)


def places_of(ids: IdArray, keys: Halves) -> npt.NDArray[np.intp]:
    """Where each key stands in ``ids``; -1 for one that does not."""
    if not len(ids) or not len(keys):
        return np.full(len(keys), -1, dtype=np.intp)
    known = ids.halves()
    order, asked = np.argsort(known[:, 0]), np.argsort(keys[:, 0])
    places = np.empty(len(keys), dtype=np.intp)
    # In their order, the search goes through memory from one end to the other.
    near = np.searchsorted(known[order, 0], keys[asked, 0])
    places[asked] = order[np.minimum(near, len(ids) - 1)]
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
    return ids.take(order_by(of_all, descending))


def order_by(values: Floats, descending: bool) -> npt.NDArray[np.intp]:
    """The places by value, the same ones as they are; NaN last, whatever the direction."""
    return np.argsort(-values if descending else values, kind="stable")
