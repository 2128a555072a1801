"""The worklists of culling: the animals that are to be culled, and the dead that are to be reduced."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, case, func, select

from colonydesk.db.raw import raw_id
from colonydesk.db.tables import (
    Allele,
    Cull,
    CullMethod,
    CullReason,
    Lab,
    LabMember,
    Line,
    Subject,
    Zygosity,
)
from colonydesk.domain.codes import SEVERITY, SEX, ZYGOSITY_SYMBOL
from colonydesk.domain.days import local_day

REDUCED_WITHIN = timedelta(days=90)
"""Bodies are done away with in this time: imported books hold thousands of dead without a reduced date."""


UNREDUCED: tuple[ColumnElement[bool], ...] = (
    Subject.death_date.is_not(None),
    Subject.reduced_date.is_(None),
    Subject.is_human.is_(False),
)
"""The dead that are to be reduced, however they died."""


@dataclass(frozen=True, slots=True)
class Mate:
    """A living animal that shares a cage with one of the worklist."""

    id: UUID
    nickname: str


@dataclass(frozen=True, slots=True)
class CullRow:
    """One animal of a worklist; sex, genotype ("Ai95 +/+, Pv-Cre +/-", empty where unknown) and severity in
    words.

    ``age_days`` counts to the death, else to the lab's day. ``mates`` are the other living animals of the
    cage of a living one.
    """

    id: UUID
    nickname: str
    lab: str | None
    sex: str
    genotype: str
    line: str | None
    responsible_user: str | None
    birth_date: date | None
    age_days: int | None
    cage: str | None
    severity: str | None
    death_date: date | None
    cull_id: UUID | None
    cull_reason: str | None
    cull_method: str | None
    mates: tuple[Mate, ...] = ()

    def leaves_alone(self, culled: Collection[UUID] = ()) -> Mate | None:
        """The mate that stays alone in the cage when this animal and those of ``culled`` are culled."""
        left = [mate for mate in self.mates if mate.id not in culled]
        return left[0] if len(left) == 1 else None


_mate = Subject.__table__.alias("mate")
_rows = (
    select(
        raw_id(Subject.id).label("key"),
        Subject.id,
        Subject.nickname,
        Lab.name.label("lab"),
        Lab.timezone,
        Subject.sex,
        Line.nickname.label("line"),
        LabMember.username.label("responsible_user"),
        Subject.birth_date,
        Subject.death_date,
        Subject.cage,
        Subject.actual_severity,
        Cull.id.label("cull_id"),
        CullReason.name.label("cull_reason"),
        CullMethod.name.label("cull_method"),
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Line, Line.id == Subject.line_id)
    .outerjoin(LabMember, LabMember.id == Subject.responsible_user_id)
    .outerjoin(Cull, Cull.subject_id == Subject.id)
    .outerjoin(CullReason, CullReason.id == Cull.cull_reason_id)
    .outerjoin(CullMethod, CullMethod.id == Cull.cull_method_id)
)
_genotypes = (
    select(raw_id(Zygosity.subject_id), Allele.nickname, Zygosity.zygosity)
    .join(Allele, Allele.id == Zygosity.allele_id)
    .join(Subject, Subject.id == Zygosity.subject_id)
    .outerjoin(Cull, Cull.subject_id == Subject.id)
    .order_by(Allele.nickname)
)
_mates = (
    select(Subject.id.label("of"), _mate.c.id, _mate.c.nickname)
    .join(
        _mate,
        (_mate.c.cage == Subject.cage)
        & _mate.c.lab_id.is_not_distinct_from(Subject.lab_id)
        & (_mate.c.id != Subject.id)
        & _mate.c.death_date.is_(None),
    )
    .where(Subject.cage != "")
    .order_by(_mate.c.nickname)
)


def to_be_culled(
    connection: Connection, now: datetime, lab_id: UUID | None = None, *, without: Sequence[UUID] = ()
) -> tuple[CullRow, ...]:
    """The living animals that are marked so, ``without`` some, cage by cage; three statements."""
    which = [Subject.to_be_culled.is_(True), Subject.death_date.is_(None), Subject.is_human.is_(False)]
    which.append(Subject.id.not_in(without))
    return _worklist(connection, now, which, lab_id, with_mates=True)


def to_be_reduced(
    connection: Connection,
    now: datetime,
    lab_id: UUID | None = None,
    *,
    older: bool = False,
    without: Sequence[UUID] = (),
) -> tuple[CullRow, ...]:
    """The dead animals without a reduced date, the last dead first; two statements.

    Those that died within ``REDUCED_WITHIN``, or ``older`` ones too; ``without`` some.
    """
    which = [*UNREDUCED, Subject.id.not_in(without)]
    if not older:
        which.append(Subject.death_date >= (now - REDUCED_WITHIN).date())
    return _worklist(connection, now, which, lab_id, with_mates=False)


def left_alone(rows: Iterable[CullRow]) -> tuple[tuple[str, Mate], ...]:
    """The cages, each with the mate that stays alone in it, when all of these animals are culled."""
    chosen = {row.id: row for row in rows}
    found = {}
    for row in chosen.values():
        mate = row.leaves_alone(chosen)
        if mate is not None and row.cage:
            found[mate.id] = (row.cage, mate)
    return tuple(sorted(found.values(), key=lambda one: (one[0], one[1].nickname)))


def _worklist(
    connection: Connection,
    now: datetime,
    which: Sequence[ColumnElement[bool]],
    lab_id: UUID | None,
    *,
    with_mates: bool,
) -> tuple[CullRow, ...]:
    if lab_id is not None:
        which = [*which, Subject.lab_id == lab_id]
    genotypes = defaultdict(list)
    for key, allele, zygosity in connection.execute(_genotypes.where(*which)).all():
        genotypes[key].append(f"{allele} {ZYGOSITY_SYMBOL[zygosity]}")
    mates = defaultdict(list)
    if with_mates:
        for of, mate_id, nickname in connection.execute(_mates.where(*which)):
            mates[of].append(Mate(mate_id, nickname))
    statement = _rows.where(*which).order_by(
        Subject.death_date.desc(),
        case((Subject.cage.is_(None), 1), else_=0),
        Subject.cage,
        func.lower(Subject.nickname),
        Subject.id,
    )
    found = []
    for row in connection.execute(statement).all():
        last_day = row.death_date or local_day(now, row.timezone or "UTC")
        age = (last_day - row.birth_date).days if row.birth_date is not None else None
        found.append(
            CullRow(
                id=row.id,
                nickname=row.nickname,
                lab=row.lab,
                sex=SEX[row.sex],
                genotype=", ".join(genotypes.get(row.key, ())),
                line=row.line,
                responsible_user=row.responsible_user,
                birth_date=row.birth_date,
                age_days=age,
                cage=row.cage,
                severity=SEVERITY.get(row.actual_severity),
                death_date=row.death_date,
                cull_id=row.cull_id,
                cull_reason=row.cull_reason,
                cull_method=row.cull_method,
                mates=tuple(mates.get(row.id, ())),
            )
        )
    return tuple(found)
