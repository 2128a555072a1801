"""The first page's choices, at its left: recent databases, and the ways to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, XS, L, M, S, ThemeSource, font
from colonydesk.ui.start_fields import column_of, row_of
from colonydesk.ui.start_forms import detail_of, title_of
from colonydesk.ui.start_icons import StartIcons
from colonydesk.ui.start_work import is_server

_CHOICE = Qt.ItemDataRole.UserRole
_ICON_SIZE = 20
LIST_WIDTH = 340
_INDENT = L + 4


@dataclass(frozen=True, slots=True)
class StartChoice:
    """One way to a database; ``url`` is the address of a recent one. A caption has no ``key``."""

    key: str
    icon: str
    title: str
    detail: str = ""
    url: str = ""


def all_choices(asker: QObject, recent: Sequence[str]) -> list[StartChoice]:
    """The ``recent`` addresses and the ways to another database, with their captions."""
    tr = asker.tr
    ways = [
        StartChoice("new", "file-plus", tr("New local database"), tr("One file on this computer")),
        StartChoice("open", "folder-open", tr("Open a database file"), tr("Made by ColonyDesk before")),
        StartChoice("server", "server", tr("Connect to a server"), tr("PostgreSQL, shared by many")),
        StartChoice("demo", "rat", tr("Demonstration colony"), tr("Made up, to try everything on")),
        StartChoice("import", "import", tr("Import from Alyx"), tr("A colony with all its records")),
    ]
    if not recent:
        return ways
    found = [
        StartChoice("recent", "server" if is_server(url) else "database", title_of(url), detail_of(url), url)
        for url in recent
    ]
    return [StartChoice("", "", tr("Recent")), *found, StartChoice("", "", tr("Other ways")), *ways]


class StartSide(QFrame):
    """The left side: the program's name, the choices, the keys."""

    def __init__(self, source: ThemeSource, choices: ChoiceList) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setFixedWidth(LIST_WIDTH)
        column = column_of(self, XS)
        head = QVBoxLayout()
        head.setContentsMargins(_INDENT, 28, M, M)
        head.setSpacing(XS)
        head.addWidget(label("ColonyDesk", "figure"))
        head.addWidget(label(self.tr("Where are your colony's records?"), "secondary"))
        column.addLayout(head)
        column.addWidget(choices, 1)
        keys = (("↑ ↓", self.tr("choose")), ("Enter", self.tr("go on")), ("F1", self.tr("help")))
        hints = row_of(S)
        hints.setContentsMargins(_INDENT, M, M, L)
        hints.addWidget(KeyHints(source, keys, gap=S))
        hints.addStretch(1)
        column.addLayout(hints)


class ChoiceList(QListWidget):
    """The choices; arrow keys move, Enter or the arrow to the right takes one, Delete forgets a recent one.

    ``picked`` carries the ``StartChoice`` that is marked now, ``entered`` the one taken, ``forgotten`` a
    recent database's.
    """

    picked = Signal(object)
    entered = Signal(object)
    forgotten = Signal(object)

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source
        self.setObjectName("start")
        self.setAccessibleName(self.tr("Where to begin"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_ChoiceDelegate(source, self))
        self.currentItemChanged.connect(self._on_current)
        self.itemDoubleClicked.connect(lambda item: self.entered.emit(item.data(_CHOICE)))
        source.changed.connect(self.scheduleDelayedItemsLayout)

    def show_choices(self, choices: Sequence[StartChoice]) -> None:
        """Show these, in order; the marked one stays marked where it is still there."""
        kept = self.choice()
        self.blockSignals(True)
        self.clear()
        for choice in choices:
            item = QListWidgetItem(choice.title, self)
            item.setData(_CHOICE, choice)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.title}. {choice.detail}")
            if not choice.key:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            elif choice.url:
                item.setToolTip(choice.url)
        self.blockSignals(False)
        if kept is None or not self.mark(kept.key, kept.url):
            self.mark()

    def choice(self) -> StartChoice | None:
        """The one that is marked."""
        item = self.currentItem()
        choice: StartChoice | None = None if item is None else item.data(_CHOICE)
        return choice

    def mark(self, key: str = "", url: str = "") -> bool:
        """Mark choice ``key`` (a recent one by its ``url``), else the first; False where it is not there."""
        for row in range(self.count()):
            choice: StartChoice = self.item(row).data(_CHOICE)
            if choice.key and (not key or (choice.key, choice.url) == (key, url)):
                self.setCurrentRow(row)
                return True
        return False

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.picked.emit(item.data(_CHOICE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        choice = self.choice()
        if choice is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.entered.emit(choice)
        elif choice is not None and choice.url and event.key() == Qt.Key.Key_Delete:
            self.forgotten.emit(choice)
        else:
            super().keyPressEvent(event)


class _ChoiceDelegate(QStyledItemDelegate):
    """Icon, title and one line below it; the marked one on the selection's ground with a bar at its left."""

    def __init__(self, source: ThemeSource, parent: ChoiceList) -> None:
        super().__init__(parent)
        self._source = source
        self._icons = StartIcons()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._source.theme.row + (20 if index.data(_CHOICE).key else -4))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: StartChoice = index.data(_CHOICE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if choice.key:
            self._paint_ground(painter, option)
            self._paint_choice(painter, QRectF(option.rect), choice, option)
        else:
            painter.setFont(font(CAPTION))
            painter.setPen(QColor(self._source.theme.secondary))
            box = QRectF(option.rect).adjusted(_INDENT, 0, -M, -6)
            painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, choice.title)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        theme = self._source.theme
        if not option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            return
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, QColor(theme.selection if on else theme.ground))
        if on:
            painter.fillRect(option.rect.adjusted(0, 0, 3 - option.rect.width(), 0), QColor(theme.accent))
        if on and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(option.rect).adjusted(1, 1, -1, -1))

    def _paint_choice(
        self, painter: QPainter, box: QRectF, choice: StartChoice, option: QStyleOptionViewItem
    ) -> None:
        theme = self._source.theme
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        colour = theme.accent if on and enabled else theme.secondary if enabled else theme.faint
        middle, left = box.center().y(), box.left() + _INDENT
        icon = self._icons.pixmap(choice.icon, colour, _ICON_SIZE)
        painter.drawPixmap(QPointF(left, middle - _ICON_SIZE / 2), icon)
        left += _ICON_SIZE + M
        width = box.right() - M - left
        for top, words, type_, ink in (
            (middle - 19, choice.title, font(TEXT, 600), theme.text),
            (middle, choice.detail, font(LABEL), theme.secondary),
        ):
            painter.setFont(type_)
            painter.setPen(QColor(ink if enabled else theme.faint))
            elided = QFontMetrics(type_).elidedText(words, Qt.TextElideMode.ElideMiddle, int(width))
            where = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(left, top, width, 18), where, elided)
