"""The daily numbers of some animals, computed from the file's records and from the database's: one result.

Counting rows and reading them back says that what the database was given is there; this says that it means
there what it means in the file, by the rules that the screens go by.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from colonydesk.db.facts import animals
from colonydesk.domain.days import date_of, day_number, micros
from colonydesk.domain.facts import NEVER, Facts
from colonydesk.domain.history import history
from colonydesk.exchange.alyx.models import Model
from colonydesk.exchange.alyx.references import natural_key
from colonydesk.exchange.alyx.report import Check
from colonydesk.exchange.alyx.rows import Row
from colonydesk.exchange.alyx.spool import Spool
from colonydesk.exchange.alyx.values import day, moment, number

ANIMALS = 200
_LONGEST = 400  # days up to the last record: a year that is wrong costs no memory

_Record = tuple[Any, ...]
"""Time in micros, id, and the values."""


@dataclass(slots=True)
class _Animal:
    """What the file says of one animal."""

    sex: str
    birth_date: date | None
    death_date: date | None
    weighings: list[_Record] = field(default_factory=list)
    waters: list[_Record] = field(default_factory=list)
    surgeries: list[_Record] = field(default_factory=list)
    restrictions: list[_Record] = field(default_factory=list)


class Recomputing:
    """Notes what is written of new animals, at most ``ANIMALS``, first of all those on water restriction."""

    def __init__(self, spool: Spool, zone: ZoneInfo) -> None:
        self._moment = moment(zone)
        self._animals: dict[str, _Animal] = {}
        self._wanted = _restricted(spool)
        self._others = ANIMALS - len(self._wanted)
        self._of_animal = {
            "actions.weighing": self._weighing,
            "actions.wateradministration": self._water,
            "actions.surgery": self._surgery,
            "actions.waterrestriction": self._restriction,
        }

    def see(self, model: Model, rows: Sequence[Row]) -> None:
        """Note what the file says in the records of ``rows``, which were written."""
        if model.name == "subjects.subject":
            for row in rows:
                self._subject(row)
        elif note := self._of_animal.get(model.name):
            for row in rows:
                animal = self._animals.get(row.values["subject_id"])
                if animal is not None:
                    note(animal, row)

    def _subject(self, row: Row) -> None:
        if row.values["is_human"]:
            return
        if not {str(row.pk), row.values["nickname"]} & self._wanted:
            if self._others <= 0:
                return
            self._others -= 1
        born, died = (row.fields.get(name) for name in ("birth_date", "death_date"))
        animal = _Animal(row.fields.get("sex") or "U", born and day(born), died and day(died))
        self._animals[row.id] = animal

    def _weighing(self, animal: _Animal, row: Row) -> None:
        fields = row.fields
        animal.weighings.append((self._at(fields["date_time"]), row.id, number(fields["weight"])))

    def _water(self, animal: _Animal, row: Row) -> None:
        fields = row.fields
        # A session that is nowhere is none: that is listed with the problems.
        in_session = fields.get("session") is not None and "session" not in row.extra
        adlib = bool(fields.get("adlib"))
        amount = _number(fields.get("water_administered"))
        animal.waters.append((self._at(fields["date_time"]), row.id, amount, in_session, adlib))

    def _surgery(self, animal: _Animal, row: Row) -> None:
        fields = row.fields
        implant = _number(fields.get("implant_weight"))
        if fields.get("start_time") is not None and implant > 0:
            animal.surgeries.append((self._at(fields["start_time"]), row.id, implant))

    def _restriction(self, animal: _Animal, row: Row) -> None:
        fields = row.fields
        if fields.get("start_time") is not None:
            end = NEVER if fields.get("end_time") is None else self._at(fields["end_time"])
            reference = _number(fields.get("reference_weight"))
            animal.restrictions.append((self._at(fields["start_time"]), row.id, end, reference))

    def _at(self, value: Any) -> int:
        return micros(self._moment(value).replace(tzinfo=UTC))

    def compare(self, connection: Connection, now: datetime, check: Check) -> None:
        """Enter into ``check`` how many animals and days were compared, and which animals differ."""
        noted = {UUID(id_): animal for id_, animal in self._animals.items()}
        for found in animals(connection, list(noted)):
            told = _facts(found.facts, noted[found.id])
            span = _span((told, found.facts), now)
            if span is None:
                continue
            ours, theirs = (history(facts, *span, now) for facts in (found.facts, told))
            check.animals += 1
            check.days += len(theirs)
            if not all(np.array_equal(*pair, equal_nan=True) for pair in zip(ours, theirs, strict=True)):
                check.unlike.append(found.nickname)


def _restricted(spool: Spool) -> set[str]:
    """The keys of animals that are on water restriction in the file, then of those that once were."""
    now: dict[str, None] = {}
    once: dict[str, None] = {}
    for frame in spool.frames("actions.waterrestriction"):
        for _, fields in frame:
            key = fields.get("subject")
            (once if fields.get("end_time") else now)[natural_key(key) or str(key)] = None
    return set(islice((now | once), ANIMALS))


def _facts(known: Facts, animal: _Animal) -> Facts:
    """The facts as the file has them; the lab's rules and the growth curve are those of ``known``."""
    weighed_at, weights = _columns(animal.weighings, 1)
    given_at, amounts, in_session, adlib = _columns(animal.waters, 3)
    operated_at, implants = _columns(animal.surgeries, 1)
    starts, ends, references = _columns(animal.restrictions, 2)
    return replace(
        known,
        sex=animal.sex,
        birth_date=animal.birth_date,
        death_date=animal.death_date,
        weighing_times=np.array(weighed_at, dtype=np.int64),
        weights=np.array(weights, dtype=np.float64),
        surgery_times=np.array(operated_at, dtype=np.int64),
        implant_weights=np.array(implants, dtype=np.float64),
        restriction_starts=np.array(starts, dtype=np.int64),
        restriction_ends=np.array(ends, dtype=np.int64),
        reference_weights=np.array(references, dtype=np.float64),
        water_times=np.array(given_at, dtype=np.int64),
        water_amounts=np.array(amounts, dtype=np.float64),
        water_in_session=np.array(in_session, dtype=np.bool_),
        water_adlib=np.array(adlib, dtype=np.bool_),
    )


def _columns(records: list[_Record], values: int) -> list[list[Any]]:
    """The times and the values of records, in their order; all were written at one moment."""
    ordered = sorted(records)
    return [[record[place] for record in ordered] for place in (0, *range(2, values + 2))]


def _span(both: Sequence[Facts], now: datetime) -> tuple[date, date] | None:
    """The days to be compared, up to that of the last record; None where there is no record."""
    times = [times for facts in both for times in (facts.weighing_times, facts.water_times) if len(times)]
    if not times:
        return None
    zone = both[0].lab.zone
    latest = np.array([max(each[-1] for each in times)], dtype=np.int64)
    last = min(int(zone.days(latest)[0]), day_number(zone.day(now)))
    return date_of(max(last - _LONGEST, day_number(date.min))), date_of(last)


def _number(value: Any) -> float:
    return np.nan if value is None else number(value)
