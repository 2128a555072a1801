"""The animal's page where it is narrow, with dates of last year: nothing on it is cut off."""

from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import BreedingPair, Housing, HousingSubject, Litter, Note, Surgery
from colonydesk.qtkit.theme import CAPTION, LABEL, TEXT, font
from colonydesk.ui.animal.glance import BELOW_TOP, Figures, GlanceTab
from colonydesk.ui.animal.listing import Listing
from colonydesk.ui.animal.lodging import LodgingTab
from colonydesk.ui.animal.noted import NotesTab
from colonydesk.ui.animal.rows import PADDING, in_two_lines
from colonydesk.ui.animal.tree import TreeTab
from tests.builders import NOW, Scene, scene
from tests.ui.animals import ACTS, LODGING, NOTES, TREE, Key, Page, page_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
LAST_YEAR = NOW - timedelta(days=100)  # 30 Nov 2025
NARROW = 560


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    made = page_on(here, qapp, qtbot, tmp_path)
    made.page.resize(NARROW, 700)
    return made


def cut(tab: Listing, column: int) -> list[str]:
    """What of a column is not shown whole."""
    metrics, width = QFontMetrics(font(LABEL)), tab.view.columnWidth(column) - 2 * PADDING
    texts = [str(tab.model.index(row, column).data()) for row in range(tab.model.rowCount())]
    return [text for text in texts if "…" in in_two_lines(metrics, text, width)]


def test_words_go_on_in_a_second_line_of_a_cell(qapp: QApplication) -> None:
    metrics = QFontMetrics(font(LABEL))
    width = metrics.horizontalAdvance("28 Nov 2025,") + 4
    assert in_two_lines(metrics, "28 Nov 2025, 10:44", width) == "28 Nov 2025,\n10:44"
    assert in_two_lines(metrics, "written", width) == "written"
    shown = in_two_lines(metrics, "it healed, and its fur is dry and smooth again", width).split("\n")
    assert shown[0].startswith("it healed,")
    assert shown[1].endswith("…")


def test_dates_of_last_year_are_whole_in_the_tables(here: Scene, page: Page) -> None:
    cage = here.add(Housing, cage_name="A-1")
    stay = {"start_datetime": LAST_YEAR, "end_datetime": LAST_YEAR + timedelta(days=2)}
    here.add(HousingSubject, subject_id=here.mouse, housing_id=cage, **stay)
    here.add(Surgery, subject_id=here.mouse, start_time=LAST_YEAR)
    page.show(tab=LODGING)
    tab = page.tab(LodgingTab)
    assert tab.model.index(0, 1).data() == "30 Nov 2025, 09:30"
    assert cut(tab, 1) == cut(tab, 2) == []
    page.show(tab=ACTS)
    assert cut(page.tab(Listing), 0) == []


def test_the_words_below_the_figures_are_whole(here: Scene, page: Page) -> None:
    page.show()
    tab = page.tab(GlanceTab)
    metrics = QFontMetrics(font(CAPTION))

    def needed(figures: Figures) -> int:
        box = QRect(0, 0, round(figures.width() / 4 - 20), 1000)
        wrap = Qt.TextFlag.TextWordWrap
        return max(metrics.boundingRect(box, wrap, below).height() for _, _, below, _ in figures._figures)

    assert [below for _, _, below, _ in tab.figures._figures][-1] == "not restricted"
    assert needed(tab.figures) < 2 * metrics.height(), "each is one line"
    usual = tab.figures.height()
    tab.figures.show_figures(
        [("Percentage", "-", "The lab has set no share of the expected weight.", "faint")] * 4
    )
    assert tab.figures.height() > usual
    assert tab.figures.height() >= BELOW_TOP + needed(tab.figures)


def parents(here: Scene, name: str) -> UUID:
    """A litter of a father and two mothers."""
    father = here.subject(f"{name}_F", death_date=LAST_YEAR.date())
    mothers = {f"mother{n}_id": here.subject(f"{name}_D{n}", sex="F") for n in (1, 2)}
    pair = here.add(BreedingPair, father_id=father, **mothers)
    return here.add(Litter, name=f"L_{name}", breeding_pair_id=pair, birth_date=date(2025, 11, 1))


def test_a_family_of_six_grandparents_has_room_for_their_names(here: Scene, page: Page) -> None:
    of = {name: here.subject(name, litter_id=parents(here, name)) for name in ("FA", "MA", "MB")}
    pair = here.add(BreedingPair, father_id=of["FA"], mother1_id=of["MA"], mother2_id=of["MB"])
    litter = here.add(Litter, name="L2", breeding_pair_id=pair, birth_date=date(2025, 11, 1))
    page.show(here.subject("PV_0371", litter_id=litter, death_date=LAST_YEAR.date()), tab=TREE)
    tree = page.tab(TreeTab).tree
    boxes = [box for box in tree.drawing.boxes if box.animal is not None]
    assert len(boxes) == 13
    metrics = QFontMetrics(font(TEXT, 600))
    for box in boxes:
        assert box.animal is not None
        assert box.rect.right() <= tree.width()
        assert box.rect.width() - 33 >= metrics.horizontalAdvance("PV_0371_D")
        assert (
            QFontMetrics(font(CAPTION)).horizontalAdvance(tree._said_below(box.animal)[0])
            <= box.rect.width() - 30
        )
    assert not [pair for pair in combinations(boxes, 2) if pair[0].rect.intersects(pair[1].rect)]
    page.press(Key.Key_Up)
    page.press(Key.Key_Up)
    animal = tree.drawing.boxes[tree.at].animal
    assert animal is not None
    assert animal.nickname == "FA_D2", "the lowest of the three over FA"


def test_what_a_note_is_about_is_whole_beside_its_picture(here: Scene, page: Page) -> None:
    page.show(here.subject("DAT_CK_0269"), tab=NOTES)
    composer = page.tab(NotesTab).composer
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(0x335577)
    QApplication.clipboard().setImage(image)
    assert composer.take_clipboard()
    QApplication.processEvents()
    about = composer.about
    assert about.currentText() == "about DAT_CK_0269"
    assert about.width() >= about.fontMetrics().horizontalAdvance(about.currentText()) + 40
    assert composer.save_button.geometry().right() <= composer.width()
    composer._show_picture(None)


def test_the_heading_of_a_large_note_wraps(here: Scene, page: Page) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=LAST_YEAR)
    about = {"content_type": "surgery", "object_id": surgery, "user_id": here.ann, "date_time": LAST_YEAR}
    here.add(Note, text="long ago", **about)
    page.show(tab=NOTES)
    page.tab(NotesTab).view.setFocus()
    page.press(Key.Key_Return)
    heading: QLabel = page.tab(NotesTab).large.heading
    assert heading.text() == "30 Nov 2025, 09:30, ann, on the surgery of 30 Nov 2025"
    assert heading.height() >= heading.heightForWidth(heading.width())
    assert heading.minimumSizeHint().width() < NARROW / 2
