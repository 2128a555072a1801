"""A record that is about to be saved, as the rules of its table see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from colonydesk.db.unit import Unit
from colonydesk.domain.animal_rules import Bar, Row
from colonydesk.domain.errors import Refused


@dataclass(slots=True)
class Change:
    """One record on its way into the database.

    ``before`` is the whole row as it is, None for a new one; ``after`` the whole row as it will be: a rule
    may set fields in it. ``given`` names the fields and links that the user gave. ``links`` are the links as
    they will be, of those that change (a rule may add some), ``links_before`` all of them as they are.
    ``beside`` are values that were given of no column, which the rule asks for. ``confirmed`` holds the codes
    of questions answered yes. ``successor`` is the id of a record that a rule writes in place of this one.
    When a record is deleted, ``after`` is as it is.
    """

    table: str
    id: UUID
    before: Mapping[str, Any] | None
    after: dict[str, Any]
    given: frozenset[str] = frozenset()
    links: dict[str, frozenset[UUID]] = field(default_factory=dict)
    links_before: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    successor: UUID | None = None

    @property
    def is_new(self) -> bool:
        return self.before is None

    def differs(self, *names: str) -> bool:
        """Whether one of these fields will hold something else than it does; a new record's holds None."""
        before = self.before or {}
        return any(self.after.get(name) != before.get(name) for name in names)

    def refuse(self, *rules: Callable[[Row, Row], Bar | None]) -> None:
        """Raise Refused where one of the rules of an animal says so."""
        for rule in rules:
            refuse(rule(self.before or {}, self.after))

    def linked(self, name: str) -> frozenset[UUID]:
        """A link as it will be."""
        return self.links.get(name, self.links_before.get(name, frozenset()))


def refuse(bar: Bar | None) -> None:
    """Raise Refused where there is something that bars a change."""
    if bar is not None:
        raise Refused(bar.alone, bar.field)


Act = Callable[[Unit, Change], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What hangs on saving a record of one table, all in its unit of work.

    ``before`` checks and completes ``change.after``; ``after`` does the consequences once the row is written;
    ``deleting`` checks, and does what must go first. Each raises Refused or Doubtful, or does nothing.
    ``beside`` names what may be given with the fields and is none of the columns: ``after`` does it.
    """

    before: Act | None = None
    after: Act | None = None
    deleting: Act | None = None
    beside: frozenset[str] = frozenset()
