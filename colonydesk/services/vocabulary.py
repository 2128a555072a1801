"""The usual words of a laboratory: what a new database has to choose from. All can be changed afterwards."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from colonydesk.db.catalogue import class_of, table_of
from colonydesk.db.catalogue.fields import default_of, fields
from colonydesk.db.engine import Database
from colonydesk.db.unit import Unit
from colonydesk.domain.errors import KnownError
from colonydesk.services.done import Done, done

VOCABULARIES = (
    *("water_type", "procedure_type", "cull_reason", "cull_method", "cage_type", "enrichment", "food"),
    *("species", "strain", "source", "data_repository_type", "data_format", "dataset_type"),
)
"""The tables that have one, each with a text (csv) of this name."""

_WORDS = UUID("3c5b7f0e-52a4-4a57-9d0c-6f3f0f4d8a11")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddVocabulary:
    """``texts`` is a csv text for each table; its first column is what its records are called."""

    command_id: UUID
    user_id: UUID
    texts: Mapping[str, str]


def add_vocabulary(db: Database, command: AddVocabulary, now: datetime) -> Done:
    """Add the usual words that are not there yet. Given again, it changes nothing.

    Raises:
        KnownError: a text is no such table; nothing is written then.
    """
    with db.unit(command.command_id, "vocabulary.add", command.user_id, now) as unit:
        if not unit.repeated:
            ensure_vocabulary(unit, command.texts)
    return done(unit)


def ensure_vocabulary(unit: Unit, texts: Mapping[str, str]) -> dict[str, int]:
    """Add what is not there yet under that name, case not regarded; what is there stays as it is.

    A record with the same value in any column that is unique is there already, and so is one that was added
    here before and is called otherwise now. Gives how many were added, by table.
    """
    added: Counter[str] = Counter()
    for table, text in texts.items():
        records = parse_vocabulary(table, text)
        own = fields(table)
        unique = [name for name in records[0] if own[name].unique] if records else []
        keys = list(dict.fromkeys([*list(records[0])[:1], *unique])) if records else []
        columns = table_of(table).c
        known: set[tuple[str, Any]] = set()
        if keys:
            for id_, *row in unit.connection.execute(select(columns.id, *(columns[key] for key in keys))):
                known |= _names(keys, row) | {("id", id_)}
        for record in records:
            id_ = _id_of(table, record[keys[0]])
            names = _names(keys, [record[key] for key in keys]) | {("id", id_)}
            if not names & known:
                unit.insert(class_of(table), {"id": id_, **record})
                added[table] += 1
                known |= names
    return dict(added)


def _id_of(table: str, word: str) -> UUID:
    """The same for the same word in every database: two that are brought together have it once."""
    return uuid5(_WORDS, f"{table} {word.lower()}")


def _names(keys: list[str], values: Any) -> set[tuple[str, Any]]:
    return {(key, value.lower()) for key, value in zip(keys, values, strict=True) if value is not None}


def parse_vocabulary(table: str, text: str) -> list[dict[str, Any]]:
    """The records of a vocabulary (csv; lines that begin with # are remarks), each with all its columns.

    Raises:
        KnownError: a column is not the table's, or a line cannot be used.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    reader = csv.reader(lines)
    head = next(reader, [])
    own = fields(table)
    strange = [name for name in head if name not in own]
    if strange or not head:
        raise KnownError(f"The vocabulary {table} has a column that is none of its own: {', '.join(strange)}")
    records = []
    for cells in reader:
        if len(cells) != len(head) or not cells[0].strip():
            raise KnownError(f"A line of the vocabulary {table} cannot be used: {','.join(cells)}")
        records.append({name: _cell(table, name, cell) for name, cell in zip(head, cells, strict=True)})
    return records


def _cell(table: str, name: str, cell: str) -> Any:
    text = cell.strip()
    if not text:
        return default_of(table_of(table).c[name])
    if fields(table)[name].kind != "number":
        return text
    try:
        return float(text)
    except ValueError as error:
        raise KnownError(f"The vocabulary {table} has {text} for a number.") from error
