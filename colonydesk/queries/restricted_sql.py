"""The statement that finds the restricted animals, each with the records that count on its lab's day.

One row an animal. On SQLite the latest records are joined by the rowid that a correlated subquery finds, on
PostgreSQL by LATERAL joins: with the indexes on (subject_id, date_time) both are a few lookups an animal,
where window functions read every record.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from colonydesk.db.plain import Reading, Rows, Statement, rows

Scope = Literal["all", "lab", "subjects"]

# Text, where ``until`` is a moment and ``subject`` an animal's id.
_WEIGHING = """
    FROM weighing
    WHERE weighing.subject_id = {subject} AND weighing.voided_at IS NULL AND weighing.date_time < {until}
    ORDER BY weighing.date_time DESC, weighing.created_at DESC, weighing.id DESC
    LIMIT 1"""
_IMPLANT = """
    FROM surgery
    WHERE surgery.subject_id = {subject} AND surgery.implant_weight > 0 AND surgery.start_time < {until}
    ORDER BY surgery.start_time DESC, surgery.created_at DESC, surgery.id DESC
    LIMIT 1"""
_OF_ANIMAL = {"subject": "subject.id", "until": "zone.until"}
_LATEST_WEIGHING, _LATEST_IMPLANT = _WEIGHING.format(**_OF_ANIMAL), _IMPLANT.format(**_OF_ANIMAL)
_WATER = """
    FROM water_administration AS water
    WHERE water.subject_id = subject.id AND water.voided_at IS NULL
        AND water.date_time >= zone.since AND water.date_time < zone.until"""
_REWARD = "sum(CASE WHEN water.session_id IS NOT NULL THEN water.water_administered END)"
_SUPPLEMENT = "sum(CASE WHEN water.session_id IS NULL THEN water.water_administered END)"
_ADLIB = "max(CASE WHEN water.adlib THEN 1 ELSE 0 END)"

_ZONES = (
    """SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
            json_extract(value, '$[3]') FROM json_each(:zones)""",
    """SELECT value->>0, CAST(value->>1 AS TIMESTAMPTZ), CAST(value->>2 AS TIMESTAMPTZ),
            CAST(value->>3 AS DATE) FROM jsonb_array_elements(CAST(:zones AS JSONB)) AS zones (value)""",
)
_GIVEN = (
    f"(SELECT {_REWARD} {_WATER}), (SELECT {_SUPPLEMENT} {_WATER}), (SELECT {_ADLIB} {_WATER})",
    "given.reward, given.supplement, given.adlib",
)
_JOINED = (
    f"""
LEFT JOIN weighing AS weighed ON weighed.rowid = (SELECT weighing.rowid {_LATEST_WEIGHING})
LEFT JOIN surgery AS operated ON operated.rowid = (SELECT surgery.rowid {_LATEST_IMPLANT})""",
    f"""
LEFT JOIN LATERAL (SELECT weighing.weight, weighing.date_time {_LATEST_WEIGHING}) AS weighed ON true
LEFT JOIN LATERAL (SELECT surgery.implant_weight, surgery.start_time {_LATEST_IMPLANT}) AS operated ON true
LEFT JOIN LATERAL (
    SELECT {_REWARD} AS reward, {_SUPPLEMENT} AS supplement, {_ADLIB} AS adlib {_WATER}
) AS given ON true""",
)
COLUMNS = (
    *("id", "nickname", "cage", "sex", "birth_date", "lab_id", "growth_curve_id", "strain_id", "species_id"),
    *("start_time", "end_time", "reference_weight", "weight", "weighed_at", "implant", "implanted_at"),
    *("reward", "supplement", "adlib"),
)
"""What a row holds, ids, times and days raw."""

# Only the latest restriction counts: one that was never ended does not come back after it.
_TEXT = """
WITH zone (name, since, until, day) AS MATERIALIZED ({zones})
SELECT {row}
    ID(subject.id), subject.nickname, subject.cage, subject.sex, DAY(subject.birth_date), ID(subject.lab_id),
    ID(line.growth_curve_id),
    ID(coalesce(subject.strain_id, line.strain_id)), ID(coalesce(subject.species_id, line.species_id)),
    TIME(held.start_time), TIME(held.end_time), held.reference_weight,
    weighed.weight, TIME(weighed.date_time), operated.implant_weight, TIME(operated.start_time), {given} {end}
FROM water_restriction AS held
JOIN subject ON subject.id = held.subject_id
LEFT JOIN lab ON lab.id = subject.lab_id
JOIN zone ON zone.name = coalesce(lab.timezone, 'UTC')
LEFT JOIN line ON line.id = subject.line_id {joined}
WHERE (held.end_time IS NULL OR held.end_time >= :now)
    AND held.start_time < zone.until
    AND NOT EXISTS (
        SELECT 1 FROM water_restriction AS later
        WHERE later.subject_id = held.subject_id AND later.start_time < zone.until
            AND (later.start_time, later.created_at, later.id) > (held.start_time, held.created_at, held.id)
    )
    AND (subject.death_date IS NULL OR subject.death_date > zone.day)
    AND NOT subject.is_human {scope}
"""
_SCOPES: dict[Scope, str] = {
    "all": "",
    "lab": "AND subject.lab_id = :lab",
    "subjects": "AND subject.id AMONG(:subjects)",
}
RESTRICTED: dict[Scope, Statement] = {
    name: Statement(_TEXT, at_once=True, zones=_ZONES, given=_GIVEN, joined=_JOINED, scope=scope)
    for name, scope in _SCOPES.items()
}
"""By scope. Parameters: ``now``; ``zones``, of each time zone its name, the two ends of its local day
(moments) and the day; ``lab`` or ``subjects`` by scope."""

_BOUND = (
    {"subject": "json_extract(each.value, '$[0]')", "until": "json_extract(each.value, '$[1]')"},
    {"subject": "CAST(each.value->>0 AS UUID)", "until": "CAST(each.value->>1 AS TIMESTAMPTZ)"},
)
_BEFORE = Statement(
    """
SELECT
    ID({subject}), (SELECT surgery.implant_weight {implant}), (SELECT weighing.weight {weighing}),
    (SELECT TIME(weighing.date_time) {weighing})
FROM {each}
""",
    each=(
        "json_each(:bounds) AS each",
        "jsonb_array_elements(CAST(:bounds AS JSONB)) AS each (value)",
    ),
    subject=(_BOUND[0]["subject"], _BOUND[1]["subject"]),
    implant=(_IMPLANT.format(**_BOUND[0]), _IMPLANT.format(**_BOUND[1])),
    weighing=(_WEIGHING.format(**_BOUND[0]), _WEIGHING.format(**_BOUND[1])),
)


def before(connection: Reading, bounds: Sequence[tuple[str, datetime]]) -> dict[str, tuple[Any, Any, Any]]:
    """The last implant and weighing before a moment of each of some animals, in one statement.

    ``bounds`` are raw ids and moments. By raw id: implant (g), weight (g), raw time of that weighing.
    """
    found: Rows = rows(connection, _BEFORE, {"bounds": [list(bound) for bound in bounds]})
    return {id_: (implant, weight, weighed_at) for id_, implant, weight, weighed_at in found}
