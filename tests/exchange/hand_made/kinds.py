"""What the hand-made records are written with."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any


@dataclass(frozen=True)
class Key:
    """A reference to the record with this label."""

    label: str


@dataclass(frozen=True)
class Time:
    """A naive time, as Alyx keeps them (UTC)."""

    text: str

    def meant(self) -> datetime:
        return datetime.fromisoformat(self.text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Day:
    text: str

    def meant(self) -> date:
        return date.fromisoformat(self.text)


@dataclass(frozen=True)
class Id:
    """A UUID that is no reference."""

    text: str

    def meant(self) -> uuid.UUID:
        return uuid.UUID(self.text)


@dataclass
class Made:
    """One record; ``label`` is what a Key names."""

    label: str
    model: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def uuid(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.label))


def made(label: str, model: str, **fields: Any) -> Made:
    return Made(label, model, fields)


# Numbers of content types, as a dump writes them.
SUBJECT_TYPE, PROBE_TYPE, SESSION_TYPE = 31, 77, 42
