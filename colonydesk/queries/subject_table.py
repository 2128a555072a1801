"""The table of subjects: which animals pass the filters, in which order, and the rows of some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import ARRAY, ColumnElement, Connection, Uuid, any_, bindparam, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from colonydesk.db.tables import (
    Allele,
    Lab,
    LabMember,
    Line,
    Litter,
    Source,
    Species,
    Strain,
    Subject,
    SubjectRequest,
    WaterRestriction,
    Zygosity,
)
from colonydesk.domain.days import moment_of, zone
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.id_array import IdArray, by_value, halves_of, places_of
from colonydesk.queries.named import named
from colonydesk.queries.status import RestrictedStatus, restricted_status
from colonydesk.queries.subject_filters import Filters, passing
from colonydesk.queries.subject_order import BY_STATUS, ids_in_order

FIRST = 64
"""Rows that come together with the ids, so that the first picture waits for one reading only."""

_BELOW = [code for code in range(len(STATUS_WORDS)) if STATUS_WORDS[code] in ("under", "critical")]


@dataclass(frozen=True, slots=True)
class Order:
    """``by`` is a key of ``subject_order.SORTS``; what has no value comes last in both directions."""

    by: str = "animal"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """One row of the table.

    ``today`` is the local day of the animal's lab, ``genotype`` (allele, zygosity) by allele. ``status`` is
    "" for an animal that is not on restriction now; ``percentage`` is per cent of its expected weight.
    """

    id: UUID
    nickname: str
    name: str | None
    sex: str
    birth_date: date | None
    death_date: date | None
    wean_date: date | None
    genotype_date: date | None
    reduced_date: date | None
    cage: str | None
    ear_mark: str | None
    protocol_number: str
    actual_severity: int | None
    to_be_genotyped: bool
    to_be_culled: bool
    line: str | None
    responsible_user: str | None
    lab: str | None
    strain: str | None
    species: str | None
    source: str | None
    litter: str | None
    request: str | None
    today: date
    genotype: tuple[tuple[str, int], ...]
    status: str
    percentage: float | None
    restricted_since: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The ids that pass, how many animals there are in all, and the rows of the first of them."""

    ids: IdArray
    total: int
    rows: dict[UUID, SubjectLine] = field(default_factory=dict)


_held = exists().where(
    WaterRestriction.subject_id == Subject.id,
    or_(WaterRestriction.end_time.is_(None), WaterRestriction.end_time >= bindparam("now")),
)
_for_line = aliased(Line)
_for_member = aliased(LabMember)
_rows = (
    select(
        Subject.id,
        Subject.nickname,
        Subject.name,
        Subject.sex,
        Subject.birth_date,
        Subject.death_date,
        Subject.wean_date,
        Subject.genotype_date,
        Subject.reduced_date,
        Subject.cage,
        Subject.ear_mark,
        Subject.protocol_number,
        Subject.actual_severity,
        Subject.to_be_genotyped,
        Subject.to_be_culled,
        named(Line.nickname, Line, Subject.line_id).label("line"),
        named(LabMember.username, LabMember, Subject.responsible_user_id).label("responsible_user"),
        Lab.name.label("lab"),
        named(Strain.name, Strain, Subject.strain_id).label("strain"),
        named(func.coalesce(Species.name, Species.nickname), Species, Subject.species_id).label("species"),
        named(Source.name, Source, Subject.source_id).label("source"),
        named(Litter.name, Litter, Subject.litter_id).label("litter"),
        SubjectRequest.id.label("request_id"),
        SubjectRequest.count.label("request_count"),
        _for_line.nickname.label("request_line"),
        _for_member.username.label("request_user"),
        func.coalesce(Lab.timezone, "UTC").label("timezone"),
        _held.label("held"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(SubjectRequest, SubjectRequest.id == Subject.request_id)
    .outerjoin(_for_line, _for_line.id == SubjectRequest.line_id)
    .outerjoin(_for_member, _for_member.id == SubjectRequest.user_id)
)
_zygosities = (
    select(Zygosity.subject_id, Allele.nickname, Zygosity.zygosity)
    .join(Allele, Allele.id == Zygosity.allele_id)
    .order_by(Allele.nickname, Allele.id)
)


def _among(column: InstrumentedAttribute[UUID], dialect: str) -> ColumnElement[bool]:
    """Whether an id is one of ``subjects``. To PostgreSQL they go as one value: a statement with a parameter
    for each is sent, taken apart and planned anew every time."""
    if dialect == "postgresql":
        return column == any_(bindparam("subjects", type_=ARRAY(Uuid())))
    return column.in_(bindparam("subjects", expanding=True))


_of = {
    dialect: (
        _zygosities.where(_among(Zygosity.subject_id, dialect)),
        _rows.where(_among(Subject.id, dialect)),
    )
    for dialect in ("sqlite", "postgresql")
}
_total = select(func.count()).select_from(Subject)


def lines(connection: Connection, ids: Sequence[UUID], now: datetime) -> dict[UUID, SubjectLine]:
    """The rows of these animals: two statements, and two or three more where one of them is restricted."""
    if not ids:
        return {}
    wanted = {"subjects": list(ids)}
    zygosities, rows = _of[connection.dialect.name]
    genotypes: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for subject_id, allele, zygosity in connection.execute(zygosities, wanted):
        genotypes[subject_id].append((allele, zygosity))
    read = connection.execute(rows, {**wanted, "now": now}).all()
    held = [row.id for row in read if row.held]
    states = _states(restricted_status(connection, now, subject_ids=held)) if held else {}
    days: dict[str, date] = {}
    found = {}
    for row in read:
        *plain, request_id, count, request_line, request_user, timezone, _held_now = row
        if timezone not in days:
            days[timezone] = zone(timezone).day(now)
        request = _request(count, request_line, request_user) if request_id is not None else None
        state = states.get(row.id, ("", None, None))
        genotype = tuple(genotypes.get(row.id, ()))
        values: list[Any] = [*plain, request, days[timezone], genotype, *state, timezone]
        found[row.id] = SubjectLine(*values)
    return found


def _request(count: int | None, line: str | None, user: str | None) -> str:
    """What a request is called: it has no name."""
    what = " ".join(part for part in (str(count) if count is not None else "", line or "") if part)
    return ", ".join(part for part in (what, user) if part) or "request"


def _states(status: RestrictedStatus) -> dict[UUID, tuple[str, float | None, datetime]]:
    shares = status.values.percentage_weight.tolist()
    codes, starts = status.values.status.tolist(), status.restriction_start.tolist()
    return {
        one: (STATUS_WORDS[code], None if share != share else share, moment_of(start))
        for one, share, code, start in zip(status.ids, shares, codes, starts, strict=True)
    }


# Which animals, and in which order


def listing(
    connection: Connection,
    filters: Filters,
    order: Order,
    member_id: UUID | None,
    now: datetime,
    total: int | None = None,
) -> Listing:
    """The animals that pass, and the rows of the first of them.

    ``total`` is how many there are in all where that is known: PostgreSQL goes through all of them to count.

    Two statements for the ids, two or three more where they hang on the weights, two more to sort by
    genotype, one by what an animal refers to or for the labs of a member, on PostgreSQL one for each word;
    and those of ``lines``.
    ``member_id`` is who asks, for what is theirs.
    """
    ids = subject_ids(connection, filters, order, member_id, now)
    if total is None:
        total = connection.execute(_total).scalar_one()
    return Listing(ids, total, lines(connection, ids[:FIRST], now))


def subject_ids(
    connection: Connection, filters: Filters, order: Order, member_id: UUID | None, now: datetime
) -> IdArray:
    """The ids of the animals that pass, in order; the nickname and the id are the last keys."""
    statement = select(Subject.id).where(*passing(connection, filters, member_id, now))
    ids = ids_in_order(connection, statement, order.by, order.descending, now.date())
    if filters.by_weight or order.by in BY_STATUS:
        return _by_status(ids, restricted_status(connection, now), filters, order)
    return ids


def _by_status(ids: IdArray, status: RestrictedStatus, filters: Filters, order: Order) -> IdArray:
    places = places_of(ids, halves_of(status.ids))
    if filters.by_weight:
        chosen = places >= 0
        if filters.below:
            chosen &= np.isin(status.values.status, _BELOW)
        kept = np.sort(places[chosen])
        ids = ids.take(kept)
        # The places in what is left; those that are not in it any more do not count.
        places = np.where(chosen, np.searchsorted(kept, places), -1)
    if order.by not in BY_STATUS:
        return ids
    return by_value(ids, places, BY_STATUS[order.by](status), order.descending)
