"""Several animals changed at once, by the same rules as alone, all of them or none; on both engines."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    GenotypeTest,
    Housing,
    HousingSubject,
    LabMember,
    Line,
    Sequence,
    Subject,
    SubjectRequest,
    Zygosity,
    ZygosityRule,
)
from colonydesk.domain.errors import Conflict, Doubtful, Refused
from colonydesk.services.bulk import BULK_FIELDS, ChangeSubjects, change_subjects
from tests.builders import NOW, Scene, fails_whole, nothing_written, row, rows, scene
from tests.services.saving import take_back

DAY = timedelta(days=1)


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


@pytest.fixture
def animals(here: Scene) -> list[UUID]:
    return [here.mouse, *(here.subject(f"M{number}") for number in (2, 3))]


def command(of: Scene, ids: list[UUID], **values: Any) -> ChangeSubjects:
    own = {name: values.pop(name) for name in ("confirmed", "user_id") if name in values}
    usual = {"command_id": uuid4(), "user_id": of.ann, "ids": tuple(ids)}
    return ChangeSubjects(**{**usual, **own}, values=values)


def found(of: Scene, ids: list[UUID], field: str) -> list[Any]:
    return [row(of.db, Subject, one)[field] for one in ids]


def test_all_of_them_in_one_unit_that_is_repeated_and_undone(here: Scene, animals: list[UUID]) -> None:
    before = found(here, animals, "cage")
    act = command(here, animals, cage="C12", to_be_genotyped=True)
    done = change_subjects(here.db, act, NOW)
    assert found(here, animals, "cage") == ["C12"] * 3
    assert found(here, animals, "to_be_genotyped") == [True] * 3
    (housing,) = rows(here.db, Housing)
    stays = rows(here.db, HousingSubject, end_datetime=None)
    assert {(one["subject_id"], one["housing_id"]) for one in stays} == {
        (one, housing["id"]) for one in animals
    }
    assert set(animals) <= set(done.changed["subject"])
    with nothing_written(here.db):
        assert change_subjects(here.db, act, NOW).repeated
    take_back(here, done)
    assert found(here, animals, "cage") == before
    assert not rows(here.db, HousingSubject)


@pytest.mark.parametrize("field", BULK_FIELDS)
def test_every_field_of_several_animals(here: Scene, field: str) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=4)
    value = {
        "cage": "C12",
        "responsible_user_id": here.bob,
        "request_id": wanted,
        "line_id": line,
        "to_be_genotyped": True,
        "to_be_culled": True,
        "reduced_date": date(2026, 3, 3),
    }[field]
    of_line = line if field == "request_id" else None
    death = date(2026, 3, 1) if field == "reduced_date" else None
    ids = [here.subject(f"S{number}", line_id=of_line, death_date=death) for number in range(2)]
    change_subjects(here.db, command(here, ids, **{field: value}), NOW)
    assert found(here, ids, field) == [value, value]
    empty = False if field.startswith("to_be") else None
    user = here.bob if field == "responsible_user_id" else here.ann
    change_subjects(here.db, command(here, ids, user_id=user, **{field: empty}), NOW)
    assert found(here, ids, field) == [empty, empty]


def test_what_cannot_be_for_one_is_done_for_none(here: Scene, animals: list[UUID]) -> None:
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    with nothing_written(here.db), pytest.raises(Refused) as error:
        change_subjects(here.db, command(here, [*animals, dead], cage="C12"), NOW)
    assert (error.value.field, str(error.value)) == ("cage", "D1 is dead: it cannot be moved.")
    assert not rows(here.db, Housing)


def test_the_rights_and_requests_of_each(here: Scene, animals: list[UUID]) -> None:
    line = here.add(Line, nickname="Ai95")
    first = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1, date_time=NOW - DAY)
    second = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1, date_time=NOW)
    ids = [here.subject(f"S{number}", line_id=line) for number in range(3)]
    change_subjects(here.db, command(here, ids, responsible_user_id=here.bob), NOW)
    assert sorted(map(str, found(here, ids, "request_id"))) == sorted(map(str, [first, second, None]))
    with pytest.raises(Refused, match="Only bob"):
        change_subjects(here.db, command(here, [*animals, *ids], responsible_user_id=here.ann), NOW)
    assert found(here, animals, "responsible_user_id") == [None] * 3
    chief = here.add(LabMember, username="chief", is_superuser=True)
    change_subjects(here.db, command(here, ids, user_id=chief, responsible_user_id=here.ann), NOW)


def test_the_questions_of_all_are_asked_at_once(here: Scene) -> None:
    line, allele = here.add(Line, nickname="Ai95"), here.add(Allele, nickname="Cre")
    sequence = here.add(Sequence, name="Cre")
    conditions = {"sequence0_id": sequence, "sequence0_result": 1, "zygosity": 3}
    here.add(ZygosityRule, line_id=line, allele_id=allele, **conditions)
    ids = [here.subject(f"S{number}") for number in range(3)]
    for one in ids[:2]:
        here.add(GenotypeTest, subject_id=one, sequence_id=sequence, test_result=1)
        here.add(Zygosity, subject_id=one, allele_id=allele, zygosity=0)
    with nothing_written(here.db), pytest.raises(Doubtful) as doubt:
        change_subjects(here.db, command(here, ids, line_id=line), NOW)
    (question,) = doubt.value.questions
    assert question.code == "by_hand"
    assert "S0 Cre -/-" in question.text
    assert "S1 Cre -/-" in question.text
    assert doubt.value.field == "line_id"
    change_subjects(here.db, command(here, ids, line_id=line, confirmed=frozenset({"by_hand"})), NOW)
    assert [one["zygosity"] for one in rows(here.db, Zygosity)] == [3, 3]


def test_it_is_written_whole_or_not_at_all(here: Scene, animals: list[UUID]) -> None:
    act = command(here, animals, cage="C12", to_be_culled=True)
    fails_whole(here.db, lambda db: change_subjects(db, act, NOW))
    assert found(here, animals, "cage") == ["C12"] * 3


def test_what_there_is_to_change(here: Scene, animals: list[UUID]) -> None:
    for act, error, words in (
        (command(here, [], cage="C12"), Refused, "Choose the animals"),
        (command(here, animals), Refused, "Say what"),
        (command(here, [*animals, uuid4()], cage="C12"), Conflict, "1 of the animals is no longer"),
        (command(here, animals, nickname="x"), ValueError, "nickname"),
    ):
        with nothing_written(here.db), pytest.raises(error, match=words):
            change_subjects(here.db, act, NOW)
