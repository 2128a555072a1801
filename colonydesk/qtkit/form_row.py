"""One field of a form: its label, its editor, its unit, what was understood; below what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.form_editors import (
    BooleanEditor,
    ChoiceEditor,
    Clock,
    Editor,
    LineEditor,
    ListEditor,
    LongEditor,
    Reading,
    ReadOnly,
    day_editor,
    integer_editor,
    long_words,
    moment_editor,
    number_editor,
)
from colonydesk.qtkit.form_extra import JsonEditor
from colonydesk.qtkit.form_image import ImageEditor
from colonydesk.qtkit.form_links import LinksEditor, ObjectEditor, ReferenceEditor
from colonydesk.qtkit.parts import label, rule
from colonydesk.qtkit.theme import XS, M, S, ThemeSource

LABEL_WIDTH = 132
NOTE_WIDTH = 232
"""With less room than this beside a field, in pixels, what was understood stands below it."""
KINDS = (
    *("text", "long", "number", "integer", "boolean", "date", "moment", "choice", "reference", "links"),
    *("object", "json", "list", "image", "shown"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a form; ``kind`` is one of ``KINDS``.

    ``codes``: the choices, or of "object" the kinds, each with its word. ``scale``: shown and typed that many
    times as large as it is kept (100 for per cent). ``heading`` stands over the entry, where one is given.
    ``lines``: the height of a "long" one. ``check`` raises KnownError with what is wrong with a value that
    was typed; ``patient``: half of a value looks wrong, so that it is said once the field is left. ``start``:
    the name of an earlier moment, of whose day a time alone is.
    """

    name: str
    label: str
    kind: str
    required: bool = False
    unit: str = ""
    help: str = ""
    codes: tuple[tuple[Any, str], ...] = ()
    scale: float = 1.0
    heading: str = ""
    lines: int = 3
    check: Callable[[Any], object] | None = None
    patient: bool = False
    start: str = ""


@dataclass(frozen=True, slots=True)
class Labelled:
    """The value of a reference, links or an object with the words for every id in it."""

    value: Any
    labels: Mapping[Any, str]


class Row(QWidget):
    """A label, its editor, the unit, what was understood; below what is said, and what others saved."""

    def __init__(self, source: ThemeSource, entry: Entry, editor: Editor) -> None:
        super().__init__()
        self.entry, self.editor = entry, editor
        self._fixed = False
        self._given: Any = None
        self._other: tuple[Any] | None = None
        self._must_choose = False
        name = label("" if entry.kind == "boolean" else entry.label, "label", wrap=True)
        name.setFixedWidth(LABEL_WIDTH)
        name.setToolTip(entry.help)
        name.setBuddy(editor.keys())
        top = entry.kind in ("long", "list", "json", "links", "object", "image")
        name.setContentsMargins(0, 8 if top and entry.kind not in ("object",) else 0, 0, 0)
        for widget in (editor.keys(), editor):
            widget.setAccessibleName(f"{entry.label}, {entry.unit}" if entry.unit else entry.label)
            widget.setAccessibleDescription(entry.help)
        self._note = label(role="label", wrap=True, parent=self)
        self._plain = label(wrap=True)
        self._plain.setMinimumWidth(1)
        self._plain.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._plain.hide()
        self.sentence = Sentence(source)
        self._choose = _Choose()
        self._choose.mine.clicked.connect(lambda: self._decide(theirs=False))
        self._choose.theirs.clicked.connect(lambda: self._decide(theirs=True))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(S)
        where = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter
        line.addWidget(name, 0, where)
        wide = not isinstance(editor, LineEditor) or editor.edit.maximumWidth() > 1000
        line.addWidget(editor, 1 if wide else 0)
        line.addWidget(self._plain, 1000)
        if entry.unit:
            line.addWidget(label(entry.unit, "label"))
        if not wide:
            line.addStretch(1)
        self._note.hide()
        self._line, self._below = line, QVBoxLayout()
        self._below.setContentsMargins(LABEL_WIDTH + S, 0, 0, 0)
        self._below.setSpacing(XS)
        self._below.addWidget(self._note)
        self._below.addWidget(self.sentence)
        self._below.addWidget(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(XS)
        column.addLayout(line)
        column.addLayout(self._below)
        self.sentence.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_note()

    def _place_note(self) -> None:
        """Beside its field, or below it where there is no room for a line of words."""
        free = self.width() - LABEL_WIDTH - self.editor.sizeHint().width() - 2 * S
        row, place = (self._line, self._line.count() - 1) if free >= NOTE_WIDTH else (self._below, 0)
        if row.indexOf(self._note) < 0:
            for one in (self._line, self._below):
                one.removeWidget(self._note)
            row.insertWidget(place, self._note, 1000 if row is self._line else 0)

    def _write_note(self, text: str) -> None:
        """A line ends only behind a comma, not within "3 days ago"."""
        self._note.setText(", ".join(part.replace(" ", "\N{NO-BREAK SPACE}") for part in text.split(", ")))
        self._note.setVisible(bool(text))

    def read(self) -> Reading:
        """The value, and why it cannot be. What it was filled with is not judged: books hold much."""
        value, refusal = self.editor.read()
        check = self.entry.check
        if refusal or check is None or value is None or same(value, self._given):
            return value, refusal
        try:
            check(value)
        except KnownError as error:
            return None, str(error)
        return value, ""

    def give(self, value: Any) -> None:
        """Show what is in the books, with nothing said about it."""
        self.fill(value)
        self._given = value

    def fill(self, value: Any) -> None:
        """Show a value, with nothing said about it."""
        if isinstance(value, Labelled):
            self._fill_labelled(value)
        else:
            self.editor.show_value(value)
        self.say("", "")
        self._write_note("")
        self._write_plain()

    def _fill_labelled(self, value: Labelled) -> None:
        editor = self.editor
        if isinstance(editor, LinksEditor):
            editor.show_labelled(value.value or (), value.labels)
        elif isinstance(editor, ObjectEditor):
            key = value.value[1] if value.value is not None else None
            editor.show_labelled(value.value, value.labels.get(key, ""))
        elif isinstance(editor, ReferenceEditor):
            editor.show_labelled(value.value, value.labels.get(value.value, ""))
        else:
            editor.show_value(value.labels.get(value.value))

    def on_edited(self) -> None:
        """Something was typed: what is wrong is said at once, half of a date only once it is left."""
        self._write_note(self.editor.note())
        _, refusal = self.read()
        if refusal and not self.editor.patient and not self.entry.patient:
            self.say("refused", refusal)
        elif self.sentence.state():
            self.say("", "")
        self._write_plain()

    def note_again(self) -> None:
        """What was understood of what was typed may be another day now."""
        if not self._note.isHidden():
            self.note_now()

    def note_now(self) -> None:
        """Say what is understood of what stands in the field."""
        self._write_note(self.editor.note())

    def differs_from(self, loaded: Any) -> bool:
        """Whether something else stands in the field than was filled in, or something that is refused."""
        value, refusal = self.read()
        return bool(refusal) or not same(value, loaded)

    def look(self) -> None:
        """The field was left: say what is wrong with it."""
        _, refusal = self.read()
        if refusal:
            self.say("refused", refusal)

    def check(self) -> bool:
        """Whether it can be saved; it is said why not."""
        value, refusal = self.read()
        if not refusal and self.entry.required and value in (None, "", ()) and not self._fixed:
            refusal = self.tr("{} is needed.").format(self.entry.label)
        if refusal:
            self.say("refused", refusal)
        return not refusal

    def say(self, state: str, text: str) -> None:
        """Show a sentence under the field; "" takes it away."""
        if text:
            self.sentence.say(state, text=text)
        else:
            self.sentence.clear()
        self.sentence.setVisible(bool(text))
        keys = self.editor.keys()
        if keys.property("refused") != (state == "refused"):
            keys.setProperty("refused", state == "refused")
            keys.style().unpolish(keys)
            keys.style().polish(keys)

    def set_read_only(self, fixed: bool) -> None:
        """Show the value as plain text, or as a field."""
        self._fixed = fixed
        self.editor.setVisible(not fixed)
        self._plain.setVisible(fixed)
        self._write_plain()

    def is_read_only(self) -> bool:
        """Whether the field takes no keys."""
        return self._fixed or isinstance(self.editor, ReadOnly)

    def _write_plain(self) -> None:
        text = self.editor.words() or "-"
        self._plain.setText(f"{self.entry.label}: {text}" if self.entry.kind == "boolean" else text)
        self._plain.setToolTip(long_words(text))

    def show_other(self, theirs: str, original: str, take: Any, *, mine: bool) -> None:
        """What somebody else saved in this field."""
        self._other, self._must_choose = (take,), mine
        self._choose.show_texts(theirs, original, mine=mine)

    def to_choose(self) -> bool:
        """Whether it is still to be chosen between mine and theirs."""
        return self._must_choose

    def clear_other(self) -> None:
        """Forget what others saved."""
        self._other, self._must_choose = None, False
        self._choose.hide()

    def _decide(self, *, theirs: bool) -> None:
        other = self._other
        self.clear_other()
        if theirs and other is not None:
            self.fill(other[0])
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.edited.emit()


class _Choose(QWidget):
    """Mine is in the field; here stand theirs and the original, and which one it shall be."""

    def __init__(self) -> None:
        super().__init__()
        self._text = label(role="label", wrap=True)
        self.mine = QPushButton(self.tr("Keep mine"))
        self.theirs = QPushButton(self.tr("Take theirs"))
        line = QHBoxLayout()
        line.setSpacing(M)
        for button in (self.mine, self.theirs):
            button.setProperty("kind", "link")
            line.addWidget(button)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._text)
        column.addLayout(line)
        self.hide()

    def show_texts(self, theirs: str, original: str, *, mine: bool) -> None:
        """Show both texts; without ``mine`` there is nothing to choose."""
        said = (
            self.tr("Theirs: {}. Before: {}.") if mine else self.tr("Changed by somebody else; before: {1}.")
        )
        self._text.setText(said.format(theirs or "-", original or "-"))
        self.mine.setVisible(mine)
        self.theirs.setVisible(mine)
        self.show()


def heading(text: str) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, M, 0, 0)
    column.setSpacing(XS)
    column.addWidget(label(text, "strong", wrap=True))
    column.addWidget(rule())
    return made


def make_editor(source: ThemeSource, entry: Entry, clock: Clock, start: Callable[[], Any]) -> Editor:
    """``start`` gives the moment that stands in the field which is the entry's ``start``, if any."""
    make: dict[str, Any] = {
        "text": LineEditor,
        "long": partial(LongEditor, entry.lines),
        "number": partial(number_editor, entry.unit, entry.scale),
        "integer": partial(integer_editor, entry.unit),
        "boolean": partial(BooleanEditor, entry.label),
        "date": partial(day_editor, clock),
        "moment": partial(moment_editor, clock, start),
        "choice": partial(ChoiceEditor, entry.codes, may_be_none=not entry.required),
        "reference": partial(ReferenceEditor, source, entry.label),
        "links": partial(LinksEditor, source, entry.label),
        "object": partial(ObjectEditor, source, entry.label, entry.codes),
        "json": JsonEditor,
        "list": ListEditor,
        "image": ImageEditor,
        "shown": ReadOnly,
    }
    made: Editor = make[entry.kind]()
    return made


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field are alike; links are, in whatever order they stand."""
    if isinstance(one, tuple) and (other is None or isinstance(other, tuple | frozenset | list)):
        return set(one) == set(other or ())
    return bool(one == other) and (one is None) == (other is None)
