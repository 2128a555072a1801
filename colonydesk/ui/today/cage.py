"""A whole cage: each of its animals with both fields, one Enter each."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from colonydesk.domain.moment import State, state_at
from colonydesk.domain.plausibility import parse_amount
from colonydesk.qtkit.fields import NumberField
from colonydesk.qtkit.parts import StateBadge, label, rule
from colonydesk.qtkit.theme import XL, L, M, S
from colonydesk.queries.card import Card
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.entry import Attempt, Command, Entry
from colonydesk.ui.today.outcome import Typed, outcome


class CageAnimal(QWidget):
    """One animal of the cage.

    ``recorded`` carries (kind, attempt, Done, card); ``entered``: Enter in an empty field, or after a save:
    on to the next field; ``focused`` when one of its fields gets the keys.
    """

    recorded = Signal(str, object, object, object)
    entered = Signal(object)
    focused = Signal(object)
    weight_typed = Signal(object)
    left = Signal()
    undo_wanted = Signal()

    def __init__(self, desk: Desk, card: Card) -> None:
        super().__init__()
        self._desk = desk
        self.card = card
        source = desk.source
        self._badge = StateBadge(source)
        self._line = label(role="label")
        self.weight = NumberField(source, self.tr("Weight"), "g", partial(parse_amount, what="weight"))
        self.water = NumberField(source, self.tr("Water"), "mL", partial(parse_amount, what="water"))
        self._entries = {
            self.weight: Entry(desk, self.weight, self._weigh),
            self.water: Entry(desk, self.water, self._give),
        }
        top = QHBoxLayout()
        top.setSpacing(S)
        name = label(card.nickname, "title")
        top.addWidget(name)
        top.addWidget(self._line)
        top.addStretch(1)
        top.addWidget(self._badge)
        fields = QHBoxLayout()
        fields.setSpacing(M)
        for number in (self.weight, self.water):
            fields.addWidget(number, 1, Qt.AlignmentFlag.AlignTop)
            number.edit.setAccessibleName(f"{card.nickname}, {number.edit.accessibleName()}")
            number.edit.installEventFilter(self)
            number.edited.connect(self._on_edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, M, 0, S)
        column.setSpacing(0)
        column.addLayout(top)
        column.addSpacing(S)
        column.addLayout(fields)
        for number in (self.weight, self.water):  # half as wide they would be twice as high
            column.addWidget(number.sentence_elsewhere())
        self.weight.submitted.connect(lambda value: self._on_entered(self.weight, value))
        self.water.submitted.connect(lambda value: self._on_entered(self.water, value))
        self._entries[self.weight].saved.connect(lambda a, d: self._on_saved("weight", self.weight, a, d))
        self._entries[self.water].saved.connect(lambda a, d: self._on_saved("water", self.water, a, d))
        self.show_card(card)

    def show_card(self, card: Card) -> None:
        """The animal as it is now; what is typed stays."""
        self.card = card
        zone = card.facts.lab.zone
        state = state_at(card.facts, self._desk.now())
        ear = self.tr("ear {}").format(card.ear_mark) if card.ear_mark else ""
        self._line.setText(", ".join(part for part in (ear, words.sex_text(card.sex)) if part))
        if state.weight is not None and state.weighed_at is not None:
            day = words.near_day_text(zone.day(state.weighed_at), state.day)
            self.weight.set_note(f"{day} {words.grams(state.weight)} g")
        self._write()

    def unsaved(self) -> bool:
        return bool(self.weight.text().strip() or self.water.text().strip())

    def saving(self) -> bool:
        return any(entry.saving for entry in self._entries.values())

    def _write(self) -> None:
        typed = Typed(self.weight.value(), self.water.value())
        comes_to = outcome(self.card.facts, self._desk.now(), typed)
        state, share = comes_to.now, comes_to.now.percentage_weight
        self._badge.set(state.status, f"{words.percent(share)} %" if share is not None else self.tr("no %"))
        left = comes_to.remaining
        self.water.set_suggestion(words.owed(left) if left is not None and left > 1e-6 else "")
        self.water.set_note(self._water_note(state, comes_to.after))

    def _water_note(self, state: State, after: State | None) -> str:
        """What the water being typed comes to; without any, what was given today."""
        if after is not None and after.excess_water is not None and after.is_water_restricted:
            if after.remaining_water is not None and after.remaining_water > 1e-6:
                return self.tr("{} mL owed").format(words.owed(after.remaining_water))
            return self.tr("{} mL over").format(words.given(after.excess_water))
        given = words.given(state.given_water_total)
        return self.tr("given {} mL").format(given) if state.given_water_total else ""

    def _on_edited(self, _value: object) -> None:
        self._write()
        self.weight_typed.emit(self.weight.value())

    def _on_entered(self, number: NumberField, value: float | None) -> None:
        if value is None:
            self.entered.emit(number)
        elif self._desk.member is None:
            number.sentence.say("question", text=self.tr("Choose below who records, then press Enter again."))
        else:
            self._entries[number].submit(value)

    def _on_saved(self, kind: str, number: NumberField, attempt: Attempt, done: object) -> None:
        goes_on = self.window().focusWidget() in (number.edit, None)
        number.clear()
        self.recorded.emit(kind, attempt, done, self.card)
        if goes_on:  # else the hands are in another field by now
            self.entered.emit(number)
        ahead = self._entries[number].ahead
        if number is self.weight and ahead:
            self.water.set_text(self.water.text() + ahead)

    def _weigh(self, attempt: Attempt) -> Command:
        from colonydesk.ui.today.writes import weigh_command

        return weigh_command(self._desk, self.card.id, attempt)

    def _give(self, attempt: Attempt) -> Command:
        from colonydesk.ui.today.writes import water_command

        return water_command(self._desk, self.card.id, attempt)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        number = self.weight if watched is self.weight.edit else self.water
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not number.text():
            if event.key() == Qt.Key.Key_Space and number is self.water and number.edit.placeholderText():
                number.set_text(number.edit.placeholderText())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit()
                return True
            if event.matches(QKeySequence.StandardKey.Undo):
                self.undo_wanted.emit()
                return True
        return super().eventFilter(watched, event)


class CagePane(QWidget):
    """``recorded`` as ``CageAnimal``; ``focused`` carries the card whose fields have the keys; ``finished``
    after the last field; ``left``: back to single animals."""

    recorded = Signal(str, object, object, object)
    focused = Signal(object)
    weight_typed = Signal(object)
    finished = Signal()
    left = Signal()
    undo_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.animals: list[CageAnimal] = []
        self.cage = ""
        self._title = label(role="animal")
        self._count = label(role="secondary")
        back = QPushButton(self.tr("Back to single animals"))
        back.setProperty("kind", "link")
        back.clicked.connect(self.left)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        inside = QWidget()
        inside.setLayout(QVBoxLayout())
        inside.layout().setContentsMargins(XL, 0, XL, L)
        inside.layout().addLayout(self._rows)
        inside.layout().addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab would stop at what shows nothing of it
        self._scroll = scroll
        top = QVBoxLayout()
        top.setContentsMargins(XL, L, XL, S)
        top.addWidget(self._title)
        line = QHBoxLayout()
        line.addWidget(self._count)
        line.addStretch(1)
        line.addWidget(back)
        top.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(scroll, 1)

    def show_cage(self, cage: str, cards: tuple[Card, ...]) -> None:
        """Take a cage in hand: the weight of its first animal gets the keys."""
        self.cage = cage
        self._title.setText(self.tr("Cage {}").format(cage))
        self._count.setText(words.counted(len(cards), self.tr("1 animal"), self.tr("%n animals")))
        while self._rows.count():
            self._rows.takeAt(0).widget().deleteLater()
        self.animals = []
        for card in cards:
            if self.animals:
                self._rows.addWidget(rule())
            animal = CageAnimal(self._desk, card)
            animal.recorded.connect(self.recorded)
            animal.entered.connect(lambda number, animal=animal: self._on_entered(animal, number))
            animal.focused.connect(self._on_focused)
            animal.weight_typed.connect(self.weight_typed)
            animal.left.connect(self.left)
            animal.undo_wanted.connect(self.undo_wanted)
            self._rows.addWidget(animal)
            self.animals.append(animal)
        if self.animals:
            self.animals[0].weight.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_card(self, card: Card) -> None:
        """One of the animals as it is now."""
        for animal in self.animals:
            if animal.card.id == card.id:
                animal.show_card(card)

    def typed(self, subject_id: UUID | None) -> Typed:
        """The weight being typed for one of its animals."""
        weights = (animal.weight.value() for animal in self.animals if animal.card.id == subject_id)
        return Typed(next(weights, None))

    def unsaved(self) -> bool:
        return any(animal.unsaved() for animal in self.animals)

    def saving(self) -> bool:
        return any(animal.saving() for animal in self.animals)

    def remind(self) -> None:
        """Go to the field that holds something unsaved, and say so there."""
        for animal in self.animals:
            for number in (animal.weight, animal.water):
                if number.text().strip():
                    text = self.tr("Not saved yet: Enter saves it, Esc clears it.")
                    number.sentence.say("question", text=text)
                    number.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def _on_entered(self, animal: CageAnimal, number: NumberField) -> None:
        """On to the next field: the water of the animal, then the weight of the next."""
        if number is animal.weight:
            animal.water.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        place = self.animals.index(animal) + 1
        if place < len(self.animals):
            self.animals[place].weight.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.unsaved():
            self.finished.emit()
        elif not self.saving():
            self.remind()

    def _on_focused(self, animal: CageAnimal) -> None:
        self._scroll.ensureWidgetVisible(animal)
        self.focused.emit(animal.card)
