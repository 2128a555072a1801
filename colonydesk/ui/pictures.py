"""Pictures of a window, as a person would see it at a size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

WAIT_SECONDS = 60


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


def take(widget: QWidget, width: int, height: int, file: Path) -> None:
    """Write a PNG of ``widget`` at this size, with all that it has to paint painted.

    Raises:
        OSError: when the file cannot be written.
    """
    widget.resize(width, height)
    for _ in range(3):  # layouts that depend on heights settle in a second round
        QApplication.processEvents()
    if not widget.grab().save(str(file), "PNG"):
        raise OSError(f"{file} cannot be written")
