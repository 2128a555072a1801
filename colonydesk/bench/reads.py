"""What a screen waits for: the status of the restricted, the worklist, one animal's history."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import cycle

from colonydesk.bench.colony import ZONE, Bench
from colonydesk.bench.measure import Figure, in_turn
from colonydesk.db.plain import Reading
from colonydesk.domain.days import zone
from colonydesk.queries.history import histories
from colonydesk.queries.status import restricted_status
from colonydesk.queries.worklist import worklist

TIMES = 40

Opened = Callable[[], AbstractContextManager[Reading]]
"""As the screens read: through the bare driver. SQLAlchemy's connection counts the statements."""

# The rows that the numbers of the restricted come from, asked for in the plainest way that uses the indexes.
_STATUS = """
SELECT s.id, s.nickname, s.sex, s.birth_date, s.lab_id, r.start_time, r.reference_weight,
  (SELECT w.weight FROM weighing w WHERE w.subject_id = s.id AND w.voided_at IS NULL
   ORDER BY w.date_time DESC LIMIT 1),
  (SELECT u.implant_weight FROM surgery u WHERE u.subject_id = s.id AND u.implant_weight > 0
   ORDER BY u.start_time DESC LIMIT 1),
  (SELECT sum(a.water_administered) FROM water_administration a
   WHERE a.subject_id = s.id AND a.voided_at IS NULL AND a.date_time >= ?)
FROM water_restriction r JOIN subject s ON s.id = r.subject_id
WHERE r.end_time IS NULL AND s.death_date IS NULL
"""
_WEIGHINGS = """
SELECT date_time, weight FROM weighing WHERE subject_id = ? AND voided_at IS NULL ORDER BY date_time
"""
_WATERS = """
SELECT date_time, water_administered, session_id, adlib FROM water_administration
WHERE subject_id = ? AND voided_at IS NULL ORDER BY date_time
"""
_FLOOR = "the rows by the bare driver"


def status_of_all(bench: Bench, times: int = TIMES) -> Figure:
    """Every number of every restricted animal at a moment."""

    def status(opened: Opened = bench.db.plain) -> None:
        with opened() as connection:
            assert len(restricted_status(connection, bench.now)) == len(bench.restricted)

    taken, floor = in_turn(times, status, lambda: status_rows(bench))
    return Figure(
        f"status of all {len(bench.restricted)} restricted",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(lambda: status(bench.db.read)),
        bar=10.0 if bench.engine == "sqlite" else 20.0,
        statements_bar=3,
        peer=3010.0,
    )


def worklist_of_today(bench: Bench, times: int = TIMES) -> Figure:
    """The rows of the worklist, sorted and counted; without the screen."""

    def rows(opened: Opened = bench.db.plain) -> None:
        with opened() as connection:
            assert len(worklist(connection, bench.now)) == len(bench.restricted)

    taken, floor = in_turn(times, rows, lambda: status_rows(bench))
    return Figure(
        "worklist of today, its rows",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(lambda: rows(bench.db.read)),
        peer=3080.0,
    )


def history_of_one(bench: Bench, times: int = TIMES) -> Figure:
    """The daily table of one animal over all its days of restriction, another animal each time."""
    of_ours, of_floor = cycle(bench.restricted), cycle(bench.restricted)
    days = 0

    def table(opened: Opened = bench.db.plain) -> None:
        nonlocal days
        with opened() as connection:
            [found] = histories(connection, [next(of_ours)], bench.now)
        days = int(found.days.is_water_restricted.sum())

    def rows() -> None:
        subject = bench.raw_id(next(of_floor))
        bench.fetch(_WEIGHINGS, subject)
        bench.fetch(_WATERS, subject)

    taken, floor = in_turn(times, table, rows)
    return Figure(
        f"history of one, {days - 1} days",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(lambda: table(bench.db.read)),
        bar=5.0,
        peer=104.0,
    )


def status_rows(bench: Bench) -> None:
    """Fetch what the numbers of the restricted come from, in one statement."""
    lab_zone = zone(ZONE)
    since = lab_zone.bounds(lab_zone.day(bench.now))[0]
    assert len(bench.fetch(_STATUS, bench.raw_time(since))) == len(bench.restricted)
