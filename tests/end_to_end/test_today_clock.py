"""The Today screen while time goes on: each lab's day begins at its own midnight, a restriction ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Subject, WaterAdministration, WaterRestriction, Weighing
from colonydesk.queries.people import active_members
from colonydesk.queries.worklist import WorklistRow
from tests.end_to_end.conftest import AFTERNOON
from tests.end_to_end.hands import Hands

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Clock:
    """Stands still, however slow the machine is, but when it is put forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return AFTERNOON + self.ahead


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return Clock()


@pytest.fixture
def kolkata(colony: Database) -> UUID:
    """An animal of a second lab, where it is 20:30: weighed and watered today, on restriction."""
    lab, subject = uuid4(), uuid4()
    with colony.read() as connection:
        member = active_members(connection)[0].id
    with colony.unit(uuid4(), "test", member, AFTERNOON) as unit:
        rules = {"timezone": "Asia/Kolkata", "reference_weight_pct": 0.8}
        unit.insert(Lab, {"id": lab, "name": "Zoology", **rules})
        unit.insert(Subject, {"id": subject, "nickname": "KO_1", "lab_id": lab, "sex": "M"})
        since = {"start_time": AFTERNOON - 5 * DAY, "reference_weight": 25.0}
        unit.insert(WaterRestriction, {"id": uuid4(), "subject_id": subject, **since})
        for table, values in (
            (Weighing, {"weight": 24.0}),
            (WaterAdministration, {"water_administered": 1.0}),
        ):
            record = {"id": uuid4(), "subject_id": subject, "user_id": member, "date_time": AFTERNOON - HOUR}
            unit.insert(table, {**record, **values})
    return subject


def row(hands: Hands, subject: UUID) -> WorklistRow | None:
    return hands.today._rows.get(subject)


def put_forward(hands: Hands, clock: Callable[[], datetime], by: timedelta) -> None:
    """What the screen does every 20 seconds, so much later."""
    assert isinstance(clock, Clock)
    clock.ahead += by
    hands.today._clock.timeout.emit()
    hands.settle()


def owed(hands: Hands, subject: UUID) -> tuple[str, ...]:
    found = row(hands, subject)
    assert found is not None
    return found.owed


def test_the_second_lab_s_day_begins_at_its_own_midnight(
    kolkata: UUID, hands: Hands, clock: Callable[[], datetime]
) -> None:
    """18:30 in London is midnight there: the first lab's day goes on, and all labs are shown."""
    assert owed(hands, kolkata) == ()
    put_forward(hands, clock, 3 * HOUR)
    assert owed(hands, kolkata) == ()
    hands.type("2")
    put_forward(hands, clock, HOUR)
    assert owed(hands, kolkata) == ("weight", "water")
    assert hands.today.animal.weight.text() == "2"  # what is being typed is left alone


def test_an_animal_leaves_the_list_when_its_restriction_is_over(
    kolkata: UUID, colony: Database, hands: Hands, clock: Callable[[], datetime]
) -> None:
    hands.find("KO_1")
    card = hands.today.animal.card
    assert card is not None
    held = card.restriction_id
    assert held is not None
    with colony.read() as connection:
        member = active_members(connection)[0].id
    with colony.unit(uuid4(), "test", member, AFTERNOON) as unit:
        unit.update(WaterRestriction, held, {"end_time": AFTERNOON + 2 * HOUR})
    hands.today.reload()
    hands.settle()
    assert row(hands, kolkata) is not None
    put_forward(hands, clock, HOUR)
    assert row(hands, kolkata) is not None
    assert hands.today.animal.card is not None
    assert hands.today.animal.card.restriction_id == held
    put_forward(hands, clock, 2 * HOUR)
    assert row(hands, kolkata) is None
    assert hands.today.animal.card.restriction_id is None
    state = hands.today.animal.state()
    assert state is not None
    assert not state.is_water_restricted


def test_the_time_of_labs_in_several_zones_is_this_computers(kolkata: UUID, hands: Hands) -> None:
    """It is in Chatham, as all tests are: 13:45 ahead."""
    top = hands.today.top
    assert top._day.text().startswith("Wed 11 Mar, 04:45")
    assert top._day.text().endswith(" here")
    top._lab.setCurrentText("Zoology")
    top._lab.activated.emit(top._lab.currentIndex())
    hands.settle()
    assert top._day.text().startswith("Tue 10 Mar, lab time 20:30")
