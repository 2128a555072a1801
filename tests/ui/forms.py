"""A form, or a list with its form, under test: on a small lab, with jobs done when they are asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.forms import Labelled
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.queries.records import label_of
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.sheets import form_for, records_of
from tests.builders import NOW, Scene

RESOURCES = Path(__file__).parents[2] / "resources"
Key = Qt.Key
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
T = TypeVar("T", bound=QWidget)


def focus() -> QWidget:
    """What has the keys."""
    widget = QApplication.focusWidget()
    assert widget is not None, "nothing has the keys"
    return widget


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """As from a keyboard: to whatever has the keys."""
    QTest.keyClick(focus(), key, modifier)
    QApplication.processEvents()


def replace(text: str) -> None:
    """Type over what stands in the field that has the keys."""
    press(Key.Key_A, CTRL)
    QTest.keyClicks(focus(), text)


class Forms:
    """Ann's desk, and the forms on it. An error that nobody took fails the test."""

    def __init__(self, here: Scene, qapp: QApplication, qtbot: QtBot, folder: Path) -> None:
        self.here = here
        self._qtbot = qtbot
        source = ThemeSource(qapp, RESOURCES)
        settings = Settings(folder / "settings.json")
        self.desk = Desk(here.db, SyncJobs(), ChangeBus(), source, settings, lambda: NOW)
        self.desk.set_member(Member(here.ann, "ann", "Ann"))
        self._failed: list[Exception] = []
        self.desk.jobs.failed.connect(self._failed.append)

    def form(self, table: str, row_id: UUID | None = None, **preset: object) -> RecordForm:
        """The form of a record, or of a new one that begins with ``preset``."""
        form = self._kept(form_for(self.desk, table))
        if row_id is None:
            form.new(preset)
        else:
            form.open(row_id)
        return form

    def form_of_a_move(self, subject_id: UUID) -> RecordForm:
        """As "Move to a cage" on an animal's page opens it."""
        form = self._kept(form_for(self.desk, "housing_subject", begins=True))
        form.new({"subject_id": subject_id})
        return form

    def shown(self, widget: T) -> T:
        """Any other widget of the desk."""
        return self._kept(widget)

    def records(self, table: str) -> RecordsScreen:
        """The list of a table beside its form."""
        return self._kept(records_of(self.desk, table))

    def labelled(self, table: str, row_id: UUID) -> Labelled:
        """A record as a reference's editor takes it."""
        with self.here.db.read() as connection:
            return Labelled(row_id, label_of(connection, table, [row_id]))

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for what comes with the next events."""
        self._qtbot.waitUntil(true, timeout=20_000)

    def _kept(self, widget: T) -> T:
        self._qtbot.addWidget(widget, before_close_func=self._raise())
        widget.resize(1100, 700)
        with self._qtbot.waitActive(widget):
            widget.show()
        return widget

    def _raise(self) -> Callable[[QWidget], None]:
        def look(_widget: QWidget) -> None:
            for error in self._failed:
                raise error

        return look
