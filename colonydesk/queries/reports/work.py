"""The reports of what is to be done and was done: surgeries pending, to do, training, changes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

from colonydesk.db.tables import Subject, Surgery
from colonydesk.domain.codes import SEX
from colonydesk.domain.days import show_day, zone
from colonydesk.domain.notices import training_days
from colonydesk.queries.audit import AuditLine, Changed, audit_lines, audit_numbers
from colonydesk.queries.culls import REDUCED_WITHIN, CullRow, to_be_culled, to_be_reduced
from colonydesk.queries.reports.animals import ANIMAL, RESPONSIBLE, age_in_days, described
from colonydesk.queries.reports.model import Asked, Column, Report, Row
from colonydesk.queries.reports.words import moment_text, weekday_text
from colonydesk.queries.training import ENOUGH, TrainingDay, TrainingRow, training_week

CHANGES_MOST = 5000
"""More changes than this are not put into words; the latest are."""

_NO_CHANGES = ("notification", "notification_recipient")
"""That one was sent, or read by somebody, is in the audit trail; nothing of the animals was changed by it."""

_SURGERY = (
    *ANIMAL,
    Column("sex", "Sex"),
    Column("age_days", "Age", "age"),
    Column("line", "Line"),
    RESPONSIBLE,
    Column("planned", "Planned for", "day"),
)
_TO_DO = (
    Column("to_do", "To do"),
    *ANIMAL,
    Column("sex", "Sex"),
    Column("age_days", "Age", "age"),
    Column("line", "Line"),
    RESPONSIBLE,
    Column("death_date", "Died", "day"),
)
_CHANGES = (
    Column("at", "When", "clock"),
    Column("user", "Who"),
    Column("action", "What"),
    Column("record", "Record"),
    Column("change", "Change"),
    Column("workstation", "Workstation"),
)
_VERBS = {
    "insert": "added",
    "update": "changed",
    "delete": "deleted",
    "link": "added to",
    "unlink": "taken off",
}


def surgery_pending(connection: Connection, asked: Asked) -> Report:
    """The living animals with a responsible member that had no surgery yet and are not to be culled.

    A surgery that is noted for a coming day is pending, with its day. Three statements with the two of every
    report.
    """
    # One without a time was noted after it was done.
    begun = or_(Surgery.start_time.is_(None), Surgery.start_time <= asked.now)
    planned = (
        select(func.min(Surgery.start_time))
        .where(Surgery.subject_id == Subject.id, Surgery.start_time > asked.now)
        .correlate(Subject)
        .scalar_subquery()
    )
    statement = described(asked, planned.label("planned")).where(
        Subject.death_date.is_(None),
        Subject.responsible_user_id.is_not(None),
        Subject.to_be_culled.is_(False),
        ~exists().where(Surgery.subject_id == Subject.id, begun),
    )
    rows = []
    for row in connection.execute(statement):
        place = zone(row.timezone)
        day = place.day(row.planned) if row.planned is not None else None
        age = age_in_days(row.birth_date, None, place.day(asked.now))
        cells = (row.nickname, row.lab, row.cage, SEX[row.sex], age, row.line, row.responsible_user, day)
        rows.append(Row(cells, ("subject", row.id)))
    return Report(
        "surgery-pending",
        "Surgery pending",
        asked.today,
        asked.today,
        asked.timezone,
        asked.lab,
        _SURGERY,
        tuple(rows),
        ((len(rows), "animals"),),
    )


def to_do(connection: Connection, asked: Asked) -> Report:
    """The animals to be genotyped, culled and reduced: eight statements with the two of every report."""
    statement = described(asked).where(Subject.to_be_genotyped.is_(True), Subject.death_date.is_(None))
    rows = []
    for row in connection.execute(statement):
        age = age_in_days(row.birth_date, None, zone(row.timezone).day(asked.now))
        cells = (row.nickname, row.lab, row.cage, SEX[row.sex], age, row.line, row.responsible_user, None)
        rows.append(Row(("genotype", *cells), ("subject", row.id)))
    genotyped = len(rows)
    mine = None
    if asked.member_id is not None:
        of_member = select(Subject.id).where(Subject.responsible_user_id == asked.member_id)
        mine = set(connection.execute(of_member).scalars())
    culled = _culls("cull", to_be_culled(connection, asked.now, asked.lab_id, without=asked.without), mine)
    reduced = _culls(
        "reduce", to_be_reduced(connection, asked.now, asked.lab_id, without=asked.without), mine
    )
    counts = (
        (genotyped, "to be genotyped"),
        (len(culled), "to be culled"),
        (len(reduced), f"to be reduced (died in the last {REDUCED_WITHIN.days} days)"),
    )
    return Report(
        "to-do",
        "To do",
        asked.today,
        asked.today,
        asked.timezone,
        asked.lab,
        _TO_DO,
        (*rows, *culled, *reduced),
        counts,
        grouped=True,
    )


def _culls(word: str, found: Iterable[CullRow], mine: set[Any] | None) -> list[Row]:
    return [
        Row(
            (
                *(word, row.nickname, row.lab, row.cage, row.sex, row.age_days, row.line),
                *(row.responsible_user, row.death_date),
            ),
            ("subject", row.id),
        )
        for row in found
        if mine is None or row.id in mine
    ]


def training(connection: Connection, asked: Asked) -> Report:
    """The seven days before the day: the sessions of each, of the animals on restriction or trained in them.

    As the notification tells it: of who is on restriction on the day, whether it was trained on too few of
    the days. Eight statements with the two of every report: the eight days reach over two weeks.
    """
    days = training_days(asked.last)
    weeks = [
        training_week(connection, day, asked.now, asked.lab_id, asked.member_id)
        for day in (days[0], asked.last)
    ]
    of: dict[Any, TrainingRow] = {}
    by_day: dict[Any, dict[date, TrainingDay]] = {}
    for week in weeks:
        for row in week.rows:
            of[row.subject_id] = row
            by_day.setdefault(row.subject_id, {}).update({one.day: one for one in row.days})
    rows = []
    few = 0
    for row in sorted(of.values(), key=lambda row: (row.nickname.casefold(), row.subject_id.int)):
        seen = [by_day[row.subject_id].get(day) for day in days]
        trained = sum(one is not None and bool(one.sessions) for one in seen)
        today = by_day[row.subject_id].get(asked.last)
        restricted = today is not None and today.restricted
        if not (trained or restricted or any(one is not None and one.restricted for one in seen)):
            continue
        short = restricted and trained < ENOUGH
        few += short
        sessions = [0 if one is None else len(one.sessions) for one in seen]  # not on the list of that week
        words = f"fewer than {ENOUGH} days" if short else "ok" if restricted else "not on restriction"
        state = "under" if short else "ok" if restricted else ""
        cells = (row.nickname, row.lab, row.cage, row.responsible or None, *sessions, trained, words)
        rows.append(Row(cells, ("subject", row.subject_id), state))
    columns = (
        *ANIMAL,
        RESPONSIBLE,
        *(Column(day.isoformat(), weekday_text(day), "number") for day in days),
        Column("days_trained", "Trained", "number", "days"),
        Column("state", "State", "state"),
    )
    counted = ((len(rows), "animals"), *([(few, f"trained on fewer than {ENOUGH} days")] if few else []))
    return Report(
        "training",
        "Training of the past week",
        days[0],
        days[-1],
        asked.timezone,
        asked.lab,
        columns,
        tuple(rows),
        counted,
    )


def changes(connection: Connection, asked: Asked) -> Report:
    """What was changed on the days, by a member where one is asked for: from the audit, in words.

    The earliest first. A constant number of statements: two, and one for each table that is named.
    """
    place = zone(asked.timezone)
    since, until = place.bounds(asked.first)[0], place.bounds(asked.last)[1]
    numbers = audit_numbers(connection, "", asked.member_id, since, until, _NO_CHANGES)
    lines = audit_lines(connection, numbers[:CHANGES_MOST])
    ordered = sorted(lines, key=lambda number: (lines[number].at, number))
    rows = [_change(lines[number], place.info) for number in ordered]
    counted = [(len(numbers), "changes")]
    if len(numbers) > CHANGES_MOST:
        counted.append((CHANGES_MOST, "listed, the latest"))
    return Report(
        "changes",
        "Changes",
        asked.first,
        asked.last,
        asked.timezone,
        None,
        _CHANGES,
        tuple(rows),
        tuple(counted),
    )


def _change(line: AuditLine, clock: Any) -> Row:
    verb = _VERBS.get(line.action, line.action)
    record = f"{line.kind} {line.called}".strip()
    said = (_said(line, one, clock) for one in line.changes)
    text = ", ".join(part for part in said if part)
    opens = (line.table, line.row_id) if line.action in ("insert", "update", "link", "unlink") else None
    return Row((line.at, line.user, verb, record, text or None, line.workstation), opens)


def _said(line: AuditLine, one: Changed, clock: Any) -> str:
    """One field: "cage A1 to A2"; of what was added or went, just what was in it."""
    before, after = (_plain(value, clock) for value in (one.before, one.after))
    if line.action == "update":
        if one.before is None and one.after is None:
            return one.word
        return f"{one.word} {before or 'nothing'} to {after or 'nothing'}"
    value = after or before
    by_whom = one.word == "member" and value == line.user  # stands in its own column
    return f"{one.word} {value}" if value and one.word != "version" and not by_whom else ""


def _plain(value: Any, clock: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment_text(value if value.tzinfo is not None else value.replace(tzinfo=UTC), clock)
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
