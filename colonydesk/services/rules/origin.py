"""What a pup takes over from its litter and its parents."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.tables import BreedingPair, Line, Litter, Subject
from colonydesk.db.unit import Unit
from colonydesk.services.change import Change

_OF_PARENTS = ("species_id", "strain_id", "source_id")


def take_from_litter(unit: Unit, change: Change) -> None:
    """Fill what is empty in an animal that comes into a litter: what it was told itself stays."""
    litter_id = change.after.get("litter_id")
    if litter_id is None or not change.differs("litter_id"):
        return
    for name, value in inherited(unit, litter_id).items():
        if change.after.get(name) is None:
            change.after[name] = value


def inherited(unit: Unit, litter_id: UUID) -> dict[str, Any]:
    """What the pups of a litter have of it and of their parents, as far as it is known.

    Where the parents differ (in their strains, say) the line decides, and without one the mother.
    """
    litter = unit.connection.execute(
        select(
            Litter.birth_date,
            Litter.line_id,
            BreedingPair.line_id.label("pair_line_id"),
            BreedingPair.father_id,
            BreedingPair.mother1_id,
            BreedingPair.mother2_id,
        )
        .outerjoin(BreedingPair, BreedingPair.id == Litter.breeding_pair_id)
        .where(Litter.id == litter_id)
    ).first()
    if litter is None:
        return {}
    line_id = litter.line_id or litter.pair_line_id
    parents = [litter.mother1_id, litter.mother2_id, litter.father_id]
    found = {"birth_date": litter.birth_date, "line_id": line_id}
    return found | _of_parents(unit, [one for one in parents if one is not None], line_id)


def _of_parents(unit: Unit, parents: list[UUID], line_id: UUID | None) -> dict[str, Any]:
    own, line = Subject.__table__.c, Line.__table__.c
    rows = unit.connection.execute(
        select(own.id, *(own[name] for name in _OF_PARENTS)).where(own.id.in_(parents))
    ).mappings()
    known: dict[UUID, Mapping[Any, Any]] = {row["id"]: row for row in rows}
    of_line = unit.connection.execute(
        select(line.species_id, line.strain_id).where(line.id == line_id)
    ).mappings()
    usual: Mapping[Any, Any] = of_line.first() or {}
    found: dict[str, Any] = {}
    for name in _OF_PARENTS:
        values = [known[one][name] for one in parents if one in known and known[one][name] is not None]
        differ = len(set(values)) > 1
        found[name] = (usual.get(name) if differ else None) or (values[0] if values else None)
    return found
