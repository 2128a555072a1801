"""The reference's scenarios, replayed by our rules; what is decided otherwise has a test by name."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import NAMESPACE_OID as SPACE
from uuid import uuid5

import numpy as np
import pytest

from colonydesk.domain.days import micros, micros_of
from colonydesk.domain.delivery import (
    NO_SEND,
    NOBODY,
    About,
    Earlier,
    Membership,
    RecipientRule,
    compose,
    is_waiting,
    recipients,
)
from colonydesk.domain.errors import Refused
from colonydesk.domain.facts import NEVER, Facts, LabRules
from colonydesk.domain.moment import state_at
from colonydesk.domain.notices import (
    AnimalFacts,
    Member,
    Notice,
    not_weighed,
    responsible_user_changed,
    underweight,
    water_due,
)
from colonydesk.domain.plausibility import WaterFacts, WeightFacts, check_water, check_weight

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "vectors" / "notifications.json.gz"

# Answered otherwise by husbandry.md; each has a test of its own below.
DECIDED = {"U16", "A06", "A15", "A18", "D09", "D12", "S04"}


@cache
def scenarios():
    if not VECTORS.exists():
        pytest.skip("no shared/data/vectors beside the repository")
    return {one["id"]: one for one in json.loads(gzip.decompress(VECTORS.read_bytes()))["scenarios"]}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text):
    return date.fromisoformat(text) if text else None


def identify(name):
    return uuid5(SPACE, name) if name else None


def member(name):
    return Member(identify(name), name) if name else None


@dataclass
class World:
    """One scenario, replayed by our rules over the plain values of the vector."""

    scenario: dict
    notifications: list = field(default_factory=list)

    def subject(self, nickname):
        return next(one for one in self.scenario["subjects"] if one["nickname"] == nickname)

    def animal(self, nickname, at):
        subject = self.subject(nickname)
        lab = self.scenario["labs"][subject["lab"]]
        rules = LabRules(lab["reference_weight_pct"], lab["zscore_weight_pct"], timezone=lab["timezone"])
        state = state_at(husbandry_facts(subject, rules), at)
        water = [one for one in sorted_by_time(subject, "water_administrations") if one[0] <= at]
        restrictions = {utc(one["start_time"]): one for one in subject["water_restrictions"]}
        restriction = restrictions.get(state.restriction_start)
        return AnimalFacts(
            id=identify(nickname),
            nickname=nickname,
            timezone=rules.timezone,
            alive=subject["death_date"] is None,
            responsible=member(subject["responsible_user"]),
            restricted_since=state.restriction_start,
            reference_weight=restriction["reference_weight"] if restriction else None,
            weight=state.weight,
            weighed_at=state.weighed_at,
            percentage=state.percentage_weight,
            expected_weight=state.expected_weight,
            threshold_pct=rules.threshold,
            absolute_min_pct=rules.absolute_min_pct,
            remaining=state.remaining_water,
            last_water_at=water[-1][0] if water else None,
            last_water=water[-1][1]["water_administered"] if water else None,
        )

    def recipients(self, notice, nickname, now):
        animals = []
        if nickname:
            subject = self.subject(nickname)
            animals = [About(identify(subject["responsible_user"]), identify(subject["lab"]))]
        rules = [
            RecipientRule(identify(one["user"]), one["notification_type"], one["subjects_scope"])
            for one in self.scenario["rules"]
        ]
        memberships = [
            Membership(
                identify(one["user"]), identify(one["lab"]), day(one["start_date"]), day(one["end_date"])
            )
            for one in self.scenario["memberships"]
        ]
        return recipients(notice, animals, rules, memberships, now.date())

    def create(self, notice, nickname, now):
        if notice is None:
            return []
        to = self.recipients(notice, nickname, now)
        earlier = [
            Earlier(
                one["notification_type"],
                one["title"],
                one["status"],
                utc(one["send_at"]),
                utc(one["sent_at"]) if one["sent_at"] else None,
                identify(one["subject"]),
                failure=one.get("failure", ""),
            )
            for one in self.notifications
        ]
        new = compose(notice, to, earlier, now)
        if new is None:
            return []
        users = {identify(name): name for name in self.scenario["users"]}
        self.notifications.append(
            {
                "notification_type": notice.notification_type,
                "title": notice.title,
                "status": new.status,
                "message": notice.message,
                "recipients": sorted(users[user] for user in new.recipients),
                "send_at": new.send_at.replace(tzinfo=None).isoformat(),
                "sent_at": None,
                "subject": nickname,
                "failure": new.failure,
            }
        )
        return self.notifications[-1:]

    def run(self, step):
        """The notifications that a step creates; for get_recipients, the names."""
        now = utc(step["now"])
        at = utc(step["date"]) if "date" in step else now
        nickname = step.get("subject")
        match step["call"]:
            case "check_underweight":
                return self.create(underweight(self.animal(nickname, at)), nickname, now)
            case "check_weighed":
                return self.create(not_weighed(self.animal(nickname, at), at), nickname, now)
            case "check_water_administration":
                return self.create(water_due(self.animal(nickname, at), at), nickname, now)
            case "check_water_admin":
                nightly = {**step, "call": "check_water_administration"}
                subjects = self.scenario["subjects"]
                return [new for one in subjects for new in self.run({**nightly, "subject": one["nickname"]})]
            case "weighing":
                return self.weigh(step, nickname, now)
            case "water_administration":
                facts = WaterFacts(zone=UTC, death_date=day(self.subject(nickname)["death_date"]))
                check_water(step["water_administered"], False, utc(step["date_time"]), now, facts)
                return []
            case "get_recipients" | "create_notification":
                named = frozenset(map(identify, step["users"])) if step.get("users") else None
                notice = Notice(
                    step["notification_type"], step.get("title", ""), "", identify(nickname), None, named
                )
                if step["call"] == "create_notification":
                    return self.create(notice, nickname, now)
                users = {identify(name): name for name in self.scenario["users"]}
                return sorted(users[user] for user in self.recipients(notice, nickname, now))
            case "insert_notification":
                self.notifications.append(dict(step["result"]["created"][0]))
                return self.notifications[-1:]
            case "send_pending_emails":
                for one in self.notifications:
                    if is_waiting(one["status"], utc(one["send_at"]), now) and one["recipients"]:
                        one.update(status="sent", sent_at=step["now"])
                return []
            case "save_subject":
                subject = self.subject(nickname)
                old, new = subject["responsible_user"], step["set"]["responsible_user"]
                subject["responsible_user"] = new
                notice = responsible_user_changed(
                    identify(nickname), nickname, subject["death_date"] is None, member(old), member(new)
                )
                return self.create(notice, nickname, now)
            case "cull":
                self.subject(nickname)["death_date"] = step["date"]
                return []
            case "end_restriction":
                return []
        raise AssertionError(f"no such step: {step['call']}")

    def weigh(self, step, nickname, now):
        subject, moment = self.subject(nickname), utc(step["date_time"])
        try:
            check_weight(
                step["weight"], moment, now, WeightFacts(zone=UTC, death_date=day(subject["death_date"]))
            )
        except Refused:
            return []
        subject["weighings"].append({"date_time": step["date_time"], "weight": step["weight"]})
        return self.create(underweight(self.animal(nickname, moment)), nickname, now)


def sorted_by_time(subject, group, name="date_time"):
    return sorted(((utc(one[name]), one) for one in subject[group]), key=lambda pair: pair[0])


def husbandry_facts(subject, rules):
    weighings = sorted_by_time(subject, "weighings")
    surgeries = sorted_by_time(subject, "surgeries", "start_time")
    restrictions = sorted_by_time(subject, "water_restrictions", "start_time")
    water = sorted_by_time(subject, "water_administrations")
    ends = [one["end_time"] for _, one in restrictions]
    return Facts(
        rules,
        subject["sex"],
        day(subject["birth_date"]),
        day(subject["death_date"]),
        None,
        weighing_times=micros_of(at for at, _ in weighings),
        weights=np.array([one["weight"] for _, one in weighings], dtype=np.float64),
        surgery_times=micros_of(at for at, _ in surgeries),
        implant_weights=np.array([one["implant_weight"] for _, one in surgeries], dtype=np.float64),
        restriction_starts=micros_of(at for at, _ in restrictions),
        restriction_ends=np.array([micros(utc(end)) if end else NEVER for end in ends], dtype=np.int64),
        reference_weights=np.array([one["reference_weight"] for _, one in restrictions], dtype=np.float64),
        water_times=micros_of(at for at, _ in water),
        water_amounts=np.array([one["water_administered"] for _, one in water], dtype=np.float64),
        water_in_session=np.zeros(len(water), dtype=np.bool_),
        water_adlib=np.zeros(len(water), dtype=np.bool_),
    )


def replay(identifier):
    """Each step of a scenario with our answer (a Refused where we refuse)."""
    scenario = json.loads(json.dumps(scenarios()[identifier]))
    world = World(scenario)
    for step in scenario["steps"]:
        try:
            yield step, world.run(step)
        except Refused as refusal:
            yield step, refusal


# The reference's answers


def test_the_notifications_are_those_of_the_reference():
    compared = 0
    for identifier in scenarios().keys() - DECIDED:
        for step, ours in replay(identifier):
            result = step["result"]
            if isinstance(ours, Refused):
                assert "error" in result, identifier
                ours = []
            theirs = result.get("returned", result["created"])
            assert len(ours) == len(theirs), (identifier, step["call"])
            for mine, other in zip(ours, theirs, strict=True):
                if isinstance(other, str):
                    assert mine == other, identifier
                    continue
                assert mine["message"].startswith(other["message"]), identifier
                for key in other.keys() - {"message"}:
                    assert mine[key] == other[key], (identifier, key)
            compared += 1
    assert compared >= 40


@pytest.mark.parametrize("identifier", ["A21", "W09", "W12", "W15", "S01", "D03"])
def test_messages_other_than_underweight_are_those_of_the_reference_to_the_letter(identifier):
    for step, ours in replay(identifier):
        assert [one["message"] for one in ours] == [one["message"] for one in step["result"]["created"]]


def answer(identifier, number=0):
    step, ours = list(replay(identifier))[number]
    assert ours != step["result"]["created"]
    return ours


def test_decided_without_a_birth_date_the_reference_weight_alone_raises_the_alarm():
    [notification] = answer("U16")
    assert notification["title"] == "WARNING: m1 weight was 60.0% on 2026-03-10 09:00:00"


def test_decided_an_animal_that_never_got_water_is_told():
    [notification] = answer("A06")
    assert notification["title"] == "0.8 mL remaining for m1"
    assert notification["message"].endswith(
        "Last water administration: none since the restriction began on 2026-03-01 10:00:00\n"
        "Remaining water: 0.8 mL\nDelay: 221.0 hours\n"
    )


def test_decided_without_any_weight_nothing_is_known_to_remain_and_nothing_fails():
    [(step, ours)] = replay("A18")
    assert step["result"]["error"].startswith("TypeError")
    assert ours == []


def test_decided_water_still_owed_is_shown_rounded_up_to_a_hundredth():
    [notification] = answer("A15")
    assert notification["title"] == "0.72 mL remaining for m1"
    assert notification["message"] == (
        "0.72 mL remaining for m1\n\n\nMouse: m1\nUser: alice\nDate: 2026-03-10 15:00:00\n"
        "Last water administration: 2026-03-08 10:00:00, 0.50 mL\nRemaining water: 0.72 mL\n"
        "Delay: 53.0 hours\n"
    )


def test_decided_a_notification_nobody_can_receive_says_so_instead_of_waiting():
    [notification] = answer("D12")
    assert (notification["status"], notification["failure"]) == (NO_SEND, NOBODY)
    first, again, with_subject = (ours for _, ours in replay("D09"))
    assert first[0]["status"] == NO_SEND
    assert again == []
    assert with_subject[0]["recipients"] == ["alice"]


def test_decided_a_change_to_nobody_is_told_to_the_one_who_was():
    [notification] = answer("S04")
    assert notification["title"] == "Responsible user of m1 changed from alice to nobody"
    assert notification["recipients"] == ["alice"]


def test_decided_the_message_says_which_weighing():
    [(step, ours)] = replay("U04")
    assert step["result"]["created"][0]["message"] == ours[0]["title"] + "\n\n"
    assert ours[0]["message"].endswith(
        "\n\nWeighing: 17.20 g on 2026-03-10 09:00:00\nExpected weight: 20.00 g\n"
    )


def test_decided_a_weighing_in_the_future_or_after_death_is_refused_and_so_tells_nothing():
    for identifier, number in (("U37", 0), ("S13", 2)):
        step = scenarios()[identifier]["steps"][number]
        [subject] = scenarios()[identifier]["subjects"]
        facts = WeightFacts(zone=UTC, death_date=day(subject["death_date"]))
        with pytest.raises(Refused):
            check_weight(step["weight"], utc(step["date_time"]), utc(step["now"]), facts)
