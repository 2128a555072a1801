"""What a colony of mice needs before its numbers can be computed: a growth curve and the usual weights."""

from uuid import UUID, uuid4

from sqlalchemy import Connection, case, func, or_, select

from colonydesk.db.tables import GrowthCurve, GrowthPoint, Lab, Species
from colonydesk.db.unit import Unit
from colonydesk.domain.growth import parse_growth_csv

CURVE = "C57BL/6J"
MOUSE_NAME, MOUSE_NICKNAME = "Mus musculus", "Laboratory mouse"
# The reference system's own id of the species, so that an import later finds it here already.
MOUSE_ID = UUID("60f915ba-bdf4-444a-ada0-be7ebd3c1826")
USUAL_WEIGHTS = {"usual_weight_min": 5.0, "usual_weight_max": 50.0}  # g

_called_mouse = func.lower(Species.nickname) == MOUSE_NICKNAME.lower()
_find_mouse = (
    select(Species.id, Species.usual_weight_min, Species.usual_weight_max)
    .where(or_(_called_mouse, func.lower(Species.name) == MOUSE_NAME.lower()))
    .order_by(case((_called_mouse, 0), else_=1), Species.id)
    .limit(1)
)


def ensure_mouse_curve(unit: Unit, curve_text: str) -> None:
    """Give the laboratory mouse its growth curve (csv text) and usual weights, where it has none.

    The species is made when there is none of any kind; a database of other species alone stays as it is.
    Labs without a usual species get the mouse. Done again, it changes nothing.

    Raises:
        KnownError: when the text is not a growth curve.
    """
    connection = unit.connection
    mouse = connection.execute(_find_mouse).first()
    if mouse is not None:
        species = mouse.id
        if mouse.usual_weight_min is None and mouse.usual_weight_max is None:
            unit.update(Species, species, USUAL_WEIGHTS)
    elif connection.execute(select(Species.id).limit(1)).first() is None:
        species = unit.insert(
            Species, {"id": MOUSE_ID, "name": MOUSE_NAME, "nickname": MOUSE_NICKNAME, **USUAL_WEIGHTS}
        )
    else:
        return
    if connection.execute(select(GrowthCurve.id).where(GrowthCurve.species_id == species)).first() is None:
        _add_curve(unit, species, curve_text)
    for lab in connection.execute(select(Lab.id).where(Lab.usual_species_id.is_(None))).scalars().all():
        unit.update(Lab, lab, {"usual_species_id": species})


def _add_curve(unit: Unit, species: UUID, curve_text: str) -> None:
    curve = parse_growth_csv(curve_text, CURVE)
    row = {
        "id": uuid4(),
        "name": CURVE,
        "edition": _next_edition(unit.connection),
        "species_id": species,
        "source": curve.source,
    }
    curve_id = unit.insert(GrowthCurve, row)
    for sex, table in (("M", curve.male), ("F", curve.female)):
        if table is None:
            continue
        for week, mean, sd in zip(table.weeks.tolist(), table.mean.tolist(), table.sd.tolist(), strict=True):
            point = {"id": uuid4(), "growth_curve_id": curve_id, "sex": sex, "week": int(week)}
            unit.insert(GrowthPoint, {**point, "mean_g": mean, "sd_g": sd})


def _next_edition(connection: Connection) -> int:
    last = connection.execute(select(func.max(GrowthCurve.edition)).where(GrowthCurve.name == CURVE)).scalar()
    return (last or 0) + 1
