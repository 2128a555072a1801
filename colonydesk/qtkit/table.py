"""A table of any size: an array of ids, and the rows of the pages that were looked at.

The scroll bar is exact because every id is known; nothing but the rows near the eye is ever fetched. Sorting
and filtering are done where the ids come from, never here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

PAGE = 64
"""Rows fetched together."""
PAGES_KEPT = 128
"""Pages held; the least recently looked at is forgotten first."""
MISSING = "…"

ID_ROLE = Qt.ItemDataRole.UserRole
ROW_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, how a row's cell reads, and whether it is numbers (aligned to the right).

    ``key`` names it where columns are chosen and sorted by, ``width`` is in pixels. ``state`` gives one of
    ``theme.STATES`` to be painted as shape and colour, "" for none; ``tip`` a longer text. ``strong`` is what
    a row is called by.
    """

    title: str
    text: Callable[[Any], str]
    number: bool = False
    key: str = ""
    width: int = 100
    state: Callable[[Any], str] | None = None
    tip: Callable[[Any], str] | None = None
    strong: bool = False


class PagedTable(QAbstractTableModel):
    """Ids from outside, rows fetched page by page through ``fetch``; ``data`` itself never asks a database.

    ``fetch(ids)`` is called from the event loop, once for each page that was looked at and is not there; it
    starts a read and answers, soon or late, with ``put``. Where the read fails, the page stays "…" and is
    not asked for again before ``retry``. ``sort_asked`` carries (column, descending).
    The row's id is under ``ID_ROLE``, the row itself under ``ROW_ROLE`` (None while missing).
    Ids with a method ``place(key)`` (their place or None) are looked up by it; of others a table is made.
    """

    sort_asked = Signal(int, bool)

    def __init__(
        self, columns: Sequence[Column], fetch: Callable[[tuple[Hashable, ...]], None], parent: Any = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._fetch = fetch
        self._ids: Sequence[Hashable] = ()
        self._places: dict[Hashable, int] | None = None
        self._near: dict[Hashable, int] = {}
        self._pages: OrderedDict[int, dict[int, Any]] = OrderedDict()
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        self._arrow = "", ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def set_ids(self, ids: Sequence[Hashable], rows: Mapping[Hashable, Any] | None = None) -> None:
        """Show these ids, in this order (another filter, another sort order); all rows are fetched anew.

        ``rows`` are those of the first ids, where they have come together with them.
        """
        self.beginResetModel()
        self._ids = ids
        self._places = None
        self._forget()
        for place, key in enumerate(ids[: len(rows)] if rows else ()):
            self._near[key] = place
            if rows and key in rows:
                self._pages.setdefault(place // PAGE, {})[place] = rows[key]
        self._asked.update(page for page in self._pages if self._is_whole(page))
        self.endResetModel()

    def columns(self) -> tuple[Column, ...]:
        """The columns being shown, in order."""
        return self._columns

    def set_arrow(self, key: str, descending: bool) -> None:
        """Show in the header by which column the ids are sorted."""
        self._arrow = key, "▾" if descending else "▴"
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def ids(self) -> Sequence[Hashable]:
        """The ids being shown, in order."""
        return self._ids

    def row_of(self, key: Hashable) -> int | None:
        """Where ``key`` stands, None where it does not."""
        if key in self._near:
            return self._near[key]
        place: Callable[[Hashable], int | None] | None = getattr(self._ids, "place", None)
        if place is not None:
            return place(key)
        if self._places is None:
            self._places = {known: place for place, known in enumerate(self._ids)}
        return self._places.get(key)

    def put(self, rows: Mapping[Hashable, Any]) -> None:
        """The answer to ``fetch``: rows by id. An id that is not shown any more is passed over."""
        touched: set[int] = set()
        for key, row in rows.items():
            place = self.row_of(key)
            if place is None:
                continue
            page = place // PAGE
            self._pages.setdefault(page, {})[place] = row
            touched.add(page)
        while len(self._pages) > PAGES_KEPT:
            forgotten, _ = self._pages.popitem(last=False)
            self._asked.discard(forgotten)
            for key in self._ids[forgotten * PAGE : (forgotten + 1) * PAGE]:
                self._near.pop(key, None)
        for page in touched:
            self._changed(page * PAGE, min((page + 1) * PAGE, len(self._ids)) - 1)

    def invalidate(self, keys: Iterable[Hashable] | None = None) -> None:
        """Fetch the rows of ``keys`` again where they are held; until then the old ones stay in sight.

        Without ``keys``: all rows that are held.
        """
        held = []
        for key in list(self._near) if keys is None else keys:
            place = self._near.get(key) if keys is None else self.row_of(key)
            if place is not None and place in self._pages.get(place // PAGE, ()):
                held.append(key)
        for start in range(0, len(held), PAGE):
            self._fetch(tuple(held[start : start + PAGE]))

    def retry(self) -> None:
        """Ask again for what has not come (the connection is back)."""
        self._asked = {page for page in self._asked if self._is_whole(page)}
        if self._ids:
            self._changed(0, len(self._ids) - 1)

    def _is_whole(self, page: int) -> bool:
        return len(self._pages.get(page, ())) == min(PAGE, len(self._ids) - page * PAGE)

    def _forget(self) -> None:
        self._pages.clear()
        self._asked.clear()
        self._wanted.clear()
        self._near.clear()

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def row(self, place: int) -> Any:
        """What is held of a row; None where it has not come yet, and then it is asked for."""
        page = place // PAGE
        rows = self._pages.get(page)
        if rows is not None and place in rows:
            self._pages.move_to_end(page)
            return rows[place]
        if page not in self._asked:
            self._asked.add(page)
            self._wanted.append(page)
            self._timer.start(0)
        return None

    def look_at(self, places: Iterable[int]) -> bool:
        """Ask for the pages of these rows now, before painting misses them; False where all are there."""
        for place in places:
            self.row(place)
        if not self._wanted:
            return False
        self._timer.stop()
        self._ask()
        return True

    def holds(self, place: int) -> bool:
        """Whether a row has come."""
        return place in self._pages.get(place // PAGE, ())

    def _ask(self) -> None:
        """Ask for the pages that were missed; the last one looked at comes first."""
        wanted, self._wanted = self._wanted, []
        for page in reversed(wanted):
            keys = tuple(self._ids[page * PAGE : (page + 1) * PAGE])
            # Their places are known without a search when the answer comes.
            self._near.update({key: page * PAGE + nth for nth, key in enumerate(keys)})
            self._fetch(keys)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(index.row())
            return MISSING if row is None else column.text(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == ID_ROLE:
            return self._ids[index.row()]
        if role == ROW_ROLE:
            return self.row(index.row())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(self.row(index.row()), column, role)
        return None

    def _spoken(self, row: Any, column: Column, role: int) -> str | None:
        """The longer text; for a screen reader the column's name and the state in words beside it."""
        if row is None:
            return None
        tip = column.tip(row) if column.tip is not None else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip or None
        return f"{column.title}: {', '.join(part for part in (column.text(row), tip) if part)}"

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            column, (key, arrow) = self._columns[section], self._arrow
            return f"{column.title} {arrow}" if key and key == column.key else column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self._columns):
            self.sort_asked.emit(column, order == Qt.SortOrder.DescendingOrder)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._columns[column].number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
