"""The labs' rules and the growth curves: what the formulas need beside the animals' own records."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from colonydesk.db.plain import Key, Reading, Rows, Statement, rows
from colonydesk.domain.facts import LabRules
from colonydesk.domain.growth import GrowthCurve as Curve
from colonydesk.domain.growth import GrowthMode, growth_curve


class LabEntry(NamedTuple):
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


# Two short lists in one round trip: each row is a lab, or (behind its empty id) a point of a curve.
RULES = Statement(
    """
SELECT {row}
    ID(id), name, timezone, growth_mode, ID(usual_species_id), reference_weight_pct, zscore_weight_pct,
    absolute_min_pct, water_ml_per_g, water_ml_per_g_underweight,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL {end}
FROM lab
UNION ALL
SELECT {row}
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    ID(curve.id), curve.name, curve.source, curve.edition, curve.is_active, ID(curve.species_id),
    ID(curve.strain_id), point.sex, point.week, point.mean_g, point.sd_g {end}
FROM growth_curve AS curve JOIN growth_point AS point ON point.growth_curve_id = curve.id
""",
    at_once=True,
)
_OF_LAB = 10


class _Point(NamedTuple):
    curve: str
    name: str
    source: str | None
    edition: int
    is_active: bool
    species: Key
    strain: Key
    sex: str
    week: int
    mean_g: float
    sd_g: float


def rules(connection: Reading) -> Rules:
    """Every lab and growth curve, in one statement."""
    return rules_of(rows(connection, RULES))


def rules_of(read: Rows) -> Rules:
    """The rules of the rows of ``RULES``."""
    found = Rules()
    points: dict[str, list[_Point]] = defaultdict(list)
    for row in read:
        if row[0] is None:
            point = _Point(*row[_OF_LAB:])
            points[point.curve].append(point)
        else:
            found.labs[row[0]] = _lab(*row[1:_OF_LAB])
    _add_curves(found, points.values())
    return found


def _lab(name: str, timezone: str, growth_mode: GrowthMode, usual_species: Key, *numbers: float) -> LabEntry:
    reference, zscore, absolute_min, water, water_underweight = numbers
    own = LabRules(reference, zscore, absolute_min, water, water_underweight, growth_mode, timezone)
    return LabEntry(name, own, usual_species)


def _add_curves(found: Rules, curves: Iterable[list[_Point]]) -> None:
    # The latest edition comes last and holds.
    for points in sorted(curves, key=lambda points: (points[0].edition, points[0].name)):
        of = points[0]
        rows = ((point.sex, point.week, point.mean_g, point.sd_g) for point in points)
        found.curves[of.curve] = curve = growth_curve(of.name, of.source or "", rows)
        if of.is_active and of.strain is not None:
            found.of_strain[of.strain] = curve
        elif of.is_active and of.species is not None:
            found.of_species[of.species] = curve
