"""The first records of a new, empty database: a lab, its first member, and what a mouse lab needs at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, LabMember, LabMembership, WaterType
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError, Refused
from colonydesk.services.done import Done, done
from colonydesk.services.setup import ensure_mouse_curve
from colonydesk.services.vocabulary import ensure_vocabulary

WATER_TYPES = ("Water", "Water 10% Sucrose", "Citric Acid Water 2%", "Hydrogel")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLab:
    """``timezone`` is an IANA name; ``curve_text`` the shipped growth table (csv), ``vocabularies`` the usual
    words that are shipped, by table (csv).
    """

    command_id: UUID
    lab: str
    timezone: str
    username: str
    curve_text: str
    vocabularies: Mapping[str, str] = field(default_factory=dict)


def found_lab(db: Database, command: FoundLab, now: datetime) -> Done:
    """Make a lab and its first member (an administrator) in a database that has none.

    Raises:
        Refused: a name is empty, the time zone is not one, or the database has labs already.
    """
    if not command.lab.strip():
        raise Refused("Give the lab a name.", "lab")
    if len(command.username.split()) != 1:
        raise Refused("Give a user name without blanks, such as j.hale.", "username")
    try:
        zone(command.timezone)
    except KnownError as error:
        raise Refused(f"{command.timezone} is not a time zone, such as Europe/London.", "timezone") from error
    with db.unit(command.command_id, "lab.found", None, now) as unit:
        if unit.repeated:
            return done(unit)
        unit.alone()  # two people may found the first lab of a server's database at one time
        if unit.connection.execute(select(func.count()).select_from(Lab)).scalar_one():
            raise Refused("This database has a lab already.", "lab")
        member, lab = uuid4(), uuid4()
        unit.insert(
            LabMember,
            {
                "id": member,
                "username": command.username.strip(),
                "is_staff": True,
                "is_superuser": True,
                "is_stock_manager": True,
                "date_joined": now,
            },
        )
        unit.insert(
            Lab,
            {
                "id": lab,
                "name": command.lab.strip(),
                "timezone": command.timezone,
                # The usual rule of a new lab: 85 % of the weight before the restriction.
                "reference_weight_pct": 0.85,
            },
        )
        membership = {"id": uuid4(), "user_id": member, "lab_id": lab, "role": "administrator"}
        unit.insert(LabMembership, membership)
        for name in WATER_TYPES:
            unit.insert(WaterType, {"id": uuid4(), "name": name})
        ensure_mouse_curve(unit, command.curve_text)
        ensure_vocabulary(unit, command.vocabularies)
    return done(unit)
