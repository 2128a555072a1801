"""The Procedures section: the kinds at the left, the list of the chosen one with its form beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Protocol, cast
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import rule, surface
from colonydesk.queries.people import LabChoice, labs
from colonydesk.queries.procedures import ephys_procedures
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.columns import Kinds
from colonydesk.ui.procedures.culling import CullPane
from colonydesk.ui.procedures.kinds import KindList
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.training import TrainingPane
from colonydesk.ui.procedures.words import TemplatesPane, WordsPane

FIRST = "surgery"


class Pane(Protocol):
    """What stands at the right of the kinds."""

    def unsaved(self) -> bool: ...

    def remember_layout(self) -> None: ...

    def set_labs(self, labs: tuple[LabChoice, ...]) -> None: ...


class ProceduresScreen(QWidget):
    """A section (see ``told``, ``wanted``, ``unsaved``, ``open`` of every section)."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._labs: tuple[LabChoice, ...] = ()
        self._lists = Kinds(desk.now).all
        self._panes: dict[str, QWidget] = {}
        self._ephys: tuple[UUID, ...] = ()
        self._makers = self._made_by()
        titles = {key: kind.title for key, kind in self._lists.items()}
        done = [(key, titles[key]) for key in self._lists]
        words = [
            ("procedure_type", self.tr("Procedure types")),
            ("narrative_template", self.tr("Narrative templates")),
        ]
        groups = [
            (self.tr("Done with animals"), done),
            (self.tr("Overview"), [("training", self.tr("Training week"))]),
            (self.tr("Vocabulary"), words),
        ]
        self.kinds = KindList(desk.source, groups)
        self.stack = QStackedWidget()
        rail = surface("rail")
        inside = QHBoxLayout(rail)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.kinds)
        page = surface("panel")  # also where a list is empty
        around = QHBoxLayout(page)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.stack)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(rule(vertical=True))
        row.addWidget(page, 1)
        self.setFocusProxy(self.kinds)
        self.kinds.chosen.connect(self._on_chosen)
        self.kinds.entered.connect(self._into_pane)
        desk.bus.tell(self, self._on_changed)
        self._read_lists()
        self.kinds.choose(FIRST)

    def _made_by(self) -> dict[str, Callable[[], QWidget]]:
        makers: dict[str, Callable[[], QWidget]] = {}
        for key, kind in self._lists.items():
            makers[key] = lambda kind=kind: ListPane(self._desk, kind)
        makers["ephys"] = self._make_ephys
        makers["cull"] = lambda: CullPane(self._desk, self._lists["cull"])
        makers["training"] = self._make_training
        makers["procedure_type"] = lambda: WordsPane(self._desk, "procedure_type")
        makers["narrative_template"] = lambda: TemplatesPane(self._desk)
        return makers

    def _make_ephys(self) -> QWidget:
        """A new one has the procedure by which it is listed here."""
        pane = ListPane(self._desk, self._lists["ephys"])
        pane.linked = lambda: {"procedures": frozenset(self._ephys[:1])} if self._ephys else {}
        return pane

    def _make_training(self) -> QWidget:
        pane = TrainingPane(self._desk)
        pane.new_session.connect(self._new_session)
        return pane

    # The section's contract

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; its place comes to the front, and says so."""
        for key, pane in self._panes.items():
            if cast(Pane, pane).unsaved():
                self.kinds.choose(key)
                return True
        return False

    def remember_layout(self) -> None:
        """Put the places of the sashes into the settings."""
        for pane in self._panes.values():
            cast(Pane, pane).remember_layout()

    def show_page(self, key: str) -> QWidget:
        """Show one of the kinds, and return its pane."""
        self.kinds.choose(key)
        return self.pane(key)

    def open(self, table: str, key: UUID) -> None:
        """Show a record of one of the tables that are kept here."""
        kind = next((kind.key for kind in self._lists.values() if kind.table == table), table)
        if kind in self._makers:
            if table == "session" and self.kinds.key() == "ephys":
                kind = "ephys"
            self.kinds.choose(kind)
            pane: Any = self.pane(kind)
            pane.open(key)

    def ask_export(self) -> bool:
        """Export the list that is shown; False where this page is none."""
        pane = self.stack.currentWidget()
        if not isinstance(pane, ListPane):
            return False
        pane.ask_export()
        return True

    def tables(self) -> frozenset[str]:
        """The tables whose records can be opened here."""
        return frozenset(
            {kind.table for kind in self._lists.values()} | {"procedure_type", "narrative_template"}
        )

    # The panes

    def pane(self, key: str) -> QWidget:
        """What stands at the right for a kind; it is made when it is first looked at."""
        pane = self._panes.get(key)
        if pane is None:
            pane = self._panes[key] = self._makers[key]()
            pane.told.connect(self.told)  # type: ignore[attr-defined]
            pane.wanted.connect(self._on_wanted)  # type: ignore[attr-defined]
            cast(Pane, pane).set_labs(self._labs)
            self.stack.addWidget(pane)
        return pane

    def _on_chosen(self, key: str) -> None:
        self.stack.setCurrentWidget(self.pane(key))

    def _into_pane(self) -> None:
        self.stack.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_wanted(self, table: str, key: object) -> None:
        """A record that is kept here is opened here, all others elsewhere."""
        if table in self.tables() and isinstance(key, UUID):
            self.open(table, key)
        else:
            self.wanted.emit(table, key)

    def _new_session(self, subject_id: UUID, _day: date) -> None:
        self.kinds.choose("session")
        cast(ListPane, self.pane("session")).new({"subject_id": subject_id, "start_time": None})

    # What all of them choose from

    def _read_lists(self) -> None:
        self._desk.read(("procedures labs", id(self)), labs, done=self._on_labs, failed=self._on_failed)
        self._desk.read(
            ("procedures ephys", id(self)), ephys_procedures, done=self._on_ephys, failed=self._on_failed
        )

    def _on_labs(self, found: tuple[LabChoice, ...]) -> None:
        if found != self._labs:
            self._labs = found
            for pane in self._panes.values():
                cast(Pane, pane).set_labs(found)

    def _on_ephys(self, found: tuple[UUID, ...]) -> None:
        self._ephys = found

    def _on_changed(self, changed: Mapping[str, Collection[UUID]]) -> None:
        if {"lab", "procedure_type", "imported"} & changed.keys():
            self._read_lists()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)
