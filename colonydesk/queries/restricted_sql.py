"""The statement that finds the restricted animals, each with the records that count on its lab's day.

One row an animal. On SQLite the latest records are found by correlated subqueries, on PostgreSQL by LATERAL
joins: with the indexes on (subject_id, date_time) both are a few lookups an animal, where window functions
read every record.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Label,
    Row,
    SQLColumnExpression,
    Uuid,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from colonydesk.db.raw import Statement, raw_day, raw_id, raw_time
from colonydesk.db.tables import (
    Lab,
    Line,
    Subject,
    Surgery,
    WaterAdministration,
    WaterRestriction,
    Weighing,
)
from colonydesk.db.tables.base import UtcDateTime

Scope = Literal["all", "lab", "subjects"]
_Columns = list[Label[Any]]


@cache
def restricted_statement(dialect: str, zones: int, scope: Scope) -> Statement:
    """The statement for so many time zones; built once, so that it is compiled once.

    Parameters: ``now``; of each zone i its local day as ``since{i}``, ``until{i}`` (moments) and ``day{i}``
    (date), and ``zone{i}`` (its name) but for zone 0, which holds for every lab that is not of another;
    ``lab`` or ``subjects`` by scope.
    """
    until, day = _of_zone("until", zones, UtcDateTime()), _of_zone("day", zones, Date())
    source: FromClause = (
        WaterRestriction.__table__.join(Subject.__table__, Subject.id == WaterRestriction.subject_id)
        .outerjoin(Lab.__table__, Lab.id == Subject.lab_id)
        .outerjoin(Line.__table__, Line.id == Subject.line_id)
    )
    attach = _attach_correlated if dialect == "sqlite" else _attach_lateral
    source, records = attach(source, _of_zone("since", zones, UtcDateTime()), until)
    statement = (
        select(
            raw_id(Subject.id).label("id"),
            Subject.nickname,
            Subject.cage,
            Subject.sex,
            raw_day(Subject.birth_date).label("birth_date"),
            raw_id(Subject.lab_id).label("lab_id"),
            raw_id(Line.growth_curve_id).label("growth_curve_id"),
            raw_id(func.coalesce(Subject.strain_id, Line.strain_id)).label("strain_id"),
            raw_id(func.coalesce(Subject.species_id, Line.species_id)).label("species_id"),
            raw_time(WaterRestriction.start_time).label("start_time"),
            WaterRestriction.reference_weight,
            *records,
        )
        .select_from(source)
        .where(
            or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= bindparam("now")),
            WaterRestriction.start_time < until,
            ~_a_later_one_has_begun(until),
            or_(Subject.death_date.is_(None), Subject.death_date > day),
            Subject.is_human.is_(False),
        )
    )
    if scope == "lab":
        return statement.where(Subject.lab_id == bindparam("lab"))
    if scope == "subjects":
        return statement.where(Subject.id.in_(bindparam("subjects", expanding=True)))
    return statement


def _of_zone(name: str, zones: int, type_: Any) -> ColumnElement[Any]:
    """The parameter of the zone of the row's lab."""
    parameters = [bindparam(f"{name}{place}", type_=type_) for place in range(zones)]
    if zones == 1:
        return parameters[0]
    cases = [(Lab.timezone == bindparam(f"zone{place}"), parameters[place]) for place in range(1, zones)]
    return case(*cases, else_=parameters[0])


def _a_later_one_has_begun(until: ColumnElement[Any]) -> ColumnElement[bool]:
    """Only the latest restriction counts: one that was never ended does not come back after it."""
    later = aliased(WaterRestriction)
    one, other = (tuple_(each.start_time, each.created_at, each.id) for each in (WaterRestriction, later))
    return exists().where(
        later.subject_id == WaterRestriction.subject_id, later.start_time < until, other > one
    )


def _latest_weighing(
    until: ColumnElement[Any], subject_id: SQLColumnExpression[Any] = Subject.id
) -> Statement:
    return (
        select(Weighing.weight, Weighing.date_time)
        .where(Weighing.subject_id == subject_id, Weighing.voided_at.is_(None), Weighing.date_time < until)
        .order_by(Weighing.date_time.desc(), Weighing.created_at.desc(), Weighing.id.desc())
        .limit(1)
    )


def _latest_implant(
    until: ColumnElement[Any], subject_id: SQLColumnExpression[Any] = Subject.id
) -> Statement:
    return (
        select(Surgery.implant_weight, Surgery.start_time)
        .where(Surgery.subject_id == subject_id, Surgery.implant_weight > 0, Surgery.start_time < until)
        .order_by(Surgery.start_time.desc(), Surgery.created_at.desc(), Surgery.id.desc())
        .limit(1)
    )


def _water_of_the_day(since: ColumnElement[Any], until: ColumnElement[Any]) -> Statement:
    given, in_session = WaterAdministration.water_administered, WaterAdministration.session_id.is_not(None)
    return select(
        func.sum(case((in_session, given))).label("reward"),
        func.sum(case((~in_session, given))).label("supplement"),
        func.max(case((WaterAdministration.adlib, 1), else_=0)).label("adlib"),
    ).where(
        WaterAdministration.subject_id == Subject.id,
        WaterAdministration.voided_at.is_(None),
        WaterAdministration.date_time >= since,
        WaterAdministration.date_time < until,
    )


def _attach_correlated(
    source: FromClause, since: ColumnElement[Any], until: ColumnElement[Any]
) -> tuple[FromClause, _Columns]:
    weighing, implant = _latest_weighing(until), _latest_implant(until)
    water = _water_of_the_day(since, until)
    columns = [
        (weighing, "weight", Weighing.weight),
        (weighing, "weighed_at", raw_time(Weighing.date_time)),
        (implant, "implant", Surgery.implant_weight),
        (implant, "implanted_at", raw_time(Surgery.start_time)),
        *((water, column.name, column) for column in water.selected_columns),
    ]
    return source, [
        records.with_only_columns(column).scalar_subquery().label(name) for records, name, column in columns
    ]


def _attach_lateral(
    source: FromClause, since: ColumnElement[Any], until: ColumnElement[Any]
) -> tuple[FromClause, _Columns]:
    weighing = _latest_weighing(until).lateral()
    surgery = _latest_implant(until).lateral()
    water = _water_of_the_day(since, until).lateral()
    for record in (weighing, surgery, water):
        source = source.outerjoin(record, true())
    return source, [
        weighing.c.weight.label("weight"),
        raw_time(weighing.c.date_time).label("weighed_at"),
        surgery.c.implant_weight.label("implant"),
        raw_time(surgery.c.start_time).label("implanted_at"),
        *(column.label(column.name) for column in water.c),
    ]


def before(connection: Connection, bounds: Sequence[tuple[str, datetime]]) -> Sequence[Row[Any]]:
    """The last implant and weighing before a moment of each of some animals, in one statement.

    ``bounds`` are raw ids and moments; rows of ``id``, ``implant``, ``weight``, ``weighed_at``, raw, one
    for each.
    """
    # Text as each engine compares it: SQLite's stored times have no zone.
    on_sqlite = connection.dialect.name == "sqlite"
    pairs = [
        [key, moment.replace(tzinfo=None if on_sqlite else UTC).isoformat(" ", "microseconds")]
        for key, moment in bounds
    ]
    return connection.execute(_before(connection.dialect.name), {"bounds": pairs}).all()


@cache
def _before(dialect: str) -> Statement:
    bounds = bindparam("bounds", type_=JSON().with_variant(JSONB(), "postgresql"))
    subject_id: ColumnElement[Any]
    until: ColumnElement[Any]
    if dialect == "sqlite":
        each = func.json_each(bounds).table_valued("value")
        subject_id = type_coerce(func.json_extract(each.c.value, "$[0]"), Uuid())
        until = type_coerce(func.json_extract(each.c.value, "$[1]"), UtcDateTime())
    else:
        each = func.jsonb_array_elements(bounds).table_valued("value")
        subject_id = cast(type_coerce(each.c.value, JSONB())[0].astext, Uuid())
        until = cast(type_coerce(each.c.value, JSONB())[1].astext, UtcDateTime())
    implant, weighing = _latest_implant(until, subject_id), _latest_weighing(until, subject_id)
    return select(
        raw_id(subject_id).label("id"),
        implant.with_only_columns(Surgery.implant_weight).scalar_subquery().label("implant"),
        weighing.with_only_columns(Weighing.weight).scalar_subquery().label("weight"),
        weighing.with_only_columns(raw_time(Weighing.date_time)).scalar_subquery().label("weighed_at"),
    ).select_from(each)
