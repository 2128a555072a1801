"""What the references of a file mean: ids, natural keys, tags, content types; and whether they lead anywhere.

The database itself is asked: by the time a record is written, all that it may refer to is in.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, select

from colonydesk.exchange.alyx.ids import Ids
from colonydesk.exchange.alyx.models import BY_NAME, BY_TABLE, IMPORTED, MODELS, Model
from colonydesk.exchange.alyx.seen import SeenIds
from colonydesk.exchange.alyx.storage import Storage
from colonydesk.exchange.alyx.values import shown

_REMEMBERED = 20_000
_LENGTH = 36  # of a UUID as it is usually written
_SEARCHED = [model for model in MODELS if not model.proxy]
_TABLES = {model.table.name: model.table for model in MODELS} | {IMPORTED.name: IMPORTED}


class References:
    """Looks up what references mean; ``content_types`` is the file's own list of numbers."""

    def __init__(self, connection: Connection, storage: Storage, content_types: dict[int, str]) -> None:
        self.ids = Ids(storage.key)
        self._connection = connection
        self._storage = storage
        self._content_types = content_types
        self._seen_before: dict[str, str] = {}
        self._there: dict[str, set[str]] = {}
        self._named: dict[tuple[str, str], str | None] = {}
        self._names: dict[str, str | None] = {}
        self._found_in: dict[str, Model] = {}
        self._unlisted: list[str] | None = None
        self._left_out: dict[str, SeenIds] = {}
        self._elsewhere: dict[str, dict[str, str]] = {}
        self._called: dict[tuple[str, str], str] = {}

    def find(self, model: Model, key: Any) -> str:
        """The id a reference means; where it means none, an id that no record has."""
        if isinstance(key, list):
            name = natural_key(key)
            found = self._by_name(model, name) if name else None
        elif isinstance(key, str) and len(key) == _LENGTH:
            found = self._seen_before.get(key) or self._remember(model, key)
            return self._here(model, found) if model.known_by else found
        else:
            found = self.ids.identify(model.name, key)
        return self._here(model, found) if found else self.ids.stable("nothing", repr(key))

    def point(self, model: Model, id_: str, here: str, name: str) -> None:
        """From now on, what refers to ``id_`` or its ``name`` in the file refers to the record ``here``."""
        self._elsewhere.setdefault(model.table.name, {})[id_] = here
        self._called.setdefault((model.table.name, name), here)

    def _here(self, model: Model, id_: str) -> str:
        moved = self._elsewhere.get(model.table.name)
        return moved.get(id_, id_) if moved else id_

    def _remember(self, model: Model, key: str) -> str:
        if len(self._seen_before) >= _REMEMBERED:
            self._seen_before.clear()
        found = self.ids.identify(model.name, key) or self.ids.stable("nothing", repr(key))
        self._seen_before[key] = found
        return found

    def _by_name(self, model: Model, name: str) -> str | None:
        if (model.table.name, name) in self._called:
            return self._called[model.table.name, name]
        asked = (model.name, name)
        if asked not in self._named:
            if len(self._named) >= _REMEMBERED:
                self._named.clear()
            found = self.named(model, name)
            self._named[asked] = found[0] if len(found) == 1 else None
        return self._named[asked]

    def named(self, model: Model, name: str) -> list[str]:
        """The ids of at most two records of a model that go by this name now."""
        if not model.natural:
            return []
        column = model.table.c[model.fields[model.natural]]
        statement = select(model.table.c.id).where(column == name).limit(2)
        return [self._storage.key(str(id_)) for id_ in self._connection.execute(statement).scalars()]

    def missing(self, table: Table, ids: Iterable[str]) -> set[str]:
        """Those of ``ids`` that no row of ``table`` has."""
        there = self._there.setdefault(table.name, set())
        asked = set(ids) - there
        if not asked:
            return asked
        found = {row[0] for row in self._storage.fetch(table, ["id"], "id", list(asked))}
        if len(there) + len(found) > _REMEMBERED:
            there.clear()
        there |= found
        return asked - found

    def leave_out(self, table: Table, id_: str) -> None:
        """Remember a record of the file that was not taken, to say so of what refers to it."""
        self._left_out.setdefault(table.name, SeenIds()).add_all([id_])

    def why(self, model: Model, key: Any) -> str:
        """What is the matter with a reference that leads nowhere."""
        name = natural_key(key)
        if name and len(self.named(model, name)) > 1:
            return f"{shown(name)} is the name of several records"
        if not name and self.ids.identify(model.name, key) is None:
            return f"{shown(key)} is not an id"
        if self._left_out.get(model.table.name, SeenIds()).among([self.find(model, key)]):
            return f"{shown(key)} was itself left out"
        return f"{shown(name or key)} is neither in the file nor in the database"

    def name_of(self, model: str, key: Any) -> str | None:
        """The name of an imported record (a tag, a revision) by its key or its name, or None."""
        if given := natural_key(key):
            return given
        id_ = self.ids.imported(model, key)
        if id_ not in self._names:
            rows = self._storage.fetch(IMPORTED, ["json"], "id", [id_])
            name = json.loads(rows[0][0]).get("name") if rows else None
            self._names[id_] = name if isinstance(name, str) else None
        return self._names[id_]

    def object_of(self, content_type: Any, key: Any) -> tuple[str, str] | None:
        """The table and id of the object that a content type and an object id mean; None where it is nowhere.

        A content type is a natural key (["subjects", "subject"]) or a number of the file's own list; where
        that list does not hold it, the object is looked for by its id.
        """
        if isinstance(content_type, list):
            model = ".".join(str(part) for part in content_type).lower()
        else:
            number = content_type if isinstance(content_type, int) else -1
            model = self._content_types.get(number, "")
        if model in BY_NAME:
            listed = BY_TABLE[BY_NAME[model].table.name]
            id_ = self.ids.identify(listed.name, key)
            return (listed.table.name, self._here(listed, id_)) if id_ else None
        if model:
            return IMPORTED.name, self.ids.imported(model, key)
        return self._anywhere(repr(content_type), key)

    def _anywhere(self, content_type: str, key: Any) -> tuple[str, str] | None:
        """Looks first where the last object of this content type was."""
        last = self._found_in.get(content_type)
        for model in sorted(_SEARCHED, key=lambda model: model is not last):
            id_ = self.ids.identify(model.name, key)
            here = id_ and self._here(model, id_)
            if here and not self.missing(model.table, [here]):
                self._found_in[content_type] = model
                return model.table.name, here
        if self._unlisted is None:
            self._unlisted = list(self._connection.execute(select(IMPORTED.c.model).distinct()).scalars())
        imported = [self.ids.imported(model, key) for model in self._unlisted]
        found = self._storage.fetch(IMPORTED, ["id"], "id", imported)
        return (IMPORTED.name, found[0][0]) if found else None

    def is_there(self, table: str, id_: str) -> bool:
        return not self.missing(_TABLES[table], [id_])


def natural_key(key: Any) -> str:
    """The name that a natural key of one part says; "" for any other key."""
    return key[0] if isinstance(key, list) and len(key) == 1 and isinstance(key[0], str) else ""
