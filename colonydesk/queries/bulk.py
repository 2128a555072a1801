"""What changing several animals at once will do, in words and counts, before it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Executable, select

from colonydesk.db.requests import remaining
from colonydesk.db.tables import LabMember, Line, Subject, SubjectRequest
from colonydesk.domain.plausibility import show_day

LISTED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """One sentence for each thing that changes, for each reason why none of it can be done, and for each that
    will be asked about.

    ``changing`` animals are not yet as they will be; ``gone`` ones are no longer in the database.
    """

    sentences: tuple[str, ...]
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    count: int
    changing: int
    gone: int


_own = select(
    Subject.id,
    Subject.nickname,
    Subject.cage,
    Subject.responsible_user_id,
    Subject.request_id,
    Subject.line_id,
    Subject.to_be_genotyped,
    Subject.to_be_culled,
    Subject.reduced_date,
    Subject.birth_date,
    Subject.death_date,
).order_by(Subject.nickname, Subject.id)


def preview(connection: Connection, ids: Iterable[UUID], values: Mapping[str, Any]) -> Preview:
    """What ``services.bulk.change_subjects`` will do with these animals: at most four statements."""
    wanted = set(ids)
    animals: list[Any] = list(connection.execute(_own.where(Subject.id.in_(wanted))))
    words = _Words(connection, values)
    sentences, changing = [], set()
    for name, value in values.items():
        others = [one for one in animals if getattr(one, name) != value]
        changing |= {one.id for one in others}
        sentences.append(_sentence(len(others), len(animals), words.act(name, value, len(others))))
    return Preview(
        tuple(sentences),
        tuple(_refusals(animals, values)),
        tuple(_warnings(animals, values, words)),
        len(animals),
        len(changing),
        len(wanted) - len(animals),
    )


class _Words:
    """What is to be set, as a person calls it."""

    def __init__(self, connection: Connection, values: Mapping[str, Any]) -> None:
        self.line = self._one(connection, select(Line.nickname).where(Line.id == values.get("line_id")))
        member = select(LabMember.username).where(LabMember.id == values.get("responsible_user_id"))
        self.member = self._one(connection, member)
        request = (
            select(
                SubjectRequest.line_id,
                Line.nickname.label("line"),
                LabMember.username.label("user"),
                remaining.label("remaining"),
            )
            .outerjoin(Line, Line.id == SubjectRequest.line_id)
            .outerjoin(LabMember, LabMember.id == SubjectRequest.user_id)
            .where(SubjectRequest.id == values.get("request_id"))
        )
        self.request: Any = connection.execute(request).first() if values.get("request_id") else None

    @staticmethod
    def _one(connection: Connection, statement: Executable) -> str:
        return str(connection.execute(statement).scalar() or "")

    def asked(self) -> str:
        """The request: "ann's request for Sert-Cre"."""
        if self.request is None:
            return "the request"
        whose = f"{self.request.user}'s request" if self.request.user else "the request"
        return f"{whose} for {self.request.line}" if self.request.line else whose

    def act(self, name: str, value: Any, count: int) -> tuple[str, str]:
        """(what happens to those that change, what the others are already)."""
        s = "s" if count == 1 else ""
        is_, has = ("is", "has") if count == 1 else ("are", "have")
        empty = value in (None, "")
        if name == "cage":
            get = f"leave{s} the cage" if empty else f"get{s} cage {value}"
            return get, "without one" if empty else "there"
        if name == "responsible_user_id":
            get = f"{has} nobody responsible" if empty else f"go{'es' if s else ''} to {self.member}"
            return get, "without anybody" if empty else "with that member"
        if name == "request_id":
            get = f"{is_} taken off the request" if empty else f"{is_} assigned to {self.asked()}"
            return get, "without one" if empty else "assigned to it"
        if name == "line_id":
            get = f"lose{s} the line" if empty else f"get{s} the line {self.line}"
            return get, "without one" if empty else "of it"
        if name == "reduced_date":
            day = "" if empty else show_day(value)
            get = f"lose{s} the reduced date" if empty else f"get{s} the reduced date {day}"
            return get, "without one" if empty else "so"
        what = {"to_be_genotyped": "to be genotyped", "to_be_culled": "to be culled"}[name]
        return f"{is_} marked {'' if value else 'not '}{what}", "so"


def _sentence(changing: int, count: int, words: tuple[str, str]) -> str:
    get, already = words
    animals = "animal" if count == 1 else "animals"
    same = count - changing
    if not changing:
        return f"All {count} {animals} are {already} already." if count > 1 else f"It is {already} already."
    if not same:
        who = f"All {count} {animals}" if count > 1 else "The animal"
        return f"{who} {get}."
    return f"{changing} of {count} {animals} {get}; {same} {'is' if same == 1 else 'are'} {already} already."


def _refusals(animals: list[Any], values: Mapping[str, Any]) -> Iterable[str]:
    """What the rules refuse, as far as it can be told from here."""
    if values.get("cage"):
        dead = [one.nickname for one in animals if one.death_date is not None and one.cage != values["cage"]]
        if dead:
            yield f"{_listed(dead)} {_is(dead)} dead: no move to another cage."
    if values.get("to_be_culled"):
        dead = [one.nickname for one in animals if one.death_date is not None and not one.to_be_culled]
        if dead:
            yield f"{_listed(dead)} {_is(dead)} dead: not to be culled."
    reduced: date | None = values.get("reduced_date")
    if reduced is not None:
        alive = [one.nickname for one in animals if one.death_date is None]
        early = [one.nickname for one in animals if one.death_date is not None and one.death_date > reduced]
        if alive:
            yield f"{_listed(alive)} {_is(alive)} alive: no reduced date."
        if early:
            yield f"{_listed(early)} died after {show_day(reduced)}."


def _warnings(animals: list[Any], values: Mapping[str, Any], words: _Words) -> Iterable[str]:
    """What the rules ask about."""
    if words.request is not None and words.request.line_id is not None:
        line_id = words.request.line_id
        others = [one.nickname for one in animals if values.get("line_id", one.line_id) != line_id]
        if others:
            yield f"{_listed(others)} {_is(others)} not of the line {words.request.line}, as asked for."
        new = sum(one.request_id != values["request_id"] for one in animals)
        left = words.request.remaining
        if left is not None and new > left:
            yield f"{new} animals for a request that waits for {max(left, 0)}."


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= LISTED_AT_MOST else names[: LISTED_AT_MOST - 1]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
