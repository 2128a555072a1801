"""What the forms of the first page are put together from: fields, each with its sentence, and the form itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimeZone, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.search import Choice, SearchLine
from colonydesk.qtkit.theme import XL, XS, M, S, ThemeSource
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
        self.edit = QLineEdit() if edit is None else edit
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


class ChoiceField(Entry):
    """One of a few values, each in words."""

    def __init__(self, source: ThemeSource, caption: str, choices: dict[str, str], value: str) -> None:
        self.combo = QComboBox()
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
        self.browse = QPushButton()
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


class FormPage(QWidget):
    """One choice's page: a title, a sentence, fields, one button, and what happens while it works.

    ``submitted`` comes with the button and with Enter in a field, ``stopped`` with Stop or Escape while
    working, ``left`` with Escape otherwise. While working nothing can be changed and nothing is lost.
    """

    submitted = Signal()
    stopped = Signal()
    left = Signal()

    def __init__(self, source: ThemeSource) -> None:
        super().__init__()
        self.source = source
        self.fields: dict[str, Entry] = {}
        self.title = label("", "title")
        self.intro = label("", "secondary", wrap=True)
        self.body = QWidget()
        self.column = column_of(self.body, M)
        self.sentence = Sentence(source)
        self.action = QPushButton()
        self.action.setProperty("kind", "primary")
        self.action.clicked.connect(self._submit)
        self.actions = row_of(M)
        self.actions.addWidget(self.action)
        self._working = self._stoppable = False
        self._progress = self._build_progress()
        self._build()

    def _build_progress(self) -> QWidget:
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._words = label("", "secondary", wrap=True)
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.clicked.connect(self.stopped)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(M)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self._words)
        words.addWidget(self._bar)
        row.addLayout(words, 1)
        row.addWidget(self._stop)
        made.hide()
        return made

    def _build(self) -> None:
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(self.actions)
        row.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(FORM_WIDTH)
        column = column_of(inside, S)
        column.addWidget(self.title)
        column.addWidget(self.intro)
        column.addSpacing(S)
        column.addWidget(self.body)
        column.addWidget(self.sentence)
        column.addSpacing(S)
        column.addWidget(self._buttons)
        column.addWidget(self._progress)
        column.addStretch(1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(40, 32, XL, XL)
        outer.addWidget(inside, FORM_WIDTH)
        outer.addStretch(1)

    def name(self, title: str, intro: str, action: str) -> None:
        """The form's title, what it is for in a sentence, and the word of its button."""
        self.title.setText(title)
        self.intro.setText(intro)
        self.action.setText(action)

    def add(self, key: str, field: Entry, row: QHBoxLayout | None = None, stretch: int = 0) -> None:
        """Put a field below those that are there, or into a ``row``; a service calls it ``key``."""
        (self.column if row is None else row).addWidget(field, stretch)
        self.fields[key] = field
        if isinstance(field, Field):
            field.edit.returnPressed.connect(self._submit)
        if isinstance(field, ZoneField):
            field.line.submitted.connect(self._submit)

    def enter(self) -> None:
        """Put the keyboard where the form begins."""
        focus_on(next(iter(self.fields.values()), self.action))

    def enter_action(self) -> None:
        """Put the keyboard on the button."""
        focus_on(self.action)

    def working(self) -> bool:
        return self._working

    def work(self, words: str, *, stoppable: bool = True) -> None:
        """Say that something is under way; nothing can be typed meanwhile."""
        self.settle()
        self._working, self._stoppable = True, stoppable
        self.progress(words)
        self._stop.setVisible(stoppable)
        self._buttons.hide()
        self._progress.show()
        focus_on(self._stop if stoppable else self)
        self.body.setEnabled(False)

    def progress(self, words: str, share: float | None = None) -> None:
        """What is being done now, and which ``share`` of it is done (0..1; None: nobody knows)."""
        self._words.setText(words)
        self._bar.setRange(0, 0 if share is None else 1000)
        self._bar.setValue(round(1000 * (share or 0)))

    def rest(self) -> None:
        """It is over, well or not: the form is as it was."""
        self._working = False
        self.body.setEnabled(True)
        self._progress.hide()
        self._buttons.show()

    def settle(self) -> None:
        """Take every sentence away."""
        self.sentence.clear()
        for field in self.fields.values():
            field.settle()

    def refuse(self, sentence: str, hint: str = "", field: str = "") -> None:
        """Say what is wrong at the field it belongs to, or above the button, and put the keyboard there."""
        if field in self.fields:
            self.fields[field].refuse(sentence, hint)
            focus_on(self.fields[field])
        else:
            self.sentence.say("refused", text=sentence, detail=hint)
            focus_on(self.action)

    def fail(self, error: Exception, field: str = "") -> None:
        """The same for what a job raised; whoever logs bugs is told by somebody else."""
        if isinstance(error, KnownError):
            named = getattr(error, "field", "")
            self.refuse(str(error), error.hint, named if named in self.fields else field)
        else:
            self.refuse(
                self.tr("A fault in the program has stopped this."),
                self.tr("What you typed is kept. Please send the report to whoever looks after ColonyDesk."),
            )

    def require(self, key: str, sentence: str) -> str:
        """What was typed into field ``key``; where that is nothing, ``sentence`` is said there and "" given."""
        field = self.fields[key]
        text = field.text() if isinstance(field, Field) else ""
        if not text:
            self.refuse(sentence, field=key)
        return text

    def _submit(self) -> None:
        if not self._working:
            self.submitted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            if not self._working:
                self.left.emit()
            elif self._stoppable:
                self.stopped.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()  # Enter presses a button as the space bar does
        else:
            super().keyPressEvent(event)


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
    made = QPushButton(text)
    made.setProperty("kind", "link")
    made.clicked.connect(lambda: act())
    return made


def own_zone() -> str:
    """The workstation's time zone; "UTC" where it has none with a name."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii") or "UTC"
