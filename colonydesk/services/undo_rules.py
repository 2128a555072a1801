"""Rows that an undo took back: judged by the rules of their tables, and what hangs on them derived again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from colonydesk.db.catalogue import table_of
from colonydesk.db.catalogue.fields import BOOKKEEPING
from colonydesk.db.tables import Base, HousingSubject, Subject, WaterRestriction
from colonydesk.db.unit import Unit
from colonydesk.domain.days import show_date, zone
from colonydesk.domain.errors import Refused
from colonydesk.services.animals import animal
from colonydesk.services.change import Act, Change
from colonydesk.services.deaths import RECORDED
from colonydesk.services.housing import CONDITIONS, mirror
from colonydesk.services.restrictions import derive_protocol
from colonydesk.services.rules import RULES
from colonydesk.services.rules.about import check_about
from colonydesk.services.rules.actions import animals_of, derive_protocols
from colonydesk.services.rules.animal_of import subject_of
from colonydesk.services.rules.genetics import REPLACE_BY_HAND, derive_again
from colonydesk.services.rules.subjects import tell
from colonydesk.services.waters import check_given
from colonydesk.services.weights import check_weighing

Place = tuple[str, UUID]
"""The name of a table, and the id of one of its rows."""
Rows = Mapping[Place, Mapping[str, Any]]
_AT_ONCE = 500


class _Answered(frozenset[str]):
    """Every question was answered when the record was saved. Not whether somebody's later word is to go: that
    the animal lives after all, what was recorded of it since, when it was reduced, which zygosity it has."""

    def __contains__(self, code: object) -> bool:
        return code not in ("death", "later", "reduced", REPLACE_BY_HAND)


def rows_of(unit: Unit, places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
    """The rows that are there, whole but for their bookkeeping; some hundreds of a table at a time."""
    ids: dict[str, list[UUID]] = {}
    for name, row_id in places:
        ids.setdefault(name, []).append(row_id)
    found = {}
    for name, wanted in ids.items():
        own = table_of(name).c
        columns = [column for column in own if column.key == "id" or column.key not in BOOKKEEPING]
        for first in range(0, len(wanted), _AT_ONCE):
            part = select(*columns).where(own.id.in_(wanted[first : first + _AT_ONCE]))
            for row in unit.connection.execute(part).mappings():
                found[name, row["id"]] = dict(row)
    return found


def settle(unit: Unit, places: Sequence[Place], before: Rows) -> None:
    """Judge the rows at these places, which were as in ``before`` and are taken back, by the rules of their
    tables; then derive again what hangs on them.

    Raises:
        Refused, Doubtful: by a rule that would be broken.
    """
    now = rows_of(unit, places)
    there = [
        _change(place, before.get(place), now[place])
        for place in places
        if place in now and now[place] != before.get(place)
    ]
    gone = [
        _change(place, before[place], before[place])
        for place in places
        if place in before and place not in now
    ]
    for acts, changes in ((_JUDGED, there), (_DERIVED, there), (_DERIVED_WITHOUT, gone)):
        for change in changes:
            if act := acts.get(change.table):
                act(unit, replace(change, after=dict(change.after)))  # a rule may complete it


def tell_again(unit: Unit, places: Iterable[Place], before: Rows) -> None:
    """Tell of the animals among these rows, which were as in ``before``, what a change of them is told."""
    animals = [place for place in places if place[0] == Subject.__tablename__ and place in before]
    for place, now in rows_of(unit, animals).items():
        tell(unit, _change(place, before[place], now))


def _change(place: Place, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Change:
    table, row_id = place
    return Change(table, row_id, before, {**after}, frozenset(after), confirmed=_Answered())


def _as_it_is(change: Change, *names: str) -> Change:
    """The change without these fields, as if they had been so before."""
    if change.before is None:
        return change
    return replace(change, before={**change.before, **{name: change.after[name] for name in names}})


# What is judged


def _subject(unit: Unit, change: Change) -> None:
    """By its rules; but who takes a thing back needs no right to it, and the protocol number is derived."""
    _refuse_before_birth(unit, change)
    act = RULES["subject"].before
    if act:
        act(unit, _as_it_is(change, "protocol_number", "responsible_user_id"))


_IN_A_LIFE: tuple[tuple[str, type[Base], str], ...] = (
    *RECORDED,
    ("a water restriction", WaterRestriction, "start_time"),
)


def _refuse_before_birth(unit: Unit, change: Change) -> None:
    """What lies within the life by the date of birth that goes does not come to lie before the birth."""
    born: date | None = change.after["birth_date"]
    if born is None or not change.differs("birth_date"):
        return
    of = subject_of(unit, {"subject_id": change.id})
    begin = zone(of.zone.key).bounds
    was: date | None = (change.before or {}).get("birth_date")
    for words, table, column in _IN_A_LIFE:
        own = table.__table__.c
        moment = own[column]
        early = select(moment).where(own.subject_id == of.id, moment < begin(born)[0]).order_by(moment)
        if was is not None:
            early = early.where(moment >= begin(was)[0])
        if "voided_at" in own:
            early = early.where(own.voided_at.is_(None))
        first: datetime | None = unit.connection.execute(early.limit(1)).scalar()
        if first is not None:
            day, birth = (show_date(one, unit.now, of.zone) for one in (of.day(first), born))
            raise Refused(f"{of.nickname} has {words} on {day}, before its birth on {birth}.", "birth_date")


def _housing(unit: Unit, change: Change) -> None:
    """The conditions of a cage do not change under its animals: for these another housing begins."""
    if change.before is None or not change.differs(*CONDITIONS):
        return
    living = select(HousingSubject.id).join(Subject, Subject.id == HousingSubject.subject_id)
    inside = HousingSubject.housing_id == change.id, HousingSubject.end_datetime.is_(None)
    if unit.connection.execute(living.where(*inside, Subject.death_date.is_(None)).limit(1)).first():
        cage = change.before["cage_name"]
        raise Refused(f"There are animals in cage {cage} by now.", "", "Change the cage instead.")


def _note(unit: Unit, change: Change) -> None:
    """What it says was judged when it was written; what it is about may be gone."""
    if change.differs("content_type", "object_id"):
        check_about(unit, change.after)


def _weighing(unit: Unit, change: Change) -> None:
    row = change.after
    if _counts_again(change):
        check_weighing(
            unit,
            row["subject_id"],
            row["weight"],
            row["date_time"],
            unit.now,
            change.confirmed,
            replaced=change.id,
        )


def _water(unit: Unit, change: Change) -> None:
    if _counts_again(change):
        of = animal(unit.connection, change.after["subject_id"])
        check_given(unit, of, change.after, unit.now, change.confirmed, replaced=change.after)


def _counts_again(change: Change) -> bool:
    return change.after["voided_at"] is None and change.differs("voided_at")


_JUDGED: dict[str, Act | None] = {
    **{table: rule.before for table, rule in RULES.items()},
    "housing": _housing,
    "note": _note,
    "subject": _subject,
    "water_administration": _water,
    "weighing": _weighing,
}


# What is derived


def _zygosity(unit: Unit, change: Change) -> None:
    alleles = {change.after["allele_id"]}
    for subject_id in animals_of(change):
        derive_again(unit, Subject.id == subject_id, change.confirmed, "zygosity", alleles)


def _life(unit: Unit, change: Change) -> None:
    """What hangs on its line and its death. Where it lives is in its stays; who was told was told."""
    if change.differs("protocol_number"):
        derive_protocol(unit, change.id)
    act = RULES["subject"].after
    if act and change.before is not None:
        act(unit, _as_it_is(change, "cage", "lab_id", "request_id", "responsible_user_id"))


def _left(unit: Unit, change: Change) -> None:
    """Without any stay its record alone knows the cage: imported books."""
    subject_id = change.after["subject_id"]
    if unit.connection.execute(select(exists().where(HousingSubject.subject_id == subject_id))).scalar():
        mirror(unit, subject_id)


_DERIVED: dict[str, Act | None] = {
    **{
        table: RULES[table].after
        for table in ("cull", "genotype_test", "housing_subject", "litter", "zygosity_rule")
    },
    "subject": _life,
    "surgery": derive_protocols,
    "zygosity": _zygosity,
}
_DERIVED_WITHOUT: dict[str, Act | None] = {
    **{table: RULES[table].deleting for table in ("genotype_test", "lab_member", "zygosity_rule")},
    "housing_subject": _left,
    "surgery": derive_protocols,
    "zygosity": _zygosity,
}
