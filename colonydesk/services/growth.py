"""Growth curves with their points: import one from a table, change the points of one. Weights in g."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import GrowthCurve, GrowthPoint
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Conflict, KnownError, Refused
from colonydesk.domain.growth import GrowthTable, parse_growth_csv
from colonydesk.services.done import Done, done
from colonydesk.services.records import change_of, save


@dataclass(frozen=True, slots=True)
class Point:
    """Mean and standard deviation of the body weight in g of a sex (M or F) at an age in whole weeks."""

    sex: str
    week: int
    mean_g: float
    sd_g: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportGrowthCurve:
    """``text`` is csv with the columns sex, week, mean_g, sd_g; lines that begin with # say where it is from.

    ``id`` is the new curve's, made by the client. A curve of the same name gets a new edition, which then
    holds; the older ones stay.
    """

    command_id: UUID
    id: UUID
    user_id: UUID
    name: str
    text: str
    species_id: UUID | None = None
    strain_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGrowthPoints:
    """``points`` are all that the curve is to have; ``version`` is that from which the table was filled."""

    command_id: UUID
    curve_id: UUID
    user_id: UUID
    version: int
    points: tuple[Point, ...]


def import_growth_curve(db: Database, command: ImportGrowthCurve, now: datetime) -> Done:
    """Make a growth curve of a table.

    Raises:
        Refused: the name is missing (field ``name``), or the text is no growth curve (field ``text``: the
            sentence names the line).
    """
    name = command.name.strip()
    if not name:
        raise Refused("Give the growth curve a name.", "name")
    try:
        curve = parse_growth_csv(command.text, name)
        points = [
            *(_points("M", curve.male) if curve.male else ()),
            *(_points("F", curve.female) if curve.female else ()),
        ]
    except KnownError as error:
        raise Refused(str(error), "text", error.hint) from error
    if not points:
        raise Refused(f"The growth curve “{name}” has no rows.", "text")
    with db.unit(command.command_id, "growth_curve.import", command.user_id, now) as unit:
        if not unit.repeated:
            unit.alone()  # two imports of one name at a time get editions of their own
            values = {
                "name": name,
                "species_id": command.species_id,
                "strain_id": command.strain_id,
                "source": curve.source or None,
            }
            save(unit, change_of(unit, "growth_curve", command.id, values, is_new=True))
            for point in points:
                _add(unit, command.id, point)
    return done(unit)


def set_growth_points(db: Database, command: SetGrowthPoints, now: datetime) -> Done:
    """Let a curve have these points and no others; only those that differ are written.

    Raises:
        Refused: a value that cannot be, or a week twice; ``field`` is "points" and the sentence names it.
        Conflict: the curve is gone, or was changed since ``version``.
    """
    wanted = _by_age(command.points)
    with db.unit(command.command_id, "growth_curve.points", command.user_id, now) as unit:
        if not unit.repeated:
            _refuse_when_changed(unit, command.curve_id, command.version)
            present = {(row.sex, row.week): row for row in _present(unit, command.curve_id)}
            for age, row in present.items():
                if age not in wanted:
                    unit.delete(GrowthPoint, row.id)
            for age, point in wanted.items():
                if age not in present:
                    _add(unit, command.curve_id, point)
                else:
                    values = {"mean_g": point.mean_g, "sd_g": point.sd_g}
                    unit.update(GrowthPoint, present[age].id, values)
            if unit.changed:
                unit.bump(GrowthCurve, command.curve_id)
    return done(unit)


def _refuse_when_changed(unit: Unit, curve_id: UUID, version: int) -> None:
    statement = select(GrowthCurve.version).where(GrowthCurve.id == curve_id).with_for_update()
    found = unit.connection.execute(statement).scalar()
    if found is None:
        raise Conflict("This growth curve is no longer there: somebody else has deleted it.")
    if found != version:
        raise Conflict("Somebody else has changed this growth curve in the meantime.")


def _present(unit: Unit, curve_id: UUID) -> Iterable[Any]:
    own = GrowthPoint
    statement = select(own.id, own.sex, own.week).where(own.growth_curve_id == curve_id)
    return unit.connection.execute(statement.order_by(own.sex, own.week)).all()


def _points(sex: str, table: GrowthTable) -> list[Point]:
    found = []
    for week, mean, sd in zip(table.weeks.tolist(), table.mean.tolist(), table.sd.tolist(), strict=True):
        if week != int(week):
            raise KnownError(f"Week {week:g} is not a whole number of weeks.")
        found.append(Point(sex, int(week), mean, sd))
    return found


def _by_age(points: Iterable[Point]) -> dict[tuple[str, int], Point]:
    found: dict[tuple[str, int], Point] = {}
    for point in points:
        age = point.sex, point.week
        place = f"sex {point.sex}, week {point.week}"
        if point.sex not in ("M", "F") or point.week < 0:
            raise Refused(f"There is no {place}: the sex is M or F, the week 0 or more.", "points")
        if not (0 < point.mean_g < math.inf and 0 < point.sd_g < math.inf):
            raise Refused(f"Mean and deviation must be more than 0 g: {place}.", "points")
        if age in found:
            raise Refused(f"Week {point.week} is given twice for sex {point.sex}.", "points")
        found[age] = point
    return found


def _add(unit: Unit, curve_id: UUID, point: Point) -> None:
    age = {"sex": point.sex, "week": point.week}
    row = {"id": uuid4(), "growth_curve_id": curve_id, **age, "mean_g": point.mean_g, "sd_g": point.sd_g}
    unit.insert(GrowthPoint, row)
