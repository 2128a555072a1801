"""Over the form of a session: what it is part of, and what it shows of that while its own is empty."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.days import zone
from colonydesk.qtkit.parts import label, rule
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.session_tree import ParentShown, parent_shown
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm

FIELDS = {
    "users": "users",
    "location": "location_id",
    "lab": "lab_id",
    "procedures": "procedures",
    "projects": "projects",
}
"""The inherited fields, and the form's names for them."""


class ParentBar(QWidget):
    """``part_asked`` carries what a new sub-session begins with; ``wanted`` as of every screen."""

    part_asked = Signal(object)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__()
        self._desk = desk
        self._form = form
        self._parent: ParentShown | None = None
        self._usual: dict[str, str] = {}
        self._part_of = label(role="strong", wrap=True)
        self._shows = label(role="label", wrap=True)
        self.open_parent = QPushButton(self.tr("Open it"))
        self.open_parent.setProperty("kind", "link")
        self.open_parent.clicked.connect(self._on_open)
        self.new_part = QPushButton(self.tr("New sub-session"))
        self.new_part.setProperty("kind", "link")
        self.new_part.clicked.connect(self._on_new_part)
        line = QHBoxLayout()
        line.setSpacing(S)
        line.addWidget(self._part_of, 1)
        line.addWidget(self.open_parent)
        line.addWidget(self.new_part)
        inside = QVBoxLayout()
        inside.setContentsMargins(L, S, M, S)
        inside.setSpacing(0)
        inside.addLayout(line)
        inside.addWidget(self._shows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inside)
        column.addWidget(rule())
        form.filled.connect(self._look)
        form.view.changed.connect(self._on_changed)
        form.closed.connect(self._write)
        form.saved.connect(lambda _id: self._write())
        self._write()

    def text(self) -> str:
        """All that is said of the parent."""
        return f"{self._part_of.text()} {self._shows.text()}".strip()

    def _on_changed(self, name: str) -> None:
        if name == "parent_session_id":
            self._look()
        elif name in FIELDS.values():
            self._write()

    def _look(self) -> None:
        parent = self._form.view.value("parent_session_id")
        if parent is None:
            self._desk.jobs.drop(("parent session", id(self)))
            self._on_parent(None)
            return
        self._desk.read(
            ("parent session", id(self)),
            parent_shown,
            parent,
            done=self._on_parent,
            failed=lambda _error: None,
        )

    def _on_parent(self, parent: ParentShown | None) -> None:
        self._parent = parent
        self._write()

    def _write(self) -> None:
        parent = self._parent
        there = self._form.id() is not None
        self.setVisible(there and (parent is not None or not self._form.is_new()))
        self.open_parent.setVisible(parent is not None)
        self.new_part.setVisible(there and not self._form.is_new())
        if parent is None:
            self._part_of.setText("")
        else:
            when = self.tr("without a time")
            if parent.start_time is not None:
                local = parent.start_time.astimezone(zone(parent.timezone).info)
                today = zone(parent.timezone).day(self._desk.now())
                when = f"{words.day_text(local.date(), today)} {local:%H:%M}"
            self._part_of.setText(self.tr("Part of {}, {}").format(parent.nickname, when))
        self._suggest(parent)

    def _suggest(self, parent: ParentShown | None) -> None:
        """The parent's words stand grey in the empty fields, and are listed above."""
        titles = {
            "users": self.tr("members"),
            "location": self.tr("location"),
            "lab": self.tr("lab"),
            "procedures": self.tr("procedures"),
            "projects": self.tr("projects"),
        }
        shown = []
        view = self._form.view
        for name, field in FIELDS.items():
            if field not in view.entries:
                continue
            keys = view.editor(field).keys()
            usual = keys.placeholderText() if isinstance(keys, QLineEdit) else ""
            usual = self._usual.setdefault(field, usual)
            inherited = parent.words.get(name, "") if parent is not None else ""
            view.suggest(field, self.tr("{}, inherited").format(inherited) if inherited else usual)
            if inherited and not view.value(field):
                shown.append(f"{titles[name]} {inherited}")
        text = self.tr("Inherited, as empty here: {}.").format("; ".join(shown)) if shown else ""
        if parent is not None and not shown:
            text = self.tr("Nothing is inherited: its own fields are filled.")
        self._shows.setText(text)
        self._shows.setVisible(bool(text))

    def _on_open(self) -> None:
        if self._parent is not None:
            self.wanted.emit("session", self._parent.id)

    def _on_new_part(self) -> None:
        view = self._form.view
        here: UUID | None = self._form.id()
        # Its members are its parent's as well until somebody names others.
        preset: dict[str, Any] = {
            "parent_session_id": here,
            "subject_id": view.value("subject_id"),
            # Written down afterwards as a rule: its day is its session's, not today.
            "start_time": view.value("start_time"),
            "users": (),
        }
        self.part_asked.emit(preset)
