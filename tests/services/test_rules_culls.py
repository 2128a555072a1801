"""Culls: one by the form, several at once, the reduced, and lives given back, on both engines."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.migrate import open_database
from colonydesk.db.tables import (
    AuditEntry,
    Cull,
    CullMethod,
    CullReason,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.culls import CullSubjects, ReduceSubjects, cull_subjects, reduce_subjects
from colonydesk.services.records import save_record
from colonydesk.services.restrictions import start_restriction
from colonydesk.services.undo import undo
from tests.builders import (
    NOW,
    Scene,
    at_once,
    audit,
    fails_whole,
    nothing_written,
    restriction,
    row,
    rows,
    scene,
)
from tests.db.faults import plain
from tests.services.saving import act, change, delete, mouse, save, saving, take_back, the_only

DAY = timedelta(days=1)
TODAY = date(2026, 3, 10)
YESTERDAY = date(2026, 3, 9)
SEVERITY = frozenset({"severity"})


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def cull(of: Scene, day: date = YESTERDAY, **values: Any) -> UUID:
    """The mouse is culled; nobody minds that its severity is not recorded."""
    return act(of, "cull", **{"date": day, "confirmed": SEVERITY, **values})


def culling(of: Scene, *ids: UUID, **changes: Any) -> CullSubjects:
    usual: dict[str, Any] = {"command_id": uuid4(), "user_id": of.ann, "date": YESTERDAY, "severity": 3}
    return CullSubjects(**{**usual, "ids": ids or (of.mouse,), **changes})


def reducing(of: Scene, *ids: UUID, **changes: Any) -> ReduceSubjects:
    usual: dict[str, Any] = {"command_id": uuid4(), "user_id": of.ann, "date": TODAY}
    return ReduceSubjects(**{**usual, "ids": ids or (of.mouse,), **changes})


def on_water(of: Scene, subject_id: UUID | None = None, **changes: Any) -> UUID:
    command = restriction(of, NOW - 5 * DAY, subject_id=subject_id or of.mouse, **changes)
    start_restriction(of.db, command, NOW)
    return command.id


def end_of(of: Scene, restriction_id: UUID) -> datetime | None:
    found: datetime | None = row(of.db, WaterRestriction, restriction_id)["end_time"]
    return found


def questions(error: pytest.ExceptionInfo[Doubtful]) -> list[tuple[str, str]]:
    return [(question.code, question.text) for question in error.value.questions]


# One, by its form


def test_a_cull_is_a_death(here: Scene) -> None:
    held = on_water(here)
    here.add(Surgery, subject_id=here.mouse)
    reason, method = here.add(CullReason, name="end of study"), here.add(CullMethod, name="CO2")
    command = saving(
        here,
        "cull",
        subject_id=here.mouse,
        date=YESTERDAY,
        cull_reason_id=reason,
        cull_method_id=method,
        confirmed=SEVERITY,
    )
    done = save_record(here.db, command, NOW)
    found = mouse(here)
    assert (found["death_date"], found["protocol_number"]) == (YESTERDAY, "2")
    assert end_of(here, held) == datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC), "with the lab's local day"
    assert row(here.db, Cull, command.id)["user_id"] == here.ann
    assert set(done.changed) == {"cull", "subject", "water_restriction"}
    take_back(here, done)
    found = mouse(here)
    assert (found["death_date"], found["protocol_number"], end_of(here, held)) == (None, "3", None)
    assert rows(here.db, Cull) == []


def test_of_today_the_restriction_ends_now_and_one_that_begins_later_where_it_begins(here: Scene) -> None:
    held = on_water(here)
    cull(here, TODAY)
    assert end_of(here, held) == NOW
    other = here.subject("M2")
    ahead = here.add(WaterRestriction, subject_id=other, start_time=NOW - DAY, reference_weight=20.0)
    cull(here, TODAY - 5 * DAY, subject_id=other)
    assert end_of(here, ahead) == NOW - DAY


def test_the_date_is_today_where_none_is_given(here: Scene) -> None:
    evening = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)  # 10 March still in the lab
    command = saving(here, "cull", subject_id=here.mouse, confirmed=SEVERITY)
    save_record(here.db, command, evening)
    assert row(here.db, Cull, command.id)["date"] == mouse(here)["death_date"] == TODAY


def test_dates_that_cannot_be(here: Scene) -> None:
    reduced = here.subject("M2", death_date=TODAY - 5 * DAY, reduced_date=TODAY - 3 * DAY)
    for values, words in (
        ({"date": TODAY + DAY}, "in the future"),
        ({"date": date(2025, 10, 31)}, "M1 was not born yet"),
        ({"date": None}, "Give the date."),
        ({"date": YESTERDAY, "subject_id": reduced}, "M2 was reduced on 7 Mar"),
    ):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            cull(here, **values)
        assert error.value.field == "date"
        assert words in plain(error.value)
    cull(here, date(2025, 11, 1))


def test_an_animal_is_culled_once_and_a_cull_stays_its_own(here: Scene) -> None:
    which = cull(here)
    with nothing_written(here.db), pytest.raises(Refused, match="M1 has been culled already, on 9 Mar") as e:
        cull(here, TODAY)
    assert e.value.field == "subject_id"
    other, person = here.subject("M2"), here.subject("H1", is_human=True)
    with nothing_written(here.db), pytest.raises(Refused, match="cannot be given to another animal") as e:
        change(here, Cull, which, subject_id=other)
    assert e.value.field == "subject_id"
    for subject_id, words in ((None, "Choose the animal"), (person, "human subject")):
        with nothing_written(here.db), pytest.raises(Refused, match=words):
            cull(here, subject_id=subject_id)


def test_the_severity_is_asked_for(here: Scene) -> None:
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull(here, confirmed=frozenset())
    assert questions(error) == [("severity", "The actual severity of M1 is not recorded.")]
    assert error.value.field == "actual_severity"
    change(here, Subject, here.mouse, actual_severity=2)
    cull(here, confirmed=frozenset())


def test_who_is_left_alone_in_the_cage_is_asked_about(here: Scene) -> None:
    here.subject("M2", cage="A1")
    here.subject("M3", cage="A1", death_date=TODAY)
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull(here)
    assert questions(error) == [("alone", "M2 is then alone in cage A1.")]
    here.subject("M4", cage="A1")
    cull(here)
    dead = here.subject("N1", cage="B1", death_date=YESTERDAY)
    here.subject("N2", cage="B1")
    cull(here, subject_id=dead)  # its mate has been alone since it died


def test_another_date_of_death_is_asked_about(here: Scene) -> None:
    dead = here.subject("M2", death_date=TODAY - 5 * DAY)
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull(here, subject_id=dead)
    assert questions(error) == [("death", "By its record M2 died on 5 Mar; the cull makes it 9 Mar.")]
    cull(here, subject_id=dead, confirmed=SEVERITY | {"death"})
    assert row(here.db, Subject, dead)["death_date"] == YESTERDAY
    same = here.subject("M3", death_date=YESTERDAY)
    cull(here, subject_id=same)


def test_a_corrected_date_takes_the_death_and_the_ends_that_it_brought_along(here: Scene) -> None:
    held = on_water(here)
    which = cull(here)
    earlier = TODAY - 3 * DAY
    change(here, Cull, which, date=earlier)
    assert mouse(here)["death_date"] == earlier
    assert end_of(here, held) == datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC), "before the clocks changed"
    change(here, Cull, which, date=TODAY)
    assert (mouse(here)["death_date"], end_of(here, held)) == (TODAY, NOW)
    with nothing_written(here.db), pytest.raises(Refused, match="in the future"):
        change(here, Cull, which, date=TODAY + DAY)
    done = change(here, Cull, which, description="by ann")
    assert (mouse(here)["death_date"], end_of(here, held)) == (TODAY, NOW)
    assert done.changed["subject"] == (here.mouse,)


def test_an_end_that_was_set_by_hand_stays_where_it_is(here: Scene) -> None:
    held = on_water(here)
    change(here, WaterRestriction, held, end_time=NOW - 2 * DAY)
    which = cull(here)
    change(here, Cull, which, date=TODAY)
    assert end_of(here, held) == NOW - 2 * DAY
    delete(here, Cull, which)
    assert end_of(here, held) == NOW - 2 * DAY


def test_an_end_that_was_corrected_after_the_cull_stays_too(here: Scene) -> None:
    held = on_water(here)
    which = cull(here)
    change(here, WaterRestriction, held, end_time=NOW - 3 * DAY)
    change(here, Cull, which, date=TODAY)
    assert end_of(here, held) == NOW - 3 * DAY
    delete(here, Cull, which)
    assert end_of(here, held) == NOW - 3 * DAY


def test_a_life_given_back_is_not_on_two_restrictions(here: Scene) -> None:
    held = on_water(here)
    which = cull(here, TODAY)
    here.add(WaterRestriction, subject_id=here.mouse, start_time=NOW - DAY)
    delete(here, Cull, which)
    assert end_of(here, held) == NOW


def test_a_deleted_cull_gives_the_animal_its_life_back_and_says_so(here: Scene) -> None:
    held = on_water(here)
    which = cull(here)
    done = delete(here, Cull, which)
    found = mouse(here)
    assert (found["death_date"], found["protocol_number"], end_of(here, held)) == (None, "3", None)
    said = [entry for entry in audit(here.db, done.command_id) if entry[:2] == ("subject", here.mouse)]
    assert ("subject", here.mouse, "update", {"death_date": "2026-03-09"}, {"death_date": None}) in said
    take_back(here, done)
    assert (mouse(here)["death_date"], mouse(here)["protocol_number"]) == (YESTERDAY, "1")
    assert the_only(here, Cull)["id"] == which
    delete(here, Cull, which)
    assert (mouse(here)["death_date"], end_of(here, held)) == (None, None)


def test_a_life_given_back_loses_its_reduced_date_and_that_is_asked(here: Scene) -> None:
    which = cull(here)
    change(here, Subject, here.mouse, reduced_date=TODAY)
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        delete(here, Cull, which)
    text = "M1 was reduced on 10 Mar: it lives again, and this date goes."
    assert questions(error) == [("reduced", text)]
    done = delete(here, Cull, which, confirmed=frozenset({"reduced"}))
    assert (mouse(here)["death_date"], mouse(here)["reduced_date"]) == (None, None)
    gone = {"death_date": "2026-03-09", "reduced_date": "2026-03-10"}
    said = ("subject", here.mouse, "update", gone, dict.fromkeys(gone))
    assert said in audit(here.db, done.command_id)
    take_back(here, done)
    assert mouse(here)["reduced_date"] == TODAY


def test_a_death_before_what_was_done_with_the_animal_is_asked_about(here: Scene) -> None:
    here.add(Weighing, subject_id=here.mouse, date_time=NOW - 3 * DAY, weight=22.0)
    here.add(Weighing, subject_id=here.mouse, date_time=NOW, weight=2.0, voided_at=NOW, void_reason="slip")
    here.add(WaterAdministration, subject_id=here.mouse, date_time=NOW - DAY, water_administered=1.0)
    early = TODAY - 4 * DAY
    text = "M1 has records after this day: a weighing on 7 Mar, water on 9 Mar."
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull(here, early)
    assert questions(error) == [("later", text)]
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull_subjects(here.db, culling(here, date=early), NOW)
    assert questions(error) == [("later", text)]
    which = cull(here)
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        change(here, Cull, which, date=early)
    assert (questions(error), error.value.field) == ([("later", text)], "date")
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        change(here, Subject, here.mouse, death_date=early)
    assert (questions(error), error.value.field) == ([("later", text)], "death_date")
    change(here, Cull, which, date=early, confirmed=frozenset({"later"}))
    assert mouse(here)["death_date"] == early


def test_an_imported_cull_is_deleted_too(here: Scene) -> None:
    dead = here.subject("M2", death_date=TODAY - 5 * DAY, birth_date=None, lab_id=None)
    which = here.add(Cull, subject_id=dead, date=TODAY - 5 * DAY)
    delete(here, Cull, which)
    assert row(here.db, Subject, dead)["death_date"] is None


# Several at once


def test_several_are_culled_in_one_unit(here: Scene) -> None:
    others = [here.subject(f"M{number}", to_be_culled=True) for number in (2, 3)]
    held = [on_water(here), on_water(here, others[0])]
    reason, method = here.add(CullReason, name="end of study"), here.add(CullMethod, name="CO2")
    command = culling(
        here, here.mouse, *others, cull_reason_id=reason, cull_method_id=method, description="as planned"
    )
    done = cull_subjects(here.db, command, NOW)
    assert set(done.changed["subject"]) == {here.mouse, *others}
    for subject_id in (here.mouse, *others):
        found = row(here.db, Subject, subject_id)
        assert (found["death_date"], found["actual_severity"], found["to_be_culled"]) == (YESTERDAY, 3, False)
        made = the_only(here, Cull, subject_id=subject_id)
        assert (made["cull_reason_id"], made["cull_method_id"], made["user_id"]) == (reason, method, here.ann)
        assert (made["date"], made["description"]) == (YESTERDAY, "as planned")
    assert None not in [end_of(here, one) for one in held]
    with nothing_written(here.db):
        assert cull_subjects(here.db, command, NOW).repeated
    undo(here.db, uuid4(), command.command_id, here.ann, NOW)
    assert rows(here.db, Cull) == []
    for subject_id in (here.mouse, *others):
        found = row(here.db, Subject, subject_id)
        assert (found["death_date"], found["actual_severity"]) == (None, None)
    assert row(here.db, Subject, others[0])["to_be_culled"]
    assert [end_of(here, one) for one in held] == [None, None]


def test_all_of_them_or_none(here: Scene) -> None:
    young = here.subject("M2", birth_date=TODAY)
    command = culling(here, here.mouse, young)
    with nothing_written(here.db), pytest.raises(Refused, match="M2 was not born yet"):
        cull_subjects(here.db, command, NOW)
    done = fails_whole(here.db, lambda db: cull_subjects(db, replace(command, date=TODAY), NOW))
    assert len(done.changed["cull"]) == 2


def test_what_cannot_be_is_refused(here: Scene) -> None:
    done = here.subject("M2")
    cull(here, subject_id=done)
    for changes, field, words in (
        ({"ids": ()}, "subject_id", "Choose the animals first."),
        ({"ids": (uuid4(),)}, "subject", "no longer in the database"),
        ({"ids": (done,)}, "subject_id", "culled already"),
        ({"severity": 6}, "actual_severity", "from the list"),
        ({"date": TODAY + DAY}, "date", "in the future"),
        ({"user_id": here.eve}, "user", "not active"),
    ):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            cull_subjects(here.db, replace(culling(here), **changes), NOW)
        assert (error.value.field, words in plain(error.value)) == (field, True)


def test_together_who_is_left_alone_is_reckoned_without_all_of_them(here: Scene) -> None:
    second = here.subject("M2", cage="A1")
    here.subject("M3", cage="A1")
    pair = [here.subject(name, cage="B1") for name in ("N1", "N2")]
    cull_subjects(here.db, culling(here, *pair), NOW)
    command = culling(here, here.mouse, second)
    with nothing_written(here.db), pytest.raises(Doubtful) as error:
        cull_subjects(here.db, command, NOW)
    assert questions(error) == [("alone", "M3 is then alone in cage A1.")]
    cull_subjects(here.db, replace(command, confirmed=frozenset({"alone"})), NOW)


def test_the_severity_of_those_without_one_is_asked_for_by_name(here: Scene) -> None:
    known = here.subject("A0", actual_severity=4)
    with pytest.raises(Doubtful) as error:
        cull_subjects(here.db, culling(here, here.mouse, known, severity=None), NOW)
    assert questions(error) == [("severity", "The actual severity of M1 is not recorded.")]
    more = [here.subject(f"M{number}") for number in range(2, 5)]
    with pytest.raises(Doubtful) as error:
        cull_subjects(here.db, culling(here, here.mouse, *more, severity=None), NOW)
    assert questions(error)[0][1] == "The actual severity of M1, M2, M3 and M4 is not recorded."
    more += [here.subject(f"M{number}") for number in (5, 6)]
    command = culling(here, here.mouse, *more, severity=None)
    with pytest.raises(Doubtful) as error:
        cull_subjects(here.db, command, NOW)
    assert questions(error)[0][1] == "The actual severity of M1, M2, M3, M4 and 2 more is not recorded."
    cull_subjects(here.db, replace(command, confirmed=SEVERITY), NOW)
    assert mouse(here)["actual_severity"] is None


def test_two_workstations_cull_an_animal_once(here: Scene, database_url: str) -> None:
    one, two = culling(here), culling(here, user_id=here.bob)
    with closing(open_database(database_url)) as other:
        results = at_once(
            here.mouse,
            (here.db, other),
            [lambda db: cull_subjects(db, one, NOW), lambda db: cull_subjects(db, two, NOW)],
        )
    (refused,) = (result for result in results if isinstance(result, Refused))
    assert plain(refused) == "M1 has been culled already, on 9 Mar."
    assert len(rows(here.db, Cull)) == 1


# The reduced


def test_the_dead_are_reduced_together(here: Scene) -> None:
    others = [here.subject(f"M{number}", death_date=YESTERDAY) for number in (2, 3)]
    command = reducing(here, *others)
    done = reduce_subjects(here.db, command, NOW)
    assert [row(here.db, Subject, one)["reduced_date"] for one in others] == [TODAY, TODAY]
    with nothing_written(here.db):
        assert reduce_subjects(here.db, command, NOW).repeated
    take_back(here, done)
    assert row(here.db, Subject, others[0])["reduced_date"] is None


def test_reductions_that_cannot_be(here: Scene) -> None:
    dead = here.subject("M2", death_date=YESTERDAY)
    done = here.subject("M3", death_date=YESTERDAY, reduced_date=YESTERDAY)
    for changes, words in (
        ({}, "M1 is alive."),
        ({"ids": (dead,), "date": TODAY + DAY}, "in the future"),
        ({"ids": (dead,), "date": TODAY - 2 * DAY}, "M2 died on 9 Mar, after this date."),
        ({"ids": (dead, done)}, "M3 was reduced already, on 9 Mar."),
    ):
        with nothing_written(here.db), pytest.raises(Refused) as error:
            reduce_subjects(here.db, replace(reducing(here), **changes), NOW)
        assert (error.value.field, words in plain(error.value)) == ("reduced_date", True)
    with pytest.raises(Refused, match="Choose the animals first"):
        reduce_subjects(here.db, replace(reducing(here), ids=()), NOW)


def test_the_history_of_the_animal_holds_both_its_death_and_its_life(here: Scene) -> None:
    delete(here, Cull, cull(here))
    days = [
        (entry["before"].get("death_date"), entry["after"]["death_date"])
        for entry in rows(here.db, AuditEntry, row_id=here.mouse)
        if entry["action"] == "update" and "death_date" in entry["after"]
    ]
    assert days == [(None, "2026-03-09"), ("2026-03-09", None)]
    save(here, "cull", subject_id=here.mouse, date=TODAY, confirmed=SEVERITY)
