"""The statements that fetch what the notifications are decided from, values raw."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from colonydesk.db.plain import Reading, Rows, Statement, rows
from colonydesk.db.tables.notices import SETTING
from colonydesk.domain.notices import WEAN_TOLD_FOR

_YOUNG = timedelta(days=150) + WEAN_TOLD_FOR
"""Older pups are not looked at: no line is weaned later."""
_RECENT = timedelta(days=7)
"""Weighings that were entered longer ago than this are not told of any more by a first check."""

_HELD = "SELECT subject_id FROM water_restriction WHERE end_time IS NULL OR end_time >= :now"
_WATER = """
    FROM water_administration AS water
    WHERE water.subject_id = subject.id AND water.voided_at IS NULL AND water.date_time <= :now
    ORDER BY water.date_time DESC, water.created_at DESC, water.id DESC
    LIMIT 1"""
_RESTRICTION = """
    FROM water_restriction AS held
    WHERE held.subject_id = subject.id AND held.start_time <= :now
    ORDER BY held.start_time DESC, held.created_at DESC, held.id DESC
    LIMIT 1"""
_ANIMALS = Statement(
    f"""
SELECT
    ID(subject.id), subject.nickname, coalesce(lab.timezone, 'UTC'), ID(subject.responsible_user_id),
    member.username, ID(subject.lab_id), DAY(subject.birth_date), DAY(subject.death_date),
    DAY(subject.wean_date), line.wean_days, subject.to_be_genotyped, lab.reminder_hour,
    lab.notification_delay_seconds, lab.water_delay_hours, {{records}}
FROM subject
LEFT JOIN lab ON lab.id = subject.lab_id
LEFT JOIN lab_member AS member ON member.id = subject.responsible_user_id
LEFT JOIN line ON line.id = subject.line_id {{joined}}
WHERE NOT subject.is_human
    AND (subject.death_date IS NULL OR subject.death_date >= :day)
    AND (
        subject.id IN ({_HELD})
        OR subject.to_be_genotyped
        OR (subject.wean_date IS NULL AND subject.birth_date >= :young)
    )
ORDER BY subject.nickname, subject.id
""",
    records=(
        f"""(SELECT held.reference_weight {_RESTRICTION}), (SELECT water.date_time {_WATER}),
    (SELECT water.water_administered {_WATER}), (SELECT water.adlib {_WATER})""",
        "held.reference_weight, TIME(given.date_time), given.water_administered, given.adlib",
    ),
    joined=(
        "",
        f"""
LEFT JOIN LATERAL (SELECT held.reference_weight {_RESTRICTION}) AS held ON true
LEFT JOIN LATERAL (
    SELECT water.date_time, water.water_administered, water.adlib {_WATER}
) AS given ON true""",
    ),
)
_SESSIONS = Statement(f"""
SELECT ID(subject_id), TIME(start_time) FROM session
WHERE start_time >= :since AND start_time <= :now AND subject_id IN ({_HELD})
""")

# Several short lists in one round trip: each is one value, a list of lists as JSON.
_LISTS = Statement(
    """
SELECT
    (SELECT {rows}ID(user_id), notification_type, subjects_scope)) FROM notification_rule),
    (SELECT {rows}ID(user_id), ID(lab_id), DAY(start_date), DAY(end_date))) FROM lab_membership),
    (SELECT {rows}ID(id), username, is_active, is_stock_manager)) FROM lab_member),
    (SELECT {rows}
        ID(housing.id), housing.cage_name, coalesce(lab.timezone, 'UTC'),
        coalesce(housing.cage_cleaning_frequency_days, lab.cage_cleaning_frequency_days),
        TIME(housed.start_datetime), TIME(cleaned.date_time), ID(subject.responsible_user_id),
        ID(subject.lab_id)))
        FROM housing_subject AS housed
        JOIN housing ON housing.id = housed.housing_id
        JOIN subject ON subject.id = housed.subject_id
        LEFT JOIN lab ON lab.id = subject.lab_id
        LEFT JOIN (
            SELECT housing_id, max(date_time) AS date_time FROM cage_cleaning GROUP BY housing_id
        ) AS cleaned ON cleaned.housing_id = housing.id
        WHERE :whole AND housed.end_datetime IS NULL AND subject.death_date IS NULL
            AND coalesce(housing.cage_cleaning_frequency_days, lab.cage_cleaning_frequency_days) > 0),
    (SELECT {rows}
        ID(request.id), member.username, line.nickname, request.count, DAY(request.due_date),
        ID(request.user_id), (
            SELECT count(*) FROM subject
            WHERE subject.request_id = request.id AND subject.death_date IS NULL
                AND subject.line_id = request.line_id AND subject.responsible_user_id = request.user_id
        ), line_lab.timezone))
        FROM subject_request AS request
        LEFT JOIN lab_member AS member ON member.id = request.user_id
        LEFT JOIN line ON line.id = request.line_id
        LEFT JOIN lab AS line_lab ON line_lab.id = line.lab_id
        WHERE :whole AND request.due_date IS NOT NULL AND request.count > 0),
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
        WHERE :whole AND pair.start_date IS NOT NULL AND (pair.end_date IS NULL OR pair.end_date > :day)),
    (SELECT {rows}number, {weighings}))
        FROM change_log
        WHERE number > coalesce((SELECT weighings_seen FROM notification_setting WHERE id = :setting), 0)
            AND at >= :recent AND (kind LIKE 'weighing.%' OR kind = 'undo'))
""",
    rows=("json_group_array(json_array(", "json_agg(json_build_array("),
    weighings=("json_extract(changed, '$.weighing')", "changed->'weighing'"),
)
_WEIGHINGS = Statement("""
SELECT
    ID(weighing.id), TIME(weighing.date_time), ID(subject.id), subject.nickname, DAY(subject.death_date),
    ID(subject.responsible_user_id), member.username, ID(subject.lab_id), lab.notification_delay_seconds
FROM weighing
JOIN subject ON subject.id = weighing.subject_id
LEFT JOIN lab ON lab.id = subject.lab_id
LEFT JOIN lab_member AS member ON member.id = subject.responsible_user_id
WHERE weighing.id AMONG(:ids) AND weighing.voided_at IS NULL AND NOT subject.is_human
ORDER BY weighing.date_time, weighing.id
""")


@dataclass(frozen=True, slots=True)
class Lists:
    """Rows of raw values: what is not about one animal, and the weighings since the last check."""

    rules: Rows
    memberships: Rows
    members: Rows
    cages: Rows
    requests: Rows
    pairs: Rows
    changes: Rows


def animal_rows(connection: Reading, now: datetime) -> Rows:
    """Every animal that something can be due for: restricted, to be genotyped, or young and not weaned."""
    values = {"now": now, "day": _before(now), "young": (now - _YOUNG).date()}
    return rows(connection, _ANIMALS, values)


def session_rows(connection: Reading, now: datetime) -> Rows:
    """The sessions of the restricted animals in the past nine days."""
    return rows(connection, _SESSIONS, {"now": now, "since": now - timedelta(days=9)})


def lists(connection: Reading, now: datetime, *, whole: bool = True) -> Lists:
    """The short lists, in one statement; without ``whole`` no cages, requests and pairs."""
    values = {"day": _before(now), "setting": SETTING, "recent": now - _RECENT, "whole": whole}
    ((*found,),) = rows(connection, _LISTS, values)
    return Lists(*(_list(one) for one in found))


def weighing_rows(connection: Reading, ids: list[UUID]) -> Rows:
    """Those of these weighings that count, with their animals."""
    return rows(connection, _WEIGHINGS, {"ids": ids})


def _list(value: Any) -> Rows:
    if value is None:
        return []
    found: Rows = json.loads(value) if isinstance(value, str) else value
    return found


def _before(now: datetime) -> date:
    """A day that is over in every time zone."""
    return (now - timedelta(days=1)).date()
