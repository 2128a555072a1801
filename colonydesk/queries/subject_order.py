"""The orders of the table of subjects: in SQL where a column says it, as numbers where it is computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Date, Text, cast, collate, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from colonydesk.db.plain import Floats
from colonydesk.db.raw import raw_id
from colonydesk.db.tables import (
    Allele,
    Lab,
    LabMember,
    Line,
    Litter,
    Source,
    Species,
    Strain,
    Subject,
    SubjectRequest,
    Zygosity,
)
from colonydesk.domain.weight import STATUS_WORDS
from colonydesk.queries.id_array import IdArray, by_value, places_of
from colonydesk.queries.status import RestrictedStatus

Join = tuple[Any, Any]

_PLAIN: dict[str, InstrumentedAttribute[Any]] = {
    "sex": Subject.sex,
    "birth_date": Subject.birth_date,
    "death_date": Subject.death_date,
    "wean_date": Subject.wean_date,
    "genotype_date": Subject.genotype_date,
    "reduced_date": Subject.reduced_date,
    "protocol_number": Subject.protocol_number,
    "actual_severity": Subject.actual_severity,
    "to_be_genotyped": Subject.to_be_genotyped,
    "to_be_culled": Subject.to_be_culled,
}
_TEXTS: dict[str, InstrumentedAttribute[Any]] = {
    "name": Subject.name,
    "cage": Subject.cage,
    "ear_mark": Subject.ear_mark,
}
_JOINED: dict[str, tuple[Any, InstrumentedAttribute[Any], Any]] = {
    "line": (Line, Subject.line_id, Line.nickname),
    "responsible_user": (LabMember, Subject.responsible_user_id, LabMember.username),
    "lab": (Lab, Subject.lab_id, Lab.name),
    "strain": (Strain, Subject.strain_id, Strain.name),
    "species": (Species, Subject.species_id, func.coalesce(Species.name, Species.nickname)),
    "source": (Source, Subject.source_id, Source.name),
    "litter": (Litter, Subject.litter_id, Litter.name),
}
_for_line = aliased(Line)

# How urgent each status is, the urgent first.
_URGENCY = {"critical": 0, "under": 1, "near": 2, "ok": 3, "unknown": 4}

BY_STATUS: dict[str, Callable[[RestrictedStatus], Floats]] = {
    "percentage": lambda status: status.values.percentage_weight,
    "status": lambda status: np.array(
        [_URGENCY[STATUS_WORDS[code]] for code in status.values.status.tolist()], dtype=np.float64
    ),
    "restricted_since": lambda status: status.restriction_start.astype(np.float64),
}
"""What is computed for the animals on restriction only, as numbers to sort by."""

SORTS = frozenset({"animal", "age", "genotype", "request", *_PLAIN, *_TEXTS, *_JOINED, *BY_STATUS})


def order_keys(dialect: str, by: str, descending: bool, today: date) -> tuple[list[Join], list[Any]]:
    """What must be joined, and the keys to order by: what has no value last, then nickname and id.

    Small and capital letters are the same, and no language's order is taken: so both engines agree.
    """
    joins: list[Join] = []
    keys: list[Any] = []
    if by in _PLAIN:
        keys = [_PLAIN[by]]
    elif by in _TEXTS:
        keys = [_folded(dialect, _TEXTS[by])]
    elif by in _JOINED:
        target, reference, text = _JOINED[by]
        joins, keys = [(target, target.id == reference)], [_folded(dialect, text)]
    elif by == "age":
        keys = [_age(dialect, today)]
    elif by == "request":
        joins = [
            (SubjectRequest, SubjectRequest.id == Subject.request_id),
            (_for_line, _for_line.id == SubjectRequest.line_id),
        ]
        keys = [_folded(dialect, _for_line.nickname), SubjectRequest.count]
    ordered = [(key.desc() if descending else key.asc()).nulls_last() for key in keys]
    names = _folded(dialect, Subject.nickname)
    if by == "animal" and descending:
        return joins, [names.desc(), Subject.id]
    return joins, [*ordered, names, Subject.id]


def _folded(dialect: str, text: Any) -> Any:
    lower = func.lower(text)
    return collate(lower, "C") if dialect == "postgresql" else lower


def _age(dialect: str, today: date) -> Any:
    last = func.coalesce(Subject.death_date, literal(today, Date()))
    if dialect == "postgresql":
        return last - Subject.birth_date
    return func.julianday(last) - func.julianday(Subject.birth_date)


def by_genotype(connection: Connection, ids: IdArray, descending: bool) -> IdArray:
    """The ids by their zygosities as they are written, allele after allele by name; two statements."""
    alleles = connection.execute(_alleles).scalars().all()
    found = _zygosities(connection)
    subjects, of_alleles = (found[:, at : at + 16].copy().view(">u8").astype(np.uint64) for at in (0, 16))
    places = places_of(ids, subjects)
    rank = places_of(IdArray(b"".join(one.bytes for one in alleles)), of_alleles)
    order = np.lexsort((rank, places))
    order = order[places[order] >= 0]
    places, codes = places[order], found[order, 32].astype(np.float64) + 1
    begins = np.flatnonzero(np.diff(places, prepend=-1))
    nth = np.arange(len(places)) - np.repeat(begins, np.diff(begins, append=len(places)))
    # A number whose digits are the zygosities.
    values = np.bincount(places, weights=codes * 5.0**-nth, minlength=len(ids))
    return by_value(ids, np.arange(len(ids)), np.where(values > 0, values, np.nan), descending)


_alleles = select(Allele.id).order_by(func.lower(Allele.nickname), Allele.id)


def _zygosities(connection: Connection) -> npt.NDArray[np.uint8]:
    """Every zygosity in 33 bytes: subject, allele, zygosity; shape (n, 33), in any order."""
    if connection.dialect.name == "sqlite":
        one = raw_id(Zygosity.subject_id).concat(raw_id(Zygosity.allele_id)).concat("0")
        joined = func.group_concat(one.concat(cast(Zygosity.zygosity, Text())), "")
        data = bytes.fromhex(connection.execute(select(joined)).scalar() or "")
    else:
        found = connection.exec_driver_sql(_ZYGOSITIES_POSTGRESQL).scalar()
        data = bytes(found or b"")
    return np.frombuffer(data, dtype=np.uint8).reshape(-1, 33)


_ZYGOSITIES_POSTGRESQL = """
SELECT string_agg(
  uuid_send(subject_id) || uuid_send(allele_id) || set_byte('\\x00'::bytea, 0, zygosity), ''::bytea
) FROM zygosity
"""
