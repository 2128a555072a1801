"""What all tabs of the page have in common: they load when they are first shown, and dim while they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.overview import Overview
from colonydesk.ui.desk import Desk

T = TypeVar("T")

HOLD_MS = 60
"""So long a tab that is opened waits for its own animal, and only then shows the one before, dimmed: to paint
that takes longer than the reading of the next."""


class Tab(QWidget):
    """``told``, ``wanted`` are the page's. ``form_wanted`` carries (table, id or None, preset): open or new.

    ``walked`` carries another animal's id that the page is to show instead.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)
    form_wanted = Signal(str, object, object)
    walked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.overview: Overview | None = None
        self._veil = Veil(desk.source, self)
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(HOLD_MS)
        self._held.timeout.connect(self._let_go)

    def load(self, overview: Overview) -> None:
        """Show this animal, or the same one anew."""
        if self.overview is not None and self.overview.id != overview.id:
            self.dim()
            self.setUpdatesEnabled(False)
            self._held.start()
        self.overview = overview
        self.fetch(overview)

    def fetch(self, overview: Overview) -> None:
        """Start what reads the tab's content. Each kind of tab has its own."""
        raise NotImplementedError

    def dim(self) -> None:
        """What is shown is another animal's, or none: another one's is on its way."""
        self._veil.show()
        self._veil.raise_()

    def drop(self) -> None:
        """The animal is put away: what was asked for it is not wanted any more."""

    def clear_dim(self) -> None:
        self._veil.hide()
        self._let_go()

    def _let_go(self) -> None:
        self._held.stop()
        self.setUpdatesEnabled(True)

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; its field says so then."""
        return False

    def first_focus(self) -> QWidget:
        """What takes the keys when the tab is chosen by key."""
        return self

    def read(self, name: str, query: Callable[..., T], *arguments: Any, done: Callable[[T], None]) -> None:
        """Read for the animal that is shown; an answer for another one is dropped."""
        subject_id = self.subject_id()

        def show(found: T) -> None:
            if self.subject_id() == subject_id:
                self.clear_dim()
                done(found)

        self.desk.read(self.key(name), query, *arguments, done=show, failed=self.fail)

    def key(self, name: str) -> tuple[str, int, str]:
        return ("animal", id(self), name)

    def subject_id(self) -> UUID | None:
        return self.overview.id if self.overview is not None else None

    def fail(self, error: Exception) -> None:
        """Say what kept something from being done."""
        if isinstance(error, KnownError):
            self.told.emit("error", error.sentence)


class Veil(QWidget):
    """A breath of the panel's colour over what is out of date."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def showEvent(self, _event: Any) -> None:
        self.setGeometry(self._over.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colour = QColor(self._source.theme.panel)
        colour.setAlphaF(0.6)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour)
