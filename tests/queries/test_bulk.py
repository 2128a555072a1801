"""What changing several animals at once will do, in words and counts."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Line, Subject, SubjectRequest
from colonydesk.queries.bulk import Preview, preview
from colonydesk.services.bulk import BULK_FIELDS
from tests.builders import Scene, scene
from tests.queries.colony import counted
from tests.services.saving import change


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def look(of: Scene, ids: list[UUID], **values: Any) -> Preview:
    with of.db.read() as connection:
        return preview(connection, ids, values)


def several(of: Scene, number: int, **values: Any) -> list[UUID]:
    return [of.subject(f"S{one}", **values) for one in range(number)]


def test_how_many_change_and_how_many_are_so_already(here: Scene) -> None:
    ids = [*several(here, 12), here.subject("T1", cage="C12"), here.subject("T2", cage="C12")]
    found = look(here, [*ids, uuid4()], cage="C12")
    assert found.sentences == ("12 of 14 animals get cage C12; 2 are there already.",)
    assert (found.count, found.changing, found.gone, found.warnings) == (14, 12, 1, ())


def test_all_none_and_a_single_one(here: Scene) -> None:
    ids = several(here, 2)
    assert look(here, ids, cage="C1").sentences == ("All 2 animals get cage C1.",)
    assert look(here, ids, cage=None).sentences == ("All 2 animals are without one already.",)
    assert look(here, ids[:1], cage="C1").sentences == ("The animal gets cage C1.",)
    assert look(here, ids[:1], cage=None).sentences == ("It is without one already.",)


def test_each_thing_in_its_own_words(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=9)
    ids = several(here, 2, line_id=line, death_date=date(2026, 3, 1))
    values: dict[str, Any] = {
        "responsible_user_id": here.bob,
        "request_id": wanted,
        "line_id": line,
        "to_be_genotyped": True,
        "to_be_culled": False,
        "reduced_date": date(2026, 3, 2),
    }
    assert look(here, ids, **values).sentences == (
        "All 2 animals go to bob.",
        "All 2 animals are assigned to bob's request for Ai95.",
        "All 2 animals are of it already.",
        "All 2 animals are marked to be genotyped.",
        "All 2 animals are so already.",
        "All 2 animals get the reduced date 2 Mar 2026.",
    )
    for name in BULK_FIELDS:
        value = None if name not in ("to_be_genotyped", "to_be_culled") else False
        assert look(here, ids, **{name: value}).sentences


def test_what_will_be_refused_is_said_before(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1)
    living = several(here, 6)
    dead = here.subject("D1", death_date=date(2026, 3, 1))
    assert look(here, [*living, dead], cage="C1").refusals == ("D1 is dead: no move to another cage.",)
    assert look(here, [*living, dead], to_be_culled=True).refusals == ("D1 is dead: not to be culled.",)
    reduced = look(here, [*living, dead], reduced_date=date(2026, 2, 1)).refusals
    assert reduced == ("S0, S1, S2, S3 and 2 more are alive: no reduced date.", "D1 died after 1 Feb 2026.")
    assert look(here, living[:2], request_id=wanted).warnings == (
        "S0 and S1 are not of the line Ai95, as asked for.",
        "2 animals for a request that waits for 1.",
    )
    assert look(here, living[:1], request_id=wanted, line_id=line).warnings == ()
    change(here, Subject, living[0], line_id=line, request_id=wanted)
    assert look(here, living[:1], request_id=wanted).warnings == ()


def test_the_same_few_statements_for_any_number(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    wanted = here.add(SubjectRequest, user_id=here.bob, line_id=line, count=1)
    ids = several(here, 9)
    values = {"cage": "C1", "line_id": line, "request_id": wanted, "responsible_user_id": here.bob}
    for some in (ids[:1], ids):
        with counted(here.db) as sent:
            look(here, some, **values)
        assert len(sent) == 4
