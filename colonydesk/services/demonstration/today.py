"""Today's round as far as it has come, and the water that is planned for coming days."""

from colonydesk.db.tables import WaterPlan
from colonydesk.services.demonstration.experiments import supplement
from colonydesk.services.demonstration.recording import Recorder, Subject

ROUND_MINUTES = 300
"""The round began at most so long before now."""
SHORT_ROUND = 120
EARLY = 7 * 60
"""It does not begin before 7:00, unless now is so early that less than two hours were left for it."""
SESSION_MINUTES = 45


def record_today(recorder: Recorder, subjects: list[Subject]) -> None:
    """A third of the animals done, a third weighed, a third not seen; fewer where the day has only begun."""
    calendar, rng = recorder.calendar, recorder.rng
    elapsed = (calendar.now - calendar.midnight).total_seconds() / 60
    begin = max(5.0, elapsed - ROUND_MINUTES, min(EARLY, elapsed - SHORT_ROUND))
    minutes = elapsed - 2 - begin
    if minutes <= 0:
        return
    order = _in_order(recorder, subjects)
    # Nobody handles more than three animals a minute, however many rigs there are.
    weighed = min(round(len(order) * 2 / 3), int(minutes * 3))
    done = min(round(len(order) / 3), weighed)
    for index, subject in enumerate(order[:weighed]):
        minute = begin + minutes * (index + 0.5) / weighed
        animal = subject.animal
        at = calendar.today_at(minute)
        recorder.weigh(animal, at, subject.today.weight, recorder.home.carer(rng))
        if index < done:
            _water(recorder, subject, minute, elapsed)
        elif index % 3 == 0:
            _train(recorder, subject, minute, elapsed)


def _in_order(recorder: Recorder, subjects: list[Subject]) -> list[Subject]:
    """The round in any order, those in trouble spread evenly over it."""
    order = [subject for subject in subjects if not subject.trouble]
    recorder.rng.shuffle(order)
    troubled = [subject for subject in subjects if subject.trouble]
    step = len(subjects) / max(1, len(troubled))
    for index, subject in enumerate(troubled):
        order.insert(int(step * (index + 0.5)), subject)
    return order


def _train(recorder: Recorder, subject: Subject, minute: float, elapsed: float) -> tuple[float, float]:
    """A session after the weighing, where there was time: its reward in mL and the minute it was over."""
    calendar, animal = recorder.calendar, subject.animal
    over = minute + SESSION_MINUTES
    if over + 2 > elapsed or subject.trouble or not subject.trainee.trains_on(0, calendar):
        return 0.0, minute
    start, end = calendar.today_at(minute + 3), calendar.today_at(over)
    training = subject.trainee.session(start, end, subject.today.required)
    session = recorder.session(animal, training, subject.place)
    recorder.water(animal, end, training.reward, animal.responsible, subject.water_type, session)
    return training.reward, over


def _water(recorder: Recorder, subject: Subject, minute: float, elapsed: float) -> None:
    """Until nothing is owed: in a session, the rest by hand."""
    reward, over = _train(recorder, subject, minute, elapsed)
    if amount := supplement(subject.today.required, reward, recorder.rng):
        at = recorder.calendar.today_at(min(over + 1, elapsed - 0.5))
        carer, plain = recorder.home.carer(recorder.rng), recorder.facility.water_types["Water"]
        recorder.water(subject.animal, at, amount, carer, plain)


def plan_water(recorder: Recorder, subjects: list[Subject]) -> None:
    """The coming weekend for all, and today for a few that have a day off."""
    calendar, rng = recorder.calendar, recorder.rng
    for day in range(8):
        if day > 6 - calendar.weekday(0):
            break
        off = subjects if calendar.is_weekend(day) else subjects[3::9] if day == 0 else []
        carer = recorder.home.carer(rng)
        for subject in off:
            at = calendar.at(-1, 16 * 60 + rng.uniform(0, 30))
            kind = "Hydrogel" if day and rng.random() < 0.3 else "Water"
            recorder.rows.add(
                WaterPlan,
                at,
                subject.animal.responsible,
                subject_id=subject.animal.id,
                date=calendar.date(day),
                amount=round(subject.today.required + 0.02, 2),
                water_type_id=recorder.facility.water_types[kind],
                carer_id=carer,
            )
