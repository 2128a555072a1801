"""The commands that record at the rig: ``weigh`` and ``water``."""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from colonydesk.domain.errors import Doubtful

if TYPE_CHECKING:
    from colonydesk.db.engine import Database
    from colonydesk.queries.people import Member
    from colonydesk.queries.subjects import SubjectRow


def weigh(db: "Database", options: argparse.Namespace, username: str | None) -> str:
    """Record a weighing; returns the sentence that says so.

    Raises:
        Refused, Doubtful: as the service; a doubtful value is taken with ``--force`` alone.
    """
    from colonydesk.domain.plausibility import parse_amount
    from colonydesk.services.weights import RecordWeighing, record_weighing

    weight = parse_amount(options.weight, "weight")
    now = datetime.now(UTC)
    subject, member = _animal_and_member(db, options, username)

    def record(confirmed: frozenset[str]) -> object:
        command = RecordWeighing(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=subject.id,
            user_id=member.id,
            weight=weight,
            date_time=options.at or now,
            confirmed=confirmed,
        )
        return record_weighing(db, command, now)

    _record(record, force=options.force)
    return f"{subject.nickname} {weight:g} g, recorded by {member.username}."


def water(db: "Database", options: argparse.Namespace, username: str | None) -> str:
    """Record water given; returns the sentence that says so. Raises as ``weigh``."""
    from colonydesk.domain.plausibility import parse_amount
    from colonydesk.queries.people import water_type_named
    from colonydesk.services.waters import RecordWater, record_water

    amount = parse_amount(options.amount, "water") if options.amount is not None else None
    now = datetime.now(UTC)
    subject, member = _animal_and_member(db, options, username)
    with db.read() as connection:
        kind = water_type_named(connection, options.type) if options.type else None

    def record(confirmed: frozenset[str]) -> object:
        command = RecordWater(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=subject.id,
            user_id=member.id,
            water_administered=amount,
            adlib=options.adlib,
            water_type_id=kind,
            date_time=options.at or now,
            confirmed=confirmed,
        )
        return record_water(db, command, now)

    _record(record, force=options.force)
    amounts = [] if amount is None else [f"{amount:g} mL"]
    given = " and ".join([*amounts, *(["ad lib"] if options.adlib else [])])
    return f"{subject.nickname} {given}, recorded by {member.username}."


def _record(record: Callable[[frozenset[str]], object], *, force: bool) -> None:
    """Record; a doubtful value is refused with its reasons, or with ``force`` confirmed."""
    try:
        record(frozenset())
    except Doubtful as doubt:
        if not force:
            doubt.hint = "Not recorded; --force records it all the same."
            raise
        record(frozenset(question.code for question in doubt.questions))


def _animal_and_member(
    db: "Database", options: argparse.Namespace, username: str | None
) -> "tuple[SubjectRow, Member]":
    from colonydesk.queries.people import active_members, recording_member
    from colonydesk.queries.subjects import exact, the_one

    with db.read() as connection:
        member = recording_member(active_members(connection), username)
        subject = the_one(exact(connection, options.nickname), options.nickname, options.lab)
    return subject, member
