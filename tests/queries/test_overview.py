"""What the animal's page says at a glance, from a constant number of statements."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    BreedingPair,
    Cull,
    CullReason,
    Lab,
    Line,
    Litter,
    Project,
    Session,
    Source,
    Strain,
    Subject,
    SubjectRequest,
    WaterAdministration,
    WaterRestriction,
    Weighing,
    Zygosity,
    session_project,
    subject_project,
)
from colonydesk.domain.errors import Refused
from colonydesk.domain.moment import state_at
from colonydesk.queries.daily import daily
from colonydesk.queries.overview import Carried, Named, Overview, Request, overview
from tests.builders import NOW, ZONE, Scene, plans, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def seen(of: Scene, subject_id: object = None) -> Overview:
    with of.db.read() as connection:
        return overview(connection, subject_id or of.mouse)  # type: ignore[arg-type]


def link(of: Scene, table: object, **values: object) -> None:
    with of.db.engine.begin() as connection:
        connection.execute(table.insert(), values)  # type: ignore[attr-defined]


def test_everything_that_is_known_is_said(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    strain = here.add(Strain, name="C57BL/6J")
    source = here.add(Source, name="Own breeding")
    father, mother = here.subject("F1"), here.subject("D1", sex="F")
    pair = here.add(BreedingPair, father_id=father, mother1_id=mother)
    litter = here.add(Litter, name="Ai32_L_001", breeding_pair_id=pair)
    due = date(2026, 4, 1)
    request = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=4, due_date=due)
    subject = here.subject(
        "M2",
        name="the shy one",
        sex="F",
        line_id=line,
        strain_id=strain,
        source_id=source,
        litter_id=litter,
        request_id=request,
        cage="B7",
        ear_mark="LR",
        responsible_user_id=here.bob,
        description="shy",
        adverse_effects="none",
        protocol_number="3",
        actual_severity=2,
        to_be_genotyped=True,
        wean_date=date(2025, 11, 22),
    )
    mate = here.subject("M3", cage="B7")
    here.subject("M4", cage="B7", death_date=date(2026, 1, 1))
    here.subject("M5", cage="B7", lab_id=here.add(Lab, name="other", timezone="UTC"))
    vision, motor = here.add(Project, name="Vision"), here.add(Project, name="Motor")
    link(here, subject_project, subject_id=subject, project_id=vision)
    for _ in range(2):
        session = here.add(Session, subject_id=subject, start_time=NOW)
        link(here, session_project, session_id=session, project_id=motor)
    for allele, zygosity, origin in (("Cre", 1, "derived"), ("Ai32", 0, "hand")):
        of = here.add(Allele, nickname=allele)
        here.add(Zygosity, subject_id=subject, allele_id=of, zygosity=zygosity, origin=origin)
    ended = {"start_time": NOW - 30 * DAY, "end_time": NOW - 20 * DAY, "water_type_id": here.water}
    here.add(WaterRestriction, subject_id=subject, **ended)
    held = {"start_time": NOW - 10 * DAY, "reference_weight": 25.0, "water_type_id": here.hydrogel}
    restriction = here.add(WaterRestriction, subject_id=subject, **held)
    here.add(Weighing, subject_id=subject, weight=22.0, date_time=NOW)

    found = seen(here, subject)
    facts = found.facts
    assert facts is not None
    assert state_at(facts, NOW).percentage_weight == pytest.approx(88.0)
    assert found == Overview(
        id=subject,
        nickname="M2",
        name="the shy one",
        lab="Hale lab",
        timezone=ZONE,
        sex="F",
        is_human=False,
        birth_date=date(2025, 11, 1),
        death_date=None,
        wean_date=date(2025, 11, 22),
        genotype_date=None,
        reduced_date=None,
        species=None,
        strain="C57BL/6J",
        source="Own breeding",
        line="Ai32",
        responsible_user="bob",
        cage="B7",
        ear_mark="LR",
        protocol_number="3",
        description="shy",
        adverse_effects="none",
        actual_severity=2,
        to_be_genotyped=True,
        to_be_culled=False,
        created_at=found.created_at,
        cull_id=None,
        cull_reason=None,
        restriction_id=restriction,
        water_type="Hydrogel",
        litter=Named(litter, "Ai32_L_001"),
        father=Named(father, "F1"),
        mothers=(Named(mother, "D1"),),
        request=Request(request, "bob", "Ai32", 4, due),
        cage_mates=(Named(mate, "M3"),),
        projects=("Vision",),
        session_projects=("Motor",),
        genotype=(Carried("Ai32", 0, "hand"), Carried("Cre", 1, "derived")),
        facts=facts,
    )


def test_of_several_open_restrictions_the_last_with_a_known_start_is_said(here: Scene) -> None:
    """On both engines, though they sort what is not known at different ends."""
    for minutes in (1, 3, 2):
        noted = NOW - minutes * timedelta(minutes=1)
        here.add(WaterRestriction, id=UUID(int=minutes), subject_id=here.mouse, created_at=noted)
    assert seen(here).restriction_id == UUID(int=1)
    alike = {"subject_id": here.mouse, "start_time": NOW - DAY, "created_at": NOW}
    for number in (6, 8, 7):
        here.add(WaterRestriction, id=UUID(int=number), **alike)
    assert seen(here).restriction_id == UUID(int=8)


def test_what_is_not_known_is_none(here: Scene) -> None:
    found = seen(here, here.add(Subject, nickname="X1"))
    assert (found.lab, found.timezone, found.line, found.cage) == (None, "UTC", None, None)
    assert (found.litter, found.father, found.mothers, found.request) == (None, None, (), None)
    assert (found.cage_mates, found.projects, found.genotype) == ((), (), ())


def test_a_culled_animal_says_why(here: Scene) -> None:
    reason = here.add(CullReason, name="end of the experiment")
    gone = here.subject("M2", death_date=date(2026, 3, 1))
    cull = here.add(Cull, subject_id=gone, date=date(2026, 3, 1), cull_reason_id=reason)
    found = seen(here, gone)
    assert (found.death_date, found.cull_id) == (date(2026, 3, 1), cull)
    assert found.cull_reason == "end of the experiment"


def test_a_human_subject_has_no_numbers(here: Scene) -> None:
    assert seen(here, here.subject("H1", is_human=True)).facts is None


def test_one_that_is_gone_is_refused(here: Scene) -> None:
    with pytest.raises(Refused) as error:
        seen(here, uuid4())
    assert error.value.field == "subject"


def test_the_days_come_from_the_same_records(here: Scene) -> None:
    for back in range(4):
        here.add(Weighing, subject_id=here.mouse, weight=20.0 + back, date_time=NOW - back * DAY)
    found = seen(here)
    assert found.facts is not None
    with counted(here.db) as sent, here.db.read() as connection:
        made = daily(connection, found.id, found.nickname, found.facts, NOW)
    assert made.days.weight.tolist() == [23.0, 22.0, 21.0, 20.0]
    assert made.curve.weight.tolist() == [23.0, 22.0, 21.0, 20.0]
    assert (made.curve.subject_id, made.curve.nickname) == (here.mouse, "M1")
    assert len(sent) == 1


def test_the_number_of_statements_is_constant(here: Scene) -> None:
    with counted(here.db) as few:
        seen(here)
    for number in range(12):
        here.subject(f"N{number}", cage="A1")
        of = {"subject_id": here.mouse, "date_time": NOW - number * DAY}
        here.add(Weighing, weight=20.0, **of)
        here.add(WaterAdministration, water_administered=0.8, **of)
        link(
            here,
            subject_project,
            subject_id=here.mouse,
            project_id=here.add(Project, name=f"p{number}"),
        )
        allele = here.add(Allele, nickname=f"a{number}")
        here.add(Zygosity, subject_id=here.mouse, allele_id=allele, zygosity=1)
    with counted(here.db) as many:
        found = seen(here)
    assert (len(found.cage_mates), len(found.projects), len(found.genotype)) == (12, 12, 12)
    assert len(few) == len(many) == 11


def test_the_indexes_are_asked(here: Scene) -> None:
    found = plans(here.db, lambda: seen(here))
    for whole in ("scan weighing", "scan water_administration", "scan subject", "scan session"):
        assert whole not in found
