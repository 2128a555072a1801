"""The tables by name: their links, what refers to what, and what their records are called in a sentence.

A table is loaded when it is asked for, as in ``db.tables``.
"""

import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Table, and_, func, select

from colonydesk.db import tables
from colonydesk.db.tables.base import Base

OWN_BOOKS = frozenset({"audit_entry", "change_log", "notification_setting"})
"""What the program writes for itself, or by services of their own: no records with a form and a list."""


@dataclass(frozen=True, slots=True)
class Link:
    """A many-to-many field: records of ``target``, kept in the table ``through``.

    ``reverse`` where the record is the second of the two ids there.
    """

    name: str
    target: str
    through: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """``column`` of ``table`` holds the id of what is referred to; ``ondelete`` as the database has it."""

    table: str
    column: str
    ondelete: str


def _links(*found: Link) -> dict[str, Link]:
    return {link.name: link for link in found}


def _action(table: str) -> dict[str, Link]:
    return _links(
        Link("users", "lab_member", f"{table}_user"),
        Link("procedures", "procedure_type", f"{table}_procedure"),
    )


_LINKS: dict[str, dict[str, Link]] = {
    "project": _links(
        Link("users", "lab_member", "project_user"),
        Link("subjects", "subject", "subject_project", reverse=True),
    ),
    "subject": _links(Link("projects", "project", "subject_project")),
    "line": _links(Link("alleles", "allele", "line_allele")),
    "allele": _links(Link("sequences", "sequence", "allele_sequence")),
    "lab": _links(Link("repositories", "data_repository", "lab_repository")),
    "lab_member": _links(Link("allowed_users", "lab_member", "lab_member_allowed_user")),
    **{name: _action(name) for name in ("water_restriction", "surgery", "virus_injection", "other_action")},
    "session": _action("session") | _links(Link("projects", "project", "session_project")),
}

_ONE = {
    "lab_member": "member",
    "lab_membership": "membership",
    "lab_location": "location",
    "subject_request": "request",
    "housing": "cage",
    "housing_subject": "stay in a cage",
    "water_administration": "water record",
    "other_action": "action",
    "genotype_test": "genotype test",
    "session": "session",
    "audit_entry": "entry of the audit trail",
    "change_log": "command",
}
_MANY = {
    "species": "species",
    "surgery": "surgeries",
    "data_repository": "data repositories",
    "zygosity": "zygosities",
    "housing_subject": "stays in cages",
    "audit_entry": "entries of the audit trail",
}

_WORDS = {
    "adlib": "ad lib",
    "date_time": "time",
    "end_datetime": "end",
    "end_time": "end",
    "housing": "cage",
    "is_human": "human subject",
    "n_correct_trials": "correct trials",
    "n_trials": "trials",
    "qc": "QC",
    "responsible_user": "responsible member",
    "start_datetime": "start",
    "start_time": "start",
    "superseded_by": "corrected by",
    "user": "member",
    "void_reason": "reason",
    "voided_at": "taken out at",
    "water_administered": "water given",
}
"""Of the columns whose name is no word of the field."""


@cache
def table_names() -> tuple[str, ...]:
    """Every table whose rows are records of their own, by name."""
    names = (_snake(name) for names in tables._AREAS.values() for name in names if _is_class(name))
    return tuple(sorted(set(names) - OWN_BOOKS))


@cache
def class_of(table: str) -> type[Base]:
    """The declaration of a table. KeyError where there is none of this name."""
    name = "".join(part.capitalize() for part in table.split("_"))
    found: type[Base] | None = getattr(tables, name, None)
    if found is None:
        raise KeyError(table)
    return found


def table_of(table: str) -> Table:
    found = class_of(table).__table__
    assert isinstance(found, Table)
    return found


def links(table: str) -> dict[str, Link]:
    """The many-to-many fields of a table, in order."""
    return _LINKS.get(table, {})


def through(link: Link) -> Table:
    """The table that holds a link."""
    found = getattr(tables, link.through)
    assert isinstance(found, Table)
    return found


def one(table: str) -> str:
    """A record of the table in a sentence: "breeding pair"."""
    return _ONE.get(table, table.replace("_", " "))


def counted(table: str, count: int) -> str:
    """So many records of the table in a sentence: "3 litters"."""
    return f"{count} {one(table) if count == 1 else _MANY.get(table, one(table) + 's')}"


def word(column: str) -> str:
    """A column in a sentence: "reference weight", "line", "responsible member"."""
    name = re.sub(r"_pct$", "_share", re.sub(r"_id$", "", column))
    return _WORDS.get(name, name.replace("_", " "))


def target_of(table: str, column: str) -> str | None:
    """The table that a column refers to; None where it is no reference."""
    for key in table_of(table).c[column].foreign_keys:
        return key.target_fullname.partition(".")[0]  # its table may not be loaded yet
    return None


@cache
def references(table: str) -> tuple[Reference, ...]:
    """Every column that refers to this table (the bookkeeping and the tables of links are not among them)."""
    found = []
    for name in (*table_names(), *sorted(OWN_BOOKS)):
        for column in table_of(name).columns:
            for key in column.foreign_keys:
                if column.key != "updated_by_id" and key.target_fullname.partition(".")[0] == table:
                    found.append(Reference(name, column.key, key.ondelete or "RESTRICT"))
    return tuple(found)


@cache
def naming_links(table: str) -> tuple[tuple[str, Link], ...]:
    """The links of other records that name records of this table, each with the table of those records."""
    return tuple(
        (name, link)
        for name, own in _LINKS.items()
        for link in own.values()
        if link.target == table and not link.reverse
    )


_HISTORY = frozenset({"zygosity", "genotype_test", "notification"})
"""They go with their record in the database, but a record that has them is not deleted by the program."""


def parts_of(table: str) -> dict[str, str]:
    """What is deleted with a record of this table, with the columns that refer to it. Whatever else refers to
    a record keeps it."""
    return {
        reference.table: reference.column
        for reference in references(table)
        if reference.ondelete == "CASCADE" and reference.table not in _HISTORY
    }


ABOUT = ("note", "dataset")
"""Their records can be about a record of any table: ``content_type`` names it."""


def referring(connection: Connection, table: str, row_id: UUID) -> dict[str, int]:
    """How many records refer to this one, by table; in one statement."""
    counts = []
    for reference in references(table):
        of = table_of(reference.table)
        counts.append((reference.table, select(func.count()).where(of.c[reference.column] == row_id)))
    for name, link in naming_links(table):
        right = through(link).columns[1]
        counts.append((name, select(func.count()).where(right == row_id)))
    for name in ABOUT:
        of = table_of(name)
        about = and_(of.c.object_id == row_id, of.c.content_type == table)
        counts.append((name, select(func.count()).select_from(of).where(about)))
    found = connection.execute(select(*(count.scalar_subquery() for _, count in counts))).one()
    total: dict[str, int] = {}
    for (name, _), count in zip(counts, found, strict=True):
        if count:
            total[name] = total.get(name, 0) + count
    return total


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _is_class(name: str) -> bool:
    return name[0].isupper() and not name.isupper()
