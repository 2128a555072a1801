"""The words that procedures choose from: procedure types, and the narrative templates of who records."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import EmptyState
from colonydesk.queries.people import LabChoice
from colonydesk.ui.desk import Desk
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.sheets import records_of


class WordsPane(QWidget):
    """The records of one table; ``told`` and ``wanted`` as of every screen."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, table: str) -> None:
        super().__init__()
        self.records: RecordsScreen = records_of(desk, table)
        self.records.told.connect(self.told)
        self.records.wanted.connect(self.wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.records)
        self.setFocusProxy(self.records)

    def unsaved(self) -> bool:
        return self.records.unsaved()

    def remember_layout(self) -> None:
        """Nothing here is remembered."""

    def set_labs(self, _labs: Sequence[LabChoice]) -> None:
        """These are the same for every lab."""

    def open(self, key: UUID) -> None:
        self.records.open(key)


class TemplatesPane(QWidget):
    """The templates of the member who records; nobody's while none is chosen."""

    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._empty = EmptyState(self.tr("Templates are each member's own: choose below who records."))
        me = desk.member.id if desk.member is not None else None
        own = {"user_id": me}
        self.records: RecordsScreen = records_of(desk, "narrative_template", own, own)
        self.records.told.connect(self.told)
        self.records.wanted.connect(self.wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.records)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        desk.member_changed.connect(self._on_member)
        self._on_member()

    def unsaved(self) -> bool:
        return self._desk.member is not None and self.records.unsaved()

    def remember_layout(self) -> None:
        """Nothing here is remembered."""

    def set_labs(self, _labs: Sequence[LabChoice]) -> None:
        """These are the same for every lab."""

    def open(self, key: UUID) -> None:
        self.records.open(key)

    def _on_member(self) -> None:
        member = self._desk.member
        self._stack.setCurrentWidget(self._empty if member is None else self.records)
        if member is not None:
            own = {"user_id": member.id}
            self.records.set_where(own, own)
        self.setFocusProxy(self.records)
