"""Pictures of notes: made small enough to be kept, and made thumbnails of; for the workers' threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageReader

from colonydesk.domain.errors import Refused
from colonydesk.queries.notes import note_images
from colonydesk.services.notes import LARGEST, LONGEST

THUMB = 128
"""Edge of a thumbnail in pixels: twice what is painted, for dense screens."""
_QUALITY = 88


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """``data`` is what is kept: a PNG or JPEG no larger than is kept; ``thumb`` what is shown of it."""

    data: bytes
    name: str
    thumb: QImage


def from_file(path: Path) -> Picture:
    """The picture in a file.

    Raises:
        Refused: it is no picture, or cannot be read (field ``image``).
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)  # as the camera was held
    image = reader.read()
    if image.isNull():
        raise Refused(f"{path.name} is no picture that can be read.", "image")
    return _kept(image, path.name, as_photo=path.suffix.lower() in (".jpg", ".jpeg"))


def from_image(image: QImage) -> Picture:
    """A picture of the clipboard."""
    return _kept(image, "clipboard.png", as_photo=False)


def _kept(image: QImage, name: str, *, as_photo: bool) -> Picture:
    if max(image.width(), image.height()) > LONGEST:
        image = image.scaled(
            LONGEST,
            LONGEST,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    data = _encoded(image, "JPEG" if as_photo else "PNG")
    if len(data) > LARGEST:
        data = _encoded(image, "JPEG")
    return Picture(data, name, thumbnail(image))


def _encoded(image: QImage, kind: str) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, _QUALITY if kind == "JPEG" else -1)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def thumbnail(image: QImage) -> QImage:
    """The middle of a picture, as a square."""
    grown = image.scaled(
        THUMB,
        THUMB,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    return grown.copy((grown.width() - THUMB) // 2, (grown.height() - THUMB) // 2, THUMB, THUMB)


def thumbnails(connection: Any, note_ids: Sequence[UUID]) -> dict[UUID, QImage]:
    """Thumbnails of the pictures of these notes; one that cannot be read is left out."""
    found = {}
    for note_id, data in note_images(connection, note_ids).items():
        image = QImage.fromData(data)
        if not image.isNull():
            found[note_id] = thumbnail(image)
    return found


def picture(connection: Any, note_id: UUID) -> QImage:
    """The whole picture of a note; a null one where there is none that can be read."""
    data = note_images(connection, [note_id]).get(note_id)
    return QImage() if data is None else QImage.fromData(data)
