"""Notes: written, with a picture, looked through, looked at, taken back."""

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import Note, Surgery
from colonydesk.services.notes import LONGEST, image_size
from colonydesk.ui.animal.noted import NotesTab
from tests.builders import NOW, Scene, rows, scene
from tests.ui.animals import CTRL, NOTES, Key, Page, page_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    return page_on(here, qapp, qtbot, tmp_path)


def picture(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#a06020"))
    return image


def texts(tab: NotesTab) -> list[str]:
    return [row.text for row in tab.model.rows]


def test_write_one_and_take_it_back(here: Scene, page: Page) -> None:
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    assert tab.empty.isVisible()
    page.type("limps on the left")
    page.press(Key.Key_Return, CTRL)
    assert texts(tab) == ["limps on the left"]
    assert tab.composer.text.toPlainText() == ""
    assert tab.heading(tab.model.rows[0]) == "10 Mar, 10:30, ann"
    (note,) = rows(here.db, Note)
    assert (note["content_type"], note["object_id"]) == ("subject", here.mouse)
    assert note["user_id"] == here.ann
    tab.composer.take_back()
    assert texts(tab) == []
    assert rows(here.db, Note) == []
    assert not tab.composer.undo_button.isVisible()


def test_a_list_that_the_keys_come_to_shows_where_they_are(here: Scene, page: Page) -> None:
    here.add(
        Note, content_type="subject", object_id=here.mouse, text="limps", date_time=NOW, user_id=here.ann
    )
    page.show(tab=NOTES)
    view = page.tab(NotesTab).view
    assert not view.selectionModel().hasSelection()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.selectionModel().hasSelection()
    assert view.current() == page.tab(NotesTab).model.rows[0]


def test_nothing_is_no_note(here: Scene, page: Page) -> None:
    page.show(tab=NOTES)
    page.press(Key.Key_Return, CTRL)
    assert page.tab(NotesTab).composer.sentence.state() == "refused"
    page.desk.set_member(None)
    page.type("limps")
    page.press(Key.Key_Return, CTRL)
    assert "who records" in page.tab(NotesTab).composer.sentence.text()
    assert page.tab(NotesTab).composer.text.toPlainText() == "limps"
    assert rows(here.db, Note) == []
    page.tab(NotesTab).composer.text.clear()


def test_a_note_on_a_surgery(here: Scene, page: Page) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=NOW - 5 * DAY)
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    about = tab.composer.about
    assert [about.itemText(place) for place in range(about.count())] == [
        "about M1",
        "about the surgery of 5 Mar",
    ]
    about.setCurrentIndex(1)
    page.type("bled a little")
    page.press(Key.Key_Return, CTRL)
    assert tab.heading(tab.model.rows[0]) == "10 Mar, 10:30, ann, on the surgery of 5 Mar"
    assert rows(here.db, Note)[0]["object_id"] == surgery


def test_a_picture_from_a_file_is_made_small_enough(here: Scene, page: Page, tmp_path: Path) -> None:
    assert picture(3000, 1500).save(str(tmp_path / "wound.jpg"))
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    tab.composer.take_file(tmp_path / "wound.jpg")
    assert tab.composer.preview.isVisible()
    page.press(Key.Key_Return, CTRL)
    (note,) = rows(here.db, Note)
    assert image_size(note["image"]) == (LONGEST, LONGEST // 2)
    assert note["image_name"] == "wound.jpg"
    assert note["id"] in tab.thumbs
    assert tab.composer.picture() is None
    tab.view.setFocus()
    page.press(Key.Key_Return)
    assert tab.large.isVisible()
    assert tab.large.picture_size().width() == LONGEST
    page.press(Key.Key_Escape)
    assert tab.view.isVisible()
    assert page.closed == []


def test_a_picture_from_the_clipboard(here: Scene, page: Page) -> None:
    QGuiApplication.clipboard().setImage(picture(40, 30))
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    page.press(Key.Key_V, CTRL)
    assert tab.composer.picture() is not None
    assert page.page.unsaved()
    page.press(Key.Key_Return, CTRL)
    assert image_size(rows(here.db, Note)[0]["image"]) == (40, 30)
    QGuiApplication.clipboard().clear()


def test_what_is_no_picture_is_refused(page: Page, tmp_path: Path) -> None:
    (tmp_path / "list.png").write_text("no picture")
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    tab.composer.take_file(tmp_path / "list.png")
    assert "list.png is no picture" in tab.composer.sentence.text()


def test_one_that_another_program_wrote_appears(here: Scene, page: Page) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    page.show(tab=NOTES)
    about = {"content_type": "surgery", "object_id": surgery}
    note = here.add(Note, date_time=NOW, text="seen", **about)
    page.desk.bus.publish({"note": [note], "surgery": [surgery]})
    assert texts(page.tab(NotesTab)) == ["seen"]


def test_a_note_is_changed_in_its_form(here: Scene, page: Page) -> None:
    about = {"content_type": "subject", "object_id": here.mouse}
    note = here.add(Note, date_time=NOW, text="shy", **about)
    page.show(tab=NOTES)
    tab = page.tab(NotesTab)
    tab.show_large(tab.model.rows[0])
    page.qtbot.mouseClick(tab.large.edit, Qt.MouseButton.LeftButton)
    form = page.page.form()
    assert form is not None
    assert form.id() == note
    page.page.leave_form()
    assert page.page.form() is None
