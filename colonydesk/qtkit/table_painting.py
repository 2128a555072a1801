"""Paints the rows of a ``PagedView``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.table import MISSING, Column, PagedTable
from colonydesk.qtkit.theme import TEXT, S, ThemeSource, font

if TYPE_CHECKING:
    from colonydesk.qtkit.table_view import PagedView

SHAPE = 16
"""Room for a state's shape, in pixels."""
FITTED_MOST = 20_000
"""So many texts are remembered with their widths."""


class RowPainting:
    """Paints the rows of a ``PagedView`` in one go: Qt's way by a delegate for each cell takes four times as
    long in Python. What is shown of a text, and where, is remembered: most of them come again.
    """

    def __init__(self, source: ThemeSource, view: PagedView, model: PagedTable) -> None:
        self._source = source
        self._view = view
        self._model = model
        self._fonts = {strong: font(TEXT, 600 if strong else 400) for strong in (False, True)}
        self._metrics = {strong: QFontMetrics(made) for strong, made in self._fonts.items()}
        self._fitted: dict[tuple[str, bool, int], tuple[str, int]] = {}

    def paint(self, painter: QPainter, area: QRect) -> None:
        """Paint what of the rows is in this part of the viewport."""
        rows = self._rows_in(area)
        if not rows:
            return
        header = self._view.horizontalHeader()
        columns = [
            (column, header.sectionViewportPosition(place), header.sectionSize(place))
            for place, column in enumerate(self._model.columns())
            if not header.isSectionHidden(place)
        ]
        columns.sort(key=lambda one: one[1])
        self._paint_ground(painter, rows, QRect(columns[0][1], 0, sum(one[2] for one in columns), 0))
        for column, left, width in columns:
            if left <= area.right() and left + width > area.left():
                self._paint_column(painter, rows, column, QRect(left, 0, width, 0), left == columns[0][1])

    def _rows_in(self, area: QRect) -> list[tuple[int, int, int, Any]]:
        """Place, top and height of each row in sight, and what it holds."""
        view, count = self._view, self._model.rowCount()
        first = view.rowAt(area.top())
        if first < 0 or not count:
            return []
        last = view.rowAt(area.bottom())
        return [
            (place, view.rowViewportPosition(place), view.rowHeight(place), self._model.row(place))
            for place in range(first, (count - 1 if last < 0 else last) + 1)
        ]

    def _paint_ground(self, painter: QPainter, rows: list[tuple[int, int, int, Any]], across: QRect) -> None:
        theme, view = self._source.theme, self._view
        selected, grid = QColor(theme.selection), QColor(theme.grid)
        edge = QColor(theme.accent if view.hasFocus() else theme.faint)
        current, selection = view.currentIndex().row(), view.selectionModel()
        for place, top, height, _ in rows:
            if selection.isSelected(self._model.index(place, 0)):
                painter.fillRect(across.left(), top, across.width(), height, selected)
            if place == current:
                painter.fillRect(across.left(), top, 3, height, edge)
            painter.fillRect(across.left(), top + height - 1, across.width(), 1, grid)

    def _paint_column(
        self,
        painter: QPainter,
        rows: list[tuple[int, int, int, Any]],
        column: Column,
        across: QRect,
        is_first: bool,
    ) -> None:
        theme, dim = self._source.theme, self._view.dim
        metrics = self._metrics[column.strong]
        painter.setFont(self._fonts[column.strong])
        used = ""
        for _, top, height, row in rows:
            if row is None and not is_first:
                continue
            state = column.state(row) if column.state is not None and row is not None else ""
            colour = theme.state(state) if state else theme.text
            if dim or row is None:
                colour = theme.faint
            shape = SHAPE if state else 0
            text, wide = self._fit(
                MISSING if row is None else column.text(row), column.strong, across.width() - 2 * S - shape
            )
            left = across.left() + S
            if column.number:
                left = across.right() - S - wide - shape + 1
            if shape:
                paint_state(painter, QPointF(left + 5.5, top + (height - 1) // 2 + 0.5), state, colour)
            if colour != used:
                painter.setPen(QColor(colour))
                used = colour
            base = top + (height - 1 - metrics.height()) // 2 + metrics.ascent()
            painter.drawText(left + shape, base, text)

    def _fit(self, text: str, strong: bool, room: int) -> tuple[str, int]:
        """What of a text goes into so many pixels, and how wide that is."""
        key = text, strong, room
        found = self._fitted.get(key)
        if found is None:
            metrics, shown = self._metrics[strong], text
            wide = metrics.horizontalAdvance(text)
            if wide > room:
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
                wide = metrics.horizontalAdvance(shown)
            if len(self._fitted) >= FITTED_MOST:
                self._fitted.clear()
            found = self._fitted[key] = shown, wide
        return found
