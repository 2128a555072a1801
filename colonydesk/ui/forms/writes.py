"""What is sent when a form is saved, or its record taken away: the command, and the service that takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done
from colonydesk.services.records import BESIDE, DeleteRecord, SaveRecord, delete_record, save_record
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

Call = tuple[Callable[..., Done], Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it is sent. ``version`` None: a new record. ``values`` and ``links``: those that are given.

    ``before`` are the values the form was filled with. ``successor`` is a new id, for a service that writes a
    new record in place of this one.
    """

    command_id: UUID
    table: str
    id: UUID
    user_id: UUID
    version: int | None
    values: Mapping[str, Any]
    links: Mapping[str, frozenset[UUID]]
    before: Mapping[str, Any]
    successor: UUID
    confirmed: frozenset[str] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Writes:
    """How records of a table are written. ``replaces``: a change writes a successor and marks the old one.

    ``reason``: taking one away asks why.
    """

    save: Callable[[Draft], Call]
    delete: Callable[[Draft], Call]
    replaces: bool = False
    reason: bool = False


def save_any(draft: Draft) -> Call:
    """Any record, through the rules of its table."""
    return save_record, SaveRecord(
        command_id=draft.command_id,
        table=draft.table,
        id=draft.id,
        user_id=draft.user_id,
        values=draft.values,
        links=draft.links,
        version=draft.version,
        confirmed=draft.confirmed,
        successor=draft.successor if draft.version is not None else None,
    )


def delete_any(draft: Draft) -> Call:
    """Any record, through the rules of its table."""
    assert draft.version is not None
    return delete_record, DeleteRecord(
        command_id=draft.command_id,
        table=draft.table,
        id=draft.id,
        user_id=draft.user_id,
        version=draft.version,
        confirmed=draft.confirmed,
    )


def _common(draft: Draft) -> dict[str, Any]:
    return {"command_id": draft.command_id, "user_id": draft.user_id, "confirmed": draft.confirmed}


def _save_weighing(draft: Draft) -> Call:
    if draft.version is not None and draft.values.keys() <= BESIDE:
        return save_any(draft)
    given = {**draft.before, **draft.values}
    common = _common(draft)
    if draft.version is None:
        return record_weighing, RecordWeighing(
            id=draft.id,
            subject_id=given["subject_id"],
            weight=given["weight"],
            date_time=given["date_time"],
            beside=_beside(draft),
            **common,
        )
    _one_thing(draft)
    common |= {"id": draft.successor, "weighing_id": draft.id}
    if "subject_id" in draft.values:
        return move_weighing, MoveWeighing(subject_id=given["subject_id"], **common)
    common |= {"date_time": given["date_time"], "beside": _beside(draft)}
    return correct_weighing, CorrectWeighing(weight=given["weight"], **common)


def _void_weighing(draft: Draft) -> Call:
    command = VoidWeighing(
        command_id=draft.command_id, weighing_id=draft.id, user_id=draft.user_id, reason=draft.reason
    )
    return void_weighing, command


def _save_water(draft: Draft) -> Call:
    if draft.version is not None and draft.values.keys() <= BESIDE:
        return save_any(draft)
    given = {**draft.before, **draft.values}
    common = _common(draft)
    amount: dict[str, Any] = {
        "water_administered": given.get("water_administered"),
        "adlib": bool(given.get("adlib")),
    }
    if draft.version is None:
        return record_water, RecordWater(
            id=draft.id,
            subject_id=given["subject_id"],
            date_time=given["date_time"],
            water_type_id=given.get("water_type_id"),
            session_id=given.get("session_id"),
            beside=_beside(draft),
            **amount,
            **common,
        )
    _one_thing(draft)
    common |= {"id": draft.successor, "water_id": draft.id}
    if "subject_id" in draft.values:
        return move_water, MoveWater(subject_id=given["subject_id"], **common)
    common |= {"date_time": given["date_time"], "beside": _beside(draft)}
    return correct_water, CorrectWater(**amount, **common)


def _void_water(draft: Draft) -> Call:
    command = VoidWater(
        command_id=draft.command_id, water_id=draft.id, user_id=draft.user_id, reason=draft.reason
    )
    return void_water, command


def _beside(draft: Draft) -> dict[str, Any]:
    return {name: value for name, value in draft.values.items() if name in BESIDE}


def _one_thing(draft: Draft) -> None:
    if "subject_id" in draft.values and len(draft.values) > 1:
        raise Refused("Save the other animal first, and then what else was wrong.", "subject_id")


_ANY = Writes(save_any, delete_any)
_OWN = {
    "weighing": Writes(_save_weighing, _void_weighing, replaces=True, reason=True),
    "water_administration": Writes(_save_water, _void_water, replaces=True, reason=True),
}


def writes_of(table: str) -> Writes:
    """How records of this table are written."""
    return _OWN.get(table, _ANY)
