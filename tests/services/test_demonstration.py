"""The demonstration colony's books: what a person who works in an animal facility would believe."""

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import Select, func, or_, select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    BreedingPair,
    ChangeLog,
    Cull,
    GenotypeTest,
    Housing,
    HousingSubject,
    Lab,
    LabMember,
    LabMembership,
    Line,
    Litter,
    Session,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
    Zygosity,
    ZygosityRule,
)
from colonydesk.db.tables.base import UtcDateTime
from colonydesk.domain.days import zone
from colonydesk.domain.errors import KnownError
from colonydesk.domain.genetics import Rule, derive_zygosity
from colonydesk.queries.history import histories
from tests.services.demo import NOW, ZONE, Colony, made, make, state_of_the_round


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def colony(request: pytest.FixtureRequest) -> Iterator[Colony]:
    """A colony on each engine; nothing here changes it."""
    with made(request, request.param) as made_colony:
        yield made_colony


@pytest.fixture
def empty(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    file = tmp_path / "empty.sqlite"
    shutil.copy(sqlite_template, file)
    db = open_database(f"sqlite:///{file}")
    yield db
    db.close()


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that name the workstation."""
    with db.read() as connection:
        return {
            table.name: sorted(
                map(tuple, connection.execute(select(table))), key=lambda row: (str(row[0]), str(row[1]))
            )
            for table in Base.metadata.sorted_tables
            if table.name != "audit_entry"
        }


def test_it_has_the_size_asked_for_in_one_entry(colony: Colony) -> None:
    alive = func.count().filter(Subject.death_date.is_(None))
    assert colony.rows(select(func.count(), alive).select_from(Subject)) == [(160, 60)]
    assert len(colony.summary.restricted_ids) == 20
    [audit] = colony.rows(select(AuditEntry.table_name, AuditEntry.action, AuditEntry.after))
    assert audit == ("lab", "demonstration", colony.summary.rows)
    [kind] = colony.rows(select(ChangeLog.kind))
    assert kind == ("demonstration.make",)
    for table in Base.metadata.sorted_tables:
        if table.name not in ("audit_entry", "change_log"):
            expected = colony.summary.rows.get(table.name, 0)
            assert colony.rows(select(func.count()).select_from(table)) == [(expected,)], table.name


def test_every_reference_leads_somewhere(colony: Colony) -> None:
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias()
            there = select(target.c.id).where(target.c.id == key.parent).exists()
            orphans = select(func.count()).select_from(table).where(key.parent.is_not(None), ~there)
            assert colony.rows(orphans) == [(0,)], key.parent


def ahead(db: Database, now: datetime) -> list[str]:
    """The columns in which something happens after this moment, or its day in the lab."""
    moments = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, UtcDateTime)
    ]
    days = (Subject.birth_date, Subject.death_date, Subject.wean_date, Litter.birth_date, Cull.date)
    limits = [(column, now) for column in moments] + [(column, zone(ZONE).day(now)) for column in days]
    with db.read() as connection:
        return [
            str(column)
            for column, limit in limits
            if connection.execute(select(func.count()).where(column > limit)).scalar_one()
        ]


def test_nothing_happened_in_the_future(colony: Colony) -> None:
    assert ahead(colony.db, NOW) == []


@pytest.mark.parametrize("seed", range(2, 16))
def test_whatever_the_day_and_hour_nothing_lies_ahead(empty: Database, seed: int) -> None:
    now = NOW + timedelta(days=seed, hours=5 * seed)
    make(empty, now, seed=seed)
    assert ahead(empty, now) == []


def test_litters_are_as_mice_have_them(colony: Colony) -> None:
    pups = colony.rows(
        select(Subject.litter_id, Subject.sex, Subject.birth_date, Subject.line_id, Subject.ear_mark).where(
            Subject.litter_id.is_not(None)
        )
    )
    litters = {row.id: row for row in colony.rows(select(Litter.__table__))}
    sizes = Counter(row.litter_id for row in pups)
    assert sizes.keys() == litters.keys()
    assert 2 <= min(sizes.values()) <= max(sizes.values()) <= 11
    assert 5 <= sum(sizes.values()) / len(sizes) <= 8
    assert 0.35 <= sum(row.sex == "M" for row in pups) / len(pups) <= 0.65
    marks = [(row.litter_id, row.ear_mark) for row in pups if row.ear_mark]
    assert len(marks) == len(set(marks))
    for row in pups:
        assert (row.birth_date, row.line_id) == (
            litters[row.litter_id].birth_date,
            litters[row.litter_id].line_id,
        )


def test_pairs_are_grown_and_have_one_litter_after_another(colony: Colony) -> None:
    animals = {row.id: row for row in colony.rows(select(Subject.__table__))}
    births: dict[UUID, list[date]] = defaultdict(list)
    for litter in colony.rows(select(Litter.breeding_pair_id, Litter.birth_date)):
        births[litter.breeding_pair_id].append(litter.birth_date)
    pairs = colony.rows(select(BreedingPair.__table__))
    assert any(pair.end_date is None for pair in pairs)
    for pair in pairs:
        assert animals[pair.father_id].sex == "M"
        for parent in filter(None, (pair.father_id, pair.mother1_id, pair.mother2_id)):
            assert (pair.start_date - animals[parent].birth_date).days >= 49
            assert animals[parent].death_date is None or animals[parent].death_date >= max(births[pair.id])
        mothers = {animals[mother].sex for mother in (pair.mother1_id, pair.mother2_id) if mother}
        assert mothers == {"F"}
        days = sorted([pair.start_date, *births[pair.id]])
        assert min((after - before).days for before, after in pairwise(days)) >= 21


def test_names_follow_the_lines(colony: Colony) -> None:
    lines = {row.id: row for row in colony.rows(select(Line.__table__))}
    named = colony.rows(
        select(Subject.nickname, Subject.line_id, Subject.lab_id).order_by(Subject.birth_date)
    )
    assert len({(row.nickname, row.lab_id) for row in named}) == len(named)
    last: dict[UUID, int] = defaultdict(int)
    for row in named:
        match = re.fullmatch(rf"{lines[row.line_id].nickname}_(\d{{4}})", row.nickname)
        assert match
        last[row.line_id] = max(last[row.line_id], int(match[1]))
    assert last == {line: row.subject_autoname_index for line, row in lines.items() if line in last}


def crowded_cages() -> Select[Any]:
    """Cages with more than five animals or with both sexes, but for those of parents and their young."""
    in_them = HousingSubject.end_datetime.is_(None)
    parent = or_(
        *(Subject.id == column for column in (BreedingPair.father_id, BreedingPair.mother1_id)),
        Subject.id == BreedingPair.mother2_id,
    )
    breeding = select(HousingSubject.housing_id).join(Subject).join(BreedingPair, parent).where(in_them)
    sexes = func.count(Subject.sex.distinct())
    return (
        select(HousingSubject.housing_id, func.count(), sexes)
        .join(Subject)
        .where(in_them, HousingSubject.housing_id.not_in(breeding))
        .group_by(HousingSubject.housing_id)
        .having(or_(func.count() > 5, sexes > 1))
    )


def test_cages_hold_up_to_five_of_one_sex(colony: Colony) -> None:
    assert colony.rows(crowded_cages()) == []
    stays = colony.rows(select(HousingSubject.__table__, Housing.cage_name).join(Housing))
    own: dict[UUID, list[Any]] = defaultdict(list)
    for stay in sorted(stays, key=lambda stay: stay.start_datetime):
        own[stay.subject_id].append(stay)
    for animal in colony.rows(select(Subject.id, Subject.cage, Subject.death_date)):
        *_, last = own[animal.id]
        assert animal.cage == (last.cage_name if animal.death_date is None else None)
        assert (last.end_datetime is None) == (animal.death_date is None)
        assert all(before.end_datetime == after.start_datetime for before, after in pairwise(own[animal.id]))
    names = {(stay.housing_id, stay.cage_name) for stay in stays if stay.end_datetime is None}
    assert len({name for _, name in names}) == len(names)


def test_zygosities_follow_from_the_tests_and_the_parents(colony: Colony) -> None:
    rules: dict[tuple[UUID, UUID], list[Rule]] = defaultdict(list)
    for row in colony.rows(select(ZygosityRule.__table__).order_by(ZygosityRule.position)):
        rules[row.line_id, row.allele_id].append(
            Rule(row.zygosity, row.sequence0_id, row.sequence0_result, row.sequence1_id, row.sequence1_result)
        )
    tests: dict[UUID, dict[Any, int]] = defaultdict(dict)
    for row in colony.rows(select(GenotypeTest.__table__)):
        tests[row.subject_id][row.sequence_id] = row.test_result
    found = colony.rows(select(Zygosity.__table__, Subject.line_id, Subject.litter_id).join(Subject))
    known = {(row.subject_id, row.allele_id): row.zygosity for row in found}
    parents = {
        row.id: (row.father_id, row.mother1_id, row.mother2_id)
        for row in colony.rows(
            select(Litter.id, BreedingPair.father_id, BreedingPair.mother1_id, BreedingPair.mother2_id).join(
                BreedingPair
            )
        )
    }
    for row in found:
        if row.litter_id is None:
            assert row.origin == "hand"
            continue
        assert (
            row.zygosity == derive_zygosity(rules[row.line_id, row.allele_id], tests[row.subject_id]).zygosity
        )
        father, *mothers = (known.get((parent, row.allele_id)) for parent in parents[row.litter_id])
        if row.zygosity:
            assert father or any(mothers)
        if row.zygosity == 2:
            assert father
            assert any(mothers)
    tested = colony.rows(
        select(Subject.id, Subject.to_be_genotyped).where(Subject.genotype_date.is_not(None))
    )
    assert {row.id for row in tested} == tests.keys()
    assert not any(row.to_be_genotyped for row in tested)


def test_death_ends_what_it_must(colony: Colony) -> None:
    zone_of_lab = zone(ZONE)
    dead = {row.id: row.death_date for row in colony.rows(select(Subject.__table__)) if row.death_date}
    culls = colony.rows(select(Cull.subject_id, Cull.date, Cull.cull_reason_id, Cull.cull_method_id))
    assert 0 < len(dead) - len(culls) < 20, "some are found dead"
    for cull in culls:
        assert cull.date == dead[cull.subject_id]
        assert cull.cull_reason_id is not None
    opened = [r.subject_id for r in colony.rows(select(WaterRestriction.__table__)) if r.end_time is None]
    assert sorted(opened) == sorted(colony.summary.restricted_ids)
    assert not dead.keys() & set(opened)
    for table, moment in (
        (Weighing, Weighing.date_time),
        (WaterAdministration, WaterAdministration.date_time),
        (Session, Session.end_time),
        (Surgery, Surgery.end_time),
        (WaterRestriction, WaterRestriction.end_time),
    ):
        last = select(table.subject_id, func.max(moment).label("last")).group_by(table.subject_id)
        for row in colony.rows(last):
            if row.subject_id in dead and row.last is not None:
                assert zone_of_lab.day(row.last) <= dead[row.subject_id]


def test_the_same_seed_makes_the_same_colony(colony: Colony, empty: Database) -> None:
    make(empty)
    assert everything(empty) == everything(colony.db)


def test_another_seed_makes_another_colony(empty: Database, tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "other.sqlite")
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    one, two = make(empty), make(other, seed=2)
    weights = [select(Weighing.weight).order_by(Weighing.date_time)]
    with empty.read() as first, other.read() as second:
        assert first.execute(weights[0]).all() != second.execute(weights[0]).all()
    other.close()
    assert one.lab_ids != two.lab_ids


def test_the_labs_share_the_animals_but_no_line(empty: Database) -> None:
    summary = make(empty, living=81, dead=120, restricted=21, labs=2)
    with empty.read() as connection:
        alive = func.count().filter(Subject.death_date.is_(None))
        sizes = connection.execute(
            select(Lab.name, func.count(), alive).join(Subject, Subject.lab_id == Lab.id).group_by(Lab.name)
        ).all()
        foreign = select(Subject.id).join(Line).where(Line.lab_id != Subject.lab_id)
        assert connection.execute(foreign).all() == []
        mates = connection.execute(
            select(LabMembership.lab_id, func.count()).group_by(LabMembership.lab_id)
        ).all()
        names = connection.execute(select(LabMember.username)).scalars().all()
        states, _ = state_of_the_round(histories(connection, list(summary.restricted_ids), NOW))
    assert sorted(map(tuple, sizes)) == [("Castell Lab", 100, 40), ("Hale Lab", 101, 41)]
    assert [count for _, count in mates] == [7, 7]
    assert len(set(names)) == 14
    assert states.keys() == {"ok", "near", "under", "critical"}


def test_a_database_that_holds_a_lab_is_left_alone(empty: Database) -> None:
    make(empty)
    before = everything(empty)
    with pytest.raises(KnownError, match="holds a colony already"):
        make(empty, seed=2)
    assert everything(empty) == before


@pytest.mark.parametrize(
    "numbers",
    [
        {"living": 10},
        {"labs": 4},
        {"labs": 0},
        {"restricted": 40},
        {"restricted": -1},
        {"days": 5},
        {"dead": 0},
    ],
)
def test_numbers_that_make_no_colony_are_refused(empty: Database, numbers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"labs|restriction"):
        make(empty, **numbers)


@pytest.mark.parametrize("seed", range(2, 6))
def test_other_seeds_and_sizes_are_believable_too(empty: Database, seed: int) -> None:
    living = 30 + 12 * seed
    make(
        empty, living=living, dead=living + 10 * seed, restricted=living // 4, days=40 + 15 * seed, seed=seed
    )
    with empty.read() as connection:
        sizes = connection.execute(
            select(func.count()).where(Subject.litter_id.is_not(None)).group_by(Subject.litter_id)
        ).scalars()
        assert set(sizes) <= set(range(2, 12))
        assert connection.execute(
            select(func.count(), func.count().filter(Subject.death_date.is_(None)))
        ).one() == (2 * living + 10 * seed, living)
        assert connection.execute(crowded_cages()).all() == []
        shares = [
            one.days.percentage_weight[one.days.is_water_restricted]
            for one in histories(connection, None, NOW)
        ]
    assert np.concatenate(shares).min() > 70
