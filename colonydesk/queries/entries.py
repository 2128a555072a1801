"""The last weighings and waters of one animal, those that were taken out among them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from colonydesk.db.plain import Reading, Statement, moment, rows

Kind = Literal["weight", "water", "act"]
"""``act`` is something else that was done in a sitting (a restriction started); it is in no table."""


class Entry(NamedTuple):
    """``value`` in g or mL; ``voided`` with its reason when it no longer counts."""

    kind: Kind
    id: UUID
    subject_id: UUID
    nickname: str
    date_time: datetime
    value: float | None
    adlib: bool
    in_session: bool
    water_type: str | None
    user: str | None
    voided: bool
    void_reason: str | None


_WEIGHINGS = """
SELECT
    'weight', ID(weighing.id), ID(subject_id), subject.nickname, TIME(date_time), weight, false, false, NULL,
    lab_member.username, voided_at IS NOT NULL, void_reason
FROM weighing
JOIN subject ON subject.id = subject_id
LEFT JOIN lab_member ON lab_member.id = user_id
WHERE subject_id = :subject AND {counts}
"""
_WATERS = """
SELECT
    'water', ID(given.id), ID(subject_id), subject.nickname, TIME(date_time), water_administered, adlib,
    session_id IS NOT NULL, water_type.name, lab_member.username, voided_at IS NOT NULL, void_reason
FROM water_administration AS given
JOIN subject ON subject.id = subject_id
LEFT JOIN water_type ON water_type.id = water_type_id
LEFT JOIN lab_member ON lab_member.id = user_id
WHERE subject_id = :subject AND {counts}
"""
# Those that count and those that do not, one after the other: each has its own index.
_COUNTS = ("voided_at IS NULL", "voided_at IS NOT NULL")
_ALL = "UNION ALL".join(text.format(counts=counts) for text in (_WEIGHINGS, _WATERS) for counts in _COUNTS)
_RECENT = Statement(_ALL + "ORDER BY 5 DESC, 2 LIMIT :limit")
_TAKEN_OUT = Statement("""
SELECT ID(id), void_reason FROM weighing WHERE id AMONG(:ids) AND voided_at IS NOT NULL
UNION ALL
SELECT ID(id), void_reason FROM water_administration WHERE id AMONG(:ids) AND voided_at IS NOT NULL
""")


def recent_entries(connection: Reading, subject_id: UUID, limit: int = 60) -> tuple[Entry, ...]:
    """The last entries of one animal, the newest first: one statement."""
    return tuple(_entry(*row) for row in rows(connection, _RECENT, {"subject": subject_id, "limit": limit}))


def taken_out(connection: Reading, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Which of these weighings and waters no longer count, each with its reason: one statement."""
    return {UUID(id_): reason or "" for id_, reason in rows(connection, _TAKEN_OUT, {"ids": list(ids)})}


def _entry(kind: Kind, id_: str, subject_id: str, nickname: str, date_time: Any, *rest: Any) -> Entry:
    value, adlib, in_session, water_type, user, voided, void_reason = rest
    at = moment(date_time)
    assert at is not None
    return Entry(
        kind,
        UUID(id_),
        UUID(subject_id),
        nickname,
        at,
        value,
        bool(adlib),
        bool(in_session),
        water_type,
        user,
        bool(voided),
        void_reason,
    )
