"""The line over the log in which a record is given to another animal, or taken out with a reason."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from colonydesk.domain.errors import Doubtful, KnownError
from colonydesk.qtkit.answer import AnswerButton
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label, lay_out_now
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.entries import Entry as Record
from colonydesk.services.done import Done
from colonydesk.services.opening import Database
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.find import find_animals
from colonydesk.ui.today.log import value_text


class RecordBar(QWidget):
    """Hidden until ``move`` or ``void`` is called; Escape puts it away.

    ``moved`` carries (record, new id, command id, subject id), ``voided`` (record, command id, reason),
    ``failed`` the exception for which a record that does not stand here any more stays as it was.
    """

    opened = Signal()
    moved = Signal(object, object, object, object)
    voided = Signal(object, object, str)
    failed = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._record: Record | None = None
        self._confirmed: frozenset[str] = frozenset()
        self._chosen: Choice | None = None
        self._ids = (uuid4(), uuid4())
        self._sending: Record | None = None
        self._title = label(role="strong")
        self._search = SearchLine(desk.source, self.tr("Nickname of the right animal"))
        self._reason = CaretLine()
        self._reason.setPlaceholderText(self.tr("Why it is taken out"))
        self._reason.setAccessibleName(self.tr("Why it is taken out"))
        self._go = AnswerButton()
        self._leave = AnswerButton(self.tr("Leave it"))
        self._leave.setProperty("kind", "link")
        self._sentence = Sentence(desk.source)
        line = QHBoxLayout()
        line.setSpacing(M)
        for widget in (self._title, self._search, self._reason, self._go, self._leave):
            line.addWidget(widget)
        line.addStretch(1)
        for edit in (self._search, self._reason):
            edit.setFixedWidth(280)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, S)
        column.setSpacing(S)
        column.addLayout(line)
        column.addWidget(self._sentence)
        self._search.asked.connect(self._find)
        self._search.chosen.connect(self._on_chosen)
        self._search.not_found.connect(self._on_not_found)
        self._search.textEdited.connect(self._on_typed)
        self._reason.returnPressed.connect(self._send_void)
        self._go.clicked.connect(lambda: self._send_move() if self._search.isVisible() else self._send_void())
        self._leave.clicked.connect(self.put_away)
        self.hide()

    def move_record(self, record: Record) -> None:
        """Ask which animal ``record`` was of."""
        title = self.tr("Move {} of {} to").format(value_text(record), record.nickname)
        self._open(record, title, self.tr("Move"), self._search, self._reason)

    def void_record(self, record: Record) -> None:
        """Ask why ``record`` is taken out."""
        title = self.tr("Take {} of {} out:").format(value_text(record), record.nickname)
        self._open(record, title, self.tr("Take out"), self._reason, self._search)

    def stops(self) -> tuple[QWidget, ...]:
        """What Tab goes through."""
        return self._search, self._reason, self._go, self._leave

    def put_away(self) -> None:
        self._record = None
        self.hide()
        self.closed.emit()

    def _open(self, record: Record, title: str, go: str, used: QLineEdit, other: QLineEdit) -> None:
        self._record = record
        self._on_typed()
        self._title.setText(title)
        self._go.setText(go)
        used.clear()
        used.show()
        other.hide()
        self.show()
        self.opened.emit()
        used.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def _on_typed(self) -> None:
        self._confirmed = frozenset()
        self._chosen = None
        self._ids = (uuid4(), uuid4())
        self._sentence.clear()
        self._sentence.hide()

    def _say(self, state: str, text: str, detail: str = "") -> None:
        self._sentence.say(state, text=text, detail=detail)
        self._sentence.show()
        lay_out_now(self._sentence)

    def _find(self, text: str) -> None:
        find_animals(self._desk, "move to", text, self._search, cages=False)

    def _on_not_found(self, text: str) -> None:
        self._say("refused", text=self.tr("There is no animal called {}.").format(text))

    def _on_chosen(self, choice: Choice) -> None:
        if self._chosen is None or self._chosen != choice:
            self._on_typed()
        self._chosen = choice
        self._search.setText(choice.title)
        self._send_move()

    def _send_move(self) -> None:
        record, choice, member = self._record, self._chosen, self._desk.member
        if record is None or member is None:
            return
        if choice is None:
            self._say("question", text=self.tr("Choose the animal it was of."))
            return
        _kind, subject_id = choice.key
        command_id, new_id = self._ids
        from colonydesk.ui.today.writes import move_command

        service, command = move_command(
            self._desk, record, command_id, new_id, subject_id, confirmed=self._confirmed
        )
        self._run(
            lambda db: service(db, command, self._desk.now()),
            lambda: self.moved.emit(record, new_id, command_id, subject_id),
        )

    def _send_void(self) -> None:
        record, member = self._record, self._desk.member
        if record is None or member is None:
            return
        reason, command_id = self._reason.text().strip(), self._ids[0]
        from colonydesk.ui.today.writes import void_command

        service, command = void_command(self._desk, record, command_id, reason)
        self._run(
            lambda db: service(db, command, self._desk.now()),
            lambda: self.voided.emit(record, command_id, reason),
        )

    def _run(self, work: Callable[[Database], Done], finished: Callable[[], None]) -> None:
        record, ids = self._record, self._ids
        if self._sending is record:
            return
        self._sending = record

        def done(_done: Done) -> None:
            self._forget(record)
            if self._record is record:  # else another one stands here by now, with what is typed for it
                self.put_away()
            finished()

        def failed(error: Exception) -> None:
            self._forget(record)
            if self._record is record and self._ids == ids:
                self._on_failed(error)
            elif not isinstance(error, Doubtful):  # what is asked is answered by having left it
                self.failed.emit(error)

        self._desk.run(work, done, failed)

    def _forget(self, record: Record | None) -> None:
        """An answer has come for it."""
        if self._sending is record:
            self._sending = None

    def _on_failed(self, error: Exception) -> None:
        self._search.forget_enter()  # it was pressed before what is said now could be read
        if isinstance(error, Doubtful):
            self._confirmed |= frozenset(question.code for question in error.questions)
            again = self.tr("Enter again does it all the same, Esc leaves it.")
            self._say("question", text=str(error), detail=again)
            self._go.setFocus(Qt.FocusReason.OtherFocusReason)
        elif isinstance(error, KnownError):
            self._say("refused", text=str(error), detail=error.hint)
        else:
            self._say("refused", text=self.tr("This could not be done: an error in the program."))
