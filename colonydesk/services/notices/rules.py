"""What a member wants to be told of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, NotificationRule
from colonydesk.domain.codes import NOTIFICATION_TYPE, SUBJECTS_SCOPE
from colonydesk.domain.errors import Refused
from colonydesk.services.done import Done, done


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRule:
    """``member_id`` is whose rule it is; ``scope`` a code of SUBJECTS_SCOPE, None: as usual, no rule.

    ``id`` is a new rule's, made by the client.
    """

    command_id: UUID
    id: UUID
    user_id: UUID
    member_id: UUID
    notification_type: str
    scope: str | None


def save_rule(db: Database, command: SaveRule, now: datetime) -> Done:
    """Set what a member is told of one type.

    Raises:
        Refused: no such type, scope or member.
    """
    if command.notification_type not in NOTIFICATION_TYPE:
        raise Refused("There is no such notification.", "notification_type")
    if command.scope is not None and command.scope not in SUBJECTS_SCOPE:
        raise Refused("Choose none, my animals, my lab or all.", "subjects_scope")
    with db.unit(command.command_id, "notice.rule", command.user_id, now) as unit:
        if unit.repeated:
            return done(unit)
        # Two workstations of one member wait for each other here.
        member = select(LabMember.id).where(LabMember.id == command.member_id).with_for_update(key_share=True)
        if unit.connection.execute(member).first() is None:
            raise Refused("This member is no longer there.", "user")
        found = unit.connection.execute(
            select(NotificationRule.id).where(
                NotificationRule.user_id == command.member_id,
                NotificationRule.notification_type == command.notification_type,
            )
        ).scalar()
        if command.scope is None:
            if found is not None:
                unit.delete(NotificationRule, found)
        elif found is not None:
            unit.update(NotificationRule, found, {"subjects_scope": command.scope})
        else:
            row = {
                "id": command.id,
                "user_id": command.member_id,
                "notification_type": command.notification_type,
                "subjects_scope": command.scope,
            }
            unit.insert(NotificationRule, row)
    return done(unit)
