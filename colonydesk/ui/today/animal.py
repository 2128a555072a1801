"""The animal in hand: its name, the two numbers that are typed, and what they mean before they are saved."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedLayout, QWidget

from colonydesk.domain.moment import State, state_at
from colonydesk.domain.plausibility import parse_amount
from colonydesk.qtkit.fields import NumberField
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import EmptyState
from colonydesk.qtkit.theme import M, S
from colonydesk.queries.card import Card
from colonydesk.queries.entries import Entry as OldEntry
from colonydesk.queries.people import Choice
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.ahead import STEPS, NextAnimal
from colonydesk.ui.today.entry import Attempt, Command, Entry
from colonydesk.ui.today.log import value_text
from colonydesk.ui.today.meaning import say_meaning
from colonydesk.ui.today.outcome import Typed, outcome
from colonydesk.ui.today.room import Room
from colonydesk.ui.today.tiles import Tiles
from colonydesk.ui.today.water_kind import WaterKind
from colonydesk.ui.today.who import Who

WIDTH = 384


class AnimalPane(QWidget):
    """``recorded`` carries what was saved (kind, attempt, Done, card, the entry it corrects or None);
    ``weight_typed`` the weight being typed, None for none; ``finished``: Enter in the last field;
    ``left``: Escape in an empty field; ``step`` how far to go in the list, back if it is below 0.

    ``next`` keeps the keys for the animal that comes until it is there."""

    recorded = Signal(str, object, object, object, object)
    weight_typed = Signal(object)
    finished = Signal()
    left = Signal()
    step = Signal(int)
    why_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.card: Card | None = None
        self.next = NextAnimal()
        self._corrects: OldEntry | None = None
        self._reminding = False
        source = desk.source
        self._room = Room(self, self._with_the_keys)
        work = self._room.work
        self.who = Who(work)
        self.weight = NumberField(
            source, self.tr("Weight"), "g", lambda text: parse_amount(text, "weight"), 2, work
        )
        self.water = NumberField(
            source, self.tr("Water"), "mL", lambda text: parse_amount(text, "water"), 0, work
        )
        self.kind = WaterKind(self.water)
        self.adlib = QCheckBox(self.tr("ad lib"), work)
        self.adlib.setToolTip(self.tr("Water without limit today (Ctrl+L)"))
        self.adlib.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.water.add_inside(self.kind)
        self.why = QPushButton(self.tr("Why?"), work)
        self.why.setProperty("kind", "link")
        self.why.setToolTip(self.tr("How these numbers come about (F3)"))
        self.why.clicked.connect(self.why_wanted)
        self.tiles = Tiles(source, work)
        self.empty = EmptyState("", parent=self)
        self._weight_entry = Entry(desk, self.weight, self._weigh_command)
        self._water_entry = Entry(desk, self.water, self._water_command)
        self._lay_out()
        self._connect()
        self.put_down(self.tr("Take an animal from the list, or scan or type one."))

    def _lay_out(self) -> None:
        tail = QHBoxLayout()
        tail.addWidget(self.adlib)
        tail.addStretch(1)
        tail.addWidget(self.why)
        self._room.add(self.who)
        self._room.add(self.weight, M)
        self._room.add(self.water, M)
        self._room.add(tail)
        self._room.add(self.tiles, S)
        self._room.add_spare(self._key_hints(), M)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)  # what is added first is in front
        self._stack.addWidget(self._room)

    def _key_hints(self) -> KeyHints:
        return KeyHints(
            self._desk.source,
            (
                (self.tr("Enter"), self.tr("save, next")),
                (self.tr("Space"), self.tr("take the grey amount")),
                (self.tr("Esc"), self.tr("clear")),
            ),
            (
                (self.tr("Ctrl Z"), self.tr("undo")),
                (self.tr("Ctrl F"), self.tr("find an animal")),
                (self.tr("F3"), self.tr("why")),
                (self.tr("F1"), self.tr("help")),
            ),
            gap=S,
            parent=self._room.work,
        )

    def _connect(self) -> None:
        for number in (self.weight, self.water):
            number.edited.connect(self._on_edited)
            number.edit.installEventFilter(self)
        self.weight.submitted.connect(self._on_weight_entered)
        self.water.submitted.connect(self._on_water_entered)
        self._weight_entry.saved.connect(lambda attempt, done: self._on_saved("weight", attempt, done))
        self._water_entry.saved.connect(lambda attempt, done: self._on_saved("water", attempt, done))
        for entry in (self._weight_entry, self._water_entry):
            entry.not_saved.connect(self.next.forget)
        self.adlib.toggled.connect(self._on_adlib)
        self.kind.chosen.connect(self._water_entry.forget)

    def _with_the_keys(self) -> QWidget | None:
        """The field that has the keys, with what is said at it, or what else has them."""
        at = self._room.focusWidget()
        fields = (self.weight, self.water)
        return next((number for number in fields if at and number.isAncestorOf(at)), at)

    # What is in hand

    def put_down(self, sentence: str) -> None:
        """No animal in hand; the sentence says what to do next."""
        self.card = None
        self._forget_correction()
        for number in (self.weight, self.water):
            number.clear()
        self.empty.tell(sentence)
        self._stack.setCurrentWidget(self.empty)

    def show_card(self, card: Card) -> None:
        """Take an animal in hand, or show it anew; what is being typed for it is left alone."""
        other = self.card is None or self.card.id != card.id
        if other:
            self.card = None  # nothing is said of either while the fields are emptied
            self._forget_correction()
            for number in (self.weight, self.water):
                number.clear()
            self.adlib.setChecked(False)
            self.kind.choose(card.water_type)
        self.card = card
        state = state_at(card.facts, self._desk.now())
        self.who.show_card(card, state)
        self._write_notes_at_fields(state)
        self._write_meaning(state)
        self._stack.setCurrentWidget(self._room)

    def set_water_types(self, kinds: tuple[Choice, ...]) -> None:
        self.kind.set_kinds(kinds)

    def unsaved(self) -> str:
        """What is typed and not saved, as a sentence; empty where nothing is."""
        if self.card is None:
            return ""
        for number, unit in ((self.weight, "g"), (self.water, "mL")):
            if number.text().strip():
                text = self.tr("{} {} for {} is not saved yet: Enter saves it, Esc clears it.")
                return text.format(number.text().strip(), unit, self.card.nickname)
        if self.adlib.isChecked():
            text = self.tr("Water ad lib for {} is not saved yet: Enter saves it, Esc takes it back.")
            return text.format(self.card.nickname)
        return ""

    def saving(self) -> bool:
        return self._weight_entry.saving or self._water_entry.saving

    def remind(self) -> None:
        """Say at the field that it holds something that is not saved."""
        typed = (number for number in (self.weight, self.water) if number.text().strip())
        number = next(typed, self.water)
        self._reminding = True
        number.sentence.say("question", text=self.unsaved())
        number.setFocus(Qt.FocusReason.OtherFocusReason)

    def correct(self, entry: OldEntry) -> None:
        """Let the field of ``entry`` hold its value, to be changed and saved in its place."""
        self._forget_correction()
        assert self.card is not None
        if entry.kind == "weight":
            number = self.weight
        else:
            number = self.water
            self.kind.choose(entry.water_type or self.card.water_type)
            self.adlib.setChecked(entry.adlib)
        self._corrects = entry
        zone = self.card.facts.lab.zone.info
        when = words.clock_text(entry.date_time, zone)
        day = words.day_text(entry.date_time.astimezone(zone).date())
        number.set_note(self.tr("instead of {} of {}, {}").format(value_text(entry), day, when))
        # All of its digits: Enter alone changes nothing.
        number.set_text("" if entry.value is None else f"{entry.value:.12g}")
        number.edit.selectAll()
        number.setFocus(Qt.FocusReason.OtherFocusReason)

    def _correction(self, kind: str) -> OldEntry | None:
        """The entry that a "weight" or "water" saved now would stand in for."""
        corrects = self._corrects
        return corrects if corrects is not None and corrects.kind == kind else None

    def _forget_correction(self) -> None:
        was_water = self._correction("water") is not None
        self._corrects = None
        if was_water:
            self.adlib.setChecked(False)
            self.kind.choose(self.card.water_type if self.card else None)

    def state(self) -> State | None:
        """The animal as it is now, without what is being typed."""
        return state_at(self.card.facts, self._desk.now()) if self.card else None

    # What it shows

    def _write_notes_at_fields(self, state: State) -> None:
        zone = self.card.facts.lab.zone if self.card else None
        if self._corrects is not None or zone is None:
            return
        if state.weight is None or state.weighed_at is None:
            self.weight.set_note(self.tr("never weighed"))
        else:
            day = words.near_day_text(zone.day(state.weighed_at), state.day)
            self.weight.set_note(f"{day} {words.grams(state.weight)} g")
        if state.given_water_reward:
            self.water.set_note(
                self.tr("{} mL in today's session").format(words.given(state.given_water_reward))
            )
        else:
            self.water.set_note("")

    def _write_meaning(self, known: State | None = None) -> None:
        """Say what is typed comes to; ``known`` is the animal's state by now, where the caller has it."""
        if self.card is None:
            return
        typed, lab = self.typed(), self.card.facts.lab
        comes_to = outcome(self.card.facts, self._desk.now(), typed, known)
        if not (self.weight.refusal() or self._weight_entry.asked or self._reminding):
            say_meaning(self.weight.sentence, comes_to.weighed, lab, typed.weight is not None)
        self.tiles.show_water(comes_to.now, comes_to.after)
        left = comes_to.remaining
        self.water.set_suggestion(words.owed(left) if left and left > 0 else "")

    def typed(self) -> Typed:
        """What stands in the fields, not saved yet."""
        return Typed(self.weight.value(), self.water.value(), self.adlib.isChecked(), self._corrects)

    # What is typed

    def _on_edited(self, _value: object) -> None:
        self._reminding = False
        self._write_meaning()
        self.weight_typed.emit(self.weight.value())

    def _on_adlib(self, on: bool) -> None:
        if self._water_entry.saving:  # what is being saved has its own
            with QSignalBlocker(self.adlib):
                self.adlib.setChecked(not on)
            return
        self._water_entry.forget()
        self._reminding = False
        if not self.water.text():
            self.water.sentence.clear()
        self._write_meaning()
        if on:
            self.water.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_weight_entered(self, value: float | None) -> None:
        if value is None and self._correction("weight"):
            self._ask_for(self.weight, self.tr("Type the right weight."))
        elif value is None:
            self.water.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._may_record(self.weight):
            self._weight_entry.submit(value)

    def _on_water_entered(self, value: float | None) -> None:
        if value is not None or self.adlib.isChecked():
            if self._may_record(self.water):
                self._water_entry.submit(value, adlib=self.adlib.isChecked(), water=self.kind.current())
        elif self._correction("water"):
            self._ask_for(self.water, self.tr("Type the right amount, or choose ad lib."))
        elif self.weight.text().strip():
            self.remind()
        else:
            self.finished.emit()

    def _ask_for(self, number: NumberField, text: str) -> None:
        number.sentence.say("question", text=text, detail=self.tr("Esc leaves the entry as it was."))

    def _may_record(self, number: NumberField) -> bool:
        if self._desk.member is None:
            number.sentence.say("question", text=self.tr("Choose below who records, then press Enter again."))
        return self._desk.member is not None and self.card is not None

    def _on_saved(self, kind: str, attempt: Attempt, done: object) -> None:
        card, corrected = self.card, self._correction(kind)
        number = self.weight if kind == "weight" else self.water
        goes_on = self._has_the_keys()
        number.take()
        self._reminding = False
        if corrected is not None:
            self._forget_correction()
        if kind == "water":
            number.sentence.clear()
            self.adlib.setChecked(False)
        self.recorded.emit(kind, attempt, done, card, corrected)
        steps, ahead = self.next.steps, self.next.take()
        if corrected is None and kind == "weight":
            if goes_on:
                self.water.setFocus(Qt.FocusReason.OtherFocusReason)
            if self._weight_entry.ahead:
                self.water.set_text(self.water.text() + self._weight_entry.ahead)
        if goes_on and steps:
            self.step.emit(steps)
            self.next.add(ahead)
        elif goes_on and corrected is None and kind == "water":
            self.finished.emit()
            self.next.add(self._water_entry.ahead)

    def type_ahead(self) -> None:
        """The animal is there that keys have waited for."""
        typed = self.next.take()
        if typed:
            self.weight.set_text(self.weight.text() + typed)

    def _has_the_keys(self) -> bool:
        """Whether the hands are here still: what they have begun elsewhere is not broken off."""
        at = self.window().focusWidget()
        return at is None or self.isAncestorOf(at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(watched, event)
        if event.type() == QEvent.Type.FocusIn:
            self._room.fit()
        return super().eventFilter(watched, event)

    def _on_key(self, watched: QObject, event: QKeyEvent) -> bool:
        if self.next.takes(event):
            return True
        number = self.weight if watched is self.weight.edit else self.water
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Undo) and not number.text():
            self.undo_wanted.emit()  # a line edit keeps this key to itself
            return True
        if key == Qt.Key.Key_Space and not number.text():
            if number is self.water:
                number.set_text(number.edit.placeholderText())
            return True
        if key == Qt.Key.Key_Escape and not number.text():
            if self._corrects is not None:
                self._forget_correction()
                number.sentence.clear()
                self.show_card(self.card) if self.card else None
            elif number is self.water and self.adlib.isChecked():
                self.adlib.setChecked(False)
            elif number is self.water:
                self.weight.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.left.emit()
            return True
        if key in STEPS:
            # With a value on its way it is gone on when that is saved: what is typed until then is not of
            # this animal.
            by = STEPS[Qt.Key(key)]
            self.next.step(by) if self.saving() else self.step.emit(by)
            return True
        return False

    # What is sent

    def _weigh_command(self, attempt: Attempt) -> Command:
        from colonydesk.ui.today.writes import weigh_command

        assert self.card is not None
        return weigh_command(self._desk, self.card.id, attempt, self._correction("weight"))

    def _water_command(self, attempt: Attempt) -> Command:
        from colonydesk.ui.today.writes import water_command

        assert self.card is not None
        return water_command(self._desk, self.card.id, attempt, self._correction("water"))
