"""The list of one kind of record: ids in order, and the rows near the eye."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from colonydesk.domain.days import zone
from colonydesk.qtkit.column_choice import ColumnChoice
from colonydesk.qtkit.parts import calm_table, paint_mark
from colonydesk.qtkit.spare_room import SpareRoom
from colonydesk.qtkit.table import Column, PagedTable
from colonydesk.qtkit.theme import CAPTION, M, font
from colonydesk.queries.records import Row, record_ids, record_rows
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.cells import cell_text
from colonydesk.ui.forms.items import ListColumn, Sheet
from colonydesk.ui.forms.loading import usual_zone

Index = QModelIndex | QPersistentModelIndex


NARROWEST = 56
LEAST = 0.85
"""Of its usual width; with less room than that for all, the last columns go out of sight."""


class _MiddleElided(QStyledItemDelegate):
    """Where there is no room for all of a path, its middle is left out: its end says which file it is."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class RecordsTable(QTableView):
    """The table on the screen. ``picked`` carries the id of the row that is current now, ``entered`` that of
    one that Enter was pressed on; ``left``: Escape; ``counted`` how many there are; ``failed`` an error."""

    picked = Signal(object)
    entered = Signal(object)
    left = Signal()
    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, desk: Desk, sheet: Sheet, where: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._desk = desk
        self._sheet = sheet
        self.where = dict(where or {})
        self._text = ""
        self._order, self._descending = sheet.order, sheet.descending
        self._timezone = ""  # of the lab, once it is known
        self._keep: UUID | None = None
        self._quiet = False
        self.model_ = PagedTable([self._column(column) for column in sheet.columns], self._fetch, self)
        self.model_.sort_asked.connect(self._on_sort)
        self.setModel(self.model_)
        self._dress()
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._on_current)

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setObjectName("records")
        calm_table(self)
        self.setAccessibleName(self._sheet.title)
        self._set_row_height()
        self._desk.source.changed.connect(lambda _theme: self._set_row_height())
        header = self.horizontalHeader()
        # A number stays under its head.
        header.setStretchLastSection(not self._sheet.columns[-1].number)
        header.setMinimumSectionSize(NARROWEST)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._on_header)
        for place, column in enumerate(self._sheet.columns):
            if column.middle:
                self.setItemDelegateForColumn(place, _MiddleElided(self))
        caption, columns = QFontMetrics(font(CAPTION)), self._sheet.columns
        heads = [max(NARROWEST, caption.horizontalAdvance(column.title) + 2 * M) for column in columns]
        self._least = [max(int(one.width * LEAST), head) for one, head in zip(columns, heads, strict=True)]
        self.choice = ColumnChoice(self, [column.title for column in columns], self._least)
        self._spare = SpareRoom(self, self._usual, self._needed)
        self.choice.changed.connect(self._spare.fit)

    def _usual(self, room: int) -> list[int]:
        """Every shown column's part of the room; the last gives up some of its own before a bar is needed."""
        columns = self._sheet.columns
        shown = [place for place, _ in enumerate(columns) if not self.isColumnHidden(place)]
        share = min(1.5, max(LEAST, room / sum(columns[place].width for place in shown)))
        widths = [max(int(one.width * share), least) for one, least in zip(columns, self._least, strict=True)]
        last = shown[-1]
        rest = room - sum(widths[place] for place in shown[:-1])
        widths[last] = max(self._least[last], min(widths[last], rest))
        # What the heads ask for more than their part of the room is taken from all before a bar is needed.
        return widths if sum(widths[place] for place in shown) <= room else self._least

    def _needed(self, index: Index) -> int:
        return self.sizeHintForIndex(index).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_mark(self, self._desk.source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.choice.fit()
        self._spare.fit()

    def _set_row_height(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._desk.source.theme.row - 4)

    def _column(self, column: ListColumn) -> Column:
        codes = dict(column.codes)

        def text(row: Row) -> str:
            info = zone(self._timezone or "UTC")
            value = row.cells[column.path]
            value = codes.get(value, value) if codes else value
            if column.middle and value:
                return str(value)
            today = info.day(self._desk.now())
            return cell_text(value, info.info, today, column.scale, column.decimals)

        return Column(column.title, text, column.number, column.path)

    # What is listed

    def set_text(self, text: str) -> None:
        """List the records that hold these words."""
        if text != self._text:
            self._text = text
            self.reload()

    def set_where(self, where: Mapping[str, Any]) -> None:
        """List the records that are so."""
        self.where = dict(where)
        self.reload()

    def reload(self, keep: UUID | None = None) -> None:
        """Fetch the ids again; the row that is current stays so, or ``keep`` becomes it."""
        self._keep = keep or self.current()
        if not self._timezone:
            member = self._desk.member.id if self._desk.member is not None else None
            self._desk.read(
                ("list zone", id(self)), usual_zone, member, done=self._on_zone, failed=self.failed.emit
            )
        self._desk.read(
            ("ids", id(self)),
            record_ids,
            self._sheet.table,
            self._text,
            self._order,
            self._descending,
            self.where,
            done=self._on_ids,
            failed=self.failed.emit,
        )

    def refresh(self, ids: frozenset[UUID]) -> None:
        """Some records have changed; others may have come or gone."""
        self.model_.invalidate(ids)
        self.reload()

    def ids(self) -> tuple[UUID, ...]:
        """What is listed, in order."""
        return tuple(self.model_.ids())  # type: ignore[arg-type]

    def current(self) -> UUID | None:
        """The record of the current row."""
        index = self.currentIndex()
        found: UUID | None = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return found

    def show_current(self, row_id: UUID | None) -> None:
        """Make this the current row, without telling that it was picked."""
        place = self.model_.row_of(row_id) if row_id is not None else None
        self._quiet = True
        if place is None:
            self.selectionModel().clear()
        else:
            self.selectionModel().setCurrentIndex(
                self.model_.index(place, 0),
                QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
            )
            self.scrollTo(self.model_.index(place, 0))
        self._quiet = False

    def _fetch(self, ids: tuple[Hashable, ...]) -> None:
        columns = [column.path for column in self._sheet.columns]
        self._desk.read(
            ("rows", id(self), ids[:1], len(ids)),
            record_rows,
            self._sheet.table,
            ids,
            columns,
            done=self._on_rows,
            failed=self.failed.emit,
        )

    def _on_rows(self, rows: dict[UUID, Row]) -> None:
        self.model_.put(dict(rows.items()))

    def _on_ids(self, ids: tuple[UUID, ...]) -> None:
        if ids != self.model_.ids():
            at = self.verticalScrollBar().value()
            self._quiet = True
            self.model_.set_ids(ids)
            self._quiet = False
            self.verticalScrollBar().setValue(at)
        else:
            self.model_.retry()
        self.show_current(self._keep)
        self.counted.emit(len(ids))

    def _on_zone(self, timezone: str) -> None:
        self._timezone = timezone
        self.viewport().update()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._quiet and index.isValid():
            self.picked.emit(index.data(Qt.ItemDataRole.UserRole))

    def _on_header(self, section: int) -> None:
        path = self._sheet.columns[section].path
        descending = path == self._order and not self._descending
        self._on_sort(section, descending)

    def _on_sort(self, column: int, descending: bool) -> None:
        self._order, self._descending = self._sheet.columns[column].path, descending
        self.model_.set_arrow(self._order, descending)
        self.choice.keep(column)
        self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (current := self.current()) is not None:
                self.entered.emit(current)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
