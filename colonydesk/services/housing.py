"""Animals in cages: their stays in housings are the truth, and an animal's ``cage`` is written along."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.cages import past_since
from colonydesk.db.tables import BreedingPair, Housing, HousingSubject, Lab, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.days import show_date
from colonydesk.domain.errors import Refused
from colonydesk.services.animals import Animal, animal

CONDITIONS = (
    "cage_name",
    "cage_type_id",
    "enrichment_id",
    "food_id",
    "cage_cleaning_frequency_days",
    "light_cycle",
)
"""A stay is under one set of these: when one changes, a new housing begins."""

# Any number, the same in every program: who holds it with a cage's name may make the cage.
_CAGE_LOCK = 0x63616765


def move_parents(unit: Unit, pair: Mapping[str, Any], cage: str | None) -> None:
    """Set the cage of a pair (its row): its living parents move there together; None: to no cage.

    Raises:
        Refused: the pair has ended, or has no living parent.
    """
    parents = sorted({pair[role] for role in ("father_id", "mother1_id", "mother2_id")} - {None})
    moved = 0
    for subject_id in parents:
        of = animal(unit.connection, subject_id)
        if pair["end_date"] is not None and pair["end_date"] < of.day(unit.now):
            raise Refused("This breeding pair has ended: it is in no cage together.", "cage")
        if of.death_date is None:
            move_to_cage(unit, of.id, cage, of.lab_id)
            moved += 1
    if not moved:
        raise Refused("This breeding pair has no living parent to move.", "cage")
    unit.touch(BreedingPair, pair["id"])


def move_to_cage(unit: Unit, subject_id: UUID, cage: str | None, lab_id: UUID | None) -> None:
    """Move an animal to the housing of this cage in its lab, which is made if there is none.

    None: out of its cage into none.
    """
    name = (cage or "").strip()
    if not name:
        leave(unit, subject_id, unit.now)
        mirror(unit, subject_id)
        return
    move_into(unit, subject_id, _housing_named(unit, name, lab_id, subject_id), unit.now)


def move_into(unit: Unit, subject_id: UUID, housing_id: UUID, at: datetime) -> None:
    """Begin a stay: the animal's open one ends at the same moment. Where it is there already, it stays."""
    open_ones = unit.connection.execute(_open(HousingSubject.subject_id == subject_id)).all()
    if not any(stay.housing_id == housing_id for stay in open_ones):
        stay = {"id": uuid4(), "subject_id": subject_id, "housing_id": housing_id, "start_datetime": at}
        unit.insert(HousingSubject, stay)
    for one in open_ones:
        if one.housing_id != housing_id:
            _close(unit, one.id, one.start_datetime, at)
            unit.touch(Housing, one.housing_id)
    unit.touch(Housing, housing_id)
    mirror(unit, subject_id)


def leave(unit: Unit, subject_id: UUID, at: datetime, but: UUID | None = None) -> None:
    """End the open stays of an animal, all but the stay ``but``."""
    for stay in unit.connection.execute(_open(HousingSubject.subject_id == subject_id)).all():
        if stay.id != but:
            _close(unit, stay.id, stay.start_datetime, at)
            unit.touch(Housing, stay.housing_id)


def mirror(unit: Unit, subject_id: UUID, without: UUID | None = None) -> None:
    """Write the name of the cage that an animal is in into its record; ``without`` a stay that is to go."""
    stays = (
        select(HousingSubject.id, Housing.cage_name)
        .join(Housing, Housing.id == HousingSubject.housing_id)
        .where(HousingSubject.subject_id == subject_id, HousingSubject.end_datetime.is_(None))
        .order_by(HousingSubject.start_datetime.desc(), HousingSubject.id)
    )
    names = [row.cage_name for row in unit.connection.execute(stays) if row.id != without]
    unit.update(Subject, subject_id, {"cage": names[0] if names else None})
    unit.touch(Subject, subject_id)


def refuse_past(unit: Unit, of: Animal, housing_id: UUID) -> None:
    """An animal begins to live in this housing only if it is the one that stands for its cage now.

    Raises:
        Refused: another housing of the name has taken its place, or animals of the lab live in another one.
    """
    own, other = Housing.__table__, aliased(Housing)
    there = (
        select(HousingSubject.id)
        .join(Subject, Subject.id == HousingSubject.subject_id)
        .where(_in_lab(of.lab_id), HousingSubject.subject_id != of.id, _is_open)
    )
    in_other = exists(there.where(HousingSubject.housing_id == other.id)).correlate(other)
    elsewhere = exists().where(other.cage_name == own.c.cage_name, other.id != own.c.id, in_other)
    inside = select(HousingSubject.id).where(
        HousingSubject.housing_id == housing_id,
        HousingSubject.subject_id != of.id,
        HousingSubject.end_datetime.is_(None),
    )
    columns = own.c.cage_name, past_since(own).label("until"), elsewhere.correlate(own).label("elsewhere")
    found = unit.connection.execute(
        select(*columns).where(own.c.id == housing_id, ~exists(inside))
    ).one_or_none()
    if found is not None and found.until is not None:
        day = show_date(of.day(found.until), unit.now, of.zone)
        sentence = f"This was cage {found.cage_name} until {day}: another one has taken its place."
        raise Refused(sentence, "housing_id", f"Choose the {found.cage_name} of today.")
    if found is not None and found.elsewhere:
        cage = found.cage_name
        raise Refused(f"There are animals in another cage {cage}.", "housing_id", f"Choose that {cage}.")


def change_conditions(
    unit: Unit, housing_id: UUID, values: Mapping[str, Any], new_id: UUID | None = None
) -> UUID | None:
    """The conditions of an occupied cage change: its housing closes, and a new one opens with its animals.

    ``values`` is the whole row as it was to be. Returns the new housing's id (``new_id``, where it is given);
    None where nobody lives in it, and the housing itself is to be changed.

    Raises:
        Refused: the new name is empty, or another cage's that animals of the same lab live in.
    """
    old_name = unit.connection.execute(select(Housing.cage_name).where(Housing.id == housing_id)).scalar_one()
    occupants = select(HousingSubject.subject_id).where(
        HousingSubject.housing_id == housing_id, HousingSubject.end_datetime.is_(None)
    )
    if old_name:
        # Whoever moves in at this moment is not left behind.
        labs = select(Subject.lab_id).where(Subject.id.in_(occupants)).distinct()
        for lab_id in sorted(unit.connection.execute(labs).scalars(), key=str):
            hold_cage(unit.connection, old_name, lab_id)
    # One order for all: two workstations that move the same animals must not wait for each other.
    living = (
        select(Subject.id, Subject.lab_id)
        .where(Subject.id.in_(occupants), Subject.death_date.is_(None))
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    )
    animals = unit.connection.execute(living).all()
    if not animals:
        return None
    name = (values["cage_name"] or "").strip()
    if not name:
        raise Refused("A cage that animals live in needs a name.", "cage_name")
    if name != old_name:
        _refuse_occupied(unit, name, {one.lab_id for one in animals})
    for stay in unit.connection.execute(_open(HousingSubject.housing_id == housing_id)).all():
        _close(unit, stay.id, stay.start_datetime, unit.now)
    new = unit.insert(Housing, {**values, "id": new_id or uuid4(), "cage_name": name})
    for one in animals:
        stay_row = {"id": uuid4(), "subject_id": one.id, "housing_id": new, "start_datetime": unit.now}
        unit.insert(HousingSubject, stay_row)
        mirror(unit, one.id)
    unit.touch(Housing, housing_id)
    return new


def _open(which: ColumnElement[bool]) -> Any:
    return (
        select(HousingSubject.id, HousingSubject.housing_id, HousingSubject.start_datetime)
        .where(which, HousingSubject.end_datetime.is_(None))
        .order_by(HousingSubject.start_datetime, HousingSubject.id)
    )


def _close(unit: Unit, stay_id: UUID, start: datetime, at: datetime) -> None:
    # Imported books may hold a stay that begins later than now.
    unit.update(HousingSubject, stay_id, {"end_datetime": max(at, start)})


def _in_lab(lab_id: UUID | None) -> ColumnElement[bool]:
    return Subject.lab_id.is_(None) if lab_id is None else Subject.lab_id == lab_id


def _refuse_occupied(unit: Unit, cage: str, labs: set[UUID | None]) -> None:
    for lab_id in sorted(labs, key=str):
        hold_cage(unit.connection, cage, lab_id)
        there = _stay_there(lab_id).where(_is_open)
        housed = exists().where(Housing.cage_name == cage, exists(there))
        noted = exists().where(*_by_record(cage), _in_lab(lab_id))
        if unit.connection.execute(select(or_(housed, noted))).scalar():
            raise Refused(f"There are animals in another cage {cage}: move these there.", "cage_name")


def hold_cage(connection: Connection, cage: str, lab_id: UUID | None) -> None:
    """Nobody else makes the cage of this name until the unit ends. SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        which = func.hashtext(f"{lab_id} {cage}")
        connection.execute(select(func.pg_advisory_xact_lock(_CAGE_LOCK, which)))


def _stay_there(lab_id: UUID | None) -> Any:
    """A stay in the housing of the outer row, of an animal of the lab."""
    return (
        select(HousingSubject.id)
        .join(Subject, Subject.id == HousingSubject.subject_id)
        .where(HousingSubject.housing_id == Housing.id, _in_lab(lab_id))
    )


_is_open = and_(HousingSubject.end_datetime.is_(None), Subject.death_date.is_(None))


def _housing_named(unit: Unit, cage: str, lab_id: UUID | None, subject_id: UUID) -> UUID:
    """The housing that stands for a cage of a lab now: the occupied one, else the last that was, else new."""
    hold_cage(unit.connection, cage, lab_id)
    last = (
        select(func.max(HousingSubject.start_datetime))
        .where(HousingSubject.housing_id == Housing.id)
        .scalar_subquery()
    )
    # Where the animal itself is now says nothing of its lab, which may just have changed.
    there = _stay_there(lab_id).where(
        or_(HousingSubject.subject_id != subject_id, HousingSubject.end_datetime.is_not(None))
    )
    rows = unit.connection.execute(
        select(
            Housing.id,
            Housing.created_at,
            exists(there.where(_is_open)).label("occupied"),
            exists(there).label("ours"),
            last.label("last"),
        ).where(Housing.cage_name == cage)
    ).all()
    # A housing that nobody has lived in yet belongs to no lab.
    known = [row for row in rows if row.occupied or row.ours or row.last is None]
    if known:
        best = max(known, key=lambda row: (row.occupied, row.last or row.created_at, row.id.hex))
        housing_id: UUID = best.id
    else:
        housing_id = unit.insert(Housing, {"id": uuid4(), "cage_name": cage, **_usual(unit, lab_id)})
    _bring_along(unit, housing_id, cage, lab_id, subject_id)
    return housing_id


def _usual(unit: Unit, lab_id: UUID | None) -> dict[str, Any]:
    """The conditions that are usual in a lab."""
    names = [name for name in CONDITIONS if name != "cage_name"]
    own = Lab.__table__
    row = unit.connection.execute(select(*(own.c[name] for name in names)).where(own.c.id == lab_id)).first()
    return {} if row is None else dict(zip(names, row, strict=True))


def take_in(unit: Unit, housing_id: UUID, cage: str) -> None:
    """A housing has this name from now on: who is in the cage by its record alone is in it.

    A housing has no lab of its own: where animals of several labs are in cages of this name, theirs follow
    when one of them moves.
    """
    labs = unit.connection.execute(select(Subject.lab_id).where(*_by_record(cage)).distinct()).scalars().all()
    if len(labs) != 1:
        return
    hold_cage(unit.connection, cage, labs[0])
    there = _stay_there(labs[0]).where(_is_open)
    other = select(Housing.id).where(Housing.cage_name == cage, Housing.id != housing_id, exists(there))
    if unit.connection.execute(other.limit(1)).first() is None:
        _bring_along(unit, housing_id, cage, labs[0])


def _by_record(cage: str) -> tuple[ColumnElement[bool], ...]:
    """The living that are in a cage by their record alone: imported books have no housings."""
    stays = select(HousingSubject.id).where(
        HousingSubject.subject_id == Subject.id, HousingSubject.end_datetime.is_(None)
    )
    return (
        Subject.cage == cage,
        Subject.death_date.is_(None),
        Subject.is_human.is_(False),
        ~exists(stays),
    )


def _bring_along(
    unit: Unit, housing_id: UUID, cage: str, lab_id: UUID | None, moving: UUID | None = None
) -> None:
    """Who is in this cage of a lab by its record alone is in the housing; the one that is ``moving`` comes
    by itself."""
    others = (
        select(Subject.id)
        .where(*_by_record(cage), _in_lab(lab_id), Subject.id != moving)
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    )
    for subject_id in unit.connection.execute(others).scalars().all():
        stay = {"id": uuid4(), "subject_id": subject_id, "housing_id": housing_id}
        unit.insert(HousingSubject, {**stay, "start_datetime": unit.now})
        unit.touch(Subject, subject_id)
