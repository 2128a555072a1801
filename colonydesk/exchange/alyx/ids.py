"""Which id of ours a key of the file means."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

# Never change it: ids that a first import made are found again by it.
_NAMESPACE = UUID("6d3c2f0e-5d0f-5a43-8d7e-0b1a3f7f2c51")

_as_written = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


class Ids:
    """Ids as the database at hand keeps them; ``kept`` makes one of the 36 characters."""

    def __init__(self, kept: Callable[[str], str]) -> None:
        self._kept = kept

    def identify(self, model: str, key: Any) -> str | None:
        """The id of a primary key: a UUID is itself, a number gets a stable one; None for anything else."""
        if isinstance(key, str):
            if _as_written(key):
                return self._kept(key)
            if is_uuid(key):
                return self._kept(str(UUID(key)))
            return self.stable(model, key) if key.isascii() and key.isdigit() else None
        if isinstance(key, int) and not isinstance(key, bool):
            return self.stable(model, key)
        return None

    def stable(self, kind: str, key: object) -> str:
        """The same id for the same key of a kind, in every run."""
        return self._kept(str(uuid5(_NAMESPACE, f"{kind}:{key}")))

    def imported(self, model: str, key: object) -> str:
        """The id of the imported record of a model without a table here."""
        return self.stable(model, key)


def is_uuid(key: object) -> bool:
    """Whether a key of the file is a UUID, however it is written."""
    try:
        UUID(key)  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError):
        return False
    return True
