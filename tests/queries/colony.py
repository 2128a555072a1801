"""Colonies for the query tests: rows put into a database as plainly as possible."""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Base,
    GrowthCurve,
    GrowthPoint,
    Lab,
    Line,
    Species,
    Strain,
    Subject,
    Surgery,
    WaterAdministration,
    WaterPlan,
    WaterRestriction,
    Weighing,
)
from tests.domain.animals import c57bl6

NOW = datetime(
    2025, 3, 30, 23, 30, tzinfo=UTC
)  # already the next day in London, on the day of its spring change
SEXES = ("M", "F", "U")


def on(day: int, hour: float = 12) -> datetime:
    """A moment so many days before NOW's UTC day, at an hour UTC."""
    return datetime(2025, 3, 30, tzinfo=UTC) - timedelta(days=day) + timedelta(hours=hour)


@dataclass
class Colony:
    """Puts rows into ``db``; each method returns the new row's id."""

    db: Database
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    ids: random.Random = field(default_factory=lambda: random.Random(20250330))

    def add(self, table: type[Base], **values: Any) -> UUID:
        """One row, written by ``write``; all columns that have no default here are given."""
        row_id = values.pop("id", None) or uuid.UUID(int=self.ids.getrandbits(128))
        stamp = values.pop("created_at", NOW)
        self.rows.setdefault(table, []).append(
            {"id": row_id, "created_at": stamp, "updated_at": stamp, **values}
        )
        return UUID(str(row_id))

    def write(self) -> None:
        """Write what was added, in the order of the tables' dependencies."""
        with self.db.engine.begin() as connection:
            for table in Base.metadata.sorted_tables:
                for mapped, rows in self.rows.items():
                    if mapped.__table__ is table:
                        for row in rows:
                            connection.execute(insert(mapped), row)
        self.rows.clear()

    def lab(self, name: str = "lab", **values: Any) -> UUID:
        rules = {"reference_weight_pct": 0.4, "zscore_weight_pct": 0.4, "timezone": "Europe/London"}
        return self.add(Lab, name=name, **{**rules, **values})

    def curve(self, factor: float = 1.0, **values: Any) -> UUID:
        """The C57BL/6J curve times a factor, so that curves can be told apart."""
        curve = self.add(GrowthCurve, **{"name": f"curve {factor}", "source": "test", **values})
        source = c57bl6()
        for sex, table in (("M", source.male), ("F", source.female)):
            assert table is not None
            for week, mean, sd in zip(table.weeks, table.mean, table.sd, strict=True):
                point = {"sex": sex, "week": int(week), "mean_g": mean * factor, "sd_g": float(sd)}
                self.add(GrowthPoint, growth_curve_id=curve, **point)
        return curve

    def subject(self, nickname: str, lab_id: UUID | None, **values: Any) -> UUID:
        usual = {"sex": "M", "birth_date": date(2024, 11, 20), "cage": "C1"}
        return self.add(Subject, nickname=nickname, lab_id=lab_id, **{**usual, **values})

    def weighing(self, subject: UUID, at: datetime, weight: float, **values: Any) -> UUID:
        return self.add(Weighing, subject_id=subject, date_time=at, weight=weight, **values)

    def water(self, subject: UUID, at: datetime, amount: float | None, **values: Any) -> UUID:
        return self.add(
            WaterAdministration, subject_id=subject, date_time=at, water_administered=amount, **values
        )

    def restriction(
        self, subject: UUID, start: datetime | None, end: datetime | None = None, **values: Any
    ) -> UUID:
        usual = {"reference_weight": 25.0}
        times = {"start_time": start, "end_time": end}
        return self.add(WaterRestriction, subject_id=subject, **{**usual, **times, **values})

    def surgery(self, subject: UUID, at: datetime | None, implant: float, **values: Any) -> UUID:
        return self.add(Surgery, subject_id=subject, start_time=at, implant_weight=implant, **values)

    def plan(self, subject: UUID, day: date, amount: float) -> UUID:
        return self.add(WaterPlan, subject_id=subject, date=day, amount=amount)


def mixed(db: Database, count: int, colony: Colony | None = None) -> Colony:
    """A colony of everything that real books hold: several zones, curves and orders of records, and gaps."""
    colony, rng = colony or Colony(db), random.Random(1)
    mouse, rat = (colony.add(Species, nickname=name) for name in ("mouse", "rat"))
    strain = colony.add(Strain, name="big")
    own = colony.curve(1.3)
    colony.curve(1.0, species_id=mouse)
    colony.curve(0.9, species_id=mouse, edition=0, name="older")
    colony.curve(0.5, species_id=mouse, edition=7, is_active=False, name="withdrawn")
    colony.curve(1.1, strain_id=strain, species_id=mouse)
    lines = [
        colony.add(Line, nickname="plain", species_id=mouse),
        colony.add(Line, nickname="own", species_id=mouse, strain_id=strain, growth_curve_id=own),
        colony.add(Line, nickname="strain", strain_id=strain),
        colony.add(Line, nickname="rats", species_id=rat),
        None,
    ]
    labs = [
        colony.lab("London", growth_mode="linear", usual_species_id=mouse),
        colony.lab("New York", timezone="America/New_York", growth_mode="step"),
        colony.lab(
            "Kiritimati", timezone="Pacific/Kiritimati", zscore_weight_pct=0.0, reference_weight_pct=0.85
        ),
        colony.lab("Nothing", timezone="UTC", zscore_weight_pct=0.0, reference_weight_pct=0.0),
        None,
    ]
    for number in range(count):
        _animal(colony, rng, f"A{number:03d}", rng.choice(labs), rng.choice(lines))
    colony.write()
    return colony


def _animal(colony: Colony, rng: random.Random, nickname: str, lab: UUID | None, line: UUID | None) -> None:
    subject = colony.subject(
        nickname,
        lab,
        line_id=line,
        sex=rng.choice(SEXES),
        cage=rng.choice(["C1", "C2", None]),
        birth_date=rng.choice([None, date(2024, 9, 1) + timedelta(days=rng.randrange(150))]),
        death_date=rng.choice([None] * 6 + [date(2025, 3, 20), date(2025, 3, 31), date(2025, 4, 10)]),
        is_human=rng.random() < 0.05,
    )
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
        start = on(rng.randrange(-1, 40), rng.uniform(0, 24))
        end = rng.choice([None, None, None, start + timedelta(days=rng.randrange(45), hours=5)])
        reference = rng.choice([None, 0.0, 22.0, 25.5])
        colony.restriction(subject, start, end, reference_weight=reference)
    for _ in range(rng.choice([0, 1, 5, 12])):
        at = on(rng.choice([rng.randrange(-1, 50), 0, 0]), rng.choice([3.5, 11.5, rng.uniform(0, 24)]))
        voided = {"voided_at": NOW, "void_reason": "wrong"} if rng.random() < 0.2 else {}
        colony.weighing(subject, at, round(rng.uniform(15, 28), 1), **voided)
    for _ in range(rng.choice([0, 2, 8])):
        at = on(rng.choice([rng.randrange(-1, 20), 0, 0]), rng.uniform(0, 24))
        voided = {"voided_at": NOW, "void_reason": "wrong"} if rng.random() < 0.2 else {}
        amount = rng.choice([None, round(rng.uniform(0, 1), 3)])
        colony.water(subject, at, amount, adlib=rng.random() < 0.15, **voided)
    for _ in range(rng.choice([0, 0, 1, 2])):
        colony.surgery(subject, on(rng.randrange(60), 15), rng.choice([0.0, 1.2, 3.4]))
    if rng.random() < 0.1:
        colony.surgery(subject, None, 9.0)
        colony.restriction(subject, None)


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements that were sent while it is open (not BEGIN)."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
