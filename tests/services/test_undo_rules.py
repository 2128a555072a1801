"""What hangs on rows that were taken back is derived again, and an undo breaks no rule; on both engines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    Cull,
    Dataset,
    Food,
    Housing,
    HousingSubject,
    LabMember,
    Line,
    Litter,
    Note,
    Notification,
    Project,
    Sequence,
    Session,
    Subject,
    SubjectRequest,
    Surgery,
    WaterRestriction,
    Zygosity,
)
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done
from colonydesk.services.records import save_record
from colonydesk.services.restrictions import EndRestriction, end_restriction, start_restriction
from colonydesk.services.undo import undo
from colonydesk.services.waters import record_water
from colonydesk.services.weights import record_weighing
from tests.builders import (
    NOW,
    Scene,
    fails_whole,
    nothing_written,
    restriction,
    row,
    rows,
    scene,
    water,
    weighing,
)
from tests.db.faults import plain
from tests.services.saving import act, change, changing, delete, mouse, save, saving, take_back, the_only

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)
YESTERDAY = date(2026, 3, 9)
LATER = NOW + timedelta(minutes=5)
SEVERITY = frozenset({"severity"})
ANYTHING = frozenset({"not_restricted", "change", "range", "cage_mate", "again"})


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(of: Scene, done: Done) -> str:
    """Why it is not undone; nothing is written."""
    with nothing_written(of.db), pytest.raises(Refused) as error:
        undo(of.db, uuid4(), done.command_id, of.ann, LATER)
    return plain(error.value).removeprefix("This cannot be undone. ")


def saved(of: Scene, table: str, **values: Any) -> Done:
    return save_record(of.db, saving(of, table, **values), NOW)


def start(of: Scene, **changes: Any) -> UUID:
    command = restriction(of, NOW - DAY, **changes)
    start_restriction(of.db, command, NOW)
    return command.id


def something_else(of: Scene) -> None:
    """Another workstation saves what has nothing to do with it."""
    save(of, "project", name=str(uuid4()))


# Deaths


def test_a_cull_brought_back_ends_what_began_since(here: Scene) -> None:
    which = act(here, "cull", date=YESTERDAY, confirmed=SEVERITY)
    gone = delete(here, Cull, which)
    held = start(here)
    take_back(here, gone)
    found = mouse(here)
    assert (found["death_date"], found["protocol_number"]) == (YESTERDAY, "1")
    assert row(here.db, WaterRestriction, held)["end_time"] is not None
    assert the_only(here, Cull)["id"] == which


def test_what_the_cull_had_ended_keeps_its_end(here: Scene) -> None:
    change(here, Subject, here.mouse, cage="B1")
    which = act(here, "cull", date=TODAY, confirmed=SEVERITY)
    ended = the_only(here, HousingSubject)["end_datetime"]
    gone = delete(here, Cull, which)
    something_else(here)
    undo(here.db, uuid4(), gone.command_id, here.ann, LATER)
    assert ended == NOW
    assert the_only(here, HousingSubject)["end_datetime"] == ended


def test_a_death_is_not_taken_back_from_under_a_cull(here: Scene) -> None:
    done = change(here, Subject, here.mouse, death_date=YESTERDAY)
    act(here, "cull", date=YESTERDAY, confirmed=SEVERITY)
    assert refused(here, done) == "M1 was culled on 9 Mar."


def test_a_death_is_not_brought_back_over_what_was_done_since(here: Scene) -> None:
    gone = delete(here, Cull, act(here, "cull", date=YESTERDAY, confirmed=SEVERITY))
    record_weighing(here.db, weighing(here), NOW)
    assert refused(here, gone) == "M1 has records after this day: a weighing on 10 Mar."


def test_a_reduced_date_does_not_go_unasked(here: Scene) -> None:
    done = change(here, Subject, here.mouse, death_date=YESTERDAY)
    change(here, Subject, here.mouse, reduced_date=TODAY)
    assert refused(here, done) == "M1 was reduced on 10 Mar: it lives again, and this date goes."
    assert mouse(here)["reduced_date"] == TODAY


def test_a_deadly_surgery_does_not_kill_again_unasked(here: Scene) -> None:
    values = {"outcome_type": "n", "start_time": NOW - DAY, "end_time": NOW - DAY}
    which = act(here, "surgery", confirmed=frozenset({"death"}), **values)
    change(here, Subject, here.mouse, death_date=TODAY)
    gone = delete(here, Surgery, which)
    change(here, Subject, here.mouse, death_date=None)
    words = "M1 did not live on after this: 9 Mar becomes its date of death."
    assert refused(here, gone) == words
    assert mouse(here)["death_date"] is None


def test_what_was_done_is_not_brought_back_after_the_death(here: Scene) -> None:
    gone = delete(here, Surgery, act(here, "surgery", start_time=NOW - DAY))
    change(here, Subject, here.mouse, death_date=TODAY - 3 * DAY)
    assert refused(here, gone) == "M1 died on 7 Mar, before this time."


# Cages


def move(of: Scene, cage: str | None, at: datetime = NOW) -> Done:
    return save_record(of.db, changing(of, Subject, of.mouse, cage=cage), at)


def test_the_dead_do_not_move_back(here: Scene) -> None:
    move(here, "B1")
    out = move(here, None)
    act(here, "cull", date=TODAY, confirmed=SEVERITY)
    assert refused(here, out) == "M1 is dead: it cannot be moved."
    assert the_only(here, HousingSubject)["end_datetime"] == NOW


def test_a_cage_that_has_another_name_by_now(here: Scene) -> None:
    move(here, "B1")
    out = move(here, None)
    change(here, Housing, the_only(here, Housing)["id"], cage_name="B9")
    take_back(here, out)
    assert mouse(here)["cage"] == "B9"


def test_a_time_at_which_it_was_elsewhere(here: Scene) -> None:
    move(here, "B1", NOW - 4 * DAY)
    out = move(here, None, NOW - 3 * DAY)
    move(here, "B2", NOW - 2 * DAY)
    move(here, None, NOW - DAY)
    assert refused(here, out) == "M1 was in cage B2 at this time, since 8 Mar."


def test_the_cage_of_imported_books_is_kept(here: Scene) -> None:
    moved = move(here, "B1")
    something_else(here)
    take_back(here, moved)
    assert (mouse(here)["cage"], rows(here.db, HousingSubject)) == ("A1", [])


def test_conditions_do_not_change_under_the_animals(here: Scene) -> None:
    housing = save(here, "housing", cage_name="B1")
    changed = change(here, Housing, housing, food_id=here.add(Food, name="Seeds"))
    move(here, "B1")
    assert refused(here, changed) == "There are animals in cage B1 by now."
    move(here, None)
    take_back(here, changed)
    assert row(here.db, Housing, housing)["food_id"] is None


# Genetics


@dataclass(frozen=True, slots=True)
class Genes:
    """The mouse's line, in which two sequences can tell of Cre."""

    of: Scene
    line: UUID
    cre: UUID
    one: UUID
    two: UUID

    def test(self, sequence: UUID) -> Done:
        return saved(self.of, "genotype_test", sequence_id=sequence, test_result=1, subject_id=self.of.mouse)

    def rule(self, zygosity: int, *sequences: UUID) -> Done:
        values: dict[str, Any] = {"line_id": self.line, "allele_id": self.cre, "zygosity": zygosity}
        for number, sequence in enumerate(sequences):
            values |= {f"sequence{number}_id": sequence, f"sequence{number}_result": 1}
        return saved(self.of, "zygosity_rule", **values)

    def found(self) -> list[tuple[int, str]]:
        return [(one["zygosity"], one["origin"]) for one in rows(self.of.db, Zygosity)]


@pytest.fixture
def genes(here: Scene) -> Genes:
    line = here.add(Line, nickname="Ai95")
    change(here, Subject, here.mouse, line_id=line)
    sequences = [here.add(Sequence, name=name) for name in ("Cre", "tTA")]
    return Genes(here, line, here.add(Allele, nickname="Cre"), *sequences)


def test_without_its_rule_a_zygosity_goes(genes: Genes) -> None:
    made = genes.rule(2, genes.one)
    genes.test(genes.one)
    assert genes.found() == [(2, "derived")]
    undone = take_back(genes.of, made)
    assert genes.found() == []
    assert genes.of.mouse in undone.changed["subject"]
    take_back(genes.of, undone)
    assert genes.found() == [(2, "derived")]


def test_without_one_of_its_tests_a_zygosity_goes(genes: Genes) -> None:
    genes.rule(2, genes.one, genes.two)
    first = genes.test(genes.one)
    second = genes.test(genes.two)
    assert genes.found() == [(2, "derived")]
    undone = take_back(genes.of, first)
    assert genes.found() == []
    take_back(genes.of, undone)
    assert genes.found() == [(2, "derived")]
    take_back(genes.of, second)
    assert genes.found() == []


def test_another_test_that_says_the_same_keeps_the_zygosity(genes: Genes) -> None:
    genes.rule(2, genes.one)
    genes.rule(2, genes.two)
    first = genes.test(genes.one)
    genes.test(genes.two)
    take_back(genes.of, first)
    assert genes.found() == [(2, "derived")]


def test_what_was_entered_by_hand_stays(genes: Genes) -> None:
    made = genes.rule(2, genes.one)
    genes.test(genes.one)
    change(genes.of, Zygosity, the_only(genes.of, Zygosity)["id"], zygosity=1)
    undone = take_back(genes.of, made)
    assert genes.found() == [(1, "hand")]
    take_back(genes.of, undone)
    assert genes.found() == [(1, "hand")]


def test_a_zygosity_by_hand_that_the_tests_give_by_now(genes: Genes) -> None:
    by_hand = saved(genes.of, "zygosity", subject_id=genes.of.mouse, allele_id=genes.cre, zygosity=2)
    genes.rule(2, genes.one)
    genes.test(genes.one)
    take_back(genes.of, by_hand)
    assert genes.found() == [(2, "derived")]


def test_an_animal_back_in_its_line(genes: Genes) -> None:
    other = genes.of.add(Line, nickname="Other")
    moved = change(genes.of, Subject, genes.of.mouse, line_id=other)
    genes.rule(2, genes.one)
    genes.test(genes.one)
    assert genes.found() == []
    take_back(genes.of, moved)
    assert genes.found() == [(2, "derived")]


# The protocol, sessions, dates and the rest


def test_a_surgery_taken_back_after_the_restriction(here: Scene) -> None:
    held = start(here)
    done = saved(here, "surgery", subject_id=here.mouse, start_time=NOW)
    command = EndRestriction(command_id=uuid4(), restriction_id=held, user_id=here.ann, end_time=NOW)
    end_restriction(here.db, command, NOW)
    assert mouse(here)["protocol_number"] == "2"
    undone = take_back(here, done)
    assert mouse(here)["protocol_number"] == "1"
    take_back(here, undone)
    assert mouse(here)["protocol_number"] == "2"


def test_sessions_do_not_come_to_be_parts_of_each_other(here: Scene) -> None:
    one = act(here, "session", start_time=NOW - DAY)
    two = act(here, "session", start_time=NOW)
    first = change(here, Session, one, parent_session_id=two)
    undone = take_back(here, first)
    change(here, Session, two, parent_session_id=one)
    assert refused(here, undone) == "That session is itself a part of this one."


def test_datasets_do_not_come_to_come_from_each_other(here: Scene) -> None:
    one, two = (save(here, "dataset", name=name) for name in ("one.npy", "two.npy"))
    undone = take_back(here, change(here, Dataset, one, provenance_directory_id=two))
    change(here, Dataset, two, provenance_directory_id=one)
    assert refused(here, undone) == "That dataset comes from this one."


def test_a_death_stays_within_the_life(here: Scene) -> None:
    done = change(here, Subject, here.mouse, birth_date=date(2025, 10, 1))
    change(here, Subject, here.mouse, death_date=date(2025, 10, 15))
    assert refused(here, done) == "It cannot have died before it was born."


@pytest.mark.parametrize("kind", ["a weighing", "water", "a session", "a water restriction"])
def test_what_was_recorded_stays_within_the_life(here: Scene, kind: str) -> None:
    done = change(here, Subject, here.mouse, birth_date=date(2025, 10, 1))
    at = NOW.replace(year=2025, month=10, day=15)
    if kind == "a weighing":
        record_weighing(here.db, weighing(here, at=at, confirmed=ANYTHING), NOW)
    elif kind == "a session":
        act(here, "session", start_time=at)
    elif kind == "a water restriction":
        act(here, "water_restriction", start_time=at, end_time=at, reference_weight=25.0)
    else:
        record_water(here.db, water(here, at=at, confirmed=ANYTHING), NOW)
    words = f"M1 has {kind} on 15 Oct 2025, before its birth on 1 Nov 2025."
    assert refused(here, done) == words


def test_a_weighing_that_was_void_does_not_keep_the_birth(here: Scene) -> None:
    done = change(here, Subject, here.mouse, birth_date=date(2025, 10, 1))
    early = weighing(here, at=NOW.replace(year=2025, month=10, day=15), confirmed=ANYTHING)
    undo(here.db, uuid4(), record_weighing(here.db, early, NOW).command_id, here.ann, NOW)
    take_back(here, done)
    assert mouse(here)["birth_date"] == date(2025, 11, 1)


@pytest.mark.parametrize("record", [record_weighing, record_water])
def test_numbers_do_not_come_back_after_the_death(here: Scene, record: Callable[..., Done]) -> None:
    command: Any = weighing(here) if record is record_weighing else water(here, confirmed=ANYTHING)
    undone = take_back(here, record(here.db, command, NOW))
    change(here, Subject, here.mouse, death_date=YESTERDAY)
    assert "This animal died on 9 Mar" in refused(here, undone)


def test_pups_follow_their_litter_back(here: Scene) -> None:
    litter = save(here, "litter", name="L1", birth_date=date(2026, 3, 1))
    done = change(here, Litter, litter, birth_date=date(2026, 3, 2))
    pup = save(here, "subject", nickname="P1", lab_id=here.lab, litter_id=litter)
    take_back(here, done)
    assert row(here.db, Subject, pup)["birth_date"] == date(2026, 3, 1)


def test_a_request_keeps_the_line_of_its_animals(here: Scene) -> None:
    one, two = (here.add(Line, nickname=name) for name in ("A", "B"))
    request = save(here, "subject_request", line_id=one, count=2)
    done = change(here, SubjectRequest, request, line_id=two)
    save(here, "subject", nickname="R1", lab_id=here.lab, line_id=two, request_id=request)
    assert refused(here, done) == "1 animal is assigned to this request: its line stays."


def test_the_last_administrator_stays(here: Scene) -> None:
    change(here, LabMember, here.ann, is_superuser=True)
    made = saved(here, "lab_member", username="zoe", is_superuser=True)
    change(here, LabMember, here.ann, is_superuser=False)
    assert refused(here, made) == "zoe is the last administrator."


def test_a_note_does_not_come_back_to_what_is_gone(here: Scene) -> None:
    project = save(here, "project", name="Vision")
    note = save(here, "note", text="x", content_type="project", object_id=project)
    gone = delete(here, Note, note)
    delete(here, Project, project)
    assert refused(here, gone) == "This project is no longer in the database."


# What is not held against it


def test_where_nothing_was_done_since_all_is_as_it_was(here: Scene) -> None:
    """Even what no rule would let through: imported books hold such animals."""
    early = here.subject("E1", birth_date=date(2026, 2, 1), death_date=date(2026, 1, 1), protocol_number="3")
    done = change(here, Subject, early, birth_date=date(2025, 12, 1))
    assert row(here.db, Subject, early)["protocol_number"] == "1"
    take_back(here, done)
    found = row(here.db, Subject, early)
    assert (found["birth_date"], found["protocol_number"]) == (date(2026, 2, 1), "3")


def test_who_gave_an_animal_away_takes_it_back(here: Scene) -> None:
    change(here, Subject, here.mouse, responsible_user_id=here.ann)
    given = change(here, Subject, here.mouse, responsible_user_id=here.bob)
    something_else(here)
    told = {row["id"] for row in rows(here.db, Notification)}
    take_back(here, given)
    assert mouse(here)["responsible_user_id"] == here.ann
    [again] = [row for row in rows(here.db, Notification) if row["id"] not in told]
    assert again["title"].endswith("changed from bob to ann")  # both were told of the change


def test_an_animal_that_is_given_back_to_a_request_is_told_as_given(here: Scene) -> None:
    line = here.add(Line, nickname="Ai32")
    request = here.add(SubjectRequest, user_id=here.ann, line_id=line, count=2)
    mouse_of = here.subject("R1", line_id=line, responsible_user_id=here.ann, request_id=request)
    taken = change(here, Subject, mouse_of, request_id=None)
    assert rows(here.db, Notification) == []
    take_back(here, taken)
    [told] = rows(here.db, Notification)
    assert told["title"] == "R1 was given to ann's request for 2 Ai32"


def test_questions_are_not_asked_again(here: Scene) -> None:
    act(here, "session", start_time=NOW - HOUR)
    second = act(here, "session", start_time=NOW, confirmed=frozenset({"again"}))
    gone = delete(here, Session, second)
    something_else(here)
    take_back(here, gone)
    assert row(here.db, Session, second)["number"] == 2


def test_failing_anywhere_it_writes_nothing(genes: Genes) -> None:
    made = genes.rule(2, genes.one)
    genes.test(genes.one)
    new = uuid4()
    fails_whole(genes.of.db, lambda db: undo(db, new, made.command_id, genes.of.ann, NOW))
    assert genes.found() == []
