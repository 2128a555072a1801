"""What was recorded on the Today screen, taken up again: corrected and taken back, by keys."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, WaterAdministration, WaterType, Weighing
from colonydesk.domain.errors import KnownError
from colonydesk.services.done import Done
from colonydesk.services.undo import undo as undo_command
from colonydesk.services.waters import VoidWater, void_water
from colonydesk.ui.today.log import MOVE, LogRow
from tests.end_to_end.hands import Hands

CONTROL = Qt.KeyboardModifier.ControlModifier


def waters(db: Database, nickname: str, since: datetime) -> list[tuple[Any, ...]]:
    """(mL, ad lib, kind) of each water of an animal that counts, recorded since then."""
    statement = (
        select(WaterAdministration.water_administered, WaterAdministration.adlib, WaterType.name)
        .join(Subject, Subject.id == WaterAdministration.subject_id)
        .outerjoin(WaterType, WaterType.id == WaterAdministration.water_type_id)
        .where(
            Subject.nickname == nickname,
            WaterAdministration.voided_at.is_(None),
            WaterAdministration.created_at >= since,
        )
        .order_by(WaterAdministration.date_time, WaterAdministration.id)
    )
    with db.read() as connection:
        return [tuple(row) for row in connection.execute(statement)]


def weights(db: Database, nickname: str, since: datetime) -> list[float]:
    """Each weight of an animal that counts, recorded since then."""
    statement = (
        select(Weighing.weight)
        .join(Subject, Subject.id == Weighing.subject_id)
        .where(Subject.nickname == nickname, Weighing.voided_at.is_(None), Weighing.created_at >= since)
        .order_by(Weighing.date_time)
    )
    with db.read() as connection:
        return list(connection.execute(statement).scalars())


def give(hands: Hands, amount: str, *, adlib: bool = False) -> str:
    """Give water to the animal in hand, whatever is asked; its name."""
    name = hands.animal
    assert name is not None
    hands.enter()
    assert hands.at_water
    if adlib:
        hands.press(Qt.Key.Key_L, CONTROL)
    hands.type(amount)
    hands.enter()
    if hands.animal == name and "Enter again" in hands.said:
        hands.enter()
    return name


def choose_kind(hands: Hands, name: str) -> None:
    kind = hands.today.animal.kind
    (action,) = [one for one in kind.menu().actions() if one.text() == name]
    action.trigger()


def rows(hands: Hands) -> list[LogRow]:
    return hands.today.records.sitting.rows


def correct(hands: Hands, place: int = 0) -> None:
    """The word Correct of a line below, as if clicked."""
    hands.today.records._on_act("correct", rows(hands)[place])
    hands.settle()


def test_a_correction_of_an_amount_keeps_ad_lib(hands: Hands, colony: Database) -> None:
    began = hands.now()
    name = give(hands, "1", adlib=True)
    ((amount, adlib, kind),) = waters(colony, name, began)
    assert (amount, adlib) == (1.0, True)
    correct(hands)
    assert hands.at_water
    assert (hands.today.animal.water.text(), hands.today.animal.adlib.isChecked()) == ("1", True)
    hands.type("1.1")
    hands.enter()
    assert "Enter again" not in hands.said  # nothing is doubtful of a day with water ad lib
    assert waters(colony, name, began) == [(1.1, True, kind)]
    state = hands.today.animal.state()
    assert state is not None
    assert "water" not in state.owed
    assert not hands.today.animal.adlib.isChecked()  # the next entry is another one


def test_a_correction_of_pure_ad_lib_stays_so_by_enter_alone(hands: Hands, colony: Database) -> None:
    began = hands.now()
    name = give(hands, "", adlib=True)
    ((amount, adlib, kind),) = waters(colony, name, began)
    assert (amount, adlib) == (None, True)
    correct(hands)
    assert hands.today.animal.water.text() == ""
    hands.enter()
    assert waters(colony, name, began) == [(None, True, kind)]
    assert [row.gone for row in rows(hands)] == [False, True]


def test_ad_lib_can_be_corrected_to_an_amount(hands: Hands, colony: Database) -> None:
    began = hands.now()
    name = give(hands, "", adlib=True)
    ((_, _, kind),) = waters(colony, name, began)
    correct(hands)
    hands.press(Qt.Key.Key_L, CONTROL)
    hands.enter()
    assert "Type the right amount" in hands.said  # an empty Enter does not leave what is being corrected
    assert hands.animal == name
    hands.type("0.3")
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()
    assert waters(colony, name, began) == [(0.3, False, kind)]


def test_the_kind_of_water_is_the_records_and_can_be_corrected(hands: Hands, colony: Database) -> None:
    began = hands.now()
    with colony.read() as connection:
        names = connection.execute(select(WaterType.name).order_by(WaterType.name)).scalars().all()
    usual = hands.today.animal.kind.current()
    assert usual is not None
    first, second = [name for name in names if name != usual.name][:2]
    choose_kind(hands, first)
    name = give(hands, "0.3")
    assert [kind for *_, kind in waters(colony, name, began)] == [first]
    correct(hands)
    shown = hands.today.animal.kind.current()
    assert shown is not None
    assert shown.name == first
    hands.enter()  # as it is
    assert [kind for *_, kind in waters(colony, name, began)] == [first]
    correct(hands)
    choose_kind(hands, second)
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()
    assert waters(colony, name, began) == [(0.3, False, second)]
    assert hands.today.animal.kind.current() == usual


def test_leaving_a_correction_leaves_the_fields_as_they_were(hands: Hands, colony: Database) -> None:
    began = hands.now()
    name = give(hands, "1", adlib=True)
    correct(hands)
    for _ in range(2):
        hands.escape()
    assert not hands.today.animal.adlib.isChecked()
    hands.enter()
    hands.enter()
    assert hands.animal != name  # nothing is being corrected any more
    assert [row[:2] for row in waters(colony, name, began)] == [(1.0, True)]


@pytest.mark.parametrize("kind", ["weight", "water"])
def test_what_is_typed_beside_a_correction_is_an_entry_of_its_own(
    hands: Hands, colony: Database, kind: str
) -> None:
    """The other field does not take the correction along."""
    state = hands.today.animal.state()
    assert state is not None
    assert state.weight is not None
    began, name = hands.now(), hands.animal
    hands.type(f"{state.weight:.1f}")
    hands.enter()
    if hands.at_weight:
        hands.enter()
    hands.type("0.2")
    hands.enter()
    if hands.animal == name and hands.today.animal.water.text():
        hands.enter()
    correct(hands, 1 if kind == "weight" else 0)
    assert hands.animal == name
    other = hands.today.animal.water if kind == "weight" else hands.today.animal.weight
    other.edit.setFocus()
    hands.type("0.1" if kind == "weight" else f"{state.weight + 0.1:.1f}")
    hands.enter()
    if "Enter again" in other.sentence.text():
        hands.enter()
    assert len(rows(hands)) == 3
    assert not any(row.gone for row in rows(hands))
    if kind == "weight":
        assert [amount for amount, *_ in waters(colony, name or "", began)] == [0.2, 0.1]


def undo(hands: Hands) -> None:
    hands.press(Qt.Key.Key_Z, CONTROL)


def an_earlier_entry_a_weight_and_its_correction(hands: Hands) -> tuple[str, str, float]:
    """Water for one animal; a weight for the next, corrected once. Both names, and the weight at first."""
    earlier = give(hands, "0.2")
    name, state = hands.animal, hands.today.animal.state()
    assert name is not None
    assert name != earlier
    assert state is not None
    assert state.weight is not None
    for place, weight in enumerate((state.weight, state.weight + 0.3)):
        if place:
            correct(hands)
        hands.type(f"{weight:.1f}")
        hands.enter()
        if hands.at_weight and hands.today.animal.weight.text():
            hands.enter()
    return earlier, name, round(state.weight, 1)


def test_undo_goes_back_step_by_step_through_a_correction(hands: Hands, colony: Database) -> None:
    """The correction, then the entry itself, and only then the older entry of another animal."""
    began = hands.now()
    earlier, name, weight = an_earlier_entry_a_weight_and_its_correction(hands)
    assert [row.gone for row in rows(hands)] == [False, True, False]
    undo(hands)
    assert weights(colony, name, began) == [weight]
    assert rows(hands)[1].acts == ("undo", "correct", "move")
    assert [row.gone for row in rows(hands)] == [True, False, False]
    undo(hands)
    assert weights(colony, name, began) == []
    assert [row.gone for row in rows(hands)] == [True, True, False]
    assert len(waters(colony, earlier, began)) == 1
    undo(hands)
    assert waters(colony, earlier, began) == []
    assert hands.today.records.count() == 0
    undo(hands)
    assert "nothing in this sitting to undo" in hands.program.frame.notice.text()


def test_undo_pressed_twice_at_once_takes_back_the_entry_and_not_an_older_one(
    hands: Hands, colony: Database
) -> None:
    began = hands.now()
    earlier, name, _ = an_earlier_entry_a_weight_and_its_correction(hands)
    for _ in range(2):
        QTest.keyClick(hands.focus, Qt.Key.Key_Z, CONTROL)
    hands.settle()
    assert weights(colony, name, began) == []
    assert len(waters(colony, earlier, began)) == 1


def test_what_was_said_of_an_entry_comes_back_with_it(hands: Hands, colony: Database) -> None:
    began, name, state = hands.now(), hands.animal, hands.today.animal.state()
    assert state is not None
    assert state.weight is not None
    hands.type(f"{state.weight * 1.3:.1f}")
    hands.enter()
    hands.enter()
    asked = rows(hands)[0].remark
    assert "Confirmed" in asked
    correct(hands)
    hands.type(f"{state.weight:.1f}")
    hands.enter()
    if hands.today.animal.weight.text():
        hands.enter()
    assert rows(hands)[1].remark == "corrected"
    undo(hands)
    assert rows(hands)[1].remark == asked
    assert len(weights(colony, name or "", began)) == 1


def test_an_undo_whose_answer_was_lost_is_the_same_undo_when_it_is_tried_again(
    hands: Hands, colony: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from colonydesk.ui.today import writes

    def lost(*given: Any) -> None:
        real(*given)
        raise KnownError("The server cannot be reached.")

    began, real = hands.now(), writes.undo
    name = give(hands, "0.2")
    monkeypatch.setattr(writes, "undo", lost)
    undo(hands)
    assert "cannot be reached" in hands.program.frame.notice.text()
    assert rows(hands)[0].acts == ("undo", "correct", "move")
    monkeypatch.setattr(writes, "undo", real)
    undo(hands)
    assert rows(hands)[0].acts == ("redo",)
    assert waters(colony, name, began) == []


def test_ad_lib_a_second_time_on_a_day_asks_once(hands: Hands, colony: Database) -> None:
    began = hands.now()
    name = give(hands, "", adlib=True)
    hands.find(name)
    hands.enter()
    hands.press(Qt.Key.Key_L, CONTROL)
    hands.enter()
    assert "has water ad lib already today" in hands.said
    assert "Enter again" in hands.said
    assert len(waters(colony, name, began)) == 1
    hands.enter()
    assert len(waters(colony, name, began)) == 2
    assert "has water ad lib already today" in hands.today.records.sitting.rows[0].remark


# By keys alone


def tab_to(hands: Hands, there: Callable[[QWidget], bool]) -> QWidget:
    """Tab until a widget that is looked for has the keys, once round at most."""
    for _ in range(60):
        hands.press(Qt.Key.Key_Tab)
        if there(hands.focus):
            return hands.focus
    raise AssertionError("Tab does not come there")


def test_tab_goes_from_the_chips_of_the_log_to_its_entries(hands: Hands) -> None:
    name = hands.animal
    hands.today.animal.weight.setFocus()
    chip = tab_to(hands, lambda at: at.accessibleName() == "Entries of this animal")
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_Tab)
    log = hands.today.records.log
    assert hands.focus is log
    assert log.isVisible()
    hands.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert hands.focus is chip
    hands.press(Qt.Key.Key_Tab)
    while log.currentIndex().column() != MOVE:
        hands.press(Qt.Key.Key_Right)
    hands.enter()
    assert hands.today.records.bar.isVisible()
    hands.type("NOBODY")
    for _ in range(2):  # what does it, what leaves it
        hands.press(Qt.Key.Key_Tab)
        assert hands.today.records.bar.isAncestorOf(hands.focus)
    hands.press(Qt.Key.Key_Tab)
    assert hands.focus is log
    hands.press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    hands.enter()  # on "Leave it"
    assert hands.at_weight
    assert hands.animal == name


def test_what_another_workstation_takes_out_no_longer_counts_below(hands: Hands, colony: Database) -> None:
    began = hands.now()
    first = give(hands, "0.2")
    second = give(hands, "0.3")
    taken, kept = rows(hands)
    member = hands.program.desk.member if hands.program.desk is not None else None
    assert member is not None

    def elsewhere(done: Done) -> None:
        hands.program.bus.publish(done.changed)  # as the watch tells what another program has written

    command = VoidWater(command_id=uuid4(), water_id=taken.entry.id, user_id=member.id, reason="spilt")
    elsewhere(void_water(colony, command, hands.now()))
    hands.until(lambda: rows(hands)[0].gone)
    assert rows(hands)[0].remark == "no longer counts: spilt"
    assert hands.today.records.count() == 1
    elsewhere(undo_command(colony, uuid4(), command.command_id, member.id, hands.now()))
    hands.until(lambda: not rows(hands)[0].gone)
    assert rows(hands)[0] == taken
    again = VoidWater(command_id=uuid4(), water_id=taken.entry.id, user_id=member.id, reason="twice")
    elsewhere(void_water(colony, again, hands.now()))
    hands.until(lambda: rows(hands)[0].gone)
    hands.press(Qt.Key.Key_Z, CONTROL)  # the last that counts, not the one that another has taken out
    assert [row.gone for row in rows(hands)] == [True, True]
    assert waters(colony, first, began) == waters(colony, second, began) == []
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert "nothing in this sitting to undo" in hands.program.frame.notice.text()
    assert rows(hands)[1].entry == kept.entry
