"""The fields of the first page's forms, each with the sentence that refuses its value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimeZone, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import XS, S, ThemeSource, font
from colonydesk.ui.start_work import zones_like

FORM_WIDTH = 480


class Entry(QWidget):
    """A caption, an editor, what may stand beside it, and below it the sentence that refuses its value."""

    def __init__(
        self, source: ThemeSource, caption: str, editor: QWidget, beside: QWidget | None = None
    ) -> None:
        super().__init__()
        editor.setAccessibleName(caption)
        self.sentence = Sentence(source)
        line = row_of(S)
        line.addWidget(editor, 1)
        if beside is not None:
            line.addWidget(beside)
        column = column_of(self, XS)
        column.addWidget(label(caption, "label"))
        column.addLayout(line)
        column.addWidget(self.sentence)
        self.setFocusProxy(editor)

    def refuse(self, sentence: str, hint: str = "") -> None:
        """Say under the field why its value is not taken; the value stays as it is."""
        self.sentence.say("refused", text=sentence, detail=hint)

    def settle(self) -> None:
        """Say nothing any more."""
        if self.sentence.state():
            self.sentence.clear()


class Field(Entry):
    """A line of text. Its sentence goes when the text is edited; the text never goes by itself."""

    def __init__(
        self, source: ThemeSource, caption: str, edit: QLineEdit | None = None, beside: QWidget | None = None
    ) -> None:
        self.edit = CaretLine() if edit is None else edit
        super().__init__(source, caption, self.edit, beside)
        self.edit.textEdited.connect(self.settle)

    def text(self) -> str:
        """What was typed, without blanks around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Put ``text`` in; what was refused before is forgotten."""
        self.edit.setText(text)
        self.edit.setCursorPosition(0 if self.edit.isReadOnly() else len(text))
        self.settle()


class Button(QPushButton):
    """Enter presses it as the space bar does, not only in a dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class Check(QCheckBox):
    """A box to tick, drawn so that it is seen in every theme."""

    BOX = 16

    def __init__(self, source: ThemeSource, text: str) -> None:
        super().__init__(text)
        self._source = source
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(font()).horizontalAdvance(self.text())
        return QSize(self.BOX + S + width + 2, self._source.theme.row - S)

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._source.theme
        on, focus = self.isChecked(), self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1, (self.height() - self.BOX) / 2, self.BOX, self.BOX)
        painter.setPen(QPen(QColor(theme.accent if on or focus else theme.faint), 2 if focus else 1))
        painter.setBrush(QColor(theme.accent if on else theme.panel))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if on:
            painter.setPen(QPen(QColor(theme.on_accent), 2))
            middle = box.center()
            tick = [middle + QPointF(-4, 0), middle + QPointF(-1, 3), middle + QPointF(4, -3)]
            painter.drawPolyline(QPolygonF(tick))
        if on and focus:
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font())
        painter.setPen(QColor(theme.text if self.isEnabled() else theme.faint))
        words = QRectF(self.rect()).adjusted(self.BOX + S + 1, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class Combo(QComboBox):
    """A list of choices with an arrow in the theme's colour."""

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self._source = source

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = self._source.icons.pixmap("chevron-down", self._source.theme.secondary, 16)
        QPainter(self).drawPixmap(self.width() - 26, (self.height() - 16) // 2, arrow)


class ChoiceField(Entry):
    """One of a few values, each in words."""

    def __init__(self, source: ThemeSource, caption: str, choices: dict[str, str], value: str) -> None:
        self.combo = Combo(source)
        super().__init__(source, caption, self.combo)
        for key, words in choices.items():
            self.combo.addItem(words, key)
        self.set_value(value)
        self.combo.currentIndexChanged.connect(self.settle)

    def value(self) -> str:
        key: str = self.combo.currentData()
        return key

    def set_value(self, value: str) -> None:
        self.combo.setCurrentIndex(self.combo.findData(value))


class FileField(Field):
    """A path to type, or to choose in the system's dialog, which leaves the page alive."""

    def __init__(
        self, source: ThemeSource, caption: str, mode: QFileDialog.FileMode, filters: tuple[str, ...] = ()
    ) -> None:
        """``mode`` AnyFile names a file to be made, ExistingFile one to be read, Directory a folder."""
        self.browse = Button()
        super().__init__(source, caption, beside=self.browse)
        self.browse.setText(self.tr("Browse…"))
        self.browse.setAccessibleName(self.tr("Browse: {}").format(caption))
        self._caption, self._mode, self._filters = caption, mode, filters
        self.browse.clicked.connect(self._open_dialog)

    def _open_dialog(self) -> None:
        dialog = QFileDialog(self.window(), self._caption)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(self._mode)
        if self._mode == QFileDialog.FileMode.AnyFile:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # refused later, with a sentence
        if self._filters:
            dialog.setNameFilters(list(self._filters))
        if self.text():
            dialog.selectFile(self.text())
        dialog.fileSelected.connect(self._take)
        dialog.open()

    def _take(self, file: str) -> None:
        self.set_text(file)
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class ZoneLine(SearchLine):
    """Enter on a zone that is whole goes on to the form instead of asking once more."""

    submitted = Signal()
    takes_part = True

    def __init__(self, source: ThemeSource) -> None:
        super().__init__(source)
        self.zones: tuple[str, ...] = ()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not self.popup_texts() and self.text().strip() in self.zones:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)


class ZoneField(Field):
    """A time zone, searched as it is typed among those that ``set_zones`` has brought."""

    def __init__(self, source: ThemeSource, caption: str, zone: str = "") -> None:
        """``zone`` is proposed; without it the workstation's own."""
        self.line = ZoneLine(source)
        super().__init__(source, caption, self.line)
        self.line.asked.connect(self._answer)
        self.line.chosen.connect(lambda choice: self.set_text(choice.title))
        self.line.not_found.connect(self._not_found)
        self.set_text(zone or own_zone())

    def set_zones(self, zones: tuple[str, ...]) -> None:
        """The zones there are. Until they are here any text passes; the service has the last word."""
        self.line.zones = zones

    def check(self) -> bool:
        """Whether the text is a zone (then written as it should be); says so where it is not."""
        zones = self.line.zones
        same = [zone for zone in zones if zone.casefold() == self.text().casefold()]
        if same and self.text() not in zones:
            self.set_text(same[0])
        if same or (self.text() and not zones):
            return True
        self._not_found(self.text())
        return False

    def _answer(self, text: str) -> None:
        found = zones_like(self.line.zones, text)
        self.line.set_choices(text, () if found == [text] else [Choice(zone, zone) for zone in found])

    def _not_found(self, text: str) -> None:
        if not text:
            self.refuse(self.tr("Say the time zone."), self.tr("It decides when a day begins."))
        elif self.line.zones:
            self.refuse(
                self.tr("{} is not a time zone.").format(text),
                self.tr("Type a city, as London, and take one from the list."),
            )


def focus_on(widget: QWidget) -> None:
    """Give ``widget`` the keyboard, with all its text selected where it is a line of text."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    editor = widget.focusProxy() or widget
    if isinstance(editor, QLineEdit):
        editor.selectAll()


def column_of(widget: QWidget, spacing: int) -> QVBoxLayout:
    """A column without margins, which fills ``widget``."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made


def row_of(spacing: int) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(spacing)
    return made


def link(text: str, act: Callable[[], object]) -> QPushButton:
    """An act inside a line of text."""
    made = Button(text)
    made.setProperty("kind", "link")
    made.clicked.connect(lambda: act())
    return made


def own_zone() -> str:
    """The workstation's time zone; "UTC" where it has none with a name."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii") or "UTC"
