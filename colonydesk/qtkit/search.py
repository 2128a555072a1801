"""A line to type or scan into, with the choices that fit under it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QWidget

from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.theme import LABEL, M, ThemeSource, font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QListWidget, QListWidgetItem

SHOWN = 8
GAP = 4
"""Pixels between the line and its choices, and to the edge of the window."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the pop-up; ``key`` is what is handed back, ``detail`` stands grey at the right.

    ``also``: what else it is known by, an ear mark.
    """

    key: Hashable
    title: str
    detail: str = ""
    also: str = ""


class SearchLine(CaretLine):
    """A line edit that asks for choices with every keystroke and hands back the one that was taken.

    ``asked`` carries the text (stripped, never empty); whoever answers, answers with ``set_choices`` and the
    same text, soon or late. ``chosen`` carries a ``Choice``. A code reader types faster than an answer comes
    and ends with Enter: that Enter is remembered, and takes the choice whose title is the text, or else which
    is known by it; where several are called so, the pop-up asks which. What is called otherwise is taken with
    Down and Enter, where it is the only one, too: of a code that is not here another may be found by a part
    of its name. ``takes_part``: that only one is taken by Enter. ``not_found`` carries the text of an Enter
    that nothing fits. The text stays until ``clear``: Enter asks for it again once it has been answered, or
    where an Enter before has had no answer.
    """

    takes_part = False

    asked = Signal(str)
    chosen = Signal(object)
    not_found = Signal(str)

    def __init__(self, source: ThemeSource, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._source = source
        self._answered = self._asked_for = ""
        self._choices: tuple[Choice, ...] = ()
        self._enter_waits = False
        self._popup: QListWidget | None = None
        self.textEdited.connect(self._on_edited)

    def set_choices(self, text: str, choices: Sequence[Choice]) -> None:
        """The answer to ``asked(text)``; ignored where something else has been typed since."""
        if text != self.text().strip():
            return
        self._answered, self._choices = text, tuple(choices)
        if self._enter_waits:
            self._enter_waits = False
            self._take()
        elif self.hasFocus():
            self._show_popup()

    def forget_enter(self) -> None:
        """An Enter that has had no answer yet takes nothing any more."""
        self._enter_waits = False

    def popup_texts(self) -> list[str]:
        """The titles being shown, [] while the pop-up is closed."""
        if self._popup is None or self._popup.isHidden():
            return []
        return [choice.title for choice in self._choices]

    def popup_question(self) -> str:
        """What stands over the choices being shown, "" for nothing."""
        if self._popup is None or self._popup.isHidden() or self._popup.count() == len(self._choices):
            return ""
        return self._popup.item(0).text()

    def alike(self, count: int, title: str) -> str:
        """The question where several choices are called the same."""
        return self.tr("{} are called {}: choose one").format(count, title)

    def called_otherwise(self, text: str) -> str:
        """The question where only a part of a title was typed."""
        return self.tr("Nothing is called {}: ↓ and Enter take another").format(text)

    def _on_edited(self) -> None:
        self._enter_waits, self._answered = False, ""
        text = self._asked_for = self.text().strip()
        if text:
            self.asked.emit(text)
        else:
            self._choices = ()
            self._hide_popup()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        popup = self._popup if self._popup is not None and self._popup.isVisible() else None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():  # one that is held down is one
                self._on_enter()
        elif popup is not None and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._mark(popup, 1 if key == Qt.Key.Key_Down else -1)
        elif popup is not None and key == Qt.Key.Key_Escape:
            self._hide_popup()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hide_popup()
        super().focusOutEvent(event)

    def _on_enter(self) -> None:
        text = self.text().strip()
        if not text:
            return
        if text == self._answered:
            self._take()
            return
        is_on_its_way = text == self._asked_for and not self._enter_waits
        self._enter_waits = True
        if not is_on_its_way:
            self._asked_for = text
            self.asked.emit(text)

    def _take(self) -> None:
        """Enter: the marked line, else the one whose title was typed, else the only one or the question."""
        shown = self._popup is not None and self._popup.isVisible()
        marked = self._popup.currentItem() if self._popup is not None and shown else None
        text = self._answered
        exact = self._called(text)
        if marked is not None:
            self._choose(marked.data(Qt.ItemDataRole.UserRole))
        elif len(exact) == 1:
            self._choose(exact[0])
        elif len(self._choices) == 1 and self.takes_part:
            self._choose(self._choices[0])
        elif exact:
            self._show_popup(self.alike(len(exact), text))
        elif self._choices:
            self._show_popup(self.called_otherwise(text))
        else:
            self.not_found.emit(text)

    def _called(self, text: str) -> list[Choice]:
        """Those of just this title; where there is none, those that are known by it."""
        typed = text.casefold()
        titled = [choice for choice in self._choices if choice.title.casefold() == typed]
        return titled or [choice for choice in self._choices if choice.also.casefold() == typed]

    def _choose(self, choice: Choice) -> None:
        self._hide_popup()
        self._answered = self._asked_for = ""
        self.chosen.emit(choice)

    def _hide_popup(self) -> None:
        if self._popup is not None:
            self._popup.hide()

    @staticmethod
    def _mark(popup: QListWidget, by: int) -> None:
        """The next choice, or the one before it; the question over them is passed by."""
        first = 0 if popup.item(0).flags() & Qt.ItemFlag.ItemIsEnabled else 1
        count = popup.count() - first
        at = popup.currentRow() - first if popup.currentRow() >= 0 else -1
        popup.setCurrentRow(first + (max(at, -1) + by) % count)

    def _show_popup(self, question: str = "") -> None:
        if not self._choices:
            self._hide_popup()
            return
        from colonydesk.qtkit.search_popup import fill

        popup = self._popup or self._make_popup()
        fill(popup, self._choices, question)
        popup.setCurrentRow(-1)
        row = self._source.theme.row
        height = row * min(SHOWN, popup.count()) + 2 * popup.frameWidth()
        words = QFontMetrics(font(LABEL, 600)).horizontalAdvance(question) + 3 * M
        popup.setGeometry(self._place(QSize(max(self.width(), 280, words), height)))
        popup.raise_()
        popup.show()

    def _place(self, size: QSize) -> QRect:
        """Below the line, or above it where there is more room; never beyond the edge of the window."""
        window, top = self.window(), self.mapTo(self.window(), QPoint(0, 0))
        under = window.height() - (top.y() + self.height() + GAP) - GAP
        over = top.y() - 2 * GAP
        below = size.height() <= under or under >= over
        height = min(size.height(), under if below else over)
        left = max(GAP, min(top.x(), window.width() - size.width() - GAP))
        at = top.y() + self.height() + GAP if below else top.y() - GAP - height
        return QRect(left, at, size.width(), height)

    def _make_popup(self) -> QListWidget:
        from colonydesk.qtkit.search_popup import new_popup

        popup = new_popup(self._source, self.window())
        popup.itemClicked.connect(self._on_clicked)
        self._popup = popup
        return popup

    def _on_clicked(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._choose(item.data(Qt.ItemDataRole.UserRole))
