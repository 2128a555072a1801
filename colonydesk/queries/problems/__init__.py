"""Data problems: records that break a rule, as imported books do, each with what is wrong in words.

The services refuse them for new entries; what an import brought stays until somebody mends it.
"""

from datetime import datetime

from sqlalchemy import Connection

from colonydesk.queries.problems.animals import animals, labs, names
from colonydesk.queries.problems.families import cages, litters, pairs, sessions
from colonydesk.queries.problems.problem import Problem
from colonydesk.queries.problems.times import actions, restrictions, waters, weighings

__all__ = ["Problem", "problems"]

_CHECKS = (
    *(animals, names, restrictions, weighings, waters, actions),
    *(pairs, litters, sessions, cages, labs),
)


def problems(connection: Connection, now: datetime) -> tuple[Problem, ...]:
    """Everything that is wrong, by animal; what is of no animal comes last. A constant twelve statements."""
    found = [problem for check in _CHECKS for problem in check(connection, now)]
    return tuple(
        sorted(
            found, key=lambda one: (one.subject is None, (one.subject or "").lower(), one.text, one.id.int)
        )
    )
