"""What is known of animals, read from the database as the facts that the husbandry rules compute with."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    bindparam,
    cast,
    extract,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from colonydesk.db.tables import (
    GrowthCurve,
    GrowthPoint,
    Lab,
    Line,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.domain import growth
from colonydesk.domain.facts import NEVER, Facts, LabRules

Ints = npt.NDArray[np.int64]
Rows = Select[*tuple[Any, ...]]


def _curve_of(owner: InstrumentedAttribute[Any], wanted: ColumnElement[Any]) -> ColumnElement[Any]:
    """The newest edition of the active growth curve of a strain or species."""
    return (
        select(GrowthCurve.id)
        .where(owner == wanted, GrowthCurve.is_active.is_(True))
        .order_by(GrowthCurve.edition.desc(), GrowthCurve.id)
        .limit(1)
        .scalar_subquery()
    )


# The line's own curve, else the strain's, else the species'; without a species the lab's usual one.
growth_curve_id = func.coalesce(
    Line.growth_curve_id,
    _curve_of(GrowthCurve.strain_id, func.coalesce(Subject.strain_id, Line.strain_id)),
    _curve_of(
        GrowthCurve.species_id, func.coalesce(Subject.species_id, Line.species_id, Lab.usual_species_id)
    ),
)

LAB_COLUMNS = (
    Lab.reference_weight_pct,
    Lab.zscore_weight_pct,
    Lab.absolute_min_pct,
    Lab.water_ml_per_g,
    Lab.water_ml_per_g_underweight,
    Lab.growth_mode,
    Lab.timezone,
)

_animals = (
    select(
        Subject.id,
        Subject.sex,
        Subject.birth_date,
        Subject.death_date,
        growth_curve_id.label("curve"),
        *LAB_COLUMNS,
    )
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
)
_points = (
    select(
        GrowthCurve.id,
        GrowthCurve.name,
        GrowthCurve.source,
        GrowthPoint.sex,
        GrowthPoint.week,
        GrowthPoint.mean_g,
        GrowthPoint.sd_g,
    )
    .join(GrowthPoint, GrowthPoint.growth_curve_id == GrowthCurve.id)
    .where(GrowthCurve.id.in_(bindparam("curves", expanding=True)))
    .order_by(GrowthPoint.week)
)


def moments(column: InstrumentedAttribute[Any], dialect: str) -> ColumnElement[Any]:
    """A moment as the driver gives it fastest; ``micros`` reads a whole column of them at once."""
    if dialect == "postgresql":
        return cast(extract("epoch", column) * 1_000_000, BigInteger)
    return type_coerce(column, Text)


def micros(values: Sequence[Any]) -> Ints:
    """Fetched moments as microseconds since 1970-01-01 UTC; NEVER where there is none."""
    if not values:
        return np.empty(0, dtype=np.int64)
    if isinstance(next((value for value in values if value is not None), 0), str):
        read = np.array([value or "NaT" for value in values], dtype="datetime64[us]").astype(np.int64)
        read[read == np.iinfo(np.int64).min] = NEVER
        return read
    return np.array([NEVER if value is None else value for value in values], dtype=np.int64)


def facts_of(connection: Connection, subject_ids: Iterable[UUID] | None = None) -> dict[UUID, Facts]:
    """The facts of these animals, or of all (None): six statements, whatever their number.

    Void and superseded records are not among them; an id that is not there is left out.
    """
    ids = None if subject_ids is None else list(subject_ids)
    dialect = connection.dialect.name

    def fetched(statement: Rows, column: InstrumentedAttribute[Any]) -> Sequence[Any]:
        if ids is not None:
            statement = statement.where(column.in_(bindparam("ids", expanding=True)))
            return connection.execute(statement, {"ids": ids}).all()
        return connection.execute(statement).all()

    animals = fetched(_animals, Subject.id)
    curves = growth_curves(connection, {row.curve for row in animals if row.curve is not None})
    weighings = _grouped(fetched(_weighings(dialect), Weighing.subject_id))
    surgeries = _grouped(fetched(_surgeries(dialect), Surgery.subject_id))
    restrictions = _grouped(fetched(_restrictions(dialect), WaterRestriction.subject_id))
    waters = _grouped(fetched(_waters(dialect), WaterAdministration.subject_id))
    found = {}
    for row in animals:
        weighed, operated = weighings.get(row.id, _NONE), surgeries.get(row.id, _NONE)
        restricted, given = restrictions.get(row.id, _NONE), waters.get(row.id, _NONE)
        found[row.id] = Facts(
            lab=lab_rules(row),
            sex=row.sex,
            birth_date=row.birth_date,
            death_date=row.death_date,
            curve=curves.get(row.curve),
            weighing_times=micros(weighed[1]),
            weights=_floats(weighed[2]),
            surgery_times=micros(operated[1]),
            implant_weights=_floats(operated[2]),
            restriction_starts=micros(restricted[1]),
            restriction_ends=micros(restricted[2]),
            reference_weights=_floats(restricted[3]),
            water_times=micros(given[1]),
            water_amounts=_floats(given[2]),
            water_in_session=np.array([value is not None for value in given[3]], dtype=np.bool_),
            water_adlib=np.array(given[4], dtype=np.bool_),
        )
    return found


def lab_rules(row: Any) -> LabRules:
    """The lab's numbers of a row with LAB_COLUMNS; an animal without a lab has a lab's defaults."""
    if row.timezone is None:
        return LabRules()
    return LabRules(*(getattr(row, column.key) for column in LAB_COLUMNS))


def growth_curves(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, growth.GrowthCurve]:
    """Growth curves by id, with their tables."""
    wanted = list(ids)
    if not wanted:
        return {}
    points: dict[UUID, list[Any]] = {}
    for row in connection.execute(_points, {"curves": wanted}):
        points.setdefault(row.id, []).append(row)
    return {
        curve: growth.growth_curve(rows[0].name, rows[0].source or "", (row[3:] for row in rows))
        for curve, rows in points.items()
    }


_NONE: tuple[tuple[Any, ...], ...] = ((),) * 5


def _grouped(rows: Sequence[Any]) -> dict[UUID, list[tuple[Any, ...]]]:
    """Rows by their first column, each group as columns, the order of the rows kept."""
    groups: dict[UUID, list[Any]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return {key: list(zip(*group, strict=True)) for key, group in groups.items()}


def _floats(values: Sequence[Any]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _weighings(dialect: str) -> Rows:
    time = moments(Weighing.date_time, dialect)
    return (
        select(Weighing.subject_id, time, Weighing.weight)
        .where(Weighing.voided_at.is_(None))
        .order_by(Weighing.date_time, Weighing.created_at, Weighing.id)
    )


def _surgeries(dialect: str) -> Rows:
    time = moments(Surgery.start_time, dialect)
    return (
        select(Surgery.subject_id, time, Surgery.implant_weight)
        .where(Surgery.implant_weight > 0, Surgery.start_time.is_not(None))
        .order_by(Surgery.start_time, Surgery.created_at, Surgery.id)
    )


def _restrictions(dialect: str) -> Rows:
    start = moments(WaterRestriction.start_time, dialect)
    end = moments(WaterRestriction.end_time, dialect)
    return (
        select(WaterRestriction.subject_id, start, end, WaterRestriction.reference_weight)
        .where(WaterRestriction.start_time.is_not(None))
        .order_by(WaterRestriction.start_time, WaterRestriction.created_at, WaterRestriction.id)
    )


def _waters(dialect: str) -> Rows:
    time = moments(WaterAdministration.date_time, dialect)
    return (
        select(
            WaterAdministration.subject_id,
            time,
            WaterAdministration.water_administered,
            WaterAdministration.session_id,
            WaterAdministration.adlib,
        )
        .where(WaterAdministration.voided_at.is_(None))
        .order_by(WaterAdministration.date_time, WaterAdministration.created_at, WaterAdministration.id)
    )
