"""The values of a record as a person gave them: what they are made into, and what is refused at its field."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, Uuid, and_, exists, select

from colonydesk.db.catalogue import counted, one, table_of, word
from colonydesk.db.catalogue.fields import Field, fields
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import Refused
from colonydesk.domain.plausibility import show

LARGEST_INTEGER = 2**31 - 1
LARGEST_SIZE = 2**63 - 1


def taken(table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Given values as the columns hold them; an empty text is nothing.

    Raises:
        Refused: a value is not of its field's kind, at that field. KeyError: there is no such field.
    """
    own = fields(table)
    return {name: _value(table, own[name], value) for name, value in values.items()}


def _value(table: str, field: Field, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value is None or (value == "" and not isinstance(value, bytes)):
        return None
    problem = _misfit(table, field, value)
    if problem:
        raise Refused(problem, field.name)
    if isinstance(table_of(table).c[field.name].type, Uuid) and not isinstance(value, UUID):
        try:
            return UUID(value)
        except ValueError as error:
            raise Refused(f"This is not the form of {_article(word(field.name))}.", field.name) from error
    if field.kind == "number":
        return float(value)
    if field.kind == "list":
        return [text for text in (str(text).strip() for text in value) if text]
    return value


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


_TYPES: dict[str, tuple[type[Any], ...]] = {
    "text": (str, UUID),
    "long": (str,),
    "boolean": (bool,),
    "reference": (UUID, str),
    "json": (dict,),
    "list": (list, tuple),
    "image": (bytes,),
    "binary": (bytes,),
    "moment": (datetime,),
}
_WANTED = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "date": "a date",
    "moment": "a date and a time",
    "json": "structured text with names and values",
}


def _misfit(table: str, field: Field, value: Any) -> str:
    """What is wrong with the kind of a value; empty when nothing is."""
    name = word(field.name)
    if field.kind == "choice":
        return "" if value in dict(field.codes) else f"{value} is no {name}."
    if field.kind in ("number", "integer"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(value, int) and abs(value) > LARGEST_SIZE:
            return f"The {name} is too large."
        if not is_number or not math.isfinite(value) or (field.kind == "integer" and value != int(value)):
            return f"The {name} must be {_WANTED[field.kind]}."
        largest = LARGEST_SIZE if field.name == "file_size" else LARGEST_INTEGER
        if field.kind == "integer" and abs(value) > largest:
            return f"The {name} is too large."
        return ""
    if field.kind == "date":
        fits = isinstance(value, date) and not isinstance(value, datetime)
    else:
        fits = isinstance(value, _TYPES[field.kind])
    if not fits:
        return f"The {name} must be {_WANTED.get(field.kind, 'a text')}."
    if field.kind == "moment" and value.tzinfo is None:
        return f"The {name} needs a time zone."
    if _holds_unstorable(value):
        return f"The {name} holds a character that cannot be stored."
    return ""


def _holds_unstorable(value: Any) -> bool:
    """Whether a text in it has a NUL or half a character: PostgreSQL takes neither, nor within json."""
    if isinstance(value, str):
        return any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, Mapping):
        return any(map(_holds_unstorable, (*value, *value.values())))
    return isinstance(value, list | tuple) and any(map(_holds_unstorable, value))


def check(unit: Unit, table: str, row: Mapping[str, Any], before: Mapping[str, Any] | None) -> None:
    """Refuse a row that the database would: something missing, out of its bounds, not there, or taken.

    Only what differs from ``before`` is looked at: what imported books hold already stays as it is.
    """
    differing = {name for name in row if before is None or row[name] != before[name]}
    for name, field in fields(table).items():
        column = table_of(table).c[name]
        if name in differing and row[name] is None and not column.nullable:
            raise Refused(f"Give the {word(name)}.", field.name)
    _check_bounds(table, row, differing)
    _check_references(unit, table, row, differing)
    _check_unique(unit, table, row, differing)


_COMPARED = re.compile(r"(\w+) (>=|>|<>) (\w+)")
_BETWEEN = re.compile(r"(\w+) BETWEEN (\S+) AND (\S+)")


def _check_bounds(table: str, row: Mapping[str, Any], differing: set[str]) -> None:
    for constraint in table_of(table).constraints:
        if isinstance(constraint, CheckConstraint):
            problem, name = _broken(table, str(constraint.sqltext), row)
            if problem and differing & set(re.findall(r"\w+", str(constraint.sqltext))):
                raise Refused(problem, name)


def check_number(table: str, name: str, value: float) -> None:
    """Refuse a number that its column alone can tell to be out of its bounds: said while it is typed, too."""
    for constraint in table_of(table).constraints:
        if isinstance(constraint, CheckConstraint):
            rule = str(constraint.sqltext)
            if set(re.findall(r"[a-z]\w*", rule)) == {name}:
                problem, _ = _broken(table, rule, {name: value})
                if problem:
                    raise Refused(problem, name)


def _broken(table: str, rule: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """The sentence for a CHECK that a row breaks, and its field; empty when it holds."""
    if match := _BETWEEN.fullmatch(rule):
        name, low, high = match.groups()
        if row[name] is not None and not float(low) <= row[name] <= float(high):
            if name.endswith("_pct"):  # a share, which is typed in per cent
                low, high = f"{float(low) * 100:.0f}", f"{float(high) * 100:.0f} %"
            return f"The {word(name)} must be between {low} and {high}.", name
    elif match := _COMPARED.fullmatch(rule):
        return _compared(table, row, *match.groups())
    return "", ""


def _compared(table: str, row: Mapping[str, Any], name: str, sign: str, other: str) -> tuple[str, str]:
    is_number = other.isdigit()
    value, bound = row[name], float(other) if is_number else row[other]
    if value is None or bound is None:
        return "", ""
    if sign == "<>":
        return (f"A {one(table)} cannot be its own {word(name)}.", name) if value == bound else ("", "")
    if (value > bound) if sign == ">" else (value >= bound):
        return "", ""
    unit = fields(table)[name].unit
    shown = f"{show(bound)} {unit}".rstrip() if is_number else f"the {word(other)} ({show(bound)} {unit})"
    what = "more than" if sign == ">" else "at least"
    return f"The {word(name)} must be {what} {shown}.", name


def _check_references(unit: Unit, table: str, row: Mapping[str, Any], differing: set[str]) -> None:
    asked = [
        field
        for field in fields(table).values()
        if field.kind == "reference" and field.name in differing and row[field.name] is not None
        if field.target and not (field.target == table and row[field.name] == row["id"])
    ]
    if not asked:
        return
    # What goes between this look and the commit is told by the foreign key: see ``refusals``.
    there = select(
        *(exists().where(table_of(field.target).c.id == row[field.name]).label(field.name) for field in asked)
    )
    found = unit.connection.execute(there).one()
    for field, is_there in zip(asked, found, strict=True):
        if not is_there:
            raise Refused(f"This {one(field.target)} is no longer in the database.", field.name)


def unique_sets(table: str) -> list[tuple[str, ...]]:
    """The columns, or sets of them, in which no two rows of a table are alike."""
    own = table_of(table)
    found = [
        tuple(column.key for column in constraint.columns)
        for constraint in own.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    return [columns for columns in found if "id" not in columns]


def _check_unique(unit: Unit, table: str, row: Mapping[str, Any], differing: set[str]) -> None:
    own = table_of(table)
    asked = [
        columns
        for columns in unique_sets(table)
        if differing & set(columns) and all(row[name] is not None for name in columns)
    ]
    if not asked:
        return
    same = (and_(*(own.c[name] == row[name] for name in columns), own.c.id != row["id"]) for columns in asked)
    found = unit.connection.execute(select(*(exists().where(one_alike) for one_alike in same))).one()
    for columns, is_taken in zip(asked, found, strict=True):
        if is_taken:
            raise taken_already(table, columns, row)


def taken_already(table: str, columns: tuple[str, ...], row: Mapping[str, Any]) -> Refused:
    """The refusal of values that another row has already, at the first of their fields."""
    own = fields(table)
    if len(columns) == 1 and own[columns[0]].kind != "reference":
        return Refused(f"There is {_article(one(table))} {row[columns[0]]} already.", columns[0])
    names = [word(name) for name in columns]
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
    return Refused(f"There is {_article(one(table))} with the same {listed} already.", columns[0])


def listed(counts: Mapping[str, int]) -> str:
    """Counts by table in a sentence: "3 litters, 1 line and 2 subjects"."""
    parts = [counted(table, count) for table, count in counts.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
