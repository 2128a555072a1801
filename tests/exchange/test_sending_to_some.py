"""E-mails that some of their recipients have, and others not yet."""

from datetime import timedelta
from uuid import UUID

import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    LabMember,
    Notification,
    NotificationRecipient,
)
from colonydesk.exchange.notices import Sending
from colonydesk.services.notices.sending import RETRY_AFTER, STALE
from tests import builders
from tests.builders import row
from tests.exchange.mail_servers import (
    Post,
    post_office,
)
from tests.exchange.sending import send, set_up
from tests.services.notices import NOW, member, waiting_notification

pytestmark = pytest.mark.usefixtures("quiet_server")


def of_two(db: Database, ann: UUID) -> UUID:
    """A notification for Ann and Bob."""
    one = waiting_notification(db, ann)
    builders.add(db, NotificationRecipient, notification_id=one, user_id=member(db, "bob"))
    return one


def test_who_of_several_is_refused_for_the_moment_is_tried_again_alone(db: Database) -> None:
    post = Post(refuse=lambda address: "450 come back later" if address.startswith("bob") else None)
    with post_office(post) as server:
        one = of_two(db, set_up(db, server))
        assert send(db).sent == 1
        waits = row(db, Notification, one)
        assert (waits["status"], waits["attempts"], waits["claimed_until"]) == ("to-send", 1, None)
        assert waits["failure"] == "Not accepted for bob@example.org: 450 come back later"
        assert send(db).sent == 0  # not again at once
        post.refuse = lambda _: None
        assert send(db, NOW + RETRY_AFTER[0]).sent == 1
        assert send(db, NOW + timedelta(days=1)).sent == 0
    assert [to for to, _ in post.accepted] == [("ann@example.org",), ("bob@example.org",)]
    sent = row(db, Notification, one)
    assert (sent["status"], sent["failure"]) == ("sent", None)


@pytest.mark.parametrize("last", ["450 come back later", "550 nobody of that name"])
def test_what_some_have_was_sent_though_one_never_got_it(db: Database, last: str) -> None:
    answers = iter(["450 come back later", "450 come back later", last])
    post = Post(refuse=lambda address: next(answers) if address.startswith("bob") else None)
    with post_office(post) as server:
        one = of_two(db, set_up(db, server))
        for now in (NOW, NOW + RETRY_AFTER[0], NOW + RETRY_AFTER[0] + RETRY_AFTER[1]):
            send(db, now)
        assert send(db, NOW + timedelta(days=1)).failed == []
    assert [to for to, _ in post.accepted] == [("ann@example.org",)]
    sent = row(db, Notification, one)
    assert (sent["status"], sent["attempts"]) == ("sent", 3)
    assert f"bob@example.org: {last}" in sent["failure"]


def test_who_leaves_before_the_next_try_takes_nothing_from_the_others(db: Database) -> None:
    post = Post(refuse=lambda address: "450 come back later" if address.startswith("bob") else None)
    with post_office(post) as server:
        one = of_two(db, set_up(db, server))
        assert send(db).sent == 1
        with db.engine.begin() as connection:
            left = LabMember.__table__.update().where(LabMember.username == "bob")
            connection.execute(left.values(is_active=False))
        assert send(db, NOW + RETRY_AFTER[0]) == Sending()
    assert row(db, Notification, one)["status"] == "sent"


@pytest.mark.parametrize("ended", [False, True])
def test_what_some_have_was_sent_though_it_waited_too_long_for_the_last_one(
    db: Database, ended: bool
) -> None:
    """Else it counted as told to nobody, and all were told again."""
    post = Post(refuse=lambda address: "450 come back later" if address.startswith("bob") else None)
    with post_office(post) as server:
        one = of_two(db, set_up(db, server))
        send(db)
        if ended:  # the workstation, in the moment of handing it over
            send(db, NOW + RETRY_AFTER[0])
            with db.engine.begin() as connection:
                connection.execute(Notification.__table__.update().values(claimed_until=NOW))
            assert send(db, NOW + timedelta(days=1)) == Sending()
        else:
            assert send(db, NOW + STALE + timedelta(hours=1)) == Sending()
    assert [to for to, _ in post.accepted] == [("ann@example.org",)]
    assert row(db, Notification, one)["status"] == "sent"
