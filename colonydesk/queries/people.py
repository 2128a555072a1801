"""Who may be chosen as recording, the labs and the kinds of water: the short lists of the screens."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from colonydesk.db.tables import Lab, LabMember, WaterType
from colonydesk.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    username: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a short list: its id and the words shown for it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class LabChoice:
    id: UUID
    name: str
    timezone: str


_members = (
    select(LabMember.id, LabMember.username, LabMember.first_name, LabMember.last_name)
    .where(LabMember.is_active.is_(True))
    .order_by(LabMember.username)
)
_labs = select(Lab.id, Lab.name, Lab.timezone).order_by(Lab.name)
_water_types = select(WaterType.id, WaterType.name).order_by(WaterType.name)


def active_members(connection: Connection) -> tuple[Member, ...]:
    """The members that may record, by user name."""
    return tuple(
        Member(row.id, row.username, " ".join(part for part in (row.first_name, row.last_name) if part))
        for row in connection.execute(_members)
    )


def labs(connection: Connection) -> tuple[LabChoice, ...]:
    return tuple(LabChoice(*row) for row in connection.execute(_labs))


def water_types(connection: Connection) -> tuple[Choice, ...]:
    """The kinds of water, plain water first."""
    found = [Choice(*row) for row in connection.execute(_water_types)]
    return tuple(sorted(found, key=lambda choice: choice.name != "Water"))


def water_type_named(connection: Connection, name: str) -> UUID:
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
