"""The line over a list that is searched as you type."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from colonydesk.qtkit.caret import CaretLine


class ListSearch(CaretLine):
    """``down``: into the list, with Down and Enter. Escape empties it; an empty one leaves that to others."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
