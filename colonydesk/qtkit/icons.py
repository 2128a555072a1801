"""Line icons recoloured to the theme, and the shapes that say a state without colour.

The icons are Lucide's (ISC licence, beside them); only the files that are used are shipped. The shapes:
a filled circle ok, a triangle up near, a triangle down under, a square critical, a ring unknown.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPen, QPixmap, QPolygonF

SIZE = 20
"""Edge of an icon, in pixels."""


class IconSet:
    """The icons of one folder, rendered once per name, colour, size and pixel ratio."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}

    def pixmap(self, name: str, colour: str, size: int = SIZE, ratio: float | None = None) -> QPixmap:
        """Icon ``name`` in ``colour`` (``#RRGGBB``), ``size`` pixels; ``ratio`` is the device pixel ratio.

        Without ``ratio`` the largest of the screens' is taken. FileNotFoundError: no such icon is shipped.
        """
        ratio = ratio or max(screen.devicePixelRatio() for screen in QGuiApplication.screens())
        key = (name, colour, size, ratio)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._render(*key)
        return self._pixmaps[key]

    def icon(self, name: str, colour: str, size: int = SIZE) -> QIcon:
        """The same as a ``QIcon``, for buttons and menus."""
        return QIcon(self.pixmap(name, colour, size))

    def _render(self, name: str, colour: str, size: int, ratio: float) -> QPixmap:
        from PySide6.QtSvg import QSvgRenderer  # not needed before the first icon is painted

        if name not in self._sources:
            self._sources[name] = (self._folder / f"{name}.svg").read_text(encoding="utf-8")
        drawing = self._sources[name].replace("currentColor", colour)
        drawing = drawing.replace('stroke-width="2"', 'stroke-width="1.75"')  # 24 px art shown at 20
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            QSvgRenderer(QByteArray(drawing.encode())).render(painter)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


def paint_state(painter: QPainter, centre: QPointF, state: str, colour: str, size: float = 9.0) -> None:
    """Paint the shape of ``state`` around ``centre``, ``size`` pixels across, in ``colour``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    x, y, half = centre.x(), centre.y(), size / 2
    if state == "ok":
        painter.drawEllipse(centre, half * 0.92, half * 0.92)
    elif state in ("near", "under"):
        tip = -half if state == "near" else half
        points = [QPointF(x, y + tip), QPointF(x - half * 1.1, y - tip), QPointF(x + half * 1.1, y - tip)]
        painter.drawPolygon(QPolygonF(points))
    elif state == "critical":
        painter.drawRect(QRectF(x - half * 0.9, y - half * 0.9, size * 0.9, size * 0.9))
    else:
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, half * 0.8, half * 0.8)
    painter.restore()
