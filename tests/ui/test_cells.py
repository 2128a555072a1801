"""How a value reads in a list."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from colonydesk.ui.forms.cells import cell_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        ("", "-"),
        (True, "yes"),
        (9999, "9999"),
        (1485022760, "1\u2009485\u2009022\u2009760"),
        (20.5, "20.5"),
        (date(2026, 3, 9), "9 Mar"),
        (datetime(2026, 3, 9, 14, 5, tzinfo=UTC), "9 Mar 14:05"),
        (["a", "b"], "a, b"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_cell_in_words(value: Any, text: str) -> None:
    assert cell_text(value, UTC, date(2026, 3, 10)) == text
