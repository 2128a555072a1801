"""What follows from other records and is shown like a field or a link of a record, but is no column of it."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, false, func, select

from colonydesk.db.catalogue import Link, through
from colonydesk.db.catalogue.fields import Field
from colonydesk.domain.codes import SEVERITY

_FIELDS: dict[str, tuple[Field, ...]] = {
    "cull": (Field("actual_severity", "choice", codes=tuple(SEVERITY.items())),),
    "housing": (
        Field("animals", "integer", help="The living that are in this cage now"),
        Field("until", "moment", help="Another cage of this name has taken its place"),
    ),
    "subject_request": (Field("remaining", "integer"), Field("is_open", "boolean")),
}
_UNSEEN = {"housing": {"timezone": Field("timezone", "text")}}
"""What is computed too, to read others of a record by, and stands in no list or form."""
_LINKS: dict[str, tuple[Link, ...]] = {
    "line": (Link("sequences", "sequence", "line_sequence"),),
}


def computed(table: str) -> dict[str, Field]:
    """The fields that are computed of the records of a table."""
    return {field.name: field for field in _FIELDS.get(table, ())}


def computed_field(table: str, name: str) -> Field | None:
    """What is computed under this name of the records of a table, unseen or not; None where nothing is."""
    return computed(table).get(name) or _UNSEEN.get(table, {}).get(name)


def computed_column(table: str, name: str, own: FromClause) -> ColumnElement[Any]:
    """A computed field of the rows of ``own``: the table, or (of a housing alone) an alias of it.

    KeyError where there is none.
    """
    if table == "housing":
        return _of_housing(name, own)
    column: ColumnElement[Any] = {"cull": _of_cull, "subject_request": _of_request}[table](name)
    return column


def _of_housing(name: str, own: FromClause) -> ColumnElement[Any]:
    from colonydesk.db.cages import animals_in, past_since, timezone_of

    columns = {"animals": animals_in, "until": past_since, "timezone": timezone_of}
    column: ColumnElement[Any] = columns[name](own)
    return column


def _of_cull(name: str) -> Any:
    from colonydesk.db.tables import Cull, Subject

    of_animal = select(getattr(Subject, name)).where(Subject.id == Cull.subject_id)
    return of_animal.correlate(Cull).scalar_subquery()


def _of_request(name: str) -> Any:
    from colonydesk.db.requests import remaining

    # Nobody knows what remains of a request without a count: it is not open.
    return {"remaining": remaining, "is_open": func.coalesce(remaining > 0, false())}[name]


def followed_links(table: str) -> dict[str, Link]:
    """The links that follow from other links: a line has the sequences of its alleles."""
    return {link.name: link for link in _LINKS.get(table, ())}


def pairs(link: Link) -> FromClause:
    """The pairs of ids that a link joins, each once; in the order of its table's columns."""
    if link.through != "line_sequence":
        return through(link)
    from colonydesk.db.tables import allele_sequence, line_allele

    joined = line_allele.join(allele_sequence, allele_sequence.c.allele_id == line_allele.c.allele_id)
    columns = line_allele.c.line_id, allele_sequence.c.sequence_id
    return select(*columns).select_from(joined).distinct().subquery(link.through)
