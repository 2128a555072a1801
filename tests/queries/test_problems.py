"""What is wrong with imported records, in words; and that nothing is said of records that are right."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    BreedingPair,
    Cull,
    DataRepository,
    Dataset,
    FileRecord,
    Housing,
    HousingSubject,
    Lab,
    Line,
    Litter,
    Note,
    OtherAction,
    Session,
    Subject,
    SubjectRequest,
    Surgery,
    VirusInjection,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.queries.problems import Problem, problems
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted
from tests.services.saving import change

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
    operated = {"protocol_number": "2", "actual_severity": 3}
    animal, _ = culled(here, "A", cage="B7", wean_date=date(2025, 11, 22), reduced_date=DEATH, **operated)
    start = NOW - 60 * DAY
    restricted(here, animal, 60, 59)
    restricted(here, animal, 59, 58)
    here.add(Weighing, subject_id=animal, date_time=start, weight=24.0)
    counts = {"n_trials": 10, "n_correct_trials": 10}
    whole = here.add(Session, subject_id=animal, start_time=start, end_time=start, **counts)
    here.add(Session, subject_id=animal, start_time=start, parent_session_id=whole)
    given = {"water_administered": 1.0, "session_id": whole}
    here.add(WaterAdministration, subject_id=animal, date_time=start, **given)
    here.add(Surgery, subject_id=animal)
    here.add(VirusInjection, subject_id=animal, injection_volume=200.0, rate_of_injection=0.5)
    here.add(Dataset, name="spikes.npy", content_type="subject", object_id=animal)
    here.add(Note, date_time=start, text="odd", content_type="session", object_id=whole)
    for place in ("a..b/spikes.npy", "M1/10:30/spikes.npy"):
        file_of(here, place)
    line = here.add(Line, nickname="Ai95")
    here.subject("R1", line_id=line, request_id=here.add(SubjectRequest, line_id=line, count=1))
    here.subject("R2", request_id=here.add(SubjectRequest, count=1))
    here.add(Session, subject_id=here.subject("H1", is_human=True), start_time=start)
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
        ({"genotype_date": date(2026, 3, 13)}, "future", "The genotyping of A on 13 Mar 2026 is in"),
        (
            {"death_date": DEATH, "reduced_date": date(2026, 3, 13)},
            "future",
            "The reduction of A on 13 Mar 2026 is in the future.",
        ),
        (
            {"reduced_date": date(2026, 3, 1)},
            "reduced_alive",
            "A was reduced on 1 Mar 2026, and has no date of death.",
        ),
        (
            {"death_date": DEATH, "reduced_date": date(2026, 2, 9)},
            "reduced_before_death",
            "A was reduced on 9 Feb 2026, before the death on 10 Feb 2026.",
        ),
        (
            {"protocol_number": "3"},
            "protocol_number",
            "The protocol number of A should be 1 and not 3: it has had no surgery, and is not on water",
        ),
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


def test_the_protocol_number_is_what_is_done_with_the_animal_and_stands_at_the_end(here: Scene) -> None:
    restricted(here, here.mouse, 9, None)
    operated = here.subject("A", protocol_number="4")
    here.add(Surgery, subject_id=operated)
    restricted(here, operated, 9, 8)
    late = here.subject("Z", birth_date=date(2026, 3, 13))
    assert told(here) == [
        ("future", "subject", late, "The birth of Z on 13 Mar 2026 is in the future."),
        (
            "protocol_number",
            "subject",
            operated,
            "The protocol number of A should be 2 and not 4: it has had a surgery, and is not on water"
            " restriction.",
        ),
        (
            "protocol_number",
            "subject",
            here.mouse,
            "The protocol number of M1 should be 3 and not 1: it is on water restriction.",
        ),
    ]
    for one in (operated, here.mouse):
        change(here, Subject, one, description="any save mends it")
    assert [code for code, *_ in told(here)] == ["future"]


def test_a_mild_severity_with_a_surgery(here: Scene) -> None:
    animal = here.subject("A", actual_severity=2, protocol_number="2")
    here.add(Surgery, subject_id=animal)
    here.subject("B", actual_severity=2)
    words = "A has had a surgery, and its actual severity is Mild."
    assert told(here) == [("mild_with_surgery", "subject", animal, words)]


def test_a_request_for_another_line(here: Scene) -> None:
    line, other = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Sert")
    request = here.add(SubjectRequest, line_id=line, count=1)
    wrong = here.subject("A", line_id=other, request_id=request)
    none = here.subject("B", request_id=request)
    code, end = "request_of_other_line", "and assigned to a request for the line Ai95."
    assert told(here) == [
        (code, "subject", wrong, f"A is of the line Sert, {end}"),
        (code, "subject", none, f"B is of no line, {end}"),
    ]


def test_numbers_that_cannot_be(here: Scene) -> None:
    several, none, few = (
        here.add(Session, subject_id=here.mouse, start_time=NOW, **values)
        for values in (
            {"n_trials": 10, "n_correct_trials": 12},
            {"n_trials": -1},
            {"n_correct_trials": -2},
        )
    )
    injection = here.add(
        VirusInjection,
        subject_id=here.mouse,
        start_time=NOW,
        injection_volume=-5.0,
        rate_of_injection=0.0,
    )
    of_session = "The session of M1 on 10 Mar 2026"
    of_injection = "The virus injection of M1 on 10 Mar 2026"
    assert told(here) == [
        ("trials", "session", none, f"{of_session} has -1 trials."),
        ("trials", "session", few, f"{of_session} has -2 correct trials."),
        ("trials", "session", several, f"{of_session} has 12 correct trials of 10."),
        ("injection_amount", "virus_injection", injection, f"{of_injection} has a rate of 0 nL/min."),
        ("injection_amount", "virus_injection", injection, f"{of_injection} has a volume of -5 nL."),
    ]


def test_a_human_subject_with_husbandry(here: Scene) -> None:
    person = here.subject("H1", is_human=True)
    for _ in range(2):
        here.add(Weighing, subject_id=person, date_time=NOW, weight=20.0)
    words = "H1 is a human subject, and has 2 weighings."
    assert told(here) == [("human_with_husbandry", "subject", person, words)]
    here.add(WaterAdministration, subject_id=person, date_time=NOW, water_administered=1.0)
    restricted(here, person, 9, 8)
    words = "H1 is a human subject, and has 2 weighings, 1 water record and 1 water restriction."
    assert told(here) == [("human_with_husbandry", "subject", person, words)]


def test_water_of_another_animals_session(here: Scene) -> None:
    session = here.add(Session, subject_id=here.subject("B"), start_time=NOW)
    values = {"date_time": NOW, "water_administered": 1.0, "session_id": session}
    water = here.add(WaterAdministration, subject_id=here.mouse, **values)
    words = "Water given to M1 on 10 Mar 2026 is of another animal's session."
    assert told(here) == [("water_of_anothers_session", "water_administration", water, words)]


def file_of(of: Scene, place: str) -> UUID:
    repository = of.add(DataRepository, name=f"archive of {place}")
    dataset = of.add(Dataset, name="spikes.npy")
    return of.add(FileRecord, dataset_id=dataset, data_repository_id=repository, relative_path=place)


def test_files_outside_of_their_repository(here: Scene) -> None:
    for place in ("../spikes.npy", "a/../../b", "/a/b", "\\\\server\\a", "C:/a", "."):
        record = file_of(here, place)
        words = f"The file {place} is not within its repository, archive of {place}."
        assert ("file_outside", "file_record", record, words) in told(here)
    assert len(told(here)) == 6


def test_notes_and_datasets_about_records_that_are_gone(here: Scene) -> None:
    gone = {"object_id": uuid4()}
    long = "this mouse had  a wound at its tail\nfor a week"
    for table, content_type, values, words in (
        (Note, "session", {"text": long}, "The note “this mouse had a wound at its tail for a…”: the"),
        (Note, "actions.cage", {"text": "odd"}, "The note “odd”: what it is about is not there."),
        (Note, "line", {}, "A note with a picture: the line that it is about is not there."),
        (Dataset, "subject", {"name": "spikes"}, "The dataset spikes: the "),
    ):
        times = {"date_time": NOW} if table is Note else {}
        row_id = here.add(table, content_type=content_type, **gone, **times, **values)
        ((code, name, found, text),) = [one for one in told(here) if one[2] == row_id]
        assert (code, name, found) == ("about_nothing", table.__tablename__, row_id)
        assert text.startswith(words)
    assert len(told(here)) == 4


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
    dead = here.subject("A", death_date=(NOW - 20 * DAY).date(), protocol_number="3")
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
    wrong.append(("protocol_number", here.mouse))
    codes = [(code, id_) for code, _, id_, _ in told(here)]
    assert sorted(codes, key=repr) == sorted(wrong, key=repr)


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
    dead = here.subject("A", death_date=DEATH, protocol_number="2")
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
    assert counts == [17, 17]
