"""The icon in the desktop's tray, with the count of what waits; where there is no tray it says so.

A tray can come and go while the program runs (a panel that is restarted): ``isSystemTrayAvailable`` is the
only thing to trust, and is asked again and again. Without a tray a message goes nowhere, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Hashable, Set

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from colonydesk.qtkit.theme import LIGHT, ThemeSource, font

LOOK_MS = 3000
SHOWN_MS = 10_000
_SIZE = 64


class Tray(QObject):
    """``clicked``: the icon; ``message_clicked`` carries the key of the message that was shown last.

    ``available_changed`` is emitted when the tray comes or goes; ``list_wanted``, ``pause_wanted`` and
    ``quit_wanted`` are the menu's.
    """

    clicked = Signal()
    message_clicked = Signal(object)
    available_changed = Signal(bool)
    list_wanted = Signal()
    pause_wanted = Signal(bool)
    quit_wanted = Signal()

    def __init__(self, source: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._count = 0
        self._key: Hashable = None
        self._about: frozenset[Hashable] = frozenset()
        self._icon: QSystemTrayIcon | None = None
        self._menu = self._make_menu()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Show the icon where there is a tray, and look for one from time to time."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Take the icon away."""
        self._timer.stop()
        self._take_away()

    def is_available(self) -> bool:
        """Whether the icon is in a tray."""
        return self._icon is not None

    def look(self) -> None:
        """Ask whether there is a tray now."""
        there = QSystemTrayIcon.isSystemTrayAvailable()
        if there == self.is_available():
            return
        if there:
            self._icon = QSystemTrayIcon(self)
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._on_activated)
            self._icon.messageClicked.connect(self._on_message_clicked)
            self._show_count()
            self._icon.show()
        else:
            self._take_away()
        self.available_changed.emit(there)

    def set_count(self, count: int) -> None:
        """Show ``count`` at the icon; 0 shows none."""
        if count != self._count:
            self._count = count
            self._show_count()

    def count(self) -> int:
        """What the icon shows."""
        return self._count

    def tell(self, title: str, text: str, key: Hashable, about: Set[Hashable] = frozenset()) -> bool:
        """Show a message ``about`` these at the icon; False where there is no tray any more."""
        self.look()
        if self._icon is None:
            return False
        self._key, self._about = key, frozenset(about)
        self._icon.showMessage(title, text, self._icon.icon(), SHOWN_MS)
        return True

    def keep(self, about: Set[Hashable]) -> None:
        """Take back the message, where it is about nothing of this any more.

        Where Qt paints it itself: what it has handed to the desktop goes after SHOWN_MS.
        """
        if not self._about or self._about & about:
            return
        self._about = frozenset()
        for window in QApplication.topLevelWidgets():
            if window.inherits("QBalloonTip"):
                window.close()

    def _make_menu(self) -> QMenu:
        menu = QMenu()
        self.destroyed.connect(menu.deleteLater)  # an icon owns no menu
        menu.addAction(self.tr("Open ColonyDesk"), self.clicked.emit)
        menu.addAction(self.tr("Notifications"), self.list_wanted.emit)
        self._pause = menu.addAction(self.tr("No messages for an hour"))
        self._pause.setCheckable(True)
        self._pause.toggled.connect(self.pause_wanted)
        menu.addSeparator()
        menu.addAction(self.tr("Quit"), self.quit_wanted.emit)
        return menu

    def show_paused(self, paused: bool) -> None:
        """Let the menu say whether messages are held back."""
        self._pause.blockSignals(True)
        self._pause.setChecked(paused)
        self._pause.blockSignals(False)

    def _take_away(self) -> None:
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _on_message_clicked(self) -> None:
        # No lambda: it would hold the tray, and be let go of while the icon, a part of it, is deleted.
        self.message_clicked.emit(self._key)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self.clicked.emit()

    def _show_count(self) -> None:
        if self._icon is None:
            return
        self._icon.setIcon(self._picture())
        some = self.tr("1 notification") if self._count == 1 else self.tr("{} notifications")
        words = some.format(self._count) if self._count else self.tr("nothing waits")
        self._icon.setToolTip(f"ColonyDesk: {words}")

    def _picture(self) -> QIcon:
        """The bell on a ground of its own: nobody knows the colour of the panel it comes to lie on."""
        pixmap = QPixmap(_SIZE, _SIZE)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(LIGHT.accent))
            painter.drawRoundedRect(QRectF(2, 2, 60, 60), 14, 14)
            bell = self._source.icons.pixmap("bell", LIGHT.on_accent, 44, 1.0)
            painter.drawPixmap(10, 10, bell)
            if self._count:
                self._paint_count(painter)
        return QIcon(pixmap)

    def _paint_count(self, painter: QPainter) -> None:
        text = str(self._count) if self._count < 100 else "99+"
        painter.setFont(font(30 if len(text) < 3 else 24, 700))
        width = max(34.0, painter.fontMetrics().horizontalAdvance(text) + 14.0)
        box = QRectF(_SIZE - width, _SIZE - 36, width, 36)
        painter.setBrush(QColor(LIGHT.under))
        painter.drawRoundedRect(box, 16, 16)
        painter.setPen(QColor(LIGHT.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
