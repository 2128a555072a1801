"""The forms and lists of every table: what stands in them, in order, in the field's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from colonydesk.ui.desk import Desk
from colonydesk.ui.forms.form import RecordForm
from colonydesk.ui.forms.items import Sheet
from colonydesk.ui.records import RecordsScreen
from colonydesk.ui.sheets import actions, animals, data, genetics, housing, misc, people, vocabulary

SHEETS: dict[str, Sheet] = {
    **animals.SHEETS,
    **genetics.SHEETS,
    **actions.SHEETS,
    **housing.SHEETS,
    **data.SHEETS,
    **people.SHEETS,
    **vocabulary.SHEETS,
    **misc.SHEETS,
}


def form_for(desk: Desk, table: str, *, begins: bool = False) -> RecordForm:
    """The form of one record of ``table``; ``begins``: of something that is done now. KeyError where there is
    no such table."""
    return RecordForm(desk, housing.MOVE if begins and table == housing.MOVE.table else SHEETS[table])


def records_of(
    desk: Desk, table: str, where: Mapping[str, Any] | None = None, preset: Mapping[str, Any] | None = None
) -> RecordsScreen:
    """The list of the records of ``table`` beside the form of one of them."""
    return RecordsScreen(desk, SHEETS[table], where, preset)


__all__ = ["SHEETS", "Sheet", "form_for", "records_of"]
