"""Where a note is written: its text, a picture from a file or the clipboard, and what it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.caret import CaretPage
from colonydesk.qtkit.fields import Sentence
from colonydesk.qtkit.key_hints import KeyHints
from colonydesk.qtkit.theme import L, M, S
from colonydesk.services.done import Done
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.services.undo import undo
from colonydesk.ui.animal.pictures import Picture, from_file, from_image
from colonydesk.ui.desk import Desk

_EDITOR_HEIGHT = 66
_PREVIEW = 40
_ABOUT = 320

About = tuple[str, UUID]
"""The table and the id of what a note is about."""


class Composer(QWidget):
    """``saved`` when a note is in the books. What is typed stays until then."""

    saved = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._picture: Picture | None = None
        self._saving = False
        self._command = uuid4()
        self._note = uuid4()
        self._last: UUID | None = None
        self.text = CaretPage()
        self.text.setPlaceholderText(self.tr("Write a note…"))
        self.text.setAccessibleName(self.tr("New note"))
        self.text.setFixedHeight(_EDITOR_HEIGHT)
        self.text.setTabChangesFocus(True)
        self.about = QComboBox()
        self.about.setAccessibleName(self.tr("What the note is about"))
        self.about.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.about.setMinimumContentsLength(16)
        self.about.setMaximumWidth(_ABOUT)
        self.add = QPushButton(self.tr("Picture…"))
        self.add.setToolTip(self.tr("Add a picture from a file; one that was copied is pasted with Ctrl+V"))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setProperty("kind", "link")
        self.save_button = QPushButton(self.tr("Save note"))
        self.save_button.setProperty("kind", "primary")
        self.save_button.setToolTip(self.tr("Ctrl+Enter"))
        self.undo_button = QPushButton(self.tr("Undo"))
        self.undo_button.setProperty("kind", "link")
        self.hints = KeyHints(desk.source, [("Ctrl+Enter", self.tr("save"))])
        self.preview = QLabel()
        self.sentence = Sentence(desk.source)
        self._lay_out()
        self.text.installEventFilter(self)
        self.text.textChanged.connect(self._on_typed)
        self.add.clicked.connect(self._ask_file)
        self.remove.clicked.connect(lambda: self._show_picture(None))
        self.save_button.clicked.connect(self.save)
        self.undo_button.clicked.connect(self.take_back)
        self._show_picture(None)
        self.undo_button.hide()
        self._allow()

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(S)
        acts.addWidget(self.about, 1000)
        for widget in (self.add, self.preview, self.remove):
            acts.addWidget(widget)
        acts.addStretch(1)
        acts.addWidget(self.hints)
        acts.addWidget(self.save_button)
        said = QHBoxLayout()
        said.setSpacing(S)
        said.addWidget(self.sentence, 1)
        said.addWidget(self.undo_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, S)
        column.setSpacing(S)
        column.addWidget(self.text)
        column.addLayout(acts)
        column.addLayout(said)

    def set_abouts(self, choices: list[tuple[About, str]]) -> None:
        """What a note can be about: the animal first; the one that is chosen stays."""
        at = self.about.currentData()
        self.about.clear()
        for key, text in choices:
            self.about.addItem(text, key)
        place = next((place for place, (key, _) in enumerate(choices) if key == at), 0)
        self.about.setCurrentIndex(place)

    def unsaved(self) -> bool:
        """Whether something is written that is not saved; it is said then."""
        if not self.text.toPlainText().strip() and self._picture is None:
            return False
        self.sentence.say("question", text=self.tr("This note is not saved yet: Ctrl+Enter saves it."))
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # Pictures

    def take_file(self, path: Path) -> None:
        """Add the picture in a file."""
        self._make(partial(from_file, path))

    def take_clipboard(self) -> bool:
        """Add the picture of the clipboard; False where it holds none."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            return False
        self._make(partial(from_image, QImage(image)))
        return True

    def picture(self) -> Picture | None:
        """The picture that the note is going to have."""
        return self._picture

    def _make(self, work: Callable[[], Picture]) -> None:
        self._desk.jobs.read(("picture", id(self)), work, self._show_picture, self._on_failed)

    def _show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        if picture is not None:
            side = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.preview.setPixmap(QPixmap.fromImage(picture.thumb).scaled(_PREVIEW, _PREVIEW, *side))
            self.preview.setToolTip(picture.name)
        self.preview.setVisible(picture is not None)
        self.remove.setVisible(picture is not None)
        self.hints.setVisible(picture is None)  # what it is about needs the room
        self._on_typed()

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Add a picture"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.take_file(Path(chosen)))
        dialog.open()

    # Saving

    def save(self) -> None:
        """Put the note into the books; sent again it is put there once."""
        member, about = self._desk.member, self.about.currentData()
        if self._saving or about is None:
            return
        if not self.text.toPlainText().strip() and self._picture is None:
            self.sentence.say("refused", text=self.tr("Write something, or add a picture."))
            return
        if member is None:
            self.sentence.say("question", text=self.tr("Choose below who records, then save again."))
            return
        values = {
            "text": self.text.toPlainText().strip() or None,
            "user_id": member.id,
            "content_type": about[0],
            "object_id": about[1],
        }
        if self._picture is not None:
            values |= {"image": self._picture.data, "image_name": self._picture.name}
        command = SaveRecord(
            command_id=self._command, table="note", id=self._note, user_id=member.id, values=values
        )
        self._set_saving(True)
        self._desk.write(save_record, command, self._on_saved, self._on_failed)

    def _on_saved(self, done: Done) -> None:
        self._set_saving(False)
        self.text.clear()
        self._show_picture(None)
        self._last = done.command_id
        self.sentence.say("ok", text=self.tr("The note is saved."))
        self.undo_button.show()
        self.saved.emit()

    def take_back(self) -> None:
        """Undo the note that was saved last."""
        member, last = self._desk.member, self._last
        if last is None or member is None or self._saving:
            return
        command = uuid4()
        self._set_saving(True)
        now = self._desk.now()
        self._desk.run(
            lambda db: undo(db, command, last, member.id, now), self._on_taken_back, self._on_failed
        )

    def _on_taken_back(self, _done: Done) -> None:
        self._set_saving(False)
        self._last = None
        self.undo_button.hide()
        self.sentence.say("ok", text=self.tr("The note is taken back."))
        self.saved.emit()

    def forget(self) -> None:
        """Another animal: what was said of the last one goes."""
        self._last = None
        self.undo_button.hide()
        self.sentence.clear()

    def _on_failed(self, error: Exception) -> None:
        self._set_saving(False)
        if isinstance(error, KnownError):
            text = error.sentence
            self.sentence.say("refused", text=text)

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        self.text.setReadOnly(saving)
        self._allow()

    def _on_typed(self) -> None:
        # Another note than the one that may have been sent.
        self._command, self._note = uuid4(), uuid4()
        if self.text.toPlainText().strip() or self._picture is not None:
            self.sentence.clear()
            self.undo_button.hide()
        self._allow()

    def _allow(self) -> None:
        self.save_button.setEnabled(not self._saving)
        self.add.setEnabled(not self._saving)
        self.remove.setEnabled(not self._saving)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if entered and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save()
                return True
            if event.matches(QKeySequence.StandardKey.Paste) and self.take_clipboard():
                return True
        return super().eventFilter(watched, event)
