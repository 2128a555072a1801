"""The four numbers of water: required, given, remaining, and what it will be after what is being typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from colonydesk.domain.moment import State
from colonydesk.qtkit.theme import CAPTION, FIGURE, RADIUS, ThemeSource, font
from colonydesk.ui import words

HEIGHT = 52


class Tiles(QWidget):
    """``show_water`` sets the numbers; unknown ones are shown as "-"."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self._cells: list[tuple[str, str, str]] = []
        self.setFixedHeight(HEIGHT)
        source.changed.connect(self.update)

    def show_water(self, state: State, after: State | None) -> None:
        """The water of the day, and ``after`` with what is being typed given (None: nothing is typed).

        To an animal that is not on restriction nothing is owed: nothing remains, and nothing is too much.
        """
        remaining = state.remaining_water
        self._cells = [
            (self.tr("required"), words.owed(state.required_water), "text"),
            (self.tr("given"), words.given(state.given_water_total), "text"),
            (self.tr("remaining"), self._left(remaining, state), "text"),
            self._after(after if after is not None else state, typed=after is not None),
        ]
        spoken = ", ".join(f"{caption} {value} mL" for caption, value, _ in self._cells)
        self.setAccessibleName(spoken)
        self.update()

    def texts(self) -> dict[str, str]:
        """Caption to value, as shown."""
        return {caption: value for caption, value, _ in self._cells}

    def _left(self, remaining: float | None, state: State) -> str:
        if state.adlib:
            return self.tr("ad lib")
        if remaining is None or not state.is_water_restricted:
            return words.UNKNOWN
        return words.owed(max(remaining, 0.0))

    def _after(self, state: State, typed: bool) -> tuple[str, str, str]:
        caption = self.tr("after this") if typed else self.tr("excess")
        excess, remaining = state.excess_water, state.remaining_water
        if not state.is_water_restricted:
            return caption, words.UNKNOWN, "faint"
        if typed and remaining is not None and remaining > 1e-6:
            return self.tr("still owed"), words.owed(remaining), "near"
        if excess is None or (not typed and excess <= 0):
            return caption, words.UNKNOWN if excess is None else "0.00", "faint"
        value = words.given(excess)
        if value == "0.00":
            return caption, value, "ok"
        return (self.tr("over by") if typed else caption), value, "near"

    def paintEvent(self, _event: object) -> None:
        theme = self._source.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.panel))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if not self._cells:
            return
        width = box.width() / len(self._cells)
        colours = {"text": theme.text, "ok": theme.ok, "near": theme.near, "faint": theme.hint}
        for place, (caption, value, colour) in enumerate(self._cells):
            left = box.left() + place * width
            if place:
                painter.setPen(QPen(QColor(theme.line), 1))
                painter.drawLine(round(left), round(box.top()) + 1, round(left), round(box.bottom()) - 1)
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(theme.secondary))
            where = QRectF(left + 11, box.top() + 6, width - 14, 16)
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(where, middle, caption)
            painter.setFont(font(FIGURE, 700))
            painter.setPen(QColor(colours[colour]))
            painter.drawText(QRectF(left + 11, box.top() + 23, width - 14, 22), middle, value)
