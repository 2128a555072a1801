"""One list with its form beside it: surgeries, injections, sessions, restrictions, other actions, culls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import EmptyState, on_keys, rule, surface
from colonydesk.qtkit.table import Column, PagedTable
from colonydesk.queries.people import LabChoice
from colonydesk.queries.procedures import ProcedureRow, procedure_ids, procedure_rows
from colonydesk.queries.session_tree import SessionTree, session_tree
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.columns import ListKind
from colonydesk.ui.procedures.filters import FilterLine
from colonydesk.ui.procedures.side import Side
from colonydesk.ui.procedures.table import ListView
from colonydesk.ui.records.export import ExportBar
from colonydesk.ui.sheets import SHEETS

REMEMBERED = 2000
"""So many rows are kept in sight while newer ones are on their way."""
# What rows say of other tables: a name that was changed there.
_NAMES = frozenset(
    {
        "lab_member",
        "lab_location",
        "procedure_type",
        "project",
        "lab",
        "water_type",
        "cull_reason",
        "cull_method",
    }
)


class ListPane(QWidget):
    """``told`` and ``wanted`` as of every screen."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, kind: ListKind, *, titled: bool = True) -> None:
        """``titled``: its line says what it is; not where something above says so."""
        super().__init__()
        self._desk = desk
        self.kind = kind
        self._rows: dict[UUID, ProcedureRow] = {}
        self._tree: SessionTree | None = None
        self._order, self._descending = "", True
        self._loaded = False
        self._after_open: UUID | None = None
        self.linked: Callable[[], dict[str, frozenset[UUID]]] = dict
        """What a new record is linked to from the start."""
        columns = [Column(one.title, one.text, one.number, one.key) for one in kind.columns]
        self.model = PagedTable(columns, self._fetch, self)
        self.line = FilterLine(
            desk, kind.title, self.tr("New {}").format(kind.one), has_end=kind.has_end, titled=titled
        )
        self.view = ListView(desk.source, kind.columns, self.model)
        self.view.setAccessibleName(kind.title)
        self.view.choice.set_button(self.line.columns)
        self.view.choice.restore(desk.settings.layout_of(self._columns_name))
        self.empty = EmptyState("")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self.side = Side(desk, kind)
        self.side.hide()
        self.export = ExportBar(desk, SHEETS[kind.table])
        self._lay_out()
        self._connect()
        self._show_sorting()
        self._clock = QTimer(self)  # what is owed of the open restrictions goes on with the day
        self._clock.setInterval(60_000)
        self._clock.timeout.connect(lambda: self.model.invalidate(list(self._rows)))
        if kind.key == "water_restriction":
            self._clock.start()
        self.setFocusProxy(self.view)
        self.reload()

    def _lay_out(self) -> None:
        self._across = QSplitter(Qt.Orientation.Horizontal)
        self._across.setHandleWidth(1)
        self._across.setChildrenCollapsible(False)
        self._across.addWidget(self._stack)
        self._across.addWidget(self.side)
        self._across.setStretchFactor(0, 1)
        self._across.setSizes([640, 400])
        self._desk.place_sash(self._across, self._layout_name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        under = surface("panel")
        below = QVBoxLayout(under)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.export)
        column.addWidget(self.line)
        column.addWidget(under)
        column.addWidget(rule())
        column.addWidget(self._across, 1)

    @property
    def _layout_name(self) -> str:
        return f"procedures {self.kind.key} across"

    @property
    def _columns_name(self) -> str:
        return f"procedures {self.kind.key} columns"

    def _connect(self) -> None:
        self.line.changed.connect(self.reload)
        self.line.new_asked.connect(self.new)
        self.line.down.connect(self._into_list)
        self.line.export_asked.connect(self.ask_export)
        self.export.told.connect(self.told)
        self.export.closed.connect(self._focus_search)
        self.view.opened.connect(self._on_opened)
        self.view.moved.connect(self._on_moved)
        self.view.left.connect(self._on_left)
        self.view.fold_asked.connect(self._fold)
        self.view.sort_asked.connect(self._sort)
        self.side.told.connect(self.told)
        self.side.wanted.connect(self.wanted)
        self.side.closed.connect(self._close_side)
        self.side.saved.connect(self._on_saved)
        self._desk.bus.tell(self, self._on_changed)
        for keys, act in (
            ("Ctrl+N", self.new),
            ("Ctrl+F", self._focus_search),
            ("Ctrl+E", self.ask_export),
            ("F5", self.reload),
        ):
            on_keys(self, keys, act)
        on_keys(self.view, QKeySequence.StandardKey.Undo, self.side.form.undo)

    # The screen's contract

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; the form says so."""
        if not self.side.unsaved():
            return False
        self.side.show()
        return not self.side.form.free()

    def remember_layout(self) -> None:
        self._desk.settings.remember_layout(self._columns_name, self.view.choice.state())
        if not self.side.isHidden():
            self._desk.remember_sash(self._across, self._layout_name)

    def open(self, key: UUID) -> None:
        """Show a record beside the list, whether the filters let it through or not."""
        if self.side.open(key, keys=True):
            self.side.show()
            self.view.show_current(key)
            self._after_open = None if self._loaded else key

    def new(self, preset: Mapping[str, Any] | None = None) -> None:
        """Begin a new record."""
        if self.side.new(preset or {}, self.linked()):
            self.side.show()
            self.view.clearSelection()

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        self.line.lab.set_labs(labs)

    # The list

    def reload(self) -> None:
        """Ask for the list again; what is shown stays until it is there."""
        if not self._loaded:
            self.empty.tell(self.tr("Loading…"))
            self._stack.setCurrentWidget(self.empty)
        self.line.set_count(self.tr("loading…"))
        filters = self.line.filters()
        key = ("procedures ids", id(self))
        if self.kind.is_tree:
            self._desk.read(
                key,
                session_tree,
                self.kind.key,
                filters,
                self._order,
                self._descending,
                done=self._on_tree,
                failed=self._on_failed,
            )
        else:
            self._desk.read(
                key,
                procedure_ids,
                self.kind.key,
                filters,
                self._order,
                self._descending,
                self._desk.now(),
                done=self._on_ids,
                failed=self._on_failed,
            )

    def _on_tree(self, tree: SessionTree) -> None:
        self._tree = tree
        self.view.depth, self.view.children = tree.depth, tree.children
        self._show_ids(tree.without_below(self.view.folded), len(tree.ids))

    def _on_ids(self, ids: Sequence[UUID]) -> None:
        self._show_ids(ids, len(ids))

    def _show_ids(self, ids: Sequence[UUID], count: int) -> None:
        self._loaded = True
        self.line.set_count(f"{count:,}")
        if ids != self.model.ids():
            self._put_ids(ids)
        else:
            self.model.invalidate(list(self._rows))
            self.model.retry()
        if ids:
            self._stack.setCurrentWidget(self.view)
        else:
            self._tell_empty()
        if self._after_open is not None:
            self.view.show_current(self._after_open)
            self._after_open = None

    def _put_ids(self, ids: Sequence[UUID]) -> None:
        """Other ids: the rows that are known stay in sight, the marker on its record."""
        here, column = self.view.current_id(), max(0, self.view.currentIndex().column())
        top, left = self.view.verticalScrollBar().value(), self.view.horizontalScrollBar().value()
        self.model.set_ids(ids)
        held = {key: row for key, row in self._rows.items() if self.model.row_of(key) is not None}
        if held and len(held) == len(ids):
            self.model.put(dict(held))
            self.model.invalidate(list(held))
        self._rows = dict(held)
        place = self.model.row_of(here) if here is not None else None
        if place is not None:
            self.view.blockSignals(True)
            self.view.setCurrentIndex(self.model.index(place, column))
            self.view.blockSignals(False)
        self.view.verticalScrollBar().setValue(top)
        self.view.horizontalScrollBar().setValue(left)

    def _tell_empty(self) -> None:
        if self.line.any_filter():
            text = self.tr("Nothing fits the search and the filters.")
            self.empty.tell(text, self.tr("Take the filters away"), self.line.clear)
        else:
            new = self.tr("New {}").format(self.kind.one)
            self.empty.tell(self.kind.nothing, new, self.new)
        self._stack.setCurrentWidget(self.empty)

    def _fetch(self, ids: tuple[Hashable, ...]) -> None:
        self._desk.read(
            ("procedures rows", id(self), ids),
            procedure_rows,
            self.kind.key,
            ids,
            self._desk.now(),
            done=self._on_rows,
            failed=self._on_failed,
        )

    def _on_rows(self, rows: dict[UUID, ProcedureRow]) -> None:
        if len(self._rows) > REMEMBERED:
            self._rows.clear()
        self._rows |= rows
        self.model.put(dict(rows))

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        self.line.set_count("")
        text = error.sentence
        if self._loaded:
            self.told.emit("error", text)
        else:
            self.empty.tell(text, self.tr("Try again"), self.reload)
            self._stack.setCurrentWidget(self.empty)

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if self.kind.table in changed or "imported" in changed or _NAMES & changed.keys():
            self.reload()
            return
        subjects = changed.get("subject")
        if subjects is not None:
            of = set(subjects)
            self.model.invalidate([key for key, row in self._rows.items() if not of or row.subject_id in of])

    # Sorting and folding

    def _sort(self, column: int, descending: bool) -> None:
        self._order, self._descending = self.kind.columns[column].key, descending
        self.view.show_sorting(column, descending)
        self.reload()

    def _show_sorting(self) -> None:
        """The list begins with the latest."""
        keys = [column.key for column in self.kind.columns]
        self._order = "date" if "date" in keys else "start_time"
        self.view.show_sorting(keys.index(self._order), True)

    def _fold(self, key: UUID, up: bool) -> None:
        if self._tree is not None:
            (self.view.folded.add if up else self.view.folded.discard)(key)
            self._put_ids(self._tree.without_below(self.view.folded))

    def _into_list(self) -> None:
        if self.model.rowCount():
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index(0, 0))
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_export(self) -> None:
        """Ask where what is listed shall be written to."""
        ids = self._tree.ids if self._tree is not None else self.model.ids()
        self.export.ask(tuple(ids))  # type: ignore[arg-type]

    def _focus_search(self) -> None:
        self.line.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.search.selectAll()

    # The form

    def _on_opened(self, key: UUID) -> None:
        self.side.show()
        self.side.open(key, keys=True)

    def _on_moved(self, key: UUID) -> None:
        """While the form is open it follows the marker, but not away from something typed."""
        if not self.side.isHidden() and not self.side.unsaved():
            self.side.open(key)

    def _on_left(self) -> None:
        if not self.side.isHidden() and not self.side.unsaved():
            self._close_side()

    def _close_side(self) -> None:
        self.side.hide()
        (self.view if self.model.rowCount() else self.line.search).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, key: UUID) -> None:
        self._after_open = key
        self.reload()
