"""The demonstration colony's recordings, their data, and what else was observed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from colonydesk.db.tables import (
    Dataset,
    DatasetType,
    FileRecord,
    Note,
    OtherAction,
    Session,
    Subject,
    Surgery,
    surgery_procedure,
)
from colonydesk.domain.days import zone
from colonydesk.domain.filenames import TypeMatcher
from colonydesk.queries.problems import problems
from colonydesk.queries.procedures import ephys_sessions
from colonydesk.services.notes import image_size
from tests.services.demo import NOW, ZONE, Colony, made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def colony(request: pytest.FixtureRequest) -> Iterator[Colony]:
    """A colony on each engine; nothing here changes it."""
    with made(request, request.param) as made_colony:
        yield made_colony


def test_recordings_are_parts_of_sessions_after_a_craniotomy(colony: Colony) -> None:
    sessions = {row.id: row for row in colony.rows(select(Session.__table__))}
    ephys = {row.id for row in colony.rows(ephys_sessions())}
    parts: dict[UUID, list[Any]] = defaultdict(list)
    for row in sessions.values():
        if row.parent_session_id is not None:
            parts[row.parent_session_id].append(row)
            assert row.id in ephys
    assert len(parts) >= 12
    operated = {row.subject_id for row in colony.rows(select(Surgery.__table__).join(surgery_procedure))}
    for parent, own in parts.items():
        above = sessions[parent]
        first, second = sorted(own, key=lambda row: row.number)
        assert (first.start_time, second.end_time) == (above.start_time, above.end_time)
        assert first.end_time == second.start_time
        assert {first.subject_id, second.subject_id} == {above.subject_id} <= operated
        assert first.location_id is None


def test_datasets_lie_where_their_session_says(colony: Colony) -> None:
    datasets = {row.id: row for row in colony.rows(select(Dataset.__table__))}
    files = colony.rows(select(FileRecord.__table__))
    assert {file.dataset_id for file in files} == datasets.keys()
    held = colony.rows(
        select(Dataset.id, Session.start_time, Subject.nickname)
        .join(Session, Session.id == Dataset.session_id)
        .join(Subject, Subject.id == Session.subject_id)
    )
    about = {row.id: (row.start_time, row.nickname) for row in held}
    there: dict[UUID, int] = defaultdict(int)
    for file in files:
        dataset = datasets[file.dataset_id]
        start, nickname = about[file.dataset_id]
        day = zone(ZONE).day(start).isoformat()
        assert f"/{nickname}/{day}/" in file.relative_path
        assert file.relative_path.endswith(f"/{dataset.collection}/{dataset.name}")
        there[file.dataset_id] += file.exists
    assert set(there.values()) == {1}, "each is in one place"
    assert {file.exists for file in files} == {True, False}


def test_each_type_takes_its_own_files(colony: Colony) -> None:
    types = colony.rows(select(DatasetType.id, DatasetType.name, DatasetType.filename_pattern))
    matcher = TypeMatcher([(row.id, row.name, row.filename_pattern) for row in types])
    for row in colony.rows(select(Dataset.name, Dataset.dataset_type_id)):
        assert matcher.match(row.name) == row.dataset_type_id


def test_there_is_something_to_cull_and_to_look_at(colony: Colony) -> None:
    marked = colony.rows(select(Subject.death_date, Subject.wean_date).where(Subject.to_be_culled))
    assert len(marked) >= 5
    assert all(row.death_date is None and row.wean_date is not None for row in marked)
    pictures = [row.image for row in colony.rows(select(Note.image).where(Note.image.is_not(None)))]
    assert [image_size(picture) for picture in pictures] == [(480, 360)] * 3
    assert len(set(pictures)) == 3
    assert colony.rows(select(func.count()).select_from(OtherAction)) == [(6,)]


def test_a_few_slips_are_listed_as_data_problems(colony: Colony) -> None:
    with colony.db.read() as connection:
        codes = sorted(problem.code for problem in problems(connection, NOW + timedelta(minutes=1)))
    assert codes == ["action_ends_first", "cull_without_severity", "cull_without_severity"]
