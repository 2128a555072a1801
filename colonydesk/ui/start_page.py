"""A form of the first page: what is asked, one button, and what happens while it works."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.parts import label
from colonydesk.qtkit.theme import XL, M, S, ThemeSource
from colonydesk.ui.start_fields import Button, Entry, Field, ZoneField, column_of, focus_on, row_of

FORM_WIDTH = 480


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
        self.action = Button()
        self.action.setProperty("kind", "primary")
        self.action.clicked.connect(self._submit)
        self.buttons = row_of(M)
        self.buttons.addWidget(self.action)
        self._below = QVBoxLayout()
        self._parts_below: list[QWidget] = []
        self._working = self._stoppable = False
        self._progress = self._build_progress()
        self._build()

    def _build_progress(self) -> QWidget:
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._words = label("", "secondary", wrap=True)
        self._stop = Button(self.tr("Stop"))
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
        row.addLayout(self.buttons)
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
        column.addLayout(self._below)
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
        if row is None:
            self.column.addWidget(field)
        else:
            row.addWidget(field, stretch, Qt.AlignmentFlag.AlignTop)
        self.fields[key] = field
        if isinstance(field, Field):
            field.edit.returnPressed.connect(self._submit)
        if isinstance(field, ZoneField):
            field.line.submitted.connect(self._submit)

    def add_below(self, widget: QWidget) -> None:
        """Put something below the button that is shown for a while; ``settle`` hides it."""
        self._below.addWidget(widget)
        self._parts_below.append(widget)

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
        for field in self.fields.values():
            if isinstance(field, Field):
                field.edit.deselect()
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
        for part in self._parts_below:
            part.hide()
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
        """What was typed into field ``key``; where that is nothing, ``sentence`` is said there."""
        field = self.fields[key]
        text = field.text() if isinstance(field, Field) else ""
        if not text:
            self.refuse(sentence, field=key)
        return text

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order_tab()

    def _order_tab(self) -> None:
        """Tab goes as the eye does: the fields, the buttons, what is below them."""
        parts = [self.body, self._buttons, self._progress, *self._parts_below]
        inside = [widget for part in parts for widget in part.findChildren(QWidget)]
        inside = [widget for widget in inside if widget.window() is self.window()]  # not a list that pops up
        stops = [widget for widget in inside if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for first, second in pairwise(stops):
            QWidget.setTabOrder(first, second)

    def _submit(self) -> None:
        if not self._working:
            self.submitted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self._working:
                self.left.emit()
            elif self._stoppable:
                self.stopped.emit()
        else:
            super().keyPressEvent(event)
