"""The line above a form's buttons: what happened, or what is asked, with what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from colonydesk.qtkit.answer import AnswerButton
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.theme import XS, L, S, ThemeSource

Act = tuple[str, Callable[[], None]]


class Strip(QWidget):
    """One sentence and its acts as buttons; a line to type a reason into, where one is asked for."""

    left = Signal()
    """What had the keys in here is gone."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.sentence = Sentence(source)
        self.reason = CaretLine()
        self._buttons = QHBoxLayout()
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setSpacing(S)
        self._acts: list[AnswerButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(L, S, L, 0)
        column.setSpacing(XS)
        column.addWidget(self.sentence)
        column.addWidget(self.reason)
        column.addLayout(self._buttons)
        self.reason.returnPressed.connect(self._on_enter)
        self.put_away()

    def tell(self, state: str, text: str, acts: Sequence[Act] = (), reason: str = "") -> None:
        """Show ``text``; ``state`` as of a ``Sentence``. ``reason``: what the line asks for, if any."""
        self._drop()
        self.sentence.say(state, text=text)
        self.reason.setVisible(bool(reason))
        self.reason.setPlaceholderText(reason)
        self.reason.setAccessibleName(reason)
        self.reason.clear()
        for place, (word, act) in enumerate(acts):
            button = AnswerButton(word)
            button.setProperty("kind", "small" if not reason or place else "primary")
            button.clicked.connect(lambda _on=False, act=act: act())
            self._buttons.addWidget(button)
            button.show()  # now and not with the next event: it may be given the keys at once
            self._acts.append(button)
        self._buttons.addStretch(1)
        self.show()
        if reason:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """Give the keys to the first act."""
        if self._acts:
            self._acts[0].setFocus(Qt.FocusReason.TabFocusReason)

    def text(self) -> str:
        """What is being told, "" when nothing is."""
        return "" if self.isHidden() else self.sentence.text()

    def acts(self) -> list[str]:
        """The words of what can be done about it."""
        return [button.text() for button in self._acts]

    def put_away(self) -> None:
        """Tell nothing."""
        self._drop()
        self.sentence.clear()
        self.hide()

    def _on_enter(self) -> None:
        if self._acts and self.reason.text().strip():
            self._acts[0].click()

    def _drop(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self.left.emit()
        while (item := self._buttons.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._acts = []
