"""What hangs on saving housings and stays in them: an animal is in one at a time, and its record says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from colonydesk.db.tables import Housing, HousingSubject, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Refused
from colonydesk.domain.plausibility import CLOCK_TOLERANCE
from colonydesk.services.animals import Animal
from colonydesk.services.change import Change, Rule
from colonydesk.services.housing import CONDITIONS, change_conditions, leave, mirror, refuse_past, take_in
from colonydesk.services.rules.animal_of import animal_of

# Housings


def _before_housing(unit: Unit, change: Change) -> None:
    after = change.after
    after["cage_name"] = (after.get("cage_name") or "").strip() or None
    if change.is_new and after["cage_name"] is None:
        raise Refused("Give the cage a name.", "cage_name")
    days = after.get("cage_cleaning_frequency_days")
    if change.differs("cage_cleaning_frequency_days") and days is not None and days < 1:
        raise Refused("The cage is cleaned every so many days: 1 or more.", "cage_cleaning_frequency_days")
    if change.before is None or not change.differs(*CONDITIONS):
        return
    if change_conditions(unit, change.id, after, change.successor) is not None:
        after.update(change.before)  # the new housing has what was typed; this one stays as it was


def _after_housing(unit: Unit, change: Change) -> None:
    if change.after["cage_name"] and change.differs("cage_name"):
        take_in(unit, change.id, change.after["cage_name"])


# Stays


def _before_stay(unit: Unit, change: Change) -> None:
    after = change.after
    of = animal_of(unit, after)
    if change.before is not None and change.differs("subject_id", "housing_id"):
        field = "subject_id" if change.differs("subject_id") else "housing_id"
        raise Refused(
            "A stay is one animal's in one cage.",
            field,
            "Delete this one, or move the animal to another cage.",
        )
    if after.get("housing_id") is None:
        raise Refused("Choose the cage.", "housing_id")
    if change.is_new:
        after["start_datetime"] = after.get("start_datetime") or unit.now
    if after.get("start_datetime") is None:
        raise Refused("Give the time when it moved in.", "start_datetime")
    if change.differs("start_datetime", "end_datetime"):
        _check_times(unit, of, change)
        _check_others(unit, of, change)
        if after.get("end_datetime") is None:
            refuse_past(unit, of, after["housing_id"])


def _check_times(unit: Unit, of: Animal, change: Change) -> None:
    start: datetime = change.after["start_datetime"]
    end: datetime | None = change.after.get("end_datetime")
    latest = unit.now + CLOCK_TOLERANCE
    if start > latest and change.differs("start_datetime"):
        raise Refused("The time is in the future.", "start_datetime")
    if end is not None and end > latest and change.differs("end_datetime"):
        raise Refused("The time is in the future.", "end_datetime")
    if end is not None and end < start:
        field = "end_datetime" if change.differs("end_datetime") else "start_datetime"
        raise Refused("A stay cannot end before it begins.", field)
    if not change.differs("start_datetime"):
        if end is None and of.death_date is not None:
            raise Refused(f"{of.nickname} is dead: it is in no cage.", "end_datetime")
        return
    if of.birth_date is not None and of.day(start) < of.birth_date:
        raise Refused(f"{of.nickname} was not born yet at this time.", "start_datetime")
    if of.death_date is not None and (end is None or of.day(start) > of.death_date):
        raise Refused(f"{of.nickname} is dead: it cannot be moved.", "start_datetime")


def _check_others(unit: Unit, of: Animal, change: Change) -> None:
    """Whoever moves in leaves where it was; anything else that overlaps cannot be."""
    start, end = change.after["start_datetime"], change.after.get("end_datetime")
    other = HousingSubject
    overlapping = select(other.start_datetime, other.end_datetime, Housing.cage_name, other.housing_id)
    overlapping = overlapping.join(Housing, Housing.id == other.housing_id).where(
        other.subject_id == of.id,
        other.id != change.id,
        or_(other.end_datetime.is_(None), other.end_datetime > start),
    )
    if end is not None:
        overlapping = overlapping.where(other.start_datetime < end)
    for stay in unit.connection.execute(overlapping.order_by(other.start_datetime)):
        if stay.end_datetime is None and stay.housing_id == change.after["housing_id"]:
            raise Refused(f"{of.nickname} is in this cage already.", "housing_id")
        if not (end is None and stay.end_datetime is None and stay.start_datetime <= start):
            since = show_date(of.day(stay.start_datetime), unit.now, of.zone)
            where = stay.cage_name or "another one"
            raise Refused(f"{of.nickname} was in cage {where} at this time, since {since}.", "start_datetime")


def _after_stay(unit: Unit, change: Change) -> None:
    after = change.after
    if after.get("end_datetime") is None:
        leave(unit, after["subject_id"], after["start_datetime"], but=change.id)
    _tell(unit, after)
    mirror(unit, after["subject_id"])


def _deleting_stay(unit: Unit, change: Change) -> None:
    animal_of(unit, change.after)
    _tell(unit, change.after)
    mirror(unit, change.after["subject_id"], without=change.id)


def _tell(unit: Unit, stay: Mapping[str, Any]) -> None:
    unit.touch(Subject, stay["subject_id"])
    unit.touch(Housing, stay["housing_id"])


def _before_cleaning(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new:
        after["user_id"] = after.get("user_id") or unit.user_id
        after["date_time"] = after.get("date_time") or unit.now
    at: datetime | None = after.get("date_time")
    if at is not None and change.differs("date_time") and at > unit.now + CLOCK_TOLERANCE:
        raise Refused("The time is in the future.", "date_time")


def _after_cleaning(unit: Unit, change: Change) -> None:
    unit.touch(Housing, change.after["housing_id"])


RULES = {
    "housing": Rule(before=_before_housing, after=_after_housing),
    "housing_subject": Rule(before=_before_stay, after=_after_stay, deleting=_deleting_stay),
    "cage_cleaning": Rule(before=_before_cleaning, after=_after_cleaning),
}
