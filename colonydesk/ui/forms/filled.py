"""What a form was filled with, how its editors take it, and what of it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID, uuid4

from colonydesk.qtkit.form_image import ImageEditor
from colonydesk.qtkit.forms import FormView, Labelled
from colonydesk.queries.records import links, shown_links
from colonydesk.ui.forms.cells import cell_text
from colonydesk.ui.forms.items import Item, Sheet, defaults_of, target_of
from colonydesk.ui.forms.loading import Loaded

Values = dict[str, Any]
Links = dict[str, frozenset[UUID]]


@dataclass(slots=True)
class Filled:
    """``version`` None: a new record, which has its id already. ``values`` hold the links too.

    ``command`` is the next save's, the same for every try of the same words; ``successor`` the id of what
    replaces the record where a change writes a new one.
    """

    id: UUID
    version: int | None
    values: Values
    labels: dict[UUID, str]
    title: str = ""
    command: UUID = field(default_factory=uuid4)
    successor: UUID = field(default_factory=uuid4)


def of_loaded(loaded: Loaded) -> Filled:
    """What was fetched, as a form holds it."""
    found = loaded.record
    assert found is not None
    values = {**found.values, **found.links}
    return Filled(found.id, found.version, values, dict(found.labels), loaded.title)


def usual_values(sheet: Sheet, me: UUID | None, now: datetime) -> Values:
    """What a new record begins with that needs no look into the database; "today" is filled in later."""
    found: Values = defaults_of(sheet.table, sheet.items)
    for item in sheet.items:
        if item.usual == "me":
            found[item.name] = frozenset((me,)) if me and item.name in links(sheet.table) else me
        elif item.usual == "now":
            found[item.name] = now.replace(second=0, microsecond=0)
        elif item.usual is not None and item.usual != "lab":
            found[item.name] = item.usual
    return found


def is_labelled(sheet: Sheet, item: Item) -> bool:
    """Whether the value of an item is ids, which need words."""
    return item.name in links(sheet.table) or item.name == "object_id" or bool(target_of(sheet.table, item))


def shown(sheet: Sheet, filled: Filled, zone: tzinfo) -> Values:
    """The values as the editors take them."""
    found: Values = {}
    for item in sheet.items:
        value = filled.values.get(item.name)
        if item.name == "object_id" and value is not None:
            value = (filled.values.get("content_type"), value)
        if isinstance(value, frozenset | list) and item.name in links(sheet.table):
            value = tuple(value)
        if is_labelled(sheet, item):
            found[item.name] = Labelled(value, filled.labels)
        elif item.shown and item.name in shown_links(sheet.table):
            found[item.name] = ", ".join(filled.labels[one] for one in value or ()) or None
        elif item.shown and value is not None:
            found[item.name] = cell_text(dict(item.codes).get(value, value), zone, None)
        else:
            found[item.name] = value
    return found


def given(sheet: Sheet, view: FormView, filled: Filled) -> tuple[Values, Links]:
    """What is sent: of a new record all that stands in the form, else what was changed."""
    if filled.version is None:
        defaults = defaults_of(sheet.table, sheet.items)
        named = {item.name for item in sheet.items}
        found = {name: value for name, value in filled.values.items() if name not in named}
        for item in sheet.items:
            value = view.value(item.name)
            if value not in (None, ()) or defaults.get(item.name) is not None:
                found[item.name] = value
        found.pop("content_type", None)
    else:
        found = view.changes()
    for item in sheet.items:
        if item.shown:
            found.pop(item.name, None)
    linked = {name: frozenset(found.pop(name) or ()) for name in links(sheet.table) if name in found}
    if "object_id" in found:
        about = found.pop("object_id")
        found["content_type"], found["object_id"] = about if about is not None else (None, None)
    if "image" in found:
        editor = view.editor("image")
        assert isinstance(editor, ImageEditor)
        found["image_name"] = editor.file_name or None
    return found, linked


def label_of_value(value: Any, words: str) -> dict[Any, str]:
    """The words for what was chosen by hand, which no record has named yet."""
    if isinstance(value, UUID):
        return {value: words}
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str):
        return {value[1]: words}
    if isinstance(value, tuple):
        return dict(zip(value, words.split(", "), strict=False))
    return {}


def same(sheet: Sheet, one: Filled, other: Filled, name: str) -> bool:
    """Whether two states of a record hold the same in a field or link."""
    was, now = one.values.get(name), other.values.get(name)
    if name in links(sheet.table):
        return set(was or ()) == set(now or ())
    return bool(was == now)
