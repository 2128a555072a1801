"""What can be asked of the animals in the table of subjects, and how each question is put to the database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from colonydesk.db import search
from colonydesk.db.tables import (
    BreedingPair,
    Lab,
    LabMembership,
    Line,
    Subject,
    WaterRestriction,
    Zygosity,
)
from colonydesk.db.text import begins, escaped, holds
from colonydesk.domain.days import zone
from colonydesk.queries.culls import UNREDUCED

TRIGRAM = 3
"""So many letters are found anywhere in a name; fewer, at its beginning."""

_TRIGRAM = re.compile(r"[^\W_]{3}")

Life = Literal["alive", "dead", "all"]
Whose = Literal["all", "mine", "lab"]
Zygous = Literal["", "positive", "homo", "het", "negative"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything that is asked must be true. ``whose``: "mine" are the member's own, "lab" their labs'.

    ``zygosity``: all alleles that are known are positive, homozygous, heterozygous, or absent; an animal of
    which none is known is neither. ``breeder``: in a breeding pair that has not ended. ``to_be_reduced``:
    dead and not reduced. ``restricted`` and ``below`` (its threshold) are asked of the living, now. ``cage``
    is the whole name of one, as it is written.
    """

    text: str = ""
    life: Life = "alive"
    whose: Whose = "all"
    lab_id: UUID | None = None
    line_id: UUID | None = None
    cage: str = ""
    sex: str = ""
    zygosity: Zygous = ""
    breeder: bool = False
    to_be_genotyped: bool = False
    to_be_culled: bool = False
    to_be_reduced: bool = False
    restricted: bool = False
    below: bool = False

    @property
    def by_weight(self) -> bool:
        """Whether what passes hangs on restrictions and weights."""
        return self.restricted or self.below


_Condition = ColumnElement[bool]


def passing(
    connection: Connection, filters: Filters, member_id: UUID | None, now: datetime
) -> list[_Condition]:
    """The conditions; of those on restriction and weight, which no statement can answer, a wider one.

    On PostgreSQL one statement for each word of the text, where the lines are found out that it names; one
    for the labs of the member where they are asked for.
    """
    found = [has_word(connection, word) for word in filters.text.split()]
    if filters.life != "all":
        died = _looked_at(Subject.death_date, connection.dialect.name)
        found.append(died.is_not(None) if filters.life == "dead" else died.is_(None))
    if filters.whose != "all" and member_id is None:
        found.append(false())
    elif filters.whose == "mine":
        found.append(Subject.responsible_user_id == member_id)
    elif filters.whose == "lab":
        found.append(Subject.lab_id.in_(_labs_of(connection, member_id, now)))
    if filters.lab_id is not None:
        found.append(Subject.lab_id == filters.lab_id)
    if filters.line_id is not None:
        found.append(Subject.line_id == filters.line_id)
    if filters.cage:
        found.append(Subject.cage == filters.cage)
    if filters.sex:
        found.append(Subject.sex == filters.sex)
    if filters.zygosity:
        found.append(Subject.id.in_(_all_of(filters.zygosity)))
    return found + _marked(filters)


def _looked_at(column_: InstrumentedAttribute[Any], dialect: str) -> ColumnElement[Any]:
    """A column whose condition is looked at in each row, and not what a row is found by.

    SQLite would take the index of the living for it, which holds most animals: to fetch each of them by it
    takes three times as long as to go through the table.
    """
    plain: ColumnElement[Any] = literal_column(f"+subject.{column_.key}")
    return plain if dialect == "sqlite" else column_.expression


def _marked(filters: Filters) -> list[_Condition]:
    found: list[_Condition] = []
    if filters.breeder:
        parents = (BreedingPair.father_id, BreedingPair.mother1_id, BreedingPair.mother2_id)
        pairs = [select(one).where(BreedingPair.end_date.is_(None), one.is_not(None)) for one in parents]
        found.append(Subject.id.in_(union_all(*pairs)))
    if filters.to_be_genotyped:
        found.append(Subject.to_be_genotyped.is_(True))
    if filters.to_be_culled:
        found.append(Subject.to_be_culled.is_(True))
    if filters.by_weight:
        found.append(Subject.id.in_(select(WaterRestriction.subject_id)))
    if filters.to_be_reduced:
        found += UNREDUCED
    return found


def _labs_of(connection: Connection, member_id: UUID | None, now: datetime) -> list[UUID]:
    """The labs in which a member works on this day, by the clock of each."""
    statement = (
        select(LabMembership.lab_id, LabMembership.start_date, LabMembership.end_date, Lab.timezone)
        .join(Lab, Lab.id == LabMembership.lab_id)
        .where(LabMembership.user_id == member_id)
    )
    found = []
    for row in connection.execute(statement):
        today = zone(row.timezone).day(now)
        if (row.start_date or today) <= today <= (row.end_date or today):
            found.append(row.lab_id)
    return found


def _all_of(zygosity: str) -> Select[Any]:
    """The animals all of whose zygosities are of a kind; those without any are none of these."""
    least, most = func.min(Zygosity.zygosity), func.max(Zygosity.zygosity)
    conditions = {
        "positive": [least > 0],
        "homo": [least == 2, most == 2],
        "het": [least == 1, most == 1],
        "negative": [most == 0],
    }
    return select(Zygosity.subject_id).group_by(Zygosity.subject_id).having(*conditions[zygosity])


def has_part(column_: InstrumentedAttribute[Any], text: str, dialect: str) -> _Condition:
    """A text of the search index that holds ``text``, or begins with it where it is a short one."""
    if len(text) < TRIGRAM:
        return begins(column_, text)
    if dialect == "sqlite":
        return _row.in_(_matches(f"{column_.key} : {_quoted(text)}"))
    word = text.lower().translate(str.maketrans(search.APART, search.LETTERS))
    if _TRIGRAM.search(word) is None:  # the index would be read as a whole
        return holds(column_, text)
    indexed: ColumnElement[str] = literal_column(search.as_one_word(f"subject.{column_.key}"))
    return and_(indexed.like(literal(f"%{escaped(word)}%"), escape="\\"), holds(column_, text))


def has_word(connection: Connection, word: str) -> _Condition:
    """A word anywhere in nickname, cage, ear mark or line; a short one only where one of them begins."""
    dialect = connection.dialect.name
    fits = begins if len(word) < TRIGRAM else holds
    lines = select(Line.id).where(fits(Line.nickname, word))
    if dialect == "sqlite":
        if len(word) >= TRIGRAM:
            in_lines: Select[Any] = select(literal_column("in_line.rowid")).where(_in_line.line_id.in_(lines))
            # One list of both: for an "or" of two it would go through all animals.
            return _row.in_(_matches(_quoted(word)).union_all(in_lines))
        of_lines = Subject.line_id.in_(lines)
    else:
        # By a subquery its planner cannot know how few they are, and reads every animal.
        of_lines = Subject.line_id.in_(connection.execute(lines).scalars().all())
    return or_(*(has_part(getattr(Subject, name), word, dialect) for name in search.COLUMNS), of_lines)


_row: ColumnElement[int] = literal_column("subject.rowid")
_in_line = aliased(Subject, name="in_line")


def _matches(query: str) -> Select[Any]:
    index: Select[Any] = select(column("rowid")).select_from(table(search.TABLE))
    return index.where(literal_column(search.TABLE).op("MATCH")(literal(query)))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
