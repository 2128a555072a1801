"""Where a record's form stands instead of the tabs while something is changed, with the way back over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import rule, surface
from colonydesk.qtkit.theme import M
from colonydesk.ui.desk import Desk

if TYPE_CHECKING:
    from colonydesk.ui.forms.form import RecordForm


class FormPlace(QStackedWidget):
    """Shows ``usual``, or the ``form`` that is open.

    ``told`` and ``wanted`` are those of the form; ``left``: it is gone, and ``usual`` is shown again.
    """

    told = Signal(str, str)
    wanted = Signal(str, object)
    left = Signal()

    def __init__(self, desk: Desk, usual: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self.form: RecordForm | None = None
        self._deleted = False
        self.addWidget(usual)
        self.addWidget(self._build_place())

    def _build_place(self) -> QWidget:
        place = surface("panel")
        back = QPushButton(self.tr("‹ Back to the page"))
        back.setProperty("kind", "link")
        back.setToolTip(self.tr("Leave this form (Esc)"))
        back.clicked.connect(self.leave)
        row = QHBoxLayout()
        row.setContentsMargins(M, 6, M, 6)
        row.addWidget(back)
        row.addStretch(1)
        self._column = QVBoxLayout(place)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(row)
        self._column.addWidget(rule())
        return place

    def open(self, table: str, row_id: UUID | None, preset: Mapping[str, Any]) -> None:
        """A record's form, where none is open; without an id a new record that holds ``preset``."""
        if self.form is not None:
            return
        from colonydesk.ui.sheets import form_for

        form = form_for(self._desk, table, begins=row_id is None)
        self.form = form
        self._deleted = False
        form.told.connect(self.told)
        form.wanted.connect(self.wanted)
        form.deleted.connect(self._on_deleted)
        form.closed.connect(self._on_closed)
        self._column.addWidget(form)
        self.setCurrentIndex(1)
        form.setFocus(Qt.FocusReason.OtherFocusReason)  # until its first field is there
        if row_id is None:
            form.new(dict(preset))
        else:
            form.filled.connect(form.view.focus, Qt.ConnectionType.SingleShotConnection)
            form.open(row_id)

    def _on_deleted(self, _row_id: UUID) -> None:
        """The form says that it is gone, and offers to undo it: it stays until it is left."""
        self._deleted = True
        if self.form is not None:
            self.form.strip.focus_first()

    def _on_closed(self) -> None:
        QTimer.singleShot(0, self, self._after_closed)  # it closes its record before it says: deleted

    def _after_closed(self) -> None:
        if not self._deleted:
            self.put_away()
        self._deleted = False

    def leave(self) -> None:
        """Put the form away, unless something typed is not saved yet: the form says so then."""
        if self.form is not None and self.form.free():
            self.put_away()

    def put_away(self) -> None:
        """Put the form away, where one is open, with whatever is typed in it."""
        if self.form is None:
            return
        form, self.form = self.form, None
        self.setCurrentIndex(0)
        self._column.removeWidget(form)
        form.hide()
        form.deleteLater()
        self.left.emit()
