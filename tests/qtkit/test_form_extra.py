"""Extra fields as lines of "name: value", and back without loss."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonydesk.domain.errors import Refused
from colonydesk.qtkit.form_extra import extra_text, read_extra

PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)


@given(st.dictionaries(st.text(), VALUES))
def test_whatever_is_shown_is_read_back_as_it_was(value: dict[str, Any]) -> None:
    assert read_extra(extra_text(value)) == value


def test_plain_names_and_values_are_a_line_each() -> None:
    value = {
        "microscope": "two-photon",
        "power": 3.5,
        "done": True,
        "code": "007",
        "number": "12",
        "to": None,
    }
    text = 'microscope: two-photon\npower: 3.5\ndone: true\ncode: 007\nnumber: "12"\nto: null'
    assert extra_text(value) == text
    assert read_extra("at: 14:30\n\n room : B 2\nlist: [1, 2]\nempty:") == {
        "at": "14:30",
        "room": "B 2",
        "list": [1, 2],
        "empty": None,
    }


def test_what_lies_in_each_other_is_json() -> None:
    assert extra_text({"alyx": {"a": 1}}) == '{\n  "alyx": {\n    "a": 1\n  }\n}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nnothing", "Line 2: write it as name: value"),
        (": 1", "Line 1"),
        ("a: 1\na: 2", "Line 2: there is a already."),
        ("{1}", "not JSON"),
        ("[1]", "must be an object"),
        ('{"a": NaN}', "write null"),
        ('{"a": 1e999}', "1e999 is too large"),
        ('{"a": ' + "9" * 5000 + "}", "too large"),
        ('{"a": ' + "[" * 100_000, "in each other"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_extra(text)


def test_what_is_no_number_or_too_deep_stays_a_text() -> None:
    deep = "[" * 100_000
    assert read_extra(f"a: 1e999\nb: {'9' * 5000}\nc: {deep}") == {"a": "1e999", "b": "9" * 5000, "c": deep}
