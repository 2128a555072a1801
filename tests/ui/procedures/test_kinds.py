"""Every kind of the Procedures section: its list, its form, and what somebody else writes meanwhile."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from sqlalchemy import insert

from colonydesk.db.tables import (
    LabLocation,
    NarrativeTemplate,
    ProcedureType,
    Session,
    Surgery,
    VirusInjection,
    session_procedure,
)
from colonydesk.domain.errors import KnownError
from colonydesk.queries.people import Member
from colonydesk.services.restrictions import start_restriction
from colonydesk.services.weights import record_weighing
from colonydesk.ui.procedures import listing
from colonydesk.ui.procedures.culling import CullPane
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.training import TrainingPane
from colonydesk.ui.procedures.words import TemplatesPane
from tests.builders import NOW, restriction, rows, weighing
from tests.ui.procedures.section import CTRL, DAY, Key, Section, said, texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_every_kind_opens_and_says_what_to_do_while_it_is_empty(section: Section) -> None:
    kinds = section.screen.kinds
    keys = [kinds.item(place).data(Qt.ItemDataRole.UserRole) for place in range(kinds.count())]
    for key in filter(None, keys):
        pane = section.kind(key)
        assert section.screen.stack.currentWidget() is pane
        if isinstance(pane, ListPane):
            text, button = said(pane.empty)
            assert text == pane.kind.nothing
            assert button == f"New {pane.kind.one}"
    assert section.told == []
    culls: CullPane = section.kind("cull")
    assert "marked to be culled" in said(culls.to_cull.empty)[0]
    assert said(culls.to_reduce.empty) == (
        "No animal that died in the last 90 days is to be reduced.",
        "Look at older ones",
    )
    culls.to_reduce.older.click()
    assert said(culls.to_reduce.empty) == ("No body is to be reduced.", "")
    training: TrainingPane = section.kind("training")
    assert said(training.empty) == (
        "No animal was on restriction or trained in this week.",
        "Previous week",
    )


def test_a_list_that_cannot_be_read_says_so_and_is_tried_again(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = listing.procedure_ids

    def broken(*_: Any) -> Any:
        raise KnownError("The server does not answer.", "Look at the cable.")

    monkeypatch.setattr(listing, "procedure_ids", broken)
    pane: ListPane = section.kind("water_restriction")
    assert said(pane.empty) == ("The server does not answer. Look at the cable.", "Try again")
    monkeypatch.setattr(listing, "procedure_ids", real)
    QTest.mouseClick(pane.empty.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert said(pane.empty)[0] == pane.kind.nothing
    # Once something was shown it stays, and the sentence goes to the window.
    monkeypatch.setattr(listing, "procedure_ids", broken)
    pane.reload()
    assert section.told == [("error", "The server does not answer. Look at the cable.")]


def test_rows_in_words_by_the_lab_s_clock(section: Section) -> None:
    here = section.here
    room = here.add(LabLocation, name="Theatre", lab_id=here.lab)
    here.add(
        Surgery,
        subject_id=here.mouse,
        start_time=NOW,
        end_time=NOW + timedelta(hours=1),
        outcome_type="n",
        implant_weight=1.2,
        location_id=room,
        narrative="First line.\nSecond line.",
    )
    here.add(Surgery, subject_id=here.mouse, implant_weight=0.0)
    pane: ListPane = section.reopened("surgery")
    assert pane.line.count_text() == "2"
    row = texts(pane)
    assert row["Animal"] == "M1"
    assert row["Date"] == "10 Mar 10:30"  # 14:30 UTC is 10:30 in New York
    assert (row["Outcome"], row["Implant, g"], row["Location"]) == ("non-recovery", "1.2", "Theatre")
    assert row["Narrative"] == "First line."
    nothing = texts(pane, 1)
    assert (nothing["Date"], nothing["Implant, g"], nothing["Members"]) == ("-", "-", "-")


def test_a_restriction_shows_its_numbers_and_follows_a_weighing(section: Section) -> None:
    here = section.here
    start_restriction(here.db, restriction(here, NOW - 3 * DAY), NOW)
    record_weighing(here.db, weighing(here, 22.0, NOW - timedelta(hours=1)), NOW)
    pane: ListPane = section.reopened("water_restriction")
    row = texts(pane)
    assert (row["Reference, g"], row["Weight, g"], row["% exp"]) == ("25.0", "22.0", "88.0 ok")
    assert (row["Required, mL"], row["Given, mL"], row["Remaining, mL"]) == ("0.88", "0.00", "0.88")
    assert (row["Reward, mL"], row["Suppl., mL"], row["Excess, mL"]) == ("0.00", "0.00", "−0.88")
    assert (row["Expected, g"], row["Minimum, g"]) == ("25.0", "21.3")
    titles = [column.title for column in pane.kind.columns]
    assert titles[:8] == [
        *("Animal", "Start", "End", "Weight, g", "% exp", "Required, mL", "Given, mL", "Remaining, mL"),
    ]
    done = record_weighing(here.db, weighing(here, 20.9, NOW, confirmed=frozenset({"again", "change"})), NOW)
    section.desk.bus.publish(done.changed)
    section.paint()
    row = texts(pane)
    assert (row["Weight, g"], row["% exp"]) == ("20.9", "83.6 under")


def test_the_marker_and_the_form_go_together_but_not_away_from_what_is_typed(section: Section) -> None:
    here = section.here
    for day in range(3):
        here.add(Surgery, subject_id=here.mouse, start_time=NOW - day * DAY, implant_weight=float(day))
    pane: ListPane = section.reopened("surgery")
    ids = list(pane.model.ids())
    section.press(Key.Key_Home)
    assert pane.side.isHidden()
    section.press(Key.Key_Return)
    form = pane.side.form
    assert form.id() == ids[0]
    pane.view.setFocus()
    section.press(Key.Key_Down)
    assert form.id() == ids[1]
    form.view.put("implant_weight", 7.0)
    section.press(Key.Key_Down)
    assert form.id() == ids[1]
    section.kind("session")
    assert section.screen.unsaved()
    assert section.screen.kinds.key() == "surgery"
    assert "not saved" in form.strip.text()
    form.discard()
    assert not section.screen.unsaved()
    pane.view.setFocus()
    section.press(Key.Key_Escape)
    assert pane.side.isHidden()


def test_what_somebody_else_adds_comes_into_the_list_and_the_marker_stays(section: Section) -> None:
    here = section.here
    first = here.add(Surgery, subject_id=here.mouse, start_time=NOW - 2 * DAY, implant_weight=1.0)
    pane: ListPane = section.reopened("surgery")
    section.press(Key.Key_Home)
    assert pane.view.current_id() == first
    newer = here.add(Surgery, subject_id=here.mouse, start_time=NOW - DAY, implant_weight=2.0)
    section.desk.bus.publish({"surgery": (newer,)})
    section.paint()
    assert list(pane.model.ids()) == [newer, first]
    assert pane.view.current_id() == first


def test_of_who_records(section: Section) -> None:
    here = section.here
    mine = here.subject("mine", responsible_user_id=here.ann)
    own = here.add(Surgery, subject_id=mine, start_time=NOW)
    here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    pane: ListPane = section.reopened("surgery")
    assert len(pane.model.ids()) == 2
    pane.line.mine.click()
    assert list(pane.model.ids()) == [own]
    section.desk.set_member(None)
    assert len(pane.model.ids()) == 2
    assert not pane.line.mine.isEnabled()


def test_a_new_ephys_session_has_its_procedure_from_the_start(section: Section) -> None:
    here = section.here
    probe = here.add(ProcedureType, name="Ephys recording")
    section.desk.bus.publish({"procedure_type": (probe,)})
    pane: ListPane = section.kind("ephys")
    pane.new()
    section.paint()
    assert set(pane.side.form.view.value("procedures")) == {probe}
    pane.side.form.close_record()
    session = here.add(Session, subject_id=here.mouse, start_time=NOW)
    with here.db.engine.begin() as connection:
        link = {"session_id": session, "procedure_type_id": probe}
        connection.execute(insert(session_procedure), link)
    pane.reload()
    assert list(pane.model.ids()) == [session]


def test_a_list_is_written_to_a_file(section: Section, tmp_path: Path) -> None:
    here = section.here
    here.add(Surgery, subject_id=here.mouse, start_time=NOW, implant_weight=1.25, narrative="well")
    pane: ListPane = section.reopened("surgery")
    section.press(Key.Key_E, CTRL)
    assert QApplication.focusWidget() is pane.export.file
    file = tmp_path / "surgeries.csv"
    pane.export.file.setText(str(file))
    section.press(Key.Key_Return)
    header, line = file.read_text(encoding="utf-8-sig").splitlines()
    assert "Implant, g" in header
    assert "M1" in line
    assert "1.25" in line
    assert "well" in line


def test_templates_of_who_records_alone_and_a_name_once(section: Section) -> None:
    here = section.here
    here.add(NarrativeTemplate, user_id=here.ann, name="Mine", narrative="as ever")
    here.add(NarrativeTemplate, user_id=here.bob, name="Bob's", narrative="other")
    here.add(Surgery, subject_id=here.mouse, start_time=NOW, narrative="Went well.")
    section.desk.bus.publish({"narrative_template": (uuid4(),)})
    pane: ListPane = section.reopened("surgery")
    section.press(Key.Key_Home)
    section.press(Key.Key_Return)
    bar = pane.side.templates
    assert bar is not None
    assert [bar.box.itemText(place) for place in range(bar.box.count())][1:] == ["Mine"]
    bar.box.activated.emit(1)
    assert pane.side.form.view.value("narrative") == "Went well.\nas ever"
    bar.keep.click()
    section.type("mine")
    section.press(Key.Key_Return)
    assert "already" in bar.sentence.text()
    assert bar.name.text() == "mine"
    section.press(Key.Key_Escape)
    assert bar.name.isHidden()
    assert len(rows(here.db, NarrativeTemplate)) == 2
    words: TemplatesPane = section.kind("narrative_template")
    assert len(words.records.table.ids()) == 1
    assert not bar.box.isHidden()
    section.desk.set_member(Member(here.bob, "bob", "Bob"))
    section.paint()
    shown = [bar.box.itemText(place) for place in range(bar.box.count())]
    assert shown[1:] == ["Bob's"]
    with here.db.unit(uuid4(), "test", here.bob, NOW) as unit:
        for row in rows(here.db, NarrativeTemplate):
            unit.delete(NarrativeTemplate, row["id"])
    bar.reload()
    section.paint()
    assert bar.box.isHidden(), "with nothing to choose there is no field"


def test_a_record_that_is_kept_elsewhere_is_asked_for_outside(section: Section) -> None:
    somebody = uuid4()
    section.kind("surgery").wanted.emit("lab_member", somebody)
    assert section.wanted == [("lab_member", somebody)]
    assert "surgery" in section.screen.tables()


def test_nothing_is_left_of_what_is_looked_for(section: Section) -> None:
    here = section.here
    here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    pane: ListPane = section.reopened("surgery")
    section.press(Key.Key_F, CTRL)
    section.type("zebra")
    section.qtbot.waitUntil(lambda: not pane.model.ids())
    assert said(pane.empty) == ("Nothing fits the search and the filters.", "Take the filters away")
    QTest.mouseClick(pane.empty.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    assert len(pane.model.ids()) == 1
    assert pane.line.search.text() == ""


@pytest.mark.parametrize("key", ["water_restriction", "session", "cull", "surgery", "virus_injection"])
def test_no_list_moves_sideways_and_its_other_columns_can_be_had(section: Section, key: str) -> None:
    """The window of 1280 pixels; the usual columns alone were wider."""
    here = section.here
    start_restriction(here.db, restriction(here, NOW - DAY), NOW)
    here.add(Session, subject_id=here.mouse, start_time=NOW - DAY)
    here.add(Surgery, subject_id=here.mouse, start_time=NOW - DAY)
    here.add(VirusInjection, subject_id=here.mouse, start_time=NOW - DAY)
    here.subject("M2", to_be_culled=True)
    pane = section.reopened(key)
    view, button = (
        (pane.to_cull.view, pane.to_cull.columns) if key == "cull" else (pane.view, pane.line.columns)
    )
    assert view.isVisible()
    assert view.horizontalScrollBar().maximum() == 0
    last = view.model().columnCount() - 1
    if view.isColumnHidden(last):
        button.click()
        [menu] = view.findChildren(QMenu)
        menu.actions()[last].trigger()
        menu.close()
        assert not view.isColumnHidden(last)
    section.screen.remember_layout()
    again = CullPane(section.desk, pane.culls.kind) if key == "cull" else ListPane(section.desk, pane.kind)
    section.qtbot.addWidget(again)
    again.resize(section.screen.size())
    again.show()
    kept = again.to_cull.view if isinstance(again, CullPane) else again.view
    assert not kept.isColumnHidden(last)


def test_why_a_body_is_there_is_seen_beside_the_panel(section: Section) -> None:
    here = section.here
    here.subject("D1", death_date=NOW.date(), lab_id=here.lab)
    pane: CullPane = section.reopened("cull")
    pane.show_page("reduce")
    section.screen.resize(1196, 700)  # the window of 1280 pixels
    section.paint()
    view = pane.to_reduce.view
    titles = [
        view.animals.columns[at][0] for at in range(len(view.animals.columns)) if not view.isColumnHidden(at)
    ]
    assert titles == ["Animal", "Sex", "Genotype", "Age", "Died", "Reason"]
