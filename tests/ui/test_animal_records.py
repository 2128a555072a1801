"""Procedures, history, housing and genotype: what they say, and the forms they open."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    Allele,
    GenotypeTest,
    Housing,
    HousingSubject,
    LabLocation,
    Sequence,
    Session,
    Subject,
    Surgery,
    Zygosity,
    session_user,
)
from colonydesk.queries import changes as queries_changes
from colonydesk.ui.animal.acts import ActsTab
from colonydesk.ui.animal.genes import GenesTab
from colonydesk.ui.animal.lodging import LodgingTab
from colonydesk.ui.animal.past import PastTab
from colonydesk.ui.animal.said import KINDS
from tests.builders import NOW, Scene, row, rows, scene
from tests.services.saving import act, delete
from tests.ui.animals import ACTS, CTRL, GENES, GLANCE, LODGING, PAST, Key, Page, page_on, table

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DAY = timedelta(days=1)


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def page(here: Scene, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Page:
    return page_on(here, qapp, qtbot, tmp_path)


def test_procedures_in_words_with_what_is_inherited(here: Scene, page: Page) -> None:
    rig = here.add(LabLocation, name="Rig 1")
    of = {"subject_id": here.mouse, "location_id": rig}
    long = {"start_time": NOW - 3 * DAY, "end_time": NOW - 3 * DAY + timedelta(minutes=80)}
    here.add(Surgery, outcome_type="r", implant_weight=1.2, narrative="went\nwell", **of, **long)
    whole = here.add(Session, start_time=NOW - DAY, n_trials=200, n_correct_trials=150, **of)
    with here.db.engine.begin() as connection:
        connection.execute(session_user.insert(), {"session_id": whole, "user_id": here.bob})
    part = {"start_time": NOW - DAY + timedelta(minutes=5), "parent_session_id": whole}
    here.add(Session, subject_id=here.mouse, number=2, **part)
    page.page.resize(900, 700)
    page.show(tab=ACTS)
    tab = page.tab(ActsTab)
    assert table(tab.model) == [
        ["9 Mar, 10:30", "Session", "150 of 200 trials correct", "", "bob", "Rig 1"],
        ["9 Mar, 10:35", "    ↳ Session", "number 2", "", "bob", "Rig 1"],
        ["7 Mar, 09:30", "Surgery", "recovery, implant 1.2 g; went well", "1 h 20 min", "", "Rig 1"],
    ]
    who, where = tab.model.cells[4], tab.model.cells[5]
    sub = tab.model.rows[1]
    assert who.tone is not None
    assert who.tip is not None
    assert (who.tone(sub), who.tone(tab.model.rows[0])) == ("faint", "secondary")
    assert who.tip(sub) == "bob (of the session it is part of)"
    assert where.minor
    assert tab.count.text() == "1 surgery, 2 sessions"
    assert not tab.view.isColumnHidden(5)
    page.page.resize(600, 700)
    QApplication.processEvents()
    assert tab.view.isColumnHidden(5)


def test_an_action_opens_in_its_form_and_a_new_one_is_of_this_animal(here: Scene, page: Page) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=NOW - DAY)
    page.show(tab=ACTS)
    page.press(Key.Key_Return)
    form = page.page.form()
    assert form is not None
    assert (form.sheet.table, form.id()) == ("surgery", surgery)
    page.press(Key.Key_Escape)
    assert page.page.form() is None
    assert page.tab(ActsTab).view.hasFocus()
    assert page.closed == []
    for kind in KINDS:
        page.tab(ActsTab).add(kind)
        form = page.page.form()
        assert form is not None
        assert form.is_new()
        assert (form.sheet.table, form.view.value("subject_id")) == (kind, here.mouse)
        page.page.leave_form()


def test_the_animal_is_changed_in_place(here: Scene, page: Page) -> None:
    page.show(tab=GLANCE)
    page.press(Key.Key_E, CTRL)
    form = page.page.form()
    assert form is not None
    form.view.focus("ear_mark")
    page.type("RR")
    assert page.page.unsaved()
    assert not page.page.show(here.subject("M2"))
    page.press(Key.Key_S, CTRL)
    assert row(here.db, Subject, here.mouse)["ear_mark"] == "RR"
    page.page.leave_form()
    assert page.page.form() is None
    assert "ear&nbsp;RR" in page.page.head.facts.text()


def test_a_deleted_record_can_be_taken_back(here: Scene, page: Page) -> None:
    surgery = here.add(Surgery, subject_id=here.mouse, start_time=NOW - DAY)
    page.show(tab=ACTS)
    page.page.open_form("surgery", surgery, {})
    form = page.page.form()
    assert form is not None
    assert form.view.editor("subject_id").keys().hasFocus()
    form.ask_delete()
    page.press(Key.Key_Space)
    assert rows(here.db, Surgery) == []
    assert page.page.form() is form
    form.undo()
    page.page.leave_form()
    assert [act.id for act in page.tab(ActsTab).model.rows] == [surgery]


def test_an_animal_deleted_on_its_page_can_be_taken_back(here: Scene, page: Page) -> None:
    """The form offers it where the animal was; the page says that it is gone once the form is left."""
    other = here.subject("M9")
    page.show(other)
    page.page.open_form("subject", other, {})
    form = page.page.form()
    assert form is not None
    for way in ("undone", "left"):
        form.ask_delete()
        page.press(Key.Key_Space)
        assert all(one["id"] != other for one in rows(here.db, Subject))
        assert form.isVisible()
        assert form.strip.acts() == ["Undo"]
        if way == "undone":
            page.press(Key.Key_Space)  # the keys are there
            assert row(here.db, Subject, other)["nickname"] == "M9"
    page.press(Key.Key_Escape)
    assert page.page.form() is None
    assert page.page.empty.isVisible()
    page.press(Key.Key_Escape)
    assert page.closed == [True]


def test_the_history_in_words(here: Scene, page: Page) -> None:
    surgery = uuid4()
    with here.db.unit(uuid4(), "test", here.ann, NOW - DAY) as unit:
        unit.update(Subject, here.mouse, {"cage": "B2", "responsible_user_id": here.bob})
    with here.db.unit(uuid4(), "test", here.bob, NOW) as unit:
        values = {"subject_id": here.mouse, "start_time": NOW, "implant_weight": 1.2}
        unit.insert(Surgery, {"id": surgery, **values})
        unit.update(Subject, here.mouse, {"to_be_culled": True})
    page.show(tab=PAST)
    tab = page.tab(PastTab)
    assert table(tab.model) == [
        ["10 Mar, 10:30", "bob", "To be culled", "no", "yes"],
        ["10 Mar, 10:30", "bob", "Surgery added", "", "implant weight (g) 1.2, start 10 Mar, 10:30"],
        ["9 Mar, 10:30", "ann", "Responsible member", "-", "bob"],
        ["9 Mar, 10:30", "ann", "Cage", "A1", "B2"],
    ]
    tab.view.setCurrentIndex(tab.model.index(1, 0))
    page.press(Key.Key_Return)
    form = page.page.form()
    assert form is not None
    assert form.id() == surgery
    page.page.leave_form()


def test_what_was_deleted_and_what_alyx_had_noted_stand_in_the_history(here: Scene, page: Page) -> None:
    noted = {"date_time": "2017-05-31T10:29:02+00:00", "value": "None"}
    with here.db.engine.begin() as connection:
        mouse = Subject.__table__
        json = {"history": {"cage": [noted]}}
        connection.execute(mouse.update().where(mouse.c.id == here.mouse).values(json=json))
    which = act(here, "surgery", narrative="a", start_time=NOW)
    delete(here, Surgery, which)
    page.show(tab=PAST)
    tab = page.tab(PastTab)
    found = table(tab.model)
    assert found[-1] == ["31 May 2017, 06:29", "from Alyx", "Cage", "-", "A1"]
    assert {line[2] for line in found[:-1]} >= {
        "Surgery added",
        "Surgery: member",
        "Surgery deleted",
        "Protocol number",
    }
    added = next(place for place, line in enumerate(found) if line[2] == "Surgery added")
    tab.view.setCurrentIndex(tab.model.index(added, 0))
    page.press(Key.Key_Return)
    assert page.page.form() is None, "there is nothing to open any more"


def test_the_older_come_when_the_end_is_looked_at(
    here: Scene, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries_changes, "PAGE", 20)
    monkeypatch.setattr(queries_changes, "_entries", queries_changes._entries.limit(21))
    monkeypatch.setattr(queries_changes, "_before", queries_changes._before.limit(21))
    for number in range(50):
        with here.db.unit(uuid4(), "test", here.ann, NOW + timedelta(minutes=number)) as unit:
            unit.update(Subject, here.mouse, {"cage": f"C{number}"})
    page.page.resize(720, 400)
    page.show(tab=PAST)
    tab = page.tab(PastTab)
    assert tab.model.rowCount() == 20
    for _ in range(3):
        tab.view.scrollToBottom()
        QApplication.processEvents()
    assert [line.after for line in tab.model.rows] == [f"C{number}" for number in range(49, -1, -1)]
    assert not tab.model.canFetchMore(tab.view.rootIndex())


def test_an_animal_that_was_never_changed(page: Page) -> None:
    page.show(tab=PAST)
    assert page.tab(PastTab).empty.isVisible()


def test_housing_in_words_and_a_move(here: Scene, page: Page) -> None:
    old, new = here.add(Housing, cage_name="A1"), here.add(Housing, cage_name="B2", light_cycle=1)
    stays = ((old, NOW - 40 * DAY, NOW - 10 * DAY), (new, NOW - 10 * DAY, None))
    for housing, since, until in stays:
        times = {"start_datetime": since, "end_datetime": until}
        here.add(HousingSubject, subject_id=here.mouse, housing_id=housing, **times)
    mate = here.subject("M2")
    here.add(HousingSubject, subject_id=mate, housing_id=new, start_datetime=NOW - 3 * DAY)
    page.show(tab=LODGING)
    tab = page.tab(LodgingTab)
    assert table(tab.model) == [
        ["B2", "28 Feb, 09:30", "today", "10", "M2", "inverted light"],
        ["A1", "29 Jan, 09:30", "28 Feb, 09:30", "30", "alone", ""],
    ]
    tab.add()
    form = page.page.form()
    assert form is not None
    assert form.sheet.table == "housing_subject"
    assert form.view.value("subject_id") == here.mouse
    page.page.leave_form()


@pytest.mark.parametrize(
    ("tab", "button", "field"),
    [(LODGING, "new", "housing_id"), (GENES, "by_hand", "allele_id"), (GENES, "new_test", "sequence_id")],
)
def test_what_is_typed_first_goes_where_nothing_stands_yet(
    here: Scene, page: Page, tab: int, button: str, field: str
) -> None:
    here.add(Housing, cage_name="C3")
    page.show(tab=tab)
    getattr(page.page.current_tab(), button).click()
    form = page.page.form()
    assert form is not None
    page.type("C3")
    assert form.view.value("subject_id") == here.mouse
    assert form.view.words("subject_id") == "M1"
    line = form.view.editor(field).keys()
    assert isinstance(line, QLineEdit)
    assert line.text() == "C3"
    form.discard()
    page.page.leave_form()


def test_genotype_in_words(here: Scene, page: Page) -> None:
    allele, sequence = here.add(Allele, nickname="Cre"), here.add(Sequence, name="Cre mut")
    here.add(Zygosity, subject_id=here.mouse, allele_id=allele, zygosity=1, origin="hand")
    test = here.add(GenotypeTest, subject_id=here.mouse, sequence_id=sequence, test_result=1)
    page.show(tab=GENES)
    tab = page.tab(GenesTab)
    shown = table(tab.model)
    assert shown[0] == ["Cre", "allele", "+/-  heterozygous", "by hand"]
    assert shown[1][:3] == ["Cre mut", "test", "present"]
    tab.view.setCurrentIndex(tab.model.index(1, 0))
    page.press(Key.Key_Return)
    form = page.page.form()
    assert form is not None
    assert form.id() == test
    page.page.leave_form()
    tab.add("zygosity")
    form = page.page.form()
    assert form is not None
    assert form.view.value("subject_id") == here.mouse
    page.page.leave_form()
