"""The curve of one animal: its arrays are its history's, and what is marked on it."""

from datetime import date
from uuid import UUID

import numpy as np
import pytest

from colonydesk.db.engine import Database
from colonydesk.db.tables import Note
from colonydesk.domain.errors import Refused
from colonydesk.queries.curve import curve
from colonydesk.queries.curve_data import Curve, Mark, Period
from tests.queries.colony import NOW, Colony, counted, on


@pytest.fixture
def subject(db: Database) -> UUID:
    """An animal of a week: weighed, watered, operated on, restricted twice."""
    colony = Colony(db)
    lab = colony.lab(reference_weight_pct=0.8, zscore_weight_pct=0.0, absolute_min_pct=0.7)
    subject = colony.subject("one", lab)
    colony.weighing(subject, on(6, 9), 25.0)
    colony.weighing(subject, on(3, 9), 18.0)
    colony.weighing(subject, on(2, 9), 99.0, voided_at=NOW, void_reason="wrong")
    colony.water(subject, on(4, 9), 0.5)
    colony.surgery(subject, on(8, 9), 1.25)
    colony.restriction(subject, on(9, 9), on(8, 10), reference_weight=0.0)
    colony.restriction(subject, on(5, 9), reference_weight=26.25)
    colony.add(Note, object_id=subject, content_type="subject", date_time=on(4, 15), text="ear scratched")
    colony.add(Note, object_id=subject, content_type="subject", date_time=on(5, 15), image=b"png")
    colony.write()
    return subject


def read(db: Database, subject: UUID) -> Curve:
    with db.read() as connection:
        return curve(connection, subject, NOW)


def test_every_weighing_and_every_day(db: Database, subject: UUID) -> None:
    found = read(db, subject)
    assert (found.subject_id, found.nickname, found.timezone) == (subject, "one", "Europe/London")
    assert found.weighed_at.tolist() == [on(6, 9).timestamp(), on(3, 9).timestamp()]
    assert found.weight.tolist() == [25.0, 18.0]
    # Noon of each day in London: from the 30th on an hour earlier in UTC; today too, whatever the hour is
    # now.
    noons = [on(6), on(5), on(4), on(3), on(2), on(1), on(0, 11), on(-1, 11)]
    assert found.day_at.tolist() == [noon.timestamp() for noon in noons]
    for name in ("expected", "threshold", "absolute_min", "percentage", "reward", "supplement", "required"):
        column = getattr(found, name)
        assert column.dtype == np.float64
        assert len(column) == 8
    assert found.restricted.tolist() == [False] + [True] * 7
    assert found.under.tolist() == [False, False, False] + [True] * 5
    assert np.isnan(found.expected[0])
    assert found.expected[1:].tolist() == pytest.approx([26.25] * 7)
    assert found.threshold[1:].tolist() == pytest.approx([0.8 * 25 + 1.25] * 7)
    assert found.absolute_min[1:].tolist() == pytest.approx([0.7 * 25 + 1.25] * 7)
    assert found.percentage[[1, -1]].tolist() == pytest.approx([95.0, 67.0])
    assert found.supplement.tolist() == pytest.approx([0, 0, 0.5, 0, 0, 0, 0, 0])
    assert found.required[[1, -1]].tolist() == pytest.approx([0.04 * 23.75, 0.05 * 16.75])
    assert (found.threshold_pct, found.absolute_min_pct) == (0.8, 0.7)


def test_what_is_marked(db: Database, subject: UUID) -> None:
    found = read(db, subject)
    assert found.restrictions == (
        Period(on(9, 9).timestamp(), on(8, 10).timestamp(), None),
        Period(on(5, 9).timestamp(), None, 26.25),
    )
    assert found.implants == (Mark(on(8, 9).timestamp(), "implant 1.25 g"),)
    assert found.notes == (
        Mark(on(5, 15).timestamp(), "picture"),
        Mark(on(4, 15).timestamp(), "ear scratched"),
    )


def test_a_constant_number_of_statements(db: Database, subject: UUID) -> None:
    with counted(db) as sent:
        read(db, subject)
    assert len(sent) == 7


def test_an_animal_without_a_record(db: Database) -> None:
    colony = Colony(db)
    lab = colony.lab()
    subject = colony.subject("new", lab, birth_date=date(2025, 3, 1))
    colony.write()
    found = read(db, subject)
    assert len(found.weight) == len(found.day_at) == len(found.under) == 0
    assert found.restrictions == found.implants == found.notes == ()


def test_an_animal_that_is_gone(db: Database) -> None:
    with pytest.raises(Refused, match="no longer in the database"):
        read(db, UUID(int=4))
