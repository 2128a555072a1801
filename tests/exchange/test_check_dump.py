"""The check of the real laboratory's dump, at a moment of its own time and long after, on both engines."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import LabMember, Subject
from colonydesk.exchange.alyx import import_alyx
from colonydesk.exchange.notices import run_check
from tests.exchange.test_real_dumps import CURVE, NOW

THEN = datetime(2017, 6, 14, 15, tzinfo=UTC)
"""18:00 in the lab, on one of the last days of its records."""
NOW_AGAIN = datetime(2026, 3, 10, 15, tzinfo=UTC)

# Counted from the dump's records by the rules of husbandry.md, apart from this program. Nobody has ended 33
# restrictions: years later those animals are still told of; those never weighed owe no known water.
AT_THE_TIME = {
    "mouse_training": 35,
    "mouse_not_weighed": 33,
    "mouse_water": 17,
    "genotyping_due": 11,
    "wean_due": 9,
    "breeding_check_due": 3,
    "request_due": 1,
}
# The same eleven are still to be genotyped, and one of the three requests was told of: that is told once.
# Twenty-three pairs, most of them set up later than then, are told of their latest round.
LONG_AFTER = {
    "mouse_training": 33,
    "mouse_not_weighed": 33,
    "breeding_check_due": 23,
    "mouse_water": 16,
    "request_due": 2,
}


def test_what_is_due_in_the_real_books(db: Database, shared_data: Path) -> None:
    import_alyx(db, shared_data / "alyx_dump_anon.json.gz", now=NOW, curve_text=CURVE)
    for now, counts in ((THEN, AT_THE_TIME), (NOW_AGAIN, LONG_AFTER)):
        found = run_check(db, now, send=False)
        assert found["failed"] == []
        assert Counter(one["type"] for one in found["created"]) == counts
        assert {one["status"] for one in found["created"]} == {"to-send"}
        check_recipients(db, found["created"])
        assert run_check(db, now, send=False)["created"] == []


def check_recipients(db: Database, created: list[dict[str, Any]]) -> None:
    """Without rules in the dump, an animal's notifications are its responsible member's."""
    statement = select(Subject.nickname, LabMember.username).join(
        LabMember, LabMember.id == Subject.responsible_user_id
    )
    with db.read() as connection:
        responsible = {row.nickname: row.username for row in connection.execute(statement)}
        managers = set(
            connection.execute(select(LabMember.username).where(LabMember.is_stock_manager)).scalars()
        )
    of_animals = [one for one in created if one["type"] not in ("breeding_check_due", "request_due")]
    assert [one["recipients"] for one in of_animals] == [[responsible[one["subject"]]] for one in of_animals]
    of_requests = [set(one["recipients"]) for one in created if one["type"] == "request_due"]
    assert all(managers < to and len(to) == len(managers) + 1 for to in of_requests)
