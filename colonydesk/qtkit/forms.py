"""The form builder: a list of entries becomes fields under each other, each with its unit, help and refusal.

A form knows values and words, nothing of what they mean: what cannot be is said at its field while it is
typed, what only a database can know is told with ``refuse``. Nothing is cleared but by ``set_values``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from colonydesk.qtkit.form_editors import Clock, Editor
from colonydesk.qtkit.form_extra import JsonEditor
from colonydesk.qtkit.form_links import ChoiceLine, LinksEditor, ObjectEditor, ReferenceEditor
from colonydesk.qtkit.form_row import KINDS, Entry, Labelled, Row, heading, make_editor, same
from colonydesk.qtkit.search import Choice
from colonydesk.qtkit.theme import S, ThemeSource

__all__ = ["KINDS", "Clock", "Entry", "FormView", "Labelled"]


class FormView(QWidget):
    """The fields of ``entries``, in order.

    ``changed`` carries the name of a field that was changed by hand. ``asked`` carries (name, text) of a
    search for choices, answered with ``set_choices``; ``opened`` carries (name, id) of a record somebody
    wants to see; ``helped`` the help of the field that has the keys now.
    """

    changed = Signal(str)
    asked = Signal(str, str)
    opened = Signal(str, object)
    helped = Signal(str)

    def __init__(self, source: ThemeSource, entries: Sequence[Entry], clock: Clock) -> None:
        super().__init__()
        self.entries = {entry.name: entry for entry in entries}
        self._rows: dict[str, Row] = {}
        self._loaded: dict[str, Any] = {}
        self._groups: list[tuple[QWidget, list[Row]]] = []
        self._then: Callable[[], None] | None = None
        self._taking = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for entry in entries:
            if entry.heading:
                over = heading(entry.heading)
                self._groups.append((over, []))
                column.addWidget(over)
            editor = make_editor(source, entry, clock, partial(self._start_of, entry.start))
            row = Row(source, entry, editor)
            self._connect(row)
            self._rows[entry.name] = row
            if self._groups:
                self._groups[-1][1].append(row)
            column.addWidget(row)
        column.addStretch(1)

    def _connect(self, row: Row) -> None:
        name, editor = row.entry.name, row.editor
        editor.edited.connect(lambda: self._on_edited(name))
        editor.left.connect(lambda: row.look())
        if isinstance(editor, ReferenceEditor | LinksEditor | ObjectEditor):
            editor.asked.connect(lambda text: self.asked.emit(name, text))
        if isinstance(editor, ReferenceEditor | ObjectEditor):
            editor.opened.connect(lambda key: self.opened.emit(name, key))
        for widget in (editor, *editor.findChildren(QWidget)):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                widget.installEventFilter(self)
                widget.setProperty("field", name)

    # Values

    def set_values(self, values: Mapping[str, Any], keep: Iterable[str] = ()) -> None:
        """Fill the fields anew (None where ``values`` has nothing); nothing counts as changed then.

        The value of a reference, of links or of an object is a ``Labelled``, or None. What stands in the
        fields ``keep`` stays, and counts as changed where it is something else.
        """
        kept = frozenset(keep)
        if not kept:
            self._then = None
        for name, row in self._rows.items():
            self._loaded[name] = _plain(values.get(name))
            if name not in kept:
                row.give(values.get(name))
        self._hide_empty()

    def values(self) -> dict[str, Any]:
        """What stands in the fields now."""
        return {name: self.value(name) for name in self._rows}

    def accept(self, values: Mapping[str, Any]) -> None:
        """These have been saved: what has been typed since they stood in the fields still counts."""
        self._loaded.update(values)
        for name, row in self._rows.items():
            if not row.differs_from(self._loaded[name]):
                row.editor.settle()

    def _hide_empty(self) -> None:
        """What is only shown, and there is nothing of, takes no room; nor does a heading over nothing."""
        for row in self._rows.values():
            row.setHidden(row.entry.kind == "shown" and self.value(row.entry.name) is None)
        for over, rows in self._groups:
            over.setHidden(all(row.isHidden() for row in rows))

    def turn_clock(self, turn: Callable[[], None]) -> None:
        """``turn`` sets another clock: moments that nobody has typed are written by it, and of all others it
        is said what is understood of them now."""
        typed = self.dirty()
        turn()
        for name, row in self._rows.items():
            if row.entry.kind == "moment":
                if name not in typed:
                    row.fill(self._loaded.get(name))
                row.note_now()

    def put(self, name: str, value: Any) -> None:
        """Put a value into a field as if it had been typed."""
        self._rows[name].fill(value)
        self._on_edited(name)

    def _start_of(self, name: str) -> Any:
        return self.value(name) if name in self._rows else None

    def value(self, name: str) -> Any:
        """What stands in the field; None where nothing does, or it is refused."""
        return self._rows[name].read()[0]

    def words(self, name: str) -> str:
        """What stands in the field, as text."""
        return self._rows[name].editor.words()

    def editor(self, name: str) -> Editor:
        """The editor of a field."""
        return self._rows[name].editor

    def changes(self) -> dict[str, Any]:
        """The values that differ from those filled in, by name; refused ones are not among them."""
        found = {}
        for name, row in self._rows.items():
            if row.entry.kind == "shown":
                continue
            value, refusal = row.read()
            if not refusal and not same(value, self._loaded.get(name)):
                found[name] = value
        return found

    def dirty(self) -> tuple[str, ...]:
        """The names of the fields in which something was changed, refused ones too."""
        return tuple(
            name
            for name, row in self._rows.items()
            if row.entry.kind != "shown" and row.differs_from(self._loaded.get(name))
        )

    def when_taken(self, act: Callable[[], None]) -> None:
        """Take what stands in search lines as if they were left, then ``act``.

        Where choices are still being fetched, once they are there; never, where something else is typed
        until then, or ``act_no_more`` is called.
        """
        self._then = None
        for editor in self._searching():
            editor.take_typed()
        self._then = act
        self._go_on()

    def waits(self) -> bool:
        """Whether something is done as soon as choices are there."""
        return self._then is not None

    def act_no_more(self) -> None:
        """The choices do not come: what was to be done with them is not done."""
        self._then = None

    def _searching(self) -> list[ReferenceEditor | LinksEditor | ObjectEditor]:
        kinds = ReferenceEditor | LinksEditor | ObjectEditor
        return [row.editor for row in self._rows.values() if isinstance(row.editor, kinds)]

    def _go_on(self) -> None:
        act = self._then
        if act is not None and not any(editor.is_awaited() for editor in self._searching()):
            self._then = None
            act()

    def check(self) -> bool:
        """Look at every field as if it had been left; False, and the keys in the first refused one."""
        first = ""
        for name, row in self._rows.items():
            if not row.check() and not first:
                first = name
        if first:
            self.focus(first)
        return not first

    # What is said at a field

    def refuse(self, name: str, sentence: str) -> bool:
        """Say at a field why its value was not taken; False where the form has no such field."""
        row = self._rows.get(name)
        if row is not None:
            row.say("refused", sentence)
            self.focus(name)
        return row is not None

    def ask(self, name: str, sentence: str) -> bool:
        """Ask at a field whether its value is meant; False where the form has no such field."""
        row = self._rows.get(name)
        if row is not None:
            row.say("question", sentence)
        return row is not None

    def said(self, name: str) -> str:
        """The sentence at a field, "" when there is none."""
        return self._rows[name].sentence.text()

    def clear_sentences(self) -> None:
        """Say nothing at any field."""
        for row in self._rows.values():
            row.sentence.clear()

    def show_other(self, name: str, theirs: str, original: str, take: Any, *, mine: bool) -> None:
        """At a field: what somebody else saved, and what stood there before; ``take`` is theirs as a value.

        ``mine``: this field was changed here too, and so it has to be chosen.
        """
        self._rows[name].show_other(theirs, original, take, mine=mine)

    def others(self) -> tuple[str, ...]:
        """The names of the fields at which it is still to be chosen between mine and theirs."""
        return tuple(name for name, row in self._rows.items() if row.to_choose())

    def clear_others(self) -> None:
        """Forget what others saved."""
        for row in self._rows.values():
            row.clear_other()

    # Behaviour

    def set_read_only(self, names: Iterable[str]) -> None:
        """These fields can only be read; all others can be typed into."""
        fixed = frozenset(names)
        for name, row in self._rows.items():
            row.set_read_only(name in fixed)

    def set_choices(self, name: str, text: str, choices: Sequence[Choice]) -> None:
        """The answer to ``asked(name, text)``."""
        editor = self._rows[name].editor
        if isinstance(editor, ReferenceEditor | LinksEditor | ObjectEditor):
            self._taking = True
            editor.set_choices(text, choices)
            self._taking = False
            self._go_on()

    def suggest(self, name: str, text: str) -> None:
        """Grey words in an empty field: what will be taken where nothing is typed."""
        keys = self._rows[name].editor.keys()
        if isinstance(keys, QLineEdit | QPlainTextEdit):
            keys.setPlaceholderText(text)

    def focus(self, name: str = "") -> None:
        """Give the keys to a field; without a name to the first that takes any."""
        for own, row in self._rows.items():
            if (own == name or not name) and not row.is_read_only():
                if isinstance(row.editor, JsonEditor) and name:
                    row.editor.set_open()
                row.editor.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def focus_empty(self) -> None:
        """Give the keys to the first field that nothing stands in: what is filled is not typed over."""
        takes = (name for name, row in self._rows.items() if not row.is_read_only())
        self.focus(next((name for name in takes if self.value(name) in (None, "", ())), ""))

    def _on_edited(self, name: str) -> None:
        if not self._taking:
            self._then = None
        self._rows[name].on_edited()
        for row in self._rows.values():
            if row.entry.start == name:
                row.note_again()
        self.changed.emit(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            name = watched.property("field")
            if name in self.entries:
                self.helped.emit(self.entries[name].help)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo) and not _can_undo(watched):
                event.ignore()  # nothing was typed since: it is for whoever undoes what was saved
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(watched, event)
        return False

    def _on_key(self, watched: QObject, event: QKeyEvent) -> bool:
        """Enter goes on to the next field, as Tab does; in a search line only once a choice was taken."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        name = watched.property("field")
        row = self._rows.get(name)
        if row is None or isinstance(watched, QPlainTextEdit | QPushButton | QComboBox):
            return False
        if isinstance(watched, ChoiceLine) and (row.editor.read()[1] or watched.is_marked()):
            return False
        if isinstance(watched, QWidget):
            self.focusNextPrevChild(True)
            row.look()
        return True


def _can_undo(widget: QObject) -> bool:
    if isinstance(widget, QLineEdit):
        return widget.isUndoAvailable()
    return isinstance(widget, QPlainTextEdit) and widget.document().isUndoAvailable()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Labelled) else value
