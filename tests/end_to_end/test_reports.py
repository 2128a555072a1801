"""The Reports section by keys in the real window, on both engines; what it shows read back another way."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.exchange.reports import csv_text
from colonydesk.queries.reports import REPORTS, report
from colonydesk.queries.worklist import worklist
from colonydesk.ui.reports import ReportsScreen
from tests.end_to_end.hands import Hands

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


class At(Hands):
    """Hands in the Reports section."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        super().__init__(program, qtbot)
        self.screen: ReportsScreen = program.frame.show_section("reports")  # type: ignore[assignment]
        self.settle()

    def choose(self, name: str) -> None:
        """Go down the reports to one of them, and into it."""
        self.screen.kinds.setFocus()
        self.press(Key.Key_Home)
        for _ in REPORTS:
            if self.screen.kinds.key() == name:
                break
            self.press(Key.Key_Down)
        assert self.screen.kinds.key() == name
        self.enter()

    def names(self) -> list[str]:
        table = self.screen.view.table
        place = [one.key for one in table.columns].index("nickname")
        return [table.text(row, place) for row in range(len(table.rows))]


def test_the_day_of_the_restricted_an_animal_opened_and_a_file_written(
    colony_url: str,
    colony: Database,
    open_program: Callable[..., Program],
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    at = At(open_program(colony_url), qtbot)
    at.choose("water-restriction")
    with colony.read() as connection:
        listed = worklist(connection, at.now())
    assert sorted(at.names()) == sorted(row.nickname for row in listed)
    assert len(listed) == 12
    at.press(Key.Key_E, CONTROL)
    file = tmp_path / "day.pdf"
    at.type(str(file))
    at.enter()
    at.until(file.exists)
    assert file.read_bytes().startswith(b"%PDF-")
    at.press(Key.Key_E, CONTROL)
    file = tmp_path / "day.csv"
    at.type(str(file))
    at.enter()
    at.until(file.exists)
    with colony.read() as connection:
        assert file.read_text("utf-8-sig") == csv_text(
            report(connection, "water-restriction", at.now())
        ).replace("\r\n", "\n")
    at.screen.view.setFocus()
    chosen = at.names()[0]
    wanted: list[tuple[str, object]] = []
    at.screen.wanted.connect(lambda table, key: wanted.append((table, key)))
    at.press(Key.Key_Home, CONTROL)
    at.enter()
    (animal,) = (row.subject_id for row in listed if row.nickname == chosen)
    assert wanted == [("subject", animal)]


def test_the_animals_behind_a_count_of_the_annual_return(
    colony_url: str, colony: Database, open_program: Callable[..., Program], qtbot: QtBot
) -> None:
    at = At(open_program(colony_url), qtbot)
    at.choose("animals-used")
    with colony.read() as connection:
        known = report(connection, "animals-used-list", at.now())
    table = at.screen.view.table
    place = [one.key for one in table.columns].index("female")
    at.press(Key.Key_Home, CONTROL)
    for _ in range(place):
        at.press(Key.Key_Right)
    at.enter()
    females = [row.cells[0] for row in known.rows if row.cells[5] == "female"]
    assert at.names() == females
    assert females
    at.escape()
    assert at.screen.title.text() == "Animals used"
    at.escape()
    assert at.screen.kinds.hasFocus()
