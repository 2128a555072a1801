"""What the checks of a new entry need to know of the animal it is for."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import Lab, Line, Species, Subject
from colonydesk.domain.days import zone
from colonydesk.domain.errors import Refused

_own, _of_line, _of_lab = aliased(Species), aliased(Species), aliased(Species)

_select_animal = (
    select(
        Subject.nickname,
        Subject.birth_date,
        Subject.death_date,
        Subject.cage,
        Subject.lab_id,
        Subject.is_human,
        Lab.timezone,
        _own.usual_weight_min,
        _own.usual_weight_max,
        _of_line.usual_weight_min.label("line_min"),
        _of_line.usual_weight_max.label("line_max"),
        _of_lab.usual_weight_min.label("lab_min"),
        _of_lab.usual_weight_max.label("lab_max"),
        Subject.species_id,
        Line.species_id.label("line_species_id"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(_own, _own.id == Subject.species_id)
    .outerjoin(_of_line, _of_line.id == Line.species_id)
    .outerjoin(_of_lab, _of_lab.id == Lab.usual_species_id)
    .where(Subject.id == bindparam("subject"))
    # What is judged by what an animal has now must not be written beside something that is judged at the same
    # time. In the weakest way that does so: records that only point to the animal do not wait.
    .with_for_update(of=Subject, key_share=True)
)


@dataclass(frozen=True, slots=True)
class Animal:
    """``usual`` is the usual weight range in g of the animal's species, its line's or its lab's usual one."""

    id: UUID
    nickname: str
    birth_date: date | None
    death_date: date | None
    cage: str | None
    lab_id: UUID | None
    zone: ZoneInfo
    usual: tuple[float, float] | None

    def day(self, moment: datetime) -> date:
        """The lab's local day of a moment."""
        return moment.astimezone(self.zone).date()

    def bounds(self, moment: datetime) -> tuple[datetime, datetime]:
        """Where the lab's local day of a moment begins, and where the next one begins."""
        return zone(self.zone.key).bounds(self.day(moment))


def animal(connection: Connection, subject_id: UUID) -> Animal:
    """The animal with this id; until the unit of work ends no other one gets it.

    Raises:
        Refused: when there is none, or it is a human subject (no husbandry).
    """
    row = connection.execute(_select_animal, {"subject": subject_id}).first()
    if row is None:
        raise Refused("This animal is no longer in the database.", "subject")
    if row.is_human:
        raise Refused(f"{row.nickname} is a human subject: nothing of husbandry is recorded.", "subject")
    if row.species_id is not None:
        low, high = row.usual_weight_min, row.usual_weight_max
    elif row.line_species_id is not None:
        low, high = row.line_min, row.line_max
    else:
        low, high = row.lab_min, row.lab_max
    usual = (low, high) if low is not None and high is not None else None
    return Animal(
        subject_id,
        row.nickname,
        row.birth_date,
        row.death_date,
        row.cage,
        row.lab_id,
        zone(row.timezone or "UTC").info,
        usual,
    )
