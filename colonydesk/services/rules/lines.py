"""What hangs on saving a line, and the names that it gives to its animals, litters and breeding pairs."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select, update

from colonydesk.db.tables import BreedingPair, Line, Litter, Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.naming import Kind, autoname
from colonydesk.services.change import Change, Rule

COUNTERS = ("subject_autoname_index", "breeding_pair_autoname_index", "litter_autoname_index")

_TAKEN = {
    "subject": select(Subject.id).limit(1),
    "litter": select(Litter.id).limit(1),
    "breeding_pair": select(BreedingPair.id).limit(1),
}
_NAMES = {"subject": Subject.nickname, "litter": Litter.name, "breeding_pair": BreedingPair.name}


def next_name(unit: Unit, kind: Kind, line_id: UUID) -> str:
    """The next free automatic name of a line; nobody else gets it, another workstation waits meanwhile.

    Raises:
        Refused: the line is gone, or its nickname cannot begin an animal's (field ``line_id``).
    """
    own = Line.__table__
    counter = own.c[f"{kind}_autoname_index"]
    line = unit.connection.execute(
        select(own.c.nickname, counter.label("last"))
        .where(own.c.id == line_id)
        .with_for_update(key_share=True)
    ).first()
    if line is None:
        raise Refused("This line is no longer in the database.", "line_id")
    try:
        name, index = autoname(kind, line.nickname, line.last, _is_taken(unit, kind))
    except Refused as refused:
        raise Refused(str(refused), "line_id", refused.hint) from refused
    # The counter only goes up, whatever becomes of the record: it is no content of the line. Audited as such
    # it would keep all records but the last from being undone, and be a conflict for who edits the line.
    unit.connection.execute(update(Line).where(Line.id == line_id).values({counter.key: index}))
    unit.touch(Line, line_id)
    return name


def _is_taken(unit: Unit, kind: Kind) -> Callable[[str], bool]:
    def is_taken(name: str) -> bool:
        return unit.connection.execute(_TAKEN[kind].where(_NAMES[kind] == name)).first() is not None

    return is_taken


def _before(_unit: Unit, change: Change) -> None:
    after = change.after
    if change.differs("nickname") and not (after.get("nickname") or "").strip():
        raise Refused("Give the line a nickname.", "nickname")
    for name in COUNTERS:
        if change.differs(name) and (after[name] is None or after[name] < 0):
            raise Refused("The last used number is 0 or more.", name)


RULES = {"line": Rule(before=_before)}
