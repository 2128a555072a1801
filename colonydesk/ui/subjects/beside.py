"""What stands beside the table: the page of an animal, a form for a new one, a change of several."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from colonydesk.qtkit.parts import surface
from colonydesk.ui.desk import Desk

if TYPE_CHECKING:
    from colonydesk.ui.animal.page import AnimalPage
    from colonydesk.ui.forms.form import RecordForm
    from colonydesk.ui.subjects.bulk import BulkPanel
    from colonydesk.ui.subjects.overlaid import Overlaid


class Beside(QStackedWidget):
    """``closed`` when it is put away, ``made`` carries the id of a new animal and the commands that made it
    (none where its form still offers to undo them), ``shown`` the id of the one the page shows now,
    ``changed`` the command that changed several, and how many; ``told`` and ``wanted`` as of a screen.

    Its parts are built when they are first needed.
    """

    closed = Signal()
    made = Signal(object, object)
    shown = Signal(object)
    changed = Signal(object, int)
    told = Signal(str, str)
    wanted = Signal(str, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._timezone = "UTC"
        self.page: AnimalPage | None = None
        self.form: RecordForm | None = None
        self._form_place: QWidget | None = None
        self.bulk: BulkPanel | None = None
        self.overlaid: Overlaid | None = None

    def set_timezone(self, name: str) -> None:
        """The zone by whose calendar dates are read."""
        self._timezone = name

    # What is there

    def shows_animal(self) -> bool:
        return self.isVisible() and self.page is not None and self.currentWidget() is self.page

    def animal(self) -> UUID | None:
        """The animal whose page is there, also before the screen is seen."""
        if self.isHidden() or self.page is None or self.currentWidget() is not self.page:
            return None
        return self.page.subject_id()

    def shows_bulk(self) -> bool:
        return self.isVisible() and self.bulk is not None and self.currentWidget() is self.bulk

    def shows_curves(self) -> bool:
        return self.isVisible() and self.overlaid is not None and self.currentWidget() is self.overlaid

    def _has_form(self) -> bool:
        return self._form_place is not None and self.currentWidget() is self._form_place

    def unsaved(self) -> bool:
        """Whether something is typed that is not saved; it is said where."""
        if self.isHidden():
            return False
        here = self.currentWidget()
        if self._has_form() and self.form is not None:
            return not self.form.free()
        if here is self.bulk and self.bulk is not None:
            return self.bulk.unsaved()
        return self.page is not None and self.page.unsaved()

    def show_animal(self, subject_id: UUID) -> bool:
        """Show the page of an animal; False where something typed is not saved yet."""
        if self.currentWidget() is not self.page and self.unsaved():
            return False
        page = self._build_page()
        if not page.show(subject_id):
            return False
        self.setCurrentWidget(page)
        return True

    def show_overview(self) -> None:
        """What the animal is, first of all that is known of it."""
        if self.page is not None:
            self.page.bar.setCurrentIndex(0)

    def prepare(self) -> None:
        """Build the page of an animal while nobody waits for it yet; a reader imports what it is made of."""

        def build(_nothing: object) -> None:
            if self.page is None:
                self._build_page().prepare()

        self._desk.jobs.read(("animal page", id(self)), _load_page, build)

    def prepared(self) -> bool:
        """Whether that has been done."""
        return self.page is not None and self.page.prepared()

    def _build_page(self) -> AnimalPage:
        if self.page is None:
            from colonydesk.ui.animal.page import AnimalPage

            self.page = AnimalPage(self._desk)
            self.page.told.connect(self.told)
            self.page.wanted.connect(self.wanted)
            self.page.closed.connect(self.closed)
            self.page.shown.connect(self.shown)
            self.addWidget(self.page)
        return self.page

    def new_animal(self) -> bool:
        """Show a form for a new animal; False where something typed is not saved yet."""
        if self.unsaved():
            return False
        if self.form is None:
            from colonydesk.ui.sheets import form_for

            self.form = form_for(self._desk, "subject")
            self.form.told.connect(self.told)
            self.form.wanted.connect(self.wanted)
            self.form.saved.connect(self._on_made)
            self.form.closed.connect(self._on_form_closed)
            self._form_place = surface("panel")
            column = QVBoxLayout(self._form_place)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(self.form)
            self.addWidget(self._form_place)
        if not self.form.new():
            return False
        self.setCurrentWidget(self._form_place)
        return True

    def show_bulk(self, ids: tuple[UUID, ...]) -> bool:
        """Ask what is to be changed of these; False where something typed is not saved yet."""
        here = self.isVisible() and self.currentWidget() is self.bulk
        if not here and self.unsaved():
            return False
        if self.bulk is None:
            from colonydesk.ui.subjects.bulk import BulkPanel

            self.bulk = BulkPanel(self._desk)
            self.bulk.set_timezone(self._timezone)
            self.bulk.told.connect(self.told)
            self.bulk.closed.connect(self.closed)
            self.bulk.changed.connect(self.changed)
            self.addWidget(self.bulk)
        self.bulk.show_animals(ids)
        self.setCurrentWidget(self.bulk)
        if not here:
            self.bulk.form.focus()
        return True

    def show_curves(self, ids: tuple[UUID, ...]) -> bool:
        """Show the weights of these over one another; False where something typed is not saved yet."""
        if self.unsaved():
            return False
        if self.overlaid is None:
            from colonydesk.ui.subjects.overlaid import Overlaid

            self.overlaid = Overlaid(self._desk)
            self.overlaid.told.connect(self.told)
            self.overlaid.closed.connect(self.closed)
            self.addWidget(self.overlaid)
        self.overlaid.show_animals(ids)
        self.setCurrentWidget(self.overlaid)
        return True

    def put_away(self) -> None:
        """Close what is there; not where something typed is not saved, which is said then."""
        if self.unsaved():
            return
        if self._has_form() and self.form is not None:
            self.form.close_record()
        else:
            self.closed.emit()

    def _on_made(self, subject_id: UUID) -> None:
        """The new animal is in the database: its page comes, unless its form has been typed on in."""
        if self.form is not None and self._has_form():
            commands: tuple[UUID, ...] = ()
            if not self.form.unsaved():
                self.show_animal(subject_id)
                commands = self.form.hand_over_undo(subject_id)
                self.form.close_record()  # behind the page: this one is not closed with it
            self.made.emit(subject_id, commands)

    def _on_form_closed(self) -> None:
        if self._has_form() and self.form is not None and self.form.id() is None:
            self.closed.emit()

    # Keys

    def has_keys(self) -> bool:
        here = QApplication.focusWidget()
        return here is not None and (here is self or self.isAncestorOf(here))

    def take_keys(self) -> None:
        """Give the keys to what is there."""
        here: QWidget | None = self.currentWidget()
        if here is None:
            return
        if here is self.bulk and self.bulk is not None:
            self.bulk.form.focus()
        elif here is self.page and self.page is not None:
            self.page.take_keys()
        elif self._has_form() and self.form is not None:
            self.form.view.focus()
        else:
            here.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._has_form():
            self.put_away()
        else:
            super().keyPressEvent(event)


def _load_page() -> None:
    import colonydesk.ui.animal.page  # noqa: F401
