"""Alleles, sequences, rules, and the tests of the pups with what follows from them."""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID

from colonydesk.db.tables import (
    Allele,
    GenotypeTest,
    Line,
    Sequence,
    Zygosity,
    ZygosityRule,
    allele_sequence,
    line_allele,
)
from colonydesk.domain.genetics import ABSENT, HETEROZYGOUS, HOMOZYGOUS, PRESENT, Rule, derive_zygosity
from colonydesk.services.demonstration.animals import Animal, ColonyLine
from colonydesk.services.demonstration.calendar import Calendar
from colonydesk.services.demonstration.people import FOUNDED, Facility, LabHome
from colonydesk.services.demonstration.rows import Rows
from colonydesk.services.demonstration.vocabulary import AlleleSpec

TESTED_AGE = 25


@dataclass(frozen=True, slots=True)
class Genetics:
    """What the laboratory tests for: ids of alleles and sequences by name."""

    alleles: dict[str, UUID]
    sequences: dict[str, UUID]


def rules_of(allele: AlleleSpec) -> list[Rule]:
    """A knock-in has a test of each form of the locus; a transgene is there or it is not."""
    if allele.wildtype is None:
        return [Rule(PRESENT, allele.mutant, 1), Rule(ABSENT, allele.mutant, 0)]
    return [
        Rule(HOMOZYGOUS, allele.mutant, 1, allele.wildtype, 0),
        Rule(HETEROZYGOUS, allele.mutant, 1, allele.wildtype, 1),
        Rule(ABSENT, allele.mutant, 0),
    ]


def results(allele: AlleleSpec, copies: int) -> dict[Hashable, int]:
    """What the tests of an allele show with this many copies of it."""
    shown: dict[Hashable, int] = {allele.mutant: int(copies > 0)}
    if allele.wildtype is not None:
        shown[allele.wildtype] = int(copies < 2)
    return shown


def write_lines(
    rows: Rows,
    calendar: Calendar,
    facility: Facility,
    home: LabHome,
    lines: list[ColonyLine],
    known: Genetics,
) -> None:
    """The lines with their alleles, sequences and rules, without those ``known`` from another lab."""
    at, by = calendar.at(FOUNDED, 660), home.administrator
    for line in lines:
        spec = line.spec
        rows.add(
            Line,
            at,
            by,
            id=line.id,
            name=spec.name,
            nickname=spec.nickname,
            description=None,
            target_phenotype=spec.phenotype,
            strain_id=facility.strain,
            source_id=facility.source,
            source_identifier=spec.stock_number,
            species_id=facility.species,
            subject_autoname_index=line.named,
            breeding_pair_autoname_index=line.pairs,
            litter_autoname_index=line.litters,
            is_active=True,
            lab_id=home.id,
            wean_days=21,
        )
        position = 0
        for allele in spec.alleles:
            _write_allele(rows, calendar, home, allele, known)
            rows.link(line_allele, line.id, known.alleles[allele.nickname])
            for rule in rules_of(allele):
                _write_rule(rows, calendar, home, line, allele, rule, position, known)
                position += 1


def _write_allele(rows: Rows, calendar: Calendar, home: LabHome, allele: AlleleSpec, known: Genetics) -> None:
    if allele.nickname in known.alleles:
        return
    at, by = calendar.at(FOUNDED, 650), home.administrator
    allele_id = rows.add(Allele, at, by, name=allele.standard_name, nickname=allele.nickname)
    known.alleles[allele.nickname] = allele_id
    for sequence in filter(None, (allele.mutant, allele.wildtype)):
        if sequence not in known.sequences:
            known.sequences[sequence] = rows.add(Sequence, at, by, name=sequence)
        rows.link(allele_sequence, allele_id, known.sequences[sequence])


def _write_rule(
    rows: Rows,
    calendar: Calendar,
    home: LabHome,
    line: ColonyLine,
    allele: AlleleSpec,
    rule: Rule,
    position: int,
    known: Genetics,
) -> None:
    rows.add(
        ZygosityRule,
        calendar.at(FOUNDED, 665),
        home.administrator,
        line_id=line.id,
        allele_id=known.alleles[allele.nickname],
        position=position,
        sequence0_id=known.sequences[str(rule.sequence0)],
        sequence0_result=rule.sequence0_result,
        sequence1_id=known.sequences[str(rule.sequence1)] if rule.sequence1 is not None else None,
        sequence1_result=rule.sequence1_result,
        zygosity=rule.zygosity,
    )


def genotype(animal: Animal, rows: Rows, calendar: Calendar, home: LabHome, known: Genetics) -> int | None:
    """Test an animal that is old enough; the day of it, None where it was not tested.

    Bought animals come with the supplier's word for their genotype.
    """
    by = home.stock_manager
    if animal.litter is None:
        for allele, copies in animal.genes.items():
            found = _zygosity(allele, copies)
            values = {"zygosity": found, "origin": "hand", "subject_id": animal.id}
            at = calendar.at(animal.stays[0][0], 12 * 60)
            rows.add(Zygosity, at, by, allele_id=known.alleles[allele.nickname], **values)
        return None
    day = calendar.workday(animal.birth + TESTED_AGE + animal.litter.size % 5)
    if day >= 0 or (animal.death is not None and animal.death <= day) or animal.wean is None:
        return None
    at = calendar.at(day, 14 * 60)
    for allele, copies in animal.genes.items():
        for sequence, result in results(allele, copies).items():
            row = {
                "subject_id": animal.id,
                "sequence_id": known.sequences[str(sequence)],
                "test_result": result,
            }
            rows.add(GenotypeTest, at, by, **row)
        values = {"zygosity": _zygosity(allele, copies), "origin": "derived", "subject_id": animal.id}
        rows.add(Zygosity, at, by, allele_id=known.alleles[allele.nickname], **values)
    return day


def _zygosity(allele: AlleleSpec, copies: int) -> int:
    zygosity = derive_zygosity(rules_of(allele), results(allele, copies)).zygosity
    assert zygosity is not None
    return zygosity
