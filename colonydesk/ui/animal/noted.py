"""The Notes tab: write one, look through them, and one of them large with its picture."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from colonydesk.domain.days import zone
from colonydesk.qtkit.parts import EmptyState, label, rule, surface
from colonydesk.qtkit.theme import LABEL, TEXT, L, M, S, font
from colonydesk.queries.notes import NoteRow, notes
from colonydesk.queries.overview import Overview
from colonydesk.queries.procedures_of import Act, procedures_of
from colonydesk.ui import words
from colonydesk.ui.animal.composing import About, Composer
from colonydesk.ui.animal.pictures import picture, thumbnails
from colonydesk.ui.animal.rows import Cell, RowsModel
from colonydesk.ui.animal.said import kind_text, moment_text
from colonydesk.ui.animal.tab import Tab
from colonydesk.ui.desk import Desk

ROW = 88
SIDE = 64
_ABOUTS = 30
"""The last actions that a note can be put on here; on older ones in their own form."""

Index = QModelIndex | QPersistentModelIndex
Found = tuple[tuple[NoteRow, ...], tuple[Act, ...]]


def notes_and_acts(connection: Any, subject_id: UUID) -> Found:
    """The notes, and the actions that another one can be put on."""
    return notes(connection, subject_id), procedures_of(connection, subject_id)[:_ABOUTS]


class NotesTab(Tab):
    """Enter shows a note large, Escape goes back to the list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.composer = Composer(desk)
        self.model = RowsModel((Cell("", lambda row: row.text),))
        self.view = NotesView(desk, self)
        self.thumbs: dict[UUID, QImage] = {}
        self.empty = EmptyState("")
        self.large = Large(desk)
        self.large.left.connect(self.back_to_list)
        self.large.edit.clicked.connect(self._edit)
        self._list = QStackedWidget()
        self._list.addWidget(self.view)
        self._list.addWidget(self.empty)
        page = surface("panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.composer)
        column.addWidget(rule())
        column.addWidget(self._list, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(self.large)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)
        self.view.opened.connect(self.show_large)

    def first_focus(self) -> QWidget:
        return self.composer.text

    def unsaved(self) -> bool:
        return self.composer.unsaved()

    def load(self, overview: Overview) -> None:
        if self.subject_id() != overview.id:
            self.composer.forget()
            self.thumbs.clear()
            self._stack.setCurrentIndex(0)
        super().load(overview)

    def fetch(self, overview: Overview) -> None:
        self.read("notes", notes_and_acts, overview.id, done=self._on_notes)

    def _on_notes(self, found: Found) -> None:
        assert self.overview is not None
        rows, acts = found
        at = self.view.current()
        self.model.set_rows(rows)
        self.empty.tell(self.tr("There is no note on {} yet.").format(self.overview.nickname))
        self._list.setCurrentWidget(self.view if rows else self.empty)
        place = next((place for place, row in enumerate(rows) if at is not None and row.id == at.id), None)
        if place is not None:
            self.view.setCurrentIndex(self.model.index(place, 0))
        animal: About = ("subject", self.overview.id)
        choices = [(animal, self.tr("about {}").format(self.overview.nickname))]
        choices += [((act.table, act.id), self.about_act(act)) for act in acts]
        self.composer.set_abouts(choices)
        wanted = [row.id for row in rows if row.has_image and row.id not in self.thumbs]
        if wanted:
            self.read("thumbnails", thumbnails, wanted, done=self._on_thumbnails)

    def _on_thumbnails(self, found: dict[UUID, QImage]) -> None:
        self.thumbs |= found
        self.view.viewport().update()

    # Words

    def today(self) -> date:
        return zone(self._timezone()).day(self.desk.now())

    def _timezone(self) -> str:
        return self.overview.timezone if self.overview is not None else "UTC"

    def about_act(self, act: Act) -> str:
        """ "about the surgery of 3 Mar"."""
        if act.start is not None:
            day = act.start.astimezone(zone(self._timezone()).info).date()
        else:
            day = act.day or self.today()
        return self.tr("about the {} of {}").format(
            kind_text(act.table).lower(), words.day_text(day, self.today())
        )

    def heading(self, row: NoteRow) -> str:
        """Who wrote it when, and about what where that is not the animal."""
        info = zone(self._timezone()).info
        said = [moment_text(row.date_time, info, self.today()), row.user or ""]
        if row.about != "subject":
            kind = kind_text(row.about).lower()
            of = words.day_text(row.about_at.astimezone(info).date(), self.today()) if row.about_at else ""
            about = self.tr("on the {} of {}") if of else self.tr("on the {}")
            said.append(about.format(kind, of))
        return ", ".join(text for text in said if text)

    # One of them

    def show_large(self, row: NoteRow) -> None:
        """A note with its whole text and picture."""
        self.large.show_note(row, self.heading(row), self.thumbs.get(row.id))
        self._stack.setCurrentWidget(self.large)
        self.large.setFocus(Qt.FocusReason.OtherFocusReason)
        if row.has_image:
            self.read("picture", picture, row.id, done=lambda image: self.large.show_picture(row.id, image))

    def back_to_list(self) -> None:
        self._stack.setCurrentIndex(0)
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self) -> None:
        row = self.large.row
        if row is not None:
            self.back_to_list()
            self.form_wanted.emit("note", row.id, {})


class NotesView(QListView):
    """``opened`` carries the note that Enter or a double click asks for."""

    opened = Signal(object)

    def __init__(self, desk: Desk, tab: NotesTab) -> None:
        super().__init__()
        self._tab = tab
        self.setModel(tab.model)
        self.setItemDelegate(_NoteDelegate(desk, tab, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Notes"))
        self.doubleClicked.connect(self._open)

    def current(self) -> NoteRow | None:
        """The note the keys are at."""
        index = self.currentIndex()
        row: NoteRow | None = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self._tab.model.rows:  # Qt selects none
            here = self.currentIndex() if self.currentIndex().isValid() else self._tab.model.index(0, 0)
            self.selectionModel().setCurrentIndex(here, self.selectionCommand(here))

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(Qt.ItemDataRole.UserRole))


class _NoteDelegate(QStyledItemDelegate):
    def __init__(self, desk: Desk, tab: NotesTab, view: NotesView) -> None:
        super().__init__(view)
        self._desk = desk
        self._view = view
        self._tab = tab

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(300, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._desk.source.theme
        row: NoteRow = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
            edge = theme.accent if self._view.hasFocus() else theme.faint
            painter.fillRect(QRect(box.left(), box.top(), 3, box.height()), QColor(edge))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.grid))
        room = QRectF(box).adjusted(L, S, -L, -S)
        if row.has_image:
            place = QRectF(room.left(), room.top() + 4, SIDE, SIDE)
            image = self._tab.thumbs.get(row.id)
            painter.fillRect(place, QColor(theme.line))
            if image is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(place, image)
            room.setLeft(place.right() + M)
        painter.setFont(font(LABEL))
        painter.setPen(QColor(theme.secondary))
        line = QRectF(room.left(), room.top(), room.width(), 18)
        heading = painter.fontMetrics().elidedText(
            self._tab.heading(row), Qt.TextElideMode.ElideRight, round(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, heading)
        painter.setFont(font(TEXT))
        painter.setPen(QColor(theme.text))
        text = " ".join(row.text.split()) or self.tr("(a picture)")
        below = QRectF(room.left(), room.top() + 20, room.width(), 51)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, text)
        painter.restore()


class Large(QFrame):
    """One note with its whole text and its picture, as large as there is room. ``left``: Escape."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row: NoteRow | None = None
        self._image = QImage()
        self.heading = label(role="strong", wrap=True)
        self.text = label(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.shown = QLabel()
        self.shown.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.edit = QPushButton(self.tr("Edit"))
        back = QPushButton(self.tr("Back to the notes"))
        back.setProperty("kind", "link")
        back.clicked.connect(self.left)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addWidget(back)
        top.addWidget(self.edit)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(L, M, L, L)
        column.setSpacing(M)
        column.addLayout(top)
        column.addWidget(self.text)
        column.addWidget(self.shown, 1)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)

    def show_note(self, row: NoteRow, heading: str, thumb: QImage | None) -> None:
        """Show a note; its picture comes later, the thumbnail stands in for it."""
        self.row = row
        self.heading.setText(heading)
        self.text.setText(row.text)
        self.text.setVisible(bool(row.text))
        self._image = thumb or QImage()
        self.shown.setVisible(row.has_image)
        self._filler.setVisible(not row.has_image)
        self._fit()

    def show_picture(self, note_id: UUID, image: QImage) -> None:
        """The picture of a note has come."""
        if self.row is not None and self.row.id == note_id:
            self._image = image
            if image.isNull():
                self.shown.setText(self.tr("This picture cannot be read."))
            self._fit()

    def picture_size(self) -> QSize:
        """The size of the picture that is held."""
        return self._image.size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        if self._image.isNull():
            return
        self._column.activate()
        room = self.shown.size()
        size = self._image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        size = size.boundedTo(self._image.size() * 2)
        image = self._image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        self.shown.setPixmap(QPixmap.fromImage(image))
