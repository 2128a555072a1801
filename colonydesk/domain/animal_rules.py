"""What an animal cannot be, by what it is: one rule for saving it and for what is said before of several.

Each rule takes a row as it is (empty for a new one) and as it will be, and answers only for what changes:
what imported books hold stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from colonydesk.domain.days import show_day

Row = Mapping[str, Any]

HUSBANDRY = {
    "litter_id": "litter",
    "wean_date": "wean date",
    "cage": "cage",
    "request_id": "request",
    "ear_mark": "ear mark",
    "reduced_date": "reduced date",
}
"""What a human subject has not, in words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Why it cannot be, said at ``field``: ``alone`` of one, ``several`` with {names}, {are} and {them}."""

    field: str
    alone: str
    several: str


def human(before: Row, after: Row) -> Bar | None:
    """A human subject is kept in no cage, and nothing of husbandry is for it."""
    if not after.get("is_human"):
        return None
    for name, words in HUSBANDRY.items():
        if after.get(name) and _differs(before, after, name, "is_human"):
            return Bar(name, f"A human subject has no {words}.", f"{{names}} {{are}} human: no {words}.")
    if after.get("to_be_culled") and _differs(before, after, "to_be_culled", "is_human"):
        return Bar("to_be_culled", "A human subject is not culled.", "{names} {are} human: not to be culled.")
    return None


def dead_marked(before: Row, after: Row) -> Bar | None:
    """A dead animal is not to be culled."""
    if not after.get("to_be_culled") or after.get("death_date") is None:
        return None
    if not _differs(before, after, "to_be_culled"):
        return None
    alone = f"{after['nickname']} is dead: it is not to be culled."
    return Bar("to_be_culled", alone, "{names} {are} dead: not to be culled.")


def dead_moved(before: Row, after: Row) -> Bar | None:
    """A dead animal moves to no cage."""
    if not (after.get("cage") or "").strip() or after.get("death_date") is None:
        return None
    if not _differs(before, after, "cage", "lab_id"):
        return None
    alone = f"{after['nickname']} is dead: it cannot be moved."
    return Bar("cage", alone, "{names} {are} dead: no move to another cage.")


def living_reduced(before: Row, after: Row) -> Bar | None:
    """A living animal has no reduced date. One that lives again loses it with its death."""
    if after.get("reduced_date") is None or after.get("death_date") is not None:
        return None
    if not _differs(before, after, "reduced_date"):
        return None
    alone = "It is alive: it has no reduced date."
    return Bar("reduced_date", alone, "{names} {are} alive: no reduced date.")


def reduced_early(before: Row, after: Row) -> Bar | None:
    """No animal is reduced before it died."""
    reduced: date | None = after.get("reduced_date")
    death: date | None = after.get("death_date")
    if reduced is None or death is None or reduced >= death:
        return None
    if not _differs(before, after, "reduced_date", "death_date"):
        return None
    field = "reduced_date" if _differs(before, after, "reduced_date") else "death_date"
    alone = "It cannot have been reduced before it died."
    return Bar(field, alone, f"{{names}} died after {show_day(reduced)}.")


RULES = (human, dead_moved, dead_marked, living_reduced, reduced_early)
"""What can be told of an animal's own row."""


def other_line(before: Row, after: Row, line_id: UUID | None, line: str | None) -> Bar | None:
    """An animal is assigned to a request for its own line alone; ``line_id`` is the one asked for, if any."""
    if after.get("request_id") is None or line_id is None or after.get("line_id") == line_id:
        return None
    if not _differs(before, after, "request_id", "line_id"):
        return None
    field = "request_id" if _differs(before, after, "request_id") else "line_id"
    alone = f"The request is for animals of the line {line}."
    return Bar(field, alone, f"{{names}} {{are}} not of the line {line}, which the request is for.")


def kept_by(present: UUID | None, user_id: UUID | None, *, manages: bool, who: str | None) -> Bar | None:
    """Only who is responsible (``present``, called ``who``) gives an animal away, or somebody who ``manages``
    (a stock manager, an administrator)."""
    if present is None or user_id in (None, present) or manages:
        return None
    they = f"{who}, a stock manager or an administrator can give"
    alone = f"Only {they} this animal to somebody else."
    return Bar("responsible_user_id", alone, f"{{names}}: only {they} {{them}} to somebody else.")


def _differs(before: Row, after: Row, *names: str) -> bool:
    return any(before.get(name) != after.get(name) for name in names)
