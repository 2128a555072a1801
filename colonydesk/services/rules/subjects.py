"""What hangs on saving an animal: what it is called, what it takes over, and what follows for others."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, exists, literal, or_, select

from colonydesk.db.protocol import protocol_number
from colonydesk.db.tables import (
    BreedingPair,
    Cull,
    HousingSubject,
    Lab,
    LabMember,
    Line,
    Subject,
    SubjectRequest,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.unit import Unit
from colonydesk.domain.animal_rules import dead_marked, dead_moved, human, kept_by
from colonydesk.domain.codes import PROTOCOL_REASON, SEX
from colonydesk.domain.days import show_date, show_day
from colonydesk.domain.errors import Question, Refused
from colonydesk.domain.naming import check_nickname, wants_autoname
from colonydesk.services.animals import animal
from colonydesk.services.change import Change, Rule, refuse
from colonydesk.services.deaths import doubts_of_death, doubts_of_life, revive, set_death
from colonydesk.services.done import ask
from colonydesk.services.housing import move_to_cage
from colonydesk.services.notices.events import request_assigned, responsible_changed
from colonydesk.services.rules.breeding import PARENTS
from colonydesk.services.rules.dates import check_dates
from colonydesk.services.rules.genetics import derive_again
from colonydesk.services.rules.lines import next_name
from colonydesk.services.rules.origin import take_from_litter
from colonydesk.services.rules.requests import assign_request


def _before(unit: Unit, change: Change) -> None:
    _lab(unit, change)
    _check_human(unit, change)
    take_from_litter(unit, change)
    _take_from_line(unit, change)
    _take_from_lab(unit, change)
    _name(unit, change)
    check_dates(unit, change)
    _check_death(unit, change)
    _flags(change)
    _protocol(unit, change)
    _check_sex(unit, change)
    _check_responsible(unit, change)
    assign_request(unit, change)
    _cage(unit, change)


def _after(unit: Unit, change: Change) -> None:
    before = change.before
    if before is not None:
        if change.differs("line_id"):
            derive_again(unit, Subject.id == change.id, change.confirmed, "line_id")
        if change.differs("death_date"):
            _death(unit, change)
    if change.differs("cage") or (change.differs("lab_id") and change.after.get("cage")):
        move_to_cage(unit, change.id, change.after.get("cage"), change.after.get("lab_id"))
    if change.differs("request_id", "line_id", "responsible_user_id", "death_date"):
        for row in (before or {}, change.after):
            if row.get("request_id") is not None:
                unit.touch(SubjectRequest, row["request_id"])  # what remains of it changed
    unit.touch(Subject, change.id)
    tell(unit, change)


def tell(unit: Unit, change: Change) -> None:
    """Who is responsible now, and was; and that an animal was given to a request."""
    if change.before is not None and change.differs("responsible_user_id"):
        was, now = change.before.get("responsible_user_id"), change.after.get("responsible_user_id")
        responsible_changed(unit, change.id, was, now)
    if change.differs("request_id"):
        request_assigned(unit, change.id)


# What a new animal has without being told


def _lab(unit: Unit, change: Change) -> None:
    """The only lab."""
    if not change.is_new or change.after.get("lab_id") is not None:
        return
    labs = unit.connection.execute(select(Lab.id).limit(2)).scalars().all()
    if len(labs) == 1:
        change.after["lab_id"] = labs[0]


def _take_from_line(unit: Unit, change: Change) -> None:
    """The strain and the species of the line, where there is none yet, or the one that the line until now
    gave; what the new line says nothing of stays."""
    if not change.differs("line_id"):
        return
    old, new = (_usual_of_line(unit, row.get("line_id")) for row in (change.before or {}, change.after))
    for name, value in new.items():
        of_line = change.after.get(name) == old.get(name) and not change.differs(name)
        if change.after.get(name) is None or (of_line and value is not None):
            change.after[name] = value


def _usual_of_line(unit: Unit, line_id: UUID | None) -> Mapping[str, Any]:
    if line_id is None:
        return {}
    usual = select(Line.strain_id, Line.species_id).where(Line.id == line_id)
    found = unit.connection.execute(usual).mappings().first()
    return {} if found is None else {str(name): value for name, value in found.items()}


def _take_from_lab(unit: Unit, change: Change) -> None:
    """The usual source and species, for a new animal."""
    lab_id = change.after.get("lab_id")
    if not change.is_new or lab_id is None or change.after.get("is_human"):
        return
    usual = unit.connection.execute(
        select(Lab.usual_source_id.label("source_id"), Lab.usual_species_id.label("species_id")).where(
            Lab.id == lab_id
        )
    ).mappings()
    fill(change.after, usual.first() or {})


def fill(after: dict[str, Any], usual: Any) -> None:
    """Set what is empty in a row."""
    for name, value in usual.items():
        if after.get(name) is None:
            after[name] = value


# What it is called


def _name(unit: Unit, change: Change) -> None:
    after = change.after
    nickname = after.get("nickname") or ""
    if change.is_new or change.differs("nickname"):
        if wants_autoname(nickname) and after.get("line_id") is not None:
            after["nickname"] = next_name(unit, "subject", after["line_id"])
        else:
            after["nickname"] = check_nickname(nickname)
    if change.differs("nickname", "lab_id", "responsible_user_id"):
        _refuse_taken(unit, change)


def _refuse_taken(unit: Unit, change: Change) -> None:
    after = change.after
    # No lab is no lab in common, and nobody responsible no member: NULL is equal to nothing.
    same_lab = Subject.lab_id == literal(after.get("lab_id"), Uuid())
    same_user = Subject.responsible_user_id == literal(after.get("responsible_user_id"), Uuid())
    statement = select(same_lab.label("same_lab"), Lab.name, LabMember.username).select_from(Subject)
    found = unit.connection.execute(
        statement.outerjoin(Lab, Lab.id == Subject.lab_id)
        .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
        .where(Subject.nickname == after["nickname"], Subject.id != change.id, or_(same_lab, same_user))
        .limit(1)
    ).first()
    if found is None:
        return
    whose = f"in {found.name}" if found.same_lab else f"of {found.username}"
    moved = "lab_id" if found.same_lab else "responsible_user_id"
    field = "nickname" if change.differs("nickname") else moved
    raise Refused(f"There is an animal {after['nickname']} {whose} already.", field)


# What it can be


def _check_human(unit: Unit, change: Change) -> None:
    if not change.after.get("is_human"):
        return
    change.refuse(human)
    if change.before is None or change.before.get("is_human"):
        return
    tables = (Weighing, WaterAdministration, WaterRestriction, HousingSubject, Cull)
    recorded = or_(*(exists().where(table.__table__.c.subject_id == change.id) for table in tables))
    if unit.connection.execute(select(recorded)).scalar():
        raise Refused("Husbandry is recorded for this animal: it is no human subject.", "is_human")


def _flags(change: Change) -> None:
    """What is still to be done with it: nothing that is done, or cannot be any more."""
    after = change.after
    if change.differs("genotype_date") and after.get("genotype_date") is not None:
        after["to_be_genotyped"] = False
    if change.differs("to_be_genotyped") and after.get("to_be_genotyped") and after.get("genotype_date"):
        on = show_day(after["genotype_date"])
        text = f"{after['nickname']} was genotyped on {on}. To be genotyped again, it loses this date."
        ask((Question("again", text),), change.confirmed, "to_be_genotyped")
        after["genotype_date"] = None
    if change.differs("death_date") and after.get("death_date") is not None:
        after["to_be_culled"] = False
    change.refuse(dead_marked)


def _protocol(unit: Unit, change: Change) -> None:
    """The protocol number follows from what is done with the animal: another one is not chosen, and one that
    imported books hold goes."""
    number = unit.connection.execute(select(protocol_number(change.id))).scalar_one()
    given = change.after.get("protocol_number")
    if given not in (None, number) and change.differs("protocol_number"):
        why = PROTOCOL_REASON[number]
        raise Refused(f"The protocol number of this animal is {number}: {why}.", "protocol_number")
    change.after["protocol_number"] = number


def _check_sex(unit: Unit, change: Change) -> None:
    """A parent has the sex that its role in a pair takes."""
    sex = change.after.get("sex")
    if change.is_new or not change.differs("sex"):
        return
    own = BreedingPair.__table__.c
    pairs = select(BreedingPair).where(or_(*(own[role] == change.id for role in PARENTS)))
    for pair in unit.connection.execute(pairs.order_by(BreedingPair.name)).mappings():
        for role, fitting in PARENTS.items():
            if pair[role] == change.id and sex != fitting:
                where = f"in the breeding pair {pair['name']}" if pair["name"] else "in a breeding pair"
                what = "father" if fitting == "M" else "mother"
                raise Refused(
                    f"{change.after['nickname']} is the {what} {where}: its sex is {SEX[fitting]}.", "sex"
                )


# Who is responsible


def _check_responsible(unit: Unit, change: Change) -> None:
    if change.before is None or not change.differs("responsible_user_id"):
        return
    present = change.before.get("responsible_user_id")
    if present is None or unit.user_id in (None, present):
        return
    rights = unit.connection.execute(
        select(LabMember.is_superuser, LabMember.is_stock_manager).where(LabMember.id == unit.user_id)
    ).one()
    who = unit.connection.execute(select(LabMember.username).where(LabMember.id == present)).scalar()
    manages = rights.is_superuser or rights.is_stock_manager
    refuse(kept_by(present, unit.user_id, manages=manages, who=who))


# Where it lives, and its death


def _cage(unit: Unit, change: Change) -> None:
    after = change.after
    after["cage"] = (after.get("cage") or "").strip() or None
    change.refuse(dead_moved)


def _check_death(unit: Unit, change: Change) -> None:
    """A death or a life given back is asked about; a cull must go before its animal lives again."""
    if change.before is None or not change.differs("death_date"):
        return
    if change.before.get("is_human") or change.after.get("is_human"):
        return
    of = animal(unit.connection, change.id)
    day = change.after.get("death_date")
    if day is not None:
        ask(doubts_of_death(unit, of, day), change.confirmed, "death_date")
        return
    culled = unit.connection.execute(select(Cull.date).where(Cull.subject_id == change.id)).scalar()
    if culled is not None:
        on = show_date(culled, unit.now, of.zone)
        raise Refused(
            f"{of.nickname} was culled on {on}.", "death_date", "Delete the cull, which revives it."
        )
    if change.after.get("reduced_date") is not None:
        ask(doubts_of_life(unit, of), change.confirmed, "death_date")


def _death(unit: Unit, change: Change) -> None:
    """What hangs on a death, or on a life given back."""
    if change.after.get("is_human"):
        return
    of = animal(unit.connection, change.id)
    day = change.after.get("death_date")
    if day is None:
        revive(unit, of)
    else:
        set_death(unit, of, day)


RULES = {"subject": Rule(before=_before, after=_after)}
