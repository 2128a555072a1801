"""Pictures of a window, as a person would see it at a size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QDeadlineTimer,
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QMenu, QWidget

WAIT_SECONDS = 60


@contextmanager
def off_screen() -> Iterator[None]:
    """Without a display Qt says of each window what it cannot do for it: that is left out."""

    def tell(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if not text.startswith("This plugin does not support"):
            sys.stderr.write(f"{text}\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def wait_until(true: Callable[[], bool], seconds: float = WAIT_SECONDS) -> bool:
    """Let the program go on until ``true()``; False where that did not come in time."""
    deadline = QDeadlineTimer(round(seconds * 1000))
    waker = QTimer()  # an event loop sleeps: something has to look again
    waker.start(10)
    while not true():
        if deadline.hasExpired():
            return False
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return True


def menus() -> list[QMenu]:
    """Those that are open: windows of their own."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()]


def put_menu(window: QWidget, corner: QPoint) -> None:
    """Put the menu that is open at ``corner`` (global), as on a screen that is as large as the window.

    A platform without a screen has a small one.
    """
    for menu in menus():
        most = window.mapToGlobal(QPoint(window.width() - menu.width(), window.height() - menu.height()))
        menu.move(min(corner.x(), most.x()), min(corner.y(), most.y()))


def take(widget: QWidget, width: int, height: int, file: Path) -> None:
    """Write a PNG of ``widget`` at this size, with all that it has to paint, and menus over it, painted.

    Raises:
        OSError: when the file cannot be written.
    """
    widget.resize(width, height)
    for _ in range(3):  # layouts that depend on heights settle in a second round
        QApplication.processEvents()
    picture = widget.grab()
    with QPainter(picture) as painter:
        for menu in menus():
            painter.drawPixmap(widget.mapFromGlobal(menu.pos()), menu.grab())
    if not picture.save(str(file), "PNG"):
        raise OSError(f"{file} cannot be written")
