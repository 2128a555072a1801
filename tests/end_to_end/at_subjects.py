"""Hands on the Subjects screen, and what the database holds of its animals."""

from uuid import UUID

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject
from colonydesk.ui.subjects.screen import SubjectsScreen
from tests.end_to_end.hands import Hands

CONTROL = Qt.KeyboardModifier.ControlModifier


class At(Hands):
    """Hands on the Subjects screen."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        super().__init__(program, qtbot)
        screen = program.frame.show_section("subjects")
        assert isinstance(screen, SubjectsScreen)
        self.screen = screen
        self.told: list[str] = []
        screen.told.connect(lambda _kind, text: self.told.append(text))
        self.settle()
        self.until(lambda: screen.list.view.hasFocus())

    def settle(self) -> None:
        screen = getattr(self, "screen", None)
        self.until(
            lambda: (
                self.program.jobs.idle()
                and (screen is None or not (screen.list.is_reading() or screen.list.will_read()))
            )
        )

    @property
    def names(self) -> list[str]:
        """The nicknames in the table, from the top."""
        model = self.screen.list.model
        for row in range(model.rowCount()):
            model.data(model.index(row, 0))
        self.settle()
        return [model.data(model.index(row, 0)) for row in range(model.rowCount())]

    def search(self, text: str) -> None:
        self.press(Qt.Key.Key_F, CONTROL)
        assert self.focus is self.screen.top.search
        self.type(text)
        self.settle()


def stored(db: Database, column: str, ids: tuple[UUID, ...]) -> set[object]:
    with db.read() as connection:
        return set(connection.execute(select(getattr(Subject, column)).where(Subject.id.in_(ids))).scalars())


def living(db: Database) -> list[str]:
    statement = (
        select(Subject.nickname).where(Subject.death_date.is_(None)).order_by(func.lower(Subject.nickname))
    )
    with db.read() as connection:
        return list(connection.execute(statement).scalars())
