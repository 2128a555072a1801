"""The commands of the round. They bring the services along: imported when the first one is given."""

from __future__ import annotations

from uuid import UUID

from colonydesk.queries.card import Card
from colonydesk.queries.entries import Entry as Record
from colonydesk.services.restrictions import (
    EndRestriction,
    StartRestriction,
    end_restriction,
    start_restriction,
)
from colonydesk.services.undo import undo as undo
from colonydesk.services.waters import (
    CorrectWater,
    MoveWater,
    RecordWater,
    VoidWater,
    correct_water,
    move_water,
    record_water,
    void_water,
)
from colonydesk.services.weights import (
    CorrectWeighing,
    MoveWeighing,
    RecordWeighing,
    VoidWeighing,
    correct_weighing,
    move_weighing,
    record_weighing,
    void_weighing,
)
from colonydesk.ui.desk import Desk
from colonydesk.ui.today.entry import Attempt, Command


def weigh_command(desk: Desk, subject_id: UUID, attempt: Attempt, corrects: Record | None = None) -> Command:
    """Record the attempt's weight for an animal, or in the place of the weighing it corrects."""
    assert attempt.value is not None
    assert desk.member is not None
    if corrects is not None:
        return correct_weighing, CorrectWeighing(
            command_id=attempt.command_id,
            id=attempt.record_id,
            weighing_id=corrects.id,
            user_id=desk.member.id,
            weight=attempt.value,
            confirmed=attempt.confirmed,
        )
    return record_weighing, RecordWeighing(
        command_id=attempt.command_id,
        id=attempt.record_id,
        subject_id=subject_id,
        user_id=desk.member.id,
        weight=attempt.value,
        date_time=attempt.at,
        confirmed=attempt.confirmed,
    )


def water_command(desk: Desk, subject_id: UUID, attempt: Attempt, corrects: Record | None = None) -> Command:
    """Record the attempt's water for an animal, or in the place of the record it corrects."""
    assert desk.member is not None
    kind = attempt.water
    if corrects is not None:
        is_same = kind is None or kind.name == corrects.water_type
        return correct_water, CorrectWater(
            command_id=attempt.command_id,
            id=attempt.record_id,
            water_id=corrects.id,
            user_id=desk.member.id,
            water_administered=attempt.value,
            adlib=attempt.adlib,
            water_type_id=None if is_same else kind.id,
            confirmed=attempt.confirmed,
        )
    return record_water, RecordWater(
        command_id=attempt.command_id,
        id=attempt.record_id,
        subject_id=subject_id,
        user_id=desk.member.id,
        water_administered=attempt.value,
        adlib=attempt.adlib,
        water_type_id=kind.id if kind else None,
        date_time=attempt.at,
        confirmed=attempt.confirmed,
    )


def move_command(
    desk: Desk,
    record: Record,
    command_id: UUID,
    new_id: UUID,
    subject_id: UUID,
    *,
    confirmed: frozenset[str],
) -> Command:
    """Give a record to the animal it was of; ``new_id`` is its successor there."""
    assert desk.member is not None
    if record.kind == "weight":
        return move_weighing, MoveWeighing(
            command_id=command_id,
            id=new_id,
            weighing_id=record.id,
            user_id=desk.member.id,
            subject_id=subject_id,
            confirmed=confirmed,
        )
    return move_water, MoveWater(
        command_id=command_id,
        id=new_id,
        water_id=record.id,
        user_id=desk.member.id,
        subject_id=subject_id,
        confirmed=confirmed,
    )


def void_command(desk: Desk, record: Record, command_id: UUID, reason: str) -> Command:
    """Take a record out of every sum."""
    assert desk.member is not None
    user = desk.member.id
    if record.kind == "weight":
        return void_weighing, VoidWeighing(
            command_id=command_id, weighing_id=record.id, user_id=user, reason=reason
        )
    return void_water, VoidWater(command_id=command_id, water_id=record.id, user_id=user, reason=reason)


def restriction_command(desk: Desk, card: Card, attempt: Attempt) -> Command:
    """End the animal's restriction, or start one where there is none.

    One that would start in the future ends where it starts.
    """
    assert desk.member is not None
    if card.restriction_id is not None:
        start = card.restriction_start
        return end_restriction, EndRestriction(
            command_id=attempt.command_id,
            restriction_id=card.restriction_id,
            user_id=desk.member.id,
            end_time=attempt.at if start is None else max(attempt.at, start),
        )
    return start_restriction, StartRestriction(
        command_id=attempt.command_id,
        id=attempt.record_id,
        subject_id=card.id,
        user_id=desk.member.id,
        start_time=attempt.at,
        reference_weight=attempt.value,
        confirmed=attempt.confirmed,
    )
