"""A curve on a real screen, with hands on it."""

import math

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.parts import Chip
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.ui.curve import CurveWidget
from colonydesk.ui.curve.axis import DAY
from tests.conftest import ROOT

LEFT_BUTTON = Qt.MouseButton.LeftButton


class Desk:
    """A curve on the screen, a look at its pixels and items, and a hand on its mouse and wheel."""

    def __init__(self, source: ThemeSource, qtbot: QtBot) -> None:
        self.source = source
        self.widget = CurveWidget(source, SyncJobs())
        qtbot.addWidget(self.widget)
        self.widget.resize(520, 574)
        self.widget.show()
        qtbot.waitExposed(self.widget)
        self.plot = self.widget.plot
        self.chart = self.plot.chart
        self.hands = self.chart.viewport()
        QTest.mouseMove(self.widget, QPoint(1, 1))  # to where the test before left it would be no move

    def image(self) -> QImage:
        self.plot.clearFocus()  # no focus ring
        return self.plot.grab().toImage()

    def place(self, at: float, value: float) -> QPointF:
        """Where a weight lies, in pixels of the plot."""
        return self.chart.box.mapViewToScene(QPointF(at, value))

    def x(self, at: float) -> float:
        return self.place(at, 0.0).x()

    def area(self) -> QRectF:
        """The weights' rectangle."""
        return self.chart.box.mapRectToScene(self.chart.box.rect())

    def water(self) -> QRectF:
        return self.chart.water.box.mapRectToScene(self.chart.water.box.rect())

    def moment(self, x: float) -> float:
        return self.chart.box.mapSceneToView(QPointF(x, 100)).x()

    def values(self) -> list[float]:
        """The lowest and the highest value in sight."""
        return self.chart.box.viewRange()[1]

    def days_shown(self) -> float:
        low, high = self.plot.span()
        return (high - low) / DAY

    def lines(self) -> list[pg.PlotDataItem]:
        return [line for line in self.chart.lines if line.isVisible()]

    def label(self, text: str) -> tuple[float, str, str]:
        return next(one for one in self.chart.labels.labels if one[1] == text)

    def chip(self, text: str) -> QAbstractButton:
        return next(chip for chip in self.widget.findChildren(Chip) if chip.text() == text)

    def move(self, x: float, y: float) -> None:
        QTest.mouseMove(self.hands, QPoint(round(x), round(y)))

    def drag(self, start: int, end: int) -> None:
        QTest.mousePress(self.hands, LEFT_BUTTON, pos=QPoint(start, 150))
        for x in np.linspace(start, end, 5)[1:]:
            self.move(x, 150)
        QTest.mouseRelease(self.hands, LEFT_BUTTON, pos=QPoint(end, 150))

    def double_click(self, x: int, y: int) -> None:
        at = QPoint(x, y)
        QTest.mouseClick(self.hands, LEFT_BUTTON, pos=at)
        QTest.mouseDClick(self.hands, LEFT_BUTTON, pos=at)
        QTest.mouseRelease(self.hands, LEFT_BUTTON, pos=at)

    def wheel(self, x: float, notches: int, y: float = 150) -> None:
        at = QPointF(x, y)
        event = QWheelEvent(
            at,
            self.hands.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.hands, event)


def desk_on(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Desk:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the widgets of the test before
    monkeypatch.setitem(
        pg.CONFIG_OPTIONS, "mouseRateLimit", 0
    )  # a test's hand is quicker than 100 moves a second
    return Desk(ThemeSource(qapp, ROOT / "resources"), qtbot)


def colour(image: QImage, at: QPointF) -> str:
    return image.pixelColor(round(at.x()), round(at.y())).name().upper()


def near(image: QImage, at: QPointF, wanted: str, reach: int = 2) -> bool:
    """Whether a pixel about ``at`` is nearer to the wanted colour than to the panel behind all."""

    def distance(one: QColor, other: QColor) -> float:
        return math.dist(one.getRgb()[:3], other.getRgb()[:3])  # type: ignore[arg-type]

    def alike(pixel: QColor) -> bool:
        return distance(pixel, QColor(wanted)) < 0.45 * distance(image.pixelColor(2, 2), QColor(wanted))

    x, y = round(at.x()), round(at.y())
    steps = range(-reach, reach + 1)
    return any(alike(image.pixelColor(x + dx, y + dy)) for dx in steps for dy in steps)
