"""The form beside a list; of a session with what it is part of, of an action with narrative templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from colonydesk.qtkit.parts import surface
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures.columns import ListKind
from colonydesk.ui.procedures.parent import ParentBar
from colonydesk.ui.procedures.template_bar import TemplateBar
from colonydesk.ui.sheets import form_for

WIDTH = 380


class Side(QWidget):
    """``saved`` carries the id of a record that was saved or is gone; ``closed``: the form was left."""

    told = Signal(str, str)
    wanted = Signal(str, object)
    saved = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, kind: ListKind) -> None:
        super().__init__()
        self._gone = False
        self._wants_keys = False
        self.form = form_for(desk, kind.table)
        self.parent_bar = ParentBar(desk, self.form) if kind.is_tree else None
        self.templates = TemplateBar(desk, self.form) if "narrative" in self.form.view.entries else None
        panel = surface("panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        if self.parent_bar is not None:
            inside.addWidget(self.parent_bar)
            self.parent_bar.part_asked.connect(self._new_part)
            self.parent_bar.wanted.connect(self.wanted)
        inside.addWidget(self.form, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.setMinimumWidth(WIDTH)
        self.setFocusProxy(self.form)
        self.form.told.connect(self.told)
        self.form.wanted.connect(self.wanted)
        self.form.saved.connect(self.saved)
        self.form.filled.connect(self._on_filled)
        self.form.deleted.connect(self._on_deleted)
        self.form.closed.connect(self._on_closed)

    def unsaved(self) -> bool:
        return self.form.unsaved()

    def open(self, key: UUID, *, keys: bool = False) -> bool:
        """Show a record; False where something is typed that is not saved, which is said.

        ``keys``: its first field gets the keys as soon as it is there.
        """
        if self.form.id() == key and not self.form.is_new():
            if keys:
                self.form.view.focus()
            return True
        self._wants_keys = keys
        return self.form.open(key)

    def _on_filled(self) -> None:
        if self._wants_keys:
            self._wants_keys = False
            self.form.view.focus()

    def new(self, preset: Mapping[str, Any], linked: Mapping[str, frozenset[UUID]] | None = None) -> bool:
        """Begin a new record; False where something is typed that is not saved, which is said."""
        return self.form.new(preset, linked)

    def _new_part(self, preset: Mapping[str, Any]) -> None:
        self.new(preset)

    def _on_deleted(self, key: UUID) -> None:
        self._gone = True
        self.saved.emit(key)

    def _on_closed(self) -> None:
        """What was deleted can be taken back here: the form stays in sight."""
        if self._gone:
            self._gone = False
        else:
            self.closed.emit()
