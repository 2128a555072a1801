"""The dates in an animal's life: what can be, judged by the lab's own day."""

from datetime import date

from sqlalchemy import select

from colonydesk.db.tables import Lab
from colonydesk.db.unit import Unit
from colonydesk.domain.animal_rules import living_reduced, reduced_early
from colonydesk.domain.days import local_day
from colonydesk.domain.errors import Refused
from colonydesk.services.change import Change

_PAST = {
    "birth_date": "The date of birth is in the future.",
    "death_date": "The date of death is in the future.",
    "wean_date": "The wean date is in the future.",
    "genotype_date": "The date of genotyping is in the future.",
    "reduced_date": "The date is in the future.",
}
_AFTER_BIRTH = {
    "death_date": "It cannot have died before it was born.",
    "wean_date": "It cannot have been weaned before it was born.",
    "genotype_date": "It cannot have been genotyped before it was born.",
    "reduced_date": "It cannot have been reduced before it was born.",
}


def check_dates(unit: Unit, change: Change) -> None:
    """Refuse dates that cannot be, of those that change: what imported books hold stays as it is.

    Raises:
        Refused: in the future, before the birth, or reduced before the death.
    """
    names = ("birth_date", *_AFTER_BIRTH)
    if not change.differs(*names):
        return
    after = change.after
    today = _today(unit, change)
    for name, sentence in _PAST.items():
        if change.differs(name) and after.get(name) is not None and after[name] > today:
            raise Refused(sentence, name)
    birth: date | None = after.get("birth_date")
    for name, sentence in _AFTER_BIRTH.items():
        if birth is None or after.get(name) is None or not change.differs("birth_date", name):
            continue
        if after[name] < birth:
            raise Refused(sentence, name if change.differs(name) else "birth_date")
    change.refuse(living_reduced, reduced_early)


def _today(unit: Unit, change: Change) -> date:
    timezone = unit.connection.execute(
        select(Lab.timezone).where(Lab.id == change.after.get("lab_id"))
    ).scalar()
    return local_day(unit.now, timezone or "UTC")
