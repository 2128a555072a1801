"""What hangs on saving a cull: the death of the animal, and its life again when the cull is deleted."""

from colonydesk.db.tables import Subject
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.services.change import Change, Rule
from colonydesk.services.culls import check_date, doubts
from colonydesk.services.deaths import die, doubts_of_death, doubts_of_life, revive
from colonydesk.services.done import ask
from colonydesk.services.rules.animal_of import animal_of


def _before(unit: Unit, change: Change) -> None:
    after = change.after
    if change.before is not None and change.differs("subject_id"):
        raise Refused(
            "A cull cannot be given to another animal.",
            "subject_id",
            "Delete it, which revives the animal, and cull the other one.",
        )
    of = animal_of(unit, after)
    if change.is_new and "date" not in change.given:
        after["date"] = of.day(unit.now)
    if after.get("date") is None:
        raise Refused("Give the date.", "date")
    if change.differs("date"):
        check_date(unit, of, after["date"], change.id)
    if change.is_new:
        after["user_id"] = after.get("user_id") or unit.user_id
        ask(doubts(unit, (of,), after["date"]), change.confirmed, "actual_severity")
    elif change.differs("date"):
        ask(doubts_of_death(unit, of, after["date"]), change.confirmed, "date")


def _after(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    if change.is_new or change.differs("date"):
        die(unit, of, change.after["date"])
    unit.touch(Subject, of.id)


def _deleting(unit: Unit, change: Change) -> None:
    of = animal_of(unit, change.after)
    ask(doubts_of_life(unit, of), change.confirmed, "")
    revive(unit, of)


RULES = {"cull": Rule(before=_before, after=_after, deleting=_deleting)}
