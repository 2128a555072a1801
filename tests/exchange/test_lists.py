"""The worklist and the animals as text: what is owed never reads as less, what was given never as more."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from colonydesk.exchange.lists import subjects_text, today_text
from colonydesk.queries.subjects import SubjectRow
from colonydesk.queries.worklist import WorklistRow

ROW = WorklistRow(
    subject_id=UUID(int=1),
    nickname="M1",
    lab_id=None,
    lab=None,
    cage=None,
    restriction_start=datetime(2026, 3, 1, tzinfo=UTC),
    restriction_end=None,
    weight=19.9,
    weighed_at=datetime(2026, 3, 10, tzinfo=UTC),
    weighed_today=True,
    percentage_weight=79.96,
    status="under",
    expected_weight=24.9,
    min_weight=19.92,
    expected_water=0.995,
    given_water_total=0.0,
    remaining_water=0.995,
    adlib=False,
    planned=None,
    owed=("water",),
)


def cells(row: WorklistRow) -> dict[str, str]:
    """The line of an animal by the words above it; no cell is empty."""
    heads, line = today_text([row]).splitlines()
    names = [head.strip() for head in heads.split("  ") if head.strip()]
    return dict(zip(names, [cell.strip() for cell in line.split("  ") if cell.strip()], strict=True))


@pytest.mark.parametrize(
    ("required", "given", "remains", "shown"),
    [
        (0.821, 0.0, "0.83", "0.00"),
        (0.804, 0.256, "0.55", "0.25"),
        (0.8, 0.8 - 1e-9, "0.00", "0.80"),
        (0.3, 0.1 + 0.2, "0.00", "0.30"),
        (0.8, 0.82, "0.00", "0.82"),
        (0.8, 1.0, "0.00", "1.00"),
    ],
)
def test_what_remains_is_rounded_up_and_what_was_given_down(
    required: float, given: float, remains: str, shown: str
) -> None:
    line = cells(ROW._replace(given_water_total=given, remaining_water=required - given))
    assert (line["remains mL"], line["given mL"]) == (remains, shown)


def test_a_percentage_below_the_threshold_never_reads_as_on_it() -> None:
    assert cells(ROW)["% exp"] == "79.9"
    animal = SubjectRow(UUID(int=1), "M1", None, "F", None, None, None, None, None)
    assert subjects_text([animal], {UUID(int=1): 79.96}).splitlines()[1].split()[-1] == "79.9"


def test_what_is_not_known_is_a_dash() -> None:
    line = cells(ROW._replace(percentage_weight=None, remaining_water=None, weight=None))
    assert (line["% exp"], line["remains mL"], line["weight g"]) == ("-", "-", "-")


def test_a_weight_has_the_digits_that_were_noted() -> None:
    """As in the window: 19.95 g of the 20 g is not 20.0 g."""
    for weight, shown in ((19.95, "19.95"), (19.9, "19.9"), (20.0, "20.0"), (None, "-")):
        assert cells(ROW._replace(weight=weight))["weight g"] == shown
