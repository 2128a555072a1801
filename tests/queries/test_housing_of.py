"""Where an animal has lived, and with whom."""

from datetime import date, timedelta

from colonydesk.db.engine import Database
from colonydesk.db.tables import BreedingPair, CageType, Housing, HousingSubject
from colonydesk.queries.housing_of import Stay, cage_of_pair, housing_of
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)


def seen(of: Scene) -> tuple[Stay, ...]:
    with of.db.read() as connection:
        return housing_of(connection, of.mouse)


def stay(of: Scene, subject: object, housing: object, first: int, last: int | None) -> object:
    until = None if last is None else NOW - last * DAY
    times = {"start_datetime": NOW - first * DAY, "end_datetime": until}
    return of.add(HousingSubject, subject_id=subject, housing_id=housing, **times)


def test_stays_the_last_first_with_who_was_there_then(db: Database) -> None:
    here = scene(db)
    kind = here.add(CageType, name="IVC")
    old = here.add(Housing, cage_name="A1", light_cycle=1)
    new = here.add(Housing, cage_name="B2", cage_type_id=kind, cage_cleaning_frequency_days=14)
    gone, early, mate = (here.subject(name) for name in ("M2", "M3", "M4"))
    first, last = stay(here, here.mouse, old, 60, 20), stay(here, here.mouse, new, 20, None)
    stay(here, gone, old, 90, 60)  # left as the other came
    stay(here, early, old, 30, 10)
    stay(here, mate, new, 5, None)
    with counted(db) as sent:
        found = seen(here)
    assert [(one.id, one.cage) for one in found] == [(last, "B2"), (first, "A1")]
    assert (found[0].since, found[0].until) == (NOW - 20 * DAY, None)
    assert (found[0].cage_type, found[0].cleaning_days, found[1].light_cycle) == ("IVC", 14, 1)
    assert [[one.nickname for one in stay.mates] for stay in found] == [["M4"], ["M3"]]
    assert (found[0].mates[0].since, found[0].mates[0].until) == (NOW - 5 * DAY, None)
    assert len(sent) == 2
    for number in range(12):
        stay(here, here.subject(f"N{number}"), new, 3, None)
    with counted(db) as many:
        assert len(seen(here)[0].mates) == 13
    assert len(many) == 2


def test_the_cage_of_a_pair_is_the_one_that_its_living_parents_share(db: Database) -> None:
    here = scene(db)
    mother = here.subject("F1", sex="F", cage="A1")
    dead = here.subject("F2", sex="F", cage="Z9", death_date=date(2026, 3, 1))
    pair = here.add(BreedingPair, name="BP", father_id=here.mouse, mother1_id=mother, mother2_id=dead)
    apart = here.add(BreedingPair, name="BP2", father_id=here.mouse, mother1_id=here.subject("F3", sex="F"))
    with here.db.read() as connection:
        found = [cage_of_pair(connection, one) for one in (pair, apart, here.add(BreedingPair, name="BP3"))]
    assert found == ["A1", None, None]
