"""The question what closing the window means, asked once, in the window itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import XL, M, S, ThemeSource

_WIDTH = 460


class CloseQuestion(QFrame):
    """Lies over the middle of its window. ``decided`` carries whether the program is to run on.

    Escape leaves everything as it was: the window stays open.
    """

    decided = Signal(bool)

    def __init__(self, source: ThemeSource, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None  # where the keys were
        self.setObjectName("question")
        self.setAccessibleName(self.tr("Closing the window"))
        self.keep = QPushButton(self.tr("Keep running in the tray"))
        self.keep.setProperty("kind", "primary")
        self.quit = QPushButton(self.tr("Quit"))
        stay = QPushButton(self.tr("Leave it open"))
        stay.setProperty("kind", "link")
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        for button in (self.keep, self.quit, stay):
            buttons.addWidget(button)
            button.setAutoDefault(True)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, XL, XL, XL)
        column.setSpacing(M)
        column.addWidget(label(self.tr("Shall ColonyDesk go on in the tray?"), "title"))
        column.addWidget(
            label(
                self.tr(
                    "It goes on checking what is due and tells you, while the window is closed. "
                    "You can change this under Notifications, This workstation."
                ),
                "secondary",
                wrap=True,
            )
        )
        column.addLayout(buttons)
        self.keep.clicked.connect(lambda: self._decide(True))
        self.quit.clicked.connect(lambda: self._decide(False))
        stay.clicked.connect(self._put_away)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self._put_away)
        escape.activatedAmbiguously.connect(self._put_away)  # with the help open, which has it too
        window.installEventFilter(self)
        self.hide()

    def ask(self) -> None:
        """Show the question; Enter takes the first answer."""
        if not self.isVisible():
            self._before = self._window.focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.keep.setFocus()

    def _decide(self, keep: bool) -> None:
        self._put_away()
        self.decided.emit(keep)

    def _put_away(self) -> None:
        """The keys go back to where they were: what is scanned next is not lost."""
        before, self._before = self._before, None
        if before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _place(self) -> None:
        width = min(_WIDTH, self._window.width() - 2 * XL)
        height = max(self.sizeHint().height(), self.heightForWidth(width))
        left, top = (self._window.width() - width) // 2, (self._window.height() - height) // 3
        self.setGeometry(left, top, width, height)
