"""The kinds of records that the lists of procedures show, and where each one's columns come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import FromClause, SQLColumnExpression, Table, func

from colonydesk.db.tables import (
    Cull,
    CullMethod,
    CullReason,
    Lab,
    LabLocation,
    LabMember,
    OtherAction,
    Session,
    Subject,
    Surgery,
    VirusInjection,
    WaterRestriction,
    WaterType,
    other_action_procedure,
    other_action_user,
    session_procedure,
    session_project,
    session_user,
    surgery_procedure,
    surgery_user,
    virus_injection_procedure,
    virus_injection_user,
    water_restriction_procedure,
    water_restriction_user,
)
from colonydesk.domain.codes import INJECTION_TYPE, OUTCOME_TYPE, QC

_Words = Mapping[Any, str]
MEMBER_NAME = LabMember.username
MEMBER_WORDS = (
    LabMember.username
    + " "
    + func.coalesce(LabMember.first_name, "")
    + " "
    + func.coalesce(LabMember.last_name, "")
)
"""What a member is found by."""


@dataclass(frozen=True)
class Kind:
    """How a kind of record is read: its table, its own columns, and what is searched in."""

    table: Any
    own: Mapping[str, SQLColumnExpression[Any]]
    searched: tuple[SQLColumnExpression[Any], ...] = ()
    users: Table | None = None
    procedures: Table | None = None
    projects: Table | None = None
    words: Mapping[str, _Words] = field(default_factory=dict)
    outer: tuple[tuple[Any, Any], ...] = ()

    @property
    def is_cull(self) -> bool:
        return self.table is Cull

    @property
    def moment(self) -> SQLColumnExpression[Any]:
        """When it was: a moment, or the day of a cull."""
        return Cull.date if self.is_cull else self.table.start_time

    def source(self) -> FromClause:
        joined = self.table.__table__.join(Subject.__table__, Subject.id == self.table.subject_id)
        joined = joined.outerjoin(Lab.__table__, Lab.id == Subject.lab_id)
        for target, condition in self.outer:
            joined = joined.outerjoin(target.__table__, condition)
        return joined  # type: ignore[no-any-return]


def _action(table: Any, users: Table, procedures: Table, **more: Any) -> Kind:
    outer = ((LabLocation, LabLocation.id == table.location_id), *more.pop("outer", ()))
    searched = (table.narrative, LabLocation.name, *more.pop("searched", ()))
    return Kind(table=table, users=users, procedures=procedures, outer=outer, searched=searched, **more)


_SESSION = _action(
    Session,
    session_user,
    session_procedure,
    projects=session_project,
    own={
        "type": Session.type,
        "number": Session.number,
        "task_protocol": Session.task_protocol,
        "n_trials": Session.n_trials,
        "n_correct_trials": Session.n_correct_trials,
        "qc": Session.qc,
        "parent_session_id": Session.parent_session_id,
    },
    searched=(Session.task_protocol, Session.type),
    words={"qc": QC},
)

KINDS: Mapping[str, Kind] = {
    "surgery": _action(
        Surgery,
        surgery_user,
        surgery_procedure,
        own={"outcome_type": Surgery.outcome_type, "implant_weight": Surgery.implant_weight},
        words={"outcome_type": OUTCOME_TYPE},
    ),
    "virus_injection": _action(
        VirusInjection,
        virus_injection_user,
        virus_injection_procedure,
        own={
            "virus_batch": VirusInjection.virus_batch,
            "injection_volume": VirusInjection.injection_volume,
            "rate_of_injection": VirusInjection.rate_of_injection,
            "injection_type": VirusInjection.injection_type,
        },
        searched=(VirusInjection.virus_batch,),
        words={"injection_type": INJECTION_TYPE},
    ),
    "session": _SESSION,
    "ephys": _SESSION,
    "water_restriction": _action(
        WaterRestriction,
        water_restriction_user,
        water_restriction_procedure,
        own={"reference_weight": WaterRestriction.reference_weight, "water_type": WaterType.name},
        outer=((WaterType, WaterType.id == WaterRestriction.water_type_id),),
    ),
    "other_action": _action(OtherAction, other_action_user, other_action_procedure, own={}),
    "cull": Kind(
        table=Cull,
        own={
            "date": Cull.date,
            "cull_reason": CullReason.name,
            "cull_method": CullMethod.name,
            "description": Cull.description,
            "severity": Subject.actual_severity,
            "cage": Subject.cage,
            "user": MEMBER_NAME,
        },
        searched=(Cull.description, CullReason.name, CullMethod.name, MEMBER_WORDS),
        outer=(
            (CullReason, CullReason.id == Cull.cull_reason_id),
            (CullMethod, CullMethod.id == Cull.cull_method_id),
            (LabMember, LabMember.id == Cull.user_id),
        ),
    ),
}
