"""What people have changed in the last days, given as the window gives it: so that records have a history."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Subject, WaterRestriction, Weighing
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.services.weights import CorrectWeighing, correct_weighing

ANIMALS = 12
_SAID = (
    "Jumps when lifted: use the tunnel.",
    "Small wound at the left ear, healing.",
    "Bites: two people, please.",
    "Slow drinker, stays half an hour at the spout.",
    "Wound healed. Fur dry and smooth again.",
    "Head bar loose at the left, glued anew.",
)
_SLIP = 0.1
"""Grams between a weighing and what it is corrected to."""


def make_edits(db: Database, now: datetime, seed: int = 1) -> None:
    """Change some of the restricted animals, and correct a weighing of every third."""
    rng = Random(seed)
    with db.read() as connection:
        animals = connection.execute(
            select(Subject.id, LabMember.id)
            .join(WaterRestriction, WaterRestriction.subject_id == Subject.id)
            .join(LabMember, LabMember.id == Subject.responsible_user_id)
            .where(WaterRestriction.end_time.is_(None), Subject.death_date.is_(None), LabMember.is_active)
            .order_by(Subject.nickname)
            .limit(ANIMALS)
        ).all()
        managers = connection.execute(
            select(LabMember.id).where(LabMember.is_active, LabMember.is_stock_manager)
        ).scalars()
        manager = next(iter(managers), None)
    for place, (subject, user) in enumerate(animals):
        said = rng.sample(_SAID, 2)
        _describe(db, subject, user, said[0], now - timedelta(days=9, hours=place % 5), rng)
        by = manager or user
        _describe(db, subject, by, said[1], now - timedelta(days=2, hours=place % 7), rng)
        if place % 3 == 0:
            _correct(db, subject, user, now - timedelta(days=1, hours=2), rng)


def _describe(db: Database, subject: UUID, user: UUID, text: str, at: datetime, rng: Random) -> None:
    with db.read() as connection:
        version = connection.execute(select(Subject.version).where(Subject.id == subject)).scalar_one()
    values = {"description": text}
    command = SaveRecord(
        command_id=_id(rng), table="subject", id=subject, user_id=user, values=values, version=version
    )
    save_record(db, command, at)


def _correct(db: Database, subject: UUID, user: UUID, at: datetime, rng: Random) -> None:
    """The last weighing but today's, as if its last digit had been misread."""
    with db.read() as connection:
        found = connection.execute(
            select(Weighing.id, Weighing.weight)
            .where(Weighing.subject_id == subject, Weighing.voided_at.is_(None), Weighing.date_time < at)
            .order_by(Weighing.date_time.desc())
            .limit(1)
        ).all()
    for weighing, weight in found:
        command = CorrectWeighing(
            command_id=_id(rng),
            id=_id(rng),
            weighing_id=weighing,
            user_id=user,
            weight=round(weight + _SLIP, 2),
        )
        correct_weighing(db, command, at)


def _id(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)
