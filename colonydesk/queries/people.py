"""Who may be chosen as recording, the labs and the kinds of water: the short lists of the screens."""

from typing import NamedTuple
from uuid import UUID

from colonydesk.db.plain import Reading, Statement, rows
from colonydesk.domain.errors import Refused


class Member(NamedTuple):
    id: UUID
    username: str
    full_name: str


class Choice(NamedTuple):
    """An entry of a short list: its id and the words shown for it."""

    id: UUID
    name: str


class LabChoice(NamedTuple):
    id: UUID
    name: str
    timezone: str


_MEMBERS = Statement("""
SELECT ID(id), username, first_name, last_name FROM lab_member WHERE is_active ORDER BY username
""")
_LABS = Statement("SELECT ID(id), name, timezone FROM lab ORDER BY name")
_WATER_TYPES = Statement("SELECT ID(id), name FROM water_type ORDER BY name")


def active_members(connection: Reading) -> tuple[Member, ...]:
    """The members that may record, by user name."""
    return tuple(
        Member(UUID(id_), username, " ".join(part for part in names if part))
        for id_, username, *names in rows(connection, _MEMBERS)
    )


def labs(connection: Reading) -> tuple[LabChoice, ...]:
    return tuple(LabChoice(UUID(id_), name, zone) for id_, name, zone in rows(connection, _LABS))


def water_types(connection: Reading) -> tuple[Choice, ...]:
    """The kinds of water, plain water first."""
    found = [Choice(UUID(id_), name) for id_, name in rows(connection, _WATER_TYPES)]
    return tuple(sorted(found, key=lambda choice: choice.name != "Water"))


def water_type_named(connection: Reading, name: str) -> UUID:
    """The kind of water of this name.

    Raises:
        Refused: when there is none; the sentence lists those that are.
    """
    known = water_types(connection)
    for choice in known:
        if choice.name.lower() == name.strip().lower():
            return choice.id
    listed = ", ".join(choice.name for choice in known) or "none yet"
    raise Refused(f"There is no water called {name}; there is: {listed}.", "water_type")


def recording_member(members: tuple[Member, ...], username: str | None) -> Member:
    """Who records: the named one, else the only active one.

    Raises:
        Refused: when the name is not an active member's, or there is a choice and none was named.
    """
    if username:
        for member in members:
            if member.username == username:
                return member
        raise Refused(f"{username} is not an active member.", "user")
    if len(members) == 1:
        return members[0]
    if not members:
        raise Refused("This database has no active member who could record.", "user")
    raise Refused("Say who records: --user NAME, one of the active members.", "user")
