"""A restriction started and ended from the animal in hand."""

from datetime import timedelta

from PySide6.QtCore import Qt
from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Subject, WaterRestriction, Weighing
from tests.end_to_end.hands import Hands

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_restriction_is_started_and_ended_from_the_animal(hands: Hands, colony: Database) -> None:
    with colony.read() as connection:
        restricted = select(WaterRestriction.subject_id).where(WaterRestriction.end_time.is_(None))
        weighed = select(Weighing.subject_id).where(Weighing.date_time > hands.now() - timedelta(days=6))
        name = connection.execute(
            select(Subject.nickname)
            .where(Subject.death_date.is_(None), Subject.id.not_in(restricted), Subject.id.in_(weighed))
            .order_by(Subject.nickname)
            .limit(1)
        ).scalar_one()
    hands.find(name)
    hands.today.hand.open_restriction()
    hands.enter()
    assert open_restrictions(colony, name) == 1
    assert any(row.nickname == name for row in hands.today._rows.values())
    hands.today.hand.open_restriction()
    hands.press(Qt.Key.Key_Space)
    assert open_restrictions(colony, name) == 0
    assert not any(row.nickname == name for row in hands.today._rows.values())
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert open_restrictions(colony, name) == 1


def test_a_reference_weight_that_is_not_usual_is_asked_about_once(hands: Hands, colony: Database) -> None:
    with colony.read() as connection:
        restricted = select(WaterRestriction.subject_id)
        free = select(Subject.nickname).where(Subject.death_date.is_(None), Subject.id.not_in(restricted))
        name = connection.execute(free.order_by(Subject.nickname).limit(1)).scalar_one()
    hands.find(name)
    hands.today.hand.open_restriction()
    hands.settle()
    hands.type("220")
    hands.enter()
    assert open_restrictions(colony, name) == 0
    said = hands.today.hand.restriction.reference.sentence.text()
    assert "220 g: usual is 5 to 50 g." in said
    assert "Enter again saves it all the same" in said
    hands.enter()
    assert open_restrictions(colony, name) == 1


def open_restrictions(db: Database, nickname: str) -> int:
    statement = (
        select(func.count())
        .select_from(WaterRestriction)
        .join(Subject, Subject.id == WaterRestriction.subject_id)
        .where(Subject.nickname == nickname, WaterRestriction.end_time.is_(None))
    )
    with db.read() as connection:
        return connection.execute(statement).scalar_one()
