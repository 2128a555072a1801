"""The labs' rules and the growth curves: what the formulas need beside the animals' own records."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Executable, null, select, union_all

from colonydesk.db.raw import Key, raw_id
from colonydesk.db.tables import GrowthCurve, GrowthPoint, Lab
from colonydesk.domain.facts import LabRules
from colonydesk.domain.growth import GrowthCurve as Curve
from colonydesk.domain.growth import growth_curve


@dataclass(frozen=True, slots=True)
class LabEntry:
    """A lab as the formulas and the lists see it."""

    name: str | None
    rules: LabRules
    usual_species: Key | None


NO_LAB = LabEntry(None, LabRules(), None)
"""For an animal without a lab: no shares, so nothing is expected of it; its days are UTC's."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All labs and growth curves, by raw id."""

    labs: dict[Key, LabEntry] = field(default_factory=dict)
    curves: dict[Key, Curve] = field(default_factory=dict)
    of_strain: dict[Key, Curve] = field(default_factory=dict)
    of_species: dict[Key, Curve] = field(default_factory=dict)

    def lab(self, lab_id: Key) -> LabEntry:
        return self.labs.get(lab_id, NO_LAB)

    def curve(self, of_line: Key, strain: Key, species: Key, lab: LabEntry) -> Curve | None:
        """The line's own curve, else the strain's, else the species' (the lab's usual one where none is
        named).

        None where there is none of these: never a mouse's curve for a rat.
        """
        if species is None:
            species = lab.usual_species
        return self.curves.get(of_line) or self.of_strain.get(strain) or self.of_species.get(species)


_lab_columns = {
    "lab": raw_id(Lab.id),
    "lab_name": Lab.name,
    "timezone": Lab.timezone,
    "growth_mode": Lab.growth_mode,
    "usual_species": raw_id(Lab.usual_species_id),
    "reference_weight_pct": Lab.reference_weight_pct,
    "zscore_weight_pct": Lab.zscore_weight_pct,
    "absolute_min_pct": Lab.absolute_min_pct,
    "water_ml_per_g": Lab.water_ml_per_g,
    "water_ml_per_g_underweight": Lab.water_ml_per_g_underweight,
}
_point_columns = {
    "curve": raw_id(GrowthCurve.id),
    "name": GrowthCurve.name,
    "source": GrowthCurve.source,
    "edition": GrowthCurve.edition,
    "is_active": GrowthCurve.is_active,
    "species": raw_id(GrowthCurve.species_id),
    "strain": raw_id(GrowthCurve.strain_id),
    "sex": GrowthPoint.sex,
    "week": GrowthPoint.week,
    "mean_g": GrowthPoint.mean_g,
    "sd_g": GrowthPoint.sd_g,
}
# Two short lists in one round trip: each row is a lab, or a point of a curve.
_rules: Executable = union_all(
    select(
        *(column.label(name) for name, column in _lab_columns.items()),
        *(null().label(name) for name in _point_columns),
    ),
    select(*(null() for _ in _lab_columns), *_point_columns.values()).join(
        GrowthPoint, GrowthPoint.growth_curve_id == GrowthCurve.id
    ),
)


def rules(connection: Connection) -> Rules:
    """Every lab and growth curve, in one statement."""
    found = Rules()
    points: dict[Key, list[Any]] = defaultdict(list)
    for row in connection.execute(_rules):
        if row.lab is None:
            points[row.curve].append(row)
        else:
            found.labs[row.lab] = _lab(row)
    _add_curves(found, points.values())
    return found


def _lab(row: Any) -> LabEntry:
    own = LabRules(
        row.reference_weight_pct,
        row.zscore_weight_pct,
        row.absolute_min_pct,
        row.water_ml_per_g,
        row.water_ml_per_g_underweight,
        row.growth_mode,
        row.timezone,
    )
    return LabEntry(row.lab_name, own, row.usual_species)


def _add_curves(found: Rules, curves: Iterable[list[Any]]) -> None:
    # The latest edition comes last and holds.
    for points in sorted(curves, key=lambda points: (points[0].edition, points[0].name)):
        of = points[0]
        rows = ((point.sex, point.week, point.mean_g, point.sd_g) for point in points)
        found.curves[of.curve] = curve = growth_curve(of.name, of.source or "", rows)
        if of.is_active and of.strain is not None:
            found.of_strain[of.strain] = curve
        elif of.is_active and of.species is not None:
            found.of_species[of.species] = curve
