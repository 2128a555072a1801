"""What the member wants to be told of, and who would get each type now, and why."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.codes import SUBJECTS_SCOPE
from colonydesk.domain.delivery import NOT_WANTED
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import StateBadge, capped, label, rule, surface
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import XS, L, M
from colonydesk.queries.receivers import Receiver, is_dead, receivers, rules_of
from colonydesk.queries.subjects import SubjectRow, search
from colonydesk.services.done import Done
from colonydesk.services.notices.rules import SaveRule, save_rule
from colonydesk.ui.desk import Desk
from colonydesk.ui.notifications import texts
from colonydesk.ui.taking_back import TakingBack

_WHO_WIDTH = 384
_WIDEST = 860
"""Beyond that a choice is too far from the words that it is about."""
_OF_REQUESTS = ("request_made", "request_due")
_FOUND = 8
_Who = tuple[bool, tuple[Receiver, ...]]
"""Whether the animal is dead, and who would get it."""


class RulesPage(QWidget):
    """Every choice is saved when it is made. ``told`` carries a kind and a sentence."""

    told = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._kind = texts.TYPES[0]
        self._animal: Choice | None = None
        self._saved = TakingBack(desk, self._failed)
        self.scopes: dict[str, QComboBox] = {}
        self._build()
        desk.bus.tell(self, self._on_changed)
        desk.member_changed.connect(self.reload)
        self.reload()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._build_rules(), 1)
        row.addWidget(rule(vertical=True))
        row.addWidget(self._build_who())

    def _build_rules(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(M)
        grid.setColumnStretch(0, 1)
        for place, kind in enumerate(texts.TYPES):
            words = QVBoxLayout()
            words.setSpacing(2)
            words.addWidget(label(texts.type_word(kind), "strong"))
            words.addWidget(label(texts.when_told(kind), "label", wrap=True))
            grid.addLayout(words, place, 0)
            self.scopes[kind] = self._scope_box(kind)
            grid.addWidget(self.scopes[kind], place, 1, Qt.AlignmentFlag.AlignVCenter)
            ask = QPushButton(self.tr("Who?"))
            ask.setProperty("kind", "link")
            ask.setAccessibleName(self.tr("Who would get: {}").format(texts.type_word(kind)))
            ask.clicked.connect(partial(self.ask_who, kind))
            grid.addWidget(ask, place, 2, Qt.AlignmentFlag.AlignVCenter)
        self._owner = label("", "secondary", wrap=True)
        column = QVBoxLayout()
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(L)
        column.addWidget(self._owner)
        rows = QWidget()
        rows.setLayout(grid)
        column.addLayout(capped(rows, _WIDEST))
        column.addStretch(1)
        return _scrolling(column)

    def _scope_box(self, kind: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(texts.type_word(kind))
        box.addItem(self.tr("As usual: {}").format(texts.usual_receivers(kind)), None)
        for scope, words in {
            "mine": self.tr("My animals"),
            "lab": self.tr("My lab's animals"),
            "all": self.tr("All animals"),
            "none": self.tr("Nothing of it"),
        }.items():
            assert scope in SUBJECTS_SCOPE
            if scope == "none" or kind not in _OF_REQUESTS:  # a request is of no animal yet
                box.addItem(words, scope)
        box.setMinimumWidth(250)
        box.activated.connect(lambda _index, kind=kind: self._save(kind))
        return box

    def _build_who(self) -> QWidget:
        self._who_title = label("", "title", wrap=True)
        self._who_about = label("", "secondary", wrap=True)
        self.animal = SearchLine(self._desk.source, self.tr("Which animal?"))
        self.animal.asked.connect(self._on_asked)
        self.animal.chosen.connect(self._on_animal)
        self.animal.not_found.connect(self._on_not_found)
        self.animal.textEdited.connect(lambda _text: self._forget_animal())
        self._who = QVBoxLayout()
        self._who.setSpacing(M)
        column = QVBoxLayout()
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        column.addWidget(label(self.tr("Who would get this now, and why"), "label"))
        column.addWidget(self._who_title)
        column.addWidget(self.animal)
        column.addWidget(self._who_about)
        column.addLayout(self._who)
        column.addStretch(1)
        whole = _scrolling(column)
        whole.setFixedWidth(_WHO_WIDTH)
        return whole

    # The member's own rules

    def reload(self) -> None:
        """Fetch the member's rules, and who would get what is asked for."""
        member = self._desk.member
        known = member is not None
        for box in self.scopes.values():
            box.setEnabled(known)
        if member is None:
            self._owner.setText(self.tr("Choose below who you are: then your own rules are here."))
        else:
            name = member.full_name or member.username
            self._owner.setText(
                self.tr("What {} is told of. A choice holds from now on, on all workstations.").format(name)
            )
            self._desk.read(
                ("rules", id(self)), rules_of, member.id, done=self._on_rules, failed=self._failed
            )
        self._ask()

    def _on_rules(self, rules: dict[str, str]) -> None:
        for kind, box in self.scopes.items():
            box.setCurrentIndex(max(0, box.findData(rules.get(kind) or None)))

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        if {"notification_rule", "lab_member", "lab_membership", "subject"} & changed.keys():
            self.reload()

    def _save(self, kind: str) -> None:
        member = self._desk.member
        if member is None:
            return
        command = SaveRule(
            command_id=uuid4(),
            id=uuid4(),
            user_id=member.id,
            member_id=member.id,
            notification_type=kind,
            scope=self.scopes[kind].currentData(),
        )
        self._kind = kind
        self._desk.write(save_rule, command, partial(self._on_saved, command.command_id), self._not_saved)

    def _on_saved(self, command_id: UUID, done: Done) -> None:
        if done.changed:
            self._saved.add(command_id)
        self._ask()

    def undo(self) -> None:
        """Take back the last choice of this sitting."""
        last = self._saved.last()
        if last is None or self._desk.member is None:
            self.told.emit("info", self.tr("There is nothing to undo here."))
            return
        self._saved.undo(last)

    def _not_saved(self, error: Exception) -> None:
        """The box shows again what is so."""
        self._failed(error)
        self.reload()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)

    # Who would get it

    def ask_who(self, kind: str) -> None:
        """Show who would get this type now."""
        self._kind = kind
        self._ask()

    def _on_asked(self, text: str) -> None:
        def answer(found: tuple[SubjectRow, ...]) -> None:
            detail = {one.id: one.cage or "" for one in found}
            detail |= {one.id: self.tr("dead") for one in found if one.death_date is not None}
            self.animal.set_choices(text, [Choice(one.id, one.nickname, detail[one.id]) for one in found])

        self._desk.read(("who animal", id(self)), search, text, _FOUND, done=answer, failed=self._failed)

    def _on_animal(self, choice: Choice) -> None:
        self._animal = choice
        self.animal.setText(choice.title)
        self._ask()

    def _forget_animal(self) -> None:
        """Another name is being typed: what is said of the animal before it goes."""
        if self._animal is not None:
            self._animal = None
            self._ask()

    def _on_not_found(self, text: str) -> None:
        self._who_about.setText(self.tr("There is no animal “{}”.").format(text))

    def _ask(self) -> None:
        self._who_title.setText(texts.type_word(self._kind))
        of_requests = self._kind in _OF_REQUESTS
        self.animal.setVisible(not of_requests)
        subject = self._animal.key if self._animal is not None and not of_requests else None
        if subject is None and not of_requests:
            self._who_about.setText(self.tr("Who gets it depends on the animal: say which."))
            self._show_who(())
            return

        def query(connection: Any, kind: str, animal: UUID | None, now: datetime) -> _Who:
            return is_dead(connection, animal), receivers(connection, kind, animal, now)

        key, now = ("who", id(self)), self._desk.now()
        self._desk.read(key, query, self._kind, subject, now, done=self._on_who, failed=self._failed)

    def _on_who(self, who: _Who) -> None:
        dead, found = who
        animal = self._animal.title if self._animal is not None else ""
        if dead:
            self._who_about.setText(self.tr("{} is dead: nothing is told of the dead.").format(animal))
            self._show_who(())
            return
        anybody = any(one.reason != NOT_WANTED for one in found)
        self._who_about.setText(texts.who_words(self._kind, animal, anybody))
        self._show_who(found)

    def _show_who(self, found: tuple[Receiver, ...]) -> None:
        while self._who.count():
            item = self._who.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.hide()  # it goes only when the event loop comes to it
                widget.deleteLater()
        for one in found:
            self._who.addWidget(self._receiver(one))

    def _receiver(self, one: Receiver) -> QWidget:
        gets = one.reason != NOT_WANTED
        state = "unknown" if not gets else "ok" if one.is_active else "near"
        why = texts.reason_words(one.reason)
        if gets and not one.is_active:
            why += ". " + self.tr("Is not active any more: nothing is sent.")
        elif gets and not one.email:
            why += ". " + self.tr("Has no e-mail address: in the program only.")
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addWidget(StateBadge(self._desk.source, state, one.full_name, quiet=True))
        reason = label(why, "label", wrap=True)
        reason.setContentsMargins(16, 0, 0, 0)
        column.addWidget(reason)
        return made


def _scrolling(column: QVBoxLayout) -> QScrollArea:
    inside = surface("panel")
    inside.setLayout(column)
    scroll = QScrollArea()
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab would stop at what shows nothing of it
    return scroll
