"""The weights of several animals over one another, beside the table they are selected in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.parts import EmptyState, label, rule, surface
from colonydesk.qtkit.theme import L, M, S
from colonydesk.queries.curve import curves
from colonydesk.queries.curve_data import Curve
from colonydesk.ui.desk import Desk
from colonydesk.ui.plotting import load_plotting

if TYPE_CHECKING:
    from colonydesk.ui.curve.widget import CurveWidget

MOST = 12
"""So many lines can be told apart; see ``curve.series``."""


class Overlaid(QWidget):
    """``closed``: it is put away; ``told`` as of a screen."""

    closed = Signal()
    told = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._ids: tuple[UUID, ...] = ()
        self._found: tuple[Curve, ...] = ()
        self.curve: CurveWidget | None = None
        self._title = label("", "title")
        self._rest = label("", "label", wrap=True)
        close = QPushButton(self.tr("Close"))
        close.setToolTip(self.tr("Back to the table (Esc)"))
        close.clicked.connect(self.closed)
        self._stack = QStackedWidget()
        self._place = EmptyState(self.tr("Drawing the weights…"))
        self._stack.addWidget(self._place)
        top = surface("panel")
        row = QHBoxLayout(top)
        row.setContentsMargins(L, S, M, S)
        row.setSpacing(M)
        row.addWidget(self._title)
        row.addWidget(self._rest, 1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(420)
        desk.bus.tell(self, self._on_changed)
        load_plotting(self, desk.jobs, self._build, self._on_failed)

    def show_animals(self, ids: tuple[UUID, ...]) -> None:
        """Draw the weights of these; of more than ``MOST`` those of the first."""
        self._ids = ids[:MOST]
        shown = len(self._ids)
        self._title.setText(self.tr("Weights of %n animals", "", shown).replace("%n", str(shown)))
        rest = self.tr("the first of {} that are selected").format(f"{len(ids):,}")
        self._rest.setText(rest if len(ids) > MOST else "")
        self._read()

    def _read(self) -> None:
        self._desk.read_plain(
            ("overlaid", id(self)),
            curves,
            self._ids,
            self._desk.now(),
            done=self._on_curves,
            failed=self._on_failed,
        )

    def _on_changed(self, changed: dict[str, frozenset[UUID]]) -> None:
        subjects = changed.get("subject")
        if subjects is not None and (not subjects or subjects & set(self._ids)):
            self._read()

    def _build(self) -> None:
        from colonydesk.ui.curve.placed import placed_curve

        made = placed_curve(self._desk.source, self._desk.jobs, self._stack, self._place, self.told.emit)
        made.set_range("3 m")
        self.curve = made
        self.setFocusProxy(made.plot)
        made.set_curves(self._found)

    def _on_curves(self, found: tuple[Curve, ...]) -> None:
        self._found = found
        if self.curve is not None:
            self.curve.set_curves(found)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
