"""What an animal's page says of it at a glance, and the head above all its tabs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select
from sqlalchemy.orm import aliased

from colonydesk.db.facts import facts_of
from colonydesk.db.tables import (
    Allele,
    BreedingPair,
    Cull,
    CullReason,
    Lab,
    LabMember,
    Line,
    Litter,
    Project,
    Session,
    Source,
    Species,
    Strain,
    Subject,
    SubjectRequest,
    WaterRestriction,
    WaterType,
    Zygosity,
    session_project,
    subject_project,
)
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import Facts
from colonydesk.queries.named import named


@dataclass(frozen=True, slots=True)
class Named:
    """Another record, by what it is called."""

    id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Carried:
    """An allele that was determined: ``zygosity`` is its code (domain.codes), ``origin`` derived or hand."""

    allele: str
    zygosity: int
    origin: str


@dataclass(frozen=True, slots=True)
class Request:
    """The request that the animal is assigned to."""

    id: UUID
    user: str | None
    line: str | None
    count: int | None
    due_date: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """``facts`` is None for a human subject. Codes are as stored (domain.codes).

    ``restriction_id`` is the open restriction's, ``water_type`` the name of its water. ``father`` and
    ``mothers`` are those of the litter's breeding pair; ``cage_mates`` the living animals of the same cage.
    """

    id: UUID
    nickname: str
    name: str | None
    lab: str | None
    timezone: str
    sex: str
    is_human: bool
    birth_date: date | None
    death_date: date | None
    wean_date: date | None
    genotype_date: date | None
    reduced_date: date | None
    species: str | None
    strain: str | None
    source: str | None
    line: str | None
    responsible_user: str | None
    cage: str | None
    ear_mark: str | None
    protocol_number: str
    description: str | None
    adverse_effects: str | None
    actual_severity: int | None
    to_be_genotyped: bool
    to_be_culled: bool
    created_at: datetime
    cull_id: UUID | None
    cull_reason: str | None
    restriction_id: UUID | None
    water_type: str | None
    litter: Named | None
    father: Named | None
    mothers: tuple[Named, ...]
    request: Request | None
    cage_mates: tuple[Named, ...]
    projects: tuple[str, ...]
    session_projects: tuple[str, ...]
    genotype: tuple[Carried, ...]
    facts: Facts | None


def _parent(reference: Any) -> ScalarSelect[Any]:
    parent = aliased(Subject)
    return named(parent.nickname, parent, reference)


_held = WaterRestriction.__table__.alias("held")
_open = (
    select(_held.c.id)
    .where(_held.c.subject_id == Subject.id, _held.c.end_time.is_(None))
    .order_by(_held.c.start_time.desc().nulls_last(), _held.c.created_at.desc(), _held.c.id.desc())
    .limit(1)
    .correlate(Subject)
    .scalar_subquery()
)
_subject = (
    select(
        Subject.id,
        Subject.nickname,
        Subject.name,
        Lab.name.label("lab"),
        func.coalesce(Lab.timezone, "UTC").label("timezone"),
        Subject.sex,
        Subject.is_human,
        Subject.birth_date,
        Subject.death_date,
        Subject.wean_date,
        Subject.genotype_date,
        Subject.reduced_date,
        named(func.coalesce(Species.nickname, Species.name), Species, Subject.species_id).label("species"),
        named(Strain.name, Strain, Subject.strain_id).label("strain"),
        named(Source.name, Source, Subject.source_id).label("source"),
        named(Line.nickname, Line, Subject.line_id).label("line"),
        named(LabMember.username, LabMember, Subject.responsible_user_id).label("responsible_user"),
        Subject.cage,
        Subject.ear_mark,
        Subject.protocol_number,
        Subject.description,
        Subject.adverse_effects,
        Subject.actual_severity,
        Subject.to_be_genotyped,
        Subject.to_be_culled,
        Subject.created_at,
        Cull.id.label("cull_id"),
        named(CullReason.name, CullReason, Cull.cull_reason_id).label("cull_reason"),
        WaterRestriction.id.label("restriction_id"),
        named(WaterType.name, WaterType, WaterRestriction.water_type_id).label("water_type"),
        Litter.id.label("litter_id"),
        Litter.name.label("litter_name"),
        BreedingPair.father_id,
        _parent(BreedingPair.father_id).label("father_name"),
        BreedingPair.mother1_id,
        _parent(BreedingPair.mother1_id).label("mother1_name"),
        BreedingPair.mother2_id,
        _parent(BreedingPair.mother2_id).label("mother2_name"),
        SubjectRequest.id.label("request_id"),
        named(LabMember.username, LabMember, SubjectRequest.user_id).label("request_user"),
        named(Line.nickname, Line, SubjectRequest.line_id).label("request_line"),
        SubjectRequest.count.label("request_count"),
        SubjectRequest.due_date.label("request_due"),
        Subject.lab_id,
    )
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .outerjoin(Cull, Cull.subject_id == Subject.id)
    .outerjoin(WaterRestriction, WaterRestriction.id == _open)
    .outerjoin(Litter, Litter.id == Subject.litter_id)
    .outerjoin(BreedingPair, BreedingPair.id == Litter.breeding_pair_id)
    .outerjoin(SubjectRequest, SubjectRequest.id == Subject.request_id)
    .where(Subject.id == bindparam("subject"))
)
_mates = (
    select(Subject.id, Subject.nickname)
    .where(
        Subject.cage == bindparam("cage"),
        Subject.lab_id == bindparam("lab"),
        Subject.death_date.is_(None),
        Subject.id != bindparam("subject"),
    )
    .order_by(Subject.nickname, Subject.id)
)
_projects = (
    select(Project.name)
    .join(subject_project, subject_project.c.project_id == Project.id)
    .where(subject_project.c.subject_id == bindparam("subject"))
    .order_by(Project.name)
)
_session_projects = (
    select(Project.name)
    .join(session_project, session_project.c.project_id == Project.id)
    .join(Session, Session.id == session_project.c.session_id)
    .where(Session.subject_id == bindparam("subject"))
    .distinct()
    .order_by(Project.name)
)
_genotype = (
    select(Allele.nickname, Zygosity.zygosity, Zygosity.origin)
    .join(Allele, Allele.id == Zygosity.allele_id)
    .where(Zygosity.subject_id == bindparam("subject"))
    .order_by(Allele.nickname)
)


def overview(connection: Connection, subject_id: UUID) -> Overview:
    """What is known of one subject: a constant eleven statements.

    Raises:
        Refused: when it is no longer there (field ``subject``).
    """
    of = {"subject": subject_id}
    row = connection.execute(_subject, of).first()
    if row is None:
        raise Refused("This animal is no longer in the database.", "subject")
    mates = connection.execute(_mates, {**of, "cage": row.cage, "lab": row.lab_id}).all()
    facts = facts_of(connection, [subject_id])
    shown: dict[str, Any] = {key: value for key, value in row._mapping.items() if key in Overview.__slots__}
    request: tuple[Any, ...] = row[-6:-1]
    return Overview(
        **shown,
        litter=_named(row.litter_id, row.litter_name),
        father=_named(row.father_id, row.father_name),
        mothers=tuple(
            mother
            for mother in (
                _named(row.mother1_id, row.mother1_name),
                _named(row.mother2_id, row.mother2_name),
            )
            if mother is not None
        ),
        request=None if row.request_id is None else Request(*request),
        cage_mates=tuple(Named(*mate) for mate in mates),
        projects=tuple(connection.execute(_projects, of).scalars()),
        session_projects=tuple(connection.execute(_session_projects, of).scalars()),
        genotype=tuple(Carried(*carried) for carried in connection.execute(_genotype, of)),
        facts=facts.get(subject_id),
    )


def _named(row_id: UUID | None, label: str | None) -> Named | None:
    return None if row_id is None else Named(row_id, label or "")
