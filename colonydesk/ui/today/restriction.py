"""Start or end the water restriction of the animal in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from colonydesk.domain.moment import state_at
from colonydesk.domain.plausibility import parse_amount
from colonydesk.qtkit.answer import AnswerButton
from colonydesk.qtkit.fields import NumberField
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import XL, L, M
from colonydesk.queries.card import Card
from colonydesk.services.restrictions import REFERENCE_AGE
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.entry import Attempt, Command, Entry


class RestrictionPane(QWidget):
    """``done`` carries (attempt, card, what was done) when it is saved; ``left``: it was left as it is."""

    done = Signal(object, object, str)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._card: Card | None = None
        self._sent: Card | None = None
        """The animal that is on its way into the database."""
        self._title = label(role="title", wrap=True)
        self._text = label(role="secondary", wrap=True)
        self.reference = NumberField(
            desk.source,
            self.tr("Reference weight"),
            "g",
            lambda text: parse_amount(text, "reference weight"),
            2,
        )
        self._go = AnswerButton()
        self._go.setProperty("kind", "primary")
        leave = AnswerButton(self.tr("Leave it"))
        self._entry = Entry(desk, self.reference, self._command)
        self._entry.saved.connect(lambda attempt, _done: self._on_saved(attempt))
        self._go.clicked.connect(self._send)
        self.reference.submitted.connect(lambda _value: self._send())
        leave.clicked.connect(self.left)
        acts = QHBoxLayout()
        acts.setSpacing(M)
        acts.addWidget(self._go)
        acts.addWidget(leave)
        acts.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addWidget(self.reference)
        column.addLayout(acts)
        column.addStretch(1)

    def show_card(self, card: Card) -> None:
        """Ask about this animal: to start where none is open, else to end it."""
        self._card = card
        self.reference.clear()
        starting = card.restriction_id is None
        if starting:
            now = self._desk.now()
            state = state_at(card.facts, now)
            recent = state.weighed_at is not None and now - state.weighed_at <= REFERENCE_AGE
            self._title.setText(self.tr("Start the water restriction of {}").format(card.nickname))
            self._text.setText(
                self.tr(
                    "It starts now. Without a reference weight the last weighing of the past 7 days is taken."
                )
            )
            self.reference.set_suggestion(words.grams(state.weight) if recent else "")
            self._go.setText(self.tr("Start the restriction"))
            self.reference.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._title.setText(self.tr("End the water restriction of {}").format(card.nickname))
            self._text.setText(self.tr("It ends now; the animal leaves the worklist. Undo brings it back."))
            self._go.setText(self.tr("End the restriction"))
            self._go.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reference.setVisible(starting)

    def saving(self) -> bool:
        return self._entry.saving

    def unsaved(self) -> bool:
        return bool(self.reference.text().strip())

    def remind(self) -> None:
        """Say at the field that it holds something that is not saved."""
        text = self.tr("Not saved yet: Enter starts the restriction, Esc clears it.")
        self.reference.sentence.say("question", text=text)
        self.reference.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _send(self) -> None:
        if self._desk.member is None:
            self._text.setText(self.tr("Choose below who records first."))
        elif not self.reference.refusal():
            self._entry.submit(self.reference.value())

    def _on_saved(self, attempt: Attempt) -> None:
        card = self._sent
        assert card is not None
        started = card.restriction_id is None
        what = self.tr("water restriction started") if started else self.tr("water restriction ended")
        self.done.emit(attempt, card, what)

    def _command(self, attempt: Attempt) -> Command:
        assert self._card is not None
        self._sent = self._card
        from colonydesk.ui.today.writes import restriction_command

        return restriction_command(self._desk, self._sent, attempt)
