"""Room for what is in hand, however low its place is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from colonydesk.qtkit.theme import XL, L, M, S

LEAST_HEIGHT = 200
"""A field with the longest sentence said at it."""
BOTTOM = 4
"""What stays free below the column where it only just fits."""
_LEVELS = ({L: L, M: M, S: S}, {L: 4, M: S, S: 4}, {L: 0, M: 4, S: 0})
"""What each gap is: usually, where there is too little room, and where that is not enough."""
_WHEEL = 40 / 120
"""Pixels for an eighth of a degree: 40 for a notch."""


class Room(QWidget):
    """A column of widgets that asks the window for no more height when one of them grows.

    Where it is too high its last part, the spare one, goes; then the gaps shrink; then it moves up, so that
    the part that is needed is seen whole. The wheel moves it too.
    """

    def __init__(self, parent: QWidget, needed: Callable[[], QWidget | None]) -> None:
        """``needed()`` is the part that has to be seen, None for none. Parts are children of ``work``."""
        super().__init__(parent)
        self._needed = needed
        self._level = 0
        self._least_width = self._over = self._offset = 0
        self._gaps: list[tuple[QSpacerItem, int]] = []
        self.work = QWidget(self)
        self._column = QVBoxLayout(self.work)
        self._column.setContentsMargins(XL, L, XL, BOTTOM)
        self._column.setSpacing(0)

    def add(self, part: QWidget | QLayout, gap: int = 0) -> None:
        """Put a part under the others, ``gap`` (0, S or M) below the last."""
        if gap:
            self._gaps.append((self._add_gap(gap), gap))
        if isinstance(part, QWidget):
            self._column.addWidget(part)
        else:
            self._column.addLayout(part)

    def add_spare(self, part: QWidget, gap: int) -> None:
        """The last part: shown only where there is room for it."""
        self._spare, self._spare_gap = part, (self._add_gap(gap), gap)
        self._column.addWidget(part)
        self._column.addStretch(1)

    def _add_gap(self, height: int) -> QSpacerItem:
        made = QSpacerItem(0, height, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._column.addSpacerItem(made)
        return made

    def fit(self) -> None:
        """Arrange the column for the room there is, as high as it is by now."""
        width, height = self.width(), self.height()
        spare = self._spare
        of_spare = spare.sizeHint().height() + self._spare_gap[1]
        wanted = self._column.totalHeightForWidth(width) + self._saved(self._level)
        wanted -= 0 if spare.isHidden() else of_spare
        has_spare = wanted + of_spare + L - BOTTOM <= height
        last = len(_LEVELS) - 1
        level = next((one for one in range(last) if wanted - self._saved(one) <= height), last)
        if has_spare == spare.isHidden() or level != self._level:
            self._arrange(has_spare, level)
        self._over = max(0, wanted - self._saved(level) - height)
        self.work.setGeometry(0, -self._offset, width, height + self._over)
        self._column.activate()
        self._move(self._offset)

    def _saved(self, level: int) -> int:
        """How much lower the column is with narrower gaps."""
        narrow = _LEVELS[level]
        return L - narrow[L] + sum(gap - narrow[gap] for _, gap in self._gaps)

    def _arrange(self, has_spare: bool, level: int) -> None:
        self._level, narrow = level, _LEVELS[level]
        fixed = QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed
        for spacer, gap in self._gaps:
            spacer.changeSize(0, narrow[gap], *fixed)
        spacer, gap = self._spare_gap
        spacer.changeSize(0, gap if has_spare else 0, *fixed)
        self._spare.setVisible(has_spare)
        self._column.setContentsMargins(XL, narrow[L], XL, BOTTOM)
        self._column.invalidate()

    def _move(self, offset: int) -> None:
        part = self._needed() if self._over else None
        if part is not None:
            top = part.mapTo(self.work, QPoint(0, 0)).y()
            offset = min(max(offset, top + part.height() + BOTTOM - self.height()), top)
        self._offset = max(0, min(offset, self._over))
        self.work.move(0, -self._offset)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._column.totalMinimumSize().width(), LEAST_HEIGHT)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
            width = self.minimumSizeHint().width()
            if width != self._least_width:  # else all around it would be laid out for nothing
                self._least_width = width
                self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offset = 0  # with more room what had moved out of sight comes back
        self.fit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        self.fit()
        return moved

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._over:
            super().wheelEvent(event)
            return
        self._offset = max(0, min(self._offset - round(event.angleDelta().y() * _WHEEL), self._over))
        self.work.move(0, -self._offset)
        event.accept()
