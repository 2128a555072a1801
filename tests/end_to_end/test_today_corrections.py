"""What is typed in the place of an older entry, and what it comes to: before it is saved, and in the log."""

from datetime import timedelta

from PySide6.QtCore import Qt

from colonydesk.db.engine import Database
from colonydesk.domain.moment import preview
from colonydesk.queries.entries import recent_entries
from colonydesk.ui import words
from tests.end_to_end.hands import Hands
from tests.end_to_end.test_today_records import CONTROL, correct, give, rows


def remains(hands: Hands) -> str:
    """What remains of the water of the animal in hand, by the rules."""
    state = hands.today.animal.state()
    assert state is not None
    assert state.remaining_water is not None
    return f"{words.owed(state.remaining_water)} mL remains"


def test_after_a_correction_of_water_it_says_what_really_remains(hands: Hands) -> None:
    name = give(hands, "0.30")
    hands.find(name)
    without_it = remains(hands)
    correct(hands)
    hands.press(Qt.Key.Key_A, CONTROL)
    hands.type("0.4")
    still_owed = hands.today.animal.tiles.texts()["still owed"]  # before it is saved
    hands.enter()
    assert remains(hands) != without_it
    assert rows(hands)[0].meaning == remains(hands) == f"{still_owed} mL remains"


def test_moved_water_is_counted_once_in_what_remains(hands: Hands) -> None:
    give(hands, "0.30")
    (first, *_) = rows(hands)
    other = hands.animal
    assert other is not None
    hands.today.records._on_act("move", first)
    hands.type(other)
    hands.enter()
    if hands.today.records.bar.isVisible():  # over what is still owed, or the like
        hands.enter()
    assert rows(hands)[0].entry.nickname == other
    hands.find(other)
    assert rows(hands)[0].meaning == remains(hands)


def test_an_entry_that_was_read_before_its_answer_came_is_counted_once(hands: Hands) -> None:
    name = give(hands, "0.30")
    hands.find(name)
    (row, *_) = rows(hands)
    shown = hands.today.animal.card
    assert shown is not None
    assert row.meaning == remains(hands)
    assert hands.today.records.sitting._meaning(row.entry, shown.facts) == ("", row.meaning)


def test_the_water_suggested_for_a_correction_is_all_that_was_owed_without_it(hands: Hands) -> None:
    before = hands.today.animal.water.edit.placeholderText()
    name = give(hands, "0.30")
    hands.find(name)
    assert hands.today.animal.water.edit.placeholderText() != before
    correct(hands)
    assert hands.today.animal.water.edit.placeholderText() == before


def weigh(hands: Hands, name: str, weight: str) -> None:
    """Weigh an animal, whatever is asked."""
    hands.find(name)
    hands.type(weight)
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()


def test_a_correction_of_a_weighing_that_a_later_one_overtook_is_not_said_to_count(hands: Hands) -> None:
    name = hands.animal
    assert name is not None
    weigh(hands, name, "22.4")
    weigh(hands, name, "22.0")
    correct(hands, 1)
    hands.press(Qt.Key.Key_A, CONTROL)
    hands.type("25")
    assert "A later weighing of that day counts." in hands.said
    hands.enter()
    hands.enter()
    state = hands.today.animal.state()
    assert state is not None
    assert state.weight == 22.0
    assert (rows(hands)[0].entry.value, rows(hands)[0].meaning) == (25.0, "a later one counts")


def test_a_weighing_of_another_day_is_corrected_by_what_it_means_on_that_day(
    hands: Hands, colony: Database
) -> None:
    began, card = hands.now(), hands.today.animal.card
    assert card is not None
    with colony.read() as connection:
        entries = recent_entries(connection, card.id)
    old = next(one for one in entries if one.kind == "weight" and one.date_time < began - timedelta(days=9))
    assert old.value is not None
    hands.today.hand.correct(old)
    hands.settle()
    hands.press(Qt.Key.Key_A, CONTROL)
    hands.type(f"{old.value + 0.4:.1f}")
    facts = card.facts.without_weighing(old.date_time, old.value)
    then = preview(facts, old.date_time, round(old.value + 0.4, 1))
    assert then.percentage_weight is not None
    assert hands.said.startswith(f"{words.percent(then.percentage_weight)} %")
    drawn = hands.today.hand.curve._widget
    assert drawn is not None
    assert drawn._pending is not None
    assert drawn._pending.at == old.date_time.timestamp()
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()
    assert rows(hands)[0].meaning == f"{words.percent(then.percentage_weight)} %"


def test_the_value_to_be_corrected_has_all_its_digits(hands: Hands) -> None:
    """What was noted finer than it is shown is not rounded by looking at it."""
    name = hands.animal
    assert name is not None
    weigh(hands, name, "21.456")
    correct(hands)
    assert hands.today.animal.weight.text() == "21.456"
    hands.escape()
    hands.escape()
    hands.find(name)
    give(hands, "0.129")
    assert "0.12 mL" in [hands.today.records.log.rows.text(0, column) for column in range(5)]  # given: down
    correct(hands)
    assert hands.today.animal.water.text() == "0.129"
