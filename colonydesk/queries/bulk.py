"""What changing several animals at once will do, in words and counts, before it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Executable, select
from sqlalchemy.orm import aliased

from colonydesk.db.requests import remaining
from colonydesk.db.tables import Lab, LabMember, Line, Subject, SubjectRequest
from colonydesk.domain.animal_rules import RULES, Bar, Row, kept_by, other_line
from colonydesk.domain.days import local_day, show_day
from colonydesk.queries.bulk_foreseen import by_hand, names_taken

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


_present = aliased(LabMember)
_request_line = aliased(Line)
_own = (
    select(
        Subject.id,
        Subject.nickname,
        Subject.is_human,
        Subject.cage,
        Subject.responsible_user_id,
        _present.username.label("responsible"),
        Subject.request_id,
        SubjectRequest.line_id.label("asked_line_id"),
        _request_line.nickname.label("asked_line"),
        Subject.line_id,
        Subject.to_be_genotyped,
        Subject.genotype_date,
        Subject.to_be_culled,
        Subject.reduced_date,
        Subject.death_date,
        Lab.timezone,
    )
    .outerjoin(_present, _present.id == Subject.responsible_user_id)
    .outerjoin(SubjectRequest, SubjectRequest.id == Subject.request_id)
    .outerjoin(_request_line, _request_line.id == SubjectRequest.line_id)
    .outerjoin(Lab, Lab.id == Subject.lab_id)
    .order_by(Subject.nickname, Subject.id)
)


def preview(
    connection: Connection,
    ids: Iterable[UUID],
    values: Mapping[str, Any],
    user_id: UUID | None,
    now: datetime,
) -> Preview:
    """What ``services.bulk.change_subjects`` will do with these animals at the hand of a member.

    At most eight statements.
    """
    wanted = set(ids)
    animals = [dict(row) for row in connection.execute(_own.where(Subject.id.in_(wanted))).mappings()]
    words = _Words(connection, values, user_id)
    sentences, changing = [], set()
    for name, value in values.items():
        others = [one for one in animals if one[name] != value]
        changing |= {one["id"] for one in others}
        sentences.append(_sentence(len(others), len(animals), words.act(name, value, len(others))))
    return Preview(
        tuple(sentences),
        (*_refusals(animals, values, words, user_id, now), *_taken(connection, animals, values, words)),
        (*_warnings(animals, values, words), *_by_hand(connection, animals, values)),
        len(animals),
        len(changing),
        len(wanted) - len(animals),
    )


class _Words:
    """What is to be set, as a person calls it."""

    def __init__(self, connection: Connection, values: Mapping[str, Any], user_id: UUID | None) -> None:
        self.line = self._one(connection, select(Line.nickname).where(Line.id == values.get("line_id")))
        self.member, self.manages = self._members(connection, values.get("responsible_user_id"), user_id)
        request = (
            select(
                SubjectRequest.line_id,
                SubjectRequest.user_id,
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

    @staticmethod
    def _members(connection: Connection, given: UUID | None, user_id: UUID | None) -> tuple[str, bool]:
        """What the new responsible member is called, and whether who records may give anybody's animals."""
        own = select(LabMember.id, LabMember.username, LabMember.is_superuser, LabMember.is_stock_manager)
        found = {row.id: row for row in connection.execute(own.where(LabMember.id.in_((given, user_id))))}
        called = found[given].username if given in found else ""
        hand = found.get(user_id) if user_id is not None else None
        return called, hand is not None and bool(hand.is_superuser or hand.is_stock_manager)

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


def _refusals(
    animals: list[dict[str, Any]],
    values: Mapping[str, Any],
    words: _Words,
    user_id: UUID | None,
    now: datetime,
) -> Iterable[str]:
    """What the rules refuse, as far as it can be told from here."""
    afters = [{**one, **values} for one in animals]
    for rule in RULES:
        yield from _grouped(animals, [rule(*rows) for rows in zip(animals, afters, strict=True)])
    reduced: date | None = values.get("reduced_date")
    if reduced is not None and any(
        one["reduced_date"] != reduced and reduced > local_day(now, one["timezone"] or "UTC")
        for one in animals
    ):
        yield "The reduced date is in the future."
    yield from _grouped(
        animals, [_other_line(*rows, values, words) for rows in zip(animals, afters, strict=True)]
    )
    if "responsible_user_id" in values:
        yield from _grouped(animals, [_kept(one, values, words, user_id) for one in animals])


def _other_line(before: Row, after: Row, values: Mapping[str, Any], words: _Words) -> Bar | None:
    if "request_id" in values:
        asked = words.request
        return None if asked is None else other_line(before, after, asked.line_id, asked.line)
    if before["responsible_user_id"] != after["responsible_user_id"]:
        return None  # it may be taken over into a request of the new member's
    return other_line(before, after, before["asked_line_id"], before["asked_line"])


def _kept(one: Row, values: Mapping[str, Any], words: _Words, user_id: UUID | None) -> Bar | None:
    present = one["responsible_user_id"]
    if present == values["responsible_user_id"]:
        return None
    return kept_by(present, user_id, manages=words.manages, who=one["responsible"])


def _taken(
    connection: Connection, animals: list[dict[str, Any]], values: Mapping[str, Any], words: _Words
) -> Iterable[str]:
    """Names that would be there twice in the hands of the new responsible member."""
    member_id = values.get("responsible_user_id")
    if member_id is None:
        return
    taken, twice = names_taken(connection, animals, member_id)
    if taken:
        yield f"{words.member} has {_listed(taken)} already: a member has no two animals of one name."
    if twice:
        yield f"Several are called {_listed(twice)}: they cannot all go to {words.member}."


def _by_hand(
    connection: Connection, animals: list[dict[str, Any]], values: Mapping[str, Any]
) -> Iterable[str]:
    line_id = values.get("line_id")
    return () if line_id is None else by_hand(connection, animals, line_id)


def _grouped(animals: list[dict[str, Any]], bars: list[Bar | None]) -> Iterable[str]:
    """One sentence for all animals that the same stands in the way of."""
    names: dict[str, list[str]] = {}
    for one, bar in zip(animals, bars, strict=True):
        if bar is not None:
            names.setdefault(bar.several, []).append(one["nickname"])
    for sentence, listed in names.items():
        are, them = ("is", "it") if len(listed) == 1 else ("are", "them")
        # Not format: a line may be called anything.
        yield sentence.replace("{are}", are).replace("{them}", them).replace("{names}", _listed(listed))


def _warnings(animals: list[dict[str, Any]], values: Mapping[str, Any], words: _Words) -> Iterable[str]:
    """What the rules ask about, as far as it can be told from here."""
    if values.get("to_be_genotyped"):
        again = [one["nickname"] for one in animals if one["genotype_date"] and not one["to_be_genotyped"]]
        if again:
            dates = "its date goes" if len(again) == 1 else "their dates go"
            yield f"{_listed(again)} {'was' if len(again) == 1 else 'were'} genotyped already: {dates}."
    if words.request is not None and words.request.remaining is not None:
        new = [one for one in animals if one["request_id"] != values["request_id"]]
        living = sum(one["death_date"] is None for one in new)
        if _asks_for_more(animals, values, words.request):
            left = max(words.request.remaining, 0)
            yield f"{living} {'animal' if living == 1 else 'animals'} for a request that waits for {left}."


def _asks_for_more(animals: list[dict[str, Any]], values: Mapping[str, Any], asked: Any) -> bool:
    """Whether one of the animals, changed one after the other, comes to a request that has all it asked for.

    As ``db.requests`` counts: only those in the hands of who asked take something from what remains.
    """
    left = asked.remaining
    for one in sorted(animals, key=lambda one: str(one["id"])):
        after = {**one, **values}
        alive = one["death_date"] is None
        if alive and one["request_id"] != values["request_id"] and left <= 0:
            return True
        left += _counts(one, values["request_id"], asked) - _counts(after, values["request_id"], asked)
    return False


def _counts(row: Row, request_id: UUID, asked: Any) -> bool:
    return (
        row["request_id"] == request_id
        and row["death_date"] is None
        and asked.line_id in (None, row["line_id"])
        and asked.user_id in (None, row["responsible_user_id"])
    )


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= LISTED_AT_MOST else names[: LISTED_AT_MOST - 1]
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)
