"""What a form shows of a table, as plain data: its fields in order, in the field's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from colonydesk.qtkit.forms import Entry
from colonydesk.queries.records import Field, computed, fields, links, shown_links
from colonydesk.services.record_values import check_number

_NUMBERS = ("number", "integer")


@dataclass(frozen=True, slots=True)
class Item:
    """One field or link of a table, called ``label`` in its form.

    Kind, unit, help and codes come from the column where they are not given here. ``fixed``: it is set when
    the record is made and cannot be changed after; ``shown``: it is only shown. ``usual`` is what a new
    record begins with: "me" (who records), "now", "today", "lab" (the only lab), or a value. ``where``
    narrows the choices of a reference or link; so does ``within``: a path there, and the field of this form
    that says what it is, once something stands in it. "object" takes its kinds from ``codes``. ``check`` and
    ``patient`` as of an ``Entry``: the rule of the domain that is looked at while it is typed; so is
    ``start``.
    """

    name: str
    label: str
    kind: str = ""
    heading: str = ""
    unit: str = ""
    help: str = ""
    codes: tuple[tuple[Any, str], ...] = ()
    scale: float = 1.0
    lines: int = 3
    fixed: bool = False
    shown: bool = False
    required: bool | None = None
    usual: Any = None
    where: Mapping[str, Any] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[Any], object] | None = None
    patient: bool = False
    start: str = ""


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: a field, a link or a path ("subject_id.nickname"); ``scale`` as of an ``Item``.

    ``decimals``: a number has at least so many. ``middle``: a path, of which the middle is left out where
    there is no room for it. ``codes``: words for values, where the column knows none.
    """

    path: str
    title: str
    number: bool = False
    width: int = 130
    scale: float = 1.0
    decimals: int = 0
    middle: bool = False
    codes: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of record: how many are called (``title``) and one (``one``), its form, and its list.

    ``zone`` is the path of the time zone in which its moments are; "" where there is none. ``read_only``:
    it is only looked at. ``delete`` is the word of the button that takes one away. ``hangs_on`` are the
    tables, beside those that its records refer to, whose changes alter what is shown of them.
    """

    table: str
    title: str
    one: str
    items: tuple[Item, ...]
    columns: tuple[ListColumn, ...]
    zone: str = ""
    read_only: bool = False
    hint: str = ""
    order: str = ""
    descending: bool = False
    delete: str = "Delete…"
    hangs_on: frozenset[str] = frozenset()


def entries_of(table: str, items: Iterable[Item]) -> list[Entry]:
    """The entries of a form for these items; what a column knows is taken from it."""
    known, linked = {**fields(table), **computed(table)}, shown_links(table)
    return [_entry(table, item, known.get(item.name), item.name in linked) for item in items]


def _entry(table: str, item: Item, column: Field | None, is_link: bool) -> Entry:
    if column is None and not is_link and not item.kind:
        raise KeyError(item.name)
    kind = item.kind or ("links" if column is None else column.kind)
    return Entry(
        name=item.name,
        label=item.label,
        kind="shown" if item.shown else kind,
        required=item.required if item.required is not None else bool(column and _is_needed(column)),
        unit=item.unit or (column.unit if column else ""),
        help=item.help or (column.help if column else ""),
        codes=item.codes or (column.codes if column else ()),
        scale=item.scale,
        heading=item.heading,
        lines=item.lines,
        check=item.check or (partial(check_number, table, item.name) if kind in _NUMBERS else None),
        patient=item.patient,
        start=item.start,
    )


def _is_needed(column: Field) -> bool:
    return column.required and column.kind != "boolean"


def target_of(table: str, item: Item) -> str:
    """The table that the reference or link of an item goes to; "" where it is none."""
    linked = links(table)
    if item.name in linked:
        return linked[item.name].target
    column = fields(table).get(item.name)
    return column.target if column is not None else ""


def defaults_of(table: str, items: Sequence[Item]) -> dict[str, Any]:
    """What the columns hold where nothing is given."""
    known = fields(table)
    return {item.name: known[item.name].default for item in items if item.name in known}
