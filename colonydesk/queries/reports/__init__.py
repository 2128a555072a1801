"""The reports: what each is called, the days it is usually of, and its rows with their numbers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection

from colonydesk.db.damaged import UNREADABLE, damage_in_words, damaged_animals, said
from colonydesk.domain.days import zone
from colonydesk.domain.errors import Refused
from colonydesk.queries.people import LabChoice, labs
from colonydesk.queries.reports.husbandry import underweight, water_restriction
from colonydesk.queries.reports.model import Asked, Column, Report, Row
from colonydesk.queries.reports.used import animals_used, animals_used_list
from colonydesk.queries.reports.work import changes, surgery_pending, to_do, training

__all__ = ["REPORTS", "Asked", "Column", "Kind", "Report", "Row", "report", "usual_days"]

Span = Literal["now", "day", "week", "days"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One report.

    ``span``: it is of now; of one day; of the seven days before a day; or of all days from one to another.
    ``of_member``: what it is narrowed to a member by, "animals" or "changes"; ``of_lab``: whether it can be
    narrowed to a lab.
    """

    name: str
    title: str
    span: Span
    build: Callable[[Connection, Asked], Report]
    of_member: Literal["animals", "changes"] = "animals"
    of_lab: bool = True


_KINDS = (
    Kind("water-restriction", "Water restriction", "day", water_restriction),
    Kind("underweight", "Underweight", "day", underweight),
    Kind("to-do", "To do", "now", to_do),
    Kind("surgery-pending", "Surgery pending", "now", surgery_pending),
    Kind("training", "Training", "week", training),
    Kind("changes", "Changes", "days", changes, "changes", of_lab=False),
    Kind("animals-used", "Animals used", "days", animals_used),
    Kind("animals-used-list", "Each animal used", "days", animals_used_list),
)
REPORTS = {kind.name: kind for kind in _KINDS}
"""By the name that the command line calls it."""


def usual_days(name: str, today: date) -> tuple[date, date]:
    """The days of a report that none are asked for: yesterday's changes, this year's animals, else today."""
    if name == "changes":
        return today - timedelta(days=1), today - timedelta(days=1)
    if REPORTS[name].span == "days":
        return date(today.year, 1, 1), today
    return today, today


def report(
    connection: Connection,
    name: str,
    now: datetime,
    first: date | None = None,
    last: date | None = None,
    lab_id: UUID | None = None,
    member_id: UUID | None = None,
) -> Report:
    """One of REPORTS, of the days from ``first`` to ``last``, each lab's days on its own clock.

    A constant number of statements: the labs', and those of the report. Animals whose record is damaged are
    left out, and named.

    Raises:
        Refused: when there is no such report, or it cannot be of these days, or of a lab (field ``name``,
            ``last`` or ``lab``).
        KnownError: a damaged record is in the way.
    """
    kind = REPORTS.get(name)
    if kind is None:
        raise Refused(f"There is no report {name}; there are: {', '.join(REPORTS)}.", "name")
    if lab_id is not None and not kind.of_lab:
        raise Refused(f"The report {name} is of all labs together; leave the lab out.", "lab")
    asked = _asked(kind, labs(connection), now, first, last, lab_id, member_id)
    try:
        return kind.build(connection, asked)
    except UNREADABLE:
        damaged = damaged_animals(connection)
        if not damaged:
            raise
    with damage_in_words(connection):
        made = kind.build(connection, replace(asked, without=tuple(one.subject_id for one in damaged)))
    return replace(made, counted=(*made.counted, (len(damaged), f"left out. {said(damaged)}")))


def _asked(
    kind: Kind,
    known: tuple[LabChoice, ...],
    now: datetime,
    first: date | None,
    last: date | None,
    lab_id: UUID | None,
    member_id: UUID | None,
) -> Asked:
    lab = next((one for one in known if lab_id is None or one.id == lab_id), None)
    timezone = lab.timezone if lab is not None else "UTC"
    today = zone(timezone).day(now)
    usual_first, usual_last = usual_days(kind.name, today)
    if kind.span == "now" and {first, last} - {None, today}:
        raise Refused(f"The report {kind.name} is of today only.", "last")
    if kind.span == "days":
        last = last or (usual_last if first is None else max(first, today))
        first = first or min(last, usual_first)
    else:
        if kind.span == "week" and first not in (None, last):
            week = "the seven days before a day; give that day alone, as the last"
            raise Refused(f"The report {kind.name} is of {week}.", "last")
        last = last or first or usual_last
        if first not in (None, last):
            raise Refused(f"The report {kind.name} is of one day; give that day alone.", "last")
        first = last
    if first > last:
        raise Refused(f"The first day, {first}, is after the last, {last}.", "last")
    if first > today:
        raise Refused(f"{first} is still to come.", "last")
    zones = {"UTC", *(one.timezone for one in known)}
    return Asked(
        now=now,
        today=today,
        timezone=timezone,
        first=first,
        last=last,
        lab_id=lab_id,
        lab=lab.name if lab is not None and lab_id is not None else None,
        member_id=member_id,
        is_today=last == today,
        zones=tuple(sorted(zones)),
    )
