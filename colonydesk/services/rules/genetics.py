"""What hangs on saving tests, rules and zygosities: the zygosities of the animals are derived again."""

from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select

from colonydesk.db.tables import Allele, GenotypeTest, Line, Subject, Zygosity, ZygosityRule
from colonydesk.db.unit import Unit
from colonydesk.domain.codes import ZYGOSITY_SYMBOL
from colonydesk.domain.errors import Question, Refused
from colonydesk.domain.genetics import Rule as Condition
from colonydesk.domain.genetics import derive_zygosity, settle
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import ask
from colonydesk.services.rules.animal_of import animal_of

REPLACE_BY_HAND = "by_hand"
"""The question whether what the tests give takes the place of what was entered by hand."""
KEEP_BY_HAND = "keep_by_hand"
"""The other answer to it: what was entered by hand stays, the rest is saved."""

NAMED_AT_MOST = 5
_NOTHING = UUID(int=0)


@dataclass(slots=True)
class _Known:
    """All that the derivation needs of some animals."""

    nicknames: dict[UUID, str] = field(default_factory=dict)
    lines: dict[UUID, UUID | None] = field(default_factory=dict)
    tests: dict[UUID, dict[Hashable, int]] = field(default_factory=lambda: defaultdict(dict))
    rules: dict[tuple[UUID, UUID], list[Condition]] = field(default_factory=lambda: defaultdict(list))
    stored: dict[UUID, dict[UUID, Any]] = field(default_factory=lambda: defaultdict(dict))

    def derived(self, subject_id: UUID, allele_id: UUID) -> int | None:
        line_id = self.lines[subject_id]
        rules = [] if line_id is None else self.rules.get((line_id, allele_id), [])
        return derive_zygosity(rules, self.tests.get(subject_id, {})).zygosity

    def alleles(self, subject_id: UUID) -> set[UUID]:
        line_id = self.lines[subject_id]
        return set(self.stored.get(subject_id, {})) | {
            allele for line, allele in self.rules if line == line_id
        }


def derive_again(
    unit: Unit,
    which: ColumnElement[bool],
    confirmed: frozenset[str],
    asked_at: str,
    alleles: Collection[UUID] | None = None,
    without: UUID = _NOTHING,
) -> None:
    """Derive the zygosities of the animals ``which`` from their tests by the rules of their lines.

    Of these ``alleles`` only, where given. ``without`` is a test or a rule that is about to be deleted. A
    zygosity that was entered by hand changes only where that is confirmed.

    Raises:
        Doubtful: the tests give another zygosity than was entered by hand (field ``asked_at``).
    """
    known = _known(unit, which, without)
    differing: list[tuple[UUID, UUID, int | None]] = []
    for subject_id in known.nicknames:
        wanted = known.alleles(subject_id)
        for allele_id in sorted(wanted if alleles is None else wanted & set(alleles)):
            derived = known.derived(subject_id, allele_id)
            stored = known.stored.get(subject_id, {}).get(allele_id)
            by_hand = stored is not None and stored.origin == "hand"
            act = settle(derived, stored.zygosity if stored is not None else None, by_hand)
            if act == "ask":
                differing.append((subject_id, allele_id, derived))
            elif act != "keep":
                _store(unit, subject_id, allele_id, derived, stored)
    if not differing or KEEP_BY_HAND in confirmed:
        return
    ask((_question(unit, known, differing),), confirmed, asked_at)
    for subject_id, allele_id, derived in differing:
        _store(unit, subject_id, allele_id, derived, known.stored[subject_id][allele_id])


def _store(unit: Unit, subject_id: UUID, allele_id: UUID, derived: int | None, stored: Any) -> None:
    if stored is None:
        row = {"id": uuid4(), "subject_id": subject_id, "allele_id": allele_id}
        unit.insert(Zygosity, {**row, "zygosity": derived, "origin": "derived"})
    elif derived is None:
        unit.delete(Zygosity, stored.id)
    else:
        unit.update(Zygosity, stored.id, {"zygosity": derived, "origin": "derived"})
    unit.touch(Subject, subject_id)


def _known(unit: Unit, which: ColumnElement[bool], without: UUID) -> _Known:
    """Four statements, whatever the number of animals; they are kept until the unit ends, in one order."""
    known = _Known()
    connection = unit.connection
    animals = select(Subject.id, Subject.nickname, Subject.line_id).where(which).order_by(Subject.id)
    for one in connection.execute(animals.with_for_update(key_share=True)):
        known.nicknames[one.id] = one.nickname
        known.lines[one.id] = one.line_id
    tests = (
        select(GenotypeTest.subject_id, GenotypeTest.sequence_id, GenotypeTest.test_result)
        .join(Subject, Subject.id == GenotypeTest.subject_id)
        .where(which, GenotypeTest.id != without)
        .order_by(GenotypeTest.created_at, GenotypeTest.id)  # of two tests of one sequence the last one holds
    )
    for test in connection.execute(tests):
        if test.test_result is not None:
            known.tests[test.subject_id][test.sequence_id] = test.test_result
    for rule in connection.execute(_rules_of(which, without)):
        condition: tuple[Any, ...] = rule[2:]
        known.rules[rule.line_id, rule.allele_id].append(Condition(*condition))
    stored = (
        select(Zygosity.id, Zygosity.subject_id, Zygosity.allele_id, Zygosity.zygosity, Zygosity.origin)
        .join(Subject, Subject.id == Zygosity.subject_id)
        .where(which)
    )
    for found in connection.execute(stored):
        known.stored[found.subject_id][found.allele_id] = found
    return known


def _rules_of(which: ColumnElement[bool], without: UUID) -> Any:
    return (
        select(
            ZygosityRule.line_id,
            ZygosityRule.allele_id,
            ZygosityRule.zygosity,
            ZygosityRule.sequence0_id,
            ZygosityRule.sequence0_result,
            ZygosityRule.sequence1_id,
            ZygosityRule.sequence1_result,
        )
        .where(ZygosityRule.line_id.in_(select(Subject.line_id).where(which)), ZygosityRule.id != without)
        .order_by(ZygosityRule.position, ZygosityRule.id)
    )


def _question(unit: Unit, known: _Known, differing: list[tuple[UUID, UUID, int | None]]) -> Question:
    names = select(Allele.id, Allele.nickname).where(Allele.id.in_({allele for _, allele, _ in differing}))
    called = {row.id: row.nickname for row in unit.connection.execute(names)}
    parts = []
    for subject_id, allele_id, derived in differing[:NAMED_AT_MOST]:
        by_hand = ZYGOSITY_SYMBOL[known.stored[subject_id][allele_id].zygosity]
        found = "nothing" if derived is None else ZYGOSITY_SYMBOL[derived]
        parts.append(f"{known.nicknames[subject_id]} {called[allele_id]} {by_hand}, by its tests {found}")
    more = len(differing) - len(parts)
    listed = "; ".join(parts) + (f"; and {more} more" if more else "")
    return Question(REPLACE_BY_HAND, f"Entered by hand: {listed}. The tests would take its place.")


def _alleles_asking(unit: Unit, sequences: set[UUID]) -> set[UUID]:
    """The alleles that some rule decides by one of these sequences."""
    named = or_(ZygosityRule.sequence0_id.in_(sequences), ZygosityRule.sequence1_id.in_(sequences))
    return set(unit.connection.execute(select(ZygosityRule.allele_id).where(named)).scalars())


# Tests


def _before_test(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    if not change.differs("subject_id", "sequence_id"):
        return
    same = select(GenotypeTest.id).where(
        GenotypeTest.subject_id == of.id,
        GenotypeTest.sequence_id == change.after.get("sequence_id"),
        GenotypeTest.id != change.id,
    )
    if unit.connection.execute(same).first() is not None:
        raise Refused(f"{of.nickname} has a test of this sequence already: change that one.", "sequence_id")


def _after_test(unit: Unit, change: Change) -> None:
    _derive_tested(unit, change)


def _deleting_test(unit: Unit, change: Change) -> None:
    _derive_tested(unit, change, without=change.id)


def _derive_tested(unit: Unit, change: Change, without: UUID = _NOTHING) -> None:
    both = [row for row in (change.before, change.after) if row is not None]
    animals = {row["subject_id"] for row in both}
    alleles = _alleles_asking(unit, {row["sequence_id"] for row in both})
    derive_again(unit, Subject.id.in_(animals), change.confirmed, "test_result", alleles, without)
    for subject_id in animals:
        unit.touch(Subject, subject_id)


# Rules


def _before_rule(unit: Unit, change: Change) -> None:
    after = change.after
    for name, what in (("line_id", "line"), ("allele_id", "allele"), ("zygosity", "zygosity")):
        if after.get(name) is None:
            raise Refused(f"Give the {what}.", name)
    # Two workstations that change the rules of one line do so one after the other.
    unit.connection.execute(
        select(Line.id).where(Line.id == after["line_id"]).with_for_update(key_share=True)
    )
    if change.is_new and "position" not in change.given:
        last = select(func.max(ZygosityRule.position)).where(
            ZygosityRule.line_id == after["line_id"], ZygosityRule.allele_id == after["allele_id"]
        )
        highest = unit.connection.execute(last).scalar()
        after["position"] = 0 if highest is None else highest + 1
    if change.is_new or change.differs(*_ALIKE[2:]):
        _check_conditions(after)
    if change.differs(*_ALIKE):
        same = [ZygosityRule.__table__.c[name].is_not_distinct_from(after.get(name)) for name in _ALIKE]
        found = select(ZygosityRule.id).where(*same, ZygosityRule.id != change.id)
        if unit.connection.execute(found).first() is not None:
            raise Refused("The line has a rule for these results already.", "sequence0_id")


_ALIKE = ("line_id", "allele_id", "sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result")


def _check_conditions(after: dict[str, Any]) -> None:
    if after.get("sequence0_id") is None:
        raise Refused("Choose the sequence whose test decides.", "sequence0_id")
    for number in ("0", "1"):
        sequence, result = after.get(f"sequence{number}_id"), after.get(f"sequence{number}_result")
        if sequence is not None and result is None:
            raise Refused("Say which result the test must have.", f"sequence{number}_result")
        if sequence is None and result is not None:
            raise Refused("Choose the sequence of this result.", f"sequence{number}_id")
    if after["sequence0_id"] == after.get("sequence1_id"):
        raise Refused("The two sequences of a rule are different ones.", "sequence1_id")


def _after_rule(unit: Unit, change: Change) -> None:
    _derive_ruled(unit, change)


def _deleting_rule(unit: Unit, change: Change) -> None:
    _derive_ruled(unit, change, without=change.id)


def _derive_ruled(unit: Unit, change: Change, without: UUID = _NOTHING) -> None:
    both = [row for row in (change.before, change.after) if row is not None]
    lines, alleles = ({row[name] for row in both} for name in ("line_id", "allele_id"))
    tested = select(GenotypeTest.subject_id).union(
        select(Zygosity.subject_id).where(Zygosity.origin == "derived")
    )
    which = Subject.line_id.in_(lines) & Subject.id.in_(tested)
    derive_again(unit, which, change.confirmed, "zygosity", alleles, without)
    for line_id in lines:
        unit.touch(Line, line_id)


# Zygosities


def _before_zygosity(unit: Unit, change: Change) -> None:
    """Whatever a person enters is by hand, and so keeps from being derived."""
    animal_of(unit, change.after)
    if change.differs("subject_id", "allele_id", "zygosity") and "origin" not in change.given:
        change.after["origin"] = "hand"


def _after_zygosity(unit: Unit, change: Change) -> None:
    for row in (change.before, change.after):
        if row is not None:
            unit.touch(Subject, row["subject_id"])


def _deleting_zygosity(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    derived = _known(unit, Subject.id == of.id, _NOTHING).derived(of.id, change.after["allele_id"])
    if derived is not None:
        raise Refused(
            f"The tests of {of.nickname} give {ZYGOSITY_SYMBOL[derived]}: it cannot be without a zygosity.",
            "zygosity",
            "Change the tests, or enter another zygosity by hand.",
        )
    unit.touch(Subject, of.id)


RULES = {
    "genotype_test": Rule(before=_before_test, after=_after_test, deleting=_deleting_test),
    "zygosity_rule": Rule(before=_before_rule, after=_after_rule, deleting=_deleting_rule),
    "zygosity": Rule(before=_before_zygosity, after=_after_zygosity, deleting=_deleting_zygosity),
}
