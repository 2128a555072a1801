"""The Procedures section in a window of its own, with jobs that are done when they are asked for."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    LabLocation,
    NarrativeTemplate,
    ProcedureType,
    Session,
    Surgery,
    WaterRestriction,
    session_procedure,
)
from colonydesk.domain.errors import KnownError
from colonydesk.qtkit.bus import ChangeBus
from colonydesk.qtkit.jobs import SyncJobs
from colonydesk.qtkit.parts import EmptyState
from colonydesk.qtkit.theme import ThemeSource
from colonydesk.queries.people import Member
from colonydesk.services.restrictions import start_restriction
from colonydesk.services.weights import record_weighing
from colonydesk.settings import Settings
from colonydesk.ui.desk import Desk
from colonydesk.ui.procedures import cull_panel, culling, listing
from colonydesk.ui.procedures.cull_table import MATES
from colonydesk.ui.procedures.culling import CullPane
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.screen import ProceduresScreen
from colonydesk.ui.procedures.training import TrainingPane
from colonydesk.ui.procedures.words import TemplatesPane
from tests.builders import NOW, Scene, restriction, rows, scene, weighing

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
RESOURCES = Path(__file__).parents[2] / "resources"
Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
DAY = timedelta(days=1)


class Section:
    """The section, what it has said to the outside, and keys for whatever has the focus."""

    def __init__(self, here: Scene, desk: Desk, qtbot: QtBot) -> None:
        self.here, self.desk = here, desk
        self.screen = ProceduresScreen(desk)
        self.told: list[tuple[str, str]] = []
        self.wanted: list[tuple[str, object]] = []
        self.screen.told.connect(lambda kind, text: self.told.append((kind, text)))
        self.screen.wanted.connect(lambda table, key: self.wanted.append((table, key)))
        qtbot.addWidget(self.screen)
        self.screen.resize(1196, 700)
        with qtbot.waitActive(self.screen):
            self.screen.show()
            self.screen.activateWindow()
        self.qtbot = qtbot

    def kind(self, key: str) -> Any:
        self.screen.kinds.choose(key)
        pane = self.screen.pane(key)
        pane.setFocus()
        self.paint()
        return pane

    def paint(self) -> None:
        for _ in range(3):
            QApplication.processEvents()

    def press(self, key: Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None, "nothing has the keys"
        QTest.keyClick(focus, key, modifier)
        self.paint()

    def type(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)
        self.paint()

    def reopened(self, key: str) -> Any:
        """A kind after something was written past the program."""
        pane = self.kind(key)
        pane.reload()
        self.paint()
        return pane


@pytest.fixture
def here(sqlite_url: str) -> Scene:
    return scene(open_database(sqlite_url))


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def desk(here: Scene, qapp: QApplication, tmp_path: Path, clock: list[datetime]) -> Desk:
    source = ThemeSource(qapp, RESOURCES)
    desk = Desk(
        here.db, SyncJobs(), ChangeBus(), source, Settings(tmp_path / "settings.json"), lambda: clock[0]
    )
    desk.set_member(Member(here.ann, "ann", "Ann"))
    return desk


@pytest.fixture
def section(here: Scene, desk: Desk, qtbot: QtBot) -> Section:
    return Section(here, desk, qtbot)


def said(empty: EmptyState) -> tuple[str, str]:
    """What stands where nothing is to be shown: the sentence, and the button."""
    (text,) = empty.findChildren(QLabel)
    (button,) = empty.findChildren(QPushButton)
    return text.text(), button.text() if button.isVisibleTo(empty) else ""


def texts(pane: ListPane, row: int = 0) -> dict[str, str]:
    """A row as it reads, by the columns' keys."""
    pane.view.show_current(pane.model.ids()[row])  # type: ignore[arg-type]
    pane.view.viewport().repaint()
    QApplication.processEvents()
    return {
        column.title: pane.model.index(row, place).data() for place, column in enumerate(pane.kind.columns)
    }


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
    assert (row["Expected, g"], row["Minimum, g"]) == ("25.0", "21.2")
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


# Culls


class Cages:
    """Three animals to be culled in A1 (with M1) and B2, where one is left."""

    def __init__(self, section: Section) -> None:
        here = section.here
        self.here = here
        self.one, self.two = (here.subject(name, cage="B2", to_be_culled=True) for name in ("B_one", "B_two"))
        self.left = here.subject("B_left", cage="B2")
        self.reason = here.add(CullReason, name="Surplus")
        self.method = here.add(CullMethod, name="CO2")
        section.desk.bus.publish({"subject": (self.one,), "cull_reason": (self.reason,)})
        self.pane: CullPane = section.kind("cull")
        self.pane.setFocus()
        section.paint()
        self.work = self.pane.to_cull
        self.panel = self.work.panel

    def culls(self) -> set[UUID]:
        return {row["subject_id"] for row in rows(self.here.db, Cull)}


def test_the_worklist_says_who_is_left_alone(section: Section) -> None:
    cages = Cages(section)
    view = cages.work.view
    QAbstractItemModelTester(view.animals, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert [row.nickname for row in view.animals.rows] == ["B_one", "B_two"]
    assert not cages.panel.go.isEnabled()

    def mates() -> list[str]:
        return [view.animals.index(row, MATES).data() for row in range(2)]

    assert mates() == ["2", "2"]
    section.press(Key.Key_Space)
    assert [row.nickname for row in view.ticked_rows()] == ["B_one"]
    assert cages.panel.alone_text() == ""
    assert mates() == ["2", "leaves B_left alone"], "with the one that is ticked"
    section.press(Key.Key_A, CTRL)
    assert cages.panel.alone_text() == "B_left is then alone in cage B2."
    assert mates() == ["leaves B_left alone"] * 2
    assert cages.panel.go.text() == "Cull 2 animals"
    section.press(Key.Key_Escape)
    assert view.ticked_rows() == ()


def test_today_is_proposed_also_when_the_program_is_open_since_yesterday(
    section: Section, clock: list[datetime]
) -> None:
    cages = Cages(section)
    form = cages.panel.form
    assert form is not None
    clock[0] = NOW + timedelta(days=1)
    cages.work.view.tick([cages.one])
    assert form.value("date") == date(2026, 3, 11)
    cages.work.view.tick([])
    form.put("date", date(2026, 3, 9))
    clock[0] = NOW + timedelta(days=2)
    cages.work.view.tick([cages.two])
    assert form.value("date") == date(2026, 3, 9), "what was typed stays"


def test_a_mate_that_is_ticked_too_is_not_left_alone(section: Section) -> None:
    here = section.here
    pair = [here.subject(name, cage="C3", to_be_culled=True) for name in ("C_one", "C_two")]
    pane: CullPane = section.reopened("cull")
    view = pane.to_cull.view

    def mates() -> list[str]:
        return [view.animals.index(row, MATES).data() for row in range(2)]

    assert mates() == ["leaves C_two alone", "leaves C_one alone"]
    view.tick(pair[:1])
    assert mates() == ["leaves C_two alone", "1"]
    view.tick(pair)
    assert mates() == ["1", "1"]


def test_a_cull_is_asked_about_refused_and_done_as_typed(section: Section) -> None:
    cages = Cages(section)
    panel = cages.panel
    section.press(Key.Key_A, CTRL)
    section.press(Key.Key_Return)
    form = panel.form
    assert form is not None
    form.put("cull_reason_id", cages.reason)
    form.put("severity", 2)
    form.put("date", date(2027, 1, 1))
    panel.save()
    assert form.said("date") == "The date is in the future."
    assert cages.culls() == set()
    form.put("date", date(2026, 3, 9))
    panel.save()
    assert "alone" in panel.strip.text()
    assert panel.go.text() == "Cull 2 animals all the same"
    # Another animal: what was asked does not count for it.
    cages.work.view.tick([cages.one])
    panel.save()
    assert cages.culls() == {cages.one}
    assert [row.nickname for row in cages.work.view.animals.rows] == ["B_two"]
    section.paint()
    section.press(Key.Key_Z, CTRL)
    assert "Undone" in panel.strip.text()
    assert cages.culls() == set()
    assert [row.nickname for row in cages.work.view.animals.rows] == ["B_one", "B_two"]


def test_a_cull_that_did_not_come_through_is_not_done_twice(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit came, its answer did not: what is sent again is the same command."""
    cages = Cages(section)
    real = cull_panel.cull_subjects

    def lost(*arguments: Any) -> Any:
        real(*arguments)
        raise KnownError("The server does not answer.")

    monkeypatch.setattr(cull_panel, "cull_subjects", lost)
    cages.work.view.tick([cages.one])
    form = cages.panel.form
    assert form is not None
    form.put("severity", 1)
    cages.panel.save()
    assert cages.panel.strip.acts() == ["Try again"]
    assert form.value("severity") == 1
    monkeypatch.setattr(cull_panel, "cull_subjects", real)
    cages.panel.save()
    assert "culled" in cages.panel.strip.text()
    assert len(rows(section.here.db, Cull)) == 1


def test_ticks_that_are_not_culled_keep_the_window(section: Section) -> None:
    cages = Cages(section)
    cages.work.view.tick([cages.one])
    assert not section.screen.unsaved()
    assert cages.panel.form is not None
    cages.panel.form.put("description", "for histology")
    section.kind("surgery")
    assert section.screen.unsaved()
    assert section.screen.kinds.key() == "cull"
    assert "not culled yet" in cages.panel.strip.text()


def test_nobody_records(section: Section) -> None:
    cages = Cages(section)
    section.desk.set_member(None)
    cages.work.view.tick([cages.one])
    cages.panel.save()
    assert "who records" in cages.panel.strip.text()
    assert cages.culls() == set()


def test_the_worklist_that_cannot_be_read(section: Section, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise KnownError("The server does not answer.")

    monkeypatch.setattr(culling, "to_be_culled", broken)
    pane: CullPane = section.kind("cull")
    assert said(pane.to_cull.empty) == ("The server does not answer.", "Try again")


# The training week


def trained(here: Scene, subject: UUID, *days: date, **values: Any) -> None:
    for day in days:
        start = NOW.replace(year=day.year, month=day.month, day=day.day)
        here.add(Session, subject_id=subject, start_time=start, **values)


def test_the_week_says_what_was_done_and_marks_the_few(section: Section) -> None:
    here = section.here
    monday = date(2026, 3, 2)
    many = here.subject("Many")
    for subject in (here.mouse, many):
        here.add(WaterRestriction, subject_id=subject, start_time=NOW - 60 * DAY)
    trained(here, many, *(monday + day * DAY for day in range(5)), task_protocol="detection", n_trials=300)
    trained(here, here.mouse, monday, monday, n_trials=20, n_correct_trials=15)
    pane: TrainingPane = section.reopened("training")
    QAbstractItemModelTester(pane.view.weeks, QAbstractItemModelTester.FailureReportingMode.Fatal)
    section.press(Key.Key_Left, ALT)
    model = pane.view.weeks
    assert pane.monday() == monday
    assert [model.index(row, 0).data() for row in range(2)] == ["M1", "Many"]
    assert [model.index(row, 8).data() for row in range(2)] == ["1 day, fewer than 5", "5 days"]
    assert model.index(1, 1).data() == "detection"
    assert model.trials_text(model.rows[1].days[0]) == "300 trials"
    assert model.trials_text(model.rows[0].days[0]) == "2 × 40 trials"
    assert "20 trials, 15 correct" in model.spoken(model.rows[0], 1)
    assert model.spoken(model.rows[0], 2) == "Tue 3 Mar: no session"
    pane.few.click()
    assert [row.nickname for row in model.rows] == ["M1"]
    pane.few.click()
    section.press(Key.Key_Home, ALT)
    assert [model.index(row, 8).data() for row in range(2)] == ["0 days so far", "0 days so far"]
    assert not pane.this.isEnabled()


def test_enter_opens_the_session_the_animal_or_a_new_session(section: Section) -> None:
    here = section.here
    trained(here, here.mouse, date(2026, 3, 9))
    (session,) = rows(here.db, Session)
    pane: TrainingPane = section.reopened("training")
    view = pane.view
    view.setCurrentIndex(view.weeks.index(0, 0))
    section.press(Key.Key_Return)
    assert section.wanted == [("subject", here.mouse)]
    section.press(Key.Key_Right)
    section.press(Key.Key_Return)
    sessions = cast(ListPane, section.screen.pane("session"))
    assert section.screen.kinds.key() == "session"
    assert sessions.side.form.id() == session["id"]
    section.kind("training")
    view.setCurrentIndex(view.weeks.index(0, 2))
    section.press(Key.Key_Return)
    assert sessions.side.form.is_new()
    assert sessions.side.form.view.value("subject_id") == here.mouse


def test_large_targets_make_the_rows_higher(section: Section) -> None:
    here = section.here
    here.add(Surgery, subject_id=here.mouse, start_time=NOW)
    pane: ListPane = section.reopened("surgery")
    before = pane.view.rowHeight(0)
    section.desk.source.apply("night", large=True)
    section.paint()
    assert pane.view.rowHeight(0) > before


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
