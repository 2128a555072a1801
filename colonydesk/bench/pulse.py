"""How long the GUI thread did nothing else."""

import time

from PySide6.QtCore import QObject, Qt, QTimer


class Pulse(QObject):
    """Beats every ms in the GUI thread: the longest time between two beats is how long it was blocked."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0
        self._longest = 0.0

    def start(self) -> None:
        self._last, self._longest = time.perf_counter(), 0.0
        self._timer.start()

    def stop(self) -> float:
        """The longest time between two beats since the start, in ms."""
        self._beat()
        self._timer.stop()
        return self._longest

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, (now - self._last) * 1000)
        self._last = now
