"""What the tests of sending share: a database with a mail server, and a round through it."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from colonydesk.db.engine import Database
from colonydesk.domain.mail import MailServer
from colonydesk.exchange.mail import Mailer
from colonydesk.exchange.notices import Sending, send_waiting
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from tests.exchange.mail_servers import SECRET
from tests.services.notices import NOW, member

QUICK = partial(Mailer, step=0.3, whole=1.0)
"""For bad servers alone, which are waited for to the end: on a slow machine a good one is slow, too."""


def use(db: Database, user: UUID, server: MailServer) -> None:
    """Send through this server from now on."""
    save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=user, server=server), NOW)


def set_up(db: Database, server: MailServer) -> UUID:
    """Ann, and a database that sends through this server."""
    ann = member(db, "ann")
    use(db, ann, server)
    return ann


def send(db: Database, now: Any = NOW, **options: Any) -> Sending:
    return send_waiting(db, lambda: now, **{"secret": lambda _: SECRET, **options})
