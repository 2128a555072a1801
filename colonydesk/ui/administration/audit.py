"""The audit trail: who changed what, when, where and from what to what; narrowed, never changed."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.form_words import read_day
from colonydesk.qtkit.parts import EmptyState, calm_table, label, paint_mark, rule, surface
from colonydesk.qtkit.spare_room import SpareRoom
from colonydesk.qtkit.table import Column, PagedTable
from colonydesk.qtkit.theme import L, S, ThemeSource
from colonydesk.queries.audit import AuditLine, Changed, audit_lines, audit_numbers
from colonydesk.queries.people import Member, active_members
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.cells import cell_text
from colonydesk.ui.forms.loading import usual_zone
from colonydesk.ui.sheets import SHEETS

WIDTHS = (120, 100, 90, 190, 420)


class AuditScreen(QWidget):
    """``told`` and ``wanted`` as of a section: Enter on a line opens its record."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._timezone = "UTC"
        self.table_box, self.member_box = QComboBox(), QComboBox()
        self.day = CaretLine()
        self._count = label(role="secondary")
        self.model_ = PagedTable(self._columns(), self._fetch, self)
        self.view = _View(desk.source, self.model_)
        self._nothing = EmptyState(self.tr("Nothing was changed so."))
        self._fill_boxes()
        self._lay_out()
        self.table_box.activated.connect(lambda _place: self.reload())
        self.member_box.activated.connect(lambda _place: self.reload())
        self.day.editingFinished.connect(self.reload)
        self.view.entered.connect(self._on_entered)
        desk.bus.tell(self, self._on_changed)
        self.setFocusProxy(self.table_box)
        self._read_lists()
        self.reload()

    def _read_lists(self) -> None:
        read, me = self._desk.read, self._desk.member.id if self._desk.member is not None else None
        read(("audit zone", id(self)), usual_zone, me, done=self._on_zone, failed=self._on_failed)
        read(("audit members", id(self)), active_members, done=self._on_members, failed=self._on_failed)

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if {"lab", "lab_member"} & changed.keys():
            self._read_lists()
        self.reload()

    def _columns(self) -> list[Column]:
        return [
            Column(self.tr("When"), self._when),
            Column(self.tr("Who"), lambda line: line.user or "-"),
            Column(self.tr("Did"), self._did),
            Column(self.tr("Record"), lambda line: f"{line.kind} {line.called}".strip()),
            Column(self.tr("What"), self._what),
        ]

    def _fill_boxes(self) -> None:
        self.table_box.addItem(self.tr("All records"), "")
        for table, sheet in sorted(SHEETS.items(), key=lambda one: one[1].title):
            self.table_box.addItem(sheet.title, table)
        self.member_box.addItem(self.tr("All members"), None)
        self.table_box.setAccessibleName(self.tr("Kind of record"))
        self.member_box.setAccessibleName(self.tr("Member"))
        self.day.setAccessibleName(self.tr("Day"))
        self.day.setPlaceholderText(self.tr("day: today, 23 Nov"))
        self.day.setFixedWidth(150)
        self.day.setClearButtonEnabled(True)

    def _lay_out(self) -> None:
        top = surface("panel")
        row = QHBoxLayout(top)
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(S)
        row.addWidget(label(self.tr("Audit trail"), "title"))
        row.addWidget(self._count)
        row.addStretch(1)
        for widget in (self.table_box, self.member_box, self.day):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self.view, 1)
        column.addWidget(self._nothing, 1)
        self._nothing.hide()

    # What is listed

    def reload(self) -> None:
        """List what fits the boxes."""
        since = until = None
        if (day := self._day()) is not None:
            bounds = zone(self._timezone)
            since, until = bounds.bounds(day)[0], bounds.bounds(day + timedelta(days=1))[0]
        self._desk.read(
            ("audit", id(self)),
            audit_numbers,
            self.table_box.currentData(),
            self.member_box.currentData(),
            since,
            until,
            done=self._on_numbers,
            failed=self._on_failed,
        )

    def _day(self) -> date | None:
        text = self.day.text().strip()
        if not text:
            return None
        try:
            return read_day(text, zone(self._timezone).day(self._desk.now()))
        except KnownError as error:
            self.told.emit("warning", str(error))
            return None

    def _fetch(self, numbers: tuple[Hashable, ...]) -> None:
        self._desk.read(
            ("audit lines", id(self), numbers[:1]),
            audit_lines,
            numbers,
            done=lambda found: self.model_.put(dict(found.items())),
            failed=self._on_failed,
        )

    def _on_numbers(self, numbers: tuple[int, ...]) -> None:
        if numbers != self.model_.ids():
            self.model_.set_ids(numbers)
        else:
            self.model_.retry()
        self._count.setText(f"{len(numbers):,}".replace(",", "\u2009"))
        self.view.setVisible(bool(numbers))
        self._nothing.setVisible(not numbers)

    def _on_zone(self, timezone: str) -> None:
        self._timezone = timezone

    def _on_members(self, members: tuple[Member, ...]) -> None:
        chosen = self.member_box.currentData()
        while self.member_box.count() > 1:
            self.member_box.removeItem(1)
        for member in members:
            self.member_box.addItem(member.username, member.id)
        self.member_box.setCurrentIndex(max(0, self.member_box.findData(chosen)))

    def _on_entered(self, line: AuditLine | None) -> None:
        if line is not None and line.table in SHEETS and line.action != "delete":
            self.wanted.emit(line.table, line.row_id)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", str(error))

    # In words

    def _when(self, line: AuditLine) -> str:
        lab = zone(self._timezone)
        return cell_text(line.at, lab.info, lab.day(self._desk.now()))

    def _did(self, line: AuditLine) -> str:
        return {
            "insert": self.tr("added"),
            "update": self.tr("changed"),
            "delete": self.tr("deleted"),
            "link": self.tr("added to"),
            "unlink": self.tr("took out of"),
        }.get(line.action, line.action.replace("_", " ").replace(".", " "))

    def _what(self, line: AuditLine) -> str:
        both = line.action == "update"
        return "; ".join(self._change(change, both=both) for change in line.changes)

    def _change(self, change: Changed, *, both: bool) -> str:
        if change.before is None and change.after is None:
            return change.word
        lab = zone(self._timezone)
        before, after = (cell_text(value, lab.info, None) for value in (change.before, change.after))
        if both:
            return f"{change.word} {before} → {after}"
        return f"{change.word} {after if change.after is not None else before}"


class _View(QTableView):
    """``entered`` carries the line that Enter or a double click was given on."""

    entered = Signal(object)

    def __init__(self, source: ThemeSource, model: PagedTable) -> None:
        super().__init__()
        self._source = source
        self.setModel(model)
        self.setObjectName("records")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        calm_table(self)
        self.verticalHeader().setDefaultSectionSize(30)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._spare = SpareRoom(self, lambda _room: WIDTHS, self._needed)
        self.doubleClicked.connect(lambda index: self._enter())

    def _needed(self, index: QModelIndex) -> int:
        return self.sizeHintForIndex(index).width()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_mark(self, self._source)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spare.fit()

    def _enter(self) -> None:
        self.entered.emit(self.currentIndex().data(Qt.ItemDataRole.UserRole + 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            super().keyPressEvent(event)
