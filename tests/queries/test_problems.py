"""What is wrong with imported records, in words; and that nothing is said of records that are right."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    BreedingPair,
    Cull,
    Housing,
    HousingSubject,
    Lab,
    Litter,
    OtherAction,
    Session,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.queries.problems import Problem, problems
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted

DAY = timedelta(days=1)
BIRTH = date(2025, 11, 1)
DEATH = date(2026, 2, 10)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def found(of: Scene) -> list[Problem]:
    with of.db.read() as connection:
        return list(problems(connection, NOW))


def told(of: Scene) -> list[tuple[str, str, UUID, str]]:
    return [(one.code, one.table, one.id, one.text) for one in found(of)]


def culled(of: Scene, nickname: str, day: date = DEATH, **subject: Any) -> tuple[UUID, UUID]:
    usual = {"death_date": day, "actual_severity": 2}
    animal = of.subject(nickname, **{**usual, **subject})
    return animal, of.add(Cull, subject_id=animal, date=day)


def restricted(
    of: Scene, subject: UUID, start: int | None, end: int | None, weight: float | None = 24.0
) -> UUID:
    """Days before NOW."""
    begin, until = (None if day is None else NOW - day * DAY for day in (start, end))
    return of.add(
        WaterRestriction, subject_id=subject, start_time=begin, end_time=until, reference_weight=weight
    )


def test_books_in_order_have_no_problems(here: Scene) -> None:
    animal, _ = culled(here, "A", cage="B7", wean_date=date(2025, 11, 22), reduced_date=DEATH)
    start = NOW - 60 * DAY
    restricted(here, animal, 60, 59)
    restricted(here, animal, 59, 58)
    here.add(Weighing, subject_id=animal, date_time=start, weight=24.0)
    here.add(WaterAdministration, subject_id=animal, date_time=start, water_administered=1.0)
    whole = here.add(Session, subject_id=animal, start_time=start, end_time=start)
    here.add(Session, subject_id=animal, start_time=start, parent_session_id=whole)
    here.add(Surgery, subject_id=animal)
    mother = here.subject("F", sex="F", birth_date=date(2025, 6, 1))
    father = here.subject("U", sex="U", birth_date=date(2025, 6, 1))
    pair = here.add(BreedingPair, name="BP", father_id=father, mother1_id=mother, start_date=date(2025, 9, 1))
    litter = here.add(Litter, name="L", breeding_pair_id=pair, birth_date=BIRTH)
    here.subject("L1", litter_id=litter, birth_date=BIRTH)
    cage = here.add(Housing, cage_name="A1")
    here.add(HousingSubject, subject_id=here.mouse, housing_id=cage, start_datetime=start)
    assert told(here) == []


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        (
            {"death_date": date(2025, 10, 1)},
            "died_before_birth",
            "A died on 1 Oct 2025, before the birth on 1 Nov",
        ),
        ({"wean_date": date(2025, 10, 31)}, "weaned_before_birth", "A was weaned on 31 Oct 2025, before"),
        (
            {"genotype_date": date(2025, 10, 31)},
            "genotyped_before_birth",
            "A was genotyped on 31 Oct 2025, before",
        ),
        (
            {"reduced_date": date(2025, 10, 31)},
            "reduced_before_birth",
            "A was reduced on 31 Oct 2025, before",
        ),
        ({"birth_date": date(2026, 3, 13)}, "future", "The birth of A on 13 Mar 2026 is in the future."),
        ({"death_date": date(2026, 3, 13)}, "future", "The death of A on 13 Mar 2026 is in the future."),
        (
            {"genotype_date": date(2026, 1, 1), "to_be_genotyped": True},
            "still_to_be_genotyped",
            "A was genotyped on 1 Jan 2026, and is still to be genotyped.",
        ),
        ({"nickname": "a b"}, "nickname", "is no nickname"),
        ({"nickname": "-"}, "nickname", "This animal has no nickname."),
    ],
)
def test_what_is_wrong_with_an_animal(here: Scene, values: dict[str, Any], code: str, words: str) -> None:
    animal = here.subject(**{"nickname": "A", **values})
    (problem,) = found(here)
    assert (problem.code, problem.table, problem.id) == (code, "subject", animal)
    assert (problem.subject_id, problem.lab) == (animal, "Hale lab")
    assert words in problem.text


def test_what_is_wrong_with_a_cull(here: Scene) -> None:
    _, early = culled(here, "A", date(2025, 10, 1))
    _, other = culled(here, "B", death_date=DEATH + DAY)
    _, none = culled(here, "C", death_date=None)
    nameless, _ = culled(here, "D", actual_severity=None)
    reduced, _ = culled(here, "E", reduced_date=DEATH - DAY)
    codes = [(code, table, id_) for code, table, id_, _ in told(here)]
    assert ("died_before_birth", "subject") in [one[:2] for one in codes]
    assert ("cull_before_birth", "cull", early) in codes
    assert ("cull_not_death", "cull", other) in codes
    assert ("cull_without_death", "cull", none) in codes
    assert ("cull_without_severity", "subject", nameless) in codes
    assert ("reduced_before_cull", "subject", reduced) in codes
    assert len(codes) == 6


def test_nicknames_that_several_have(here: Scene) -> None:
    here.subject("Ärger-1")
    here.subject("äRGER-1")
    here.subject("X", lab_id=None)
    here.subject("X", lab_id=None)
    here.subject("X")
    here.subject("M1", lab_id=here.add(Lab, name="Cole lab", timezone="UTC", reference_weight_pct=0.85))
    texts = [text for code, _, _, text in told(here) if code == "nickname_twice"]
    assert sorted(texts) == [
        "Another animal in Hale lab is called Ärger-1 too.",
        "Another animal in Hale lab is called äRGER-1 too.",
        "Another animal without a lab is called X too.",
        "Another animal without a lab is called X too.",
    ]
    assert len(told(here)) == 4


def test_what_is_wrong_with_restrictions(here: Scene) -> None:
    dead = here.subject("A", death_date=(NOW - 20 * DAY).date())
    wrong = [
        ("restriction_of_dead", restricted(here, dead, 30, None)),
        ("restriction_without_weight", restricted(here, here.mouse, 60, 59, None)),
        ("restriction_without_weight", restricted(here, here.mouse, 58, 57, 0.0)),
        ("restriction_ends_first", restricted(here, here.mouse, 55, 56)),
        ("restriction_without_start", restricted(here, here.mouse, None, 3)),
        ("restriction_after_death", restricted(here, here.subject("B", death_date=DEATH), 3, 2)),
        ("restriction_before_birth", restricted(here, here.subject("C", birth_date=date(2026, 3, 8)), 4, 3)),
    ]
    restricted(here, here.mouse, 50, 10)
    for days in ((40, 39), (30, 29), (11, None)):
        wrong.append(("restrictions_overlap", restricted(here, here.mouse, *days)))
    restricted(here, here.mouse, 100, 99)
    wrong.append(("restrictions_overlap", restricted(here, here.mouse, 2, 1)))
    codes = [(code, id_) for code, table, id_, _ in told(here) if table == "water_restriction"]
    assert sorted(codes, key=repr) == sorted(wrong, key=repr)
    assert len(told(here)) == len(wrong)


def test_days_are_those_of_the_lab(here: Scene) -> None:
    """New York is behind UTC: the evening of a day is the next one there already."""
    evening = NOW.replace(hour=3)  # 23:00 of the day before
    born_today = here.subject("A", birth_date=NOW.date())
    died_yesterday = here.subject("B", death_date=NOW.date() - DAY)
    early = here.add(Weighing, subject_id=born_today, date_time=evening, weight=1.5)
    here.add(Weighing, subject_id=died_yesterday, date_time=evening, weight=20.0)
    late = here.add(Weighing, subject_id=died_yesterday, date_time=NOW, weight=20.0)
    ahead = here.add(Weighing, subject_id=here.mouse, date_time=NOW + DAY, weight=20.0)
    here.add(Weighing, subject_id=here.mouse, date_time=NOW + timedelta(minutes=1), weight=20.0)
    before = "A was weighed on 9 Mar 2026, before the birth on 10 Mar 2026."
    after = "B was weighed on 10 Mar 2026, after the death on 9 Mar 2026."
    assert told(here) == [
        ("weighing_before_birth", "weighing", early, before),
        ("weighing_after_death", "weighing", late, after),
        ("weighing_future", "weighing", ahead, "M1 was weighed on 11 Mar 2026, which is in the future."),
    ]


def test_weights_that_cannot_be(here: Scene) -> None:
    heavy = here.add(Weighing, subject_id=here.mouse, date_time=NOW, weight=500.5)
    here.add(Weighing, subject_id=here.mouse, date_time=NOW, weight=500.0)
    here.add(Weighing, subject_id=here.mouse, date_time=NOW, weight=900.0, voided_at=NOW, void_reason="x")
    words = "M1 weighed 500.5 g on 10 Mar 2026: over 500 g is not possible."
    assert told(here) == [("weight_impossible", "weighing", heavy, words)]


def test_water_and_actions_outside_of_the_life(here: Scene) -> None:
    dead = here.subject("A", death_date=DEATH)
    water = here.add(WaterAdministration, subject_id=dead, date_time=NOW, water_administered=1.0)
    kinds = (Surgery, VirusInjection, Session, OtherAction)
    after = {kind.__tablename__: here.add(kind, subject_id=dead, start_time=NOW) for kind in kinds}
    back = here.add(Session, subject_id=here.mouse, start_time=NOW, end_time=NOW - DAY)
    expected = {("water_after_death", "water_administration", water), ("action_ends_first", "session", back)}
    expected |= {("action_after_death", table, id_) for table, id_ in after.items()}
    assert {one[:3] for one in told(here)} == expected
    words = "There is a virus injection of A on 10 Mar 2026, after the death on 10 Feb 2026."
    assert words in [text for *_, text in told(here)]


def test_what_is_wrong_with_parents_and_litters(here: Scene) -> None:
    mother = here.subject("F", sex="F", birth_date=date(2026, 2, 1))
    turned = here.add(BreedingPair, name="BP1", father_id=mother, mother1_id=here.mouse)
    double = here.add(BreedingPair, mother1_id=mother, mother2_id=mother)
    ended = here.add(
        BreedingPair, name="BP3", mother1_id=mother, start_date=date(2026, 3, 2), end_date=date(2026, 3, 1)
    )
    litter = here.add(Litter, name="L1", breeding_pair_id=ended, birth_date=date(2026, 1, 1))
    pup = here.subject("P", litter_id=litter)
    before_pair = "The litter L1 was born on 1 Jan 2026, before its pair began on 2 Mar 2026."
    texts = sorted((code, id_, text) for code, _, id_, text in told(here))
    assert texts == sorted(
        [
            ("parent_not_male", turned, "BP1: F is the father in it, and is female."),
            ("parent_not_female", turned, "BP1: M1 is the mother in it, and is male."),
            ("mother_twice", double, "A breeding pair without a name: F is both of its mothers."),
            ("pair_ends_first", ended, "BP3 ends on 1 Mar 2026, before it starts on 2 Mar 2026."),
            (
                "litter_before_parent",
                litter,
                "The litter L1 was born on 1 Jan 2026, its parent F on 1 Feb 2026.",
            ),
            ("litter_before_pair", litter, before_pair),
            ("litter_birth", pup, "P was born on 1 Nov 2025, its litter L1 on 1 Jan 2026."),
        ]
    )


def test_sessions_within_themselves_and_in_another_animals(here: Scene) -> None:
    top, middle, end = (here.add(Session, subject_id=here.mouse, start_time=NOW) for _ in range(3))
    below = here.add(Session, subject_id=here.mouse, start_time=NOW, parent_session_id=end)
    with here.db.engine.begin() as connection:
        own = Session.__table__
        for child, parent in ((top, middle), (middle, end), (end, top)):
            connection.execute(own.update().where(own.c.id == child).values(parent_session_id=parent))
    foreign = here.add(Session, subject_id=here.subject("B"), parent_session_id=below)
    assert {(code, id_) for code, _, id_, _ in told(here)} == {
        *(("session_cycle", id_) for id_ in (top, middle, end)),
        ("session_of_another", foreign),
    }


def test_animals_in_two_cages(here: Scene) -> None:
    first, second = (here.add(Housing, cage_name=name) for name in ("A1", "B2"))

    def stay(subject: UUID, cage: UUID, start: int, end: int | None = None) -> UUID:
        times = {
            "start_datetime": NOW - start * DAY,
            "end_datetime": None if end is None else NOW - end * DAY,
        }
        return here.add(HousingSubject, subject_id=subject, housing_id=cage, **times)

    stay(here.mouse, first, 9)
    twice = stay(here.mouse, second, 5)
    back = stay(here.mouse, second, 3, 4)
    other = here.subject("B", cage="Z9")
    stay(other, first, 3)
    dead = stay(here.subject("C", cage=None, death_date=DEATH), first, 90)
    assert "C died on 10 Feb 2026, and is still in A1." in [text for *_, text in told(here)]
    assert {(code, id_) for code, _, id_, _ in told(here)} == {
        ("dead_in_cage", dead),
        ("two_cages", twice),
        ("stay_ends_first", back),
        ("other_cage", other),
    }


def test_a_lab_without_threshold(here: Scene) -> None:
    lab = here.add(Lab, name="Nothing", timezone="UTC")
    (problem,) = found(here)
    assert (problem.code, problem.table, problem.id, problem.subject) == ("no_threshold", "lab", lab, None)


def test_it_is_a_constant_number_of_statements(here: Scene) -> None:
    counts = []
    for number in range(2):
        for place in range(5):
            culled(here, f"A{number}{place}", date(2025, 10, 1), actual_severity=None)
        with counted(here.db) as sent:
            assert len(found(here)) == 15 * (number + 1)
        counts.append(len(sent))
    assert counts == [12, 12]
