"""The rules of the vocabularies and of growth curves."""

from sqlalchemy import func, select

from colonydesk.db.catalogue import one, table_of
from colonydesk.db.tables import GrowthCurve
from colonydesk.db.text import fold, lowered
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Question
from colonydesk.services.change import Change, Rule
from colonydesk.services.done import ask

# Most of their names are not unique, as in the reference; a second one of a name is hardly ever meant.
_CALLED_BY_NAME = (
    *("cage_type", "cull_method", "cull_reason", "data_repository_type", "enrichment", "food"),
    *("procedure_type", "source", "strain", "water_type"),
)


def _ask_about_a_second(unit: Unit, change: Change) -> None:
    name = (change.after.get("name") or "").strip()
    if not name or not change.differs("name"):
        return
    own = table_of(change.table).c
    alike = select(own.name).where(lowered(own.name, name) == fold(name), own.id != change.id)
    found = unit.connection.execute(alike.limit(1)).scalar()
    if found is not None:
        question = Question("again", f"There is the {one(change.table)} {found} already. Another one?")
        ask((question,), change.confirmed, "name")


def _number_edition(unit: Unit, change: Change) -> None:
    """A new curve under a name that there is already is its next edition."""
    if change.is_new and "edition" not in change.given:
        last = select(func.max(GrowthCurve.edition)).where(GrowthCurve.name == change.after["name"])
        change.after["edition"] = (unit.connection.execute(last).scalar() or 0) + 1


RULES: dict[str, Rule] = {
    **{table: Rule(before=_ask_about_a_second) for table in _CALLED_BY_NAME},
    "growth_curve": Rule(before=_number_edition),
}
