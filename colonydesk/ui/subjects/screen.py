"""The Subjects screen: the table of all animals; beside it one of them, a new one, a change of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.notice import Notice
from colonydesk.qtkit.parts import on_keys, rule, surface
from colonydesk.queries.people import LabChoice, labs
from colonydesk.queries.subject_filters import Filters, Life
from colonydesk.queries.subject_table import Order
from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.across import Across
from colonydesk.ui.subjects.beside import Beside
from colonydesk.ui.subjects.chooser import ColumnChooser
from colonydesk.ui.subjects.exporting import ExportBar
from colonydesk.ui.subjects.filters import FilterBar
from colonydesk.ui.subjects.listing import SubjectList
from colonydesk.ui.subjects.several import Several
from colonydesk.ui.subjects.state import ViewState
from colonydesk.ui.subjects.topbar import TopBar
from colonydesk.ui.subjects.undoing import Undoing
from colonydesk.ui.subjects.views import Views, usual_views

PREPARE_MS = 300
"""So long after the first list has come, when it is painted, the page of an animal is built."""


class SubjectsScreen(QWidget):
    """``told`` carries a kind of notice and its sentence, ``wanted`` a table and the id of a record that is
    shown elsewhere."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.state = ViewState()
        self.view_name = next(iter(usual_views()))
        self.list = SubjectList(desk)
        self.list.show_state(self.state)  # read while the rest is built
        self.top = TopBar()
        self.filters = FilterBar(desk)
        self.beside = Beside(desk)
        self.several = Several(self.list.view, self.beside)
        self.undoing = Undoing(desk, self.beside)
        self.export = ExportBar(desk)
        self.chooser = ColumnChooser(self, self.list.model.columns())
        self.views = Views(desk, self.top.view, self.present_state)
        self.kept_out = Notice(desk.source)
        self._widen = QPushButton()
        self._widen.setProperty("kind", "link")
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self.setFocusProxy(self.list.view)
        self._read_labs()
        self._name_view(self.view_name)
        self.list.view.show_columns(self.state.columns, self.state.widths)
        self.filters.set_state(self.state)

    def _prepare_once(self) -> None:
        self.list.counted.disconnect(self._prepare_once)
        self._later.start()

    # Layout

    def _lay_out(self) -> None:
        left = surface("panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.filters, rule(), self.export, self.kept_out, self.list, self.several):
            column.addWidget(widget, 1 if widget is self.list else 0)
        self.filters.side.addWidget(self._widen)
        self._across = Across(self._desk, left, self.list, self.beside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        whole.addWidget(rule())
        whole.addWidget(self.undoing.notice)
        whole.addWidget(self._across, 1)
        self._show_widen()

    def _connect(self) -> None:
        view = self.list.view
        self.top.typed.connect(self._on_typed)
        self.top.entered.connect(self._on_entered)
        self.top.down.connect(self._to_list)
        self.top.new_wanted.connect(self.new_subject)
        self.top.columns.clicked.connect(self.open_columns)
        self.top.export.clicked.connect(self.open_export)
        self.filters.changed.connect(self._on_filters)
        self.filters.named.connect(self._on_named)
        self.chooser.changed.connect(self._on_columns)
        self.views.chosen.connect(self.show_view)
        self.views.named.connect(self._on_view_kept)
        self.list.counted.connect(self.top.set_count)
        self.list.counted.connect(self._say_kept_out)
        self.list.cleared.connect(self.show_all)
        view.opened.connect(self._show)
        view.moved.connect(self._on_moved)
        view.clicked.connect(self._on_clicked)
        view.left.connect(self._on_left)
        view.sort_asked.connect(self._on_sort)
        view.columns_changed.connect(self._on_columns_by_hand)
        self.beside.closed.connect(self._on_beside_closed)
        self.beside.wanted.connect(self._on_wanted)
        self.beside.made.connect(self._on_made)
        self.beside.changed.connect(self._to_list)
        self.beside.shown.connect(self.list.find)
        self.beside.shown.connect(self._say_kept_out)
        self.several.shown.connect(self._show_beside)
        self.export.closed.connect(self._to_list)
        self._widen.clicked.connect(self.widen)
        for part in (self.list, self.views, self.export, self.beside, self.several, self.undoing):
            part.told.connect(self.told)
        self._desk.member_changed.connect(self._on_member)
        self._desk.bus.tell(self, self._on_changed)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PREPARE_MS)
        self._later.timeout.connect(self.beside.prepare)
        self.list.counted.connect(self._prepare_once)

    def _add_shortcuts(self) -> None:
        steps: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+F", self.focus_search),
            ("Ctrl+L", self.filters.open_menu),
            ("Ctrl+N", self.new_subject),
            ("Ctrl+B", self.several.open_bulk),
            ("Ctrl+G", self.several.open_curves),
            ("Ctrl+Shift+E", self.open_export),
            ("F5", self.reload),
            ("F6", self._other_side),
            ("F11", self.widen),
        ]
        for keys, act in steps:
            on_keys(self, keys, act)
        on_keys(self.list, QKeySequence.StandardKey.Undo, self.undoing.undo_last)

    def remember_layout(self) -> None:
        """Put the place of the sash into the settings."""
        self._across.remember_layout()

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; it is said where."""
        return self.beside.unsaved()

    def reload(self) -> None:
        """Read the list anew, and what it chooses from."""
        self.list.model.invalidate()
        self.list.retry()
        self.views.reload()

    # What is listed

    def present_state(self) -> ViewState:
        """Filters, order and columns as they are now."""
        view = self.list.view
        return replace(self.state, columns=view.shown_columns(), widths=view.widths())

    def show_view(self, name: str, state: ViewState) -> None:
        """Show a view: its filters, its order, its columns."""
        self._name_view(name)
        text = self.top.search.text().strip()
        self.state = state.filtered(text=text)
        self.list.view.show_columns(state.columns, state.widths)
        self._across.share()
        self._show_state()

    def show_all(self) -> None:
        """Every animal, the dead too, whatever was asked."""
        self._list_only(Filters(life="all"), {})

    def _list_only(self, filters: Filters, words: dict[str, str]) -> None:
        """List by these filters and nothing else; ``words`` as of a ``ViewState``."""
        if not self._across.has_table():
            self.widen()
        self.top.search.blockSignals(True)
        self.top.search.clear()
        self.top.search.blockSignals(False)
        self._ask(replace(self.present_state(), filters=filters, words=words))
        self.list.when_listed(self._to_list)

    def _ask(self, state: ViewState) -> None:
        """Other filters or another order: no named view any more, unless it is one."""
        self.state = state
        self._name_view("")
        self._show_state()

    def _name_view(self, name: str) -> None:
        self.view_name = name
        self.top.set_view(name)
        self.views.set_name(name)

    def _show_state(self) -> None:
        self.filters.set_state(self.state)
        self.list.show_state(self.state)

    def _on_typed(self, text: str) -> None:
        if text != self.state.filters.text:
            self.state = self.state.filtered(text=text)
            self._show_state()

    def _on_filters(self, changes: dict[str, Any]) -> None:
        self._ask(self.state.filtered(**changes))

    def _on_named(self, field: str, word: str) -> None:
        self.state = replace(self.state, words={**self.state.words, field: word})

    def _on_sort(self, key: str, descending: bool) -> None:
        self.state = replace(self.state, order=Order(key, descending))
        self._show_state()

    def _on_columns(self, keys: tuple[str, ...]) -> None:
        self.list.view.show_columns(keys, self.list.view.widths())
        self._across.share()

    def _on_columns_by_hand(self) -> None:
        if self.chooser.isVisible():
            self.chooser.show_columns(self.list.view.shown_columns())

    def _on_view_kept(self, name: str) -> None:
        self._name_view(name)
        text = self.tr("The view “{}” is kept.").format(name) if name else self.tr("The view is gone.")
        self.told.emit("info", text)

    def _read_labs(self) -> None:
        self._desk.read(("subjects labs", id(self)), labs, done=self._on_labs, failed=self._on_failed)

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if "lab" in changed:
            self._read_labs()

    def _on_labs(self, found: tuple[LabChoice, ...]) -> None:
        self.filters.set_labs(found)
        if found:
            self.beside.set_timezone(found[0].timezone)

    def _on_member(self) -> None:
        if self.state.filters.whose != "all":
            self.list.reload()

    # The keys

    def focus_search(self) -> None:
        """The keys to the search line."""
        if not self._across.has_table():
            self.widen()
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def _on_left(self) -> None:
        """Escape in the table: what is beside it goes first, then the keys go to the search line."""
        if self.beside.isVisibleTo(self):
            self.beside.put_away()
        else:
            self.focus_search()

    def _to_list(self) -> None:
        view = self.list.view
        if self.list.currentWidget() is not view:
            return
        view.setFocus(Qt.FocusReason.OtherFocusReason)
        if not view.currentIndex().isValid() and self.list.model.rowCount():
            view.show_row(self.list.model.ids()[0])

    def _other_side(self) -> None:
        if self.beside.isVisible() and not self.beside.has_keys():
            self.beside.take_keys()
        else:
            self._to_list()

    def _on_entered(self) -> None:
        """Enter in the search line: the first animal, once the list is there."""
        self.list.when_listed(self._open_first)

    def _open_first(self) -> None:
        ids = self.list.model.ids()
        if len(ids):
            self._to_list()
            self._show(ids[0])  # type: ignore[arg-type]

    def open_columns(self) -> None:
        """Choose the columns."""
        self.chooser.show_columns(self.list.view.shown_columns())
        self.chooser.open_under(self.top.columns, self.chooser.list)

    def ask_export(self) -> bool:
        """Ask where to write what is shown; there is always a list."""
        self.open_export()
        return True

    def open_export(self) -> None:
        """Ask where to write what is shown."""
        columns = self.list.columns_of(self.list.view.shown_columns())
        self.export.ask(self.list.model.ids(), columns)  # type: ignore[arg-type]

    # Beside the table

    def open(self, table: str, key: Any) -> None:
        """Show what an animal is beside the table, when it is asked for elsewhere; ``cage`` lists the animals
        of a ``Cage``, whatever was asked."""
        if table == "subject":
            if self._show(key):
                self.beside.show_overview()
        elif table == "cage":
            life: Life = "alive" if key.living else "all"
            self._list_only(Filters(life=life, cage=key.name, lab_id=key.lab_id), {"lab_id": key.lab})

    def _show(self, key: UUID) -> bool:
        """Show an animal beside the table, at the tab that is open; False where something is not saved."""
        if not self.beside.show_animal(key):
            return False
        self._show_beside()
        self.list.find(key)
        return True

    def new_subject(self) -> None:
        """A form for a new animal, beside the table."""
        if self.beside.new_animal():
            self._show_beside()

    def widen(self) -> None:
        """Give the whole width to what is beside the table, or the table back."""
        if self.beside.isVisibleTo(self):
            self._across.turn_table()
            self.beside.take_keys()
            self._show_widen()

    def _show_beside(self) -> None:
        self._across.show_beside()
        self._say_kept_out()
        self._show_widen()

    def _show_widen(self) -> None:
        self._widen.setVisible(self.beside.isVisibleTo(self))
        self._widen.setText(self.tr("Widen the page"))
        self._widen.setToolTip(self.tr("Only the page, and back (F11)"))

    def _on_made(self, subject_id: UUID) -> None:
        self._to_list()
        self.list.find(subject_id)

    def _on_beside_closed(self) -> None:
        self._across.hide_beside()
        self._say_kept_out()
        self._show_widen()
        self._to_list()

    def _say_kept_out(self, *_of: object) -> None:
        """Say why the animal that is shown has no row in the table, where that is so."""
        shown = self.beside.animal()
        if shown is None or not self.list.lacks(shown):
            self.kept_out.put_away()
            return
        text = self.tr("This animal is not in the list: the filters keep it out.")
        self.kept_out.tell(text, "info", self.tr("Show it"), self._let_in)

    def _let_in(self) -> None:
        """The animal that is shown, in the list of all."""
        shown = self.beside.animal()
        self.show_all()
        if shown is not None:
            self.list.find(shown)

    def _on_moved(self, key: UUID) -> None:
        """The page follows the marker where it is open; its reads drop those of the animals passed by."""
        if not self.beside.shows_animal() or self.list.view.selected_count() > 1:
            return
        if not self.beside.show_animal(key) and (kept := self.beside.animal()) is not None:
            QTimer.singleShot(0, self, lambda: self.list.find(kept))

    def _on_clicked(self, _index: object) -> None:
        if self.list.view.selected_count() == 1 and (key := self.list.view.current_id()) is not None:
            self._show(key)

    def _on_wanted(self, table: str, key: object) -> None:
        if table == "subject":
            self._show(key)  # type: ignore[arg-type]
        else:
            self.wanted.emit(table, key)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)
