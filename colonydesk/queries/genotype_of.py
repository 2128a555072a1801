"""One animal's genotyping: its tests, its alleles, and which test is missing for those not determined."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from colonydesk.db.tables import Allele, GenotypeTest, Line, Sequence, Subject, Zygosity, ZygosityRule
from colonydesk.db.tables import line_allele as _line_allele
from colonydesk.domain.genetics import Rule, derive_zygosity


@dataclass(frozen=True, slots=True)
class Test:
    """``result`` is its code, None where it was not read; ``at`` when it was last written."""

    id: UUID
    sequence: str
    result: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AlleleState:
    """``id`` is the zygosity's, None where the allele is not determined; ``missing`` names untested ones."""

    id: UUID | None
    allele: str
    zygosity: int | None
    origin: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genotype:
    tests: tuple[Test, ...]
    alleles: tuple[AlleleState, ...]


_tests = (
    select(GenotypeTest.id, Sequence.name, GenotypeTest.test_result, GenotypeTest.updated_at, Sequence.id)
    .join(Sequence, Sequence.id == GenotypeTest.sequence_id)
    .where(GenotypeTest.subject_id == bindparam("subject"))
    .order_by(Sequence.name, GenotypeTest.created_at, GenotypeTest.id)
)
_zygosities = (
    select(Zygosity.id, Allele.id.label("allele_id"), Allele.nickname, Zygosity.zygosity, Zygosity.origin)
    .join(Allele, Allele.id == Zygosity.allele_id)
    .where(Zygosity.subject_id == bindparam("subject"))
    .order_by(Allele.nickname)
)
_expected = (
    select(Allele.id, Allele.nickname)
    .join(_line_allele, _line_allele.c.allele_id == Allele.id)
    .join(Line, Line.id == _line_allele.c.line_id)
    .join(Subject, Subject.line_id == Line.id)
    .where(Subject.id == bindparam("subject"))
    .order_by(Allele.nickname)
)
_rules = (
    select(
        ZygosityRule.allele_id,
        ZygosityRule.zygosity,
        ZygosityRule.sequence0_id,
        ZygosityRule.sequence0_result,
        ZygosityRule.sequence1_id,
        ZygosityRule.sequence1_result,
    )
    .join(Subject, Subject.line_id == ZygosityRule.line_id)
    .where(Subject.id == bindparam("subject"))
    .order_by(ZygosityRule.position, ZygosityRule.id)
)
_sequences = (
    select(Sequence.id, Sequence.name)
    .where(
        Sequence.id.in_(
            select(ZygosityRule.sequence0_id)
            .join(Subject, Subject.line_id == ZygosityRule.line_id)
            .where(Subject.id == bindparam("subject"))
            .union(
                select(ZygosityRule.sequence1_id)
                .join(Subject, Subject.line_id == ZygosityRule.line_id)
                .where(Subject.id == bindparam("subject"))
            )
        )
    )
    .order_by(Sequence.name)
)


def genotype_of(connection: Connection, subject_id: UUID) -> Genotype:
    """The tests by sequence, and the alleles found or expected of the line: five statements."""
    of = {"subject": subject_id}
    tests = connection.execute(_tests, of).all()
    found = connection.execute(_zygosities, of).all()
    expected = connection.execute(_expected, of).all()
    rules: dict[UUID, list[Rule]] = defaultdict(list)
    for row in connection.execute(_rules, of):
        rule: tuple[Any, ...] = row[1:]
        rules[row.allele_id].append(Rule(*rule))
    names = {row.id: row.name for row in connection.execute(_sequences, of)}
    results: dict[Hashable, int] = {row[4]: row.test_result for row in tests if row.test_result is not None}
    alleles = [AlleleState(row.id, row.nickname, row.zygosity, row.origin, ()) for row in found]
    known = {row.allele_id for row in found}
    for allele in expected:
        if allele.id not in known:
            missing = derive_zygosity(rules.get(allele.id, ()), results).missing
            untested = tuple(sorted(names[one] for one in missing if isinstance(one, UUID)))
            alleles.append(AlleleState(None, allele.nickname, None, None, untested))
    alleles.sort(key=lambda one: one.allele)
    return Genotype(tuple(Test(*row[:4]) for row in tests), tuple(alleles))
