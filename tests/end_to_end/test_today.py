"""The Today screen by keys: the right ones, and the wrong ones. What was typed is kept."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Subject, WaterAdministration, Weighing
from colonydesk.queries.curve_data import same_curves
from colonydesk.ui.curve.plot import Plot
from colonydesk.ui.curve.series import View
from colonydesk.ui.words import owed
from tests.builders import add
from tests.end_to_end.hands import Hands

CONTROL = Qt.KeyboardModifier.ControlModifier


def weighings(db: Database) -> int:
    with db.read() as connection:
        return connection.execute(select(func.count()).select_from(Weighing)).scalar_one()


def live(db: Database, nickname: str, since: datetime) -> list[float]:
    statement = (
        select(Weighing.weight)
        .join(Subject, Subject.id == Weighing.subject_id)
        .where(Subject.nickname == nickname, Weighing.voided_at.is_(None), Weighing.created_at >= since)
        .order_by(Weighing.date_time)
    )
    with db.read() as connection:
        return list(connection.execute(statement).scalars())


def record_weight(hands: Hands, text: str) -> None:
    """Type a weight and save it, answering what is asked with a second Enter."""
    assert hands.at_weight
    hands.type(text)
    hands.enter()
    if hands.at_weight:
        assert "Enter again" in hands.said
        hands.enter()
    assert hands.at_water


def usual(hands: Hands) -> float:
    state = hands.today.animal.state()
    assert state is not None
    assert state.weight is not None
    return state.weight


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2o.1", "not a number"),
        ("-20", "cannot be negative"),
        ("0", "more than 0"),
        ("2000", "not possible"),
        ("nan", "not a number"),
        ("20.1.3", "more than one decimal sign"),
        ("2e1", "exponent"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field_and_kept(
    hands: Hands, colony: Database, typed: str, sentence: str
) -> None:
    before = weighings(colony)
    hands.type(typed)
    hands.enter()
    assert sentence in hands.said
    assert hands.today.animal.weight.text() == typed
    assert hands.at_weight
    assert weighings(colony) == before
    hands.escape()
    assert hands.today.animal.weight.text() == ""
    assert sentence not in hands.said


def test_a_paste_of_two_lines_is_not_made_into_one_number(hands: Hands, colony: Database) -> None:
    before = weighings(colony)
    QApplication.clipboard().setText("20.1\n21.3")
    hands.press(Qt.Key.Key_V, CONTROL)
    hands.enter()
    assert hands.today.animal.weight.refusal()
    assert weighings(colony) == before


def test_a_comma_is_a_decimal_sign_and_a_save_is_accounted_for(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    assert name is not None
    weight = round(usual(hands) + 0.1, 1)
    record_weight(hands, f"{weight:.1f}".replace(".", ","))
    assert live(colony, name, began) == [weight]
    assert hands.today.records.count() == 1


def test_an_empty_enter_records_nothing_and_goes_on(hands: Hands, colony: Database) -> None:
    before, first = weighings(colony), hands.animal
    hands.enter()
    assert hands.at_water
    hands.enter()
    assert hands.animal != first
    assert hands.at_weight
    assert weighings(colony) == before


def test_a_doubtful_weight_asks_once_in_place(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    assert name is not None
    doubtful = round(usual(hands) * 1.3, 1)
    hands.type(f"{doubtful:.1f}")
    hands.enter()
    assert hands.at_weight
    assert "% above" in hands.said
    assert live(colony, name, began) == []
    hands.press(Qt.Key.Key_Backspace)
    hands.type("1")
    assert "Enter again" not in hands.said  # another value: what was asked does not count for it
    hands.enter()
    assert "Enter again" in hands.said
    hands.enter()
    assert len(live(colony, name, began)) == 1


def test_another_animal_is_not_taken_while_something_is_unsaved(hands: Hands, colony: Database) -> None:
    first, before = hands.animal, weighings(colony)
    other = next(row.nickname for row in hands.today.list.model.rows if row.nickname != first)
    hands.type("21")
    hands.press(Qt.Key.Key_Down)
    assert hands.animal == first
    assert "not saved yet" in hands.said
    hands.find(other)
    assert hands.animal == first
    assert hands.today.animal.weight.text() == "21"
    assert weighings(colony) == before


def test_what_it_means_is_said_before_it_is_saved(hands: Hands) -> None:
    state = hands.today.animal.state()
    assert state is not None
    assert state.min_weight is not None
    hands.type(f"{state.min_weight - 0.5:.1f}")
    assert "Not saved yet" in hands.said
    assert hands.today.animal.weight.sentence.state() in ("under", "critical")
    # Under its threshold it is owed more: 0.05 mL a gram in place of 0.04.
    own = float(f"{state.min_weight - 0.5:.1f}") - state.implant_weight
    assert hands.today.animal.tiles.texts()["required"] == owed(0.05 * own)
    QTest.keyClick(hands.focus, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    hands.type(f"{state.min_weight + 0.5:.1f}")
    own = float(f"{state.min_weight + 0.5:.1f}") - state.implant_weight
    assert hands.today.animal.tiles.texts()["required"] == owed(0.04 * own)


def test_space_takes_what_remains_and_the_next_animal_comes(hands: Hands, colony: Database) -> None:
    began = hands.now()
    row = next(row for row in hands.today.list.model.rows if "water" in row.owed and row.weighed_today)
    hands.find(row.nickname)
    hands.enter()
    hands.press(Qt.Key.Key_Space)
    amount = float(hands.today.animal.water.text())
    hands.enter()
    assert hands.animal != row.nickname
    statement = select(WaterAdministration.water_administered).where(
        WaterAdministration.subject_id == row.subject_id, WaterAdministration.created_at >= began
    )
    with colony.read() as connection:
        assert connection.execute(statement).scalars().all() == [amount]


def test_undo_and_redo_by_key(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    assert name is not None
    weight = round(usual(hands) + 0.1, 1)
    record_weight(hands, f"{weight:.1f}")
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert live(colony, name, began) == []
    assert hands.today.records.count() == 0
    row = hands.today.records.sitting.rows[0]
    assert row.acts == ("redo",)
    hands.today.records.sitting.toggle(row)
    hands.settle()
    assert live(colony, name, began) == [weight]
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert live(colony, name, began) == []


def test_correct_puts_the_right_value_in_its_place(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    assert name is not None
    weight = round(usual(hands) + 0.1, 1)
    record_weight(hands, f"{weight:.1f}")
    hands.today.records._on_act("correct", hands.today.records.sitting.rows[0])
    hands.settle()
    assert hands.at_weight
    assert hands.today.animal.weight.text() == f"{weight:.1f}"
    hands.type(f"{weight + 0.2:.1f}")  # the old value is marked: typing replaces it
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()
    assert live(colony, name, began) == [pytest.approx(weight + 0.2)]
    assert [row.gone for row in hands.today.records.sitting.rows] == [False, True]


def test_move_gives_it_to_the_right_animal(hands: Hands, colony: Database) -> None:
    began, name = hands.now(), hands.animal
    assert name is not None
    other = next(row.nickname for row in hands.today.list.model.rows if row.nickname != name)
    weight = round(usual(hands) + 0.1, 1)
    record_weight(hands, f"{weight:.1f}")
    hands.today.records._on_act("move", hands.today.records.sitting.rows[0])
    hands.type(other)
    hands.enter()
    for _ in range(2):
        if hands.today.records.bar.isVisible():
            hands.enter()
    assert live(colony, name, began) == []
    assert live(colony, other, began) == [weight]


def test_a_whole_cage_is_weighed_by_enter_alone(hands: Hands, colony: Database) -> None:
    began = hands.now()
    counts: dict[str, int] = {}
    for row in hands.today.list.model.rows:
        counts[row.cage or ""] = counts.get(row.cage or "", 0) + 1
    cage = max((name for name in counts if name), key=lambda name: counts[name])
    hands.find(cage)
    animals = hands.today.hand.cage.animals
    assert animals
    for animal in animals:
        assert hands.focus is animal.weight.edit
        state_weight = animal.card.facts.weights[-1]
        hands.type(f"{state_weight:.1f}")
        hands.enter()
        if hands.focus is animal.weight.edit:
            hands.enter()
        assert hands.focus is animal.water.edit
        hands.enter()
    for animal in animals:
        assert len(live(colony, animal.card.nickname, began)) == 1


def test_what_is_asked_in_a_cage_has_the_width_of_the_column(hands: Hands) -> None:
    """As wide as its field alone it would be a tower of words."""
    hands.find(next(row.cage for row in hands.today.list.model.rows if row.cage))
    animal = hands.today.hand.cage.animals[0]
    hands.type(f"{animal.card.facts.weights[-1] * 1.3:.1f}")
    hands.enter()
    assert animal.weight.sentence.state() == "question"
    assert animal.weight.sentence.isVisible()
    assert animal.weight.sentence.width() == animal.water.geometry().right() + 1 - animal.weight.x()


def test_a_cage_is_offered_as_its_name_is_typed(hands: Hands) -> None:
    cages = sorted({row.cage for row in hands.today.list.model.rows if row.cage})
    hands.press(Qt.Key.Key_F, CONTROL)
    hands.type(cages[0][:-1])
    search = hands.today.top.search
    hands.until(lambda: cages[0] in search.popup_texts())
    hands.enter()
    assert search.popup_question().startswith("Nothing is called ")  # a part of a name takes nothing
    for _ in range(search.popup_texts().index(cages[0]) + 1):
        hands.press(Qt.Key.Key_Down)
    hands.enter()
    hands.until(lambda: hands.today.hand.middle.currentWidget() is hands.today.hand.cage)
    assert hands.today.hand.cage.cage == cages[0]


def test_finish_lists_what_is_owed_before_it_closes(hands: Hands) -> None:
    owed = sum(bool(row.owed) for row in hands.today._rows.values())
    hands.today.open_finish()
    pane = hands.today.hand.finish
    assert pane.isVisible()
    assert pane._list.count() == owed
    hands.press(Qt.Key.Key_Return)  # on "Back to the round"
    hands.press(Qt.Key.Key_Escape)
    assert not pane.isVisible()


def test_a_dead_animal_takes_nothing_more(hands: Hands, colony: Database) -> None:
    with colony.read() as connection:
        dead = connection.execute(
            select(Subject.nickname)
            .where(Subject.death_date < hands.now().date() - timedelta(days=3))
            .limit(1)
        ).scalar_one()
    before = weighings(colony)
    hands.find(dead)
    assert hands.animal == dead
    hands.type("21")
    hands.enter()
    if "Enter again" in hands.said:
        hands.enter()
    assert "died" in hands.said
    assert hands.today.animal.weight.text() == "21"
    assert weighings(colony) == before


def test_a_nickname_in_two_labs_is_asked_about(hands: Hands, colony: Database) -> None:
    name = hands.animal
    lab, twin, member = uuid4(), uuid4(), hands.program.desk.member.id  # type: ignore[union-attr]
    with colony.unit(uuid4(), "test", member, hands.now()) as unit:
        unit.insert(Lab, {"id": lab, "name": "another lab", "timezone": "Asia/Tokyo"})
        unit.insert(Subject, {"id": twin, "nickname": name, "lab_id": lab, "sex": "M"})
    hands.escape()
    hands.find(name or "")
    assert sorted(hands.today.top.search.popup_texts()) == [name, name]
    assert chosen_detail(hands, 0) != chosen_detail(hands, 1)


def chosen_detail(hands: Hands, place: int) -> str:
    return hands.today.top.search._choices[place].detail


def test_nothing_of_that_name(hands: Hands) -> None:
    hands.escape()
    hands.find("NOBODY_9")
    assert "NOBODY_9" in hands.program.frame.notice.text()
    assert hands.today.top.search.text() == "NOBODY_9"


def test_a_code_of_no_animal_does_not_take_the_one_that_is_called_alike(
    hands: Hands, colony: Database
) -> None:
    """ZZ_1 is not here: by a part of its name ZZ_10 is the only one that is found."""
    with colony.read() as connection:
        lab = connection.execute(select(Lab.id).order_by(Lab.name).limit(1)).scalar_one()
    add(colony, Subject, nickname="ZZ_10", lab_id=lab, sex="M")
    before = hands.animal
    hands.find("zz_1")
    assert hands.animal == before
    search = hands.today.top.search
    assert search.popup_texts() == ["ZZ_10"]
    assert "Nothing is called zz_1" in search.popup_question()
    assert search.text() == "zz_1"
    hands.press(Qt.Key.Key_Down)
    hands.enter()
    assert hands.animal == "ZZ_10"
    hands.find(before or "")
    hands.find("zz_10")
    assert hands.animal == "ZZ_10"


def test_an_ear_mark_is_taken_as_a_nickname_is(hands: Hands, colony: Database) -> None:
    with colony.read() as connection:
        lab = connection.execute(select(Lab.id).order_by(Lab.name).limit(1)).scalar_one()
    add(colony, Subject, nickname="ZZ_10", lab_id=lab, sex="M", ear_mark="QL7")
    hands.find("ql7")
    assert (hands.animal, hands.at_weight) == ("ZZ_10", True)
    add(colony, Subject, nickname="ZZ_11", lab_id=lab, sex="F", ear_mark="ql7")
    hands.find("QL7")
    search = hands.today.top.search
    assert search.popup_texts() == ["ZZ_10", "ZZ_11"]
    assert search.popup_question() == "2 are called QL7: choose one"
    add(colony, Subject, nickname="QL7", lab_id=lab, sex="F")
    hands.escape()
    hands.find("QL7")
    assert hands.animal == "QL7"


def test_why_explains_the_number_on_the_screen(hands: Hands) -> None:
    state = hands.today.animal.state()
    assert state is not None
    hands.press(Qt.Key.Key_F3)
    text = hands.today.hand.why.text()
    assert "Expected weight" in text
    assert f"{state.expected_weight:.4f}".rstrip("0").rstrip(".") in text
    hands.press(Qt.Key.Key_F3)
    assert not hands.today.hand.why.isVisible()


def test_the_card_and_the_curve_are_of_one_animal(hands: Hands) -> None:
    """Whatever the order in which the answers come back."""
    seen: set[UUID] = set()
    for _ in range(5):
        record_weight(hands, f"{usual(hands):.1f}")
        hands.press(Qt.Key.Key_Space)
        hands.enter()
        if hands.at_water and hands.today.animal.water.text():
            hands.enter()
        hands.until(hands.today.hand.curve.is_drawn)
        card = hands.today.animal.card
        assert card is not None
        assert hands.today.hand.subject_id() == card.id
        seen.add(card.id)
    assert len(seen) > 1


def test_a_weighing_is_in_its_curve_with_the_commit(hands: Hands) -> None:
    """Before the database is asked for it again, and without the ring of what was typed."""
    before = drawn(hands)
    seen: list[View] = []
    hands.today.animal.recorded.connect(lambda *_saved: seen.append(drawn(hands)))
    weight = round(usual(hands), 1)
    record_weight(hands, f"{weight}")
    assert [len(view.curves[0].weight) for view in seen] == [len(before.curves[0].weight) + 1]
    assert seen[0].curves[0].weight[-1] == weight
    assert seen[0].pending is None
    hands.until(hands.program.jobs.idle)
    assert same_curves(drawn(hands).curves, seen[0].curves)


def drawn(hands: Hands) -> View:
    hands.until(hands.today.hand.curve.is_drawn)
    plot = hands.today.findChild(Plot)
    assert isinstance(plot, Plot)
    view = plot.view()
    assert view is not None
    return view
