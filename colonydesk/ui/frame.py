"""The one window: sections at the left, the section's screen, a status bar that tells the truth.

What a section is, and when the program's state changes, is told from outside (``app.py``); the frame knows
no database. Sections are built when they are first opened.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.notice import Notice
from colonydesk.qtkit.parts import StateBadge, label, rule, surface
from colonydesk.qtkit.theme import CAPTION, LABEL, RAIL_WIDTH, L, M, S, ThemeSource, font

if TYPE_CHECKING:
    from colonydesk.ui.help import HelpPanel

STATUS_HEIGHT = 26


@dataclass(slots=True)
class _Section:
    key: str
    title: str
    button: RailButton
    factory: Callable[[], QWidget]
    screen: QWidget | None = None


class MainFrame(QMainWindow):
    """The main window.

    ``section_changed`` carries the key of the section that is shown now. ``notice`` is the one-line banner
    (``tell``, ``put_away``), ``status`` the status bar, ``menu`` the menu of the rail's lowest button, which
    appears with the menu's first entry. ``closing`` is asked before the window closes: False keeps it open.
    """

    section_changed = Signal(str)

    def __init__(self, source: ThemeSource, help_folder: Path) -> None:
        """``help_folder`` holds one ``<section key>.md`` per section."""
        super().__init__()
        self._source = source
        self._sections: list[_Section] = []
        self._current = ""
        self.closing: Callable[[], bool] = lambda: True
        self.notice = Notice(source)
        self.status = StatusBar(source)
        self.menu = QMenu(self)
        self._stack = QStackedWidget()
        self._rail_column = QVBoxLayout()
        self._menu_button = RailButton(source, "menu", self.tr("Menu"))
        self._help_folder = help_folder
        self._build()
        self._add_shortcut(QKeySequence(Qt.Key.Key_F1), self._toggle_help)
        self.resize(1280, 800)

    def _build(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.notice)
        right.addWidget(self._stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._build_rail())
        middle.addWidget(rule(vertical=True))
        middle.addLayout(right, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(rule())
        column.addWidget(self.status)
        self.setCentralWidget(whole)

    def _build_rail(self) -> QWidget:
        rail = surface("rail")
        rail.setFixedWidth(RAIL_WIDTH - 1)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, S, 0, S)
        column.setSpacing(0)
        column.addLayout(self._rail_column)
        column.addStretch(1)
        self._menu_button.setCheckable(False)
        self._menu_button.hide()
        self._menu_button.clicked.connect(self._open_menu)
        self._menu_button.setShortcut(QKeySequence(Qt.Key.Key_F10))
        self.menu.installEventFilter(self)
        column.addWidget(self._menu_button)
        return rail

    def add_section(self, key: str, title: str, icon: str, factory: Callable[[], QWidget]) -> None:
        """Add a section: its word and icon in the rail, and ``factory``, called when it is first opened.

        The first gets Ctrl+1, the tenth Ctrl+0. Nothing is shown before ``show_section``.
        """
        button = RailButton(self._source, icon, title)
        number = len(self._sections) + 1
        if number <= 10:
            sequence = QKeySequence(f"Ctrl+{number % 10}")
            self._add_shortcut(sequence, lambda: self.show_section(key))
            button.setToolTip(f"{title} ({sequence.toString(QKeySequence.SequenceFormat.NativeText)})")
        button.clicked.connect(lambda: self.show_section(key))
        self._rail_column.addWidget(button)
        self._sections.append(_Section(key, title, button, factory))

    def show_section(self, key: str) -> QWidget:
        """Open section ``key``, building it the first time, and return its screen."""
        section = next(section for section in self._sections if section.key == key)
        if section.screen is None:
            section.screen = section.factory()
            self._stack.addWidget(section.screen)
        for other in self._sections:
            other.button.setChecked(other is section)
        if key != self._current:
            self._current = key
            self._stack.setCurrentWidget(section.screen)
            section.screen.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if self._has_help():
                self.help.set_page(key, section.title)
            self.section_changed.emit(key)
        return section.screen

    def current_section(self) -> str:
        """The key of the section that is shown, "" before the first."""
        return self._current

    def set_section_count(self, key: str, count: int) -> None:
        """The small number at a section's icon (unread notices); 0 takes it away."""
        for section in self._sections:
            if section.key == key:
                section.button.set_count(count)

    def _add_shortcut(self, sequence: QKeySequence, act: Callable[[], object]) -> None:
        action = QAction(self)
        action.setShortcut(sequence)
        action.triggered.connect(lambda: act())
        self.addAction(action)

    @cached_property
    def help(self) -> HelpPanel:
        """The help panel, built when it is first asked for."""
        from colonydesk.ui.help import HelpPanel

        panel = HelpPanel(self._source, self._help_folder, self)
        panel.place()
        for section in self._sections:
            if section.key == self._current:
                panel.set_page(section.key, section.title)
        return panel

    def _has_help(self) -> bool:
        return "help" in self.__dict__

    def _toggle_help(self) -> None:
        self.help.set_open(self.help.isHidden())

    def _open_menu(self) -> None:
        corner = self._menu_button.mapToGlobal(self._menu_button.rect().topRight())
        self.menu.popup(corner)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.menu and event.type() in (QEvent.Type.ActionAdded, QEvent.Type.ActionRemoved):
            self._menu_button.setVisible(not self.menu.isEmpty())
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._has_help():
            self.help.place()

    def closeEvent(self, event: QEvent) -> None:
        if self.closing():
            event.accept()
        else:
            event.ignore()


class RailButton(QAbstractButton):
    """A section in the rail: its icon, its word, and a small count where there is one."""

    def __init__(self, source: ThemeSource, icon: str, word: str) -> None:
        super().__init__()
        self._source = source
        self._icon = icon
        self._count = 0
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_count(self, count: int) -> None:
        """Show ``count`` at the icon; 0 shows none."""
        self._count = count
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(RAIL_WIDTH - 1, self._source.theme.row + 22)

    def nextCheckState(self) -> None:
        """Which section is open is the frame's to say."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._source.theme
        on = self.isChecked()
        colour = theme.accent if on else theme.text if self.underMouse() else theme.secondary
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if on:
                painter.fillRect(QRectF(0, 9, 3, self.height() - 18), QColor(theme.accent))
            middle, top = self.width() / 2, (self.height() - 38) / 2
            icon = self._source.icons.pixmap(self._icon, colour)
            painter.drawPixmap(QPointF(middle - 10, top), icon)
            painter.setPen(QColor(colour))
            painter.setFont(font(CAPTION, 700 if on else 400))
            word = QRectF(0, top + 22, self.width(), 16)
            painter.drawText(word, Qt.AlignmentFlag.AlignCenter, self.text())
            if self._count:
                self._paint_count(painter, middle + 4, top - 4)
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 3, -5, -3), 6, 6)

    def _paint_count(self, painter: QPainter, left: float, top: float) -> None:
        theme = self._source.theme
        count = str(self._count) if self._count < 100 else "99+"
        painter.setFont(font(CAPTION, 700))
        width = max(14.0, painter.fontMetrics().horizontalAdvance(count) + 7.0)
        box = QRectF(left, top, width, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.under))
        painter.drawRoundedRect(box, 7, 7)
        painter.setPen(QColor(theme.on_accent))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, count)


class StatusBar(QWidget):
    """Which database and whether it is live, who records, and what else is true just now.

    ``member_chosen`` carries the key of the member picked from the list. Until one is known the button asks
    for one. The frame's other texts are set by name and stand in the order they were first set.
    """

    member_chosen = Signal(object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self._database = StateBadge(source, size=LABEL, quiet=True)
        self._member = QPushButton()
        self._member.setProperty("kind", "status")
        self._member.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._members = QMenu(self)
        self._group = QActionGroup(self)
        self._member.setMenu(self._members)
        self._texts: dict[str, QLabel] = {}
        self._left = QHBoxLayout()
        self._left.setSpacing(L)
        self._right = label(role="label")
        row = QHBoxLayout(self)
        row.setContentsMargins(M, 0, M, 0)
        row.setSpacing(M)
        row.addWidget(self._database)
        row.addWidget(self._member)
        row.addLayout(self._left)
        row.addStretch(1)
        row.addWidget(self._right)
        self.setFixedHeight(STATUS_HEIGHT)
        self.set_members((), None)

    def set_database(self, name: str, live: bool, detail: str = "") -> None:
        """``name`` of the database; a dot and "live", or a triangle and ``detail`` ("offline, 3 wait")."""
        state = "ok" if live else "near"
        word = detail or (self.tr("live") if live else self.tr("offline"))
        self._database.set(state, f"{name}, {word}")

    def database_text(self) -> str:
        """What is said of the database."""
        return self._database.text()

    def set_members(self, members: Sequence[tuple[Hashable, str]], current: Hashable | None) -> None:
        """Who can record, as (key, name), and who does; None: nobody yet, the button asks."""
        self._members.clear()
        names = dict(members)
        for key, name in members:
            action = self._members.addAction(name)
            action.setCheckable(True)
            action.setChecked(key == current)
            action.setActionGroup(self._group)
            action.triggered.connect(lambda _checked=False, key=key: self.member_chosen.emit(key))
        known = current in names
        who = names[current] if known else self.tr("Choose who records")
        self._member.setText(f"{who} ▾")
        self._member.setAccessibleName(self.tr("Recording: {}").format(who))
        self._member.setToolTip(self.tr("Who records; choose another member"))
        self._member.setEnabled(bool(members))

    def set_text(self, name: str, text: str) -> None:
        """Show ``text`` under ``name`` at the left, behind the member; "" takes it away."""
        if name not in self._texts:
            self._texts[name] = label(role="label")
            self._left.addWidget(self._texts[name])
        self._texts[name].setText(text)
        self._texts[name].setVisible(bool(text))

    def text(self, name: str) -> str:
        """What is shown under ``name``, "" when nothing is."""
        return self._texts[name].text() if name in self._texts else ""

    def set_right(self, text: str) -> None:
        """What stands at the right end: "3 notices", "Saving…"."""
        self._right.setText(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._source.theme.rail))
