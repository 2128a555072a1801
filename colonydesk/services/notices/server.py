"""The mail server of the notifications, for all workstations of a database; never its secret."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from colonydesk.db.engine import Database
from colonydesk.db.tables import NotificationSetting
from colonydesk.db.tables.notices import SETTING
from colonydesk.domain.mail import MailServer, checked
from colonydesk.services.done import Done, done
from colonydesk.services.notices.create import the_setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveMailServer:
    """``server`` None: no e-mail is sent."""

    command_id: UUID
    user_id: UUID
    server: MailServer | None


def save_mail_server(db: Database, command: SaveMailServer, now: datetime) -> Done:
    """Set the mail server.

    Raises:
        Refused: what cannot be of a server; ``field`` names it.
    """
    server = checked(command.server) if command.server is not None else None
    values: dict[str, object] = {"host": None, "port": None, "sender": None, "username": None}
    if server is not None:
        values = {
            "host": server.host,
            "port": server.port,
            "security": server.security,
            "sender": server.sender,
            "username": server.username or None,
        }
    with db.unit(command.command_id, "notice.server", command.user_id, now) as unit:
        if not unit.repeated:
            the_setting(unit)
            unit.update(NotificationSetting, SETTING, values)
    return done(unit)
