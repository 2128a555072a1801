"""Mine, theirs and the original of a record that two have changed, field by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from colonydesk.qtkit.forms import FormView, Labelled
from colonydesk.ui.forms.filled import Filled, is_labelled, label_of_value, same, shown
from colonydesk.ui.forms.items import Sheet


def merge(
    sheet: Sheet,
    view: FormView,
    original: Filled,
    theirs: Filled,
    zone: tzinfo,
    fill: Callable[[Filled], None],
) -> list[str]:
    """Put what was typed over what somebody else has saved meanwhile; ``fill`` fills the form with that.

    At each field that they changed it is said what stood there; where both changed it, theirs and the
    original stand at it too, to be chosen. Returns the names of these.
    """
    names = [item.name for item in sheet.items]
    mine = {name: view.value(name) for name in view.dirty()}
    words = {name: view.words(name) for name in names}
    view.set_values(shown(sheet, original, zone))
    before = {name: view.words(name) for name in names}
    fill(theirs)
    new = shown(sheet, theirs, zone)
    now = {name: view.words(name) for name in names}
    differing = [name for name in names if not same(sheet, original, theirs, name)]
    labels = {**original.labels, **theirs.labels}
    for item in sheet.items:
        if item.name in mine:
            value = mine[item.name]
            known = {**labels, **label_of_value(value, words[item.name])}
            view.put(item.name, Labelled(value, known) if is_labelled(sheet, item) else value)
    both = [name for name in differing if name in mine and words[name] != now[name]]
    for name in differing:
        view.show_other(name, now[name], before[name], new[name], mine=name in both)
    return both
