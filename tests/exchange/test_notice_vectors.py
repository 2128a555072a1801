"""The reference's scenarios put into a real database, and the real check run at each of their steps.

What is decided otherwise is what the rules alone answer in tests/domain/test_notices_vectors.py, where each
difference has its name; what only a whole check does otherwise has a test by name here.
"""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Lab,
    LabMember,
    LabMembership,
    Notification,
    NotificationRecipient,
    NotificationRule,
    Subject,
    WaterRestriction,
)
from colonydesk.domain.delivery import About, Matter
from colonydesk.domain.errors import Refused
from colonydesk.domain.notices import Notice
from colonydesk.exchange.notices import check, check_weighings
from colonydesk.queries.due_found import receivers_of
from colonydesk.queries.due_sql import lists
from colonydesk.services.notices.create import create
from colonydesk.services.notices.sending import claim, note_sent
from colonydesk.services.records import SaveRecord, save_record
from colonydesk.services.restrictions import EndRestriction, end_restriction
from colonydesk.services.waters import RecordWater, record_water
from colonydesk.services.weights import RecordWeighing, record_weighing
from tests.builders import add, rows
from tests.domain.test_notices_vectors import DECIDED, VECTORS, day, replay, scenarios, utc
from tests.queries.colony import Colony

# Told once of each weighing that is saved, where the reference tells again of the same after an hour.
ONCE = "U34"
# The nightly command, and a check of one animal, are one check of all here: it tells of all kinds.
KINDS = {
    "check_underweight": "mouse_underweight",
    "check_weighed": "mouse_not_weighed",
    "check_water_administration": "mouse_water",
    "check_water_admin": "mouse_water",
    "weighing": "mouse_underweight",
}
YES = frozenset({"range", "change", "again", "cage_mate", "implant", "not_restricted", "severity"})
# A weighing in the future, or after the death, is refused, which the reference takes.
REFUSED = {"U37", "S13"}
IDS = sorted(scenarios().keys() - {ONCE}) if VECTORS.exists() else []


class World:
    """A scenario in a database. ``recorder`` enters what its steps enter, and is told nothing."""

    def __init__(self, db: Database, scenario: dict[str, Any]) -> None:
        self.db = db
        self.steps = scenario["steps"]
        self.known: set[UUID] = set()
        colony = Colony(db)
        self.recorder = colony.add(LabMember, username="recorder", is_superuser=True)
        self.users = {
            name: colony.add(LabMember, username=name, email=email)
            for name, email in scenario["users"].items()
        }
        self.labs = {
            name: colony.add(Lab, name=name, growth_mode="step", **lab)
            for name, lab in scenario["labs"].items()
        }
        for one in scenario["memberships"]:
            days = {"start_date": day(one["start_date"]), "end_date": day(one["end_date"])}
            colony.add(LabMembership, user_id=self.users[one["user"]], lab_id=self.labs[one["lab"]], **days)
        for one in scenario["rules"]:
            if one["subjects_scope"]:  # one that was never chosen is no rule here
                choice = {name: one[name] for name in ("notification_type", "subjects_scope")}
                colony.add(NotificationRule, user_id=self.users[one["user"]], **choice)
        self.to_enter: list[tuple[str, dict[str, Any]]] = []
        self.subjects = {one["nickname"]: self._subject(colony, one) for one in scenario["subjects"]}
        colony.write()

    def _subject(self, colony: Colony, one: dict[str, Any]) -> UUID:
        subject = colony.subject(
            one["nickname"],
            self.labs[one["lab"]],
            sex=one["sex"],
            birth_date=day(one["birth_date"]),
            death_date=day(one["death_date"]),
            responsible_user_id=self.users.get(one["responsible_user"]),
            wean_date=day("2026-01-01"),
        )
        for each in one["water_restrictions"]:
            end = utc(each["end_time"]) if each["end_time"] else None
            colony.restriction(
                subject, utc(each["start_time"]), end, reference_weight=each["reference_weight"]
            )
        for each in one["surgeries"]:
            colony.surgery(subject, utc(each["start_time"]), each["implant_weight"])
        for each in one["water_administrations"]:
            colony.water(subject, utc(each["date_time"]), each["water_administered"])
        judged = self._judged(one)
        for each in one["weighings"]:
            if each is judged:  # it is saved when it is judged
                self.to_enter.append((one["nickname"], each))
            else:
                colony.weighing(subject, utc(each["date_time"]), each["weight"])
        return subject

    def _judged(self, subject: dict[str, Any]) -> dict[str, Any] | None:
        """The weighing that the reference's check of underweight takes: the last up to the day."""
        for step in self.steps:
            if step["call"] == "check_underweight" and step["subject"] == subject["nickname"]:
                until = step.get("date", step["now"])[:10]
                known = [one for one in subject["weighings"] if one["date_time"][:10] <= until]
                return max(known, key=lambda one: one["date_time"]) if known else None
        return None

    def run(self, step: dict[str, Any]) -> list[Any]:
        """What a step creates, as the vectors write it; for get_recipients, the names."""
        now, nickname = utc(step["now"]), step.get("subject")
        call = step["call"]
        if call == "get_recipients":
            return self.recipients(step, now)
        act = getattr(self, call, None)
        if act is not None:
            act(step, now)
        kind = KINDS.get(call)
        if call == "weighing":
            check_weighings(self.db, now)  # as the program does when one was saved
        elif kind is not None:
            # A check is of now: one of a past day is run on that day.
            check(self.db, utc(step["date"]) if kind != "mouse_underweight" and "date" in step else now)
        made = self.created()
        if kind is None:
            return made
        of_kind = [one for one in made if one["notification_type"] == kind]
        return [one for one in of_kind if nickname in (None, one["subject"])]

    def created(self) -> list[dict[str, Any]]:
        """All that is new since the step before."""
        names = {subject: nickname for nickname, subject in self.subjects.items()}
        users = {user: name for name, user in self.users.items()}
        with self.db.read() as connection:
            to = connection.execute(
                select(NotificationRecipient.notification_id, NotificationRecipient.user_id)
            ).all()
        found = [row for row in rows(self.db, Notification) if row["id"] not in self.known]
        self.known |= {row["id"] for row in found}
        return [
            {
                **{name: row[name] for name in ("notification_type", "title", "status", "failure")},
                "message": row["message"] or "",
                "recipients": sorted(users[user] for id_, user in to if id_ == row["id"]),
                "send_at": text_of(row["send_at"]),
                "sent_at": text_of(row["sent_at"]),
                "subject": names.get(row["subject_id"]),
            }
            for row in found
        ]

    # The steps

    def check_underweight(self, step: dict[str, Any], now: datetime) -> None:
        while self.to_enter:
            nickname, one = self.to_enter.pop()
            self.weighing({**one, "subject": nickname}, now)

    def weighing(self, step: dict[str, Any], now: datetime) -> None:
        command = RecordWeighing(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=self.subjects[step["subject"]],
            user_id=self.recorder,
            weight=step["weight"],
            date_time=utc(step["date_time"]),
            confirmed=YES,
        )
        record_weighing(self.db, command, now)

    def water_administration(self, step: dict[str, Any], now: datetime) -> None:
        command = RecordWater(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=self.subjects[step["subject"]],
            user_id=self.recorder,
            water_administered=step["water_administered"],
            date_time=utc(step["date_time"]),
            confirmed=YES,
        )
        record_water(self.db, command, now)

    def save_subject(self, step: dict[str, Any], now: datetime) -> None:
        user = self.users.get(step["set"]["responsible_user"])
        self._save("subject", self.subjects[step["subject"]], now, responsible_user_id=user)

    def cull(self, step: dict[str, Any], now: datetime) -> None:
        subject = self.subjects[step["subject"]]
        self._save("cull", None, now, subject_id=subject, date=day(step["date"]))

    def _save(self, table: str, row_id: UUID | None, now: datetime, **values: Any) -> None:
        command = SaveRecord(
            command_id=uuid4(),
            id=row_id or uuid4(),
            user_id=self.recorder,
            table=table,
            version=None if row_id is None else 1,
            values=values,
            confirmed=YES,
        )
        save_record(self.db, command, now)

    def end_restriction(self, step: dict[str, Any], now: datetime) -> None:
        (row,) = rows(self.db, WaterRestriction, subject_id=self.subjects[step["subject"]])
        command = EndRestriction(
            command_id=uuid4(),
            restriction_id=row["id"],
            user_id=self.recorder,
            end_time=utc(step["end_time"]),
        )
        end_restriction(self.db, command, now)

    def create_notification(self, step: dict[str, Any], now: datetime) -> None:
        create(self.db, [self._matter(step, now)], now)

    def insert_notification(self, step: dict[str, Any], now: datetime) -> None:
        made = add(
            self.db,
            Notification,
            subject_id=self.subjects.get(step["subject"]),
            **{name: step[name] for name in ("notification_type", "title", "status")},
            **{name: utc(step[name]) for name in ("send_at", "sent_at") if step.get(name)},
        )
        for name in step.get("users", ()):
            add(self.db, NotificationRecipient, notification_id=made, user_id=self.users[name])

    def send_pending_emails(self, step: dict[str, Any], now: datetime) -> None:
        """All that the server is given is accepted."""
        sent = []
        while letter := claim(self.db, now):
            note_sent(self.db, letter, now)
            sent.append(letter.to)
        assert sorted(sent) == sorted(tuple(one["to"]) for one in step["result"]["mails"])

    def _matter(self, step: dict[str, Any], now: datetime) -> Matter:
        """A notice with those whom the rules and members in the database choose."""
        named = frozenset(self.users[name] for name in step["users"]) if step.get("users") else None
        subject = self.subjects.get(step["subject"])
        animals = []
        if subject is not None:
            (row,) = rows(self.db, Subject, id=subject)
            animals = [About(row["responsible_user_id"], row["lab_id"])]
        notice = Notice(step["notification_type"], step.get("title", ""), "", subject, None, named)
        with self.db.plain() as connection:
            return receivers_of(lists(connection, now)).matter(notice, animals, now, "UTC")

    def recipients(self, step: dict[str, Any], now: datetime) -> list[str]:
        """Whom the rules in the database choose; without named ones, whom the check tells of the animal."""
        users = {user: name for name, user in self.users.items()}
        found = sorted(users[user] for user in self._matter(step, now).to)
        if not step["users"]:
            since = now - timedelta(days=9)
            subject = self.subjects[step["subject"]]
            add(self.db, WaterRestriction, subject_id=subject, start_time=since, reference_weight=20.0)
            self.weighing({"subject": step["subject"], "weight": 20.0, "date_time": step["now"]}, now)
            check(self.db, now)
            (told,) = (one for one in self.created() if one["notification_type"] == step["notification_type"])
            assert told["recipients"] == found
        return found


def text_of(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=None).isoformat()


def replayed(db: Database, identifier: str) -> list[tuple[dict[str, Any], list[Any] | Refused]]:
    """Each step of a scenario with what came of it in the database (a Refused where it was refused)."""
    scenario = json.loads(json.dumps(scenarios()[identifier]))
    world = World(db, scenario)
    answers: list[tuple[dict[str, Any], list[Any] | Refused]] = []
    for step in scenario["steps"]:
        try:
            answers.append((step, world.run(step)))
        except Refused as refusal:
            answers.append((step, refusal))
    return answers


def expected(identifier: str) -> list[list[Any]]:
    """The reference's answers; where husbandry.md decides otherwise, those of its rules alone."""
    if identifier not in DECIDED:
        return [
            step["result"].get("returned", step["result"]["created"])
            for step in scenarios()[identifier]["steps"]
        ]
    return [[] if isinstance(ours, Refused) else list(ours) for _, ours in replay(identifier)]


@pytest.mark.parametrize("identifier", IDS)
def test_the_check_of_a_database_creates_what_the_reference_creates(db: Database, identifier: str) -> None:
    for (step, ours), theirs in zip(replayed(db, identifier), expected(identifier), strict=True):
        if isinstance(ours, Refused):
            assert "error" in step["result"] or identifier in REFUSED, step
            ours = []
        assert len(ours) == len(theirs), (step["call"], ours, theirs)
        for mine, other in zip(ours, theirs, strict=True):
            if isinstance(other, str):
                assert mine == other
                continue
            assert mine["message"].startswith(other["message"])
            for key in other.keys() - {"message", "failure"} - ({"send_at"} if "date" in step else set()):
                assert mine[key] == other[key], key
            assert (mine["failure"] or "") == other.get("failure", "")


def test_decided_a_weighing_is_told_once(db: Database) -> None:
    answers = replayed(db, ONCE)
    (step, first), *later = answers
    assert [one["title"] for one in first] == [one["title"] for one in step["result"]["created"]]
    assert [ours for _, ours in later] == [[]] * 4
    assert [bool(step["result"]["created"]) for step, _ in later] == [False, True, False, True]
