"""The points of growth curves, for a table and a plot."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from colonydesk.db.tables import GrowthPoint


@dataclass(frozen=True, slots=True)
class Point:
    """Mean and standard deviation of the body weight in g of a sex (M or F) at an age in whole weeks."""

    sex: str
    week: int
    mean_g: float
    sd_g: float


_points = (
    select(
        GrowthPoint.growth_curve_id, GrowthPoint.sex, GrowthPoint.week, GrowthPoint.mean_g, GrowthPoint.sd_g
    )
    .where(GrowthPoint.growth_curve_id.in_(bindparam("curves", expanding=True)))
    .order_by(GrowthPoint.sex, GrowthPoint.week)
)


def growth_points(connection: Connection, curve_ids: Iterable[UUID]) -> dict[UUID, tuple[Point, ...]]:
    """The points of these curves by sex and week; a curve without any has none. One statement."""
    found: dict[UUID, list[Point]] = {curve_id: [] for curve_id in curve_ids}
    for row in connection.execute(_points, {"curves": list(found)}):
        found[row.growth_curve_id].append(Point(row.sex, row.week, row.mean_g, row.sd_g))
    return {curve_id: tuple(points) for curve_id, points in found.items()}
