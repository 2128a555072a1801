"""One editor per kind of value: it shows a value, and reads what was typed or says why it cannot be.

An editor keeps what it was filled with: as long as the text is untouched it gives back the very value, and
nothing is lost to how it was written (the seconds of a moment, the digits of a number).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit import form_words as words
from colonydesk.qtkit.caret import CaretLine, CaretPage
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import TEXT, S, font

COMBO_WIDTH = 168
LONG_WORD = 24
Reading = tuple[Any, str]
"""The value, and the sentence that refuses the text ("" where it is taken; the value is None then)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What dates are read by: the present moment, and the zone of the laboratory's wall clock."""

    now: Callable[[], datetime]
    zone: Callable[[], tzinfo]

    def today(self) -> date:
        """The day on the laboratory's calendar."""
        return self.now().astimezone(self.zone()).date()


class Editor(QWidget):
    """``edited`` after every change by hand. ``left`` when the keys have gone elsewhere."""

    edited = Signal()
    left = Signal()
    patient = False
    """Whether half of a value looks wrong while it is typed: then it is refused once the field is left."""

    def read(self) -> Reading:
        """What stands in the field now."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Fill the field; ``edited`` is not emitted."""
        raise NotImplementedError

    def words(self) -> str:
        """The value as text, for where it can only be read; "" for none."""
        raise NotImplementedError

    def keys(self) -> QWidget:
        """The widget that takes the keys."""
        raise NotImplementedError

    def settle(self) -> None:
        """What was typed is saved: there is nothing of it to undo in the field any more."""

    def note(self) -> str:
        """A few words beside the field that say what was understood."""
        return ""

    def _fill(self, *widgets: QWidget, stretch: bool = True) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(S)
        for place, widget in enumerate(widgets):
            row.addWidget(widget, 1 if stretch and not place else 0)
        self.setFocusProxy(widgets[0])


class LineEditor(Editor):
    """One line of text. ``parse`` raises KnownError with the sentence to show; ``show`` writes a value."""

    def __init__(
        self,
        parse: Callable[[str], Any] = str,
        show: Callable[[Any], str] = str,
        *,
        width: int = 0,
        patient: bool = False,
        note: Callable[[Any], str] | None = None,
    ) -> None:
        super().__init__()
        self._parse, self._show, self._note = parse, show, note
        self.patient = patient
        self._shown, self._value = "", None
        self.edit = CaretLine()
        if width:
            self.edit.setFixedWidth(width)
        self.edit.textEdited.connect(lambda _text: self.edited.emit())
        self.edit.editingFinished.connect(self.left)
        self._fill(self.edit, stretch=not width)

    def read(self) -> Reading:
        text = self.edit.text()
        if text == self._shown:
            return self._value, ""
        if not text.strip():
            return None, ""
        try:
            return self._parse(text.strip()), ""
        except KnownError as error:
            return None, str(error)

    def show_value(self, value: Any) -> None:
        self._value = value
        self._shown = "" if value is None else self._show(value)
        self.edit.setText(self._shown)
        self.edit.setCursorPosition(0)

    def settle(self) -> None:
        at = self.edit.cursorPosition()
        self.edit.setText(self.edit.text())
        self.edit.setCursorPosition(at)

    def words(self) -> str:
        return self.edit.text()

    def keys(self) -> QWidget:
        return self.edit

    def note(self) -> str:
        value, _ = self.read()
        return self._note(value) if self._note is not None and value is not None else ""


def number_editor(unit: str, scale: float = 1.0) -> LineEditor:
    """A number that is shown and typed ``scale`` times as large as it is kept (100 for per cent)."""

    def show(value: Any) -> str:
        return words.number_words(round(float(value) * scale, 10))

    def parse(text: str) -> float:
        number = words.read_number(text, unit)
        return number if scale == 1.0 else round(number / scale, 12)

    made = LineEditor(parse, show, width=112)
    made.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made


def integer_editor(unit: str) -> LineEditor:
    """A whole number."""
    made = LineEditor(lambda text: words.read_integer(text, unit), str, width=112)
    made.edit.setAlignment(Qt.AlignmentFlag.AlignRight)
    return made


def day_editor(clock: Clock) -> LineEditor:
    """A day in words; what was understood stands beside it."""
    return LineEditor(
        lambda text: words.read_day(text, clock.today()),
        words.day_words,
        width=168,
        patient=True,
        note=lambda day: f"{_own_words(day)}{words.from_today(day, clock.today())}",
    )


def _own_words(day: date) -> str:
    return f"{words.day_words(day)}, "


def moment_editor(clock: Clock, start: Callable[[], datetime | None]) -> LineEditor:
    """A moment in words, on the laboratory's clock; a time alone is of the day of ``start``, if any, or of
    the night after it. An end that is before its start is said so at once."""

    def note(moment: datetime) -> str:
        local = moment.astimezone(clock.zone())
        begin = start()
        late = ", before its start" if begin is not None and moment < begin else ""
        day = words.from_today(local.date(), clock.today())
        return f"{words.moment_words(moment, clock.zone())}, {day}{late}"

    return LineEditor(
        lambda text: words.read_moment(text, clock.now(), clock.zone(), start()),
        lambda moment: words.moment_words(moment, clock.zone()),
        width=168,
        patient=True,
        note=note,
    )


class _Page(CaretPage):
    """Several lines; Tab goes on to the next field."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(QFontMetrics(font(TEXT)).lineSpacing() * lines + 15)

    left = Signal()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LongEditor(Editor):
    """Several lines of text."""

    def __init__(self, lines: int = 3) -> None:
        super().__init__()
        self._value: Any = None
        self._shown = ""
        self.edit = _Page(lines)
        self.edit.textChanged.connect(self.edited)
        self.edit.left.connect(self.left)
        self._fill(self.edit)

    def read(self) -> Reading:
        text = self.edit.toPlainText()
        if text == self._shown:
            return self._value, ""
        return self._of_text(text)

    def _of_text(self, text: str) -> Reading:
        return (text.strip("\n") or None if text.strip() else None), ""

    def _as_text(self, value: Any) -> str:
        return str(value)

    def show_value(self, value: Any) -> None:
        self._value = value
        self._shown = "" if value is None else self._as_text(value)
        self.edit.blockSignals(True)
        self.edit.setPlainText(self._shown)
        self.edit.blockSignals(False)
        self._shown = self.edit.toPlainText()

    def settle(self) -> None:
        self.edit.document().clearUndoRedoStacks()

    def words(self) -> str:
        return self.edit.toPlainText()

    def keys(self) -> QWidget:
        return self.edit


class ListEditor(LongEditor):
    """A list of short texts, one to a line."""

    def __init__(self) -> None:
        super().__init__(2)
        self.edit.setPlaceholderText(self.tr("one to a line"))

    def _of_text(self, text: str) -> Reading:
        return [line.strip() for line in text.splitlines() if line.strip()] or None, ""

    def _as_text(self, value: Any) -> str:
        return "\n".join(str(one) for one in value)


class BooleanEditor(Editor):
    """A tick with its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._value: bool | None = None
        self.box = QCheckBox(text)
        self.box.clicked.connect(lambda _on: self.edited.emit())
        self._fill(self.box)

    def read(self) -> Reading:
        return (self._value if self.box.isChecked() == bool(self._value) else self.box.isChecked()), ""

    def show_value(self, value: Any) -> None:
        self._value = value
        self.box.setChecked(bool(value))

    def words(self) -> str:
        return self.tr("yes") if self.box.isChecked() else self.tr("no")

    def keys(self) -> QWidget:
        return self.box


class _Combo(QComboBox):
    """Never changed by a wheel that was meant to scroll the form, nor wider than it for a long word."""

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), COMBO_WIDTH), hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ChoiceEditor(Editor):
    """One of a few codes, shown as words; the first letter chooses."""

    def __init__(self, codes: Sequence[tuple[Any, str]], *, may_be_none: bool) -> None:
        super().__init__()
        self._codes = [(None, "-"), *codes] if may_be_none else list(codes)
        self._unknown: Any = None
        self.box = _Combo()
        self.box.addItems([word[:1].upper() + word[1:] for _, word in self._codes])
        self.box.setMinimumWidth(COMBO_WIDTH)
        self.box.activated.connect(lambda _place: self.edited.emit())
        self.box.currentIndexChanged.connect(lambda _place: self.edited.emit())
        self._fill(self.box, stretch=False)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.addStretch(1)

    def read(self) -> Reading:
        place = self.box.currentIndex()
        return (self._codes[place][0] if place >= 0 else self._unknown), ""

    def show_value(self, value: Any) -> None:
        """A value that is none of the codes stays as it is until another is chosen."""
        self._unknown = value
        place = next((place for place, (code, _) in enumerate(self._codes) if code == value), -1)
        self.box.blockSignals(True)
        self.box.setCurrentIndex(place)
        self.box.blockSignals(False)

    def words(self) -> str:
        place = self.box.currentIndex()
        return self._codes[place][1] if place >= 0 and self._codes[place][0] is not None else ""

    def keys(self) -> QWidget:
        return self.box


class ReadOnly(Editor):
    """A value that is only shown."""

    def __init__(self, show: Callable[[Any], str] = str) -> None:
        super().__init__()
        self._show = show
        self._value: Any = None
        self._text = label(wrap=True)
        self._text.setMinimumWidth(1)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fill(self._text)

    def read(self) -> Reading:
        return self._value, ""

    def show_value(self, value: Any) -> None:
        self._value = value
        self._text.setText(self.words() or "-")
        self._text.setToolTip(long_words(self.words()))

    def words(self) -> str:
        return "" if self._value is None else self._show(self._value)

    def keys(self) -> QWidget:
        return self._text


def long_words(text: str) -> str:
    """The text where one of its words (a path, a hash) may be longer than a line, which is not wrapped."""
    return text if max(map(len, text.split()), default=0) > LONG_WORD else ""
