"""A lab with its people and mice, and what the tests of services and queries ask of a database."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, select

from colonydesk.db.engine import Database
from colonydesk.db.tables import (
    AuditEntry,
    Base,
    ChangeLog,
    Lab,
    LabMember,
    Species,
    Subject,
    WaterAdministration,
    WaterRestriction,
    WaterType,
    Weighing,
    water_restriction_user,
)
from colonydesk.services.restrictions import StartRestriction
from colonydesk.services.waters import RecordWater
from colonydesk.services.weights import RecordWeighing
from tests.queries.colony import Colony

ZONE = "America/New_York"
NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 10:30 in the lab's summer time, two days old
SECONDS = 20.0
"""How long a test waits for what must come."""
NEVER = 600.0
"""A limit, in seconds, that no test comes to."""

WRITTEN = (Subject, Weighing, WaterAdministration, WaterRestriction, AuditEntry, ChangeLog)


@dataclass(frozen=True, slots=True)
class Scene:
    """``ann`` and ``bob`` record, ``eve`` does not any more; ``mouse`` has the cage A1 to itself."""

    db: Database
    lab: UUID
    ann: UUID
    bob: UUID
    eve: UUID
    water: UUID
    hydrogel: UUID
    mouse: UUID

    def add(self, table: type[Base], **values: Any) -> UUID:
        """One row of any table, past all rules."""
        return add(self.db, table, **values)

    def subject(self, nickname: str, **values: Any) -> UUID:
        """A male mouse of the lab, born on 1 November 2025."""
        usual = {"sex": "M", "birth_date": date(2025, 11, 1), "lab_id": self.lab}
        return self.add(Subject, nickname=nickname, **{**usual, **values})


def add(db: Database, table: type[Base], **values: Any) -> UUID:
    colony = Colony(db)
    row_id = colony.add(table, **{"id": uuid4(), **values})
    colony.write()
    return row_id


def scene(db: Database, **lab: Any) -> Scene:
    """A lab that goes by the reference weight alone, at 85 %."""
    colony = Colony(db)
    mouse = colony.add(Species, nickname="Laboratory mouse", usual_weight_min=5.0, usual_weight_max=50.0)
    rules = {"timezone": ZONE, "reference_weight_pct": 0.85, "usual_species_id": mouse}
    lab_id = colony.add(Lab, name="Hale lab", **{**rules, **lab})
    ann, bob = (colony.add(LabMember, username=name) for name in ("ann", "bob"))
    eve = colony.add(LabMember, username="eve", is_active=False)
    water, hydrogel = (colony.add(WaterType, name=name) for name in ("Water", "Hydrogel"))
    subject = colony.add(
        Subject, nickname="M1", sex="M", birth_date=date(2025, 11, 1), lab_id=lab_id, cage="A1"
    )
    colony.write()
    return Scene(db, lab_id, ann, bob, eve, water, hydrogel, subject)


def weighing(of: Scene, weight: float = 22.0, at: datetime = NOW, **changes: Any) -> RecordWeighing:
    """Ann weighs the mouse."""
    usual = {"command_id": uuid4(), "id": uuid4(), "subject_id": of.mouse, "user_id": of.ann}
    return RecordWeighing(**{**usual, "weight": weight, "date_time": at, **changes})


def water(of: Scene, amount: float | None = 0.8, at: datetime = NOW, **changes: Any) -> RecordWater:
    """Ann gives the mouse water."""
    usual = {"command_id": uuid4(), "id": uuid4(), "subject_id": of.mouse, "user_id": of.ann}
    return RecordWater(**{**usual, "water_administered": amount, "date_time": at, **changes})


def restriction(of: Scene, start: datetime = NOW, **changes: Any) -> StartRestriction:
    """Ann puts the mouse on water restriction."""
    usual = {"command_id": uuid4(), "id": uuid4(), "subject_id": of.mouse, "user_id": of.ann}
    return StartRestriction(**{**usual, "start_time": start, "reference_weight": 25.0, **changes})


def rows(db: Database, table: type[Base], **equal: Any) -> list[dict[str, Any]]:
    """Rows in the order of their numbers, or of when they came."""
    columns = table.__table__.c
    order = columns.number if "number" in columns else columns.created_at
    statement = select(*columns)
    for name, value in equal.items():
        statement = statement.where(columns[name] == value)
    with db.read() as connection:
        return [dict(row) for row in connection.execute(statement.order_by(order)).mappings()]


def row(db: Database, table: type[Base], row_id: UUID) -> dict[str, Any]:
    (found,) = rows(db, table, id=row_id)
    return found


def books(db: Database) -> dict[str, list[Any]]:
    """Everything in the tables that the use cases write to."""
    found: dict[str, list[Any]] = {}
    with db.read() as connection:
        for table in (*(one.__table__ for one in WRITTEN), water_restriction_user):
            found[table.name] = sorted(map(repr, connection.execute(select(table)).all()))
    return found


@contextmanager
def nothing_written(db: Database) -> Iterator[None]:
    before = books(db)
    yield
    assert books(db) == before


def audit(db: Database, command_id: UUID) -> list[tuple[Any, ...]]:
    """What the books say of a command: table, row, action, before, after; all as it is in its change."""
    (change,) = rows(db, ChangeLog, command_id=command_id)
    entries = rows(db, AuditEntry, command_id=command_id)
    for entry in entries:
        assert (entry["at"], entry["user_id"]) == (change["at"], change["user_id"])
        assert entry["workstation"]
    return [
        (entry["table_name"], entry["row_id"], entry["action"], entry["before"], entry["after"])
        for entry in entries
    ]


@contextmanager
def on_statement(db: Database, part: str, act: Callable[[], None]) -> Iterator[None]:
    """``act`` is called whenever a statement that holds ``part`` is about to be sent."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if part in statement:
            act()

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def at_once(
    subject_id: UUID,
    dbs: Sequence[Database],
    acts: Sequence[Callable[[Database], Any]],
    taking: str = "FOR NO KEY UPDATE",
) -> list[Any]:
    """What the acts give, or raise, that all run at the very same time, each on a workstation of its own.

    Somebody else keeps the animal until all of them are about to take something: ``taking`` is in that
    statement on PostgreSQL. A file is taken whole, at the beginning.
    """
    postgresql = dbs[0].dialect == "postgresql"
    if not postgresql:
        taking = "BEGIN IMMEDIATE"
    waiting = threading.Semaphore(0)
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(len(acts)))
        blocker = stack.enter_context(dbs[0].engine.connect())
        if not postgresql:
            blocker = blocker.execution_options(colonydesk_begin="BEGIN IMMEDIATE")
        with blocker.begin():
            blocker.execute(select(Subject.id).where(Subject.id == subject_id).with_for_update())
            for db in dbs:
                stack.enter_context(on_statement(db, taking, waiting.release))
            running: list[Future[Any]] = [pool.submit(act, db) for act, db in zip(acts, dbs, strict=True)]
            for _ in acts:
                assert waiting.acquire(timeout=SECONDS), "one of them did not wait for the animal"
        return [one.exception(SECONDS) or one.result(SECONDS) for one in running]


def plans(db: Database, act: Callable[[], Any]) -> str:
    """How the database goes about the SELECTs of ``act``, in small letters.

    A server with a handful of rows would read them all: it is told not to where it can do otherwise.
    """
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT") and "pg_advisory" not in statement:
            sent.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert sent
    explain = "EXPLAIN" if db.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
    found = []
    with db.engine.connect() as connection:
        if db.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in sent:
            found += connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return "\n".join(str(line[-1]) for line in found).lower()


def fails_whole(db: Database, act: Callable[[Database], Any]) -> Any:
    """Run ``act`` again and again, another of its statements failing each time, until none does.

    Each failure must leave nothing behind, nothing that hinders the next try. Gives what ``act`` gives then.
    """
    before = books(db)
    failures = 0
    while True:
        left = failures

        def fail(*_: Any) -> None:
            nonlocal left
            left -= 1
            if left == -1:
                raise RuntimeError("the wall fell down")

        event.listen(db.engine, "before_cursor_execute", fail)
        try:
            done = act(db)
        except RuntimeError:
            failures += 1
        else:
            assert failures >= 5
            assert not done.repeated
            return done
        finally:
            event.remove(db.engine, "before_cursor_execute", fail)
        assert books(db) == before
