"""What is computed of requests and lines: how many animals are to come, and the sequences of the alleles."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Allele, Line, Sequence, SubjectRequest, allele_sequence, line_allele
from colonydesk.queries.records import record, record_ids, record_rows
from tests.builders import NOW, Scene, scene
from tests.queries.colony import counted

STATE = ("remaining", "is_open")


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def wanted(of: Scene, line: UUID, **values: Any) -> UUID:
    usual = {"user_id": of.ann, "line_id": line, "count": 2, "date_time": NOW}
    return of.add(SubjectRequest, **{**usual, **values})


def states(of: Scene, *ids: UUID) -> list[tuple[int | None, bool]]:
    with of.db.read() as connection:
        rows = record_rows(connection, "subject_request", ids, STATE)
    return [(rows[one].cells["remaining"], rows[one].cells["is_open"]) for one in ids]


def test_only_living_animals_of_the_line_in_the_hands_of_who_asked_count(here: Scene) -> None:
    line, other = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Sert")
    which = wanted(here, line, count=4)
    right = {"line_id": line, "request_id": which, "responsible_user_id": here.ann}
    here.subject("S1", **right)
    here.subject("S2", **{**right, "line_id": other})
    here.subject("S3", **{**right, "responsible_user_id": here.bob})
    here.subject("S4", **{**right, "request_id": None})
    here.subject("S5", **right, death_date=date(2026, 3, 1))
    assert states(here, which) == [(3, True)]
    with here.db.read() as connection:
        found = record(connection, "subject_request", which)
    assert found is not None
    assert (found.values["remaining"], found.values["is_open"]) == (3, True)


def test_a_request_is_open_while_something_remains(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    young = wanted(here, line, count=1)
    old = wanted(here, line, count=2, date_time=NOW - timedelta(days=1))
    full = wanted(here, line, count=1, date_time=NOW - timedelta(days=9))
    over = wanted(here, line, count=1)
    unknown = wanted(here, line, count=None)
    for number, request in enumerate((full, over, over, old)):
        here.subject(f"S{number}", line_id=line, request_id=request, responsible_user_id=here.ann)
    assert states(here, young, old, full, over, unknown) == [
        *((1, True), (1, True), (0, False), (-1, False), (None, False)),
    ]
    with here.db.read() as connection:
        by_rest = record_ids(connection, "subject_request", order="remaining")
        assert set(by_rest[2:4]) == {young, old}
        assert (by_rest[:2], by_rest[4]) == ((over, full), unknown)
        assert set(record_ids(connection, "subject_request", where={"is_open": True})) == {young, old}


def test_a_line_has_the_sequences_of_its_alleles_each_once(here: Scene) -> None:
    line, bare = here.add(Line, nickname="Ai95"), here.add(Line, nickname="Bare")
    one, two, third = (here.add(Sequence, name=name) for name in ("tTA", "Ai95", "other"))
    first, second, other = (here.add(Allele, nickname=name) for name in ("A", "B", "C"))
    with here.db.engine.begin() as connection:
        for allele, sequence in ((first, one), (first, two), (second, two), (other, third)):
            connection.execute(allele_sequence.insert().values(allele_id=allele, sequence_id=sequence))
        for allele in (first, second):
            connection.execute(line_allele.insert().values(line_id=line, allele_id=allele))
    with here.db.read() as connection:
        found = record(connection, "line", line)
        rows = record_rows(connection, "line", [line, bare], ["sequences"])
    assert found is not None
    assert [found.labels[key] for key in found.links["sequences"]] == ["Ai95", "tTA"]
    assert [rows[key].cells["sequences"] for key in (line, bare)] == ["Ai95, tTA", ""]


def test_one_statement_for_any_number(here: Scene) -> None:
    line = here.add(Line, nickname="Ai95")
    ids = [wanted(here, line) for _ in range(5)]
    with counted(here.db) as sent:
        states(here, *ids)
    assert len(sent) == 1
