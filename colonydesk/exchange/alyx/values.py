"""Values of a dump as our columns take them; what cannot be is said in words."""

import ast
import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, Column

from colonydesk.db.tables.base import Json, UtcDateTime

Convert = Callable[[Any], Any]


class BadValue(ValueError):
    """A value that its column cannot hold; the text says what is the matter, without the column's name."""


def shown(value: Any) -> str:
    """A value of the file as a message quotes it."""
    text = value if isinstance(value, str) else repr(value)
    return f"“{text if len(text) <= 60 else text[:57] + '...'}”"


def text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadValue(f"{shown(value)} is not a text")


def number(value: Any) -> float:
    try:
        found = float(value) if not isinstance(value, bool) else math.nan
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise BadValue(f"{shown(value)} is not a number")
    return found


def whole(value: Any, bits: int = 32) -> int:
    """A whole number that fits a signed integer of so many bits."""
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            raise BadValue(f"{shown(value)} is not a whole number") from None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(f"{shown(value)} is not a whole number")
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise BadValue(f"{value} is too large")
    return value


def truth(value: Any) -> bool:
    if value in (True, False) and isinstance(value, int):
        return bool(value)
    raise BadValue(f"{shown(value)} is neither true nor false")


def day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadValue(f"{shown(value)} is not a date") from None


def moment(zone: ZoneInfo) -> Convert:
    """Reads times; one without a zone is a wall-clock time of ``zone``, a day its midnight.

    What it gives is in UTC without saying so: most times come like that, and are kept like that in SQLite.
    """

    in_utc = zone.key == "UTC"

    def convert(value: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                if in_utc:
                    return found
                found = found.replace(tzinfo=zone)
            return found.astimezone(UTC).replace(tzinfo=None)
        except (TypeError, ValueError, OverflowError):
            raise BadValue(f"{shown(value)} is not a time") from None

    return convert


def uuid(value: Any) -> UUID:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        raise BadValue(f"{shown(value)} is not a UUID") from None


def structured(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise BadValue(f"{shown(value)} is not an object")


def converter(column: Column[Any], checks: Iterable[CheckConstraint], zone: ZoneInfo) -> Convert:
    """What makes a JSON value other than null into Python's of ``column``; it raises BadValue.

    ``checks`` are the table's: those on this column alone are asked here already, so that a bad record is
    known before the database sees it.
    """
    convert = _by_type(column, zone)
    own = [check for check in map(mirror, checks) if check is not None and check[0] == column.name]
    if not own:
        return convert
    coded = column.type.python_type is str

    def checked(value: Any) -> Any:
        found = convert(value)
        if coded and found == "":
            return None  # the reference writes an enumeration that was not chosen as an empty text
        for _, holds, words in own:
            if not holds(found):
                raise BadValue(f"{shown(value)} {words}")
        return found

    return checked


def _by_type(column: Column[Any], zone: ZoneInfo) -> Convert:
    if is_structured(column):
        return structured
    if isinstance(column.type, UtcDateTime):
        return moment(zone)
    kind = column.type.python_type
    if kind is int:
        bits = 64 if isinstance(column.type, BigInteger) else 32
        return lambda value: whole(value, bits)
    return {str: text, float: number, bool: truth, date: day, UUID: uuid}[kind]


def is_structured(column: Column[Any]) -> bool:
    """Whether a column holds JSON."""
    return isinstance(column.type, Json)


Mirror = tuple[str, Callable[[Any], bool], str]


def mirror(check: CheckConstraint) -> Mirror | None:
    """A CHECK on one column as (column, test in Python, what a failing value is); None for any other one."""
    sql = str(check.sqltext)
    if found := re.fullmatch(r"(\w+) IN \((.+)\)", sql):
        codes = frozenset(ast.literal_eval(f"({found[2]},)"))
        listed = ", ".join(str(code) for code in sorted(codes))
        return found[1], codes.__contains__, f"is none of {listed}"
    if found := re.fullmatch(r"(\w+) (>=?) ([\d.]+)", sql):
        bound = float(found[3])
        if found[2] == ">":
            return found[1], lambda value: value > bound, f"is not over {found[3]}"
        return found[1], lambda value: value >= bound, f"is under {found[3]}"
    if found := re.fullmatch(r"(\w+) BETWEEN ([\d.]+) AND ([\d.]+)", sql):
        low, high = float(found[2]), float(found[3])
        return found[1], lambda value: low <= value <= high, f"is not from {found[2]} to {found[3]}"
    return None


def comparable(value: Any) -> Any:
    """A value so that it equals and hashes like itself after a round through a database's JSON.

    PostgreSQL keeps JSON numbers as decimals: 1e23 comes back as a whole number.
    """
    if isinstance(value, dict):
        return frozenset((key, comparable(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(comparable(inner) for inner in value)
    if isinstance(value, int) and abs(value) > 2**53:
        return float(value)
    return value
