"""The orders of the table of subjects: in SQL where a column says it, as numbers where it is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

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
from colonydesk.queries.id_array import IdArray, ids_of, joined_ids, places_of
from colonydesk.queries.id_order import (
    Digit,
    Texts,
    digits_of,
    fetch_references,
    fetch_texts,
    number,
    order_of,
    ranks_of,
)
from colonydesk.queries.status import RestrictedStatus

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

SORTS = frozenset({"animal", "age", "genotype", "request", *_PLAIN, *_JOINED, *BY_STATUS})


def ids_in_order(
    connection: Connection, statement: Select[Any], by: str, descending: bool, today: date
) -> IdArray:
    """The animals of ``statement``: what has no value last, then by nickname and id.

    One statement, two where the value is in another table, three by genotype. Small and capital letters are
    the same, and no language's order is taken: so both engines agree.
    """
    names, days = Subject.nickname, (Subject.birth_date, Subject.death_date)
    digits: list[Iterable[Digit]] = []
    if by == "request" or by in _JOINED:
        reference = Subject.request_id if by == "request" else _JOINED[by][1]
        ids, named, referred = fetch_references(connection, statement, names, reference)
        known, values = _requests(connection) if by == "request" else _names(connection, by)
        of_each = places_of(known, referred.halves())
        digits = [[number(np.append(one, np.nan)[of_each], descending=descending)] for one in values]
    elif by == "age":
        ids, [named, births, deaths] = fetch_texts(connection, statement, names, *days)
        digits = [[number(_ages(births, deaths, today), descending=descending)]]
    elif by in _PLAIN:
        ids, [named, texts] = fetch_texts(connection, statement, names, _PLAIN[by])
        digits = [digits_of(texts, descending=descending)]
    else:
        ids, [named] = fetch_texts(connection, statement, names)
        if by == "genotype":
            digits = [[_genotypes(connection, ids, descending)]]
    names_too = digits_of(named, descending=descending and by == "animal")
    return ids.take(order_of(chain(*digits, names_too), ids))


def _names(connection: Connection, by: str) -> tuple[IdArray, list[Floats]]:
    """Every row that animals refer to, and its place by its name."""
    target, _, text = _JOINED[by]
    known, [texts] = fetch_texts(connection, select(target.id), text)
    return known, [ranks_of(texts)]


def _requests(connection: Connection) -> tuple[IdArray, list[Floats]]:
    """Every request; the place of its line among the lines, and how many animals it is for."""
    statement = select(SubjectRequest.id).outerjoin(Line, Line.id == SubjectRequest.line_id)
    known, [lines, counts] = fetch_texts(connection, statement, Line.nickname, SubjectRequest.count)
    numbers = [float(one) if one else np.nan for one in counts.plain()]
    return known, [ranks_of(lines), np.array(numbers, dtype=np.float64)]


def _ages(births: Texts, deaths: Texts, today: date) -> Floats:
    """In days; NaN where the birth is not known."""
    ended = _days(deaths)
    last = np.datetime64(today, "D").astype(np.int64)
    return np.where(np.isnan(ended), last, ended) - _days(births)


def _days(texts: Texts) -> Floats:
    """The day numbers of texts like 2026-11-24; NaN for the empty one."""
    known = ~texts.empty()
    digits = texts.data[texts.begins[known][:, np.newaxis] + np.arange(10)].astype(np.int64) - ord("0")
    year, month, day = digits[:, :4] @ _DECIMAL, digits[:, 5:7] @ _DECIMAL[2:], digits[:, 8:] @ _DECIMAL[2:]
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    found = np.full(len(known), np.nan)
    found[known] = months.astype("datetime64[D]").astype(np.int64) + day - 1
    return found


_DECIMAL = np.array([1000, 100, 10, 1])


def _genotypes(connection: Connection, ids: IdArray, descending: bool) -> Digit:
    """The animals' zygosities as they are written, allele after allele by name; two statements."""
    ranks = {allele: rank for rank, allele in enumerate(connection.execute(_alleles).scalars())}
    found = connection.execute(_zygosities(connection)).all()
    groups = [(ranks[allele], zygosity, ids_of(joined)) for allele, zygosity, joined in found]
    groups.sort(key=lambda group: group[0])
    places = places_of(ids, np.concatenate([IdArray().halves(), *(one.halves() for _, _, one in groups)]))
    most = min(_MOST_ALLELES, int(np.bincount(places[places >= 0], minlength=1).max()))
    # A number whose digits are the zygosities.
    values, nth, begin = np.zeros(len(ids)), np.zeros(len(ids)), 0
    for _, zygosity, subjects in groups:
        here = places[begin : begin + len(subjects)]
        begin += len(subjects)
        here = here[here >= 0]
        values[here] += (zygosity + 1) * np.floor(5.0 ** (most - 1 - nth[here]))
        nth[here] += 1
    return number(np.where(nth > 0, values, np.nan), descending=descending)


_MOST_ALLELES = 22
"""So many of an animal's alleles count: a double holds so many digits of five."""
_alleles = select(Allele.id).order_by(func.lower(Allele.nickname), Allele.id)


def _zygosities(connection: Connection) -> Select[Any]:
    """Each allele and each zygosity of it, with the animals that have it, which no two groups of an allele
    share: read off an index, and no text or number for every animal."""
    plain = raw_id(Zygosity.subject_id) if connection.dialect.name == "sqlite" else Zygosity.subject_id
    return select(Zygosity.allele_id, Zygosity.zygosity, joined_ids(connection, plain)).group_by(
        Zygosity.allele_id, Zygosity.zygosity
    )
