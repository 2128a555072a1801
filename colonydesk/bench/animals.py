"""A hundred thousand animals put into an empty database: what the list of subjects is measured on."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, text

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    Allele,
    Base,
    BreedingPair,
    Lab,
    LabMember,
    LabMembership,
    Line,
    Litter,
    Species,
    Strain,
    Subject,
    WaterRestriction,
    WaterType,
    Weighing,
    Zygosity,
    line_allele,
)

LINES = ("Camk2a-tTA", "SST-Cre", "PV-Cre", "DAT-Cre", "TetO-G6s", "Ai32", "VGAT-ChR2", "Thy1-GCaMP6f")
MEMBERS = ("stock", "a.lund", "m.weiss", "p.roy", "j.hale", "k.ito", "r.diaz", "s.berg")
RESTRICTED = 300
_AT_ONCE = 5000


def make_animals(db: Database, now: datetime, count: int = 100_000, living: int = 20_000) -> UUID:
    """Fill ``db`` with so many animals, of which so many live; returns the member who has most of them."""
    with db.engine.begin() as connection:
        maker = _Maker(connection, now)
        maker.make(count, living)
    db.analyze()
    if db.dialect == "postgresql":  # what the server does by itself a minute later
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
    return maker.members[0]


class _Maker:
    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._rng = random.Random(20261124)
        self.members: list[UUID] = []

    def _id(self) -> UUID:
        return UUID(int=self._rng.getrandbits(128), version=4)

    def _row(self, **values: Any) -> dict[str, Any]:
        return {"id": self._id(), "created_at": self._now, "updated_at": self._now, **values}

    def _put(self, table: type[Base], rows: Sequence[dict[str, Any]]) -> list[UUID]:
        for start in range(0, len(rows), _AT_ONCE):
            self._connection.execute(insert(table), rows[start : start + _AT_ONCE])
        return [row["id"] for row in rows]

    def make(self, count: int, living: int) -> None:
        mouse = self._put(Species, [self._row(nickname="Laboratory mouse")])[0]
        strain = self._put(Strain, [self._row(name="C57BL/6J")])[0]
        rules = {"timezone": "Europe/London", "reference_weight_pct": 0.85, "usual_species_id": mouse}
        labs = self._put(Lab, [self._row(name=name, **rules) for name in ("Weiss lab", "Hale lab")])
        self.members = self._put(LabMember, [self._row(username=name) for name in MEMBERS])
        self._put(
            LabMembership,
            [self._row(user_id=one, lab_id=labs[place % 2]) for place, one in enumerate(self.members)],
        )
        alleles = self._put(Allele, [self._row(nickname=name) for name in LINES])
        lines = self._put(
            Line, [self._row(nickname=name, species_id=mouse, strain_id=strain) for name in LINES]
        )
        pairs = list(zip(lines, alleles, strict=True))
        self._connection.execute(
            insert(line_allele), [{"line_id": line, "allele_id": allele} for line, allele in pairs]
        )
        litters = [
            self._row(name=f"{LINES[number % 8][:2]}_L_{number:04d}", line_id=lines[number % 8])
            for number in range(count // 8 + 1)
        ]
        self._put(Litter, litters)
        animals = [
            self._animal(number, number % count >= count - living, labs, lines, strain, mouse, litters)
            for number in range(count)
        ]
        ids = self._put(Subject, animals)
        self._put(BreedingPair, self._pairs(ids, lines))
        self._put(Zygosity, self._zygosities(ids, alleles))
        self._restrict(ids[-RESTRICTED:])

    def _animal(
        self,
        number: int,
        lives: bool,
        labs: list[UUID],
        lines: list[UUID],
        strain: UUID,
        species: UUID,
        litters: list[dict[str, Any]],
    ) -> dict[str, Any]:
        rng, today = self._rng, self._now.date()
        born = today - timedelta(days=rng.randrange(30, 400) if lives else rng.randrange(400, 2500))
        died: date | None = None if lives else born + timedelta(days=rng.randrange(20, 380))
        litter = litters[number // 8]
        place = number // 8 % 8
        return self._row(
            nickname=f"{LINES[place][:2].upper()}_{number:06d}",
            sex=rng.choice("MF"),
            birth_date=born,
            death_date=died,
            species_id=species,
            strain_id=strain,
            line_id=lines[place],
            litter_id=litter["id"],
            lab_id=labs[number % 2],
            responsible_user_id=rng.choice(self.members),
            cage=f"{rng.choice('ABCD')}-{number // 4 % 400:03d}" if lives else None,
            ear_mark=rng.choice(("L", "R", "LR", "RR", None)),
            protocol_number="1",
            to_be_genotyped=rng.random() < 0.05,
            to_be_culled=lives and rng.random() < 0.02,
            is_human=False,
        )

    def _pairs(self, ids: list[UUID], lines: list[UUID]) -> list[dict[str, Any]]:
        alive = ids[-2000:-RESTRICTED]
        couples = zip(alive[0:800:2], alive[1:800:2], strict=True)
        return [
            self._row(name=f"BP_{place:03d}", line_id=lines[place % 8], father_id=father, mother1_id=mother)
            for place, (father, mother) in enumerate(couples)
        ]

    def _zygosities(self, ids: list[UUID], alleles: list[UUID]) -> list[dict[str, Any]]:
        rows = []
        for number, subject in enumerate(ids):
            first = number // 8 % 8
            for allele in {first, (first + 1) % 8} if number % 2 else {first}:
                zygosity = self._rng.choice((0, 1, 1, 2))
                rows.append(self._row(subject_id=subject, allele_id=alleles[allele], zygosity=zygosity))
        return rows

    def _restrict(self, ids: list[UUID]) -> None:
        water = self._put(WaterType, [self._row(name="Water")])[0]
        began = self._now - timedelta(days=20)
        usual = {"start_time": began, "reference_weight": 24.0, "water_type_id": water}
        self._put(WaterRestriction, [self._row(subject_id=one, **usual) for one in ids])
        weighings = []
        for one in ids:
            weight = self._rng.uniform(18.5, 25.0)
            for day in range(20):
                at = (self._now - timedelta(days=day)).astimezone(UTC)
                weighings.append(self._row(subject_id=one, date_time=at, weight=round(weight, 1)))
        self._put(Weighing, weighings)
