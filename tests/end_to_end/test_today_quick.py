"""Hands that are quicker than the database: nothing they type goes to an animal that they have not chosen."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, WaterRestriction
from colonydesk.domain.errors import KnownError
from colonydesk.queries.card import in_hand
from colonydesk.queries.today import after_change
from colonydesk.services.weights import RecordWeighing, VoidWeighing, record_weighing, void_weighing
from colonydesk.ui.today import writes
from colonydesk.ui.today.cage import CageAnimal
from tests.end_to_end.hands import Hands
from tests.slow import Slow

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def slow(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Slow:
    """From now on what is asked for waits; ``hands.settle`` does not."""
    return Slow(hands.program.jobs, monkeypatch)


def go_on(hands: Hands, slow: Slow) -> None:
    """What waits comes, and all that follows from it."""
    for _ in range(6):
        slow.let_all_through()
        hands.settle()


def key(hands: Hands, one: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(hands.focus, one, modifier)


def other_animal(hands: Hands) -> str:
    """One of the list that is not in hand."""
    return next(row.nickname for row in hands.today.list.model.rows[2:] if row.nickname != hands.animal)


def typed(hands: Hands) -> list[str]:
    """What stands in the fields of the animal in hand."""
    animal = hands.today.animal
    return [animal.weight.text(), animal.water.text()]


@pytest.mark.parametrize("begun", [False, True])
def test_a_search_that_has_begun_is_not_broken_off_by_the_entry_before(
    hands: Hands, slow: Slow, begun: bool
) -> None:
    first, wanted = hands.animal, other_animal(hands)
    hands.today.animal.water.setFocus()
    hands.type("0.1")
    key(hands, Key.Key_Return)
    while begun and hands.today.animal.water.text():  # until it is saved, and the next is on its way
        slow.let_through()
        hands.settle()
    key(hands, Key.Key_F, CONTROL)
    hands.type(wanted[:2])
    go_on(hands, slow)
    assert hands.focus is hands.today.top.search
    assert (hands.animal, typed(hands)) == (first, ["", ""])
    hands.type(wanted[2:])
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    assert (hands.animal, hands.at_weight) == (wanted, True)
    assert typed(hands) == ["", ""]


def test_what_is_typed_before_a_found_animal_is_there_goes_to_no_animal(hands: Hands, slow: Slow) -> None:
    wanted = other_animal(hands)
    key(hands, Key.Key_F, CONTROL)
    hands.type(wanted)
    key(hands, Key.Key_Return)
    while hands.today.top.search.text():  # until the choices have come, and it is chosen
        slow.let_through()
        hands.settle()
    hands.type("24")
    go_on(hands, slow)
    hands.type(".5")
    assert (hands.animal, typed(hands)) == (wanted, ["", ""])
    assert hands.today.top.search.text() == "24.5"


def cage_of_two(hands: Hands) -> list[CageAnimal]:
    name = next(row.cage for row in hands.today.list.model.rows if row.cage)
    hands.find(name)
    hands.until(lambda: len(hands.today.hand.cage.animals) > 1)
    return hands.today.hand.cage.animals


def test_in_a_cage_the_keys_stay_where_the_hands_have_gone(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *_ = cage_of_two(hands)
    slow = Slow(hands.program.jobs, monkeypatch)
    first.water.setFocus()
    hands.type("0.1")
    key(hands, Key.Key_Return)
    second.water.setFocus()
    hands.type("0.")
    go_on(hands, slow)
    hands.type("2")
    assert (second.weight.text(), second.water.text()) == ("", "0.2")
    assert first.water.text() == ""


def test_a_restriction_that_comes_late_is_noted_for_its_own_animal(
    hands: Hands, slow: Slow, colony: Database
) -> None:
    first, other = hands.animal, other_animal(hands)
    hands.today.hand.open_restriction()
    key(hands, Key.Key_Return)  # it is on restriction: to be ended
    key(hands, Key.Key_Escape)
    hands.today.list.view.picked.emit(
        next(row.subject_id for row in hands.today.list.model.rows if row.nickname == other)
    )
    assert hands.animal == first
    assert "still being saved" in hands.program.frame.notice.text()
    go_on(hands, slow)
    assert hands.today.records.sitting.rows[0].entry.nickname == first
    with colony.read() as connection:
        ended = select(Subject.nickname).join(WaterRestriction, WaterRestriction.subject_id == Subject.id)
        names = connection.execute(
            ended.where(WaterRestriction.end_time > hands.now().replace(hour=0))
        ).scalars()
        assert set(names) == {first}


def test_an_older_answer_that_comes_late_does_not_stand_in_the_list(
    hands: Hands, colony: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes of one animal within the time of a read: the list shows what the last one left."""
    of, other = [row for row in hands.today.list.model.rows if not row.weighed_today][2:4]
    gate, asked = threading.Event(), []

    def late(*arguments: Any, **named: Any) -> Any:
        found = after_change(*arguments, **named)
        asked.append(arguments)
        if len(asked) == 1:
            gate.wait(20)
        return found

    monkeypatch.setattr("colonydesk.ui.today.screen.after_change", late)
    desk = hands.program.desk
    assert desk is not None
    assert desk.member is not None
    bus, now, user = desk.bus, hands.now(), desk.member.id

    command = RecordWeighing(
        command_id=uuid4(),
        id=uuid4(),
        subject_id=of.subject_id,
        user_id=user,
        weight=of.weight,
        date_time=now,
    )
    record_weighing(colony, command, now)
    first = command.id
    bus.publish({"subject": [of.subject_id], "weighing": [first]})
    hands.until(lambda: len(asked) == 1)
    void = VoidWeighing(command_id=uuid4(), weighing_id=first, user_id=user, reason="not this one")
    void_weighing(colony, void, now)
    bus.publish({"subject": [of.subject_id, other.subject_id], "weighing": [first]})
    hands.until(lambda: len(asked) == 2)
    gate.set()
    hands.settle()
    assert not hands.today._rows[of.subject_id].weighed_today


def test_what_is_typed_and_taken_back_while_a_weight_is_saved_is_not_in_the_water(
    hands: Hands, slow: Slow
) -> None:
    hands.type("22.4")
    key(hands, Key.Key_Return)
    hands.type("0.9")
    key(hands, Key.Key_Backspace)
    hands.type("8")
    go_on(hands, slow)
    assert typed(hands) == ["", "0.8"]
    hands.today.animal.water.clear()
    hands.today.animal.weight.setFocus()
    hands.type("22.5")
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    key(hands, Key.Key_Return)  # it was weighed already
    hands.type("0.9")
    key(hands, Key.Key_Escape)
    go_on(hands, slow)
    assert typed(hands) == ["", ""]


def test_water_typed_before_the_weight_stays_whatever_is_typed_while_that_is_saved(
    hands: Hands, slow: Slow
) -> None:
    hands.today.animal.water.setFocus()
    hands.type("0.")
    hands.today.animal.weight.setFocus()
    hands.type("22.4")
    key(hands, Key.Key_Return)
    hands.type("7")
    go_on(hands, slow)
    assert typed(hands) == ["", "0.7"]


def test_enter_twice_moves_no_doubtful_record_before_its_question_is_read(hands: Hands, slow: Slow) -> None:
    hands.type("22.4")
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    (row,) = hands.today.records.sitting.rows
    wanted = hands.today.list.model.rows[5].nickname
    hands.today.records._on_act("move", row)
    hands.type(wanted)
    go_on(hands, slow)
    key(hands, Key.Key_Return)
    key(hands, Key.Key_Return)
    slow.let_through()  # the first is answered before the second
    hands.settle()
    go_on(hands, slow)
    bar = hands.today.records.bar
    assert bar.isVisible()
    assert "Enter again does it all the same" in bar._sentence.text()
    assert hands.today.records.sitting.rows[0].entry.nickname == row.entry.nickname
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    assert hands.today.records.sitting.rows[0].entry.nickname == wanted


def names(hands: Hands) -> list[str]:
    return [row.nickname for row in hands.today.list.model.rows]


def test_what_is_typed_for_the_next_animal_while_this_one_is_saved_waits_for_it(
    hands: Hands, slow: Slow
) -> None:
    """It was in the water of this one."""
    first, second, third, *_ = names(hands)
    hands.type("22.4")
    key(hands, Key.Key_Return)
    key(hands, Key.Key_PageDown)
    hands.type("23")
    slow.let_through()  # it is saved, and the next one is on its way
    hands.settle()
    assert (hands.animal, typed(hands)) == (first, ["", ""])
    hands.type(".5")
    go_on(hands, slow)
    assert (hands.animal, typed(hands)) == (second, ["23.5", ""])
    hands.escape()
    key(hands, Key.Key_PageDown)
    hands.type("24")
    key(hands, Key.Key_Return)  # nothing is saved that was not seen, and what comes behind it is not of it
    hands.type("0.8")
    go_on(hands, slow)
    assert (hands.animal, typed(hands)) == (third, ["24", ""])
    assert [row.entry.nickname for row in hands.today.records.sitting.rows] == [first]


def test_water_typed_before_the_step_to_the_next_animal_is_of_this_one(hands: Hands, slow: Slow) -> None:
    first = hands.animal
    hands.type("22.4")
    key(hands, Key.Key_Return)
    hands.type("0.8")
    key(hands, Key.Key_PageDown)
    hands.type("23")
    go_on(hands, slow)
    assert (hands.animal, typed(hands)) == (first, ["", "0.8"])
    assert "is not saved yet" in hands.said


def test_a_step_is_forgotten_where_the_value_is_asked_about(hands: Hands, slow: Slow) -> None:
    first = hands.animal
    hands.type("44.4")
    key(hands, Key.Key_Return)
    key(hands, Key.Key_PageDown)
    hands.type("23")
    go_on(hands, slow)
    assert (hands.animal, typed(hands)) == (first, ["44.4", ""])
    assert "Enter again" in hands.said
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    assert (hands.animal, typed(hands), hands.at_water) == (first, ["", ""], True)


def test_late_news_of_the_animal_before_keeps_nobody_from_the_hands(
    hands: Hands, colony: Database, slow: Slow
) -> None:
    first, second, third, *_ = hands.today.list.model.rows
    with colony.plain() as connection:
        news = in_hand(connection, first.subject_id, hands.now())
    key(hands, Key.Key_PageDown)
    go_on(hands, slow)
    assert hands.animal == second.nickname
    key(hands, Key.Key_PageDown)
    hands.type("23")
    hands.today.hand.show_anew(news)
    go_on(hands, slow)
    assert (hands.animal, typed(hands)) == (third.nickname, ["23", ""])


def test_each_step_before_the_next_animal_has_come_counts(hands: Hands, slow: Slow) -> None:
    _first, second, third, fourth, *_ = names(hands)
    key(hands, Key.Key_PageDown)
    key(hands, Key.Key_PageDown)
    go_on(hands, slow)
    assert hands.animal == third
    hands.today.animal.weight.setFocus()
    hands.type("22.4")
    key(hands, Key.Key_Return)
    for one in (Key.Key_PageDown, Key.Key_PageDown, Key.Key_PageUp):
        key(hands, one)
    go_on(hands, slow)
    while hands.animal == third and "Enter again" in hands.said:
        key(hands, Key.Key_Return)
        key(hands, Key.Key_PageDown)
        go_on(hands, slow)
    assert hands.animal == fourth
    key(hands, Key.Key_PageUp)
    key(hands, Key.Key_PageUp)
    go_on(hands, slow)
    assert hands.animal == second


def test_what_is_typed_for_the_next_animal_while_the_water_is_saved_waits_for_it(
    hands: Hands, slow: Slow
) -> None:
    first = hands.animal
    hands.today.animal.water.setFocus()
    hands.type("0.1")
    key(hands, Key.Key_Return)
    hands.type("2")
    slow.let_through()
    hands.settle()
    hands.type("3.5")
    go_on(hands, slow)
    assert hands.animal != first
    assert typed(hands) == ["23.5", ""]


def test_an_answer_about_one_record_leaves_alone_what_is_typed_for_the_next(hands: Hands, slow: Slow) -> None:
    for weight in ("22.4", "22.3"):
        hands.type(weight)
        key(hands, Key.Key_Return)
        go_on(hands, slow)
        key(hands, Key.Key_Return)  # the water, or yes to a question
        go_on(hands, slow)
    records = hands.today.records
    later, first = records.sitting.rows[:2]
    for doubtful in (True, False):
        records._on_act("move" if doubtful else "void", first)
        hands.type(hands.today.list.model.rows[5].nickname if doubtful else "wrong animal")
        go_on(hands, slow)
        key(hands, Key.Key_Return)
        key(hands, Key.Key_Escape)
        records._on_act("void", later)
        hands.type("drop")
        go_on(hands, slow)
        assert records.bar.isVisible()
        assert (records.bar._reason.text(), records.bar._sentence.text()) == ("drop", "")
        key(hands, Key.Key_Escape)
    assert [row.entry.id for row in records.sitting.rows if row.remark.startswith("taken out")] == [
        first.entry.id
    ]


def test_that_a_record_stays_as_it_was_is_said_though_its_question_was_left(
    hands: Hands, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    hands.today.told.connect(lambda kind, text: told.append((kind, text)))
    hands.type("22.4")
    key(hands, Key.Key_Return)
    go_on(hands, slow)
    records = hands.today.records

    def away(*_arguments: Any, **_named: Any) -> tuple[Any, None]:
        def fail(*_given: Any) -> None:
            raise KnownError("The database does not answer.")

        return fail, None

    monkeypatch.setattr(writes, "void_command", away)
    records._on_act("void", records.sitting.rows[0])
    hands.type("wrong animal")
    key(hands, Key.Key_Return)
    key(hands, Key.Key_Escape)
    go_on(hands, slow)
    assert told[-1] == ("error", "The database does not answer.")
    assert not records.bar.isVisible()
