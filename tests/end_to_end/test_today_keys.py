"""The wrong keys at the wrong moment: held down, too early, too quick; and the way back from each place."""

from datetime import datetime

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Subject, WaterAdministration, WaterRestriction, Weighing
from colonydesk.queries.people import active_members
from tests.end_to_end.hands import Hands

Key = Qt.Key
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def hold_enter(hands: Hands, times: int = 4) -> None:
    """The key goes down once and stays down: each repetition goes to whatever has the keys by then."""
    for number in range(times):
        press = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, NONE, "\r", number > 0)
        QApplication.sendEvent(hands.focus, press)
        hands.settle()


def weights(db: Database, nickname: str | None, since: datetime) -> list[tuple[float, str]]:
    """Each weight of an animal that counts, recorded since then, and who recorded it."""
    statement = (
        select(Weighing.weight, LabMember.username)
        .join(Subject, Subject.id == Weighing.subject_id)
        .join(LabMember, LabMember.id == Weighing.user_id)
        .where(Subject.nickname == nickname, Weighing.voided_at.is_(None), Weighing.created_at >= since)
        .order_by(Weighing.date_time)
    )
    with db.read() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def count(db: Database, table: type[Weighing] | type[WaterAdministration]) -> int:
    with db.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def usual(hands: Hands) -> float:
    state = hands.today.animal.state()
    assert state is not None
    assert state.weight is not None
    return round(state.weight, 1)


def weigh(hands: Hands, weight: float) -> None:
    hands.type(f"{weight:.1f}")
    hands.enter()
    if hands.at_weight:
        hands.enter()
    assert hands.at_water


def marked(hands: Hands) -> str:
    """The animal that is marked in the list."""
    view = hands.today.list.view
    (index,) = view.selectionModel().selectedIndexes()
    return hands.today.list.model.rows[index.row()].nickname


# Held down, and pressed twice


def test_a_held_enter_does_not_answer_the_question(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    hands.type(f"{usual(hands) * 1.3:.1f}")
    hold_enter(hands)
    assert "Enter again" in hands.said
    assert weights(colony, name, began) == []
    hands.enter()  # a second one of its own
    assert len(weights(colony, name, began)) == 1


def test_a_held_enter_goes_one_field_on_and_not_from_animal_to_animal(hands: Hands) -> None:
    name = hands.animal
    hold_enter(hands)
    assert hands.at_water
    assert hands.animal == name


def test_enter_pressed_twice_at_once_saves_once(hands: Hands, colony: Database) -> None:
    began, name, weight = hands.now(), hands.animal, usual(hands)
    hands.type(f"{weight * 1.3:.1f}")
    for _ in range(2):
        QTest.keyClick(hands.focus, Key.Key_Return)
    hands.settle()
    assert "Enter again" in hands.said  # the question had not been seen yet
    assert weights(colony, name, began) == []
    hands.escape()
    weigh(hands, weight)
    assert [one for one, _ in weights(colony, name, began)] == [weight]


def test_a_held_enter_does_not_end_a_restriction(hands: Hands, colony: Database) -> None:
    """From the menu's Enter; the button takes one of its own, on every desktop."""
    card = hands.today.animal.card
    assert card is not None
    ended = select(WaterRestriction.end_time).where(WaterRestriction.id == card.restriction_id)

    def is_open() -> bool:
        with colony.read() as connection:
            return connection.execute(ended).scalar_one() is None

    hands.today.hand.open_restriction()
    for _ in range(3):
        QApplication.sendEvent(hands.focus, QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, NONE, "\r", True))
    hands.settle()
    assert is_open()
    hands.enter()
    assert not is_open()


# While something is on its way


def test_what_is_typed_while_the_weight_is_saved_is_the_water(hands: Hands, colony: Database) -> None:
    """Quick hands do not wait for the disk: no digit of 1.5 is lost, which would make it .5."""
    name, before = hands.animal, count(colony, WaterAdministration)
    hands.type(f"{usual(hands):.1f}")
    QTest.keyClick(hands.focus, Key.Key_Return)
    hands.type("1.5")
    hands.settle()
    if hands.at_weight:  # asked: what was typed ahead does not change what is asked about
        assert "Enter again" in hands.said
        QTest.keyClick(hands.focus, Key.Key_Return)
        hands.type("1.5")
        hands.settle()
    assert hands.at_water
    assert hands.animal == name
    assert hands.today.animal.water.text() == "1.5"
    assert count(colony, WaterAdministration) == before


def test_what_is_chosen_before_the_next_animal_has_come_stays_with_this_one(
    hands: Hands, colony: Database
) -> None:
    """And what is saved for it then is shown: it is not taken for one that is being left."""
    began, name, weight = hands.now(), hands.animal, usual(hands)
    QTest.keyClick(hands.focus, Key.Key_Down)
    QTest.keyClick(hands.focus, Key.Key_L, CONTROL)
    hands.settle()
    assert hands.animal == name
    assert marked(hands) == name
    assert "not saved yet" in hands.said
    hands.escape()
    hands.escape()
    assert hands.at_weight
    weigh(hands, weight)
    assert len(weights(colony, name, began)) == 1
    state = hands.today.animal.state()
    assert state is not None
    assert state.weighed_today
    assert "Not saved yet" not in hands.today.animal.weight.sentence.text()


def test_another_animal_is_not_taken_while_one_is_being_saved(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    hands.type(f"{usual(hands):.1f}")
    QTest.keyClick(hands.focus, Key.Key_Return)
    hands.today.list.view.picked.emit(hands.today.list.model.rows[3].subject_id)
    assert "still being saved" in hands.program.frame.notice.text()
    hands.settle()
    if hands.at_weight:
        hands.enter()
    assert hands.animal == name
    assert marked(hands) == name
    assert len(weights(colony, name, began)) == 1
    hands.press(Key.Key_Down)
    assert hands.animal != name


def test_undo_waits_until_what_is_being_saved_is_listed(hands: Hands, colony: Database) -> None:
    began, first, weight = hands.now(), hands.animal, usual(hands)
    weigh(hands, weight)
    hands.enter()
    second = hands.animal
    assert second != first
    hands.type(f"{usual(hands):.1f}")
    QTest.keyClick(hands.focus, Key.Key_Return)
    QTest.keyClick(hands.focus, Key.Key_Z, CONTROL)
    assert "Still saving" in hands.program.frame.notice.text()
    hands.settle()
    assert len(weights(colony, first, began)) == 1


def test_an_animal_that_cannot_be_read_leaves_the_one_in_hand_as_it_was(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    from colonydesk.domain.errors import KnownError
    from colonydesk.ui.today import hand

    def lost(*_: object) -> None:
        raise KnownError("The server cannot be reached.")

    name = hands.animal
    with monkeypatch.context() as patch:
        patch.setattr(hand, "in_hand", lost)
        hands.press(Key.Key_Down)
    assert "cannot be reached" in hands.program.frame.notice.text()
    assert hands.animal == name
    assert marked(hands) == name
    weigh(hands, usual(hands))
    state = hands.today.animal.state()
    assert state is not None
    assert state.weighed_today


# What is not saved is not left behind


def test_a_click_on_another_animal_leaves_the_one_with_something_typed_marked(hands: Hands) -> None:
    name = hands.animal
    hands.type("21")
    view = hands.today.list.view
    place = next(place for place, row in enumerate(hands.today.list.model.rows) if row.nickname != name)
    where = view.visualRect(hands.today.list.model.index(place)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, where)
    hands.settle()
    assert hands.animal == name
    assert marked(hands) == name
    assert hands.at_weight
    assert "not saved yet" in hands.said


def test_ad_lib_that_is_ticked_and_not_saved_is_not_left_behind(hands: Hands, colony: Database) -> None:
    name, before = hands.animal, count(colony, WaterAdministration)
    hands.press(Key.Key_L, CONTROL)
    assert hands.at_water
    hands.press(Key.Key_Down)
    assert hands.animal == name
    assert "ad lib" in hands.said
    assert "not saved yet" in hands.said
    hands.escape()
    assert not hands.today.animal.adlib.isChecked()
    assert hands.said == ""
    hands.press(Key.Key_Down)
    assert hands.animal != name
    assert count(colony, WaterAdministration) == before


def test_another_member_takes_over_while_something_is_typed(hands: Hands, colony: Database) -> None:
    began, name, desk = hands.now(), hands.animal, hands.program.desk
    assert desk is not None
    with colony.read() as connection:
        other = next(one for one in active_members(connection) if one != desk.member)
    weight = round(usual(hands) * 1.3, 1)
    hands.type(f"{weight:.1f}")
    hands.enter()
    assert "Enter again" in hands.said
    desk.set_member(other)
    assert hands.today.animal.weight.text() == f"{weight:.1f}"
    hands.enter()
    assert weights(colony, name, began) == [(weight, other.username)]
    desk.set_member(None)
    hands.type("0.2")
    hands.enter()
    assert "Choose below who records" in hands.said
    assert hands.today.animal.water.text() == "0.2"
    hands.escape()
    hands.press(Key.Key_Z, CONTROL)
    assert "Choose below who records" in hands.program.frame.notice.text()
    assert len(weights(colony, name, began)) == 1


# The way from place to place


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "not a number"),
        ("-", "not a number"),
        ("-0,5", "cannot be negative"),
        ("12,5", "not possible: the limit for this species is 10 mL"),
        ("2000", "not possible"),
        ("nan", "not a number"),
    ],
)
def test_water_that_cannot_be_is_refused_at_the_field_and_kept(
    hands: Hands, colony: Database, typed: str, sentence: str
) -> None:
    before = count(colony, WaterAdministration)
    hands.enter()
    hands.type(typed)
    hands.enter()
    assert hands.at_water
    assert sentence in hands.said
    assert hands.today.animal.water.text() == typed
    assert count(colony, WaterAdministration) == before


def test_what_was_asked_of_the_water_is_gone_with_the_next_key(hands: Hands, colony: Database) -> None:
    before = count(colony, WaterAdministration)
    hands.enter()
    hands.type("9")
    hands.enter()
    assert "Enter again" in hands.said
    hands.press(Key.Key_Backspace)
    hands.type("8")
    assert hands.said == ""
    hands.enter()
    assert "Enter again" in hands.said
    hands.press(Key.Key_L, CONTROL)  # another amount is another question, and so is this
    assert hands.said == ""
    assert count(colony, WaterAdministration) == before


def test_tab_and_the_way_back(hands: Hands) -> None:
    assert hands.at_weight
    hands.press(Key.Key_Tab)
    assert hands.at_water
    hands.press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert hands.at_weight
    hands.press(Key.Key_Space)
    assert hands.today.animal.weight.text() == ""  # nothing stands grey there to be taken


def test_the_enter_of_the_number_pad_is_an_enter(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    hands.type(f"{usual(hands):.1f}")
    keypad = Qt.KeyboardModifier.KeypadModifier
    hands.press(Key.Key_Enter, keypad)
    if hands.at_weight:
        hands.press(Key.Key_Enter, keypad)
    assert len(weights(colony, name, began)) == 1
    other = next(row.nickname for row in hands.today.list.model.rows if row.nickname != name)
    hands.press(Key.Key_F, CONTROL)
    hands.type(other)
    hands.press(Key.Key_Enter, keypad)
    assert hands.animal == other


@pytest.mark.parametrize("typed", ["21", "2o"])
def test_escape_leaves_what_the_last_weight_means_in_its_place(hands: Hands, typed: str) -> None:
    sentence = hands.today.animal.weight.sentence
    said, state = sentence.text(), sentence.state()
    assert "% of" in said
    hands.type(typed)
    assert sentence.text() != said
    hands.escape()
    assert hands.today.animal.weight.text() == ""
    assert (sentence.text(), sentence.state()) == (said, state)


def test_escape_in_the_search_goes_back_to_what_was_typed(hands: Hands) -> None:
    name = hands.animal
    hands.type("21")
    hands.press(Key.Key_F, CONTROL)
    hands.type("zz")
    hands.settle()
    hands.escape()
    assert hands.at_weight
    assert hands.animal == name
    assert hands.today.animal.weight.text() == "21"
    assert hands.today.top.search.text() == ""


def test_why_and_help_leave_what_is_typed_alone(hands: Hands) -> None:
    hands.type("21")
    for key in (Key.Key_F3, Key.Key_F1, Key.Key_F1, Key.Key_F3):
        hands.press(key)
        assert hands.at_weight
        assert hands.today.animal.weight.text() == "21"


def test_escape_closes_the_help_before_it_empties_the_field(hands: Hands) -> None:
    hands.type("21")
    hands.press(Key.Key_F1)
    assert hands.program.frame.help.isVisible()
    hands.escape()
    assert not hands.program.frame.help.isVisible()
    assert hands.today.animal.weight.text() == "21"
    hands.escape()
    assert hands.today.animal.weight.text() == ""


def test_escape_is_for_what_was_opened_last(hands: Hands) -> None:
    hands.press(Key.Key_F1)
    hands.until(lambda: hands.program.palette is not None)
    palette = hands.program.palette
    assert palette is not None
    hands.press(Key.Key_K, CONTROL)
    assert palette.isVisible()
    hands.escape()
    assert not palette.isVisible()
    assert hands.program.frame.help.isVisible()
    hands.escape()
    assert not hands.program.frame.help.isVisible()
