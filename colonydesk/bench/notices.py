"""What the notifications cost: a check of all animals, on the timer and the first of a day."""

from datetime import timedelta

from colonydesk.bench.colony import Bench
from colonydesk.bench.measure import Figure, in_turn
from colonydesk.bench.reads import status_rows
from colonydesk.domain.days import zone
from colonydesk.exchange.notices import check
from colonydesk.queries.due import due
from colonydesk.services.notices.create import told_before

TIMES = 20
_FLOOR = "the rows of the restricted by the bare driver"
_REMINDER = 18


def check_of_all(bench: Bench, times: int = TIMES) -> Figure:
    """Everything that is due, of all restricted animals, pups, cages, pairs and requests; told already."""
    at = bench.now.astimezone(zone("Europe/London").info).replace(hour=_REMINDER)
    check(bench.db, at)

    def again() -> None:
        found = check(bench.db, at)
        assert not found.created
        assert not found.due.failures
        assert len(found.due.matters) >= len(bench.restricted) // 10

    def counted() -> None:
        # SQLAlchemy's connection counts the statements.
        with bench.db.read() as connection:
            told_before(connection, due(connection, at).matters)

    taken, floor = in_turn(times, again, lambda: status_rows(bench))
    return Figure(
        f"check of all {len(bench.restricted)} restricted",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(counted),
        bar=60.0,
        statements_bar=8,
        peer=5700.0,
    )


def first_check_of_a_day(bench: Bench, times: int = 3) -> Figure:
    """The same where all of it is new, and is stored with its recipients; another day each time."""
    days = iter(range(2, 100))

    def first() -> None:
        assert check(bench.db, bench.now + timedelta(days=next(days))).created

    taken, floor = in_turn(times, first, lambda: status_rows(bench), warm=1)
    return Figure(
        f"first check of a day, {len(bench.restricted)} restricted",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        peer=5700.0,
    )
