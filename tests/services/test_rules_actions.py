"""What hangs on saving surgeries, injections, water restrictions and other actions, on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Cull,
    Lab,
    LabLocation,
    OtherAction,
    Subject,
    Surgery,
    VirusInjection,
    WaterPlan,
    WaterRestriction,
    Weighing,
    other_action_user,
)
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.records import save_record
from colonydesk.services.restrictions import start_restriction
from tests.builders import NOW, Scene, nothing_written, restriction, row, scene
from tests.db.faults import plain
from tests.services.saving import act, change, changing, delete, mouse, save, saving, take_back

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KINDS = {"surgery": Surgery, "virus_injection": VirusInjection, "other_action": OtherAction}


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(of: Scene, table: str, field: str, words: str, **values: Any) -> None:
    with nothing_written(of.db), pytest.raises(Refused) as error:
        act(of, table, **values)
    assert error.value.field == field
    assert words in plain(error.value)


def dead_mouse(of: Scene, day: date = date(2026, 3, 5)) -> UUID:
    return of.subject("D1", death_date=day)


# All of them


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_action_is_of_the_animals_lab_begins_now_and_was_done_by_who_records_it(
    here: Scene, kind: str
) -> None:
    which = act(here, kind)
    found = row(here.db, KINDS[kind], which)
    assert (found["lab_id"], found["start_time"], found["end_time"]) == (here.lab, NOW, None)


def test_the_users_are_who_records_unless_others_are_named(here: Scene) -> None:
    mine = act(here, "other_action")
    bobs = act(here, "other_action", links={"users": frozenset({here.bob})})
    with here.db.read() as connection:
        found = dict(connection.execute(select(other_action_user)).all())
    assert found == {mine: here.ann, bobs: here.bob}


@pytest.mark.parametrize("kind", KINDS)
def test_times_that_cannot_be(here: Scene, kind: str) -> None:
    dead = dead_mouse(here)
    late = datetime(2026, 3, 6, 5, 0, tzinfo=UTC)  # midnight after its last day, there
    for values, field, words in (
        ({"start_time": NOW + HOUR}, "start_time", "in the future"),
        ({"start_time": NOW - HOUR, "end_time": NOW + HOUR}, "end_time", "in the future"),
        ({"start_time": NOW, "end_time": NOW - HOUR}, "end_time", "end is before the start"),
        ({"start_time": NOW - 200 * DAY}, "start_time", "M1 was not born yet"),
        ({"start_time": late, "subject_id": dead}, "start_time", "D1 died on 5 Mar, before this time."),
        ({"start_time": late - HOUR, "end_time": late, "subject_id": dead}, "end_time", "D1 died on 5 Mar"),
    ):
        refused(here, kind, field, words, **values)
    act(here, kind, subject_id=dead, start_time=late - HOUR, end_time=late - timedelta(seconds=1))


def test_what_imported_books_hold_does_not_hinder_a_change_of_something_else(here: Scene) -> None:
    dead = dead_mouse(here)
    which = here.add(OtherAction, subject_id=dead, start_time=NOW, end_time=NOW - HOUR)
    change(here, OtherAction, which, narrative="noted later")
    with pytest.raises(Refused, match="D1 died"):
        change(here, OtherAction, which, start_time=NOW - HOUR)


def test_an_action_needs_an_animal_and_husbandry_one_that_is_no_human(here: Scene) -> None:
    person = here.subject("H1", is_human=True)
    for kind in (*KINDS, "water_restriction"):
        refused(here, kind, "subject_id", "Choose the animal.", subject_id=None)
    for kind in ("surgery", "virus_injection", "water_restriction"):
        refused(here, kind, "subject_id", "human subject", subject_id=person)
    act(here, "other_action", subject_id=person)


@pytest.mark.parametrize("kind", KINDS)
def test_the_animal_is_fetched_again_and_so_is_the_one_it_was_of_before(here: Scene, kind: str) -> None:
    command = saving(here, kind, subject_id=here.mouse)
    done = save_record(here.db, command, NOW)
    assert done.changed["subject"] == (here.mouse,)
    other = here.subject("M2")
    done = change(here, KINDS[kind], command.id, subject_id=other)
    assert set(done.changed["subject"]) == {here.mouse, other}
    assert delete(here, KINDS[kind], command.id).changed["subject"] == (other,)


# Surgeries


@pytest.mark.parametrize(("before", "after"), [(None, None), (1, 1), (2, 3), (3, 3), (5, 5)])
def test_a_surgery_makes_mild_severity_moderate(here: Scene, before: int | None, after: int | None) -> None:
    subject = here.subject("M2", actual_severity=before)
    which = act(here, "surgery", subject_id=subject)
    assert row(here.db, Subject, subject)["actual_severity"] == after
    change(here, Subject, subject, actual_severity=2)
    change(here, Surgery, which, narrative="went well")
    assert row(here.db, Subject, subject)["actual_severity"] == 2, "set by hand since then"


def test_a_surgery_makes_the_protocol_2_unless_restricted_and_its_deletion_makes_it_1(here: Scene) -> None:
    first, second = act(here, "surgery"), act(here, "surgery")
    assert mouse(here)["protocol_number"] == "2"
    delete(here, Surgery, first)
    assert mouse(here)["protocol_number"] == "2"
    done = delete(here, Surgery, second)
    assert mouse(here)["protocol_number"] == "1"
    take_back(here, done)
    assert mouse(here)["protocol_number"] == "2"
    start_restriction(here.db, restriction(here), NOW)
    act(here, "surgery")
    assert mouse(here)["protocol_number"] == "3"


def test_a_surgery_given_to_another_animal_derives_both_protocols(here: Scene) -> None:
    which, other = act(here, "surgery"), here.subject("M2", actual_severity=2)
    change(here, Surgery, which, subject_id=other)
    found = row(here.db, Subject, other)
    assert (mouse(here)["protocol_number"], found["protocol_number"]) == ("1", "2")
    assert found["actual_severity"] == 3


@pytest.mark.parametrize("outcome", ["a", "n"])
def test_a_surgery_after_which_the_animal_is_dead_asks_and_then_ends_everything(
    here: Scene, outcome: str
) -> None:
    start_restriction(here.db, restriction(here, NOW - 5 * DAY), NOW)
    end = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)  # still 8 March in the lab
    command = saving(
        here,
        "surgery",
        subject_id=here.mouse,
        start_time=end - HOUR,
        end_time=end,
        outcome_type=outcome,
    )
    with nothing_written(here.db), pytest.raises(Doubtful) as doubt:
        save_record(here.db, command, NOW)
    (question,) = doubt.value.questions
    assert (question.code, doubt.value.field) == ("death", "outcome_type")
    assert question.text == "M1 did not live on after this: 8 Mar becomes its date of death."
    confirmed = saving(here, "surgery", **command.values, confirmed=frozenset({"death"}))
    done = save_record(here.db, confirmed, NOW)
    found = mouse(here)
    assert (found["death_date"], found["protocol_number"]) == (date(2026, 3, 8), "2")
    (held,) = (one for one in done.changed["water_restriction"])
    ended = row(here.db, WaterRestriction, held)["end_time"]
    assert ended == datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), "with the lab's local day"
    take_back(here, done)
    assert (mouse(here)["death_date"], mouse(here)["protocol_number"]) == (None, "3")
    assert row(here.db, WaterRestriction, held)["end_time"] is None


def test_no_death_without_an_end_or_after_recovery_or_of_the_dead(here: Scene) -> None:
    for values in (
        {"outcome_type": "n"},
        {"outcome_type": "r", "end_time": NOW},
        {"end_time": NOW},
    ):
        act(here, "surgery", **values)
        assert mouse(here)["death_date"] is None
    dead = dead_mouse(here)
    that_day = NOW - 5 * DAY
    act(here, "surgery", subject_id=dead, start_time=that_day, end_time=that_day, outcome_type="n")
    assert row(here.db, Subject, dead)["death_date"] == date(2026, 3, 5)


def test_the_end_noted_later_asks_then_and_other_changes_do_not_ask(here: Scene) -> None:
    which = act(here, "surgery", outcome_type="n")
    with pytest.raises(Doubtful):
        change(here, Surgery, which, end_time=NOW)
    change(here, Surgery, which, end_time=NOW, confirmed=frozenset({"death"}))
    assert mouse(here)["death_date"] == date(2026, 3, 10)
    imported = here.add(
        Surgery, subject_id=here.subject("M2"), outcome_type="a", start_time=NOW, end_time=NOW
    )
    change(here, Surgery, imported, narrative="noted later")


def asked(of: Scene, act_: Callable[[], Any]) -> list[tuple[str, str]]:
    with nothing_written(of.db), pytest.raises(Doubtful) as doubt:
        act_()
    return [(question.code, question.text) for question in doubt.value.questions]


def terminal(of: Scene, end: datetime = NOW - 2 * DAY, **values: Any) -> UUID:
    """A non-recovery surgery that ended the mouse's life."""
    usual = {"start_time": end - HOUR, "end_time": end, "outcome_type": "n"}
    return act(of, "surgery", confirmed=frozenset({"death"}), **{**usual, **values})


def test_a_death_on_another_day_than_the_surgery_ended_it_is_asked_about(here: Scene) -> None:
    dead = dead_mouse(here)
    cull = here.add(Cull, subject_id=dead, date=date(2026, 3, 5))
    times = {"start_time": NOW - 8 * DAY, "end_time": NOW - 8 * DAY}
    values = {"subject_id": dead, "outcome_type": "n", **times}
    text = "By its record D1 died on 5 Mar; the surgery makes it 2 Mar."
    assert asked(here, lambda: act(here, "surgery", **values)) == [("death", text)]
    act(here, "surgery", confirmed=frozenset({"death"}), **values)
    assert row(here.db, Subject, dead)["death_date"] == date(2026, 3, 2)
    assert row(here.db, Cull, cull)["date"] == date(2026, 3, 2)


def test_the_death_moves_with_the_end_of_the_surgery_that_it_came_of(here: Scene) -> None:
    which = terminal(here)
    assert mouse(here)["death_date"] == date(2026, 3, 8)
    change(here, Surgery, which, end_time=NOW - 2 * DAY + HOUR)  # the same day
    for days, died, text in (
        (3, date(2026, 3, 7), "By its record M1 died on 8 Mar; the surgery makes it 7 Mar."),
        (1, date(2026, 3, 9), "By its record M1 died on 7 Mar; the surgery makes it 9 Mar."),
    ):
        end = NOW - days * DAY
        times = {"start_time": end - HOUR, "end_time": end}
        assert asked(here, lambda times=times: change(here, Surgery, which, **times)) == [("death", text)]
        done = change(here, Surgery, which, confirmed=frozenset({"death"}), **times)
        assert mouse(here)["death_date"] == died
    take_back(here, done)
    assert mouse(here)["death_date"] == date(2026, 3, 7)


@pytest.mark.parametrize("values", [{"outcome_type": "r"}, {"outcome_type": None}, {"end_time": None}])
def test_a_surgery_that_was_survived_after_all_gives_the_life_back(
    here: Scene, values: dict[str, Any]
) -> None:
    start_restriction(here.db, restriction(here, NOW - 5 * DAY), NOW)
    which = terminal(here)
    ((code, text),) = asked(here, lambda: change(here, Surgery, which, **values))
    assert code == "alive"
    assert text.startswith("M1 died of this, on 8 Mar: it lives again.")
    done = change(here, Surgery, which, confirmed=frozenset({"alive"}), **values)
    assert (mouse(here)["death_date"], mouse(here)["protocol_number"]) == (None, "3")
    take_back(here, done)
    assert mouse(here)["death_date"] == date(2026, 3, 8)


def test_a_deleted_surgery_gives_back_the_life_that_it_ended(here: Scene) -> None:
    which = terminal(here)
    change(here, Subject, here.mouse, reduced_date=date(2026, 3, 9))
    codes = [code for code, _ in asked(here, lambda: delete(here, Surgery, which))]
    assert codes == ["alive", "reduced"]
    delete(here, Surgery, which, confirmed=frozenset(codes))
    found = mouse(here)
    assert (found["death_date"], found["reduced_date"], found["protocol_number"]) == (None, None, "1")


def test_a_death_that_is_not_the_surgerys_stays(here: Scene) -> None:
    first = terminal(here)
    second = act(here, "surgery", start_time=NOW - 2 * DAY, end_time=NOW - 2 * DAY, outcome_type="a")
    change(here, Surgery, first, outcome_type="r")  # the other one ended its life too
    here.add(Cull, subject_id=here.mouse, date=date(2026, 3, 8))
    delete(here, Surgery, second)
    assert mouse(here)["death_date"] == date(2026, 3, 8)
    which = act(here, "surgery", start_time=NOW - 4 * DAY, end_time=NOW - 4 * DAY)
    delete(here, Surgery, which)
    assert mouse(here)["death_date"] == date(2026, 3, 8)


def test_a_deadly_surgery_that_was_another_animals_gives_the_first_its_life_back(here: Scene) -> None:
    which, other = terminal(here), here.subject("M2")
    codes = [code for code, _ in asked(here, lambda: change(here, Surgery, which, subject_id=other))]
    assert codes == ["alive", "death"]
    change(here, Surgery, which, subject_id=other, confirmed=frozenset(codes))
    deaths = [row(here.db, Subject, one)["death_date"] for one in (here.mouse, other)]
    assert deaths == [None, date(2026, 3, 8)]


def test_a_surgery_does_not_end_a_life_after_the_body_was_reduced(here: Scene) -> None:
    which = terminal(here)
    change(here, Subject, here.mouse, reduced_date=date(2026, 3, 8))
    with nothing_written(here.db), pytest.raises(Refused, match="M1 was reduced on 8 Mar") as error:
        change(here, Surgery, which, end_time=NOW - DAY)
    assert error.value.field == "end_time"


def test_a_surgery_is_in_the_labs_surgery_room_unless_it_is_said_where(here: Scene) -> None:
    assert row(here.db, Surgery, act(here, "surgery"))["location_id"] is None
    cole = here.add(Lab, name="Cole lab")
    here.add(LabLocation, name="Surgery Room", lab_id=cole)
    assert row(here.db, Surgery, act(here, "surgery"))["location_id"] is None
    everybodys = here.add(LabLocation, name="surgery room")
    assert row(here.db, Surgery, act(here, "surgery"))["location_id"] == everybodys
    room = here.add(LabLocation, name="Surgery Room", lab_id=here.lab)
    rig = here.add(LabLocation, name="Rig 1", lab_id=here.lab)
    which = act(here, "surgery")
    assert row(here.db, Surgery, which)["location_id"] == room
    assert row(here.db, Surgery, act(here, "surgery", location_id=rig))["location_id"] == rig
    change(here, Surgery, which, location_id=None)
    assert row(here.db, Surgery, which)["location_id"] is None


def test_an_implant_weighs_nothing_or_more(here: Scene) -> None:
    refused(here, "surgery", "implant_weight", "at least 0 g", implant_weight=-0.1)
    which = act(here, "surgery", implant_weight=1.5)
    assert row(here.db, Surgery, which)["implant_weight"] == 1.5
    change(here, Surgery, which, implant_weight=None)
    assert row(here.db, Surgery, which)["implant_weight"] == 0.0


# Virus injections


def test_an_injection_has_a_positive_volume_and_rate_and_is_of_a_kind(here: Scene) -> None:
    for name, words in (
        ("injection_volume", "volume must be more than 0 nL"),
        ("rate_of_injection", "rate must be more than 0 nL/min"),
    ):
        for value in (0.0, -5.0):
            refused(here, "virus_injection", name, words, **{name: value})
    refused(here, "virus_injection", "injection_type", "X is no injection type", injection_type="X")
    which = act(here, "virus_injection", injection_volume=200.0, rate_of_injection=0.5, injection_type="P")
    assert row(here.db, VirusInjection, which)["injection_type"] == "P"
    assert row(here.db, VirusInjection, act(here, "virus_injection"))["injection_type"] == "I"


# Water restrictions


def on_water(of: Scene, **values: Any) -> UUID:
    return act(of, "water_restriction", **{"start_time": NOW - 5 * DAY, "reference_weight": 25.0, **values})


def test_a_restriction_makes_the_protocol_3_until_it_ends_or_is_deleted(here: Scene) -> None:
    which = on_water(here)
    assert (mouse(here)["protocol_number"], row(here.db, WaterRestriction, which)["lab_id"]) == (
        "3",
        here.lab,
    )
    change(here, WaterRestriction, which, end_time=NOW, by=here.bob)
    assert mouse(here)["protocol_number"] == "1"
    change(here, WaterRestriction, which, end_time=None)
    assert mouse(here)["protocol_number"] == "3"
    done = delete(here, WaterRestriction, which)
    assert mouse(here)["protocol_number"] == "1"
    take_back(here, done)
    assert mouse(here)["protocol_number"] == "3"


def test_an_empty_reference_weight_is_the_last_weighing_within_7_days_of_the_start(here: Scene) -> None:
    start = NOW - 5 * DAY
    here.add(Weighing, subject_id=here.mouse, weight=19.0, date_time=start - 7 * DAY - timedelta(seconds=1))
    refused(
        here,
        "water_restriction",
        "reference_weight",
        "M1 was not weighed in the 7 days before.",
        start_time=start,
    )
    here.add(Weighing, subject_id=here.mouse, weight=21.5, date_time=start - 7 * DAY)
    which = on_water(here, start_time=start, reference_weight=None)
    assert row(here.db, WaterRestriction, which)["reference_weight"] == 21.5
    change(here, WaterRestriction, which, reference_weight=24.0)
    change(here, WaterRestriction, which, reference_weight=None)
    assert row(here.db, WaterRestriction, which)["reference_weight"] == 21.5
    for value, words in ((0.0, "more than 0 g"), (2000.0, "2000 g is not possible")):
        with pytest.raises(Refused, match=words) as error:
            change(here, WaterRestriction, which, reference_weight=value)
        assert error.value.field == "reference_weight"


def test_a_reference_weight_that_is_not_usual_is_asked_about_in_the_form_too(here: Scene) -> None:
    question = ("range", "220 g: usual is 5 to 50 g.")
    assert asked(here, lambda: on_water(here, reference_weight=220.0)) == [question]
    which = on_water(here, reference_weight=220.0, confirmed=frozenset({"range"}))
    change(here, WaterRestriction, which, narrative="a rat, it seems")
    assert asked(here, lambda: change(here, WaterRestriction, which, reference_weight=221.0))


def test_a_reference_weight_that_was_found_is_found_again_for_another_start(here: Scene) -> None:
    for days, weight in ((31, 24.0), (6, 21.5)):
        here.add(Weighing, subject_id=here.mouse, weight=weight, date_time=NOW - days * DAY)

    def weight_of(restriction_id: UUID) -> float:
        return float(row(here.db, WaterRestriction, restriction_id)["reference_weight"])

    which = on_water(here, reference_weight=None)
    change(here, WaterRestriction, which, start_time=NOW - 30 * DAY)
    assert weight_of(which) == 24.0
    with nothing_written(here.db), pytest.raises(Refused, match="M1 was not weighed") as error:
        change(here, WaterRestriction, which, start_time=NOW - 20 * DAY)
    assert error.value.field == "reference_weight"
    change(here, WaterRestriction, which, start_time=NOW - 20 * DAY, reference_weight=24.0)
    assert weight_of(which) == 24.0, "typed"
    change(here, WaterRestriction, which, start_time=NOW - 5 * DAY)
    assert weight_of(which) == 24.0, "it was not what was found for the start until now"
    change(here, WaterRestriction, which, narrative="as planned", reference_weight=None)
    other = here.subject("M2")
    here.add(Weighing, subject_id=other, weight=19.0, date_time=NOW - 5 * DAY)
    change(here, WaterRestriction, which, subject_id=other)
    assert weight_of(which) == 19.0
    bare = here.add(
        WaterRestriction, subject_id=here.mouse, start_time=NOW - 90 * DAY, end_time=NOW - 80 * DAY
    )
    change(here, WaterRestriction, bare, start_time=NOW - 85 * DAY)
    assert row(here.db, WaterRestriction, bare)["reference_weight"] is None, "imported without one"


def test_an_animal_is_on_one_restriction_at_a_time(here: Scene) -> None:
    which = on_water(here, start_time=NOW - 20 * DAY, end_time=NOW - 10 * DAY)
    open_one = on_water(here)
    for values, field in (
        ({"start_time": NOW}, "subject_id"),
        ({"start_time": NOW - 11 * DAY, "end_time": NOW - 9 * DAY}, "start_time"),
        ({"start_time": NOW - 9 * DAY, "end_time": NOW - 4 * DAY}, "subject_id"),
        ({"start_time": NOW - 25 * DAY, "end_time": NOW - 19 * DAY}, "start_time"),
    ):
        refused(here, "water_restriction", field, "M1", reference_weight=25.0, **values)
    on_water(here, start_time=NOW - 9 * DAY, end_time=NOW - 5 * DAY)  # where the open one begins
    for values in ({"end_time": None}, {"end_time": NOW - 8 * DAY}, {"start_time": NOW - 5 * DAY}):
        with nothing_written(here.db), pytest.raises(Refused):
            change(here, WaterRestriction, which, **values)
    change(here, WaterRestriction, which, end_time=NOW - 12 * DAY)
    change(here, WaterRestriction, open_one, end_time=NOW)


def test_a_restriction_begins_and_ends_when_it_can(here: Scene) -> None:
    dead = dead_mouse(here)
    for values, field, words in (
        ({"start_time": None}, "start_time", "Say when the restriction started."),
        ({"start_time": NOW + HOUR}, "start_time", "in the future"),
        ({"start_time": NOW - 200 * DAY}, "start_time", "M1 was not born yet"),
        ({"subject_id": dead, "start_time": NOW - 10 * DAY}, "subject_id", "D1 is dead"),
        (
            {"subject_id": dead, "start_time": NOW - 3 * DAY, "end_time": NOW - 2 * DAY},
            "subject_id",
            "D1 is dead",
        ),
        ({"start_time": NOW, "end_time": NOW - HOUR}, "end_time", "cannot end before it starts"),
        ({"start_time": NOW, "end_time": NOW + HOUR}, "end_time", "in the future"),
    ):
        refused(here, "water_restriction", field, words, **{"reference_weight": 25.0, **values})
    on_water(here, subject_id=dead, start_time=NOW - 10 * DAY, end_time=NOW - 6 * DAY)


def test_a_restriction_can_always_be_ended_whatever_is_wrong_with_it(here: Scene) -> None:
    dead = dead_mouse(here)
    bare = here.add(WaterRestriction, subject_id=dead)
    twice = here.add(WaterRestriction, subject_id=dead, start_time=NOW - 9 * DAY, reference_weight=0.0)
    ahead = here.add(WaterRestriction, subject_id=dead, start_time=NOW + DAY)
    for which, end in ((bare, NOW), (twice, NOW), (ahead, NOW + DAY)):
        change(here, WaterRestriction, which, end_time=end)
        assert row(here.db, WaterRestriction, which)["end_time"] == end


def test_a_restriction_is_not_changed_under_two_hands(here: Scene) -> None:
    which = on_water(here)
    late = changing(here, WaterRestriction, which, end_time=NOW)
    change(here, WaterRestriction, which, narrative="for the wheel task")
    with nothing_written(here.db), pytest.raises(Exception, match="Somebody else has changed"):
        save_record(here.db, late, NOW)


# Planned water


def test_no_water_is_planned_for_the_dead(here: Scene) -> None:
    dead, plan = dead_mouse(here), {"amount": 0.8}
    late, last = date(2026, 3, 6), date(2026, 3, 5)
    with nothing_written(here.db), pytest.raises(Refused, match="D1 died on") as error:
        save(here, "water_plan", subject_id=dead, date=late, **plan)
    assert error.value.field == "date"
    save(here, "water_plan", subject_id=dead, date=last, **plan)
    living = save(here, "water_plan", subject_id=here.mouse, date=late, **plan)
    with pytest.raises(Refused, match="D1 died on"):
        change(here, WaterPlan, living, subject_id=dead)
    planned = here.add(WaterPlan, subject_id=dead, date=late, **plan)  # before it died
    change(here, WaterPlan, planned, amount=0.7)
    person = here.subject("H1", is_human=True)
    with pytest.raises(Refused, match="human") as error:
        save(here, "water_plan", subject_id=person, date=late, **plan)
    assert error.value.field == "subject_id"
