"""Who receives what, and the mail server."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMembership, NotificationSetting
from colonydesk.domain.errors import Refused
from colonydesk.domain.mail import MailServer
from colonydesk.queries.receivers import mail_server, receivers, rules_of
from colonydesk.services.notices.rules import SaveRule, save_rule
from colonydesk.services.notices.server import SaveMailServer, save_mail_server
from colonydesk.services.undo import undo
from tests.builders import scene
from tests.services.notices import NOW, member


def rule(user: UUID, scope: str | None, kind: str = "mouse_water") -> SaveRule:
    return SaveRule(
        command_id=uuid4(), id=uuid4(), user_id=user, member_id=user, notification_type=kind, scope=scope
    )


def test_a_rule_is_made_changed_and_taken_away(db: Database) -> None:
    ann = member(db, "ann")

    def found() -> dict[str, str]:
        with db.read() as connection:
            return rules_of(connection, ann)

    command = rule(ann, "all")
    save_rule(db, command, NOW)
    assert found() == {"mouse_water": "all"}
    save_rule(db, rule(ann, "none"), NOW)
    assert found() == {"mouse_water": "none"}
    last = rule(ann, None)
    save_rule(db, last, NOW)
    assert found() == {}
    undo(db, uuid4(), last.command_id, ann, NOW)
    assert found() == {"mouse_water": "none"}
    save_rule(db, rule(ann, None, "wean_due"), NOW)


@pytest.mark.parametrize(("kind", "scope"), [("no_such", "all"), ("mouse_water", "everybody")])
def test_a_rule_of_no_such_thing_is_refused(db: Database, kind: str, scope: str) -> None:
    ann = member(db, "ann")
    with pytest.raises(Refused):
        save_rule(db, rule(ann, scope, kind), NOW)


def test_who_would_get_it_now_and_why(db: Database) -> None:
    of = scene(db)
    boss, quiet = member(db, "boss", first_name="Bo", last_name="Ss"), member(db, "quiet")
    mouse = of.subject("M7", responsible_user_id=quiet)
    for user, scope in ((boss, "all"), (quiet, "none"), (of.ann, "mine")):
        save_rule(db, rule(user, scope), NOW)

    def found(kind: str, subject: UUID | None) -> dict[str, str]:
        with db.read() as connection:
            return {one.username: one.reason for one in receivers(connection, kind, subject, NOW)}

    assert found("mouse_water", mouse) == {"boss": "all", "quiet": "none"}
    assert found("mouse_training", mouse) == {"quiet": "responsible"}
    assert found("mouse_water", None) == {}
    member(db, "stock", is_stock_manager=True)
    assert found("request_due", mouse) == {"stock": "named"}


@pytest.mark.parametrize(("minutes", "found"), [(59, ["dan"]), (60, [])])
def test_a_member_of_the_lab_is_one_to_the_end_of_the_last_day_there(
    db: Database, minutes: int, found: list[str]
) -> None:
    of = scene(db)
    dan = member(db, "dan")
    of.add(LabMembership, user_id=dan, lab_id=of.lab, end_date=date(2026, 3, 10))
    save_rule(db, rule(dan, "lab"), NOW)
    at = datetime(2026, 3, 11, 3, tzinfo=UTC) + timedelta(minutes=minutes)  # 11 March begins in the lab
    with db.read() as connection:
        assert [one.username for one in receivers(connection, "mouse_water", of.mouse, at)] == found


SERVER = MailServer("smtp.example.org", 587, "starttls", "colony@example.org", "colony")


def test_the_mail_server_is_stored_without_its_secret(db: Database) -> None:
    ann = member(db, "ann")
    command = SaveMailServer(command_id=uuid4(), user_id=ann, server=SERVER)
    save_mail_server(db, command, NOW)
    with db.read() as connection:
        assert mail_server(connection) == SERVER
    assert "secret" not in {column.name for column in NotificationSetting.__table__.columns}
    save_mail_server(db, SaveMailServer(command_id=uuid4(), user_id=ann, server=None), NOW)
    with db.read() as connection:
        assert mail_server(connection) is None


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "two words"}, "host"),
        ({"port": 0}, "port"),
        ({"security": "none"}, "security"),
        ({"security": "rot13"}, "security"),
        ({"sender": "nobody"}, "sender"),
    ],
)
def test_what_cannot_be_of_a_mail_server_is_refused_at_its_field(
    db: Database, values: dict[str, Any], field: str
) -> None:
    ann = member(db, "ann")
    command = SaveMailServer(command_id=uuid4(), user_id=ann, server=replace(SERVER, **values))
    with pytest.raises(Refused) as refused:
        save_mail_server(db, command, NOW)
    assert refused.value.field == field
