"""What the table shows: filters, order and columns; kept as a view, and read back from what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any
from uuid import UUID

from colonydesk.queries.subject_filters import Filters
from colonydesk.queries.subject_order import SORTS
from colonydesk.queries.subject_table import Order
from colonydesk.ui.subjects.columns import USUAL

_CHOICES = {
    "life": ("alive", "dead", "all"),
    "whose": ("all", "mine", "lab"),
    "sex": ("", "M", "F", "U"),
    "zygosity": ("", "positive", "homo", "het", "negative"),
}
_IDS = ("lab_id", "line_id")
_MARKS = tuple(one.name for one in fields(Filters) if one.type == "bool")
_WIDEST = 1000


@dataclass(frozen=True, slots=True)
class ViewState:
    """``words`` are the names of what the filters hold ids of (a line, a lab), for their tags."""

    filters: Filters = field(default_factory=Filters)
    order: Order = field(default_factory=Order)
    columns: tuple[str, ...] = USUAL
    widths: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def filtered(self, **changes: Any) -> ViewState:
        """The same with other filters."""
        return replace(self, filters=replace(self.filters, **changes))


def as_json(state: ViewState) -> dict[str, Any]:
    """A view as it is kept; the text in the search line is no part of it."""
    found = state.filters
    kept: dict[str, Any] = {name: getattr(found, name) for name in (*_CHOICES, *_MARKS)}
    kept |= {name: str(value) if (value := getattr(found, name)) else None for name in _IDS}
    kept["cage"] = found.cage
    return {
        "filters": kept,
        "order": state.order.by,
        "descending": state.order.descending,
        "columns": list(state.columns),
        "widths": state.widths,
        "words": state.words,
    }


def from_json(kept: Mapping[str, Any]) -> ViewState:
    """A kept view; what this program does not know of it is passed over."""
    filters, order = _mapping(kept, "filters"), kept.get("order")
    given: dict[str, Any] = {
        name: filters[name] for name, choices in _CHOICES.items() if filters.get(name) in choices
    }
    given |= {name: bool(filters.get(name)) for name in _MARKS}
    given |= {name: _id(filters.get(name)) for name in _IDS}
    given["cage"] = cage if isinstance(cage := filters.get("cage"), str) else ""
    named = kept.get("columns")
    columns = tuple(key for key in named if key in SORTS) if isinstance(named, list) else ()
    widths = {
        key: width
        for key, width in _mapping(kept, "widths").items()
        if isinstance(width, int) and 0 < width <= _WIDEST
    }
    return ViewState(
        Filters(**given),
        Order(order if order in SORTS else "animal", bool(kept.get("descending"))),
        columns or USUAL,
        widths,
        {key: str(word) for key, word in _mapping(kept, "words").items()},
    )


def _mapping(kept: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = kept.get(name)
    return found if isinstance(found, dict) else {}


def _id(text: Any) -> UUID | None:
    try:
        return UUID(text)
    except (TypeError, ValueError, AttributeError):
        return None
