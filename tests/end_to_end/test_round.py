"""A whole round by keys, on both engines, while another process writes and the server is started anew."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from colonydesk.app import Program
from colonydesk.db.engine import Database
from colonydesk.db.tables import AuditEntry, ChangeLog, Subject, WaterAdministration, Weighing
from colonydesk.queries.people import active_members
from colonydesk.services.demonstration import make_colony
from tests.conftest import ROOT
from tests.end_to_end.conftest import AFTERNOON, CURVE
from tests.end_to_end.hands import Hands

ANIMALS = 30

# Weighs the animals that are not on restriction, one after the other, some dozens a second, until stopped.
_OTHER_WORKSTATION = """
import sys
import threading
from datetime import UTC, datetime
from uuid import uuid4
from sqlalchemy import select
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import LabMember, Subject, WaterRestriction
from colonydesk.domain.errors import KnownError
from colonydesk.services.weights import RecordWeighing, record_weighing

db = open_database(sys.argv[1])
restricted = select(WaterRestriction.subject_id).where(WaterRestriction.end_time.is_(None))
with db.read() as connection:
    member = connection.execute(select(LabMember.id).where(LabMember.is_active).limit(1)).scalar_one()
    animals = connection.execute(
        select(Subject.id).where(Subject.death_date.is_(None), Subject.id.not_in(restricted))
    ).scalars().all()
confirmed = frozenset({"range", "implant", "change", "again", "cage_mate"})
while True:
    for animal in animals:
        command = RecordWeighing(
            command_id=uuid4(), id=uuid4(), subject_id=animal, user_id=member, weight=21.5,
            date_time=datetime.now(UTC), confirmed=confirmed,
        )
        try:
            record_weighing(db, command, datetime.now(UTC))
            print(command.id.hex, flush=True)
        except KnownError:
            pass
        threading.Event().wait(0.02)
"""


@pytest.fixture
def large(db: Database) -> Database:
    make_colony(
        db,
        AFTERNOON,
        curve_text=CURVE,
        timezone="Europe/London",
        living=120,
        dead=130,
        restricted=ANIMALS,
        days=40,
    )
    return db


def test_thirty_animals_by_keys(
    large: Database,
    database_url: str,
    open_program: Callable[..., Program],
    qtbot: QtBot,
    request: pytest.FixtureRequest,
) -> None:
    began = AFTERNOON
    other = subprocess.Popen(
        [sys.executable, "-c", _OTHER_WORKSTATION, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None
        theirs = {other.stdout.readline().strip()}
        with large.read() as connection:
            member = active_members(connection)[0]
        program = open_program(database_url, user=member.username)
        hands = Hands(program, qtbot)
        typed: list[tuple[str, str, float]] = []
        for number in range(ANIMALS):
            hands.today.top.chips["owed"].click()
            row = list(hands.today._rows.values())[number]
            hands.find(row.nickname)
            assert hands.animal == row.nickname
            weight = round((row.weight or 20.0) + 0.1, 1)
            if number == ANIMALS // 2 and large.dialect == "postgresql":
                server = request.getfixturevalue("postgres_server")
                hands.type(f"{weight:.1f}")
                server.stop("immediate")
                hands.enter()
                assert hands.today.animal.weight.text() == f"{weight:.1f}"
                assert "cannot be reached" in hands.said
                server.start()
            else:
                hands.type(f"{weight:.1f}")
            hands.enter()
            if hands.today.animal.weight.text():  # asked: weighed today already, or far from the last one
                assert "Enter again" in hands.said
                hands.enter()
            typed.append(("weight", row.nickname, weight))
            assert hands.at_water, hands.said
            hands.type("0,3")
            hands.enter()
            if hands.animal == row.nickname and hands.today.animal.water.text():
                assert "Enter again" in hands.said
                hands.enter()
            typed.append(("water", row.nickname, 0.3))
            assert not hands.today.animal.water.text()
    finally:
        other.kill()
        theirs |= set(other.communicate()[0].split())

    assert hands.today.records.count() == 2 * ANIMALS
    _account_for(large, typed, began)
    _account_for_theirs(large, theirs)


def _account_for(db: Database, typed: list[tuple[str, str, float]], began: datetime) -> None:
    """Each value typed is there once, with its animal, its audit entry and its change; and no other."""
    weights = select(Subject.nickname, Weighing.weight, Weighing.id).join(
        Subject, Subject.id == Weighing.subject_id
    )
    waters = select(Subject.nickname, WaterAdministration.water_administered, WaterAdministration.id).join(
        Subject, Subject.id == WaterAdministration.subject_id
    )
    names = {nickname for _, nickname, _ in typed}
    with db.read() as connection:
        found = []
        for kind, statement, table in (("weight", weights, Weighing), ("water", waters, WaterAdministration)):
            rows = connection.execute(
                statement.where(table.created_at >= began, Subject.nickname.in_(names))
            ).all()
            found += [(kind, nickname, value) for nickname, value, _ in rows]
            ids = [row.id for row in rows]
            audited = connection.execute(
                select(func.count()).where(AuditEntry.row_id.in_(ids), AuditEntry.action == "insert")
            ).scalar_one()
            assert audited == len(ids)
    assert sorted(found) == sorted(typed)


def _account_for_theirs(db: Database, acknowledged: set[str]) -> None:
    """What the other process was told is saved is saved; any other is there whole or not at all."""
    with db.read() as connection:
        there = {one.hex for one in connection.execute(select(Weighing.id)).scalars()}
        commands = set(connection.execute(select(ChangeLog.command_id)).scalars())
        audited = set(connection.execute(select(AuditEntry.command_id)).scalars())
    assert {one for one in acknowledged if len(one) == 32} <= there
    assert audited == commands
