"""The large number field, and the sentence that stands at a field.

A field never clears itself: what was typed stays until whoever owns the field says that it was saved.
"""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.icons import paint_state
from colonydesk.qtkit.parts import label, lay_out_now
from colonydesk.qtkit.theme import RADIUS, TITLE, M, S, Theme, ThemeSource

QWIDGETSIZE_MAX = 16_777_215
L_INSIDE = 16
_SIGNS = {"refused": "circle-alert", "question": "circle-question-mark"}


class Sentence(QWidget):
    """What a value means or why it is refused, on the pale ground of its state, under its field.

    ``lines`` lines of room are always kept, so that nothing below jumps while typing; 0: it takes room only
    while it says something.
    """

    def __init__(self, source: ThemeSource, lines: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._state, self._said = "", ("", "", "")
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        row = QHBoxLayout(self)
        row.setContentsMargins(34, S, M, S)
        row.addWidget(self._label, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._room = 2 * S + 20 * lines if lines else 0
        self._measured: tuple[QRect, str] = (QRect(), "")
        self._slack = 0.0
        self.clear()
        source.changed.connect(self._write)

    def say(self, state: str, headline: str = "", text: str = "", detail: str = "") -> None:
        """Show ``headline`` (large, bold), ``text`` beside it, ``detail`` below, all plain text.

        ``state`` is one of ``theme.STATES``, or "refused" or "question": it gives shape, colour and ground.
        """
        self._state, self._said = state, (headline, text, detail)
        self._write()
        self.setAccessibleName(self.text())
        self.setMinimumHeight(self._room)
        self.setMaximumHeight(QWIDGETSIZE_MAX)
        if self.isVisible() and self.heightForWidth(self.width()) > self.height():
            lay_out_now(self)

    def clear(self) -> None:
        """Say nothing."""
        self._state, self._said = "", ("", "", "")
        self._label.clear()
        self.setAccessibleName("")
        self.setFixedHeight(self._room)
        self.update()

    def state(self) -> str:
        """The state being said, "" when nothing is."""
        return self._state

    def text(self) -> str:
        """All that is being said, as plain text."""
        headline, text, detail = self._said
        return "\n".join(part for part in (f"{headline} {text}".strip(), detail) if part)

    def _write(self) -> None:
        theme = self._source.theme
        headline, text, detail = (html.escape(part) for part in self._said)
        colour = theme.state(self._state)
        parts = [f'<span style="font-size:{TITLE}px; font-weight:700; color:{colour}">{headline}</span>']
        parts = parts if headline else []
        if text:
            weight = "" if headline or detail else "font-weight:600; "
            parts.append(f'<span style="{weight}color:{colour}">{text}</span>')
        below = f'<br><span style="color:{theme.text}">{detail}</span>' if detail else ""
        self._label.setText(" ".join(parts) + below)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._state:
            return
        theme = self._source.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.state_ground(self._state)))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
            middle = self._middle_of_first_line()
            colour = theme.state(self._state)
            if self._state in _SIGNS:
                sign = self._source.icons.pixmap(_SIGNS[self._state], colour, 16)
                painter.drawPixmap(QPointF(12, middle - 8), sign)
            else:
                size = 11 if self._said[0] else 9
                paint_state(painter, QPointF(20, middle), self._state, colour, size)

    def _middle_of_first_line(self) -> float:
        box = self._label.geometry()
        if (box, self._label.text()) != self._measured:
            # A label that is asked for its height paints itself again: to ask at every painting never ends.
            self._measured = box, self._label.text()
            self._slack = max(0, box.height() - self._label.heightForWidth(box.width())) / 2
        return box.top() + self._slack + 10


class _Frame(QWidget):
    """The box around the number: one focus ring, red where the text is refused."""

    def __init__(self, source: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._source = source
        self.edit = CaretLine(self)
        self.refused = False
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme: Theme = self._source.theme
        focus = self.edit.hasFocus()
        edge = theme.under if self.refused else theme.accent if focus else theme.line
        inset = 1.0 if focus else 0.5
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(edge), 2 if focus else 1))
            painter.setBrush(QColor(theme.panel if self.edit.isEnabled() else theme.ground))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8)


class NumberField(QWidget):
    """A number typed large, its unit inside the box, its caption above and a sentence below.

    ``edited`` carries the value after every keystroke, None where there is none or it is refused (ask
    ``refusal``). ``submitted`` comes with Enter, and only where the text is not refused; None: the field is
    empty. An Enter that is held down is one. Escape empties the field; in an empty field it is left to the
    screen.
    """

    edited = Signal(object)
    submitted = Signal(object)

    def __init__(
        self,
        source: ThemeSource,
        caption: str,
        unit: str,
        parse: Callable[[str], float],
        lines: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """``parse(text)`` gives the number, or raises a ``KnownError`` whose sentence is shown at the field.

        It is never called with an empty text. ``lines``: see ``Sentence``.
        """
        super().__init__(parent)
        self._source = source
        self._parse = parse
        self._refusal = ""
        self._caption = label(caption, "label", parent=self)
        self._note = label(role="label", parent=self)
        self._frame = _Frame(source, self)
        self.edit = self._frame.edit
        self.edit.setProperty("bare", "true")
        self.edit.setMinimumWidth(60)
        self.edit.setAccessibleName(f"{caption}, {unit}")
        self.edit.textEdited.connect(self._on_edited)
        self.edit.installEventFilter(self)
        self._inside = QHBoxLayout(self._frame)
        self._inside.setContentsMargins(L_INSIDE, 0, L_INSIDE, 0)
        self._inside.setSpacing(S)
        self._inside.addWidget(self.edit, 1)
        self._inside.addWidget(label(unit, "unit", parent=self._frame))
        self.sentence = Sentence(source, lines, self)
        self._lay_out()
        self.setFocusProxy(self.edit)
        source.changed.connect(self._resize_frame)
        self._resize_frame()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._caption)
        top.addStretch(1)
        top.addWidget(self._note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addSpacing(4)
        column.addWidget(self._frame)
        column.addSpacing(S)
        column.addWidget(self.sentence)

    def _resize_frame(self) -> None:
        self._frame.setFixedHeight(self._source.theme.row + 22)

    def sentence_elsewhere(self) -> Sentence:
        """Its sentence, to be put where there is more room for it than below the box."""
        self.layout().removeWidget(self.sentence)
        return self.sentence

    def add_inside(self, widget: QWidget) -> None:
        """Put a small widget (the water's type) into the box, behind the unit."""
        self._inside.addWidget(widget)

    def set_note(self, text: str) -> None:
        """What stands at the right above the box: "yesterday 20.6 g"."""
        self._note.setText(text)

    def set_suggestion(self, text: str) -> None:
        """What stands grey in the empty box; it is not a value until somebody types it."""
        self.edit.setPlaceholderText(text)

    def text(self) -> str:
        """What was typed, as it was typed."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Put ``text`` in as if it had been typed (a balance's reading, a value to correct)."""
        self.edit.setText(text)
        self._on_edited()

    def clear(self) -> None:
        """Empty the field and its sentence; called once what was in it has been saved.

        What an empty field means is for whoever hears ``edited``: it may be said by then.
        """
        self.sentence.clear()
        self.set_text("")

    def take(self) -> None:
        """Empty the field, as what was in it has been saved.

        Its sentence stays, and nobody is told, until whoever owns it shows what has come of the number.
        """
        self.edit.clear()

    def value(self) -> float | None:
        """The number in the field; None where there is none or it is refused."""
        return self._read()[0]

    def refusal(self) -> str:
        """The sentence that refuses the text, or ""."""
        return self._refusal

    def refuse(self, sentence: str) -> None:
        """Show at the field why its value was not taken; the text stays as it is."""
        self._refusal = sentence
        self.sentence.say("refused", text=sentence)
        self._mark()

    def set_saving(self, saving: bool) -> None:
        """While a value is on its way into the database the field keeps it and takes no keys."""
        self.edit.setReadOnly(saving)

    def _mark(self) -> None:
        self._frame.refused = bool(self._refusal)
        self._frame.update()

    def _read(self) -> tuple[float | None, str]:
        if not self.edit.text().strip():
            return None, ""
        try:
            return self._parse(self.edit.text()), ""
        except KnownError as error:
            return None, str(error)

    def _on_edited(self) -> None:
        value, refusal = self._read()
        if refusal:
            self.refuse(refusal)
        elif self._refusal:
            self._refusal = ""
            self.sentence.clear()
            self._mark()
        self.edited.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_key(event) or super().eventFilter(watched, event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._on_enter()
            return True
        if event.key() == Qt.Key.Key_Escape and self.edit.text() and not self.edit.isReadOnly():
            self.clear()
            return True
        return False

    def _on_enter(self) -> None:
        if self.edit.isReadOnly():
            return
        value, refusal = self._read()
        if refusal:
            self.refuse(refusal)
        else:
            self.submitted.emit(value)
