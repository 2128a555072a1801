"""The Procedures section by keys: written in the window, read back over another connection."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Cull,
    NarrativeTemplate,
    ProcedureType,
    Session,
    Subject,
    Surgery,
    WaterRestriction,
    session_user,
    surgery_procedure,
    surgery_user,
)
from colonydesk.queries.people import Member, active_members
from colonydesk.queries.training import monday_of
from colonydesk.ui.procedures.culling import CullPane
from colonydesk.ui.procedures.listing import ListPane
from colonydesk.ui.procedures.screen import ProceduresScreen
from colonydesk.ui.procedures.training import TrainingPane
from tests.end_to_end.conftest import AFTERNOON
from tests.end_to_end.hands import Hands

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class At(Hands):
    """Hands in the Procedures section."""

    def __init__(self, program: Program, qtbot: QtBot) -> None:
        super().__init__(program, qtbot)
        self.screen: ProceduresScreen = program.frame.show_section("procedures")  # type: ignore[assignment]
        self.settle()

    def kind(self, key: str) -> Any:
        """Go down or up the kinds to one of them, and into its list."""
        self.screen.kinds.setFocus()
        self.press(Key.Key_Home)
        while self.screen.kinds.key() != key:
            before = self.screen.kinds.key()
            self.press(Key.Key_Down)
            assert self.screen.kinds.key() != before, f"there is no kind {key}"
        self.enter()
        return self.screen.pane(key)

    def field(self, form: Any, name: str) -> None:
        """Click into a field."""
        view = getattr(form, "view", form)
        QTest.mouseClick(view.editor(name).keys(), Qt.MouseButton.LeftButton)
        assert self.focus.property("field") == name

    def choose_word(self, form: Any, name: str, word: str) -> None:
        """Choose from a drop-down list by its first letters."""
        view = getattr(form, "view", form)
        box = view.editor(name).keys()
        box.setFocus()
        box.view().keyboardSearch("")  # what was typed into it before is long ago
        self.type(word)
        self.settle()

    def write(self, form: Any, name: str, text: str) -> None:
        """Type into a field in place of what stands in it."""
        self.field(form, name)
        self.press(Key.Key_A, CONTROL)
        self.type(text)
        self.settle()

    def choose(self, form: Any, name: str, text: str) -> None:
        """Type into a field that searches, and take what it finds."""
        self.field(form, name)
        self.type(text)
        self.settle()
        self.enter()


@pytest.fixture
def member(colony: Database) -> Member:
    with colony.read() as connection:
        return active_members(connection)[0]


@pytest.fixture
def at(colony_url: str, open_program: Callable[..., Program], qtbot: QtBot, member: Member) -> At:
    return At(open_program(colony_url, user=member.username), qtbot)


def fetch(db: Database, statement: Any) -> list[Any]:
    """Over a connection that is not the program's."""
    with db.read() as connection:
        return list(connection.execute(statement).all())


def names(pane: ListPane) -> list[str]:
    """The animals of the list, from the first row to the last."""
    return [pane.model.index(row, 0).data() for row in range(pane.model.rowCount())]


def header(pane: ListPane) -> list[str]:
    """The columns that have an arrow."""
    model = pane.model
    heads = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    return [head for head in heads if head[-1] in "▴▾"]


def an_animal(db: Database, *, restricted: bool = False) -> Any:
    """A living animal that was never operated."""
    statement = (
        select(Subject.id, Subject.nickname)
        .where(Subject.death_date.is_(None), Subject.birth_date < date(2026, 1, 1))
        .where(~Subject.id.in_(select(Surgery.subject_id)))
        .order_by(Subject.nickname)
    )
    if restricted:
        statement = (
            select(Subject.id, Subject.nickname)
            .join(WaterRestriction, WaterRestriction.subject_id == Subject.id)
            .where(WaterRestriction.end_time.is_(None), Subject.death_date.is_(None))
            .order_by(Subject.nickname)
        )
    return fetch(db, statement.limit(1))[0]


def test_a_surgery_is_written_read_back_corrected_and_undone(
    at: At, colony: Database, member: Member
) -> None:
    animal = an_animal(colony)
    before = {row.id for row in fetch(colony, select(Surgery.id))}
    pane: ListPane = at.kind("surgery")
    at.press(Key.Key_N, CONTROL)
    form = pane.side.form
    assert form.is_new()
    at.choose(form, "subject_id", animal.nickname)
    at.write(form, "start_time", "9 Mar 2026 10:00")
    at.write(form, "end_time", "9 Mar 2026 11:30")
    at.write(form, "implant_weight", "1,25")
    at.choose(form, "procedures", "Headplate")
    at.field(form, "narrative")
    at.type("Recovered well.")
    at.press(Key.Key_S, CONTROL)
    (new,) = (row for row in fetch(colony, select(Surgery)) if row.id not in before)
    assert (new.subject_id, new.implant_weight, new.narrative) == (animal.id, 1.25, "Recovered well.")
    assert new.start_time.isoformat() == "2026-03-09T10:00:00+00:00"
    procedures = select(ProcedureType.name).join(
        surgery_procedure, surgery_procedure.c.procedure_type_id == ProcedureType.id
    )
    assert fetch(colony, procedures.where(surgery_procedure.c.surgery_id == new.id)) == [
        ("Headplate implantation",)
    ]
    assert fetch(colony, select(surgery_user.c.user_id).where(surgery_user.c.surgery_id == new.id)) == [
        (member.id,)
    ]
    # It is in the list, marked, with its words.
    assert pane.view.current_id() == new.id
    row = pane.view.currentIndex().row()

    def words() -> list[str]:
        return [pane.model.index(row, column).data() for column in range(pane.model.columnCount())]

    at.until(lambda: words()[0] == animal.nickname)
    shown = words()
    assert {"9 Mar 10:00", "Headplate implantation", "1.25", member.username, "Recovered well."} <= set(shown)
    # Something else in its place, and back.
    at.write(form, "implant_weight", "1.4")
    at.press(Key.Key_S, CONTROL)
    changed = select(Surgery.implant_weight).where(Surgery.id == new.id)
    assert fetch(colony, changed) == [(1.4,)]
    assert form.strip.acts() == ["Undo"]
    form.strip.focus_first()
    at.press(Key.Key_Space)
    assert fetch(colony, changed) == [(1.25,)]


def test_typed_and_not_saved_keeps_the_form_and_the_window(at: At, colony: Database) -> None:
    pane: ListPane = at.kind("surgery")
    at.press(Key.Key_Home)
    at.enter()
    form = pane.side.form
    held = form.id()
    at.write(form, "implant_weight", "9.9")
    assert at.screen.unsaved()
    assert "not saved" in form.strip.text()
    pane.view.setFocus()
    at.press(Key.Key_Down)
    assert form.id() == held
    assert form.view.value("implant_weight") == 9.9
    assert fetch(colony, select(Surgery.id).where(Surgery.implant_weight == 9.9)) == []


def test_search_filter_and_sort_by_keys(at: At, colony: Database, member: Member) -> None:
    pane: ListPane = at.kind("surgery")
    everything = list(pane.model.ids())
    assert len(everything) == len(fetch(colony, select(Surgery.id)))
    assert header(pane) == ["Date ▾"]
    nickname = pane.model.index(3, 0).data()
    at.press(Key.Key_F, CONTROL)
    at.type(nickname)
    at.until(lambda: at.program.jobs.idle() and len(pane.model.ids()) < len(everything))
    at.until(lambda: names(pane) == [nickname])
    at.press(Key.Key_Down)
    assert at.focus is pane.view
    at.press(Key.Key_F, CONTROL)
    at.type("no such animal")
    at.until(lambda: at.program.jobs.idle() and not pane.model.ids())
    assert pane.empty.isVisible()
    at.escape()
    at.until(lambda: at.program.jobs.idle() and len(pane.model.ids()) == len(everything))
    at.press(Key.Key_Down)
    at.press(Key.Key_Left, CONTROL | Qt.KeyboardModifier.ShiftModifier)  # by the animal
    at.until(lambda: names(pane) == sorted(names(pane), key=str.casefold) and "…" not in names(pane))
    assert header(pane) == ["Animal ▴"]
    at.press(Key.Key_Down, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    at.until(lambda: names(pane) == sorted(names(pane), key=str.casefold, reverse=True))
    assert header(pane) == ["Animal ▾"]
    at.until(lambda: "…" not in names(pane))
    assert len(names(pane)) == len(everything)


def test_a_sub_session_stands_below_its_session_and_shows_what_it_inherits(
    at: At, colony: Database, member: Member
) -> None:
    pane: ListPane = at.kind("session")
    at.press(Key.Key_Home)
    at.enter()
    parent = pane.view.current_id()
    assert parent is not None
    bar = pane.side.parent_bar
    assert bar is not None
    assert bar.text() == ""
    bar.new_part.setFocus()
    at.press(Key.Key_Space)
    form = pane.side.form
    assert form.is_new()
    assert "Part of" in bar.text()
    assert "Behaviour training" in bar.text()
    assert "inherited" in form.view.editor("location_id").keys().placeholderText()
    (start,) = fetch(colony, select(Session.start_time).where(Session.id == parent))
    assert form.view.value("start_time") == start.start_time
    at.write(form, "task_protocol", "probe insertion")
    at.press(Key.Key_S, CONTROL)
    (new,) = fetch(colony, select(Session).where(Session.parent_session_id == parent))
    (above,) = fetch(colony, select(Session).where(Session.id == parent))
    assert (new.task_protocol, new.subject_id) == ("probe insertion", above.subject_id)
    assert new.location_id is None
    assert fetch(colony, select(session_user).where(session_user.c.session_id == new.id)) == []
    # In the list: below the session, with the words of that in its empty fields.
    place = pane.model.row_of(new.id)
    assert place == pane.model.row_of(parent) + 1  # type: ignore[operator]
    assert pane.view.depth[new.id] == 1
    at.until(lambda: pane.model.index(place, 0).data(Qt.ItemDataRole.UserRole + 1))  # its page is read
    row = pane.model.index(place, 0).data(Qt.ItemDataRole.UserRole + 1)
    assert row.inherited >= {"location", "users", "procedures"}
    assert "Behaviour training" in row.procedures
    # Folded up and unfolded by keys.
    pane.view.setFocus()
    pane.view.show_current(parent)
    at.settle()
    at.press(Key.Key_Left)
    assert pane.model.row_of(new.id) is None
    at.press(Key.Key_Right)
    assert pane.model.row_of(new.id) == place


def to_cull(db: Database, count: int) -> list[Any]:
    """Mark some animals of one cage to be culled."""
    animals = fetch(
        db,
        select(Subject.id, Subject.nickname, Subject.cage, Subject.lab_id)
        .where(Subject.death_date.is_(None), Subject.cage.is_not(None))
        .order_by(Subject.cage, Subject.nickname),
    )
    cages: dict[Any, list[Any]] = {}
    for row in animals:
        cages.setdefault((row.lab_id, row.cage), []).append(row)
    mates = next(found for found in cages.values() if len(found) == count + 1)
    with db.engine.begin() as connection:
        connection.execute(update(Subject).values(to_be_culled=False))
        chosen = [row.id for row in mates[:count]]
        connection.execute(update(Subject).where(Subject.id.in_(chosen)).values(to_be_culled=True))
    return mates


def state(db: Database, ids: list[UUID]) -> list[Any]:
    columns = (Subject.id, Subject.death_date, Subject.to_be_culled, Subject.actual_severity)
    return fetch(db, select(*columns).where(Subject.id.in_(ids)).order_by(Subject.id))


def test_two_animals_are_culled_from_the_worklist_and_brought_back(
    colony: Database, colony_url: str, open_program: Callable[..., Program], qtbot: QtBot, member: Member
) -> None:
    *chosen, alone = to_cull(colony, 2)
    ids = [row.id for row in chosen]
    before = state(colony, ids)
    at = At(open_program(colony_url, user=member.username), qtbot)
    pane: CullPane = at.kind("cull")
    work = pane.to_cull
    assert [row.nickname for row in work.view.animals.rows] == [row.nickname for row in chosen]
    assert at.focus is work.view
    at.press(Key.Key_Space)
    assert work.panel.alone_text() == ""  # one stays with the other
    at.press(Key.Key_Down)
    at.press(Key.Key_Space)
    assert f"{alone.nickname} is then alone" in work.panel.alone_text()
    at.enter()
    form = work.panel.form
    assert form is not None
    assert at.focus.property("field") == "cull_reason_id"
    for name, word in (("cull_reason_id", "Surplus"), ("cull_method_id", "CO2"), ("severity", "Mild")):
        at.choose_word(form, name, word)
    at.field(form, "description")
    at.type("end of the study")
    at.press(Key.Key_Tab)
    assert at.focus is work.panel.go  # right after the last field
    at.press(Key.Key_Space)
    assert "alone" in work.panel.strip.text()
    assert state(colony, ids) == before
    at.press(Key.Key_Space)
    culls = fetch(colony, select(Cull).where(Cull.subject_id.in_(ids)))
    assert {row.subject_id for row in culls} == set(ids)
    assert {(row.date, row.user_id, row.description) for row in culls} == {
        (AFTERNOON.date(), member.id, "end of the study")
    }
    assert all(row.cull_reason_id and row.cull_method_id for row in culls)
    assert {row[1:] for row in state(colony, ids)} == {(AFTERNOON.date(), False, 2)}
    assert work.view.animals.rows == ()
    # What was said of these is not said of the next, and a Space too many undoes nothing.
    assert [form.value(name) for name in ("severity", "description", "date")] == [
        None,
        None,
        AFTERNOON.date(),
    ]
    assert form.value("cull_reason_id") is not None
    at.press(Key.Key_Space)
    assert len(fetch(colony, select(Cull).where(Cull.subject_id.in_(ids)))) == 2
    at.press(Key.Key_Z, CONTROL)
    assert fetch(colony, select(Cull).where(Cull.subject_id.in_(ids))) == []
    assert state(colony, ids) == before
    assert [row.nickname for row in work.view.animals.rows] == [row.nickname for row in chosen]


def test_bodies_are_reduced(at: At, colony: Database) -> None:
    pane: CullPane = at.kind("cull")
    at.press(Key.Key_2, ALT)
    work = pane.to_reduce
    assert at.focus is work.view
    first = work.view.animals.rows[0]
    at.enter()  # with none ticked the one at the marker is
    at.write(work.panel.form, "date", "10 Mar 2026")
    while at.focus is not work.panel.go:
        at.press(Key.Key_Tab)
    at.press(Key.Key_Space)
    reduced = select(Subject.reduced_date).where(Subject.id == first.id)
    assert fetch(colony, reduced) == [(date(2026, 3, 10),)]
    assert first.id not in {row.id for row in work.view.animals.rows}


def test_the_training_week_by_keys(at: At, colony: Database) -> None:
    pane: TrainingPane = at.kind("training")
    monday = monday_of(AFTERNOON.date())
    assert pane.monday() == monday
    week = pane.view.weeks.week
    assert week is not None
    restricted = fetch(
        colony,
        select(Subject.nickname)
        .join(WaterRestriction, WaterRestriction.subject_id == Subject.id)
        .where(WaterRestriction.end_time.is_(None), Subject.death_date.is_(None)),
    )
    assert {row.nickname for row in restricted} <= {row.nickname for row in week.rows}
    at.press(Key.Key_Left, ALT)
    assert pane.monday().isoformat() == "2026-03-02"
    week = pane.view.weeks.week
    assert week is not None
    states = {row.state for row in week.rows}
    assert "under" in states
    few = next(row for row in week.rows if row.state == "under")
    assert "fewer than 5" in pane.view.weeks.total_text(few)
    # A day with a session, by the arrows; Enter opens it in the list of sessions.
    trained = next(row for row in week.rows if row.days[1].sessions)
    pane.view.show_current(trained.subject_id)
    at.press(Key.Key_Right)
    at.press(Key.Key_Right)
    assert "trials" in pane.view.weeks.spoken(trained, pane.view.currentIndex().column())
    at.enter()
    assert at.screen.kinds.key() == "session"
    sessions: ListPane = at.screen.pane("session")  # type: ignore[assignment]
    assert sessions.side.form.id() == trained.days[1].sessions[-1].id
    at.kind("training")
    at.press(Key.Key_Home, ALT)
    assert pane.monday() == monday


def test_restrictions_say_every_value_of_today(at: At, colony: Database) -> None:
    pane: ListPane = at.kind("water_restriction")
    at.until(lambda: pane.model.index(0, 0).data(Qt.ItemDataRole.UserRole + 1))
    row = pane.model.index(0, 0).data(Qt.ItemDataRole.UserRole + 1)
    columns = [column.key for column in pane.kind.columns]
    shown = dict(zip(columns, [pane.model.index(0, c).data() for c in range(len(columns))], strict=True))
    assert row.today is not None
    assert shown["subject"] == row.nickname
    for name in ("reference_weight", "weight", "required", "given", "remaining"):
        assert shown[name] not in ("-", "…", ""), name
    assert shown["percentage"].split()[1] == row.today.status
    open_ones = fetch(colony, select(WaterRestriction.id).where(WaterRestriction.end_time.is_(None)))
    pane.line.open.setFocus()
    at.press(Key.Key_Space)
    assert set(pane.model.ids()) == {one.id for one in open_ones}


def test_a_narrative_is_kept_as_a_template_and_used_again(at: At, colony: Database, member: Member) -> None:
    pane: ListPane = at.kind("surgery")
    at.press(Key.Key_Home)
    at.enter()
    form, bar = pane.side.form, pane.side.templates
    assert bar is not None
    at.field(form, "narrative")
    text = form.view.value("narrative")
    at.press(Key.Key_Tab)
    assert at.focus is bar.keep
    at.press(Key.Key_Space)
    assert at.focus is bar.name
    at.type("headplate")
    at.enter()
    kept = fetch(colony, select(NarrativeTemplate))
    assert [(row.user_id, row.name, row.narrative) for row in kept] == [(member.id, "headplate", text)]
    at.press(Key.Key_N, CONTROL)
    at.field(form, "narrative")
    at.press(Key.Key_Tab)
    assert at.focus is bar.box
    at.press(Key.Key_Down)
    assert form.view.value("narrative") == text
    assert at.focus is form.view.editor("narrative").keys()


def test_a_record_opens_from_elsewhere(at: At, colony: Database) -> None:
    (one,) = fetch(colony, select(Surgery.id).limit(1))
    at.screen.open("surgery", one.id)
    at.settle()
    pane: ListPane = at.screen.pane("surgery")  # type: ignore[assignment]
    assert pane.side.form.id() == one.id
    assert isinstance(at.focus, QWidget)
