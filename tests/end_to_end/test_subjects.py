"""The Subjects screen of the real window, by keys: find, filter, sort, open, change several, undo, export."""

import csv
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, insert, select

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import SavedView, Subject
from colonydesk.ui.importing import ImportPanel
from colonydesk.ui.subjects.columns import all_columns
from colonydesk.ui.subjects.listing import SETTLE_MS
from colonydesk.ui.subjects.screen import SubjectsScreen
from tests.end_to_end.at_subjects import At, living, stored
from tests.end_to_end.hands import Hands
from tests.exchange.small_dump import small_dump, write

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SHARE = [column.key for column in all_columns()].index("percentage")


def test_the_living_are_listed_and_found_while_typing(at: At, colony: Database) -> None:
    everybody = living(colony)
    assert at.names == everybody
    assert at.screen.top.count_text().startswith(f"{len(everybody)} of ")
    wanted = everybody[7]
    at.search(wanted[-4:].lower())
    assert wanted in at.names
    at.enter()
    assert at.screen.beside.page is not None
    at.until(lambda: at.screen.beside.page is not None and at.screen.beside.page.overview() is not None)
    at.escape()
    assert at.screen.beside.isHidden()
    at.search("zzzzzz")
    assert at.names == []
    assert at.screen.list.currentWidget() is at.screen.list.empty
    at.escape()
    assert at.names == everybody


def test_filters_tags_and_orders(at: At, colony: Database) -> None:
    screen = at.screen
    screen.filters.changed.emit({"restricted": True})
    at.settle()
    restricted = at.names
    assert len(restricted) == 12
    assert screen.filters.texts() == ["alive", "on restriction"]
    at.press(Qt.Key.Key_Right, CONTROL | SHIFT)  # the next column to the right: by sex
    screen.list.view.sort_asked.emit("percentage", False)
    at.settle()
    by_share = at.names
    assert sorted(by_share) == restricted != by_share
    shares = [float(screen.list.model.data(screen.list.model.index(row, 8))) for row in range(len(by_share))]
    assert shares == sorted(shares)
    screen.filters._tags[-1].click()
    at.settle()
    assert screen.filters.texts() == ["alive"]
    assert at.names[:12] == by_share


def test_a_cage_is_opened_by_name_whatever_was_asked_before(at: At, colony: Database) -> None:
    with colony.engine.begin() as connection:
        own = Subject.__table__
        in_order = select(own.c.id).where(own.c.death_date.is_(None)).order_by(own.c.nickname)
        ids = connection.execute(in_order).scalars().all()
        for cage, chosen in (("QX1", ids[:3]), ("QX10", ids[3:5])):
            connection.execute(own.update().where(own.c.id.in_(chosen)).values(cage=cage))
        named = select(own.c.nickname).where(own.c.cage == "QX1").order_by(func.lower(own.c.nickname))
        names = list(connection.execute(named).scalars())
    at.screen.filters.changed.emit({"life": "dead", "to_be_culled": True})
    at.search("nobody")
    at.press(Qt.Key.Key_K, CONTROL)
    at.type("qx1")
    at.settle()
    assert at.program.palette is not None
    assert at.program.palette.titles()[-2:] == ["QX1", "QX10"]
    at.press(Qt.Key.Key_Up)
    at.press(Qt.Key.Key_Up)
    at.enter()
    assert at.names == names
    assert at.screen.filters.texts()[0] == "alive"
    assert at.screen.filters.texts()[-1] == "cage: QX1"
    assert at.screen.top.search.text() == ""
    at.until(lambda: at.screen.list.view.hasFocus())


def test_a_cage_is_a_filter_too(at: At, colony: Database) -> None:
    with colony.read() as connection:
        statement = select(Subject.cage, func.count()).where(Subject.death_date.is_(None))
        statement = statement.where(Subject.cage.is_not(None)).group_by(Subject.cage).order_by(Subject.cage)
        cage, count = connection.execute(statement).first() or ("", 0)
    at.screen.filters.ask_for(at.screen.filters.cage)
    at.type(cage)
    at.enter()
    at.until(lambda: f"cage: {cage}" in at.screen.filters.texts())
    at.settle()
    assert len(at.names) == count


def test_an_animal_that_is_asked_for_elsewhere_opens_at_what_it_is(at: At) -> None:
    screen, ids = at.screen, at.screen.list.model.ids()
    at.press(Qt.Key.Key_Home)
    at.enter()
    page = screen.beside.page
    assert page is not None
    page.open_tab(5)
    screen.list.view.setFocus()
    at.press(Qt.Key.Key_Down)
    at.enter()
    assert (page.subject_id(), page.bar.currentIndex()) == (ids[1], 5)
    assert at.program.sections is not None
    at.program.sections.go("subject", ids[2])
    at.settle()
    assert (page.subject_id(), page.bar.currentIndex()) == (ids[2], 0)


def test_the_page_of_a_new_animal_comes_in_the_place_of_its_form(at: At, colony: Database) -> None:
    at.press(Qt.Key.Key_N, CONTROL)
    at.type("NEW_1")
    at.press(Qt.Key.Key_S, CONTROL)
    beside = at.screen.beside
    assert beside.shows_animal()
    assert beside.page is not None
    at.until(lambda: beside.page.overview() is not None)
    assert beside.page.overview().nickname == "NEW_1"
    assert at.focus is at.screen.list.view
    at.until(lambda: at.screen.list.view.current_id() == beside.page.subject_id())
    assert beside.form is not None
    assert beside.form.id() is None  # what it was still reading has not come into it again


@pytest.mark.parametrize("by_key", [True, False])
def test_a_new_animal_is_taken_back_from_its_page(at: At, colony: Database, by_key: bool) -> None:
    screen = at.screen
    at.press(Qt.Key.Key_N, CONTROL)
    at.type("NEW_2")
    at.press(Qt.Key.Key_S, CONTROL)
    at.until(screen.beside.shows_animal)
    made = screen.beside.animal()
    assert made is not None
    assert stored(colony, "nickname", (made,)) == {"NEW_2"}
    assert screen.undoing.notice.text() == "The new animal is saved."
    if by_key:
        at.press(Qt.Key.Key_Z, CONTROL)
    else:
        screen.undoing.notice._action.click()
        at.settle()
    assert stored(colony, "nickname", (made,)) == set()
    assert at.told[-1] == "Undone."
    assert screen.undoing.notice.text() == ""
    assert screen.beside.isHidden()  # no page of what is not there any more
    assert "NEW_2" not in at.names
    at.press(Qt.Key.Key_N, CONTROL)
    at.press(Qt.Key.Key_Z, CONTROL)  # the next form has nothing of it
    assert screen.beside.form is not None
    assert screen.beside.form.strip.text() == ""


def test_what_is_imported_from_alyx_is_listed_at_once(at: At, tmp_path: Path) -> None:
    names = {one["fields"]["nickname"] for one in small_dump().values() if one["model"] == "subjects.subject"}
    at.screen.show_all()
    at.settle()
    assert not names & set(at.names)
    panel = at.program.acts.open_import()
    assert isinstance(panel, ImportPanel)
    panel.file.set_text(str(write(tmp_path / "alyx.json", small_dump())))
    panel.form.submitted.emit()
    at.until(lambda: not panel.is_running())
    at.until(lambda: names <= set(at.names))
    panel.close()


def test_an_animal_asked_for_before_the_list_was_seen_is_the_one_that_opens(
    colony: Database, colony_url: str, open_program: Callable[..., Program], qtbot: QtBot
) -> None:
    hands = Hands(open_program(colony_url, user="d.brandt"), qtbot)
    hands.until(lambda: hands.program.palette is not None)
    wanted = living(colony)[5]
    hands.press(Qt.Key.Key_K, CONTROL)
    hands.type(wanted)
    hands.settle()
    hands.enter()
    screen = hands.program.frame.show_section("subjects")
    assert isinstance(screen, SubjectsScreen)
    hands.until(lambda: hands.program.jobs.idle() and not screen.list.is_reading())
    page = screen.beside.page
    assert page is not None
    overview = page.overview()
    assert overview is not None
    assert overview.nickname == wanted
    assert screen.list.view.current_id() == overview.id


def test_what_is_typed_and_not_saved_keeps_the_page_and_the_marker(at: At) -> None:
    screen = at.screen
    at.press(Qt.Key.Key_Home)
    at.enter()
    page = screen.beside.page
    assert page is not None
    at.press(Qt.Key.Key_F6)
    at.press(Qt.Key.Key_E, CONTROL)
    at.until(lambda: page.form() is not None and page.form().id() is not None)
    at.press(Qt.Key.Key_F6)
    assert at.focus is screen.list.view
    at.press(Qt.Key.Key_F6)
    assert page.form() is not None
    assert page.form().isAncestorOf(at.focus)  # and not a field that is out of sight
    first = page.subject_id()
    at.type("X")
    at.press(Qt.Key.Key_F6)
    at.press(Qt.Key.Key_Down)
    at.until(lambda: screen.list.view.current_id() == first)
    assert page.subject_id() == first


def test_columns_are_chosen_and_kept_as_a_view(at: At, colony: Database) -> None:
    screen = at.screen
    screen.top.columns.click()
    assert at.focus is screen.chooser.list
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_Space)  # sex goes
    at.press(Qt.Key.Key_Down)
    at.press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # age moves before it
    at.escape()
    shown = screen.list.view.shown_columns()
    assert shown[:3] == ("animal", "age", "line")
    screen.views._ask_name()
    at.type("Without sex")
    at.enter()
    assert "kept" in at.told[-1]
    with colony.read() as connection:
        kept = connection.execute(select(SavedView.json).where(SavedView.name == "Without sex")).scalar_one()
    assert kept["columns"] == list(shown)
    screen.show_all()
    screen.list.view.show_columns(("animal", "lab"))
    screen.views._fill()
    action = next(one for one in screen.views.menu.actions() if one.text() == "Without sex")
    action.trigger()
    at.settle()
    assert screen.list.view.shown_columns() == shown
    assert screen.filters.texts() == ["alive"]


def test_what_is_shown_is_exported(at: At, tmp_path: Path) -> None:
    screen = at.screen
    at.search("ck_")
    names = at.names
    assert names
    screen.top.export.click()
    file = tmp_path / "out.csv"
    screen.export.file.setText(str(tmp_path / "nowhere" / "out.csv"))
    at.enter()
    assert screen.export.isVisible()
    assert "cannot be written" in screen.export.sentence.text()
    screen.export.file.setText(str(file))
    at.enter()
    assert screen.export.isHidden()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        written = list(csv.reader(lines))
    assert written[0][:3] == ["Animal", "Sex", "Age"]
    assert [line[0] for line in written[1:]] == names


def test_what_others_change_is_seen_where_it_stands(at: At, colony: Database) -> None:
    screen = at.screen
    names = at.names
    at.press(Qt.Key.Key_Home)
    key = screen.list.view.current_id()
    assert isinstance(key, UUID)
    with colony.engine.begin() as connection:
        connection.execute(
            Subject.__table__.update().where(Subject.__table__.c.id == key).values(nickname="AAA_renamed")
        )
    screen._desk.bus.publish({"subject": [key]})
    at.settle()
    assert at.names == ["AAA_renamed", *names[1:]]
    assert screen.list.view.current_id() == key


def test_how_many_there_are_follows_what_others_make(at: At, colony: Database) -> None:
    screen = at.screen
    at.search("zzzz")
    before = screen.top.count_text()
    key = uuid4()
    with colony.engine.begin() as connection:
        moment = datetime.now(UTC)
        values = {"id": key, "nickname": "zzzz", "created_at": moment, "updated_at": moment}
        connection.execute(insert(Subject).values(**values))
    screen._desk.bus.publish({"subject": [key]})
    at.settle()
    total = int(before.split()[-1].replace(",", ""))
    assert screen.top.count_text() == f"1 of {total + 1:,}"
    at.search("zzzzz")
    assert screen.top.count_text() == f"0 of {total + 1:,}"


def test_a_database_that_does_not_answer_is_said_and_tried_again(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    from colonydesk.domain.errors import KnownError
    from colonydesk.ui.subjects import listing

    def broken(*_: object) -> None:
        raise KnownError("The server went away.", "Try again.")

    names = at.names
    with monkeypatch.context() as patch:
        patch.setattr(listing, "listing", broken)
        at.screen.list.reload()
        at.settle()
    assert at.told == ["The server went away. Try again."]
    assert at.names == names
    QTest.keyClick(at.screen.list.view, Qt.Key.Key_F5)
    at.settle()
    assert at.names == names


def test_behind_another_section_nothing_is_read_until_it_is_shown(
    at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of all animals, and the page of one, would be read with every entry of a round."""
    jobs, listed = at.program.jobs, at.screen.list
    card, state = at.today.animal.card, at.today.animal.state()
    assert card is not None
    assert state is not None
    assert state.weight is not None
    at.screen.open("subject", card.id)
    at.settle()

    def share() -> str:
        row = listed.model.row_of(card.id)
        assert row is not None
        return str(listed.model.data(listed.model.index(row, SHARE)))

    before = share()
    at.program.frame.show_section("today")
    at.until(lambda: at.at_weight)
    asked: set[object] = set()
    read = jobs.read

    def note(key: Hashable, *rest: Any) -> None:
        asked.add(key[0] if isinstance(key, tuple) else key)
        read(key, *rest)

    monkeypatch.setattr(jobs, "read", note)
    at.type(f"{state.weight - 0.7:.1f}")
    at.enter()
    at.until(lambda: at.at_water)
    QTest.qWait(3 * SETTLE_MS)
    assert "rows" in asked
    assert not asked & {"subjects", "subject rows", "animal"}
    at.program.frame.show_section("subjects")
    at.settle()
    assert share() != before
    assert asked >= {"subjects", "animal"}
