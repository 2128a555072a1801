"""What is in hand: one animal, a whole cage, or a question about one; with its curve beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from colonydesk.queries.card import Card, card, cards_in_cage, in_hand
from colonydesk.queries.curve_data import Curve
from colonydesk.queries.entries import Entry as Record
from colonydesk.queries.people import Choice
from colonydesk.ui import words
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.animal import AnimalPane
from colonydesk.ui.today.entry import Attempt
from colonydesk.ui.today.hand_curve import HandCurve
from colonydesk.ui.today.outcome import Typed, weighed

if TYPE_CHECKING:
    from colonydesk.ui.today.cage import CagePane
    from colonydesk.ui.today.finish import FinishPane
    from colonydesk.ui.today.restriction import RestrictionPane
    from colonydesk.ui.today.why import WhyPanel


_Found = tuple[Card, Curve | None]


class Hand(QObject):
    """``middle`` and ``right`` are the stacks the screen lays out.

    ``changed`` when another animal or none is in hand; ``failed`` carries what kept one from being shown;
    ``keys_wanted`` when what had the keys is gone: they go back to what is in hand.
    The panes beside the single animal are built when they are first opened; what they say comes through
    ``cage_recorded`` (as the animal's ``recorded``, without an entry it corrects), ``cage_finished``,
    ``restriction_done`` and ``undo_wanted``, and ``round_closed``.
    """

    changed = Signal()
    failed = Signal(object)
    told = Signal(str, str)
    keys_wanted = Signal()
    cage_recorded = Signal(str, object, object, object)
    cage_finished = Signal()
    restriction_done = Signal(object, object, str)
    undo_wanted = Signal()
    round_closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget, place: QWidget) -> None:
        """Its two parts, ``middle`` and ``right``, are put into ``place``."""
        super().__init__(parent)
        self._desk = desk
        self._waiting: UUID | None = None
        self.middle = QStackedWidget(place)
        self.animal = AnimalPane(desk, self.middle)
        self.middle.addWidget(self.animal)
        self.middle.setMinimumWidth(356)
        self.curve = HandCurve(desk, self, place)
        self.right = self.curve.right
        self.curve.changed.connect(self.changed)
        self.curve.told.connect(self.told)
        self.curve.failed.connect(self.failed)
        self.animal.weight_typed.connect(self._on_weight_typed)
        self.animal.recorded.connect(self._on_recorded)
        self.animal.why_wanted.connect(self.toggle_why)
        self.animal.undo_wanted.connect(self.undo_wanted)
        self.animal.who.acts.clicked.connect(self._open_acts)

    # The panes that are opened now and then

    @cached_property
    def cage(self) -> CagePane:
        from colonydesk.ui.today.cage import CagePane

        pane = CagePane(self._desk)
        pane.focused.connect(self._on_cage_focus)
        pane.weight_typed.connect(self._on_weight_typed)
        pane.left.connect(self.back_to_animal)
        pane.recorded.connect(self._on_recorded)
        pane.recorded.connect(self.cage_recorded)
        pane.undo_wanted.connect(self.undo_wanted)
        pane.finished.connect(self.cage_finished)
        self.middle.addWidget(pane)
        return pane

    @cached_property
    def finish(self) -> FinishPane:
        from colonydesk.ui.today.finish import FinishPane

        pane = FinishPane(self._desk.source)
        pane.back.connect(self.back_to_animal)
        pane.chosen.connect(self.choose)
        pane.closed.connect(self.round_closed)
        self.middle.addWidget(pane)
        return pane

    @cached_property
    def restriction(self) -> RestrictionPane:
        from colonydesk.ui.today.restriction import RestrictionPane

        pane = RestrictionPane(self._desk)
        pane.left.connect(self.back_to_animal)
        pane.done.connect(self.restriction_done)
        self.middle.addWidget(pane)
        return pane

    @cached_property
    def why(self) -> WhyPanel:
        from colonydesk.ui.today.why import WhyPanel

        panel = WhyPanel(self._desk.source)
        panel.closed.connect(self.toggle_why)
        self.right.addWidget(panel)
        return panel

    def _open(self, pane: str) -> bool:
        """Whether this pane has been built, and is in front."""
        built = self.__dict__.get(pane)
        return built is not None and built in (self.middle.currentWidget(), self.right.currentWidget())

    # Which one

    def subject_id(self) -> UUID | None:
        """The animal whose fields have the keys; its curve is the one that is shown."""
        return self.curve.subject_id

    def card(self) -> Card | None:
        """The card of that animal."""
        if self._open("cage"):
            return next((one.card for one in self.cage.animals if one.card.id == self.subject_id()), None)
        return self.animal.card

    def is_empty(self) -> bool:
        """Whether nothing is in hand, and nothing is asked in its place."""
        return self.middle.currentWidget() is self.animal and self.animal.card is None

    def saving(self) -> bool:
        """Whether an entry is on its way into the database."""
        restriction = self.__dict__.get("restriction")  # which may have been left by now
        if restriction is not None and restriction.saving():
            return True
        return self.cage.saving() if self._open("cage") else self.animal.saving()

    def free(self) -> bool:
        """Whether another animal may be taken: nothing is being saved, nothing typed is unsaved.

        Where something is typed, its field says so and gets the keys: it is never carried over or dropped.
        """
        pane: AnimalPane | CagePane | RestrictionPane = self.animal
        if self._open("cage"):
            pane = self.cage
        elif self._open("restriction"):
            pane = self.restriction
        if self.saving():
            self.told.emit("info", self.tr("An entry is still being saved."))
            return False
        if pane.unsaved():
            self.middle.setCurrentWidget(pane)
            pane.remind()
            return False
        return True

    def choose(self, subject_id: UUID) -> None:
        """Take an animal in hand, or stay with the one that is."""
        if not self.free():
            self.animal.next.forget()
            self.changed.emit()
            return
        self._waiting = subject_id
        self.animal.next.wait()
        self._read(subject_id)

    def heading_for(self) -> UUID | None:
        """The animal that is on its way into the hands, else the one that is in them."""
        return self._waiting or self.subject_id()

    def take(self, found: _Found) -> None:
        """Take in hand the animal of a card that is there already."""
        if self.free():
            self._waiting = found[0].id
            self._on_card(found)

    def correct(self, record: Record) -> None:
        """Take the animal of a record in hand, with the record's value in its field to be changed."""
        if not self.free():
            return
        self._await_none()

        def show(found: tuple[Card, Curve | None]) -> None:
            if self.free():
                self.middle.setCurrentWidget(self.animal)
                self._show(found)
                self.animal.correct(record)

        self._read(record.subject_id, show)

    def choose_cage(self, cage: str, lab: str | None) -> None:
        """Take a whole cage of the lab of this name in hand."""
        if not self.free():
            return
        self._await_none()

        def show(cards: tuple[Card, ...]) -> None:
            if not self.free():
                return
            self.animal.put_down("")
            self.middle.setCurrentWidget(self.cage)
            self.cage.show_cage(cage, cards)

        # Under a key of its own: news of the animal that is still in hand must not push it aside.
        self._desk.jobs.drop("card")
        now = self._desk.now()
        self._desk.read_plain("cage", cards_in_cage, cage, lab, now, done=show, failed=self.failed.emit)

    def stay(self) -> None:
        """The hands look for another one: what is on its way to them is not taken."""
        awaited = self._waiting is not None
        self._await_none()
        if awaited:
            self._desk.jobs.drop("card")
            self.changed.emit()
        self._desk.jobs.drop("cage")

    def _await_none(self) -> None:
        self._waiting = None
        self.animal.next.forget()

    def put_down(self, sentence: str) -> None:
        """Nothing in hand any more; the sentence says what to do next."""
        self._await_none()
        self.animal.put_down(sentence)
        self.middle.setCurrentWidget(self.animal)
        self.right.setCurrentIndex(0)
        self.curve.clear()
        self.changed.emit()

    def back_to_animal(self) -> None:
        """From a cage, the restriction or the end of the round back to single animals."""
        if self._open("cage"):
            if not self.free():
                return
            self.put_down(self.tr("Take an animal from the list, or scan or type one."))
            return
        self.middle.setCurrentWidget(self.animal)
        self.keys_wanted.emit()

    def leave_restriction(self) -> None:
        """It is saved: back to the animal, unless the hands are elsewhere by now."""
        if self._open("restriction"):
            self.back_to_animal()

    def among(self, subjects: frozenset[UUID]) -> UUID | None:
        """The single animal in hand where it is one of these, None where another one is on its way."""
        shown = self.animal.card
        if self._open("cage") or self._waiting is not None or shown is None or shown.id not in subjects:
            return None
        return shown.id

    def show_anew(self, found: _Found) -> None:
        """Show the animal in hand as it is now, unless another is by now; what is being typed stays."""
        self._on_card(found)

    def refresh(self, subject_id: UUID) -> None:
        """Read anew what is in hand."""
        if self._open("cage"):
            self.refresh_cage(frozenset(one.card.id for one in self.cage.animals))
        elif self.among(frozenset((subject_id,))):
            self._read(subject_id)

    def refresh_cage(self, subjects: frozenset[UUID]) -> None:
        """Some animals' records have changed: show those of the cage in hand anew."""
        if not self._open("cage"):
            return
        for one in self.cage.animals:
            if one.card.id in subjects:
                self._desk.read_plain(
                    ("cage", one.card.id), card, one.card.id, self._desk.now(), done=self.cage.show_card
                )
        focused = self.subject_id()
        if focused in subjects:
            self.curve.read(focused)

    def set_water_types(self, kinds: tuple[Choice, ...]) -> None:
        self.animal.set_water_types(kinds)

    def _read(
        self, subject_id: UUID, done: Callable[[tuple[Card, Curve | None]], None] | None = None
    ) -> None:
        """The card, and with it the curve once there is something to draw it."""

        def without_curve(connection: Any, one: UUID, now: datetime) -> tuple[Card, None]:
            return card(connection, one, now), None

        another = done is not None or self._waiting is not None
        if another:  # it is wanted by now
            self._desk.jobs.drop("cage")
        query = in_hand if self.curve.is_built() else without_curve
        done = done or self._on_card
        now = self._desk.now()
        key = "card" if another else "card again"
        failed = self._on_not_read if another else self.failed.emit
        self._desk.read_plain(key, query, subject_id, now, done=done, failed=failed)

    def _on_not_read(self, error: Exception) -> None:
        """The animal in hand stays so."""
        self._await_none()
        self.changed.emit()
        self.failed.emit(error)

    def _on_card(self, found: tuple[Card, Curve | None]) -> None:
        subject_id = found[0].id
        same = self.animal.card is not None and self.animal.card.id == subject_id
        wanted = self._waiting == subject_id
        if not same and not wanted:  # news of one that was in hand before: another may be on its way
            return
        if not same and not self.free():
            self._await_none()
            self.changed.emit()
            return
        if wanted:
            self._waiting = None
            self.middle.setCurrentWidget(self.animal)
            if same:
                self.keys_wanted.emit()
        self._show(found)
        if wanted:
            self.animal.type_ahead()

    def _show(self, found: tuple[Card, Curve | None]) -> None:
        """The card and the curve are always of the same animal."""
        shown, drawn = found
        other = self.animal.card is None or self.animal.card.id != shown.id
        self.animal.show_card(shown)
        if other:
            self.keys_wanted.emit()
        self.curve.show_of(shown.id, drawn)
        if self._open("why"):
            self._explain()
        self.changed.emit()

    # The curve

    def _on_weight_typed(self, weight: float | None) -> None:
        self.curve.type_weight(self.card(), self._typed()._replace(weight=weight))
        if self._open("why"):
            self._explain()

    def _typed(self) -> Typed:
        """What stands in the fields of the animal in hand."""
        return self.cage.typed(self.subject_id()) if self._open("cage") else self.animal.typed()

    def _on_recorded(
        self, kind: str, attempt: Attempt, _done: object, of: Card, corrected: Record | None = None
    ) -> None:
        if kind == "weight" and attempt.value is not None:
            if corrected is None:
                self.curve.add_weighing(of, attempt.at, attempt.value)
            else:
                self.curve.type_weight(of, Typed())

    def _on_cage_focus(self, shown: Card) -> None:
        if shown.id != self.subject_id():
            self.curve.read(shown.id)

    # What else can be done

    def toggle_adlib(self) -> None:
        """Ad lib for the animal in hand: behind another pane its fields would take the keys unseen."""
        if self.middle.currentWidget() is self.animal and self.animal.card is not None:
            self.animal.adlib.toggle()
        elif self._open("cage"):
            self.told.emit("info", self.tr("Ad lib is given to a single animal: take it from the list."))

    def toggle_why(self) -> None:
        """Show how the numbers come about, or the curve again."""
        if self._open("why"):
            self.right.setCurrentIndex(0)
            self.keys_wanted.emit()
        elif self.card() is not None:
            self._explain()
            self.right.setCurrentWidget(self.why)

    def _explain(self) -> None:
        """Why the numbers are what they are; with the weight being typed, where there is one."""
        shown, now = self.card(), self._desk.now()
        if shown is None:
            return
        name, facts, at, typed = shown.nickname, shown.facts, now, self._typed()
        if typed.weight is not None:
            facts, at = weighed(facts, now, typed)
            name = self.tr("{}, with {} g that is not saved yet").format(name, words.grams(typed.weight))
        self.why.show_numbers(name, facts, at)

    def _open_acts(self) -> None:
        from colonydesk.ui.today.acts import acts_menu

        if self.animal.card is not None:
            menu = acts_menu(self, self.animal, self.animal.card)
            menu.popup(self.animal.who.acts.mapToGlobal(self.animal.who.acts.rect().bottomLeft()))

    def open_restriction(self) -> None:
        if self.animal.card is not None and self.free():
            self.restriction.show_card(self.animal.card)
            self.middle.setCurrentWidget(self.restriction)
