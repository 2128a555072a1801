"""The disk fills up under the Today screen: nothing that was typed is lost, nothing is half-written."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select

from colonydesk.db.engine import Database
from colonydesk.db.errors import DatabaseUnavailable
from colonydesk.db.tables import AuditEntry, ChangeLog, Subject, WaterAdministration, Weighing
from colonydesk.services.waters import RecordWater, record_water
from tests.end_to_end.hands import Hands

EVERYTHING = frozenset({"again", "not_restricted", "excess", "much"})


class Disk:
    """What room there is for the database that the program has open."""

    def __init__(self, db: Database) -> None:
        self._db = db
        with db.engine.connect() as connection:
            self.pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        event.listen(db.engine, "checkout", self._limit)

    def _limit(self, driver: Any, _record: Any, _proxy: Any) -> None:
        driver.execute(f"PRAGMA max_page_count={self.pages}")

    def fill(self, hands: Hands) -> None:
        """Water for one animal again and again, until there is no room for more."""
        member, card = hands.program.desk.member, hands.today.animal.card  # type: ignore[union-attr]
        assert member is not None
        assert card is not None
        for _ in range(500):
            command = RecordWater(
                command_id=uuid4(),
                id=uuid4(),
                subject_id=card.id,
                user_id=member.id,
                water_administered=0.01,
                date_time=hands.now(),
                confirmed=EVERYTHING,
            )
            try:
                record_water(self._db, command, hands.now())
            except DatabaseUnavailable:
                return
        raise AssertionError("the disk does not fill")


def written(db: Database) -> list[int]:
    tables = (Weighing, WaterAdministration, AuditEntry, ChangeLog)
    with db.read() as connection:
        return [connection.execute(select(func.count()).select_from(one)).scalar_one() for one in tables]


def weights(db: Database, nickname: str) -> list[float]:
    statement = (
        select(Weighing.weight)
        .join(Subject, Subject.id == Weighing.subject_id)
        .where(Subject.nickname == nickname, Weighing.voided_at.is_(None))
    )
    with db.read() as connection:
        return list(connection.execute(statement).scalars())


@pytest.mark.parametrize("colony_url", ["sqlite"], indirect=True)
def test_what_was_typed_waits_until_there_is_room(hands: Hands, colony: Database) -> None:
    assert hands.program.desk is not None
    disk = Disk(hands.program.desk._db)
    disk.fill(hands)
    for row in hands.today.list.model.rows:  # a last small entry or two may still find room
        hands.find(row.nickname)
        before, known = written(colony), weights(colony, row.nickname)
        hands.type(f"{row.weight:.1f}")
        hands.enter()
        if "Enter again" in hands.said:
            hands.enter()
        if hands.at_weight:
            break
        hands.escape()
    assert "The disk is full" in hands.said
    assert "Free some space and try again" in hands.said
    assert hands.today.animal.weight.text() == f"{row.weight:.1f}"
    assert written(colony) == before
    hands.enter()  # still no room
    assert "The disk is full" in hands.said
    assert written(colony) == before

    disk.pages += 1000
    hands.enter()
    assert hands.at_water
    assert hands.today.animal.weight.text() == ""
    assert sorted(weights(colony, row.nickname)) == sorted([*known, round(row.weight or 0.0, 1)])
    assert [now - then for now, then in zip(written(colony), before, strict=True)] == [1, 0, 1, 1]
    assert hands.today.records.sitting.rows[0].entry.nickname == row.nickname
