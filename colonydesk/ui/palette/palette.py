"""Ctrl+K: a line over the window that finds animals, cages, lines, members, screens and actions by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.row_delegate import RowDelegate
from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, M, S, font
from colonydesk.queries.find_anything import Found, find_anything
from colonydesk.ui.desk import Desk

WIDTH = 620
TOP = 72
SHOWN = 10
_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Screen:
    """A section of the window: its key, its word, and the keys that open it."""

    key: str
    title: str
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done from everywhere."""

    title: str
    act: Callable[[], object]
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    title: str
    detail: str
    kind: str
    go: Callable[[], object]


class Palette(QFrame):
    """Opens with Ctrl+K anywhere in ``frame``; arrows and Enter take a line, Escape leaves.

    ``wanted`` carries ("screen", key), ("subject", id), ("cage", a ``Cage``), ("housing", id), ("line", id),
    ("lab_member", id); an action is done at once.
    """

    wanted = Signal(str, object)

    def __init__(
        self, desk: Desk, frame: QMainWindow, screens: Sequence[Screen], actions: Sequence[Act]
    ) -> None:
        super().__init__(frame)
        self._desk = desk
        self._screens, self._actions = tuple(screens), tuple(actions)
        self._back: QWidget | None = None
        self._answered = ""
        self._enter_waits = False
        self._is_refused = False
        self.setObjectName("popup")
        self.line = CaretLine()
        self.line.setPlaceholderText(
            self.tr("Find an animal, a cage, a line, a member, a screen or an action")
        )
        self.line.setAccessibleName(self.tr("Find anything"))
        self.line.textChanged.connect(lambda _text: self._on_typed())
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_LineDelegate(desk.source, self.list))
        self.list.setAccessibleName(self.tr("What was found"))
        self.list.itemClicked.connect(self._take)
        self.said = label("", "secondary")
        self.said.setContentsMargins(S, S, S, S)
        column = QVBoxLayout(self)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(S)
        column.addWidget(self.line)
        column.addWidget(self.list)
        column.addWidget(self.said)
        self.setFocusProxy(self.line)
        self.hide()
        action = QAction(frame)
        action.setShortcut(QKeySequence("Ctrl+K"))
        action.triggered.connect(lambda _on=False: self.toggle())
        frame.addAction(action)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    # Opening and leaving

    def toggle(self) -> None:
        """Open it, or put it away."""
        if self.isVisible():
            self.put_away()
        else:
            self.open()

    def open(self) -> None:
        """Ask what is looked for; the screens and actions are offered before anything is typed."""
        self._back = QApplication.focusWidget()
        self.line.clear()
        self._on_typed()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def put_away(self) -> None:
        """Close it; the keys go back to where they came from."""
        back, self._back = self._back, None
        self._desk.jobs.drop(("palette", id(self)))
        self.hide()
        if back is not None and back.isVisible():
            back.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self.isVisible() and now is not None and now is not self and not self.isAncestorOf(now):
            self.hide()

    # Finding

    def titles(self) -> list[str]:
        """What is offered, in order."""
        return [self.list.item(row).data(_ROLE).title for row in range(self.list.count())]

    def _on_typed(self) -> None:
        text = self._text()
        self._enter_waits = self._is_refused = False
        if not text:
            self._answered = ""
            self._show(self._own(""), "")
            return
        self._desk.read(
            ("palette", id(self)),
            find_anything,
            text,
            done=lambda found: self._on_found(text, found),
            failed=lambda error: self._on_failed(text, error),
        )

    def _on_found(self, text: str, found: tuple[Found, ...]) -> None:
        if text != self._text():
            return
        self._answered = text
        lines = [*self._own(text), *(self._line_of(one) for one in found)]
        self._show(lines, "" if lines else self.tr("Nothing is called “{}”.").format(text))
        self._take_awaited()

    def _on_failed(self, text: str, error: Exception) -> None:
        """Screens and actions need no database; where none is called so, Enter asks again."""
        if isinstance(error, KnownError) and text == self._text():
            lines = self._own(text)
            self._answered, self._is_refused = text if lines else "", not lines
            self._show(lines, error.sentence)
            self._take_awaited()

    def _take_awaited(self) -> None:
        if self._enter_waits:
            self._enter_waits = False
            self._take(self.list.currentItem())

    def _own(self, text: str) -> list[_Line]:
        """Screens and actions whose words begin like those that are typed."""
        screen, action = self.tr("screen"), self.tr("action")
        lines = [
            _Line(one.title, one.shortcut, screen, lambda key=one.key: self.wanted.emit("screen", key))  # type: ignore[misc]
            for one in self._screens
        ]
        lines += [_Line(one.title, one.shortcut, action, one.act) for one in self._actions]
        return [line for line in lines if _fits(line.title, text)]

    def _line_of(self, found: Found) -> _Line:
        kind = {
            "subject": self.tr("animal"),
            "cage": self.tr("cage"),
            "housing": self.tr("cage"),
            "line": self.tr("line"),
            "lab_member": self.tr("member"),
        }[found.kind]
        return _Line(found.title, found.detail, kind, lambda: self.wanted.emit(found.kind, found.key))

    def _show(self, lines: Sequence[_Line], said: str) -> None:
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(line.title, self.list)
            item.setData(_ROLE, line)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{line.title}, {line.kind}, {line.detail}")
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(lines))
        self.said.setText(said)
        self.said.setVisible(bool(said))
        row = self._desk.source.theme.row
        self.list.setFixedHeight(row * min(SHOWN, len(lines)))
        self._place()

    def _place(self) -> None:
        frame = self.parentWidget()
        assert frame is not None
        width = min(WIDTH, frame.width() - 2 * M)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((frame.width() - width) // 2, TOP)

    # Taking

    def _text(self) -> str:
        return " ".join(self.line.text().split())

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        line: _Line = item.data(_ROLE)
        self.put_away()
        line.go()

    def event(self, event: QEvent) -> bool:
        """Escape is for what was opened last, and not for the help under it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.put_away()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._text() == self._answered:
                self._take(self.list.currentItem())
            else:
                if self._is_refused:
                    self._on_typed()
                self._enter_waits = True  # a quick hand: what is typed is not found yet
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.list.count():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _forwards: bool) -> bool:
        """The keys stay in the line."""
        return True


def _fits(title: str, text: str) -> bool:
    words = title.casefold().split()
    return all(any(word.startswith(typed) for word in words) for typed in text.casefold().split())


class _LineDelegate(RowDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self.source.theme
        line: _Line = index.data(_ROLE)
        painter.save()
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.fillRect(option.rect, QColor(theme.selection))
        box = option.rect.adjusted(M, 0, -M, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(CAPTION))
        painter.setPen(QColor(theme.hint))
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, line.kind)
        box.adjust(0, 0, -64, 0)
        painter.setFont(font(TEXT, 600))
        painter.setPen(QColor(theme.text))
        title = painter.fontMetrics().elidedText(line.title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, title)
        left = painter.fontMetrics().horizontalAdvance(title) + M
        painter.setFont(font(LABEL))
        painter.setPen(QColor(theme.secondary))
        rest = box.adjusted(left, 0, 0, 0)
        detail = painter.fontMetrics().elidedText(
            line.detail, Qt.TextElideMode.ElideRight, max(0, rest.width())
        )
        painter.drawText(rest, middle | Qt.AlignmentFlag.AlignLeft, detail)
        painter.restore()
