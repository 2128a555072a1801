"""What changing several animals at once meets in other tables: names that are taken, zygosities by hand."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from colonydesk.db.tables import Allele, GenotypeTest, Subject, Zygosity, ZygosityRule
from colonydesk.domain.animal_rules import Row
from colonydesk.domain.codes import ZYGOSITY_SYMBOL
from colonydesk.domain.genetics import Rule, derive_zygosity, settle

NAMED_AT_MOST = 5


def names_taken(
    connection: Connection, animals: Sequence[Row], member_id: UUID
) -> tuple[list[str], list[str]]:
    """The nicknames of these that a member's animals have already, and those that several of these have: no
    two animals of one member are called the same. One statement."""
    moved = [one for one in animals if one["responsible_user_id"] != member_id]
    other = aliased(Subject)
    same = (
        select(Subject.nickname)
        .join(other, other.nickname == Subject.nickname)
        .where(Subject.id.in_([one["id"] for one in moved]), other.responsible_user_id == member_id)
        .order_by(Subject.nickname)
    )
    taken = list(dict.fromkeys(connection.execute(same).scalars()))
    twice = [name for name, count in Counter(one["nickname"] for one in moved).items() if count > 1]
    return taken, sorted(twice)


def by_hand(connection: Connection, animals: Sequence[Row], line_id: UUID) -> Iterable[str]:
    """What was entered by hand, where the tests give another zygosity by the rules of the new line: at most
    three statements."""
    moved = {one["id"]: one["nickname"] for one in animals if one["line_id"] != line_id}
    entered = (
        select(Zygosity.subject_id, Zygosity.allele_id, Zygosity.zygosity, Allele.nickname)
        .join(Allele, Allele.id == Zygosity.allele_id)
        .where(Zygosity.subject_id.in_(moved), Zygosity.origin == "hand")
        .order_by(Zygosity.subject_id, Zygosity.allele_id)
    )
    stored = connection.execute(entered).all()
    if not stored:
        return
    rules = _rules(connection, line_id)
    tests = _tests(connection, {one.subject_id for one in stored})
    found = []
    for one in stored:
        derived = derive_zygosity(rules[one.allele_id], tests[one.subject_id]).zygosity
        if derived is not None and settle(derived, one.zygosity, by_hand=True) == "ask":
            was, tested = ZYGOSITY_SYMBOL[one.zygosity], ZYGOSITY_SYMBOL[derived]
            found.append(f"{moved[one.subject_id]} {one.nickname} {was}, by its tests {tested}")
    if found:
        more = len(found) - NAMED_AT_MOST
        listed = "; ".join(found[:NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
        yield f"Entered by hand: {listed}. It will be asked which is to hold."


def _rules(connection: Connection, line_id: UUID) -> dict[UUID, list[Rule]]:
    """Of each allele, in their order."""
    own = ZygosityRule
    asked = (
        select(
            own.allele_id,
            own.zygosity,
            own.sequence0_id,
            own.sequence0_result,
            own.sequence1_id,
            own.sequence1_result,
        )
        .where(own.line_id == line_id)
        .order_by(own.position, own.id)
    )
    found: dict[UUID, list[Rule]] = defaultdict(list)
    for rule in connection.execute(asked):
        condition: tuple[Any, ...] = rule[1:]
        found[rule.allele_id].append(Rule(*condition))
    return found


def _tests(connection: Connection, ids: set[UUID]) -> dict[UUID, dict[Hashable, int]]:
    """The result of each tested sequence; of two tests of one sequence the last one holds."""
    own = GenotypeTest
    asked = (
        select(own.subject_id, own.sequence_id, own.test_result)
        .where(own.subject_id.in_(ids), own.test_result.is_not(None))
        .order_by(own.created_at, own.id)
    )
    found: dict[UUID, dict[Hashable, int]] = defaultdict(dict)
    for test in connection.execute(asked):
        found[test.subject_id][test.sequence_id] = test.test_result
    return found
