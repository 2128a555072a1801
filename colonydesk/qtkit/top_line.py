"""The line over a list where the window is narrow: what is to spare goes, what is long is shortened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from colonydesk.qtkit.parts import surface
from colonydesk.qtkit.theme import L, M, S

HEIGHT = 52
SHORTEST = 64


class TopLine(QWidget):
    """A ``row`` on a panel (``frame``); of its parts those to ``spare`` are shown as there is room, the last
    first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spare: Sequence[QWidget] = ()
        self.frame = surface("panel", self)
        self.row = QHBoxLayout(self.frame)
        self.row.setContentsMargins(L, 0, M, 0)
        self.row.setSpacing(S)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.frame)
        self.setFixedHeight(HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least(), HEIGHT)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        return super().event(event)

    def _least(self) -> int:
        """How wide it is without what is to spare."""
        shown = sum(self._width(part) for part in self.spare if not part.isHidden())
        return self.layout().totalMinimumSize().width() - shown

    def _width(self, part: QWidget) -> int:
        return max(part.minimumSizeHint().width(), part.minimumWidth()) + self.row.spacing()

    def _fit(self) -> None:
        wide = self._least()
        for part in reversed(self.spare):
            wide += self._width(part)
            part.setVisible(wide <= self.width())


class ShortLabel(QLabel):
    """Words that end in "…" where they have no room."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(min(least.width(), SHORTEST), least.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().windowText().color())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
