"""Which animals' records hold something that is no value of its kind: a SQLite file takes any text anywhere.

Asked for once something could not be read: then the others are read without them, and they are named.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from colonydesk.db.plain import Plain, Reading, Statement, an_id, rows
from colonydesk.domain.errors import KnownError

UNREADABLE = (ValueError, TypeError)
"""What the reading of a damaged value ends in."""


class Damaged(NamedTuple):
    """``what``: "birth date is 'in spring'"."""

    subject_id: UUID
    nickname: str
    what: str


_TIMES = {
    "subject": ("birth_date", "death_date", "wean_date", "genotype_date", "reduced_date"),
    "weighing": ("date_time",),
    "water_administration": ("date_time",),
    "water_restriction": ("start_time", "end_time"),
    "surgery": ("start_time", "end_time"),
    "cull": ("date",),
}
_NUMBERS = {
    "weighing": ("weight",),
    "water_administration": ("water_administered",),
    "water_restriction": ("reference_weight",),
    "surgery": ("implant_weight",),
}


# A day that no calendar has SQLite takes for one of the next month, and the last millisecond of a day for the
# next day: it is looked at to the second.
_IS_NO_TIME = """({0} IS NOT NULL AND date({0}) IS NULL
    OR date(substr({0}, 1, 19), '+0 days') IS NOT substr({0}, 1, 10))"""


def _statement() -> Statement:
    wrong = [
        (table, column, _IS_NO_TIME.format(f"{table}.{column}"))
        for table, columns in _TIMES.items()
        for column in columns
    ]
    wrong += [
        (table, column, f"typeof({table}.{column}) NOT IN ('real', 'integer', 'null')")
        for table, columns in _NUMBERS.items()
        for column in columns
    ]
    parts = []
    for table, column, condition in wrong:
        of = "" if table == "subject" else f"{table.replace('_', ' ')}, "
        joined = "" if table == "subject" else f"JOIN {table} ON {table}.subject_id = subject.id"
        words = f"{of}{column.replace('_', ' ')}"
        parts.append(
            f"SELECT ID(subject.id), subject.nickname, '{words}', quote({table}.{column})"
            f" FROM subject {joined} WHERE {condition}"
        )
    return Statement(" UNION ALL ".join(parts) + " ORDER BY 2")


def damaged_animals(connection: Reading) -> tuple[Damaged, ...]:
    """Each of them once, by nickname. None on PostgreSQL, whose columns hold nothing else."""
    if (connection.dialect if isinstance(connection, Plain) else connection.dialect.name) != "sqlite":
        return ()
    found: dict[UUID, Damaged] = {}
    for id_, nickname, column, value in rows(connection, _statement()):
        subject_id = an_id(id_)
        found.setdefault(subject_id, Damaged(subject_id, nickname, f"{column} is {value}"))
    return tuple(found.values())


def said(damaged: Sequence[Damaged]) -> str:
    """ "The record of M1 is damaged: its birth date is 'in spring'." """
    return " ".join(f"The record of {one.nickname} is damaged: its {one.what}." for one in damaged)


@contextmanager
def damage_in_words(connection: Reading) -> Iterator[None]:
    """
    Raises:
        KnownError: something damaged was read; it names the animals.
    """
    try:
        yield
    except UNREADABLE as error:
        damaged = damaged_animals(connection)
        if not damaged:
            raise
        raise KnownError(said(damaged)) from error
