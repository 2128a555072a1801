"""The statements that fetch what the notifications are decided from, values raw."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from colonydesk.db.plain import Reading, Rows, Statement, rows, rows_meanwhile
from colonydesk.db.tables.notices import FAILED, SETTING
from colonydesk.domain.notices import BREEDING_EVERY, GENOTYPE_AFTER, WEAN_AFTER_DAYS, WEAN_TOLD_FOR

_YOUNG = timedelta(days=150) + WEAN_TOLD_FOR
"""Older pups are not looked at: no line is weaned later."""
_NAME = itemgetter(1, 0)
_RECENT = timedelta(days=7)
"""Weighings that were entered longer ago than this are not told of any more by a first check."""

_HELD = "SELECT subject_id FROM water_restriction WHERE end_time IS NULL OR end_time >= :now"
# Of the restricted alone: the others have no ``held``, and nothing is looked up.
_WATER = """
    FROM water_administration AS water
    WHERE water.subject_id = held.subject_id AND water.voided_at IS NULL AND water.date_time <= :now
    ORDER BY water.date_time DESC, water.created_at DESC, water.id DESC
    LIMIT 1"""
_SESSIONS = """
    FROM session
    WHERE session.subject_id = held.subject_id AND start_time >= :trained AND start_time <= :now"""
_WEANED = f"coalesce(nullif(line.wean_days, 0), {WEAN_AFTER_DAYS})"
# What cannot be due is left out here, with a day to spare for the time zones: the decision is the domain's.
# A birth date that is none (SQLite takes anything) is no reason: such a record is listed as damaged.
_ANIMALS = Statement(
    f"""
SELECT {{row}}
    ID(subject.id), subject.nickname, coalesce(lab.timezone, 'UTC'), ID(subject.responsible_user_id),
    member.username, ID(subject.lab_id), DAY(subject.birth_date), DAY(subject.death_date),
    DAY(subject.wean_date), line.wean_days, subject.to_be_genotyped, lab.reminder_hour,
    lab.notification_delay_seconds, lab.water_delay_hours, TIME(given.date_time), given.water_administered,
    given.adlib, (SELECT {{starts}} {_SESSIONS}) {{end}}
FROM subject
LEFT JOIN lab ON lab.id = subject.lab_id
LEFT JOIN lab_member AS member ON member.id = subject.responsible_user_id
LEFT JOIN line ON line.id = subject.line_id
LEFT JOIN (SELECT DISTINCT subject_id FROM ({_HELD}) AS each) AS held
    ON held.subject_id = subject.id {{joined}}
WHERE NOT subject.is_human
    AND (subject.death_date IS NULL OR subject.death_date >= :day)
    AND subject.id IN (
        {_HELD}
        UNION
        SELECT id FROM subject WHERE death_date IS NULL AND to_be_genotyped AND {{to_genotype}}
        UNION
        SELECT subject.id FROM subject LEFT JOIN line ON line.id = subject.line_id
        WHERE death_date IS NULL AND wean_date IS NULL AND birth_date >= :young AND {{to_wean}}
    )
""",
    at_once=True,
    starts=(
        "json_group_array(start_time)",
        "array_agg(TIME(start_time))",
    ),
    to_genotype=(
        f"coalesce(julianday(birth_date) + {GENOTYPE_AFTER.days} <= julianday(:tomorrow), 1)",
        f"birth_date + {GENOTYPE_AFTER.days} <= :tomorrow",
    ),
    to_wean=(
        f"""coalesce(
                julianday(birth_date) + {_WEANED} <= julianday(:tomorrow)
                AND julianday(birth_date) + {_WEANED} + {WEAN_TOLD_FOR.days} >= julianday(:day),
                1
            )""",
        f"""birth_date + {_WEANED} <= :tomorrow AND birth_date + {_WEANED} + {WEAN_TOLD_FOR.days} >= :day""",
    ),
    joined=(
        f"""
LEFT JOIN water_administration AS given ON given.rowid = (SELECT water.rowid {_WATER})""",
        f"""
LEFT JOIN LATERAL (
    SELECT water.date_time, water.water_administered, water.adlib {_WATER}
) AS given ON true""",
    ),
)
_EVERY = """coalesce(
            cage.every,
            (SELECT min(cage_cleaning_frequency_days) FROM lab WHERE cage_cleaning_frequency_days > 0)
        )"""
# Several short lists in one round trip: each is one value, a list of lists as JSON.
_ROWS = ("json_group_array(json_array(", "json_agg(json_build_array(")
_LISTS = Statement(
    """
SELECT
    (SELECT {rows}ID(user_id), notification_type, subjects_scope)) FROM notification_rule),
    (SELECT {rows}ID(user_id), ID(lab_id), DAY(start_date), DAY(end_date))) FROM lab_membership),
    (SELECT {rows}ID(id), username, is_active, is_stock_manager)) FROM lab_member),
    (SELECT {rows}number, {weighings}))
        FROM change_log
        WHERE number > coalesce((SELECT weighings_seen FROM notification_setting WHERE id = :setting), 0)
            AND at >= :recent AND (kind LIKE 'weighing.%' OR kind = 'undo')),
    (SELECT {rows}weighings_seen, {failed})) FROM notification_setting WHERE id = :setting)
""",
    rows=_ROWS,
    weighings=("json_extract(changed, '$.weighing')", "changed->'weighing'"),
    failed=(f"json_extract(json, '$.{FAILED}')", f"json->'{FAILED}'"),
)
_OTHERS = Statement(
    """
WITH
    occupied AS MATERIALIZED (
        SELECT housing_id, min(start_datetime) AS since FROM housing_subject
        WHERE end_datetime IS NULL GROUP BY housing_id
    ),
    cage AS MATERIALIZED (
        SELECT
            housing.id, housing.cage_name, housing.cage_cleaning_frequency_days AS every, occupied.since,
            (SELECT max(date_time) FROM cage_cleaning WHERE housing_id = housing.id) AS cleaned
        FROM occupied JOIN housing ON housing.id = occupied.housing_id
    ),
    dirty AS MATERIALIZED (
        SELECT
            cage.id, cage.cage_name, coalesce(lab.timezone, 'UTC') AS timezone,
            coalesce(cage.every, lab.cage_cleaning_frequency_days) AS every,
            min(housed.start_datetime) AS since, cage.cleaned, subject.responsible_user_id, subject.lab_id
        FROM cage
        JOIN housing_subject AS housed ON housed.housing_id = cage.id AND housed.end_datetime IS NULL
        JOIN subject ON subject.id = housed.subject_id
        LEFT JOIN lab ON lab.id = subject.lab_id
        WHERE {soon} AND subject.death_date IS NULL
        GROUP BY
            cage.id, cage.cage_name, cage.every, cage.cleaned, subject.responsible_user_id, subject.lab_id,
            lab.timezone, lab.cage_cleaning_frequency_days
    )
SELECT
    (SELECT {rows}
        ID(id), cage_name, timezone, every, TIME(since), TIME(cleaned), ID(responsible_user_id), ID(lab_id)))
        FROM dirty WHERE every > 0),
    (SELECT {rows}
        ID(request.id), member.username, line.nickname, request.count, DAY(request.due_date),
        ID(request.user_id), (
            SELECT count(*) FROM subject
            WHERE subject.request_id = request.id AND subject.death_date IS NULL
                AND (request.line_id IS NULL OR subject.line_id = request.line_id)
                AND (request.user_id IS NULL OR subject.responsible_user_id = request.user_id)
        ), line_lab.timezone))
        FROM subject_request AS request
        LEFT JOIN lab_member AS member ON member.id = request.user_id
        LEFT JOIN line ON line.id = request.line_id
        LEFT JOIN lab AS line_lab ON line_lab.id = line.lab_id
        WHERE request.due_date IS NOT NULL AND request.count > 0),
    (SELECT {rows}
        ID(pair.id), pair.name, DAY(pair.start_date), DAY(pair.end_date), (
            SELECT max(DAY(litter.birth_date)) FROM litter WHERE litter.breeding_pair_id = pair.id
        ),
        ID(father.id), DAY(father.death_date), ID(father.responsible_user_id), ID(father.lab_id),
        ID(one.id), DAY(one.death_date), ID(one.responsible_user_id), ID(one.lab_id),
        ID(two.id), DAY(two.death_date), ID(two.responsible_user_id), ID(two.lab_id),
        coalesce(lab.timezone, 'UTC'), line.nickname))
        FROM breeding_pair AS pair
        LEFT JOIN line ON line.id = pair.line_id
        LEFT JOIN subject AS father ON father.id = pair.father_id
        LEFT JOIN subject AS one ON one.id = pair.mother1_id
        LEFT JOIN subject AS two ON two.id = pair.mother2_id
        LEFT JOIN lab ON lab.id = coalesce(one.lab_id, father.lab_id, line.lab_id)
        WHERE pair.start_date <= :paired AND (pair.end_date IS NULL OR pair.end_date > :day)
            AND NOT EXISTS (
                SELECT 1 FROM litter
                WHERE litter.breeding_pair_id = pair.id AND litter.birth_date > :paired
                    AND litter.birth_date <= :tomorrow
            ))
""",
    rows=_ROWS,
    soon=(
        f"julianday(coalesce(cage.cleaned, cage.since)) + {_EVERY} <= julianday(:soon)",
        f"coalesce(cage.cleaned, cage.since) + {_EVERY} * INTERVAL '1 day' <= :soon",
    ),
)
# Four lists in one, told apart by the first column: the weighings, and what the weights of their animals are
# judged by. What was given to drink does not matter to that.
_WEIGHINGS = Statement(
    """
WITH told AS MATERIALIZED (
    SELECT weighing.* FROM weighing
    JOIN subject ON subject.id = weighing.subject_id
    WHERE weighing.id AMONG(:ids) AND weighing.voided_at IS NULL AND NOT subject.is_human
        AND (weighing.id AMONG(:new) OR weighing.updated_at >= :recent)
)
SELECT
    0, ID(subject.id), TIME(told.date_time), TIME(told.created_at), ID(told.id), TIME(told.date_time),
    told.weight, subject.nickname, subject.sex, DAY(subject.birth_date), DAY(subject.death_date),
    ID(subject.lab_id), ID(line.growth_curve_id), ID(coalesce(subject.strain_id, line.strain_id)),
    ID(coalesce(subject.species_id, line.species_id)), ID(subject.responsible_user_id), member.username,
    lab.notification_delay_seconds
FROM told
JOIN subject ON subject.id = told.subject_id
LEFT JOIN line ON line.id = subject.line_id
LEFT JOIN lab ON lab.id = subject.lab_id
LEFT JOIN lab_member AS member ON member.id = subject.responsible_user_id
UNION ALL
SELECT
    1, ID(subject_id), TIME(start_time), TIME(created_at), ID(id), TIME(end_time), reference_weight,
    {none}
FROM water_restriction
WHERE start_time IS NOT NULL AND subject_id IN (SELECT subject_id FROM told)
UNION ALL
SELECT
    2, ID(subject_id), TIME(date_time), TIME(created_at), ID(id), NULL, weight,
    {none}
FROM weighing WHERE voided_at IS NULL AND subject_id IN (SELECT subject_id FROM told)
UNION ALL
SELECT
    3, ID(subject_id), TIME(start_time), TIME(created_at), ID(id), NULL, implant_weight,
    {none}
FROM surgery
WHERE implant_weight > 0 AND start_time IS NOT NULL AND subject_id IN (SELECT subject_id FROM told)
ORDER BY 1, 2, 3, 4, 5
""",
    none=", ".join(["NULL"] * 11),
)


class Weighed(NamedTuple):
    """A weighing with its animal, values raw; ``animal`` are the columns of db.facts."""

    animal: tuple[Any, ...]
    id: str
    at: Any
    responsible: str | None
    username: str | None
    delay_seconds: int | None

    @property
    def subject(self) -> str:
        subject: str = self.animal[0]
        return subject

    @property
    def nickname(self) -> str:
        nickname: str = self.animal[1]
        return nickname


class Weighings(NamedTuple):
    """``told`` in order of time; of their animals the rows of restrictions, weighings and implants, each in
    order of animal and time: animal, time, a restriction's end, the value."""

    told: Sequence[Weighed]
    restrictions: Rows
    weighings: Rows
    implants: Rows


NO_WEIGHINGS = Weighings((), (), (), ())


class Lists(NamedTuple):
    """Rows of raw values: who is told what, and the weighings since the last check with how far that was."""

    rules: Rows
    memberships: Rows
    members: Rows
    changes: Rows
    seen: Rows


class Others(NamedTuple):
    """Rows of raw values: what is not about one animal."""

    cages: Rows
    requests: Rows
    pairs: Rows


@contextmanager
def animals_meanwhile(connection: Reading, now: datetime) -> Iterator[Callable[[], Rows]]:
    """Every animal that something can be due for: restricted, old enough to be genotyped or weaned.

    The last column are the raw times of its sessions in the past nine days (as ``raw_list`` reads it), those
    before it the last water; both of the restricted alone. In one statement; the database works on it within
    the context.
    """
    values = {
        "now": now,
        "trained": now - timedelta(days=9),
        "day": _before(now),
        "tomorrow": _after(now),
        "young": (now - _YOUNG).date(),
    }
    with rows_meanwhile(connection, _ANIMALS, values) as found:
        yield lambda: sorted(found(), key=_NAME)


def lists(connection: Reading, now: datetime) -> Lists:
    """The short lists, in one statement."""
    ((*found,),) = rows(connection, _LISTS, {"setting": SETTING, "recent": now - _RECENT})
    return Lists(*map(raw_list, found))


@contextmanager
def others_meanwhile(connection: Reading, now: datetime) -> Iterator[Callable[[], Others]]:
    """What is not about one animal, in one statement; the database works on it within the context."""
    values = {
        "day": _before(now),
        "soon": now + timedelta(days=2),
        "tomorrow": _after(now),
        "paired": _after(now) - timedelta(days=BREEDING_EVERY),
    }
    with rows_meanwhile(connection, _OTHERS, values) as found:

        def others() -> Others:
            ((*lists,),) = found()
            return Others(*map(raw_list, lists))

        yield others


def weighings_of(connection: Reading, new: list[UUID], again: list[UUID], now: datetime) -> Weighings:
    """Those of the ``new`` weighings that count, and those to be looked at ``again`` that are news still,
    with all that the weights of their animals are judged by; in one statement."""
    values = {"ids": [*new, *again], "new": new, "recent": now - _RECENT}
    told: list[Weighed] = []
    others: tuple[list[tuple[Any, ...]], ...] = ([], [], [])
    for kind, subject, at, _, id_, end, value, *of_animal in rows(connection, _WEIGHINGS, values):
        if kind == 0:
            *animal, responsible, username, delay = of_animal
            told.append(Weighed((subject, *animal), id_, at, responsible, username, delay))
        else:
            others[kind - 1].append((subject, at, end, value) if kind == 1 else (subject, at, value))
    return Weighings(sorted(told, key=attrgetter("at", "id")), *others)


def raw_list(value: Any) -> Sequence[Any]:
    """A list that a statement made: JSON on SQLite, the driver's own on PostgreSQL; none of nothing."""
    if value is None:
        return []
    found: Sequence[Any] = json.loads(value) if isinstance(value, str) else value
    return found


def _before(now: datetime) -> date:
    """A day that is over in every time zone."""
    return (now - timedelta(days=1)).date()


def _after(now: datetime) -> date:
    """A day that has not begun in any time zone, or has just done so."""
    return (now + timedelta(days=1)).date()
