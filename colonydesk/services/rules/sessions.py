"""What hangs on saving a session: its place below another one, its number, and what it counts."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from colonydesk.db.tables import Session, WaterAdministration
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Question, Refused
from colonydesk.services.animals import Animal
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import ask
from colonydesk.services.rules.actions import check_times, complete, touch_animals
from colonydesk.services.rules.animal_of import subject_of


def _before(unit: Unit, change: Change) -> None:
    of = subject_of(unit, change.after)
    after = change.after
    own_lab, own_users = after["lab_id"], dict(change.links)
    complete(unit, change, of)
    if after["parent_session_id"] is not None:
        # A sub-session shows its parent's where its own are empty: they stay so.
        after["lab_id"], change.links = own_lab, own_users
    check_times(unit, change, of)
    _check_place(unit, change, of)
    if after["qc"] is None:
        after["qc"] = 0
    after["auto_datetime"] = unit.now
    _check_counts(change)
    ask(_doubts(unit, change, of), change.confirmed, "start_time")
    if change.is_new and after["number"] is None:
        after["number"] = _next_number(unit, change, of)


def _after(unit: Unit, change: Change) -> None:
    touch_animals(unit, change)
    if change.is_new:
        return
    below = select(Session.id).where(Session.parent_session_id == change.id).cte("below", recursive=True)
    below = below.union(select(Session.id).where(Session.parent_session_id == below.c.id))
    for one in unit.connection.execute(select(below.c.id)).scalars().all():
        unit.touch(Session, one)  # it may show what its parent holds


def _check_place(unit: Unit, change: Change, of: Animal) -> None:
    """A sub-session is of its parent's animal, and below itself nowhere.

    Of one animal all of them: who makes another one of its sessions a sub-session at the same time waits for
    the animal, and so no circle can come of it.
    """
    parent_id = change.after["parent_session_id"]
    if parent_id is not None and change.differs("parent_session_id", "subject_id"):
        columns = select(Session.id, Session.parent_session_id, Session.subject_id)
        above = columns.where(Session.id == parent_id).cte("above", recursive=True)
        above = above.union(columns.where(Session.id == above.c.parent_session_id))
        found = {row.id: row.subject_id for row in unit.connection.execute(select(above))}
        if parent_id not in found:
            raise Refused("This session is no longer in the database.", "parent_session_id")
        if parent_id == change.id:
            raise Refused("A session cannot be a part of itself.", "parent_session_id")
        if change.id in found:
            raise Refused("That session is itself a part of this one.", "parent_session_id")
        if found[parent_id] != of.id:
            raise Refused(f"That session is not one of {of.nickname}'s.", "parent_session_id")
    if change.before is not None and change.differs("subject_id"):
        _refuse_parts_of_another(unit, change)


def _refuse_parts_of_another(unit: Unit, change: Change) -> None:
    for column, words in (
        (Session.parent_session_id, "sub-sessions"),
        (WaterAdministration.session_id, "water given in it"),
    ):
        if unit.connection.execute(select(column).where(column == change.id).limit(1)).first() is not None:
            raise Refused(
                f"This session has {words}, and cannot be given to another animal.",
                "subject_id",
                "Record a session for the other animal.",
            )


def _check_counts(change: Change) -> None:
    after = change.after
    for name, words in (
        ("number", "The number starts at 1."),
        ("n_trials", "There cannot be less than 0 trials."),
        ("n_correct_trials", "There cannot be less than 0 correct trials."),
    ):
        least = 1 if name == "number" else 0
        if after[name] is not None and after[name] < least and change.differs(name):
            raise Refused(words, name)
    trials, correct = after["n_trials"], after["n_correct_trials"]
    too_many = trials is not None and correct is not None and correct > trials
    if too_many and change.differs("n_trials", "n_correct_trials"):
        raise Refused("There cannot be more correct trials than trials.", "n_correct_trials")


def _level(change: Change, of: Animal) -> ColumnElement[bool] | None:
    """The other sessions that this one is numbered among: its parent's parts, else those of the lab's day."""
    after = change.after
    if after["parent_session_id"] is not None:
        same: ColumnElement[bool] = Session.parent_session_id == after["parent_session_id"]
    elif after["start_time"] is not None:
        begin, end = of.bounds(after["start_time"])
        same = and_(
            Session.subject_id == of.id,
            Session.parent_session_id.is_(None),
            Session.start_time >= begin,
            Session.start_time < end,
        )
    else:
        return None
    return and_(same, Session.id != change.id)


def _doubts(unit: Unit, change: Change, of: Animal) -> tuple[Question, ...]:
    level = _level(change, of)
    if level is None or not change.differs("subject_id", "parent_session_id", "start_time", "number"):
        return ()
    after = change.after
    is_top = after["parent_session_id"] is None
    statement = select(Session.start_time, Session.number).where(level).order_by(Session.start_time)
    others: Any = unit.connection.execute(statement).all()
    questions = []
    if is_top and others and change.differs("subject_id", "parent_session_id", "start_time"):
        at = f"{others[0].start_time.astimezone(of.zone):%H:%M}"
        questions.append(Question("again", f"{of.nickname} has a session at {at} on this day already."))
    if after["number"] is not None and any(other.number == after["number"] for other in others):
        where = "on this day" if is_top else "in that session"
        questions.append(Question("number", f"There is a number {after['number']} {where} already."))
    return tuple(questions)


def _next_number(unit: Unit, change: Change, of: Animal) -> int | None:
    level = _level(change, of)
    if level is None:
        return None
    row = unit.connection.execute(select(func.max(Session.number), func.count()).where(level)).one()
    last: int = max(row[0] or 0, row[1])
    return last + 1


RULES = {"session": Rule(before=_before, after=_after, deleting=touch_animals)}
