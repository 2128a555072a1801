"""Data problems: records that break a rule, as imported books do, each with what is wrong in words.

The services refuse them for new entries; what an import brought stays until somebody mends it.
"""

from datetime import datetime

from sqlalchemy import Connection

from colonydesk.queries.problems.animals import PROTOCOL, animals, labs, names, people
from colonydesk.queries.problems.data import about, files
from colonydesk.queries.problems.families import cages, litters, pairs, sessions
from colonydesk.queries.problems.problem import Problem
from colonydesk.queries.problems.times import (
    actions,
    injections,
    restrictions,
    trials,
    waters,
    weighings,
)

__all__ = ["Problem", "problems"]

_CHECKS = (
    *(animals, people, names, restrictions, weighings, waters, actions, trials, injections),
    *(pairs, litters, sessions, cages, labs, files, about),
)


def problems(connection: Connection, now: datetime) -> tuple[Problem, ...]:
    """Everything that is wrong, by animal; what is of no animal comes after. A constant 17 statements.

    The protocol numbers stand at the end: of all, most animals of imported books may have a wrong one, and
    any save of the animal mends it.
    """
    found = [problem for check in _CHECKS for problem in check(connection, now)]
    return tuple(sorted(found, key=_place))


def _place(one: Problem) -> tuple[bool, bool, str, str, int]:
    return one.code == PROTOCOL, one.subject is None, (one.subject or "").lower(), one.text, one.id.int
