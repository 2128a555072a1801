"""What hangs on saving an animal: names, what it takes over, dates, death, rights and requests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from threading import Semaphore
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    BreedingPair,
    Cull,
    Lab,
    Line,
    Litter,
    Source,
    Species,
    Strain,
    Subject,
    Surgery,
    WaterRestriction,
)
from colonydesk.domain.errors import Doubtful, KnownError, Refused
from colonydesk.services.records import save_record
from colonydesk.services.restrictions import start_restriction
from tests.builders import (
    NOW,
    SECONDS,
    Scene,
    fails_whole,
    nothing_written,
    on_statement,
    restriction,
    row,
    rows,
    scene,
)
from tests.services.saving import change, changing, mouse, save, saving, take_back

DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)
BORN = date(2025, 11, 1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def subject(of: Scene, nickname: str | None = "N1", **values: Any) -> dict[str, Any]:
    return row(of.db, Subject, save(of, "subject", nickname=nickname, **values))


def refused(act: Callable[[], Any], field: str, words: str) -> None:
    with pytest.raises(Refused) as error:
        act()
    assert (error.value.field, words in f"{error.value} {error.value.hint}") == (field, True), str(
        error.value
    )


def change_refused(of: Scene, field: str, words: str, which: UUID | None = None, **values: Any) -> None:
    with nothing_written(of.db):
        refused(lambda: change(of, Subject, which or of.mouse, **values), field, words)


def new_refused(of: Scene, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db):
        refused(lambda: subject(of, **{"nickname": "N1", **values}), field, words)


# What it is called


@pytest.mark.parametrize("nickname", ["N 1", "N/1", "a,b", "N1!"])
def test_a_nickname_has_letters_digits_and_three_signs_only(here: Scene, nickname: str) -> None:
    new_refused(here, "nickname", "letters, digits", nickname=nickname)
    assert subject(here, "  Müller_1.2-b ")["nickname"] == "Müller_1.2-b"


@pytest.mark.parametrize("nickname", [None, "", "-", "  "])
def test_without_a_name_and_without_a_line_there_is_no_animal(here: Scene, nickname: str | None) -> None:
    new_refused(here, "nickname", "Type a nickname", nickname=nickname)


def test_a_nickname_is_unique_in_its_lab_and_of_its_responsible_member(here: Scene) -> None:
    other = here.add(Lab, name="Cole lab", timezone="UTC")
    new_refused(here, "nickname", "There is an animal M1 in Hale lab already", nickname="M1", lab_id=here.lab)
    theirs = subject(here, "M1", lab_id=other, responsible_user_id=here.ann)
    change_refused(here, "responsible_user_id", "M1 of ann", responsible_user_id=here.ann)
    change_refused(here, "lab_id", "M1 in Cole lab", lab_id=other)
    change(here, Subject, theirs["id"], nickname="M2")
    change_refused(here, "nickname", "M2 of ann", nickname="M2", responsible_user_id=here.ann)
    change(here, Subject, here.mouse, nickname="M2")


def test_nobody_responsible_and_no_lab_are_nothing_in_common(here: Scene) -> None:
    other = here.add(Lab, name="Cole lab", timezone="UTC")
    theirs = subject(here, "M1", lab_id=other)
    assert theirs["responsible_user_id"] is None
    nobodys = here.subject("M1", lab_id=None, responsible_user_id=here.ann)
    change(here, Subject, nobodys, responsible_user_id=here.bob)
    assert subject(here, "M1", lab_id=None)["lab_id"] is None
    change_refused(here, "lab_id", "M1 in Hale lab", theirs["id"], lab_id=here.lab)


def test_what_imported_books_hold_can_be_saved_when_it_is_not_touched(here: Scene) -> None:
    odd = here.subject(
        "M 1/a", birth_date=BORN, death_date=date(2025, 10, 1), reduced_date=date(2025, 9, 1), cage="B"
    )
    change(here, Subject, odd, description="as it came")
    assert row(here.db, Subject, odd)["description"] == "as it came"
    change_refused(here, "nickname", "letters", odd, nickname="M 1/b")
    change_refused(here, "death_date", "before it was born", odd, death_date=date(2025, 10, 2))


@pytest.mark.parametrize("nickname", [None, "-", ""])
def test_a_line_names_its_animals_and_skips_taken_names(here: Scene, nickname: str | None) -> None:
    line = here.add(Line, nickname="Ai95", subject_autoname_index=7)
    here.subject("Ai95_0009", lab_id=here.add(Lab, name="Cole lab"))
    names = [subject(here, nickname, line_id=line)["nickname"] for _ in range(3)]
    assert names == ["Ai95_0008", "Ai95_0010", "Ai95_0011"]
    assert row(here.db, Line, line)["subject_autoname_index"] == 11
    assert subject(here, "chosen", line_id=line)["nickname"] == "chosen"
    assert row(here.db, Line, line)["subject_autoname_index"] == 11
    renamed = change(here, Subject, here.mouse, line_id=line, nickname="-")
    assert mouse(here)["nickname"] == "Ai95_0012"
    assert line in renamed.changed["line"]


def test_a_line_whose_nickname_is_none_gives_no_name(here: Scene) -> None:
    line = here.add(Line, nickname="Ai 95")
    new_refused(here, "line_id", "cannot name animals", nickname="-", line_id=line)


def test_each_of_two_animals_of_a_line_can_be_undone(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    first, second = (saving(here, "subject", nickname="-", line_id=line) for _ in range(2))
    done = [save_record(here.db, command, NOW) for command in (first, second)]
    take_back(here, done[0])
    assert not rows(here.db, Subject, id=first.id)
    assert subject(here, "-", line_id=line)["nickname"] == "Ai95_0003"


def test_two_workstations_that_ask_at_once_get_different_names(here: Scene, database_url: str) -> None:
    line = here.add(Line, nickname="Ai95")
    commands = [saving(here, "subject", nickname="-", line_id=line) for _ in range(2)]
    postgresql = here.db.dialect == "postgresql"
    taking = "FOR NO KEY UPDATE" if postgresql else "BEGIN IMMEDIATE"
    with ExitStack() as stack:
        dbs = [stack.enter_context(closing(open_database(database_url))) for _ in range(2)]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        blocker = stack.enter_context(here.db.engine.connect())
        if not postgresql:
            blocker = blocker.execution_options(colonydesk_begin="BEGIN IMMEDIATE")
        waiting = Semaphore(0)
        with blocker.begin():
            blocker.execute(select(Line.id).where(Line.id == line).with_for_update())
            for one in dbs:
                stack.enter_context(on_statement(one, taking, waiting.release))
            running = [
                pool.submit(save_record, one, command, NOW)
                for one, command in zip(dbs, commands, strict=True)
            ]
            for _ in commands:
                assert waiting.acquire(timeout=SECONDS), "one of them did not wait for the line"
        for future in running:
            future.result(SECONDS)
    names = sorted(row(here.db, Subject, command.id)["nickname"] for command in commands)
    assert names == ["Ai95_0001", "Ai95_0002"]
    assert row(here.db, Line, line)["subject_autoname_index"] == 2


def test_many_animals_of_a_line_from_two_workstations(here: Scene, database_url: str) -> None:
    line = here.add(Line, nickname="Ai95")
    with closing(open_database(database_url)) as other, ThreadPoolExecutor(2) as pool:
        running = [
            pool.submit(save_record, one, saving(here, "subject", nickname="-", line_id=line), NOW)
            for _ in range(8)
            for one in (here.db, other)
        ]
        for future in running:
            future.result(SECONDS)
    names = sorted(one["nickname"] for one in rows(here.db, Subject, line_id=line))
    assert names == [f"Ai95_{number:04d}" for number in range(1, 17)]


# What it takes over


def test_a_new_animal_has_the_only_lab_and_what_is_usual_there(here: Scene) -> None:
    source = here.add(Source, name="Jackson")
    change(here, Lab, here.lab, usual_source_id=source)
    species = row(here.db, Lab, here.lab)["usual_species_id"]
    found = subject(here)
    assert (found["lab_id"], found["source_id"], found["species_id"]) == (here.lab, source, species)
    rat, bred = here.add(Species, nickname="rat"), here.add(Source, name="bred here")
    found = subject(here, "N2", species_id=rat, source_id=bred)
    assert (found["species_id"], found["source_id"]) == (rat, bred)
    change(here, Subject, found["id"], species_id=None, source_id=None)
    found = row(here.db, Subject, found["id"])
    assert (found["species_id"], found["source_id"]) == (None, None)


def test_of_two_labs_none_is_chosen(here: Scene) -> None:
    here.add(Lab, name="Cole lab")
    assert subject(here)["lab_id"] is None


def test_the_strain_and_species_of_the_line_where_none_is_given(here: Scene) -> None:
    strain, other, rat = here.add(Strain, name="C57"), here.add(Strain, name="LEW"), None
    rat = here.add(Species, nickname="rat")
    line = here.add(Line, nickname="Ai95", strain_id=strain, species_id=rat)
    found = subject(here, line_id=line)
    assert (found["strain_id"], found["species_id"]) == (strain, rat)
    assert subject(here, "N2", line_id=line, strain_id=other)["strain_id"] == other
    change(here, Subject, here.mouse, line_id=line)
    assert mouse(here)["strain_id"] == strain
    change(here, Subject, here.mouse, strain_id=None)
    assert mouse(here)["strain_id"] is None


def test_the_strain_that_a_line_gave_follows_the_line(here: Scene) -> None:
    first, second, own = (here.add(Strain, name=name) for name in ("C57", "LEW", "of its own"))
    mouse_, rat = (here.add(Species, nickname=name) for name in ("mouse", "rat"))
    old = here.add(Line, nickname="Ai95", strain_id=first, species_id=mouse_)
    new = here.add(Line, nickname="Sert", strain_id=second, species_id=rat)
    bare = here.add(Line, nickname="bare")
    which = subject(here, line_id=old)["id"]

    def of(**values: Any) -> tuple[UUID, UUID]:
        change(here, Subject, which, **values)
        found = row(here.db, Subject, which)
        return found["strain_id"], found["species_id"]

    assert of(line_id=new) == (second, rat)
    assert of(line_id=bare) == (second, rat), "it says nothing"
    assert of(line_id=old) == (second, rat), "nor had the line given these"
    assert of(line_id=new, strain_id=first) == (first, rat), "said itself"
    assert of(strain_id=own) == (own, rat)
    assert of(line_id=old) == (own, mouse_)


def litter_of(of: Scene, mother: dict[str, Any], father: dict[str, Any], **values: Any) -> UUID:
    parents = [of.subject("F1", sex="F", **mother), of.subject("P1", sex="M", **father)]
    pair = of.add(
        BreedingPair,
        name="BP1",
        mother1_id=parents[0],
        father_id=parents[1],
        line_id=values.pop("pair_line", None),
    )
    return of.add(Litter, name="L1", breeding_pair_id=pair, birth_date=date(2026, 2, 1), **values)


def test_a_pup_takes_over_from_its_litter_and_its_parents(here: Scene) -> None:
    strain, usual = here.add(Strain, name="C57"), here.add(Strain, name="of the line")
    source, rat = here.add(Source, name="bred here"), here.add(Species, nickname="rat")
    line = here.add(Line, nickname="Ai95", strain_id=usual)
    parent = {"strain_id": strain, "source_id": source, "species_id": rat}
    litter = litter_of(here, parent, parent, line_id=line)
    found = subject(here, "-", litter_id=litter)
    assert found["nickname"] == "Ai95_0001"
    wanted = {"birth_date": date(2026, 2, 1), "line_id": line, **parent}
    assert {name: found[name] for name in wanted} == wanted
    own = subject(here, "N2", litter_id=litter, strain_id=usual, birth_date=date(2026, 2, 2))
    assert (own["strain_id"], own["birth_date"], own["source_id"]) == (usual, date(2026, 2, 2), source)


def test_where_the_parents_differ_the_line_decides_else_the_mother(here: Scene) -> None:
    first, second, usual = (here.add(Strain, name=name) for name in ("a", "b", "of the line"))
    line = here.add(Line, nickname="Ai95", strain_id=usual)
    litter = litter_of(here, {"strain_id": first}, {"strain_id": second}, pair_line=line)
    found = subject(here, "N1", litter_id=litter)
    assert (found["line_id"], found["strain_id"]) == (line, usual)
    change(here, Line, line, strain_id=None)
    assert subject(here, "N2", litter_id=litter)["strain_id"] == first


# Flags and dates


def test_the_date_of_genotyping_clears_what_was_to_be_done(here: Scene) -> None:
    change(here, Subject, here.mouse, to_be_genotyped=True)
    change(here, Subject, here.mouse, genotype_date=date(2026, 1, 5))
    assert mouse(here)["to_be_genotyped"] is False


def test_to_be_genotyped_again_is_asked_about(here: Scene) -> None:
    change(here, Subject, here.mouse, genotype_date=date(2026, 1, 5))
    with nothing_written(here.db), pytest.raises(Doubtful) as doubt:
        change(here, Subject, here.mouse, to_be_genotyped=True)
    (question,) = doubt.value.questions
    assert (question.code, doubt.value.field) == ("again", "to_be_genotyped")
    text = "M1 was genotyped on 5 Jan 2026. To be genotyped again, it loses this date."
    assert question.text == text
    done = change(here, Subject, here.mouse, to_be_genotyped=True, confirmed=frozenset({"again"}))
    assert (mouse(here)["to_be_genotyped"], mouse(here)["genotype_date"]) == (True, None)
    take_back(here, done)
    assert (mouse(here)["to_be_genotyped"], mouse(here)["genotype_date"]) == (False, date(2026, 1, 5))
    imported = here.subject("N1", genotype_date=TODAY, to_be_genotyped=True)
    change(here, Subject, imported, description="as it came")


def test_the_dead_are_not_to_be_culled(here: Scene) -> None:
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    change_refused(here, "to_be_culled", "D1 is dead", dead, to_be_culled=True)
    imported = here.subject("D2", death_date=date(2026, 3, 1), to_be_culled=True)
    change(here, Subject, imported, description="as it came")
    change(here, Subject, imported, to_be_culled=False)


@pytest.mark.parametrize(
    ("role", "sex", "words"),
    [
        ("father_id", "M", "is the father in the breeding pair BP1: its sex is male"),
        ("mother1_id", "F", "is the mother in the breeding pair BP1: its sex is female"),
        ("mother2_id", "F", "is the mother in the breeding pair BP1"),
    ],
)
def test_a_parent_keeps_the_sex_of_its_role(here: Scene, role: str, sex: str, words: str) -> None:
    parent = here.subject("P1", sex=sex)
    here.add(BreedingPair, name="BP1", end_date=TODAY, **{role: parent})
    for other in {"M", "F", "U"} - {sex}:
        change_refused(here, "sex", words, parent, sex=other)
    unknown = here.subject("P2", sex="U")
    here.add(BreedingPair, name=None, **{role: unknown})
    change(here, Subject, unknown, sex=sex)


def test_dates_that_cannot_be(here: Scene) -> None:
    tomorrow, before = TODAY + timedelta(days=1), BORN - timedelta(days=1)
    for name in ("birth_date", "death_date", "wean_date", "genotype_date", "reduced_date"):
        change_refused(here, name, "in the future", **{name: tomorrow})
    for name in ("death_date", "wean_date", "genotype_date", "reduced_date"):
        change_refused(here, name, "before it was born", **{name: before})
    change(here, Subject, here.mouse, wean_date=date(2025, 11, 22))
    change_refused(here, "birth_date", "weaned before it was born", birth_date=date(2025, 11, 23))
    new_refused(here, "death_date", "before it was born", birth_date=BORN, death_date=before)
    change(here, Subject, here.mouse, death_date=BORN)


def test_today_is_the_labs_day(here: Scene) -> None:
    evening = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # still the 10th in New York
    command = changing(here, Subject, here.mouse, death_date=date(2026, 3, 11))
    refused(lambda: save_record(here.db, command, evening), "death_date", "in the future")
    save_record(here.db, changing(here, Subject, here.mouse, death_date=TODAY), evening)


def test_an_animal_is_reduced_after_its_death(here: Scene) -> None:
    change_refused(here, "reduced_date", "alive", reduced_date=TODAY)
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    change_refused(here, "reduced_date", "before it died", dead, reduced_date=date(2026, 2, 28))
    change(here, Subject, dead, reduced_date=date(2026, 3, 1))
    change_refused(here, "death_date", "before it died", dead, death_date=date(2026, 3, 2))
    with nothing_written(here.db), pytest.raises(Doubtful, match="D1 was reduced on 1 Mar") as doubt:
        change(here, Subject, dead, death_date=None)
    assert doubt.value.field == "death_date"
    done = change(here, Subject, dead, death_date=None, confirmed=frozenset({"reduced"}))
    assert row(here.db, Subject, dead)["reduced_date"] is None
    take_back(here, done)
    change(here, Subject, dead, death_date=None, reduced_date=None)


# Protocol number


def test_the_protocol_number_follows_from_what_is_done(here: Scene) -> None:
    new_refused(here, "protocol_number", "no surgery", protocol_number="4")
    assert subject(here)["protocol_number"] == "1"
    change_refused(here, "protocol_number", "is 1", protocol_number="3")
    start_restriction(here.db, restriction(here, NOW - DAY), NOW)
    change_refused(here, "protocol_number", "on water restriction", protocol_number="1")


def test_a_protocol_number_that_was_imported_is_mended_by_any_save(here: Scene) -> None:
    old = here.subject("D1", protocol_number="4")
    here.add(Surgery, subject_id=old, start_time=NOW - DAY)
    change_refused(here, "protocol_number", "has had a surgery", old, protocol_number="1")
    change(here, Subject, old, description="noted")
    assert row(here.db, Subject, old)["protocol_number"] == "2"


# Death


def open_restriction(of: Scene, start: datetime = NOW - 5 * DAY) -> UUID:
    command = restriction(of, start)
    start_restriction(of.db, command, NOW)
    return command.id


@pytest.mark.parametrize(
    ("death", "end"),
    [
        (TODAY, NOW),
        (date(2026, 3, 7), datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC)),  # the end of the 7th in New York
        (date(2026, 3, 1), NOW - 5 * DAY),  # it started after the death: it ends where it starts
    ],
)
def test_a_death_ends_the_open_restriction(here: Scene, death: date, end: datetime) -> None:
    which = open_restriction(here)
    done = change(here, Subject, here.mouse, death_date=death, to_be_culled=True)
    assert row(here.db, WaterRestriction, which)["end_time"] == end
    assert (mouse(here)["protocol_number"], mouse(here)["to_be_culled"]) == ("1", False)
    assert which in done.changed["water_restriction"]
    take_back(here, done)
    assert row(here.db, WaterRestriction, which)["end_time"] is None
    assert (mouse(here)["protocol_number"], mouse(here)["death_date"]) == ("3", None)


def test_the_cull_goes_with_the_death_and_must_go_first_before_it_lives_again(here: Scene) -> None:
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    cull = here.add(Cull, subject_id=dead, date=date(2026, 3, 1))
    change(here, Subject, dead, death_date=date(2026, 3, 2))
    assert row(here.db, Cull, cull)["date"] == date(2026, 3, 2)
    change_refused(here, "death_date", "was culled on 2 Mar. Delete the cull", dead, death_date=None)
    found_dead = here.subject("D2", death_date=date(2026, 3, 1))
    change(here, Subject, found_dead, death_date=None)
    assert row(here.db, Subject, found_dead)["death_date"] is None


def test_a_death_is_written_whole_or_not_at_all(here: Scene) -> None:
    open_restriction(here)
    command = changing(here, Subject, here.mouse, death_date=TODAY, cage=None)
    fails_whole(here.db, lambda db: save_record(db, command, NOW))


# The command


def test_a_second_save_of_the_same_command_changes_nothing(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    command = saving(here, "subject", nickname="-", line_id=line, cage="B7")
    save_record(here.db, command, NOW)
    with nothing_written(here.db):
        assert save_record(here.db, command, NOW).repeated
    assert row(here.db, Line, line)["subject_autoname_index"] == 1


def test_a_form_that_is_out_of_date_is_a_conflict(here: Scene) -> None:
    command = changing(here, Subject, here.mouse, description="mine")
    change(here, Subject, here.mouse, description="theirs")
    with pytest.raises(KnownError, match=r"changed this (animal|subject)"):
        save_record(here.db, command, NOW)
