"""What hangs on saving what is done with an animal: surgeries, injections, restrictions, other actions."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select

from colonydesk.db.tables import Cull, LabLocation, Subject, Surgery
from colonydesk.db.unit import Unit
from colonydesk.domain.codes import MILD, MODERATE
from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Question, Refused
from colonydesk.domain.plausibility import CLOCK_TOLERANCE
from colonydesk.services.animals import Animal
from colonydesk.services.change import Change, Rule
from colonydesk.services.deaths import check_reduced, doubts_of_death, doubts_of_life, revive, set_death
from colonydesk.services.done import ask
from colonydesk.services.restrictions import (
    check_period,
    derive_protocol,
    reference_weight,
    weight_before,
)
from colonydesk.services.rules.animal_of import animal_of, of_its_column, subject_of

SURGERY_ROOM = "Surgery Room"
DEADLY = ("a", "n")
"""The outcomes after which an animal is dead once the surgery has ended: acute, non-recovery."""


def complete(unit: Unit, change: Change, of: Animal) -> None:
    """Fill in what is usual: now as the start, the animal's lab, and that who records it did it."""
    after = change.after
    if change.is_new and "start_time" not in change.given:
        after["start_time"] = unit.now
    if after["lab_id"] is None and (change.is_new or change.differs("lab_id")):
        after["lab_id"] = of.lab_id
    if change.is_new and unit.user_id is not None and not change.linked("users"):
        change.links["users"] = frozenset({unit.user_id})


def check_times(unit: Unit, change: Change, of: Animal) -> None:
    """An action lies within the animal's life, and not in the future; what did not change is not looked at.

    Raises:
        Refused: at ``start_time`` or ``end_time``.
    """
    start, end = change.after["start_time"], change.after["end_time"]
    if start is not None and change.differs("start_time", "subject_id"):
        _check_moment(unit, of, start, "start_time", "start")
    if end is not None and change.differs("end_time", "subject_id"):
        _check_moment(unit, of, end, "end_time", "end")
    if start is not None and end is not None and end < start and change.differs("start_time", "end_time"):
        raise Refused("The end is before the start.", "end_time")


def touch_animals(unit: Unit, change: Change) -> None:
    """Name the animal of a record as changed, and the one that it was of before."""
    for subject_id in animals_of(change):
        unit.touch(Subject, subject_id)


def animals_of(change: Change) -> list[UUID]:
    """The animal of a record; and the one that it was of before, where that is another one."""
    ids = [change.after["subject_id"], (change.before or change.after)["subject_id"]]
    return list(dict.fromkeys(ids))


def derive_protocols(unit: Unit, change: Change) -> None:
    """The protocol number of the animal of an action, and of the one whose it was before."""
    for subject_id in animals_of(change):
        derive_protocol(unit, subject_id)


def _check_moment(unit: Unit, of: Animal, at: datetime, field: str, name: str) -> None:
    if at > unit.now + CLOCK_TOLERANCE:
        raise Refused(f"The {name} is in the future.", field)
    day = of.day(at)
    if of.birth_date is not None and day < of.birth_date:
        raise Refused(f"{of.nickname} was not born yet at this time.", field)
    if of.death_date is not None and day > of.death_date:
        died = show_date(of.death_date, unit.now, of.zone)
        raise Refused(f"{of.nickname} died on {died}, before this time.", field)


# Surgeries


def _surgery(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    after = change.after
    complete(unit, change, of)
    fate = _fate(unit, change, of)
    check_times(unit, change, replace(of, death_date=None) if fate.is_own else of)
    if change.is_new and after["location_id"] is None:
        after["location_id"] = _surgery_room(unit, after["lab_id"])
    if after["implant_weight"] is None:
        after["implant_weight"] = 0.0
    field = "outcome_type" if change.differs("outcome_type") else "end_time"
    if fate.dies is not None:
        check_reduced(unit, of, fate.dies, field)
    ask(_doubts(unit, change, of, fate), change.confirmed, field)


def _after_surgery(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    if change.differs("subject_id"):
        known = select(Subject.actual_severity).where(Subject.id == of.id)
        if unit.connection.execute(known).scalar_one() == MILD:
            unit.update(Subject, of.id, {"actual_severity": MODERATE})
    fate = _fate(unit, change, of)
    if fate.revived is not None:
        revive(unit, fate.revived)
    if fate.dies is not None:
        set_death(unit, of, fate.dies)
    derive_protocols(unit, change)


def _deleting_surgery(unit: Unit, change: Change) -> None:
    of = _ended(unit, change)
    if of is not None:
        ask(_doubts(unit, change, of, _Fate(revived=of)), change.confirmed, "")
        revive(unit, of)
    _without(unit, change)


@dataclass(frozen=True, slots=True)
class _Fate:
    """What a surgery that is saved means for lives: the day on which its animal ``dies`` by it, an animal
    that is ``revived``, and whether the animal's death until now is the surgery's own (``is_own``)."""

    dies: date | None = None
    revived: Animal | None = None
    is_own: bool = False


def _fate(unit: Unit, change: Change, of: Animal) -> _Fate:
    if not change.differs("outcome_type", "end_time", "subject_id"):
        return _Fate()
    ended = _ended(unit, change)
    is_own = ended is not None and ended.id == of.id
    end: datetime | None = change.after["end_time"]
    deadly = end is not None and change.after["outcome_type"] in DEADLY
    day = of.day(end) if end is not None and deadly else None
    return _Fate(
        dies=day if day != of.death_date else None,
        revived=ended if day is None or not is_own else None,
        is_own=is_own,
    )


def _ended(unit: Unit, change: Change) -> Animal | None:
    """The animal whose life the surgery has ended, as it stands in the books: it died on the day of its end,
    was not culled, and no other surgery ended its life."""
    row = change.before
    if row is None or row["end_time"] is None or row["outcome_type"] not in DEADLY:
        return None
    of = subject_of(unit, row)
    if of.death_date != of.day(row["end_time"]):
        return None
    begin, end = of.bounds(row["end_time"])
    other = exists().where(
        Surgery.subject_id == of.id,
        Surgery.id != change.id,
        Surgery.outcome_type.in_(DEADLY),
        Surgery.end_time >= begin,
        Surgery.end_time < end,
    )
    otherwise = or_(other, exists().where(Cull.subject_id == of.id))
    return None if unit.connection.execute(select(otherwise)).scalar() else of


def _doubts(unit: Unit, change: Change, of: Animal, fate: _Fate) -> tuple[Question, ...]:
    """What is asked before lives end or are given back."""
    questions: tuple[Question, ...] = ()
    if fate.revived is not None and fate.revived.death_date is not None:
        name = fate.revived.nickname
        died = show_date(fate.revived.death_date, unit.now, of.zone)
        text = f"{name} died of this, on {died}: it lives again. If it died otherwise, record its cull first."
        questions += (Question("alive", text),)
        questions += doubts_of_life(unit, fate.revived)
    if fate.dies is not None:
        day = show_date(fate.dies, unit.now, of.zone)
        text = f"{of.nickname} did not live on after this: {day} becomes its date of death."
        if of.death_date is not None:
            died = show_date(of.death_date, unit.now, of.zone)
            text = f"By its record {of.nickname} died on {died}; the surgery makes it {day}."
        questions += (Question("death", text), *doubts_of_death(unit, of, fate.dies, change.id))
    return questions


def _surgery_room(unit: Unit, lab_id: UUID | None) -> UUID | None:
    """The surgery room of the lab, else one that belongs to no lab."""
    statement = (
        select(LabLocation.id)
        .where(
            func.lower(LabLocation.name) == SURGERY_ROOM.lower(),
            or_(LabLocation.lab_id == lab_id, LabLocation.lab_id.is_(None)),
        )
        .order_by(case((LabLocation.lab_id.is_(None), 1), else_=0), LabLocation.id)
        .limit(1)
    )
    found: UUID | None = unit.connection.execute(statement).scalar()
    return found


# Virus injections and other actions


def _injection(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    complete(unit, change, of)
    check_times(unit, change, of)
    for name, of_what in (
        ("injection_volume", "volume must be more than 0 nL"),
        ("rate_of_injection", "rate must be more than 0 nL/min"),
    ):
        value = change.after[name]
        if value is not None and value <= 0 and change.differs(name):
            raise Refused(f"The {of_what}.", name)


def _other_action(unit: Unit, change: Change) -> None:
    of = subject_of(unit, change.after)
    complete(unit, change, of)
    check_times(unit, change, of)


# Water restrictions


def _restriction(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    after = change.after
    complete(unit, change, of)
    start, end = after["start_time"], after["end_time"]
    if start is None and (change.is_new or change.differs("start_time")):
        raise Refused("Say when the restriction started.", "start_time")
    if end is not None and change.differs("start_time", "end_time"):
        if start is not None and end < start:
            raise Refused("A restriction cannot end before it starts.", "end_time")
        if end > max(unit.now + CLOCK_TOLERANCE, start or unit.now):
            raise Refused("The end is in the future.", "end_time")
    with of_its_column():
        if start is not None and _takes_more_time(change):
            check_period(unit, of, change.id, start, end, unit.now)
    if change.is_new or change.differs("reference_weight") or _weight_was_found(unit, change):
        given = after["reference_weight"] if "reference_weight" in change.given else None
        after["reference_weight"] = reference_weight(unit, of, start or unit.now, given, change.confirmed)


def _weight_was_found(unit: Unit, change: Change) -> bool:
    """Whether the start, or the animal, changes, and the reference weight is what was found for the old one,
    not typed now: it is found again."""
    row = change.before
    if row is None or row["start_time"] is None or "reference_weight" in change.given:
        return False
    if not change.differs("start_time", "subject_id"):
        return False
    found = weight_before(unit, subject_of(unit, row), row["start_time"])
    return found is not None and bool(row["reference_weight"] == found)


def _takes_more_time(change: Change) -> bool:
    """Whether the restriction may now hold at times at which it did not: an end that comes earlier need not
    be looked at, so that one can always be ended."""
    if change.differs("subject_id", "start_time"):
        return True
    before, after = (change.before or {}).get("end_time"), change.after["end_time"]
    return before is not None and (after is None or after > before)


def _without(unit: Unit, change: Change) -> None:
    derive_protocol(unit, change.after["subject_id"], without=change.id)


# Planned water


def _plan(unit: Unit, change: Change) -> None:
    """No water is planned for a day after the death."""
    day: date | None = change.after.get("date")
    if change.after.get("subject_id") is None or not change.differs("subject_id", "date"):
        return
    of = animal_of(unit, change.after)
    if day is not None and of.death_date is not None and day > of.death_date:
        died = show_date(of.death_date, unit.now, of.zone)
        raise Refused(f"{of.nickname} died on {died}: no water is planned for later.", "date")


RULES = {
    "surgery": Rule(before=_surgery, after=_after_surgery, deleting=_deleting_surgery),
    "virus_injection": Rule(before=_injection, after=touch_animals, deleting=touch_animals),
    "other_action": Rule(before=_other_action, after=touch_animals, deleting=touch_animals),
    "water_plan": Rule(before=_plan),
    "water_restriction": Rule(before=_restriction, after=derive_protocols, deleting=_without),
}
