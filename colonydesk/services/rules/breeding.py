"""What hangs on saving breeding pairs and litters."""

from datetime import date
from typing import Any

from sqlalchemy import select

from colonydesk.db.tables import BreedingPair, Lab, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.codes import SEX
from colonydesk.domain.days import local_day, show_date
from colonydesk.domain.errors import Question, Refused
from colonydesk.domain.naming import Kind, wants_autoname
from colonydesk.services.animals import Animal
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import ask
from colonydesk.services.housing import move_parents
from colonydesk.services.record_values import taken
from colonydesk.services.rules.animal_of import animal_of
from colonydesk.services.rules.lines import next_name

PARENTS = {"father_id": "M", "mother1_id": "F", "mother2_id": "F"}
"""The roles in a pair, and the sex that each takes."""


def _name(unit: Unit, change: Change, kind: Kind) -> None:
    """The line gives the name where none was typed."""
    after = change.after
    if not (change.is_new or "name" in change.given) or not wants_autoname(after.get("name") or ""):
        return
    if after.get("line_id") is None:
        raise Refused("Type a name, or choose a line that gives one.", "name")
    after["name"] = next_name(unit, kind, after["line_id"])


# Pairs


def _before_pair(unit: Unit, change: Change) -> None:
    after = change.after
    dead: list[tuple[str, str]] = []
    for role, sex in PARENTS.items():
        if after.get(role) is not None and change.differs(role):
            of = _parent(unit, after, role, sex)
            if of.death_date is not None and _breeds_after(after, of.death_date):
                died = show_date(of.death_date, unit.now, of.zone)
                dead.append((role, f"{of.nickname} died on {died}."))
    is_same = after.get("mother1_id") is not None and after.get("mother1_id") == after.get("mother2_id")
    if is_same and change.differs("mother1_id", "mother2_id"):
        raise Refused("The two mothers are different animals.", "mother2_id")
    start, end = after.get("start_date"), after.get("end_date")
    if change.differs("start_date", "end_date") and start is not None and end is not None and end < start:
        raise Refused("The pair cannot end before it starts.", "end_date")
    _name(unit, change, "breeding_pair")
    if change.differs("name"):
        same = select(BreedingPair.id).where(BreedingPair.name == after["name"], BreedingPair.id != change.id)
        if unit.connection.execute(same).first() is not None:
            raise Refused(f"There is a breeding pair {after['name']} already.", "name")
    if dead:
        question = Question("dead", " ".join(text for _, text in dead))
        ask((question,), change.confirmed, dead[0][0])


def _breeds_after(pair: dict[str, Any], death: date) -> bool:
    """Whether a pair has not ended, or began after this day: one of the past may be entered later."""
    start: date | None = pair.get("start_date")
    return pair.get("end_date") is None or (start is not None and start > death)


def _parent(unit: Unit, after: dict[str, Any], role: str, sex: str) -> Animal:
    """The parent in this role. Raises Refused (at the role): it cannot be."""
    try:
        of = animal_of(unit, {"subject_id": after[role]})
    except Refused as refused:
        raise Refused(str(refused), role) from refused
    found = unit.connection.execute(select(Subject.sex).where(Subject.id == of.id)).scalar_one()
    if found != sex:
        what = "father" if sex == "M" else "mother"
        raise Refused(f"{of.nickname} cannot be the {what}: its sex is {SEX[found]}.", role)
    return of


def _after_pair(unit: Unit, change: Change) -> None:
    for row in (change.before or {}, change.after):
        for role in PARENTS:
            if row.get(role) is not None and change.differs(*PARENTS):
                unit.touch(Subject, row[role])
    if "cage" in change.beside:
        move_parents(unit, change.after, taken("subject", change.beside)["cage"])


# Litters


def _before_litter(unit: Unit, change: Change) -> None:
    after = change.after
    if change.is_new and after.get("line_id") is None and after.get("breeding_pair_id") is not None:
        of_pair = select(BreedingPair.line_id).where(BreedingPair.id == after["breeding_pair_id"])
        after["line_id"] = unit.connection.execute(of_pair).scalar()
    birth: date | None = after.get("birth_date")
    if birth is not None and change.differs("birth_date") and birth > _latest_day(unit):
        raise Refused("The date of birth is in the future.", "birth_date")
    _name(unit, change, "litter")


def _latest_day(unit: Unit) -> date:
    """A litter has no lab of its own: today where the day began first."""
    zones = unit.connection.execute(select(Lab.timezone).distinct()).scalars().all()
    return max(local_day(unit.now, timezone) for timezone in zones or ("UTC",))


def _after_litter(unit: Unit, change: Change) -> None:
    """Pups that were as the litter was are as it is now."""
    if change.before is None or not change.differs("birth_date", "line_id"):
        return
    from colonydesk.services.records import change_of, save  # the rules are among what it is made of

    pups = (
        select(Subject.id, Subject.nickname, Subject.birth_date, Subject.line_id)
        .where(Subject.litter_id == change.id)
        .order_by(Subject.id)
        .with_for_update(key_share=True)
    )
    for pup in unit.connection.execute(pups).mappings().all():
        values = {
            name: change.after.get(name)
            for name in ("birth_date", "line_id")
            if change.differs(name) and pup[name] in (None, change.before.get(name))
        }
        if not values:
            continue
        try:
            save(unit, change_of(unit, "subject", pup["id"], values, confirmed=change.confirmed))
        except Refused as refused:
            field = refused.field if refused.field in values else ""
            raise Refused(f"Its pup {pup['nickname']}: {refused}", field, refused.hint) from refused


RULES = {
    # The cage of a pair is its parents': setting it moves them.
    "breeding_pair": Rule(before=_before_pair, after=_after_pair, beside=frozenset({"cage"})),
    "litter": Rule(before=_before_litter, after=_after_litter),
}
