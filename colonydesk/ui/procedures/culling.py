"""Culls: the animals that are to be culled, the bodies that are to be reduced, and the culls that were."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import Chip, EmptyState, label, on_keys, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.culls import REDUCED_WITHIN, CullRow, to_be_culled, to_be_reduced
from colonydesk.queries.people import LabChoice
from colonydesk.queries.procedures import cull_choices
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.columns import ListKind
from colonydesk.ui.procedures.cull_panel import CullPanel
from colonydesk.ui.procedures.cull_table import CullView, columns_of
from colonydesk.ui.procedures.filters import LabBox
from colonydesk.ui.procedures.listing import ListPane

PANEL = 380
_TABLES = frozenset({"subject", "cull", "lab", "lab_member", "zygosity", "housing_subject", "imported"})
_CHOICES = frozenset({"cull_reason", "cull_method", "imported"})


class Worklist(QWidget):
    """One of the two worklists with its panel; ``counted`` carries how many there are."""

    told = Signal(str, str)
    wanted = Signal(str, object)
    counted = Signal(int)

    def __init__(self, desk: Desk, lab: LabBox, *, reduces: bool) -> None:
        super().__init__()
        self._desk = desk
        self._lab = lab
        self._reduces = reduces
        self._loaded = False
        self.view = CullView(desk.source, columns_of(dead=reduces, tr=self.tr, day=self._day))
        name = self.tr("Bodies to be reduced") if reduces else self.tr("Animals to be culled")
        self.view.setAccessibleName(name)
        self._columns_name = f"{'reduce' if reduces else 'cull'} worklist columns"
        self.view.choice.restore(desk.settings.layout_of(self._columns_name))
        self.empty = EmptyState(self.tr("Loading…"))
        self.older = QCheckBox(self.tr("Died over {} days ago too").format(REDUCED_WITHIN.days))
        self.older.clicked.connect(lambda _on: self.reload())
        self.columns = QPushButton(self.tr("Columns"))
        self.panel = CullPanel(desk, lab.timezone, reduces=reduces)
        self._stack = QStackedWidget()
        hints = self._hints()
        listing = QWidget()
        below = QVBoxLayout(listing)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.view, 1)
        below.addWidget(rule())
        below.addLayout(hints)
        self._listing = listing
        self._stack.addWidget(listing)
        self._stack.addWidget(self.empty)
        self._stack.setCurrentWidget(self.empty)
        side = surface("panel")
        inside = QVBoxLayout(side)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.panel)
        side.setMinimumWidth(PANEL)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setHandleWidth(1)
        across.setChildrenCollapsible(False)
        across.addWidget(self._stack)
        across.addWidget(side)
        across.setStretchFactor(0, 1)
        across.setSizes([640, PANEL])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(across)
        on_keys(self, QKeySequence.StandardKey.Undo, self.panel.undo)
        self.view.ticked.connect(self._on_ticked)
        self.view.taken.connect(self._on_taken)
        self.view.doubleClicked.connect(
            lambda index: self.wanted.emit("subject", index.data(Qt.ItemDataRole.UserRole).id)
        )
        self.panel.done.connect(self.reload)
        self.panel.left.connect(self._to_list)
        self.setFocusProxy(self.view)

    def _hints(self) -> QHBoxLayout:
        keys = (
            ("Space", self.tr("ticks")),
            ("Ctrl+A", self.tr("all")),
            ("Enter", self.tr("on to the panel")),
            ("Esc", self.tr("none")),
        )
        hints = QHBoxLayout()
        hints.setContentsMargins(L, S, L, S)
        hints.addWidget(KeyHints(self._desk.source, keys))
        hints.addStretch(1)
        if self._reduces:
            hints.addWidget(self.older)
        return hints

    def _day(self, row: CullRow) -> str:
        if row.death_date is None:
            return words.UNKNOWN
        return words.day_text(row.death_date, self._desk.now().date())

    def reload(self) -> None:
        """Ask for the list; what is shown stays until it is there."""
        query = partial(to_be_reduced, older=self.older.isChecked()) if self._reduces else to_be_culled
        self._desk.read(
            ("cull worklist", id(self)),
            query,
            self._desk.now(),
            self._lab.currentData(),
            done=self._on_rows,
            failed=self._on_failed,
        )

    def remember_layout(self) -> None:
        """Keep which columns were chosen."""
        self._desk.settings.remember_layout(self._columns_name, self.view.choice.state())

    def _on_rows(self, rows: tuple[CullRow, ...]) -> None:
        self._loaded = True
        keys = QApplication.focusWidget()
        had_keys = keys is not None and self._stack.isAncestorOf(keys)
        self.view.set_rows(rows)
        self._on_ticked()
        self.counted.emit(len(rows))
        if rows:
            self._stack.setCurrentWidget(self._listing)
        else:
            self._tell_empty()
            self._stack.setCurrentWidget(self.empty)
        if had_keys:
            self._to_list()

    def _to_list(self) -> None:
        here = self.view if self._stack.currentWidget() is self._listing else self.empty
        here.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_empty(self) -> None:
        if not self._reduces:
            self.empty.tell(
                self.tr("No living animal is marked to be culled. Animals are marked in their record.")
            )
        elif self.older.isChecked():
            self.empty.tell(self.tr("No body is to be reduced."))
        else:
            text = self.tr("No animal that died in the last {} days is to be reduced.")
            self.empty.tell(text.format(REDUCED_WITHIN.days), self.tr("Look at older ones"), self.older.click)

    def _on_ticked(self) -> None:
        self.panel.set_rows(self.view.ticked_rows())

    def _on_taken(self) -> None:
        """Enter: with nothing ticked the animal at the marker is."""
        index = self.view.currentIndex()
        if not self.view.ticked_rows() and index.isValid():
            self.view.tick([index.data(Qt.ItemDataRole.UserRole).id])
        self.panel.focus_form()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            return
        text = error.sentence
        if self._loaded:
            self.told.emit("error", text)
        else:
            self.empty.tell(text, self.tr("Try again"), self.reload)


class CullPane(QWidget):
    """The two worklists and the list of culls; ``told`` and ``wanted`` as of every screen."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, kind: ListKind) -> None:
        super().__init__()
        self._desk = desk
        self.lab = LabBox()
        self.to_cull = Worklist(desk, self.lab, reduces=False)
        self.to_reduce = Worklist(desk, self.lab, reduces=True)
        self.culls = ListPane(desk, kind, titled=False)
        self._pages: dict[str, QWidget] = {
            "cull": self.to_cull,
            "reduce": self.to_reduce,
            "culled": self.culls,
        }
        self.chips = {
            "cull": Chip(desk.source, self.tr("To be culled"), 0),
            "reduce": Chip(desk.source, self.tr("To be reduced"), 0),
            "culled": Chip(desk.source, self.tr("Culled")),
        }
        self._stack = QStackedWidget()
        self._lay_out()
        for page in (self.to_cull, self.to_reduce, self.culls):
            page.told.connect(self.told)
            page.wanted.connect(self.wanted)
        self.to_cull.counted.connect(self.chips["cull"].set_count)
        self.to_reduce.counted.connect(self.chips["reduce"].set_count)
        self.lab.activated.connect(lambda _place: self.reload())
        desk.bus.tell(self, self._on_changed)
        self.show_page("cull")
        self._read_choices()
        self.reload()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(L, 0, M, 0)
        row.setSpacing(S)
        row.addWidget(label(self.tr("Culls"), "title"))
        row.addSpacing(S)
        group = QButtonGroup(self)
        for place, (key, chip) in enumerate(self.chips.items()):
            chip.clicked.connect(lambda _on=False, key=key: self.show_page(key))
            group.addButton(chip)
            row.addWidget(chip)
            keys = f"Alt+{place + 1}"
            chip.setToolTip(keys)
            on_keys(self, keys, partial(self.show_page, key))
        row.addStretch(1)
        row.addWidget(self.lab)
        for page in (self.to_cull, self.to_reduce):
            row.addWidget(page.columns)
            page.view.choice.set_button(page.columns)
        top = surface("panel")
        top.setLayout(row)
        top.setFixedHeight(52)
        for page in self._pages.values():
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)

    def show_page(self, key: str) -> None:
        """Show "cull", "reduce" or "culled"."""
        for name, chip in self.chips.items():
            chip.setChecked(name == key)
        self._stack.setCurrentWidget(self._pages[key])
        self.lab.setVisible(key != "culled" and len(self.lab.labs) > 1)
        self.to_cull.columns.setVisible(key == "cull")
        self.to_reduce.columns.setVisible(key == "reduce")
        self._pages[key].setFocus(Qt.FocusReason.OtherFocusReason)
        self.setFocusProxy(self._pages[key])

    def page(self) -> str:
        """Which page is shown."""
        return next(key for key, chip in self.chips.items() if chip.isChecked())

    def unsaved(self) -> bool:
        if self.culls.unsaved():
            self.show_page("culled")
            return True
        for key, page in (("cull", self.to_cull), ("reduce", self.to_reduce)):
            if page.panel.unsaved():
                self.show_page(key)
                page.panel.say_unsaved()
                return True
        return False

    def remember_layout(self) -> None:
        for page in (self.to_cull, self.to_reduce, self.culls):
            page.remember_layout()

    def open(self, key: UUID) -> None:
        """Show a cull."""
        self.show_page("culled")
        self.culls.open(key)

    def set_labs(self, labs: Sequence[LabChoice]) -> None:
        self.lab.set_labs(labs)
        self.lab.setVisible(self.page() != "culled" and len(labs) > 1)
        self.culls.set_labs(labs)

    def reload(self) -> None:
        """Ask for both worklists."""
        self.to_cull.reload()
        self.to_reduce.reload()

    def _read_choices(self) -> None:
        self._desk.read(
            ("cull choices", id(self)),
            cull_choices,
            done=self._on_choices,
            failed=lambda error: self.told.emit("error", str(error)),
        )

    def _on_choices(self, found: tuple[tuple[tuple[UUID, str], ...], tuple[tuple[UUID, str], ...]]) -> None:
        self.to_cull.panel.set_choices(*found)

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if _CHOICES & changed.keys():
            self._read_choices()
        if _TABLES & changed.keys():
            self.reload()
