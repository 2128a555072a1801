"""Named views: those that come with the program, and those that a member keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.popup import Popup
from colonydesk.qtkit.theme import M, S
from colonydesk.queries.subject_filters import Filters
from colonydesk.queries.views import View, saved_views
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk
from colonydesk.ui.subjects.columns import USUAL, tr
from colonydesk.ui.subjects.state import ViewState, as_json, from_json

SCREEN = "subjects"


def usual_views() -> dict[str, ViewState]:
    """The views that everybody has, by their names."""
    dead = (*USUAL[:2], "line", "genotype", "birth_date", "death_date", "reduced_date", "actual_severity")
    return {
        tr("Alive"): ViewState(),
        tr("Alive, mine"): ViewState(Filters(whose="mine")),
        tr("On restriction"): ViewState(Filters(restricted=True)),
        tr("Below threshold"): ViewState(Filters(below=True)),
        tr("To be genotyped"): ViewState(Filters(to_be_genotyped=True)),
        tr("To be culled"): ViewState(Filters(to_be_culled=True)),
        tr("Breeders"): ViewState(Filters(breeder=True)),
        tr("Dead"): ViewState(Filters(life="dead"), columns=dead),
        tr("All"): ViewState(Filters(life="all")),
    }


class Views(QObject):
    """The button's menu. ``chosen`` carries a name and its ``ViewState``; ``named`` the name of what was just
    kept, "" after one was taken away; ``told`` as of a screen."""

    chosen = Signal(str, object)
    named = Signal(str)
    told = Signal(str, str)

    def __init__(self, desk: Desk, button: QPushButton, present: Callable[[], ViewState]) -> None:
        super().__init__(button)
        self._desk = desk
        self._button = button
        self._present = present
        self._kept: tuple[View, ...] = ()
        self._name = ""
        self.menu = QMenu(button)
        self.menu.aboutToShow.connect(self._fill)
        button.clicked.connect(self.open_menu)
        self.ask = _NamePopup(desk, button)
        self.ask.given.connect(self.save)
        desk.member_changed.connect(self.reload)
        desk.bus.changed.connect(self._on_changed)
        self.reload()

    def reload(self) -> None:
        """Read the member's views."""
        if self._desk.member is None:
            self._kept = ()
            return
        self._desk.read(
            ("views", id(self)),
            saved_views,
            self._desk.member.id,
            SCREEN,
            done=self._on_kept,
            failed=self._on_failed,
        )

    def set_name(self, name: str) -> None:
        """Which view is shown now."""
        self._name = name

    def kept(self) -> tuple[str, ...]:
        """The names of the member's views."""
        return tuple(view.name for view in self._kept)

    def open_menu(self) -> None:
        self.menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    def _on_kept(self, found: tuple[View, ...]) -> None:
        self._kept = found

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if "saved_view" in changed:
            self.reload()

    def _fill(self) -> None:
        self.menu.clear()
        for name, state in usual_views().items():
            self._offer(name, state)
        if self._kept:
            self.menu.addSeparator()
        for view in self._kept:
            self._offer(view.name, from_json(view.state))
        self.menu.addSeparator()
        own = next((view for view in self._kept if view.name == self._name), None)
        if own is not None:
            self.menu.addAction(tr("Keep “{}” as it is now").format(own.name), partial(self.save, own.name))
            self.menu.addAction(tr("Take “{}” away").format(own.name), partial(self._delete, own))
        keep = self.menu.addAction(tr("Keep as a view of mine…"), self._ask_name)
        keep.setEnabled(self._desk.member is not None)

    def _offer(self, name: str, state: ViewState) -> None:
        action = self.menu.addAction(name)
        action.setCheckable(True)
        action.setChecked(name == self._name)
        action.triggered.connect(lambda _on=False: self.chosen.emit(name, state))

    def _ask_name(self) -> None:
        self.ask.open_for(self._name if self._name in self.kept() else "")

    def save(self, name: str) -> None:
        """Keep what is shown now under a name; the field is left only when it is kept."""
        if self._desk.member is None:
            return
        state = self._present()
        state = replace(state, filters=replace(state.filters, text=""))
        command, new, user = uuid4(), uuid4(), self._desk.member.id

        def work(db: Database) -> Done:
            from colonydesk.services.views import SaveView, save_view

            return save_view(db, SaveView(command, new, user, SCREEN, name, as_json(state)), self._desk.now())

        def finished(_done: Done) -> None:
            self.ask.put_away()
            self._name = " ".join(name.split())
            self.named.emit(self._name)

        self._desk.run(work, finished, self._on_refused)

    def _delete(self, view: View) -> None:
        if self._desk.member is None:
            return
        command, user = uuid4(), self._desk.member.id

        def work(db: Database) -> Done:
            from colonydesk.services.views import DeleteView, delete_view

            return delete_view(db, DeleteView(command, view.id, user), self._desk.now())

        def finished(_done: Done) -> None:
            self._name = ""
            self.named.emit("")

        self._desk.run(work, finished, self._on_failed)

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, KnownError) and self.ask.isVisible():
            self.ask.refuse(error.sentence)
        else:
            self._on_failed(error)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)


class _NamePopup(Popup):
    """``given`` carries the name; it stays open until ``put_away``."""

    given = Signal(str)

    def __init__(self, desk: Desk, button: QWidget) -> None:
        super().__init__(button)
        self._button = button
        self.name = CaretLine()
        self.name.setAccessibleName(self.tr("Name of the view"))
        self.name.setPlaceholderText(self.tr("Name of the view"))
        self.name.returnPressed.connect(self._give)
        keep = QPushButton(self.tr("Keep"))
        keep.setProperty("kind", "primary")
        keep.clicked.connect(self._give)
        self._sentence = Sentence(desk.source)
        self._sentence.hide()
        self.name.textEdited.connect(lambda _text: self._sentence.hide())
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.name, 1)
        row.addWidget(keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(label(self.tr("Columns, order and filters are kept for you."), "label"))
        column.addLayout(row)
        column.addWidget(self._sentence)
        self.setFixedWidth(320)

    def open_for(self, name: str) -> None:
        """Ask for a name; ``name`` stands there already."""
        self.name.setText(name)
        self._sentence.hide()
        self.open_under(self._button, self.name)
        self.name.selectAll()

    def refuse(self, text: str) -> None:
        """Say why the name was not taken."""
        self._sentence.say("refused", text=text)
        self._sentence.show()
        self.adjustSize()

    def _give(self) -> None:
        self.given.emit(self.name.text())
