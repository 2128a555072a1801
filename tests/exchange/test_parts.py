"""Parts of the import that others stand on."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import CheckConstraint, create_engine, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import SubjectRequest, Weighing
from colonydesk.exchange.alyx.ids import Ids
from colonydesk.exchange.alyx.models import BY_TABLE, MODELS
from colonydesk.exchange.alyx.seen import _MERGE_AT, SeenIds
from colonydesk.exchange.alyx.spool import FRAME, Spool
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import mirror


def test_what_a_record_needs_is_written_before_it() -> None:
    order = [model.table.name for model in MODELS]
    for place, model in enumerate(MODELS):
        for field, name in model.fields.items():
            for key in model.table.c[name].foreign_keys:
                target = key.column.table.name
                assert field in model.closing or order.index(target) < place, f"{model.name}.{field}"
        for link in model.links:
            (key,) = link.table.c[link.right].foreign_keys
            target = key.column.table.name
            assert link.closing or order.index(target) < place, f"{model.name}.{link.field}"


def test_a_reference_that_is_set_at_the_end_may_be_empty_until_then() -> None:
    for model in MODELS:
        assert all(model.table.c[model.fields[field]].nullable for field in model.closing)


def test_a_proxy_stands_after_its_model() -> None:
    for model in MODELS:
        assert model.proxy == (BY_TABLE[model.table.name] is not model)


def test_every_rule_on_one_column_is_asked_before_the_database_does() -> None:
    unknown = {
        str(check.sqltext)
        for model in MODELS
        for check in model.table.constraints
        if isinstance(check, CheckConstraint) and mirror(check) is None
    }
    # These are on two columns, and an import keeps them: what is ours is empty, no session is its own parent.
    assert unknown == {
        "superseded_by_id IS NULL OR voided_at IS NOT NULL",
        "usual_weight_max > usual_weight_min",
        "parent_session_id <> id",
    }


@pytest.mark.parametrize(
    ("sql", "holds", "fails"),
    [
        ("sex IN ('M', 'F')", ["M"], ["X", "", "m"]),
        ("light_cycle IN (0, 1)", [0, 1], [2, -1]),
        ("weight > 0", [0.001], [0, -1.5]),
        ("file_size >= 0", [0, 5], [-1]),
        ("pct BETWEEN 0 AND 1", [0, 0.5, 1], [-0.1, 1.01]),
    ],
)
def test_a_rule_mirrored(sql: str, holds: list[object], fails: list[object]) -> None:
    found = mirror(CheckConstraint(sql))
    assert found is not None
    column, test, _ = found
    assert column == sql.split()[0]
    assert all(test(value) for value in holds)
    assert not any(test(value) for value in fails)


@given(
    days=st.integers(-730_000, 2_900_000), micros=st.integers(0, 86_400_000_000), hours=st.integers(-12, 14)
)
def test_a_moment_is_kept_as_the_tables_keep_it(days: int, micros: int, hours: int) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        column = Weighing.__table__.c.date_time
        value = datetime(2000, 1, 1, tzinfo=timezone(timedelta(hours=hours)))
        value += timedelta(days=days, microseconds=micros)
        theirs = column.type.dialect_impl(engine.dialect).bind_processor(engine.dialect)
        ours = Storage(connection).encoder(column)
        assert ours is not None
        assert theirs is not None
        assert ours(value.astimezone(UTC).replace(tzinfo=None)) == theirs(value)
    engine.dispose()


def test_rows_written_in_bulk_are_read_as_any_others(db: Database) -> None:
    now = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    table, id_ = SubjectRequest.__table__, uuid4()
    given = {"id": id_, "json": {"a": [1.5, None]}, "date_time": now, "version": 1}
    given |= {"created_at": now, "updated_at": now}
    with db.unit(uuid4(), "test", None, now) as unit:
        storage = Storage(unit.connection)
        encoders = [storage.encoder(table.c[name]) for name in given]
        pairs = zip(encoders, given.values(), strict=True)
        naive = ((encode, _naive(value)) for encode, value in pairs)
        row = tuple(encode(value) if encode else value for encode, value in naive)
        storage.insert(table, list(given), [row])
        (found,) = storage.fetch(table, ["id", "date_time"], "id", [storage.key(str(id_))])
        assert tuple(found) == (row[0], row[2])
        assert len(list(storage.stream(table, ["id"], "created_at", row[4]))) == 1
    with db.read() as connection:
        read = connection.execute(select(SubjectRequest)).mappings().one()
    assert {name: read[name] for name in given} == given


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def test_ids() -> None:
    ids = Ids(lambda text: text)
    assert (
        ids.identify("a.b", "0B9F0A53-8D5B-4D0E-8F57-1F0FDB8A5A01") == "0b9f0a53-8d5b-4d0e-8f57-1f0fdb8a5a01"
    )
    assert ids.identify("a.b", "0b9f0a538d5b4d0e8f571f0fdb8a5a01") == "0b9f0a53-8d5b-4d0e-8f57-1f0fdb8a5a01"
    # Never to change: an import finds again what an earlier one wrote.
    assert ids.identify("misc.labmember", 3) == "dd4d7f27-aa34-50e0-a44a-263b547dbb89"
    assert ids.identify("misc.labmember", "3") == ids.identify("misc.labmember", 3)
    assert ids.identify("misc.lab", 3) != ids.identify("misc.labmember", 3)
    for nothing in ("", "x", "3.5", "٣", None, True, 3.5, [], {}):
        assert ids.identify("misc.lab", nothing) is None


def test_very_many_ids_are_seen() -> None:
    kept = [str(uuid4()) for _ in range(2 * _MERGE_AT + 100)]
    # A byte of 0 at the end is still a byte.
    kept += [str(UUID(int=number << 8)) for number in range(1, 200)]
    others = [str(uuid4()) for _ in range(1000)] + [str(UUID(int=(number << 8) + 1)) for number in range(200)]
    seen = SeenIds()
    assert seen.among(kept) == set()
    for start in range(0, len(kept), 777):
        seen.add_all(kept[start : start + 777])
        seen.add_all(kept[start : start + 3])
    assert seen.among(kept) == set(kept)
    assert seen.among(others) == set()
    assert seen.among([]) == set()


def test_what_is_put_aside_comes_back_in_its_order() -> None:
    count = FRAME * 2 + 7
    items = {kind: [(kind, number, {"x": [1.5, None, "ü"]}) for number in range(count)] for kind in "ab"}
    with Spool() as spool:
        for pair in zip(items["a"], items["b"], strict=True):
            spool.add("a", pair[0])
            spool.add("b", pair[1])
        for kind in "ab":
            assert [item for frame in spool.frames(kind) for item in frame] == items[kind]
        assert list(spool.frames("c")) == []
        assert spool.counts == {"a": count, "b": count}


def test_the_temporary_file_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Spool() as spool:
        spool.add("a", (1,))
        list(spool.frames("a"))
    assert list(tmp_path.iterdir()) == []
