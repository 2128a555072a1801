"""Growth curves: imported from a table, their points changed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import GrowthCurve, GrowthPoint, Strain
from colonydesk.domain.errors import Conflict, Refused
from colonydesk.queries import growth
from colonydesk.queries.records import record
from colonydesk.services.growth import (
    ImportGrowthCurve,
    Point,
    SetGrowthPoints,
    import_growth_curve,
    set_growth_points,
)
from colonydesk.services.records import DeleteRecord, delete_record
from colonydesk.services.undo import undo
from tests.builders import NOW, Scene, fails_whole, nothing_written, row, rows, scene
from tests.queries.colony import counted

TEXT = "# weighed by\n# the breeder\nsex,week,mean_g,sd_g\nM,4,90,8\nM,5,120.5,9\nF,4,80,7.5\n"


@pytest.fixture
def here(db: Database) -> Scene:
    return scene(db)


def importing(of: Scene, **changes: Any) -> ImportGrowthCurve:
    usual: dict[str, Any] = {"command_id": uuid4(), "id": uuid4(), "user_id": of.ann}
    return ImportGrowthCurve(**{**usual, "name": " Wistar ", "text": TEXT, **changes})


def points_of(of: Scene, curve_id: UUID) -> list[tuple[Any, ...]]:
    with of.db.read() as connection, counted(of.db) as sent:
        (found,) = growth.growth_points(connection, [curve_id]).values()
    assert len(sent) == 1
    return [(point.sex, point.week, point.mean_g, point.sd_g) for point in found]


def setting(of: Scene, curve_id: UUID, *points: Point, **changes: Any) -> SetGrowthPoints:
    version = row(of.db, GrowthCurve, curve_id)["version"]
    usual: dict[str, Any] = {"command_id": uuid4(), "curve_id": curve_id, "user_id": of.ann}
    return SetGrowthPoints(**{**usual, "version": version, "points": points, **changes})


def test_a_table_becomes_a_curve_with_its_points(here: Scene) -> None:
    strain = here.add(Strain, name="Wistar")
    command = importing(here, strain_id=strain)
    first = fails_whole(here.db, lambda db: import_growth_curve(db, command, NOW))
    curve = row(here.db, GrowthCurve, command.id)
    assert (curve["name"], curve["edition"], curve["strain_id"]) == ("Wistar", 1, strain)
    assert (curve["source"], curve["is_active"]) == ("weighed by the breeder", True)
    assert points_of(here, command.id) == [("F", 4, 80.0, 7.5), ("M", 4, 90.0, 8.0), ("M", 5, 120.5, 9.0)]
    assert import_growth_curve(here.db, command, NOW) == replace(first, repeated=True)
    again = importing(here)
    import_growth_curve(here.db, again, NOW)
    assert row(here.db, GrowthCurve, again.id)["edition"] == 2
    undo(here.db, uuid4(), again.command_id, here.bob, NOW)
    assert [one["id"] for one in rows(here.db, GrowthCurve)] == [command.id]
    assert len(rows(here.db, GrowthPoint)) == 3


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "name"),
        ({"text": ""}, "text", "must begin"),
        ({"text": "sex,week,mean_g,sd_g\n"}, "text", "no rows"),
        ({"text": "sex,week,mean_g,sd_g\nM,4,x,1\n"}, "text", "Line 2"),
        ({"text": "sex,week,mean_g,sd_g\nM,4.5,9,1\n"}, "text", "Week 4.5"),
        ({"species_id": UUID(int=7)}, "species_id", "no longer in the database"),
    ],
)
def test_what_is_no_curve_is_refused_at_its_field(
    here: Scene, changes: dict[str, Any], field: str, words: str
) -> None:
    with nothing_written(here.db), pytest.raises(Refused, match=words) as error:
        import_growth_curve(here.db, importing(here, **changes), NOW)
    assert error.value.field == field
    assert rows(here.db, GrowthCurve) == []


def test_only_points_that_differ_are_written(here: Scene) -> None:
    command = importing(here)
    import_growth_curve(here.db, command, NOW)
    before = {one["id"]: one for one in rows(here.db, GrowthPoint)}
    change = setting(
        here, command.id, Point("M", 4, 90.0, 8.0), Point("M", 5, 121.0, 9.0), Point("F", 6, 99.0, 6.0)
    )
    done = set_growth_points(here.db, change, NOW)
    assert points_of(here, command.id) == [("F", 6, 99.0, 6.0), ("M", 4, 90.0, 8.0), ("M", 5, 121.0, 9.0)]
    unchanged = next(one for one in rows(here.db, GrowthPoint) if (one["sex"], one["week"]) == ("M", 4))
    assert unchanged == before[unchanged["id"]]
    assert len(done.changed["growth_point"]) == 3
    assert done.changed["growth_curve"] == (command.id,)
    with pytest.raises(Conflict, match="changed this growth curve"):
        set_growth_points(here.db, replace(change, command_id=uuid4()), NOW)
    same = setting(here, command.id, *change.points)
    assert set_growth_points(here.db, same, NOW).changed == {}
    undo(here.db, uuid4(), change.command_id, here.bob, NOW)
    assert points_of(here, command.id) == [("F", 4, 80.0, 7.5), ("M", 4, 90.0, 8.0), ("M", 5, 120.5, 9.0)]


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (Point("U", 4, 9.0, 1.0), "sex U"),
        (Point("M", -1, 9.0, 1.0), "week -1"),
        (Point("M", 4, 0.0, 1.0), "more than 0 g"),
        (Point("M", 4, 9.0, float("nan")), "more than 0 g"),
        (Point("F", 4, 9.0, 1.0), "twice"),
    ],
)
def test_impossible_points_are_refused(here: Scene, point: Point, words: str) -> None:
    command = importing(here)
    import_growth_curve(here.db, command, NOW)
    with nothing_written(here.db), pytest.raises(Refused, match=words) as error:
        set_growth_points(here.db, setting(here, command.id, Point("F", 4, 80.0, 7.0), point), NOW)
    assert error.value.field == "points"


def test_a_curve_is_deleted_with_its_points_and_comes_back_with_them(here: Scene) -> None:
    command = importing(here)
    import_growth_curve(here.db, command, NOW)
    points = points_of(here, command.id)
    deletion = DeleteRecord(
        command_id=uuid4(), table="growth_curve", id=command.id, user_id=here.ann, version=1
    )
    delete_record(here.db, deletion, NOW)
    assert rows(here.db, GrowthPoint) == []
    undo(here.db, uuid4(), deletion.command_id, here.ann, NOW)
    assert points_of(here, command.id) == points
    with here.db.read() as connection:
        assert record(connection, "growth_curve", command.id) is not None
    with pytest.raises(Conflict, match="no longer there"):
        set_growth_points(here.db, replace(setting(here, command.id), curve_id=uuid4()), NOW)
