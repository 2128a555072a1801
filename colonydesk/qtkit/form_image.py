"""An image in a form: taken from a file (typed, browsed for, dropped), made smaller, shown small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QImageReader, QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.caret import CaretLine
from colonydesk.qtkit.form_editors import Editor, Reading
from colonydesk.qtkit.theme import S

LONGEST = 1600
"""The longer edge of what is kept, in pixels."""
THUMBNAIL = QSize(220, 140)


def small_image(file: Path) -> bytes:
    """The image of ``file`` as JPEG (PNG where it is see-through), turned as it was taken, made smaller.

    Raises:
        Refused: the file is not there, or not an image.
    """
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LONGEST:
        reader.setScaledSize(size.scaled(LONGEST, LONGEST, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        why = "is not there" if not file.is_file() else "is not an image that can be read"
        raise Refused(f"{file.name} {why}.")
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    see_through = image.hasAlphaChannel()
    image.save(buffer, "PNG" if see_through else "JPEG", -1 if see_through else 85)  # type: ignore[call-overload]
    return bytes(kept.data())


class ImageEditor(Editor):
    """The value is the bytes of the image; ``file_name`` is the last part of what it was taken from."""

    patient = True

    def __init__(self) -> None:
        super().__init__()
        self._value: bytes | None = None
        self._refusal = ""
        self.file_name = ""
        self._picture = QLabel()
        self.edit = CaretLine()
        self.edit.setPlaceholderText(self.tr("an image file: type, drop or browse"))
        self.edit.textEdited.connect(self._on_typed)
        self.edit.editingFinished.connect(self.left)
        self._browse = QPushButton(self.tr("Browse…"))
        self._browse.clicked.connect(self._on_browse)
        self._remove = QPushButton(self.tr("Take out"))
        self._remove.setProperty("kind", "link")
        self._remove.clicked.connect(self._on_remove)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.edit, 1)
        row.addWidget(self._browse)
        row.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row)
        self.setAcceptDrops(True)
        self.setFocusProxy(self.edit)
        self._show()

    def read(self) -> Reading:
        return (None, self._refusal) if self._refusal else (self._value, "")

    def show_value(self, value: Any) -> None:
        self._value, self._refusal, self.file_name = value, "", ""
        self.edit.clear()
        self._show()

    def words(self) -> str:
        return self.tr("an image") if self._value is not None else ""

    def keys(self) -> QWidget:
        return self.edit

    def take(self, file: Path) -> None:
        """Take the image of this file, as if its path had been typed."""
        self.edit.setText(str(file))
        self._on_typed()

    def _on_typed(self) -> None:
        text = self.edit.text().strip().removeprefix("file://")
        self._refusal = ""
        if text:
            try:
                self._value = small_image(Path(text).expanduser())
                self.file_name = Path(text).name
            except Refused as error:
                self._refusal = str(error)
        self._show()
        self.edited.emit()

    def _on_browse(self) -> None:
        file, _ = QFileDialog.getOpenFileName(
            self, self.tr("Image"), "", self.tr("Images (*.png *.jpg *.jpeg *.gif *.bmp *.webp)")
        )
        if file:
            self.take(Path(file))

    def _on_remove(self) -> None:
        self._value, self._refusal, self.file_name = None, "", ""
        self.edit.clear()
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        image = QImage()
        if self._value is not None:
            image.loadFromData(self._value)
        self._picture.setVisible(not image.isNull())
        self._remove.setVisible(self._value is not None)
        if not image.isNull():
            small = image.scaled(
                THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._picture.setPixmap(QPixmap.fromImage(small))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls: list[QUrl] = event.mimeData().urls()
        if urls and urls[0].isLocalFile():
            self.take(Path(urls[0].toLocalFile()))
