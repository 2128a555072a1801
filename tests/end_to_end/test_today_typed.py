"""What is being typed on the Today screen, and not saved yet: explained, and not forgotten."""

from PySide6.QtCore import Qt
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, WaterRestriction
from colonydesk.domain.explanation import number
from colonydesk.domain.moment import preview
from colonydesk.ui import words
from tests.end_to_end.hands import Hands

WHY = Qt.Key.Key_F3


def largest_cage(hands: Hands) -> str:
    """The cage with the most animals on restriction."""
    cages = [row.cage for row in hands.today.list.model.rows if row.cage]
    return max(cages, key=cages.count)


def test_why_explains_the_weight_being_typed(hands: Hands) -> None:
    card = hands.today.animal.card
    assert card is not None
    hands.type("21.4")
    hands.press(WHY)
    why = hands.today.hand.why
    state = preview(card.facts, hands.now(), 21.4)
    assert state.percentage_weight is not None
    assert f"Percentage: {number(state.percentage_weight)} %" in why.text()
    assert "21.4 g that is not saved yet" in why._title.text()
    hands.today.animal.weight.setFocus()
    hands.escape()
    saved = preview(card.facts, hands.now()).percentage_weight
    assert saved is not None
    assert f"Percentage: {number(saved)} %" in why.text()
    assert "not saved" not in why._title.text()


def test_why_explains_the_weight_being_typed_in_a_cage(hands: Hands) -> None:
    hands.find(largest_cage(hands))
    animal = hands.today.hand.cage.animals[0]
    hands.type("21.4")
    hands.press(WHY)
    state = preview(animal.card.facts, hands.now(), 21.4)
    assert state.percentage_weight is not None
    assert f"Percentage: {number(state.percentage_weight)} %" in hands.today.hand.why.text()


def test_the_last_enter_in_a_cage_goes_back_to_what_is_not_saved(hands: Hands) -> None:
    hands.find(largest_cage(hands))
    animals = hands.today.hand.cage.animals
    hands.type("21.4")
    animals[-1].water.setFocus()
    hands.enter()
    assert hands.focus is animals[0].weight.edit
    assert "Not saved yet" in animals[0].weight.sentence.text()


def test_a_search_that_met_an_unsaved_number_is_gone_on_with_by_enter(hands: Hands) -> None:
    first, other = hands.animal, hands.today.list.model.rows[3].nickname
    hands.type("0")
    hands.find(other)
    assert (hands.animal, hands.at_weight) == (first, True)
    assert "is not saved yet" in hands.said
    hands.escape()
    hands.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    hands.enter()
    assert (hands.animal, hands.at_weight) == (other, True)


def test_the_next_animal_to_weigh_is_the_one_behind_also_once_this_one_has_left_the_list(
    hands: Hands,
) -> None:
    """Somebody weighs all first, and has passed one by that was not found."""
    hands.today.top.chips["weigh"].click()
    hands.settle()
    hands.today.animal.weight.setFocus()
    names = [row.nickname for row in hands.today.list.model.rows]
    assert hands.animal == names[0]
    hands.press(Qt.Key.Key_PageDown)
    state = hands.today.animal.state()
    assert state is not None
    hands.type(str(state.weight))
    hands.enter()
    assert hands.animal == names[1]
    assert names[1] not in [row.nickname for row in hands.today.list.model.rows]
    hands.press(Qt.Key.Key_PageUp)
    assert hands.animal == names[0]
    hands.find(names[1])
    hands.press(Qt.Key.Key_PageDown)
    assert hands.animal == names[2]
    hands.find(names[1])
    hands.enter()  # no weight, and no water by now
    assert hands.at_water
    hands.enter()
    assert hands.animal == names[2]


def test_ad_lib_by_keys_gives_the_keys_to_no_field_that_is_not_seen(hands: Hands) -> None:
    """What was typed next went into the field of an animal that stood behind, or of none."""
    control = Qt.KeyboardModifier.ControlModifier
    hands.today.open_finish()
    hands.settle()
    in_front = hands.focus
    hands.press(Qt.Key.Key_L, control)
    assert hands.focus is in_front
    hands.today.hand.put_down("")
    hands.press(Qt.Key.Key_L, control)
    assert hands.focus is hands.today.top.search
    hands.find(largest_cage(hands))
    hands.press(Qt.Key.Key_L, control)
    assert hands.focus is hands.today.hand.cage.animals[0].weight.edit
    assert not hands.today.animal.adlib.isChecked()


def unrestricted(db: Database) -> str:
    """A living animal that never was on restriction."""
    restricted = select(WaterRestriction.subject_id)
    free = select(Subject.nickname).where(Subject.death_date.is_(None), Subject.id.not_in(restricted))
    with db.read() as connection:
        return connection.execute(free.order_by(Subject.nickname)).scalars().all()[0]


def test_a_reference_weight_that_is_typed_is_not_dropped_for_another_animal(
    hands: Hands, colony: Database
) -> None:
    name = unrestricted(colony)
    hands.find(name)
    hands.today.hand.open_restriction()
    hands.settle()
    hands.type("25")
    pane = hands.today.hand.restriction
    hands.today.list.view.picked.emit(hands.today.list.model.rows[2].subject_id)
    hands.settle()
    assert (hands.animal, pane.reference.text()) == (name, "25")
    assert hands.focus is pane.reference.edit
    assert "Not saved yet" in pane.reference.sentence.text()
    hands.escape()
    hands.today.list.view.picked.emit(hands.today.list.model.rows[2].subject_id)
    hands.settle()
    assert hands.animal == hands.today.list.model.rows[2].nickname


def test_water_being_typed_in_a_cage_says_what_it_comes_to(hands: Hands) -> None:
    hands.find(largest_cage(hands))
    animal = hands.today.hand.cage.animals[0]
    hands.type("22.4")
    hands.until(animal.water.isVisible)
    hands.press(Qt.Key.Key_Tab)
    for water in (0.3, 1.5):
        hands.type(str(water))
        state = preview(animal.card.facts, hands.now(), 22.4, water)
        assert state.excess_water is not None
        said = f"{words.owed(-state.excess_water)} mL owed"
        if state.excess_water > 0:
            said = f"{words.given(state.excess_water)} mL over"
        assert animal.water._note.text() == said
        hands.escape()
    assert animal.water._note.text() == ""


def test_nothing_remains_for_an_animal_that_is_not_on_restriction(hands: Hands, colony: Database) -> None:
    """Nothing is owed to it: 0.80 mL was said to remain, and 0.60 to be still owed."""
    hands.find(unrestricted(colony))
    hands.type("20")
    hands.enter()
    assert hands.at_water
    hands.type("0.2")
    state = hands.today.animal.state()
    assert state is not None
    assert state.remaining_water == 0.8
    shown = hands.today.animal.tiles.texts()
    assert (shown["required"], shown["remaining"], shown["after this"]) == ("0.80", "-", "-")
    hands.enter()
    hands.enter()  # it is asked about
    (row, _weight) = hands.today.records.sitting.rows
    assert (row.entry.value, row.meaning) == (0.2, "")
