"""The animal's page: its head, its tabs by key, what is loaded when, and how it is left."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    Allele,
    Cull,
    CullReason,
    Line,
    OtherAction,
    Project,
    Subject,
    Surgery,
    VirusInjection,
    WaterRestriction,
    Weighing,
    Zygosity,
    subject_project,
)
from colonydesk.queries.overview import Overview, overview
from colonydesk.services.weights import record_weighing
from colonydesk.ui.animal.acts import ActsTab
from colonydesk.ui.animal.glance import GlanceTab
from colonydesk.ui.animal.noted import NotesTab
from colonydesk.ui.animal.tab import Tab, Veil
from colonydesk.ui.animal.tree import TreeTab
from tests.builders import NOW, Scene, scene, weighing
from tests.queries.colony import counted
from tests.ui.animals import ACTS, ALT, CTRL, DAYS, GLANCE, NOTES, TREE, Key, Page, page_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    return page_on(here, qapp, qtbot, tmp_path)


def restricted(here: Scene) -> None:
    held = {"start_time": NOW - 10 * DAY, "reference_weight": 25.0, "water_type_id": here.hydrogel}
    here.add(WaterRestriction, subject_id=here.mouse, **held)
    here.add(Weighing, subject_id=here.mouse, weight=20.0, date_time=NOW - DAY)


def test_the_head_says_who_it_is_and_how_it_is(here: Scene, page: Page) -> None:
    restricted(here)
    allele = here.add(Allele, nickname="Cre")
    here.add(Zygosity, subject_id=here.mouse, allele_id=allele, zygosity=1)
    line = here.add(Line, nickname="Ai32")
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        values = {"line_id": line, "ear_mark": "LR", "responsible_user_id": here.bob, "actual_severity": 3}
        unit.update(Subject, here.mouse, {**values, "to_be_culled": True})
    page.show()
    head = page.page.head
    assert head.name.text() == "M1"
    assert (head.badge.state(), head.badge.text()) == ("under", "80.0 %, under threshold")
    facts = head.facts.text().replace("&nbsp;", " ").replace("\u2011", "-")
    assert facts == "<b>Cage A1</b>, ear LR, male, 18 w 3 d, Ai32, Cre +/-, with bob"
    said = "On water restriction since 28 Feb (Hydrogel), severity moderate, protocol 1, to be culled"
    assert head.care.text() == said


def test_a_dead_animal_says_so(here: Scene, page: Page) -> None:
    reason = here.add(CullReason, name="end of the experiment")
    gone = here.subject("M2", death_date=date(2026, 3, 1))
    here.add(Cull, subject_id=gone, date=date(2026, 3, 1), cull_reason_id=reason)
    page.show(gone)
    assert page.page.head.badge.text() == "died 1 Mar"
    assert page.page.head.care.text() == "Culled on 1 Mar (end of the experiment), protocol 1"
    assert page.tab(GlanceTab).figures.texts()["Water today"] == "-"
    assert "18 w" not in page.page.head.facts.text()  # the age stops with the life


def test_a_human_subject_has_no_husbandry(here: Scene, page: Page) -> None:
    page.show(here.subject("H1", is_human=True), GLANCE)
    assert page.page.head.badge.text() == "human subject"
    assert page.tab(GlanceTab).figures.isHidden()
    assert not {"Cage", "Cage mates", "Ear mark", "Protocol", "To do"} & set(
        page.tab(GlanceTab).fields.texts()
    )
    assert "Cage" not in page.page.head.facts.text()


def test_a_human_subject_has_no_screens_of_husbandry(here: Scene, page: Page) -> None:
    page.show(tab=DAYS)
    human = here.subject("H1", is_human=True)
    page.show(human, DAYS)
    bar = page.page.bar
    shown = [bar.tabText(place) for place in range(bar.count()) if bar.isTabVisible(place)]
    assert shown == ["Overview", "Procedures", "Notes", "Family", "History"]
    assert bar.isTabVisible(bar.currentIndex())
    page.page.open_tab(GLANCE)
    page.press(Key.Key_Tab, CTRL)
    assert bar.currentIndex() == ACTS
    page.press(Key.Key_F3)
    assert bar.currentIndex() == ACTS
    offered = [act.text() for act in page.tab(ActsTab).new.menu().actions() if act.isVisible()]
    assert offered == ["Virus injection", "Session", "Other action"]

    page.show(here.mouse, DAYS)
    assert all(bar.isTabVisible(place) for place in range(bar.count()))
    assert bar.currentIndex() == DAYS
    page.page.open_tab(ACTS)
    assert all(act.isVisible() for act in page.tab(ActsTab).new.menu().actions())


def test_at_a_glance(here: Scene, page: Page) -> None:
    restricted(here)
    mate = here.subject("M2", cage="A1")
    project = here.add(Project, name="Vision")
    with here.db.unit(uuid4(), "test", here.ann, NOW) as unit:
        unit.update(Subject, here.mouse, {"description": "shy <b>", "adverse_effects": "-"})
        unit.link(subject_project, here.mouse, project)
    page.show()
    tab = page.tab(GlanceTab)
    assert tab.figures.texts() == {
        "Weight": "20.0 g",
        "Percentage": "80.0 %",
        "Water today": "0.00 mL",
        "Restricted since": "28 Feb",
    }
    fields = tab.fields.texts()
    assert fields["Born"] == "1 Nov 2025"
    assert fields["Projects"] == "Vision"
    assert fields["Cage mates"] == f'<a href="subject:{mate}">M2</a>'
    assert fields["Request"] == "-"
    assert tab.description.text() == "shy <b>"
    assert tab.effects.isHidden()
    tab.fields._follow(f"subject:{mate}")
    assert page.page.subject_id() == mate
    assert page.page.head.back_button.isVisible()
    page.press(Key.Key_Left, ALT)
    assert page.page.subject_id() == here.mouse
    assert page.page.head.back_button.isHidden()


def test_links_take_the_colour_of_another_theme(here: Scene, page: Page) -> None:
    here.subject("M2", cage="A1")
    page.show()
    value = next(one for one in page.tab(GlanceTab).fields.findChildren(QLabel) if "<a " in one.text())

    def colours() -> set[str]:
        image = value.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}

    before = page.desk.source.theme.accent.lower()
    assert before in colours()
    page.desk.source.apply("night")
    assert before not in colours()
    assert page.desk.source.theme.accent.lower() in colours()


def test_tabs_by_key_and_loaded_when_first_shown(here: Scene, page: Page) -> None:
    with counted(here.db) as sent:
        page.show()
    assert len(sent) == 11  # the head's, and nothing of the others
    assert [tab is not None for tab in page.page.tabs] == [True] + [False] * 7
    page.press(Key.Key_3, ALT)
    assert page.page.bar.currentIndex() == ACTS
    assert page.tab(ActsTab).empty.isVisible()
    page.press(Key.Key_Tab, CTRL)
    assert page.page.bar.currentIndex() == NOTES
    assert page.tab(NotesTab).composer.text.hasFocus()
    page.press(Key.Key_5, ALT)
    assert page.tab(TreeTab).tree.hasFocus()
    with counted(here.db) as again:
        page.press(Key.Key_3, ALT)
    assert again == []


def test_only_what_concerns_this_animal_is_read_again(here: Scene, page: Page) -> None:
    other = here.subject("M2", cage="B1")
    page.show()
    with counted(here.db) as sent:
        page.desk.bus.publish({"subject": [other], "weighing": [uuid4()]})
    assert sent == []
    change = weighing(here, 22.0, NOW)
    page.desk.write(record_weighing, change)
    assert page.tab(GlanceTab).figures.texts()["Weight"] == "22.0 g"
    here.add(Weighing, subject_id=here.mouse, weight=23.0, date_time=NOW + timedelta(seconds=1))
    page.desk.bus.changed.emit({"subject": frozenset()})  # any of them may have changed
    assert page.tab(GlanceTab).figures.texts()["Weight"] == "23.0 g"


def test_what_is_asked_again_is_dimmed_until_it_comes(here: Scene, page: Page) -> None:
    other = here.subject("M2")
    page.show()
    asked = []
    page.desk.read = lambda *arguments, **calls: asked.append(calls["done"])  # type: ignore[method-assign]
    page.page.show(other)
    assert page.page.head.name.text() == "M1"
    assert page.page._head_veil.isVisible()
    assert page.tab(GlanceTab)._veil.isVisible()
    assert len(asked) == 1


def test_escape_closes_and_what_is_typed_keeps_it(here: Scene, page: Page) -> None:
    other = here.subject("M2")
    page.show(tab=NOTES)
    page.type("limps")
    page.press(Key.Key_Escape)
    assert page.closed == []
    tab = page.tab(NotesTab)
    assert "not saved" in tab.composer.sentence.text()
    assert not page.page.show(other)
    assert page.page.subject_id() == here.mouse
    tab.composer.text.clear()
    page.press(Key.Key_Escape)
    assert page.closed == [True]
    assert page.page.show(other)


def test_an_animal_that_is_gone_is_said(here: Scene, page: Page) -> None:
    page.page.show(uuid4())
    assert page.page.empty.isVisible()
    page.show()
    assert page.page.head.isVisible()


def test_links_to_other_records_go_outside(here: Scene, page: Page) -> None:
    page.show()
    litter = uuid4()
    page.tab(GlanceTab).fields._follow(f"litter:{litter}")
    page.tab(GlanceTab).fields._follow(f"subject-request:{litter}")
    assert page.wanted == [("litter", litter), ("subject_request", litter)]


def test_every_tab_in_every_theme_is_painted(here: Scene, page: Page) -> None:
    restricted(here)
    page.show()
    for theme in ("light", "dark", "night"):
        page.desk.source.apply(theme)
        for place in range(8):
            page.page.open_tab(place)
            assert not page.page.grab().isNull()
    page.desk.source.apply("light")
    page.page.open_tab(TREE)


def test_at_its_least_width_every_tab_and_all_that_was_done_are_in_sight(here: Scene, page: Page) -> None:
    for table in (Surgery, VirusInjection, WaterRestriction, OtherAction):
        here.add(table, subject_id=here.mouse, start_time=NOW - 3 * DAY)
    page.show(tab=ACTS)
    assert page.page.bar.sizeHint().width() <= page.page.minimumWidth()
    count = page.tab(ActsTab).count
    assert "1 surgery" in count.text()
    assert count.minimumSizeHint().width() < page.page.minimumWidth() / 2


class Slow(Tab):
    """Nothing comes by itself."""

    def fetch(self, overview: Overview) -> None:
        pass


def test_a_tab_is_painted_with_its_own_animal_and_with_the_one_before_only_where_that_is_slow(
    here: Scene, page: Page, qtbot: QtBot
) -> None:
    with here.db.read() as connection:
        one, other = (overview(connection, each) for each in (here.mouse, here.subject("M2")))
    tab = Slow(page.desk)
    qtbot.addWidget(tab)
    veil = tab.findChild(Veil)
    assert isinstance(veil, Veil)
    tab.load(one)
    assert tab.updatesEnabled()
    tab.load(other)
    assert not tab.updatesEnabled()
    qtbot.waitUntil(tab.updatesEnabled)
    assert veil.isVisibleTo(tab)
    tab.load(one)
    assert not tab.updatesEnabled()
    tab.read("its own", lambda _connection: "", done=lambda _found: None)
    assert tab.updatesEnabled()
    assert not veil.isVisibleTo(tab)
