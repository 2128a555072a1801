"""Parents, litter mates and offspring, from a constant number of statements."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from colonydesk.db.engine import Database
from colonydesk.db.tables import BreedingPair, Line, Litter, Subject
from colonydesk.domain.errors import Refused
from colonydesk.queries.family import Family, Relative, family
from tests.builders import Scene, plans, scene
from tests.queries.colony import counted


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def seen(of: Scene, subject_id: UUID) -> Family:
    with of.db.read() as connection:
        return family(connection, subject_id)


def pair(of: Scene, father: UUID, *mothers: UUID) -> UUID:
    places = dict(zip(("mother1_id", "mother2_id"), mothers, strict=False))
    return of.add(BreedingPair, father_id=father, **places)


def litter(of: Scene, name: str, pair_id: UUID | None, born: date, *pups: str) -> UUID:
    made = of.add(Litter, name=name, breeding_pair_id=pair_id, birth_date=born)
    for pup in pups:
        of.subject(pup, litter_id=made, birth_date=born)
    return made


def named(of: Scene, nickname: str) -> UUID:
    with of.db.read() as connection:
        found: UUID = connection.execute(select(Subject.id).where(Subject.nickname == nickname)).scalar_one()
    return found


@pytest.fixture
def three(here: Scene) -> Scene:
    """Grandparents G1 and G2, parents F1, D1 and D2, the litter with M2, an older one; M2's own two."""
    older = litter(here, "L0", pair(here, here.subject("G1"), here.subject("G2", sex="F")), date(2025, 1, 1))
    father = here.subject("F1", litter_id=older, line_id=here.add(Line, nickname="Ai32"))
    mothers = [here.subject(name, sex="F") for name in ("D1", "D2")]
    parents = pair(here, father, *mothers)
    litter(here, "L1", parents, date(2025, 6, 1), "A1", "A2")
    litter(here, "L2", parents, date(2025, 8, 1), "M4", "M2", "M3")
    mate = here.subject("W1", sex="F")
    own = pair(here, named(here, "M2"), mate)
    litter(here, "L4", own, date(2026, 2, 1), "P3")
    litter(here, "L3", own, date(2026, 1, 1), "P2", "P1")
    litter(here, "L5", own, date(2026, 3, 1))
    return here


def test_three_generations(three: Scene) -> None:
    found = seen(three, named(three, "M2"))
    assert found.subject.nickname == "M2"
    assert found.litter == "L2"
    assert [(one.role, one.animal.nickname) for one in found.parents] == [
        ("father", "F1"),
        ("mother", "D1"),
        ("mother", "D2"),
    ]
    assert found.parents[0].animal.line == "Ai32"
    assert [one.nickname for one in found.parents[0].parents] == ["G1", "G2"]
    assert found.parents[1].parents == ()
    assert [one.nickname for one in found.siblings] == ["M3", "M4"]
    assert [(one.name, [pup.nickname for pup in one.pups]) for one in found.elder] == [("L1", ["A1", "A2"])]
    assert [(one.name, [pup.nickname for pup in one.pups]) for one in found.offspring] == [
        ("L3", ["P1", "P2"]),
        ("L4", ["P3"]),
        ("L5", []),
    ]
    assert [[mate.nickname for mate in one.mates] for one in found.offspring] == [["W1"]] * 3
    assert found.offspring[0].birth_date == date(2026, 1, 1)


def test_a_mother_sees_the_same_from_her_side(three: Scene) -> None:
    found = seen(three, named(three, "D2"))
    assert (found.parents, found.siblings, found.elder) == ((), (), ())
    assert [one.name for one in found.offspring] == ["L1", "L2"]
    assert [mate.nickname for mate in found.offspring[0].mates] == ["F1", "D1"]


def test_a_litter_without_a_date_of_birth_is_the_last(three: Scene) -> None:
    with three.db.engine.begin() as connection:
        connection.execute(update(Litter).where(Litter.name == "L3").values(birth_date=None))
    assert [one.name for one in seen(three, named(three, "M2")).offspring] == ["L4", "L5", "L3"]


def test_one_without_a_family(three: Scene) -> None:
    found = seen(three, three.mouse)
    alone = Relative(three.mouse, "M1", "M", date(2025, 11, 1), None, None)
    assert found == Family(alone, None, (), (), (), ())
    with pytest.raises(Refused):
        seen(three, uuid4())


def test_a_litter_without_a_pair_still_has_its_pups(here: Scene) -> None:
    litter(here, "L9", None, date(2025, 8, 1), "B1", "B2")
    found = seen(here, named(here, "B1"))
    assert (found.litter, found.parents) == ("L9", ())
    assert [one.nickname for one in found.siblings] == ["B2"]


def test_the_number_of_statements_is_constant(three: Scene) -> None:
    subject = named(three, "M2")
    with counted(three.db) as few:
        seen(three, three.mouse)
    for number in range(30):
        mate = three.subject(f"W{number + 10}", sex="F")
        names = [f"Q{number}_{pup}" for pup in range(7)]
        litter(three, f"LL{number}", pair(three, subject, mate), date(2026, 3, 2), *names)
    with counted(three.db) as many:
        found = seen(three, subject)
    assert sum(len(one.pups) for one in found.offspring) == 213
    assert len(few) == len(many) == 8


def test_the_indexes_are_asked(three: Scene) -> None:
    subject = named(three, "M2")
    found = plans(three.db, lambda: seen(three, subject))
    for whole in ("scan subject", "scan litter", "scan breeding_pair"):
        assert whole not in found
