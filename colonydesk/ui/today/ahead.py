"""Keys that come before what they are for: they wait for it, in no field of another animal."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageUp: -1,
}
"""How far each key goes in the list."""

_OF_NUMBERS = "0123456789.,"
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def typed_on(ahead: str, event: QKeyEvent) -> str | None:
    """What has been typed ahead with one key more; None where this key is not a part of a number."""
    typed = event.text()
    if typed and typed in _OF_NUMBERS:
        return ahead + typed
    if event.key() == Qt.Key.Key_Backspace:
        return ahead[:-1]
    if event.key() == Qt.Key.Key_Escape and ahead:
        return ""
    return None


class NextAnimal:
    """What the hands do for the animal that comes next, from the key that leads to it until it is there.

    ``steps``: how far to go once the value is saved that is on its way. ``waits``: whether keys are for that
    animal. Its number ends with Enter or a step: what is typed behind them is for nobody yet, and dropped.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """It does not come: the keys are for the animal in hand again."""
        self.steps, self.waits, self._text, self._ended = 0, False, "", False

    def step(self, by: int) -> None:
        """A key that leads on, while a value is on its way; one back again takes it back."""
        self.steps += by
        self.waits = bool(self.steps)

    def wait(self) -> None:
        """It is being fetched."""
        self.forget()
        self.waits = True

    def add(self, typed: str) -> None:
        """What has been typed for it before it was being fetched."""
        self._text += typed if self.waits else ""

    def take(self) -> str:
        """What has been typed for it."""
        text = self._text
        self.forget()
        return text

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is for the animal that comes, or for nobody."""
        if not self.waits:
            return False
        more = typed_on(self._text, event)
        if more is not None:
            self._text = self._text if self._ended else more
            return True
        if event.key() == Qt.Key.Key_Escape and self.steps:
            self.forget()
            return True
        ends = event.key() in _ENDS or (bool(self._text) and event.key() in STEPS)
        self._ended = self._ended or (ends and bool(self._text))
        return ends or (event.text().isprintable() and bool(event.text()))
