"""What a technician waits for: an entry, from the command to the commit."""

from datetime import timedelta
from itertools import cycle
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from colonydesk.bench.colony import Bench
from colonydesk.bench.measure import Figure, in_turn
from colonydesk.db.tables import WaterAdministration, Weighing
from colonydesk.services.waters import RecordWater, record_water
from colonydesk.services.weights import RecordWeighing, record_weighing

TIMES = 80
_FLOOR = "one row inserted and committed by the same engine"
# The checks are made and what they ask is answered with yes.
_YES = frozenset(
    {"range", "implant", "change", "again", "cage_mate", "zero", "not_restricted", "excess", "much"}
)


def record_a_weighing(bench: Bench, times: int = TIMES) -> Figure:
    """With its checks, audit entry and change-log row."""
    of_ours, of_floor = cycle(bench.restricted), cycle(bench.restricted)
    weights = _last_weights(bench)

    def record() -> None:
        subject = next(of_ours)
        command = RecordWeighing(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=subject,
            user_id=bench.member,
            weight=weights[subject],
            date_time=bench.now,
            confirmed=_YES,
        )
        record_weighing(bench.db, command, bench.now)

    def one_row() -> None:
        subject = next(of_floor)
        row = {**_common(bench, subject), "weight": weights[subject]}
        with bench.db.engine.begin() as connection:
            connection.execute(insert(Weighing), row)

    taken, floor = in_turn(times, record, one_row)
    return Figure(
        "record a weighing",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(record),
        ratio_bar=6.0,
        peer=23.0,
    )


def record_water_given(bench: Bench, times: int = TIMES) -> Figure:
    """With its checks, audit entry and change-log row."""
    of_ours, of_floor = cycle(bench.restricted), cycle(bench.restricted)

    def record() -> None:
        command = RecordWater(
            command_id=uuid4(),
            id=uuid4(),
            subject_id=next(of_ours),
            user_id=bench.member,
            water_administered=0.1,
            date_time=bench.now,
            confirmed=_YES,
        )
        record_water(bench.db, command, bench.now)

    def one_row() -> None:
        row = {**_common(bench, next(of_floor)), "water_administered": 0.1, "adlib": False}
        with bench.db.engine.begin() as connection:
            connection.execute(insert(WaterAdministration), row)

    taken, floor = in_turn(times, record, one_row)
    return Figure(
        "record water",
        bench.engine,
        "ms",
        taken.median,
        floor.median,
        _FLOOR,
        taken.high,
        bench.statements(record),
    )


def _common(bench: Bench, subject: UUID) -> dict[str, object]:
    moment = bench.now - timedelta(minutes=1)
    return {
        "id": uuid4(),
        "user_id": bench.member,
        "subject_id": subject,
        "date_time": moment,
        "created_at": moment,
        "updated_at": moment,
        "updated_by_id": bench.member,
    }


def _last_weights(bench: Bench) -> dict[UUID, float]:
    in_order = select(Weighing.subject_id, Weighing.weight).order_by(Weighing.date_time)
    with bench.db.read() as connection:
        return {row.subject_id: row.weight for row in connection.execute(in_order)}
