"""One kind of record: its list, searched, sorted and exported, and the form of the one that is picked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.list_search import ListSearch
from colonydesk.qtkit.parts import EmptyState, label, on_keys, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm
from colonydesk.ui.forms.items import Sheet, target_of
from colonydesk.ui.records.export import ExportBar
from colonydesk.ui.records.listing import RecordsTable

FORM_WIDTH = 468


class RecordsScreen(QWidget):
    """The records of ``sheet`` that are as ``where`` says; ``preset`` is what a new one begins with.

    ``told`` and ``wanted`` as of a section.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(
        self,
        desk: Desk,
        sheet: Sheet,
        where: Mapping[str, Any] | None = None,
        preset: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self.sheet = sheet
        self._preset = dict(preset or {})
        self._count = 0
        self._listed = False
        self._pending: UUID | None = None
        self._title = label(sheet.title, "title")
        self._number = label(role="secondary")
        self.search = ListSearch()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search {}").format(sheet.title))
        self.search.setClearButtonEnabled(True)
        self.export_button = QPushButton(self.tr("Export"))
        self.new_button = QPushButton(self.tr("New {}").format(sheet.one))
        self.new_button.setToolTip(self.tr("Ctrl+N"))
        self.export = ExportBar(desk, sheet)
        self.table = RecordsTable(desk, sheet, where)
        self.form = RecordForm(desk, sheet)
        self._empty = EmptyState("")
        self._left = QStackedWidget()
        self.beside = surface("panel")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._column = QVBoxLayout()
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self.setFocusProxy(self.search)
        self.table.reload()

    # Layout

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(L, S, L, S)
        top.setSpacing(S)
        top.addWidget(self._title)
        top.addWidget(self._number)
        top.addSpacing(M)
        top.addWidget(self.search, 1)
        top.addSpacing(M)
        top.addWidget(self.export_button)
        top.addWidget(self.new_button)
        self.search.setMaximumWidth(300)
        self.search.setMinimumWidth(90)
        top.insertStretch(4)
        if self.sheet.read_only:
            self.new_button.hide()
        listing = surface("panel")
        self._under = QVBoxLayout(listing)
        self._under.setContentsMargins(0, 0, 0, 0)
        self._under.setSpacing(0)
        self._under.addWidget(self._left, 1)
        self._left.addWidget(self.table)
        self._left.addWidget(self._empty)
        inside = QVBoxLayout(self.beside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.form)
        for widget in (listing, self.beside):
            self.splitter.addWidget(widget)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([620, FORM_WIDTH])
        self.beside.setMinimumWidth(400)
        self.beside.hide()  # nothing is open yet: the list has all the room
        listing.setMinimumWidth(280)
        bar = surface("panel")
        bar.setLayout(top)
        under = surface("panel")
        below = QVBoxLayout(under)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.export)
        screen = self._column
        self.setLayout(screen)
        screen.setContentsMargins(0, 0, 0, 0)
        screen.setSpacing(0)
        screen.addWidget(bar)
        screen.addWidget(under)
        screen.addWidget(rule())
        screen.addWidget(self.splitter, 1)

    def add_under_list(self, widget: QWidget) -> None:
        """Put a widget of the screen's own under the list, beside the form."""
        self._under.addWidget(widget)

    def add_below(self, widget: QWidget) -> None:
        """Put a widget of the screen's own under the list and the form."""
        self._column.addWidget(rule())
        below = surface("panel")
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(widget)
        self._column.addWidget(below)

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda text: self.table.set_text(text.strip()))
        self.search.down.connect(self._into_list)
        self.new_button.clicked.connect(self.begin)
        self.export_button.clicked.connect(lambda: self.export.ask(self.table.ids()))
        self.export.told.connect(self.told)
        self.export.closed.connect(lambda: self.search.setFocus(Qt.FocusReason.OtherFocusReason))
        self.table.picked.connect(self._on_picked)
        self.table.entered.connect(self._on_entered)
        self.table.left.connect(self._on_left)
        self.table.counted.connect(self._on_counted)
        self.table.failed.connect(self._on_failed)
        self.form.filled.connect(self._on_filled)
        self.form.closed.connect(self._on_closed)
        self.form.saved.connect(self._on_saved)
        self.form.deleted.connect(self._on_deleted)
        self.form.told.connect(self.told)
        self.form.wanted.connect(self.wanted)
        self._desk.bus.tell(self, self._on_bus)

    def _add_shortcuts(self) -> None:
        for keys, act in (
            ("Ctrl+N", self.begin),
            ("Ctrl+F", self._focus_search),
            ("Ctrl+E", lambda: self.export.ask(self.table.ids())),
            ("F5", self.table.reload),
        ):
            on_keys(self, keys, act)
        on_keys(self.table, Qt.Key.Key_Delete, self._on_delete_key)
        on_keys(self.table, QKeySequence.StandardKey.Undo, self.form.undo)

    # As a section's part

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; the form says so then."""
        return not self.form.free()

    def open(self, row_id: UUID) -> bool:
        """Show this record, whatever was searched for; False where something typed is not saved."""
        if not self.form.open(row_id):
            return False
        self._pending = row_id
        if self.search.text() and self.table.model_.row_of(row_id) is None:
            self.search.clear()
        self.table.show_current(row_id)
        return True

    def begin(self) -> None:
        """Begin a new record; what is typed and not saved keeps the form, which says so."""
        self.new()

    def new(self, preset: Mapping[str, Any] | None = None) -> bool:
        """Begin a new record."""
        if self.sheet.read_only or not self.form.new({**self._preset, **(preset or {})}):
            return False
        self._pending = None
        self.table.show_current(None)
        return True

    def ask_export(self) -> bool:
        """Ask where what is listed shall be written to."""
        self.export.ask(self.table.ids())
        return True

    def set_where(self, where: Mapping[str, Any], preset: Mapping[str, Any]) -> None:
        """List other records, and begin new ones with something else."""
        self._preset = dict(preset)
        self.table.set_where(where)

    # What happens

    def _on_picked(self, row_id: UUID) -> None:
        self._pending = row_id
        if not self.form.open(row_id):
            self._pending = self.form.id()
            self.table.show_current(self._pending)

    def _on_entered(self, row_id: UUID) -> None:
        if self.form.id() == row_id:
            self.form.view.focus()
        elif self.form.open(row_id):
            self._pending = row_id

    def _on_filled(self) -> None:
        self._show_form()
        if self.form.is_new():
            self.table.show_current(None)

    def _on_closed(self) -> None:
        if self.form.id() is None:
            self._pending = None
            self.beside.setVisible(bool(self.form.strip.text()))
            self.table.show_current(None)
            self.search.setFocus(Qt.FocusReason.OtherFocusReason)  # the list would pick a row by itself
        else:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_deleted(self, _row_id: UUID) -> None:
        self._show_form()  # it says there how to take it back
        self.table.reload()

    def _on_saved(self, row_id: UUID) -> None:
        self._pending = row_id
        self.table.reload(row_id)

    def _on_left(self) -> None:
        """Escape in the list: the form is put away."""
        current = self.table.current()
        if self.form.free():
            self.form.close_record()
            self.table.show_current(current)  # the marker stays where it was, to go on from there
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_form(self) -> None:
        """Beside the list, as wide as it was; the row that is looked at stays in sight."""
        if not self.beside.isHidden():
            return
        self.beside.show()
        if self.splitter.sizes()[1] < self.beside.minimumWidth():
            self.splitter.setSizes([max(0, self.splitter.width() - FORM_WIDTH), FORM_WIDTH])

    def _on_delete_key(self) -> None:
        if self.table.current() is not None and not self.sheet.read_only:
            self.form.ask_delete()

    def _into_list(self) -> None:
        if self.table.ids():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            if self.table.current() is None:
                self.table.selectRow(0)

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_counted(self, count: int) -> None:
        self._count, self._listed = count, True
        self._number.setText(f"{count:,}".replace(",", "\u2009"))
        nothing = count == 0
        self._left.setCurrentWidget(self._empty if nothing else self.table)
        if nothing and self.search.text().strip():
            self._empty.tell(
                self.tr("Nothing fits “{}”.").format(self.search.text().strip()),
                self.tr("Clear the search"),
                self.search.clear,
            )
        elif nothing:
            text = self.sheet.hint or self.tr("There are no {} yet.").format(self.sheet.title.lower())
            may = not self.sheet.read_only
            self._empty.tell(text, self.tr("New {}").format(self.sheet.one) if may else "", self.begin)
        if self._pending is not None:
            self.table.show_current(self._pending)

    def _on_bus(self, changed: dict[str, frozenset[UUID]]) -> None:
        others = changed.keys() & self.sheet.hangs_on  # these alter records that are not named
        if self.sheet.table in changed and not others:
            self.table.refresh(changed[self.sheet.table])
        elif others or changed.keys() & self._shown_tables():
            self.table.reload()
            self.table.model_.invalidate(self.table.ids())

    def _shown_tables(self) -> set[str]:
        """The tables whose records give words to this list."""
        targets = {target_of(self.sheet.table, item) for item in self.sheet.items}
        return (targets | self.sheet.hangs_on) - {""}

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        if self._listed:
            self.told.emit("error", text)
        else:
            self._empty.tell(text, self.tr("Try again"), self.table.reload)
            self._left.setCurrentWidget(self._empty)
