"""Editors of what points elsewhere: one record, several, or a record of any of some kinds.

The choices come from outside: ``asked`` carries what was typed ("" asks for the first ones), the answer is
``set_choices`` with the same text, soon or late.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from colonydesk.qtkit.flow import FlowLayout
from colonydesk.qtkit.form_editors import Editor, Reading
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import S, ThemeSource

_OUT = "  ×"
LEAST = 110
"""Pixels that a tag and the line beside it can be pressed into, but no further."""


class ChoiceLine(SearchLine):
    """A search line of a form: Down in a closed one asks for what there is; ``left`` when the keys go.

    ``settled`` is the text of the value: Escape puts it back, and ``put_back`` tells.
    """

    left = Signal()
    put_back = Signal()
    settled = ""
    takes_part = True  # it is read in the form before it is saved

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Down and not self.popup_texts():
            self.asked.emit(self.text().strip())
        elif enter and self.is_marked():
            self._take()
        elif event.key() == Qt.Key.Key_Escape and self.text() != self.settled:
            self._hide_popup()
            self.setText(self.settled)
            self.put_back.emit()
        else:
            super().keyPressEvent(event)

    def close_choices(self) -> None:
        """Show no choices any more."""
        self._hide_popup()

    def is_marked(self) -> bool:
        """Whether one of the choices is marked, which Enter takes."""
        return bool(self.popup_texts()) and self._popup is not None and self._popup.currentRow() >= 0

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class _Searching(Editor):
    """What both kinds of reference have: a line, and how an answer that comes late is still taken."""

    asked = Signal(str)
    patient = True

    def __init__(self, source: ThemeSource, placeholder: str) -> None:
        super().__init__()
        self.line = ChoiceLine(source, placeholder)
        self.line.asked.connect(self.asked)
        self.line.chosen.connect(self._on_chosen)
        self.line.textEdited.connect(self._on_typed)
        self.line.put_back.connect(self._on_typed)
        self.line.left.connect(self._on_left)
        self._left_with = ""

    def set_choices(self, text: str, choices: Sequence[Choice]) -> None:
        """The answer to ``asked(text)``."""
        self._known = (text, tuple(choices))
        if self.is_awaited() and text == self._left_with:
            self._take_only(text, choices)
        elif self.line.hasFocus():
            self.line.set_choices(text, choices)

    def take_typed(self) -> None:
        """Take what was typed as if the field were left; where its choices are not there, once they are."""
        pending = self._pending()
        if pending and self._known[0] == pending:
            self._take_only(pending, self._known[1])
        elif pending:
            self._left_with = pending
            self.asked.emit(pending)

    def is_awaited(self) -> bool:
        """Whether what was typed is to be taken as soon as its choices are there."""
        return bool(self._left_with) and self._left_with == self._pending()

    _known: tuple[str, tuple[Choice, ...]] = ("", ())

    def _take_only(self, text: str, choices: Sequence[Choice]) -> None:
        """Who typed the whole name and went on meant the one that is called so."""
        self._left_with = ""
        exact = [choice for choice in choices if choice.title.casefold() == text.casefold()]
        if len(exact) == 1:
            self.line.close_choices()
            self._on_chosen(exact[0])
        self.left.emit()

    def _pending(self) -> str:
        """What was typed and is not a choice yet."""
        raise NotImplementedError

    def _on_left(self) -> None:
        pending = self._pending()
        if pending and self._known[0] == pending:
            self._take_only(pending, self._known[1])
        elif pending:
            self._left_with = pending
        else:
            self.left.emit()

    def _on_typed(self) -> None:
        self.edited.emit()

    def _on_chosen(self, choice: Choice) -> None:
        raise NotImplementedError

    def keys(self) -> QWidget:
        return self.line


class ReferenceEditor(_Searching):
    """One record, found by typing. ``opened`` carries its id: somebody wants to see it."""

    opened = Signal(object)

    def __init__(self, source: ThemeSource, label: str) -> None:
        super().__init__(source, "")
        self.line.setPlaceholderText(self.tr("type to search, ↓ lists"))
        self._id: Hashable | None = None
        self._label = ""
        self._open = QPushButton(self.tr("Open"))
        self._open.setProperty("kind", "link")
        self._open.setAccessibleName(self.tr("Open: {}").format(label))
        self._open.clicked.connect(lambda: self.opened.emit(self._id))
        self._fill(self.line, self._open)
        self._open.hide()

    def read(self) -> Reading:
        text = self.line.text().strip()
        if text == self._label:
            return self._id, ""
        if not text:
            return None, ""
        return None, self.tr("“{}” is none of the choices: take one from the list.").format(text)

    def show_value(self, value: Any) -> None:
        self.show_labelled(value, "" if value is None else self.tr("(not found)"))

    def show_labelled(self, value: Hashable | None, label: str) -> None:
        """Show the record ``value`` by its words."""
        self._id, self._label = value, label
        self.line.settled = label
        self.line.setText(label)
        self.line.setCursorPosition(0)
        self._show_open()

    def words(self) -> str:
        return self._label

    def _pending(self) -> str:
        text = self.line.text().strip()
        return "" if text == self._label else text

    def _on_typed(self) -> None:
        self._show_open()
        super()._on_typed()

    def _show_open(self) -> None:
        self._open.setVisible(self._id is not None and self.line.text().strip() == self._label)

    def _on_chosen(self, choice: Choice) -> None:
        self.show_labelled(choice.key, choice.title)
        self.edited.emit()


class _Tag(QPushButton):
    """One of several: pressed, it is taken out. Where there is no room its words leave out the middle."""

    def __init__(self, key: Hashable, text: str) -> None:
        super().__init__()
        self.key, self.words = key, text
        self.setProperty("kind", "tag")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._write(text)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        metrics = self.fontMetrics()
        shown, whole = (metrics.horizontalAdvance(text) for text in (self.text(), f"{self.words}{_OUT}"))
        return QSize(hint.width() - shown + whole, hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), LEAST), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        less = self.sizeHint().width() - self.width()
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance(self.words) - less
        whole = less <= 0
        self._write(
            self.words if whole else metrics.elidedText(self.words, Qt.TextElideMode.ElideMiddle, room)
        )
        self.setToolTip("" if whole else self.words)

    def _write(self, text: str) -> None:
        if self.text() != f"{text}{_OUT}":
            self.setText(f"{text}{_OUT}")


class LinksEditor(_Searching):
    """Several records as tags, and a line that adds one; Backspace in the empty line takes the last out."""

    def __init__(self, source: ThemeSource, label: str) -> None:
        super().__init__(source, "")
        self._label = label
        self._loaded: tuple[Hashable, ...] = ()
        self._tags: list[_Tag] = []
        self.line.setPlaceholderText(self.tr("type to add"))
        self.line.setMinimumWidth(LEAST)
        self.line.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.line.installEventFilter(self)
        self._flow = FlowLayout(self)
        self._flow.addWidget(self.line)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusProxy(self.line)

    def read(self) -> Reading:
        text = self.line.text().strip()
        if text:
            return None, self.tr("“{}” is none of the choices: take one from the list.").format(text)
        found = tuple(tag.key for tag in self._tags)
        return (self._loaded if set(found) == set(self._loaded) else found), ""

    def show_value(self, value: Any) -> None:
        self.show_labelled(value or (), {})

    def show_labelled(self, ids: Iterable[Hashable], labels: Mapping[Any, str]) -> None:
        """Show these records by their words."""
        for tag in self._tags:
            self._drop(tag)
        self._tags = []
        self.line.clear()
        self._loaded = tuple(ids)
        for key in self._loaded:
            self._add(key, labels.get(key, self.tr("(not found)")))

    def words(self) -> str:
        return ", ".join(tag.words for tag in self._tags)

    def _add(self, key: Hashable, text: str) -> None:
        tag = _Tag(key, text)
        tag.setAccessibleName(self.tr("{}: take out {}").format(self._label, text))
        tag.clicked.connect(lambda: self._take_out(tag))
        self._flow.insert(len(self._tags), tag)
        tag.setParent(self)
        QWidget.setTabOrder(self.line, tag)  # into this place of the form,
        QWidget.setTabOrder(tag, self.line)  # and then before the line
        tag.show()
        self._tags.append(tag)
        self.updateGeometry()

    def _take_out(self, tag: _Tag) -> None:
        self._tags.remove(tag)
        self._drop(tag)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edited.emit()

    def _drop(self, tag: _Tag) -> None:
        self._flow.removeWidget(tag)
        tag.hide()
        tag.deleteLater()
        self.updateGeometry()

    def _pending(self) -> str:
        return self.line.text().strip()

    def _on_chosen(self, choice: Choice) -> None:
        self.line.clear()
        if all(tag.key != choice.key for tag in self._tags):
            self._add(choice.key, choice.title)
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Backspace and not self.line.text() and self._tags:
                self._take_out(self._tags[-1])
                return True
        return False


class ObjectEditor(Editor):
    """A record of any of some kinds: first the kind, then the record. The value is (kind, id) or None."""

    asked = Signal(str)
    opened = Signal(object)
    patient = True

    def __init__(self, source: ThemeSource, label: str, kinds: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._kinds = list(kinds)
        self.box = QComboBox()
        self.box.addItems([word for _, word in kinds])
        self.box.setAccessibleName(self.tr("{}: kind").format(label))
        self.reference = ReferenceEditor(source, label)
        self.reference.asked.connect(self.asked)
        self.reference.edited.connect(self.edited)
        self.reference.left.connect(self.left)
        self.reference.opened.connect(self.opened)
        self.box.activated.connect(self._on_kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        row = QHBoxLayout()
        row.addWidget(self.box)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.reference)
        self.setFocusProxy(self.box)

    def kind(self) -> str:
        """The kind that is chosen."""
        return self._kinds[self.box.currentIndex()][0]

    def set_choices(self, text: str, choices: Sequence[Choice]) -> None:
        """The answer to ``asked(text)``."""
        self.reference.set_choices(text, choices)

    def take_typed(self) -> None:
        """As of a reference."""
        self.reference.take_typed()

    def is_awaited(self) -> bool:
        """As of a reference."""
        return self.reference.is_awaited()

    def read(self) -> Reading:
        value, refusal = self.reference.read()
        return (None if value is None else (self.kind(), value)), refusal

    def show_value(self, value: Any) -> None:
        self.show_labelled(value, "" if value is None else self.tr("(not found)"))

    def show_labelled(self, value: tuple[str, Hashable] | None, label: str) -> None:
        """Show the record ``value`` by its words."""
        kinds = [kind for kind, _ in self._kinds]
        if value is not None and value[0] not in kinds:
            self._kinds.append((value[0], value[0].replace("_", " ").capitalize()))
            self.box.addItem(self._kinds[-1][1])
            kinds.append(value[0])
        self.box.setCurrentIndex(kinds.index(value[0]) if value is not None else 0)
        self.reference.show_labelled(value[1] if value is not None else None, label)

    def words(self) -> str:
        return self.reference.words()

    def keys(self) -> QWidget:
        return self.reference.line

    def _on_kind(self) -> None:
        self.reference.show_labelled(None, "")
        self.edited.emit()
