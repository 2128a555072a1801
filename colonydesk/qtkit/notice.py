"""What has happened, in one line across the top of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget
from shiboken6 import isValid

from colonydesk.qtkit.parts import label, restyle
from colonydesk.qtkit.theme import L, M, S, ThemeSource


class Notice(QFrame):
    """One line across the top of the window: what happened, an act that helps, and a way to put it away.

    ``changed`` is emitted when something else is told, or nothing any more: with True where a hand put it
    away or took the act.
    """

    changed = Signal(bool)
    KINDS = ("info", "warning", "error")

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._act: Callable[[], None] | None = None
        self._long = self._short = ""
        self._icon = QLabel()
        self._text = label(role="strong", wrap=True)
        self._action = QPushButton()
        self._action.setProperty("kind", "link")
        self._action.clicked.connect(self._on_action)
        self._close = QPushButton(self.tr("Dismiss"))
        self._close.setProperty("kind", "link")
        self._close.clicked.connect(lambda: self._go(by_hand=True))
        self._buttons = (self._action, self._close)
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._before: QWidget | None = None  # where the keys came from
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]
        row = QHBoxLayout(self)
        row.setContentsMargins(L, 6, M, 6)
        row.setSpacing(S)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._kind = "info"
        source.changed.connect(self._paint_icon)
        self.hide()

    def tell(
        self,
        text: str,
        kind: str = "info",
        action: str = "",
        act: Callable[[], None] | None = None,
        *,
        short: str = "",
        stays: bool = False,
    ) -> None:
        """Show ``text``; ``act`` is called when the link ``action`` is pressed, and the line put away.

        ``kind`` is one of ``KINDS``; ``stays``: it cannot be dismissed by hand (the server is down);
        ``short``: what is said where ``text`` does not go into one line.
        """
        self._kind, self._act = kind, act
        self._long, self._short = text, short
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._close.setVisible(not stays)
        self.setProperty("notice", kind)
        restyle(self)
        self._paint_icon()
        self.show()
        self._fit()
        self.changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._short:
            return
        self.layout().activate()
        wide = self._text.fontMetrics().horizontalAdvance(self._long)
        self._text.setText(self._long if wide <= self._text.width() else self._short)

    def text(self) -> str:
        """What is being told, "" when nothing is."""
        return "" if self.isHidden() else self._text.text()

    def kind(self) -> str:
        """Of which kind what is being told is, one of ``KINDS``."""
        return self._kind

    def put_away(self) -> None:
        """Hide the line."""
        self._go(by_hand=False)

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        if now in self._buttons and old not in self._buttons:
            self._before = old

    def _go(self, *, by_hand: bool) -> None:
        """The keys go back to where they were: by themselves they would go to what is next in the window."""
        self._act = None
        before, self._before = self._before, None
        if QApplication.focusWidget() in self._buttons and before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.changed.emit(by_hand)

    def _on_action(self) -> None:
        act = self._act
        self._go(by_hand=True)
        if act is not None:
            act()

    def _paint_icon(self) -> None:
        theme = self._source.theme
        name, colour = {
            "info": ("info", theme.accent),
            "warning": ("triangle-alert", theme.near),
            "error": ("circle-alert", theme.under),
        }[self._kind]
        self._icon.setPixmap(self._source.icons.pixmap(name, colour, 18))
