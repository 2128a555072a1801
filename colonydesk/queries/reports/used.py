"""The animals used in a period, counted as the annual return of procedures asks, and each of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, case, exists, literal, or_, select, union_all

from colonydesk.db.tables import (
    GenotypeTest,
    Lab,
    OtherAction,
    Session,
    Subject,
    Surgery,
    VirusInjection,
    WaterRestriction,
    Zygosity,
)
from colonydesk.domain.codes import SEVERITY, SEX
from colonydesk.queries.reports.animals import ANIMAL, RESPONSIBLE, by_id, described, scope, within
from colonydesk.queries.reports.model import Asked, Column, Report, Row

ACTS: tuple[tuple[str, type[Any]], ...] = (
    ("surgery", Surgery),
    ("injection", VirusInjection),
    ("session", Session),
    ("water restriction", WaterRestriction),
    ("other action", OtherAction),
)
_COUNTS = (
    Column("by", "By"),
    Column("value", "What"),
    Column("animals", "Animals", "count"),
    Column("male", "Male", "count"),
    Column("female", "Female", "count"),
    Column("unknown_sex", "Sex unknown", "count"),
    Column("ended", "Ended in the period", "count"),
)
_LIST = (
    *ANIMAL,
    Column("protocol_number", "Protocol"),
    Column("actual_severity", "Severity"),
    Column("sex", "Sex"),
    Column("line", "Line"),
    Column("genotyped", "Genotyped"),
    Column("used_for", "Used for"),
    Column("death_date", "Died", "day"),
    RESPONSIBLE,
)
_DIMENSIONS = ("protocol", "severity", "sex", "line", "genotyped")
_Animals = dict[UUID, tuple[Any, ...]]
LEFT_OUT = "left out"
_NO_TIME = "used at an unknown time"


def animals_used(connection: Connection, asked: Asked) -> Report:
    """The counts, with the animals behind each: four statements with the two of every report.

    The last row are the animals that are left out: nobody knows whether they were used in the period.
    """
    found, rows, left_out = _used(connection, asked)
    counted: list[tuple[tuple[str, str], list[UUID]]] = [(("all", "all animals"), list(found))]
    for place, name in enumerate(_DIMENSIONS):
        groups = _grouped(found, itemgetter(place))
        counted += [((name, str(value)), ids) for value, ids in groups]
    together = _grouped(found, lambda keys: keys)
    counted += [(("all together", ", ".join(_said(keys))), ids) for keys, ids in together]
    if not found:
        counted = []
    if left_out:
        counted.append(((LEFT_OUT, _NO_TIME), list(left_out)))
    behind = {**rows, **left_out}
    return Report(
        name="animals-used",
        title="Animals used",
        first=asked.first,
        last=asked.last,
        timezone=asked.timezone,
        lab=asked.lab,
        columns=_COUNTS,
        rows=tuple(Row((*head, *_counts(ids, behind))) for head, ids in counted),
        counted=_counted(found, left_out),
        grouped=True,
        behind_columns=_LIST,
        behind=behind,
    )


def animals_used_list(connection: Connection, asked: Asked) -> Report:
    """Each animal that is counted: four statements with the two of every report."""
    found, rows, left_out = _used(connection, asked)
    return Report(
        name="animals-used-list",
        title="Animals used, each of them",
        first=asked.first,
        last=asked.last,
        timezone=asked.timezone,
        lab=asked.lab,
        columns=_LIST,
        rows=tuple(rows.values()),
        counted=_counted(found, left_out),
    )


def _counted(found: _Animals, left_out: dict[UUID, Row]) -> tuple[tuple[int, str], ...]:
    counted = ((len(found), "animals"),)
    return (*counted, (len(left_out), f"{LEFT_OUT}, {_NO_TIME}")) if left_out else counted


def _used(connection: Connection, asked: Asked) -> tuple[_Animals, dict[UUID, Row], dict[UUID, Row]]:
    """By id, what each animal is counted by (see _DIMENSIONS), its row, and the rows of those left out.

    All in order of nicknames.
    """
    acts, unknown = _acts(connection, asked)
    genotyped = or_(
        Subject.genotype_date.is_not(None),
        exists().where(GenotypeTest.subject_id == Subject.id),
        exists().where(Zygosity.subject_id == Subject.id),
    )
    more = (Subject.protocol_number, Subject.actual_severity, genotyped.label("genotyped"))
    # The same choice again instead of thousands of ids as parameters.
    chosen = union_all(*_parts(asked)).subquery("acts")
    statement = described(asked, *more).where(Subject.id.in_(select(chosen.c.subject_id)))
    keys: _Animals = {}
    rows: dict[UUID, Row] = {}
    left_out: dict[UUID, Row] = {}
    for row_id, row in by_id(connection, statement).items():
        if row_id not in acts and row_id not in unknown:
            continue
        severity = SEVERITY.get(row.actual_severity, "not assessed")
        tested = "yes" if row.genotyped else "no"
        done = acts.get(row_id) or unknown[row_id]
        used_for = ", ".join(word for word, _ in ACTS if word in done)
        ended = row.death_date if row.death_date is not None and row.death_date <= asked.last else None
        cells = (
            *(row.nickname, row.lab, row.cage, row.protocol_number, severity, SEX[row.sex], row.line),
            *(tested, used_for, ended, row.responsible_user),
        )
        if row_id not in acts:
            left_out[row_id] = Row(cells, ("subject", row_id))
            continue
        keys[row_id] = (row.protocol_number, severity, SEX[row.sex], row.line or "no line", tested)
        rows[row_id] = Row(cells, ("subject", row_id))
    return keys, rows, left_out


def _acts(connection: Connection, asked: Asked) -> tuple[dict[UUID, set[str]], dict[UUID, set[str]]]:
    """Of each animal the kinds of its acts that count, and of those that may or may not."""
    found: dict[UUID, set[str]] = defaultdict(set)
    unknown: dict[UUID, set[str]] = defaultdict(set)
    for subject_id, word, counts in connection.execute(union_all(*_parts(asked))):
        (found if counts else unknown)[subject_id].add(word)
    return found, unknown


def _parts(asked: Asked) -> list[Any]:
    """Of each kind of act, the animals that had one in the period, or died in it and had one before.

    An animal is returned when its use ends: one that was operated in December and culled in January is used
    in January too, whether or not it was noted when it was operated. Of an animal that lives on, an act of
    unknown time may have been in the period or not: it does not count, and is there to be told of.
    """
    ended = and_(Subject.death_date >= asked.first, Subject.death_date <= asked.last)
    alive = or_(Subject.death_date.is_(None), Subject.death_date >= asked.first)
    born = or_(Subject.birth_date.is_(None), Subject.birth_date <= asked.last)
    parts = []
    for word, table in ACTS:
        if table is WaterRestriction:
            in_it = and_(within(asked, table.start_time, table.end_time), alive)
        else:
            in_it = within(asked, table.start_time)
        timed = table.start_time.is_not(None)
        counts = or_(and_(timed, or_(in_it, and_(ended, table.start_time < asked.now))), and_(~timed, ended))
        parts.append(
            select(
                table.subject_id.label("subject_id"),
                literal(word).label("word"),
                case((counts, 1), else_=0).label("counts"),
            )
            .join(Subject, Subject.id == table.subject_id)
            .outerjoin(Lab, Lab.id == Subject.lab_id)
            .where(
                or_(counts, and_(~timed, alive, born)),
                Subject.is_human.is_(False),
                *scope(asked),
            )
            .distinct()
        )
    return parts


def _grouped(found: _Animals, of: Callable[[tuple[Any, ...]], Any]) -> list[tuple[Any, list[UUID]]]:
    groups: dict[Any, list[UUID]] = defaultdict(list)
    for row_id, keys in found.items():
        groups[of(keys)].append(row_id)
    return sorted(groups.items(), key=lambda one: _place(one[0]))


_WORDS = [*SEVERITY.values(), "not assessed", *SEX.values(), "yes", "no"]


def _place(value: Any) -> Any:
    """Severities from the mildest, the sexes in their order, all else by name."""
    if isinstance(value, tuple):
        return [_place(one) for one in value]
    return (_WORDS.index(value) if value in _WORDS else -1, str(value).casefold())


def _said(keys: Sequence[str]) -> Sequence[str]:
    protocol, severity, sex, line, genotyped = keys
    return (
        f"protocol {protocol}",
        severity,
        "sex unknown" if sex == SEX["U"] else sex,
        line,
        "genotyped" if genotyped == "yes" else "not genotyped",
    )


def _counts(ids: Sequence[UUID], rows: dict[UUID, Row]) -> tuple[tuple[UUID, ...], ...]:
    sex, died = 5, 9
    by_sex = [tuple(one for one in ids if rows[one].cells[sex] == word) for word in SEX.values()]
    ended = tuple(one for one in ids if rows[one].cells[died] is not None)
    return tuple(ids), *by_sex, ended
