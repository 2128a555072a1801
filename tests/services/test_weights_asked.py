"""What a weighing is asked about, by its animal, its cage, its day; and what is refused."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Lab, Line, Species, Surgery, Weighing
from colonydesk.domain.errors import Doubtful, Refused
from colonydesk.services.weights import correct_weighing, move_weighing, record_weighing, void_weighing
from tests.builders import NOW, Scene, nothing_written, scene, weighing
from tests.db.faults import plain
from tests.services.test_weights import DAY, HOUR, correction, move, voiding, weights


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def asked(error: pytest.ExceptionInfo[Doubtful]) -> dict[str, str]:
    plain(error.value)
    return {question.code: question.text for question in error.value.questions}


def test_each_doubt_is_asked_and_nothing_written_until_all_are_confirmed(here: Scene) -> None:
    record_weighing(here.db, weighing(here, 20.0, NOW - HOUR), NOW)
    command = weighing(here, 55.0)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            record_weighing(here.db, command, NOW)
        assert asked(error) == {
            "range": "55 g: usual is 5 to 50 g.",
            "change": "175 % above today's 20.0 g.",
            "again": "Already weighed today at 09:30: 20.0 g.",
        }
        assert error.value.field == "weight"
        with pytest.raises(Doubtful) as error:
            record_weighing(here.db, replace(command, confirmed=frozenset({"range", "again"})), NOW)
        assert asked(error).keys() == {"change"}
    record_weighing(here.db, replace(command, confirmed=frozenset({"range", "again", "change"})), NOW)
    assert weights(here) == [20.0, 55.0]


def test_the_implant_is_not_the_animals_own_weight(here: Scene) -> None:
    here.add(Surgery, subject_id=here.mouse, start_time=NOW - 9 * DAY, implant_weight=4.0)
    here.add(Surgery, subject_id=here.mouse, start_time=NOW + 9 * DAY, implant_weight=8.0)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 8.5), NOW)
    assert asked(error) == {"range": "4.5 g without the implant: usual is 5 to 50 g."}
    record_weighing(here.db, weighing(here, 8.5, NOW - 10 * DAY), NOW)


def test_the_usual_weight_is_that_of_the_species_then_of_the_line_then_of_the_lab(here: Scene) -> None:
    rat = here.add(Species, nickname="Rat", usual_weight_min=100.0, usual_weight_max=900.0)
    unknown = here.add(Species, nickname="Shrew")
    rats = here.add(Line, nickname="rats", species_id=rat)
    with pytest.raises(Refused, match="limit for this species is 500 g"):
        record_weighing(here.db, weighing(here, 600.0), NOW)
    for nickname, values in (("R1", {"species_id": rat}), ("R2", {"line_id": rats})):
        subject = here.subject(nickname, **values)
        record_weighing(here.db, weighing(here, 600.0, subject_id=subject), NOW)
    shrew = here.subject("S1", species_id=unknown, line_id=rats)
    record_weighing(here.db, weighing(here, 2.0, subject_id=shrew), NOW)


def cage(of: Scene) -> tuple[UUID, UUID]:
    """Two mice of one cage, of 20 g and 30 g yesterday."""
    one, two = of.subject("C1", cage="B7"), of.subject("C2", cage="B7")
    for subject, weight in ((one, 20.0), (two, 30.0)):
        of.add(Weighing, subject_id=subject, weight=weight, date_time=NOW - DAY)
    return one, two


def test_a_weight_that_fits_the_mate_in_the_cage_is_asked_about(here: Scene) -> None:
    one, _two = cage(here)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            record_weighing(here.db, weighing(here, 29.8, subject_id=one), NOW)
        assert asked(error)["cage_mate"] == "Fits C2 (30.0 g) better than this animal (20.0 g)."


@pytest.mark.parametrize("how", ["cage", "lab", "death", "void"])
def test_only_what_counts_of_the_living_of_the_same_cage_of_the_same_lab_is_compared(
    here: Scene, how: str
) -> None:
    different: dict[str, Any] = {
        "cage": {"cage": "B8"},
        "lab": {"lab_id": here.add(Lab, name="other", timezone="UTC")},
        "death": {"death_date": date(2026, 3, 9)},
        "void": {},
    }[how]
    one = here.subject("C1", cage="B7")
    two = here.subject("C2", **{"cage": "B7", **different})
    here.add(Weighing, subject_id=one, weight=20.0, date_time=NOW - DAY)
    marks = {"voided_at": NOW, "void_reason": "wrong"} if how == "void" else {}
    here.add(Weighing, subject_id=two, weight=30.0, date_time=NOW - DAY, **marks)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 29.8, subject_id=one), NOW)
    assert asked(error).keys() == {"change"}


def test_a_correction_is_not_compared_with_the_number_it_corrects(here: Scene) -> None:
    one, two = cage(here)
    wrong = weighing(here, 29.0, subject_id=one, confirmed=frozenset({"change", "cage_mate"}))
    record_weighing(here.db, wrong, NOW)
    right = correction(here, wrong.id, 20.1)
    correct_weighing(here.db, right, NOW)
    # Nor is it among what the animal is compared with that it moves to.
    wrong = weighing(here, 29.9, NOW - 2 * DAY, subject_id=one)
    record_weighing(here.db, wrong, NOW)
    move_weighing(here.db, move(here, wrong.id, two), NOW)
    assert (weights(here, one), weights(here, two)) == ([20.0, 20.1], [29.9, 30.0])


def test_a_move_asks_what_is_asked_of_the_animal_it_goes_to(here: Scene) -> None:
    heavy = here.subject("M2")
    record_weighing(here.db, weighing(here, 35.0, NOW - HOUR, subject_id=heavy), NOW)
    first = weighing(here, 22.0)
    record_weighing(here.db, first, NOW)
    command = move(here, first.id, heavy)
    with nothing_written(here.db):
        with pytest.raises(Doubtful) as error:
            move_weighing(here.db, command, NOW)
        assert asked(error) == {
            "change": "37 % below today's 35.0 g.",
            "again": "Already weighed today at 09:30: 35.0 g.",
        }
    move_weighing(here.db, replace(command, confirmed=frozenset({"change", "again"})), NOW)
    young = here.subject("M3", birth_date=date(2026, 3, 11))
    with nothing_written(here.db), pytest.raises(Refused, match="was born on 11 Mar"):
        move_weighing(here.db, move(here, command.id, young), NOW)


def test_today_is_the_labs_day(here: Scene) -> None:
    """Half past ten in the evening of 9 March there: 10 March already in UTC and on this workstation."""
    evening = datetime(2026, 3, 10, 2, 30, tzinfo=UTC)
    record_weighing(here.db, weighing(here, 22.0, datetime(2026, 3, 9, 12, 0, tzinfo=UTC)), evening)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 22.1, evening), evening)
    assert asked(error) == {"again": "Already weighed today at 08:00: 22.0 g."}
    midnight = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
    record_weighing(here.db, weighing(here, 22.1, midnight), midnight)


@pytest.mark.parametrize(
    ("begins", "hours"),
    [(datetime(2026, 3, 8, 5, 0, tzinfo=UTC), 23), (datetime(2025, 11, 2, 4, 0, tzinfo=UTC), 25)],
)
def test_a_day_on_which_the_clocks_change_is_one_day(here: Scene, begins: datetime, hours: int) -> None:
    second = timedelta(seconds=1)
    record_weighing(here.db, weighing(here, 22.0, begins), NOW)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 22.0, begins + hours * HOUR - second), NOW)
    assert "at 00:00: 22.0 g." in asked(error)["again"]
    record_weighing(here.db, weighing(here, 22.0, begins + hours * HOUR), NOW)
    record_weighing(here.db, weighing(here, 22.0, begins - second), NOW)


def test_a_late_entry_is_compared_with_what_was_before_it(here: Scene) -> None:
    record_weighing(here.db, weighing(here, 30.0), NOW)
    record_weighing(here.db, weighing(here, 22.0, NOW - 5 * DAY), NOW)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 26.0, NOW - 4 * DAY), NOW)
    assert asked(error) == {"change": "18 % above the 22.0 g of 5 Mar."}
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 22.0, NOW - 5 * DAY + HOUR), NOW)
    assert asked(error) == {"again": "Already weighed on 5 Mar at 09:30: 22.0 g."}


def test_the_day_of_birth_and_of_death_are_the_labs(here: Scene) -> None:
    """Eleven in the evening of 5 March there: 6 March in UTC."""
    late = datetime(2026, 3, 6, 4, 0, tzinfo=UTC)
    dead = here.subject("D1", death_date=date(2026, 3, 5))
    record_weighing(here.db, weighing(here, 22.0, late, subject_id=dead), NOW)
    born = here.subject("B1", birth_date=date(2026, 3, 6))
    with pytest.raises(Refused, match="was born on 6 Mar; no weighing on 5 Mar"):
        record_weighing(here.db, weighing(here, 5.5, late, subject_id=born), NOW)


def test_an_animal_without_a_lab_is_weighed_by_utc(here: Scene) -> None:
    stray = here.subject("X1", lab_id=None, cage="B7")
    here.add(Weighing, subject_id=stray, weight=22.0, date_time=datetime(2026, 3, 9, 23, 59, tzinfo=UTC))
    record_weighing(here.db, weighing(here, 22.0, subject_id=stray), NOW)
    with pytest.raises(Doubtful) as error:
        record_weighing(here.db, weighing(here, 22.0, NOW - HOUR, subject_id=stray), NOW)
    assert asked(error) == {"again": "Already weighed today at 14:30: 22.0 g."}


# What cannot be


IMPOSSIBLE: list[tuple[dict[str, Any], str, str]] = [
    ({"weight": math.nan}, "weight", "not a number"),
    ({"weight": math.inf}, "weight", "not a number"),
    ({"weight": -math.inf}, "weight", "not a number"),
    ({"weight": 0.0}, "weight", "more than 0 g"),
    ({"weight": -1.0}, "weight", "more than 0 g"),
    ({"weight": 2000.0}, "weight", "2000 g is not possible: the limit for this species is 500 g"),
    ({"date_time": NOW + HOUR}, "date_time", "11:30 on 10 Mar is in the future"),
    ({"date_time": NOW - 200 * DAY}, "date_time", "was born on 1 Nov 2025; no weighing on 22 Aug 2025"),
    ({"subject_id": uuid4()}, "subject", "no longer in the database"),
    ({"user_id": uuid4()}, "user", "not in the database"),
]


def test_what_cannot_be_is_refused_in_a_sentence_and_not_written(here: Scene) -> None:
    everything = frozenset({"range", "implant", "change", "again", "cage_mate"})
    for changes, field, words in IMPOSSIBLE:
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                record_weighing(here.db, replace(weighing(here), confirmed=everything, **changes), NOW)
            assert error.value.field == field
            assert words in plain(error.value)


def test_a_correction_to_what_cannot_be_is_refused_too(here: Scene) -> None:
    first = weighing(here, 22.0)
    record_weighing(here.db, first, NOW)
    for changes, field in (
        ({"weight": math.nan}, "weight"),
        ({"weight": 0.0}, "weight"),
        ({"date_time": NOW + HOUR}, "date_time"),
        ({"user_id": here.eve}, "user"),
    ):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                correct_weighing(here.db, correction(here, first.id, **{"weight": 22.4, **changes}), NOW)
            assert error.value.field == field
            plain(error.value)


def test_who_does_not_record_any_more_is_refused_whatever_is_done(here: Scene) -> None:
    first = weighing(here)
    record_weighing(here.db, first, NOW)
    for act in (
        lambda: record_weighing(here.db, weighing(here, user_id=here.eve), NOW),
        lambda: void_weighing(here.db, replace(voiding(here, first.id), user_id=here.eve), NOW),
    ):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                act()
            assert error.value.field == "user"
            assert "not active" in plain(error.value)


def test_a_human_subject_is_not_weighed(here: Scene) -> None:
    person = here.subject("H1", is_human=True)
    with nothing_written(here.db):
        with pytest.raises(Refused, match="H1 is a human subject") as error:
            record_weighing(here.db, weighing(here, subject_id=person), NOW)
        assert error.value.field == "subject"
    first = weighing(here)
    record_weighing(here.db, first, NOW)
    with nothing_written(here.db), pytest.raises(Refused, match="human"):
        move_weighing(here.db, move(here, first.id, person), NOW)


def test_a_dead_animal_gets_a_weighing_from_before_its_death_only(here: Scene) -> None:
    dead = here.subject("D1", death_date=date(2026, 3, 5))
    with nothing_written(here.db):
        with pytest.raises(Refused) as error:
            record_weighing(here.db, weighing(here, subject_id=dead), NOW)
        assert error.value.field == "date_time"
        assert "died on 5 Mar; no weighing on 10 Mar" in plain(error.value)
    last = datetime(2026, 3, 5, 22, 0, tzinfo=UTC)
    record_weighing(here.db, weighing(here, 22.0, last, subject_id=dead), NOW)
    assert weights(here, dead) == [22.0]


def test_what_no_longer_counts_is_not_changed_again(here: Scene) -> None:
    first, other = weighing(here, 22.0), here.subject("M2")
    record_weighing(here.db, first, NOW)
    void_weighing(here.db, voiding(here, first.id, "wrong cage"), NOW)
    for act in (
        lambda: correct_weighing(here.db, correction(here, first.id, 22.4), NOW),
        lambda: move_weighing(here.db, move(here, first.id, other), NOW),
        lambda: void_weighing(here.db, voiding(here, first.id), NOW),
    ):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                act()
            assert "no longer counts (wrong cage)" in plain(error.value)


def test_what_is_not_there_cannot_be_changed(here: Scene) -> None:
    for act in (
        lambda: correct_weighing(here.db, correction(here, uuid4(), 22.0), NOW),
        lambda: move_weighing(here.db, move(here, uuid4(), here.mouse), NOW),
        lambda: void_weighing(here.db, voiding(here, uuid4()), NOW),
    ):
        with nothing_written(here.db), pytest.raises(Refused, match="no longer there"):
            act()


def test_a_void_needs_a_reason(here: Scene) -> None:
    first = weighing(here)
    record_weighing(here.db, first, NOW)
    for reason in ("", "  ", "\t\n"):
        with nothing_written(here.db):
            with pytest.raises(Refused) as error:
                void_weighing(here.db, voiding(here, first.id, reason), NOW)
            assert error.value.field == "reason"
            plain(error.value)
