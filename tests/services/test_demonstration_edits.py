"""What people have changed in the demonstration colony before it is looked at."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from colonydesk.db.tables import AuditEntry, Subject, Weighing
from colonydesk.services.demonstration.edits import ANIMALS, make_edits
from tests.services.demo import NOW, made


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_animals_have_a_history(request: pytest.FixtureRequest, engine: str) -> None:
    with made(request, engine) as colony:
        make_edits(colony.db, NOW)
        entries = colony.rows(
            select(AuditEntry.row_id, AuditEntry.user_id, AuditEntry.at, AuditEntry.before, AuditEntry.after)
            .where(AuditEntry.table_name == "subject", AuditEntry.action == "update")
            .order_by(AuditEntry.number)
        )
        assert Counter(Counter(entry.row_id for entry in entries).values()) == {2: ANIMALS}
        assert len({entry.user_id for entry in entries}) > 2
        assert all(timedelta() < NOW - entry.at < timedelta(days=10) for entry in entries)
        assert all(entry.before["description"] != entry.after["description"] for entry in entries)
        said = dict(colony.rows(select(Subject.id, Subject.description)))
        assert all(said[entry.row_id] == entry.after["description"] for entry in entries[1::2])
        old = Weighing.__table__.alias("old")
        corrected = colony.rows(
            select(old.c.weight, Weighing.weight, old.c.date_time, Weighing.date_time).join(
                Weighing, Weighing.id == old.c.superseded_by_id
            )
        )
        assert len(corrected) == ANIMALS // 3
        for before, after, was_at, is_at in corrected:
            assert 0 < abs(after - before) < 0.2
            assert was_at == is_at < NOW - timedelta(days=1)
