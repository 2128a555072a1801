"""A view of the subjects as it is kept and read back, whatever stands in the database."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from colonydesk.queries.subject_filters import Filters
from colonydesk.queries.subject_order import SORTS
from colonydesk.queries.subject_table import Order
from colonydesk.ui.subjects.columns import USUAL, all_columns
from colonydesk.ui.subjects.filters import tags_of
from colonydesk.ui.subjects.state import ViewState, as_json, from_json
from colonydesk.ui.subjects.views import usual_views


def test_a_view_comes_back_as_it_was_kept_but_for_the_search() -> None:
    line = uuid4()
    filters = Filters(life="dead", whose="mine", line_id=line, sex="F", zygosity="het", to_be_reduced=True)
    filters = replace(filters, cage="A1")
    state = ViewState(filters, Order("age", True), ("animal", "lab"), {"animal": 90}, {"line_id": "Ai32"})
    assert from_json(as_json(state)) == state
    assert from_json(as_json(state.filtered(text="abc"))) == state
    assert [text for _, _, text in tags_of(state)] == [
        *("dead", "mine", "female", "all heterozygous", "line: Ai32", "cage: A1", "to be reduced"),
    ]


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"filters": [], "columns": "animal", "widths": None, "order": 3, "words": 1},
        {
            "filters": {"life": "maybe", "line_id": "no id", "cage": 7},
            "columns": ["nothing"],
            "order": "password",
        },
        {"widths": {"animal": -1, "sex": "wide", "age": 10**9}},
    ],
)
def test_what_is_not_known_of_a_view_is_passed_over(kept: dict[str, Any]) -> None:
    assert from_json(kept) == ViewState()


def test_every_column_can_be_sorted_by_and_the_usual_ones_are_there() -> None:
    keys = [column.key for column in all_columns()]
    assert len(set(keys)) == len(keys)
    assert set(keys) == SORTS
    assert set(USUAL) <= SORTS
    for state in usual_views().values():
        assert set(state.columns) <= SORTS
