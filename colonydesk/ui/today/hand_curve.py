"""The curve of the animal in hand: read, drawn, and moved on as soon as a weighing is saved."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from colonydesk.qtkit.parts import surface
from colonydesk.queries.card import Card
from colonydesk.queries.curve import curve, drawn
from colonydesk.queries.curve_data import Curve
from colonydesk.ui.desk import Desk
from colonydesk.ui.plotting import load_plotting
from colonydesk.ui.today.outcome import Typed, counting, weighed

if TYPE_CHECKING:
    from colonydesk.ui.curve import CurveWidget


class HandCurve(QObject):
    """``right`` is the stack it stands in, ``subject_id`` the animal whose curve is shown, or on its way.

    ``changed`` when that is another animal; ``told`` carries a kind of notice and its sentence, ``failed``
    what kept a curve from being read.
    """

    changed = Signal()
    told = Signal(str, str)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject, place: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._widget: CurveWidget | None = None
        self._shown: Curve | None = None
        self.subject_id: UUID | None = None
        self.right = QStackedWidget(place)
        self._place = surface("panel", self.right)
        self.right.addWidget(self._place)

    def is_built(self) -> bool:
        """Whether there is something to draw a curve on."""
        return self._widget is not None

    def is_drawn(self) -> bool:
        """Whether the curve of ``subject_id`` is shown."""
        shown = None if self._shown is None else self._shown.subject_id
        return self._widget is not None and shown == self.subject_id

    def build(self) -> None:
        """Build the widget: after the first picture, as it brings the plotting library with it."""
        load_plotting(self, self._desk.jobs, self._on_loaded)

    def _on_loaded(self) -> None:
        if self._widget is not None:
            return
        from colonydesk.ui.curve.placed import placed_curve

        desk = self._desk
        self._widget = placed_curve(desk.source, desk.jobs, self.right, self._place, self.told.emit)
        if self.subject_id is not None:
            self.read(self.subject_id)

    def clear(self) -> None:
        """No animal in hand."""
        self.subject_id = self._shown = None
        if self._widget is not None:
            self._widget.set_curve(None)

    def show_of(self, subject_id: UUID, found: Curve | None) -> None:
        """Show an animal's curve; where it is not ``found`` yet it is read."""
        self.subject_id = subject_id
        if found is not None:
            self._show(found)
        elif self._widget is not None:
            self.read(subject_id)

    def read(self, subject_id: UUID) -> None:
        """Read and show the curve of an animal; that of another one is dimmed meanwhile."""
        if self.subject_id != subject_id:
            self.subject_id = subject_id
            if self._widget is not None:
                self._widget.set_loading(True)
            self.changed.emit()
        if self._widget is not None:
            now = self._desk.now()
            self._desk.read_plain("curve", curve, subject_id, now, done=self._show, failed=self.failed.emit)

    def add_weighing(self, of: Card, at: datetime, weight: float) -> None:
        """Draw and paint at once a weighing that has been saved for ``of`` (as it was before).

        From what is at hand: what the database says of it is read behind, and shown where it is otherwise.
        """
        shown = self._shown
        if self._widget is None or shown is None or not self.subject_id == shown.subject_id == of.id:
            return
        facts = of.facts.with_weighing(at, weight)
        self._widget.forget_pending()
        self._show(drawn(of.id, of.nickname, facts, shown.notes, self._desk.now()))
        self._widget.paint_now()

    def type_weight(self, of: Card | None, typed: Typed) -> None:
        """Show a weight being typed for ``of``, at its time; none takes it away."""
        if self._widget is None:
            return
        if typed.weight is None or of is None:
            self._widget.set_pending(None)
            return
        facts, at = weighed(of.facts, self._desk.now(), typed)
        state = counting(facts, at)
        status, percentage = (state.status, state.percentage_weight) if state else ("unknown", None)
        self._widget.set_pending(typed.weight, status, percentage, at.timestamp())

    def _show(self, found: Curve) -> None:
        if self._widget is not None and found.subject_id == self.subject_id:
            self._widget.set_curve(found)
            self._shown = found
