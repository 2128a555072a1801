"""An animal is in one housing at a time, and its record says in which; on both engines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import CageCleaning, CageType, Food, Housing, HousingSubject, Lab, Subject
from colonydesk.domain.errors import Refused
from tests.builders import NOW, Scene, row, rows, scene
from tests.services.saving import change, delete, mouse, save, take_back, the_only

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def refused(act: Callable[[], Any], field: str, words: str) -> None:
    with pytest.raises(Refused) as error:
        act()
    assert (error.value.field, words in str(error.value)) == (field, True), str(error.value)


def stays(of: Scene, subject: UUID | None = None) -> list[tuple[str, datetime, datetime | None]]:
    """(cage, from, to), the first one first."""
    found = rows(of.db, HousingSubject, subject_id=subject or of.mouse)
    names = {one["id"]: one["cage_name"] for one in rows(of.db, Housing)}
    return sorted((names[one["housing_id"]], one["start_datetime"], one["end_datetime"]) for one in found)


def housing(of: Scene, name: str, **values: Any) -> UUID:
    return save(of, "housing", cage_name=name, **values)


def stay(of: Scene, where: UUID, **values: Any) -> UUID:
    return save(of, "housing_subject", **{"subject_id": of.mouse, "housing_id": where, **values})


# Stays


def test_moving_in_closes_the_other_stay_and_writes_the_cage(here: Scene) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    stay(here, first, start_datetime=NOW - 3 * DAY)
    assert mouse(here)["cage"] == "B1"
    stay(here, second)
    assert mouse(here)["cage"] == "B2"
    assert stays(here) == [("B1", NOW - 3 * DAY, NOW), ("B2", NOW, None)]


def test_a_stay_that_ends_or_is_deleted_leaves_the_animal_where_it_then_is(here: Scene) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    which = stay(here, first, start_datetime=NOW - 3 * DAY)
    done = change(here, HousingSubject, which, end_datetime=NOW - DAY)
    assert (mouse(here)["cage"], stays(here)) == (None, [("B1", NOW - 3 * DAY, NOW - DAY)])
    assert {here.mouse} <= set(done.changed["subject"])
    assert first in done.changed["housing"]
    now = stay(here, second)
    change(here, HousingSubject, which, end_datetime=NOW - 2 * DAY)
    assert mouse(here)["cage"] == "B2"
    done = delete(here, HousingSubject, now)
    assert mouse(here)["cage"] is None
    take_back(here, done)
    assert mouse(here)["cage"] == "B2"


def test_a_stay_of_the_past_is_entered_beside_the_others(here: Scene) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    stay(here, second, start_datetime=NOW - DAY)
    stay(here, first, start_datetime=NOW - 3 * DAY, end_datetime=NOW - DAY)
    assert mouse(here)["cage"] == "B2"
    assert stays(here)[1] == ("B2", NOW - DAY, None)
    refused(lambda: stay(here, first, start_datetime=NOW - 2 * DAY), "start_datetime", "was in cage")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOW - 4 * DAY, NOW - 2 * DAY),
        (NOW - 2 * DAY, NOW - HOUR),
        (NOW - 9 * DAY, NOW - 2 * DAY),
        (NOW - 2 * DAY, None),
    ],
)
def test_an_animal_is_in_one_cage_at_a_time(here: Scene, start: datetime, end: datetime | None) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    stay(here, first, start_datetime=NOW - 3 * DAY, end_datetime=NOW - DAY)
    words = "M1 was in cage B1 at this time, since 7 Mar"
    refused(lambda: stay(here, second, start_datetime=start, end_datetime=end), "start_datetime", words)
    assert len(stays(here)) == 1


def test_times_that_cannot_be(here: Scene) -> None:
    where = housing(here, "B1")
    for values, field, words in (
        ({"start_datetime": NOW + HOUR}, "start_datetime", "in the future"),
        ({"end_datetime": NOW + HOUR}, "end_datetime", "in the future"),
        ({"end_datetime": NOW - HOUR}, "end_datetime", "before it begins"),
        ({"start_datetime": NOW - 200 * DAY}, "start_datetime", "not born yet"),
    ):
        refused(lambda values=values: stay(here, where, **values), field, words)  # type: ignore[misc]
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    refused(lambda: stay(here, where, subject_id=dead), "start_datetime", "is dead")
    stay(here, where, subject_id=dead, start_datetime=NOW - 20 * DAY, end_datetime=NOW - 9 * DAY)
    person = here.subject("H1", is_human=True)
    refused(lambda: stay(here, where, subject_id=person), "subject_id", "human subject")
    stay(here, where)
    refused(lambda: stay(here, where), "housing_id", "in this cage already")


def test_the_stay_of_a_dead_animal_is_not_opened_again(here: Scene) -> None:
    which = stay(here, housing(here, "B1"), start_datetime=NOW - 3 * DAY)
    change(here, Subject, here.mouse, death_date=date(2026, 3, 9))
    words = "M1 is dead: it is in no cage."
    refused(lambda: change(here, HousingSubject, which, end_datetime=None), "end_datetime", words)
    change(here, HousingSubject, which, end_datetime=NOW - 2 * DAY)


def test_a_stay_is_one_animals_in_one_cage(here: Scene) -> None:
    which = stay(here, housing(here, "B1"))
    other = here.subject("M2")
    refused(lambda: change(here, HousingSubject, which, subject_id=other), "subject_id", "one animal's")
    elsewhere = housing(here, "B2")
    refused(lambda: change(here, HousingSubject, which, housing_id=elsewhere), "housing_id", "one animal's")


def test_an_imported_stay_in_two_cages_can_be_saved(here: Scene) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    one, two = (
        here.add(HousingSubject, subject_id=here.mouse, housing_id=where, start_datetime=NOW - DAY)
        for where in (first, second)
    )
    change(here, HousingSubject, one, name="as it came")
    assert row(here.db, HousingSubject, two)["end_datetime"] == NOW - DAY
    change(here, HousingSubject, one, end_datetime=NOW)


def test_nobody_moves_into_what_a_cage_was(here: Scene) -> None:
    mate, third = here.subject("M2"), here.subject("M3")
    old = housing(here, "B1")
    mine = stay(here, old, start_datetime=NOW - 9 * DAY)
    stay(here, old, subject_id=mate, start_datetime=NOW - 9 * DAY)
    done = change(here, Housing, old, light_cycle=1)
    sentence = "This was cage B1 until 10 Mar: another one has taken its place."
    refused(lambda: stay(here, old, subject_id=third), "housing_id", sentence)
    refused(lambda: stay(here, old, subject_id=third, start_datetime=NOW - DAY), "housing_id", sentence)
    refused(lambda: change(here, HousingSubject, mine, end_datetime=None), "start_datetime", "was in cage B1")
    past = {"start_datetime": NOW - 8 * DAY, "end_datetime": NOW - 7 * DAY}
    stay(here, old, subject_id=third, **past)
    take_back(here, done)
    stay(here, old, subject_id=third)
    assert stays(here, third)[-1] == ("B1", NOW, None)


def test_two_cages_of_a_name_do_not_both_get_animals_of_a_lab(here: Scene) -> None:
    first = housing(here, "B1")
    which = stay(here, first, start_datetime=NOW - DAY)
    second = housing(here, "B1")
    mate = here.subject("M2")
    refused(lambda: stay(here, second, subject_id=mate), "housing_id", "another cage B1")
    theirs = here.subject("X1", lab_id=here.add(Lab, name="Cole lab"))
    stay(here, second, subject_id=theirs)
    third = housing(here, "B1")
    change(here, HousingSubject, which, end_datetime=NOW)
    stay(here, third, subject_id=mate)
    refused(lambda: stay(here, first, subject_id=here.subject("M4")), "housing_id", "This was cage B1")


# Conditions


def test_a_change_of_an_occupied_cage_opens_a_new_housing_with_its_animals(here: Scene) -> None:
    old_food, new_food = here.add(Food, name="plain"), here.add(Food, name="rich")
    where = housing(here, "B1", food_id=old_food, light_cycle=0)
    mate, dead = here.subject("M2"), here.subject("D1")
    for one in (here.mouse, mate, dead):
        stay(here, where, subject_id=one, start_datetime=NOW - 3 * DAY)
    change(here, Subject, dead, death_date=date(2026, 3, 8))
    done = change(here, Housing, where, food_id=new_food)
    assert row(here.db, Housing, where)["food_id"] == old_food
    (new,) = [one for one in rows(here.db, Housing) if one["id"] != where]
    assert (new["cage_name"], new["food_id"], new["light_cycle"]) == ("B1", new_food, 0)
    for one in (here.mouse, mate):
        assert stays(here, one) == [("B1", NOW - 3 * DAY, NOW), ("B1", NOW, None)]
        assert row(here.db, Subject, one)["cage"] == "B1"
    assert stays(here, dead) == [("B1", NOW - 3 * DAY, datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC))]
    assert {where, new["id"]} <= set(done.changed["housing"])
    take_back(here, done)
    assert stays(here) == [("B1", NOW - 3 * DAY, None)]
    assert len(rows(here.db, Housing)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cage_name", "B9"),
        ("cage_type_id", "type"),
        ("cage_cleaning_frequency_days", 7),
        ("light_cycle", 1),
    ],
)
def test_any_field_of_it_does(here: Scene, field: str, value: Any) -> None:
    if value == "type":
        value = here.add(CageType, name="open top")
    where = housing(here, "B1")
    stay(here, where, start_datetime=NOW - DAY)
    change(here, Housing, where, **{field: value})
    old, new = row(here.db, Housing, where), rows(here.db, Housing)[-1]
    assert (old[field], new[field]) == ("B1" if field == "cage_name" else None, value)
    assert mouse(here)["cage"] == new["cage_name"]
    change(here, Housing, new["id"], name="of the corner")
    assert len(rows(here.db, Housing)) == 2


def test_all_that_was_typed_with_a_condition_is_of_the_new_housing(here: Scene) -> None:
    where = save(here, "housing", cage_name="B1", name="old name", json={"shelf": 1})
    stay(here, where, start_datetime=NOW - DAY)
    change(here, Housing, where, light_cycle=1, name="new name", json={"shelf": 2})
    old, new = row(here.db, Housing, where), the_only(here, Housing, light_cycle=1)
    assert (old["name"], old["json"], old["light_cycle"]) == ("old name", {"shelf": 1}, None)
    assert (new["name"], new["json"], new["light_cycle"]) == ("new name", {"shelf": 2}, 1)


def test_a_new_housing_takes_in_who_is_in_the_cage_by_its_record_alone(here: Scene) -> None:
    for name, values in (
        ("D1", {"death_date": date(2026, 3, 1)}),
        ("H1", {"is_human": True}),
        ("M2", {"cage": "A2"}),
    ):
        here.subject(name, **{"cage": "A1", **values})
    mate = here.subject("M3", cage="A1")
    where = housing(here, "A1")
    found = rows(here.db, HousingSubject, housing_id=where, end_datetime=None)
    assert {one["subject_id"] for one in found} == {here.mouse, mate}
    other = housing(here, "A1")
    assert rows(here.db, HousingSubject, housing_id=other) == []
    renamed = housing(here, "Z9")
    change(here, Housing, renamed, cage_name="A2")
    assert len(rows(here.db, HousingSubject, housing_id=renamed)) == 1


def test_of_two_labs_with_a_cage_of_the_name_each_comes_when_one_of_it_moves(here: Scene) -> None:
    theirs = here.subject("M2", cage="A1", lab_id=here.add(Lab, name="Cole lab"))
    where = housing(here, "A1")
    assert rows(here.db, HousingSubject) == []
    change(here, Subject, here.subject("M3"), cage="A1")
    assert [one["housing_id"] for one in rows(here.db, HousingSubject)] == [where, where]
    assert len(stays(here)) == 1
    assert stays(here, theirs) == []


def test_an_empty_cage_is_changed_itself(here: Scene) -> None:
    where = housing(here, "B1")
    which = stay(here, where, start_datetime=NOW - DAY)
    change(here, HousingSubject, which, end_datetime=NOW)
    change(here, Housing, where, light_cycle=1)
    (found,) = rows(here.db, Housing)
    assert found["light_cycle"] == 1


def test_two_cages_of_a_lab_do_not_get_one_name(here: Scene) -> None:
    first, second = housing(here, "B1"), housing(here, "B2")
    stay(here, first)
    mate = here.subject("M2")
    stay(here, second, subject_id=mate)
    refused(lambda: change(here, Housing, second, cage_name="B1"), "cage_name", "another cage B1")
    refused(lambda: change(here, Housing, second, cage_name=" "), "cage_name", "needs a name")
    here.subject("M9", cage="B8")  # by its record alone, as imported books have it
    refused(lambda: change(here, Housing, second, cage_name="B8"), "cage_name", "another cage B8")
    other = here.add(Lab, name="Cole lab")
    theirs = here.subject("M3", lab_id=other)
    change(here, Subject, theirs, cage="B3")
    change(here, Housing, second, cage_name="B3")
    assert row(here.db, Subject, mate)["cage"] == "B3"


def test_a_new_housing_has_a_name_and_is_cleaned_every_so_many_days(here: Scene) -> None:
    refused(lambda: save(here, "housing"), "cage_name", "Give the cage a name")
    refused(lambda: housing(here, "B1", cage_cleaning_frequency_days=0), "cage_cleaning_frequency_days", "1")
    imported = here.add(Housing, cage_name=None)
    change(here, Housing, imported, light_cycle=1)


def test_a_cleaning_is_now_and_of_who_records_it(here: Scene) -> None:
    where = housing(here, "B1")
    found = row(here.db, CageCleaning, save(here, "cage_cleaning", housing_id=where))
    assert (found["date_time"], found["user_id"]) == (NOW, here.ann)
    refused(
        lambda: save(here, "cage_cleaning", housing_id=where, date_time=NOW + HOUR), "date_time", "future"
    )
