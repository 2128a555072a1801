"""An animal's parents, litter mates and offspring, as far as litters and breeding pairs tell."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import BreedingPair, Line, Litter, Subject
from colonydesk.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Relative:
    """One animal of the family; ``sex`` is its code."""

    id: UUID
    nickname: str
    sex: str
    birth_date: date | None
    death_date: date | None
    line: str | None


@dataclass(frozen=True, slots=True)
class Brood:
    """One litter: its pups by nickname, and with whom it was had (``mates``)."""

    id: UUID
    name: str
    birth_date: date | None
    mates: tuple[Relative, ...]
    pups: tuple[Relative, ...]


@dataclass(frozen=True, slots=True)
class Parent:
    """``role`` is "father" or "mother"; ``parents`` are the grandparents, father first."""

    role: str
    animal: Relative
    parents: tuple[Relative, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """``siblings`` are the litter mates; ``elder`` the parents' other litters; ``offspring`` by birth."""

    subject: Relative
    litter: str | None
    parents: tuple[Parent, ...]
    siblings: tuple[Relative, ...]
    elder: tuple[Brood, ...]
    offspring: tuple[Brood, ...]


_shown = (Subject.id, Subject.nickname, Subject.sex, Subject.birth_date, Subject.death_date, Line.nickname)
_of_ids = (
    select(*_shown, Litter.breeding_pair_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(Litter, Litter.id == Subject.litter_id)
    .where(Subject.id.in_(bindparam("ids", expanding=True)))
)
_place = (
    select(*_shown, Subject.litter_id, Litter.name, Litter.breeding_pair_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(Litter, Litter.id == Subject.litter_id)
    .where(Subject.id == bindparam("subject"))
)
_siblings = (
    select(*_shown)
    .outerjoin(Line, Line.id == Subject.line_id)
    .where(Subject.litter_id == bindparam("litter"), Subject.id != bindparam("subject"))
    .order_by(Subject.nickname, Subject.id)
)
_pairs = select(
    BreedingPair.id, BreedingPair.father_id, BreedingPair.mother1_id, BreedingPair.mother2_id
).where(BreedingPair.id.in_(bindparam("pairs", expanding=True)))
_of_parent = select(
    BreedingPair.id, BreedingPair.father_id, BreedingPair.mother1_id, BreedingPair.mother2_id
).where(
    or_(
        BreedingPair.father_id == bindparam("subject"),
        BreedingPair.mother1_id == bindparam("subject"),
        BreedingPair.mother2_id == bindparam("subject"),
    )
)
_pup = aliased(Subject)
_broods = (
    select(
        Litter.id.label("litter_id"),
        Litter.name.label("litter_name"),
        Litter.birth_date.label("born"),
        Litter.breeding_pair_id,
        _pup.id,
        _pup.nickname,
        _pup.sex,
        _pup.birth_date,
        _pup.death_date,
        Line.nickname.label("line"),
    )
    .outerjoin(_pup, _pup.litter_id == Litter.id)
    .outerjoin(Line, Line.id == _pup.line_id)
    .where(Litter.breeding_pair_id.in_(bindparam("pairs", expanding=True)))
    .order_by(Litter.birth_date.nulls_last(), Litter.name, _pup.nickname, _pup.id)
)


def family(connection: Connection, subject_id: UUID) -> Family:
    """The family of one subject: a constant eight statements, however large it is.

    Raises:
        Refused: when it is no longer there (field ``subject``).
    """
    row = connection.execute(_place, {"subject": subject_id}).first()
    if row is None:
        raise Refused("This animal is no longer in the database.", "subject")
    litter_id, litter, pair_id = row[6:]
    siblings = connection.execute(_siblings, {"litter": litter_id, "subject": subject_id}).all()
    own = connection.execute(_of_parent, {"subject": subject_id}).all()
    pairs = {one.id: one for one in own}
    of_parents = _fetch(connection, _pairs, pairs=[] if pair_id is None else [pair_id])
    pairs.update({one.id: one for one in of_parents})
    broods = _fetch(connection, _broods, pairs=list(pairs))
    near = {one for pair in pairs.values() for one in pair[1:] if one is not None}
    animals = {one.id: one for one in _fetch(connection, _of_ids, ids=list(near))}
    parent_ids = _roles(pairs[pair_id]) if pair_id in pairs else ()
    above = {animals[one].breeding_pair_id for _, one in parent_ids if one in animals} - {None}
    older = {one.id: one for one in _fetch(connection, _pairs, pairs=list(above))}
    grand_ids = {one for pair in older.values() for one in pair[1:] if one is not None}
    animals |= {one.id: one for one in _fetch(connection, _of_ids, ids=list(grand_ids))}
    relatives = {key: Relative(*one[:6]) for key, one in animals.items()}

    def parent(role: str, one: UUID) -> Parent:
        pair = older.get(animals[one].breeding_pair_id)
        grand = () if pair is None else tuple(relatives[key] for _, key in _roles(pair) if key in relatives)
        return Parent(role, relatives[one], grand)

    grouped = _grouped(broods, pairs, relatives)
    offspring = tuple(brood for key, brood in grouped if key in {one.id for one in own})
    return Family(
        subject=Relative(*row[:6]),
        litter=litter,
        parents=tuple(parent(role, one) for role, one in parent_ids if one in relatives),
        siblings=tuple(Relative(*one) for one in siblings),
        elder=tuple(brood for key, brood in grouped if key == pair_id and brood.id != litter_id),
        offspring=tuple(_without(brood, subject_id) for brood in offspring),
    )


def _fetch(connection: Connection, statement: Select[*tuple[Any, ...]], **lists: list[UUID]) -> list[Any]:
    return list(connection.execute(statement, lists))


def _roles(pair: Any) -> tuple[tuple[str, UUID], ...]:
    """The animals of a pair, the father first."""
    places = (("father", pair.father_id), ("mother", pair.mother1_id), ("mother", pair.mother2_id))
    return tuple((role, one) for role, one in places if one is not None)


def _grouped(
    rows: list[Any], pairs: dict[UUID, Any], relatives: dict[UUID, Relative]
) -> list[tuple[UUID, Brood]]:
    """The litters with their pups, each with its pair's id."""
    litters: dict[UUID, tuple[Any, list[Relative]]] = {}
    for row in rows:
        _, pups = litters.setdefault(row.litter_id, (row, []))
        if row.id is not None:
            pups.append(Relative(*row[4:10]))
    found = []
    for row, pups in litters.values():
        pair = pairs[row.breeding_pair_id]
        mates = tuple(relatives[one] for _, one in _roles(pair) if one in relatives)
        brood = Brood(row.litter_id, row.litter_name, row.born, mates, tuple(pups))
        found.append((row.breeding_pair_id, brood))
    return found


def _without(brood: Brood, subject_id: UUID) -> Brood:
    mates = tuple(mate for mate in brood.mates if mate.id != subject_id)
    return Brood(brood.id, brood.name, brood.birth_date, mates, brood.pups)
