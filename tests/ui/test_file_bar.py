"""Which file a list is written to: one that is there is replaced only after a question, asked once."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from colonydesk.db.tables import Food
from colonydesk.ui.file_bar import FileBar
from tests.ui.forms import Forms

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL = Qt.KeyboardModifier.ControlModifier
THERE = "kept by somebody"


@pytest.fixture
def bar(forms: Forms) -> FileBar:
    """Asked for in the list of foods, of which there is one."""
    forms.here.add(Food, name="Pellets")
    screen = forms.records("food")
    forms.until(lambda: len(screen.table.ids()) == 1)
    screen.search.setFocus()
    QTest.keyClick(screen.search, Qt.Key.Key_E, CTRL)
    assert screen.export.file.hasFocus()
    return screen.export


@pytest.fixture
def there(tmp_path: Path) -> Path:
    file = tmp_path / "foods.csv"
    file.write_text(THERE)
    return file


def write(bar: FileBar, text: str) -> None:
    QTest.keyClick(bar.file, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(bar.file, text)


def enter(bar: FileBar) -> None:
    QTest.keyClick(bar.file, Qt.Key.Key_Return)


def browse(bar: FileBar) -> None:
    (button,) = (one for one in bar.findChildren(QPushButton) if one.text() == "Browse…")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_file_that_is_there_is_replaced_with_a_second_enter(bar: FileBar, there: Path) -> None:
    write(bar, str(there))
    enter(bar)
    assert bar.sentence.text() == "foods.csv is there already. Replace it?"
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(bar.file, held)
    assert there.read_text() == THERE
    enter(bar)
    assert "Pellets" in there.read_text(encoding="utf-8-sig")
    assert bar.isHidden()


def test_it_is_asked_anew_of_another_file_and_the_next_time(
    bar: FileBar, there: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text(THERE)
    write(bar, str(there))
    enter(bar)
    write(bar, str(other))
    assert not bar.sentence.isVisible()
    enter(bar)
    assert bar.sentence.text() == "other.csv is there already. Replace it?"
    enter(bar)
    assert (there.read_text(), other.read_text() != THERE) == (THERE, True)
    bar.ask_for("Export to", "foods.csv")
    enter(bar)
    assert bar.sentence.isVisible()
    QTest.keyClick(bar.file, Qt.Key.Key_Escape)
    bar.ask_for("Export to", "foods.csv")
    assert not bar.sentence.isVisible()


def test_a_file_without_a_name_is_asked_for(bar: FileBar, tmp_path: Path) -> None:
    write(bar, " ")
    enter(bar)
    assert bar.sentence.text() == "Name the file that is to be written."
    assert bar.sentence.isVisible()
    write(bar, str(tmp_path / "new.csv"))
    assert not bar.sentence.isVisible()
    enter(bar)
    assert (tmp_path / "new.csv").is_file()


def test_a_new_file_is_written_at_once(bar: FileBar, tmp_path: Path) -> None:
    write(bar, str(tmp_path / "new.csv"))
    enter(bar)
    assert (tmp_path / "new.csv").is_file()


@pytest.mark.parametrize(("answer", "asks"), [("foods.csv", False), ("foods", True)])
def test_what_the_dialog_has_asked_is_not_asked_again(
    bar: FileBar, there: Path, monkeypatch: pytest.MonkeyPatch, answer: str, asks: bool
) -> None:
    chosen = (str(there.with_name(answer)), "CSV (*.csv)")  # it asked about this name, without an ending
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: chosen)
    browse(bar)
    assert bar.file.text() == str(there)
    enter(bar)
    assert (there.read_text() == THERE) == asks
